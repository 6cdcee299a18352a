"""Sending: our durable emission, a bare aiohttp client with the same bytes, and zeep's client with the same values.

Ours is the public API, from the first deed until the last message is delivered and settled: build, validate, commit
to SQLite, post, read and judge the answer, settle, commit. The receiver is another process.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar
from xml.etree.ElementTree import canonicalize

import aiohttp
import requests
import zeep
from lxml import etree
from requests.adapters import HTTPAdapter
from zeep.transports import Transport

from benchmarks.messages import WSDL, ZeepCall, ZeepReader, addresses, deeds
from benchmarks.peers import running
from benchmarks.ratios import Comparison
from simulator.contract import names
from simulator.redelivery.delivery import DeliveryState
from simulator.settings import ClockMode, ClockSetting
from simulator.simulation import JournalSystemSetup, Simulation, SimulationSetup

T = TypeVar("T")

IN_FLIGHT = 64


async def compare(count: int, rounds: int, folder: Path) -> list[Comparison]:
    """Let the three take turns, so many messages each time; the first round warms up and does not count."""
    ours: list[float] = []
    bare: list[float] = []
    with_zeep: list[float] = []
    with running("fixed") as url, ZeepSender(url) as zeep_sender:
        for number in range(rounds + 1):
            size = count if number else max(count // 5, IN_FLIGHT)
            speed, documents = await _ours(size, url, folder / f"emission-{number}.db", seed=number)
            ours.append(speed)
            bare.append(await _bare(documents, url))
            with_zeep.append(zeep_sender.send(documents))
    return [
        Comparison("durable emission", "bare aiohttp client", ours[1:], bare[1:], wanted=0.25),
        Comparison("durable emission", "zeep's client", ours[1:], with_zeep[1:], wanted=4),
    ]


async def _ours(count: int, url: str, store: Path, seed: int) -> tuple[float, list[bytes]]:
    """Messages a second of ours, and the bytes that were sent."""
    setup = SimulationSetup(
        [JournalSystemSetup("receiver", addresses(), url=url)],
        start=datetime.now(UTC),
        clock=ClockSetting(ClockMode.REAL),
        store=f"sqlite:///{store}",
        seed=seed,
    )
    to_do = deeds(count)
    async with Simulation(setup) as simulation:
        gc.collect()
        began = time.perf_counter()
        await _in_flight(to_do, simulation.do)
        await simulation.drain()
        seconds = time.perf_counter() - began
        deliveries = await simulation.deliveries()
    sent_once = [one for one in deliveries if one.state is DeliveryState.DELIVERED and one.attempts_made == 1]
    assert len(sent_once) == count, "every message is delivered, at the first attempt"
    return count / seconds, [one.message for one in deliveries]


async def _bare(documents: list[bytes], url: str) -> float:
    """Messages a second of a client that posts the bytes and reads the answer."""
    headers = {"content-type": names.CONTENT_TYPE, "soapaction": f'"{names.SOAP_ACTION}"'}
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=IN_FLIGHT)) as session:

        async def post(document: bytes) -> None:
            async with session.post(url, data=document, headers=headers) as response:
                await response.read()
                assert response.status == 200

        gc.collect()
        began = time.perf_counter()
        await _in_flight(documents, post)
        return len(documents) / (time.perf_counter() - began)


class ZeepSender:
    """zeep's own client over requests, in as many threads; over httpx and asyncio it sends a third as many."""

    def __init__(self, url: str) -> None:
        self._http = requests.Session()
        self._http.mount("http://", HTTPAdapter(pool_connections=1, pool_maxsize=IN_FLIGHT))
        self._client = zeep.Client(str(WSDL), transport=Transport(session=self._http))
        self._client.service._binding_options["address"] = url
        self._reader = ZeepReader(self._client)

    def __enter__(self) -> ZeepSender:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def send(self, documents: list[bytes]) -> float:
        """Messages a second, from values of Python to the answer's values; making those of the bytes is not counted."""
        calls = self._reader.calls(documents)
        self._require_same(documents[0], calls[0])
        gc.collect()
        with ThreadPoolExecutor(IN_FLIGHT) as threads:
            began = time.perf_counter()
            codes = list(threads.map(self._code, calls))
            seconds = time.perf_counter() - began
        assert set(codes) == {"OK"}
        return len(calls) / seconds

    def _code(self, call: ZeepCall) -> str:
        answer = self._client.service.CertificateStatusUpdateForCare(**call.arguments)
        return str(answer.result.resultCode)

    def _require_same(self, document: bytes, call: ZeepCall) -> None:
        """Make sure that zeep writes what we wrote, whatever prefixes it gives."""
        written = self._client.create_message(
            self._client.service, "CertificateStatusUpdateForCare", **call.arguments
        )
        assert _canonical(document) == _canonical(etree.tostring(written))


def _canonical(document: bytes) -> str:
    return canonicalize(document.decode(), rewrite_prefixes=True)


async def _in_flight(work: Iterable[T], do: Callable[[T], Awaitable[None]]) -> None:
    """Do all of the work, 64 pieces at a time."""
    left = iter(work)

    async def take() -> None:
        for one in left:
            await do(one)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(IN_FLIGHT):
            tasks.create_task(take())

