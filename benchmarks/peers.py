"""The processes at the other end: `python -m benchmarks.peers NAME` listens until its standard input is closed.

`fixed` reads each call and answers the same valid bytes, and does nothing else; it receives what is emitted, and is
what our journal system is compared with. `zeep` parses each call into zeep's values first. `journal` is ours.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

import zeep
from aiohttp import web

from benchmarks.turns import clear_the_table
from benchmarks.zeep_client import WSDL
from simulator.contract import names
from simulator.contract.envelope import write_result
from simulator.contract.reading import read_xml
from simulator.contract.reply import Result, ResultCode
from simulator.simulation import StandaloneSetup, standalone_journal_system

ANSWER = write_result(Result(ResultCode.OK))


@asynccontextmanager
async def fixed(_: str) -> AsyncIterator[str]:
    """Bare aiohttp, and the same bytes for everyone."""

    async def answer(request: web.BaseRequest) -> web.Response:
        await request.read()
        return web.Response(body=ANSWER, headers={"content-type": names.CONTENT_TYPE})

    async with _listening(answer) as url:
        yield url


@asynccontextmanager
async def parsing_with_zeep(_: str) -> AsyncIterator[str]:
    """What one writes with zeep: the request becomes values of the contract's types; the answer is the same bytes."""
    client = zeep.Client(WSDL)
    kind, schema = client.get_element(names.REQUEST), client.wsdl.types

    async def answer(request: web.BaseRequest) -> web.Response:
        envelope = read_xml(await request.read())
        values = kind.parse(envelope.find(f"{names.BODY}/{names.REQUEST}"), schema)
        assert values.handelse.handelsekod.code == "SKAPAT"
        return web.Response(body=ANSWER, headers={"content-type": names.CONTENT_TYPE})

    async with _listening(answer) as url:
        yield url


@asynccontextmanager
async def journal(store: str) -> AsyncIterator[str]:
    """Our mocked journal system, which keeps each call in SQLite before it answers."""
    async with standalone_journal_system(StandaloneSetup(store=store)) as url:
        yield url


@asynccontextmanager
async def _listening(answer: Callable[[web.BaseRequest], Awaitable[web.Response]]) -> AsyncIterator[str]:
    runner = web.ServerRunner(web.Server(answer, access_log=None))
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


PEERS = {"fixed": fixed, "zeep": parsing_with_zeep, "journal": journal}


@contextmanager
def running(name: str, store: str = "") -> Iterator[str]:
    """A peer in a process of its own, for the length of a `with`; yields the address that it takes calls at."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.peers", name, store],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        url = process.stdout.readline().strip()
        if not url:
            raise SystemExit(f"the peer '{name}' did not start; what it said stands above")
        yield url + names.SERVICE_PATH
    finally:
        process.stdin.close()
        process.wait(30)
        process.stdout.close()


async def _serve(name: str, store: str) -> None:
    async with PEERS[name](store) as url:
        clear_the_table()
        print(url, flush=True)
        await _input_closed()


async def _input_closed() -> None:
    """Until whoever started us closes our standard input, or is gone."""
    loop, closed = asyncio.get_running_loop(), asyncio.Event()

    def wait() -> None:
        sys.stdin.read()
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(closed.set)

    threading.Thread(target=wait, daemon=True).start()
    await closed.wait()


if __name__ == "__main__":
    asking = argparse.ArgumentParser(prog="python -m benchmarks.peers")
    asking.add_argument("name", choices=PEERS)
    asking.add_argument("store", nargs="?", default="")
    asked = asking.parse_args()
    asyncio.run(_serve(asked.name, asked.store))
