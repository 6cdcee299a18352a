"""Sending: our durable emission, a bare aiohttp client with the same bytes, and zeep's client with the same values.

Ours is the public API, from the first deed until the last message is delivered and settled: build, validate, commit
to SQLite, post, read and judge the answer, settle, commit. Each sender is a process of its own, and so is the receiver.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from benchmarks import zeep_client
from benchmarks.messages import addresses, deeds
from benchmarks.peers import running
from benchmarks.ratios import Comparison
from benchmarks.turns import Sender, clear_the_table, in_flight
from simulator.contract import names
from simulator.redelivery.delivery import DeliveryState
from simulator.settings import ClockMode, ClockSetting
from simulator.simulation import JournalSystemSetup, Simulation, SimulationSetup

IN_FLIGHT = 64


def compare(count: int, rounds: int, folder: Path) -> list[Comparison]:
    """Let the three take turns, so many messages each time; the first round warms up and does not count."""
    ours: list[float] = []
    bare: list[float] = []
    with_zeep: list[float] = []
    with running("fixed") as url, Sender() as our_sender, Sender() as bare_sender, Sender() as zeep_sender:
        for number in range(rounds + 1):
            size = count if number else max(count // 5, IN_FLIGHT)
            speed, documents = our_sender.measure_async(_ours, size, url, folder / f"emission-{number}.db", number)
            ours.append(speed)
            bare.append(bare_sender.measure_async(_bare, documents, url))
            with_zeep.append(zeep_sender.measure(zeep_client.send, documents, url, IN_FLIGHT))
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
        clear_the_table()
        began = time.perf_counter()
        await in_flight(to_do, simulation.do, IN_FLIGHT)
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

        clear_the_table()
        began = time.perf_counter()
        await in_flight(documents, post, IN_FLIGHT)
        return len(documents) / (time.perf_counter() - began)
