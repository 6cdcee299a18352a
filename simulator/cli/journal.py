"""`webcertsim journal`: a mocked journal system alone, that a real sender can be pointed at, and tested with."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any

from simulator.cli.contract import add_contract, contract_of
from simulator.cli.exit_codes import ExitCode
from simulator.cli.keeping import add_runs_to_look_in
from simulator.cli.people import add_cast, cast_of
from simulator.cli.reports import write_report
from simulator.cli.terminal import Terminal
from simulator.cli.values import PORT_MAX, SEED_MAX, length_flag, one_of, whole_number
from simulator.clock import swedish
from simulator.contract import names
from simulator.errors import UsageError
from simulator.journal.listing import call_line
from simulator.journal.server import BEHAVIOURS
from simulator.locale import Text
from simulator.runs.folder import find_run, read_run
from simulator.runs.stand_in import StandIn
from simulator.scenario.arrivals import Arrivals, load_arrivals
from simulator.scenario.behaviour_file import behaviour_language, load_behaviour
from simulator.sentence import say
from simulator.simulation import StandaloneSetup, standalone_journal_system
from simulator.store.outbox import Call
from simulator.verdict import VERDICT_WORDS
from simulator.wire.tls_moods import TestAuthority, TlsMood

SUMMARY = say("Start a mocked journal system alone, that a real sender can be pointed at, and tested with.")
EXAMPLE = "journal --port 8080"

_TLS = ("good", *TlsMood)


def add_arguments(parser: argparse.ArgumentParser, text: Text) -> None:
    """The flags of this command."""
    parser.add_argument(
        "--port",
        type=whole_number("--port", 0, PORT_MAX),
        default=8080,
        metavar="P",
        help=text(say("the port; 0 takes any free one")),
    )
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        metavar="HOST",
        help=text(say("the address to listen on; 0.0.0.0 is every one of this machine")),
    )
    parser.add_argument(
        "--behaviour", type=Path, metavar="FILE", help=text(say("a YAML file with behaviour:, as in a scenario"))
    )
    parser.add_argument(
        "--tls",
        type=one_of("--tls", _TLS),
        metavar="|".join(_TLS),
        help=text(say("listen over TLS with a certificate made for the occasion, good or wrong in this way")),
    )
    parser.add_argument(
        "--tls-files",
        type=Path,
        metavar="FOLDER",
        help=text(say("where to write authority.pem, for the sender to trust, and client.pem, for it to show")),
    )
    parser.add_argument(
        "--seed",
        type=whole_number("--seed", 0, SEED_MAX),
        default=0,
        metavar="N",
        help=text(say("the seed of chance")),
    )
    parser.add_argument("--store", metavar="URL", help=text(say("keep what is received, like sqlite:///inbox.db")))
    parser.add_argument(
        "--answers", metavar="RUN", help=text(say("answer each request of a kept run as it was answered then"))
    )
    waiting = parser.add_argument_group(text(say("testing a sender")))
    waiting.add_argument(
        "--expect", type=Path, metavar="FILE", help=text(say("end once all has come that a YAML file expects"))
    )
    waiting.add_argument(
        "--for", dest="length", metavar="60s", help=text(say("how long to listen; with --expect 60s unless given"))
    )
    waiting.add_argument(
        "--ready-file", type=Path, metavar="FILE", help=text(say("write the address here once it listens"))
    )
    add_runs_to_look_in(parser, text)
    add_cast(parser, text)
    add_contract(parser, text)


def run(parsed: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Listen until all has come, the time is over, or the user breaks off; say of every call what it was."""
    if parsed.answers is not None and (parsed.behaviour or parsed.expect or parsed.store):
        raise UsageError(say("--answers repeats what was answered; leave out --behaviour, --expect and --store"))
    length = parsed.length or ("60s" if parsed.expect else None)
    seconds = None if length is None else length_flag("--for", length).total_seconds()
    arrivals = load_arrivals(parsed.expect, cast_of(parsed)) if parsed.expect else None
    asyncio.run(_serve(parsed, arrivals, seconds, terminal))
    return ExitCode.OK if arrivals is None else _judged(arrivals, terminal)


def _judged(arrivals: Arrivals, terminal: Terminal) -> ExitCode:
    verdicts = arrivals.verdicts()
    for one in verdicts:
        word = terminal.text(VERDICT_WORDS[one.kind])
        terminal.line(f"  {word:<4}  {one.path}:{one.line}: {terminal.text(one.asked)}: {terminal.text(one.found)}")
    lacking = sum(one.failed for one in verdicts)
    terminal.say(
        say("all that was expected has come")
        if not lacking
        else say("{count} of {all} expectations do not hold", count=lacking, all=len(verdicts))
    )
    return ExitCode.FAILED if lacking else ExitCode.OK


async def _serve(
    parsed: argparse.Namespace, arrivals: Arrivals | None, seconds: float | None, terminal: Terminal
) -> None:
    over = asyncio.Event()

    def met(call: Call) -> None:
        terminal.line(call_line(call, swedish(call.received_at)))
        if arrivals is not None:
            arrivals.take(call)
            if arrivals.is_settled:
                over.set()

    async with _listening(parsed, met) as url:
        address = url + names.SERVICE_PATH
        terminal.say(say("a mocked journal system listens on {address}", address=address))
        if parsed.answers is None:
            terminal.say(say("the contract: {address}?wsdl", address=address))
            terminal.say(say("what it has received: {url}/?calls, and one call's bytes: {url}/?call=1", url=url))
            terminal.say(
                say("its inbox as a user sees it: {url}/?inbox=text, and its behaviours: {behaviours}", url=url,
                    behaviours=url + BEHAVIOURS)
            )  # fmt: skip
        if seconds is None:
            terminal.say(say("end it with Ctrl-C"))
        _end_when_broken_off(over)
        with _announced(parsed.ready_file, address), suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await over.wait()
    terminal.line()


def _listening(parsed: argparse.Namespace, met: Any) -> AbstractAsyncContextManager[str]:
    if parsed.answers is not None:
        folder = find_run(parsed.answers, parsed.runs)
        return _standing_in(StandIn(folder, read_run(folder)), parsed.host, parsed.port)
    cast = cast_of(parsed)
    authority = TestAuthority() if parsed.tls else None
    if authority is not None and parsed.tls_files is not None:
        write_report(parsed.tls_files / "authority.pem", authority.pem.decode())
        write_report(parsed.tls_files / "client.pem", authority.client_pem().decode())
    return standalone_journal_system(
        StandaloneSetup(
            behaviour=load_behaviour(parsed.behaviour, cast) if parsed.behaviour else None,
            host=parsed.host,
            port=parsed.port,
            store=parsed.store,
            contract=contract_of(parsed),
            seed=parsed.seed,
            language=behaviour_language(cast),
            authority=authority,
            tls=TlsMood(parsed.tls) if parsed.tls not in (None, "good") else None,
            on_call=met,
        )
    )


@asynccontextmanager
async def _standing_in(stand_in: StandIn, host: str, port: int) -> AsyncIterator[str]:
    async with stand_in.listener(host, port) as listener:
        yield listener.url


@contextmanager
def _announced(ready: Path | None, address: str) -> Iterator[None]:
    """The file is there for as long as somebody listens, and is never seen half written."""
    if ready is None:
        yield
        return
    try:
        unfinished = ready.with_name(f"{ready.name}.part")
        unfinished.write_text(f"{address}\n", encoding="utf-8", newline="\n")
        os.replace(unfinished, ready)
    except OSError as error:
        raise UsageError(
            say("{path} cannot be written: {why}", path=str(ready), why=error.strerror or str(error))
        ) from None
    try:
        yield
    finally:
        ready.unlink(missing_ok=True)


def _end_when_broken_off(over: asyncio.Event) -> None:
    """End at Ctrl-C, or at a polite end from outside; Windows knows the first alone."""
    loop = asyncio.get_running_loop()
    for name in ("SIGINT", "SIGTERM"):
        number: Any = getattr(signal, name)
        try:
            loop.add_signal_handler(number, over.set)
        except NotImplementedError:
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(over.set))
