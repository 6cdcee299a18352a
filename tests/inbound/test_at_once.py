"""Calls that come at once, and calls that come while simulated time passes."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from simulator.certificate.lifecycle import Action
from simulator.settings import DEFAULT_START
from simulator.trace.facts import StepTaken
from tests.inbound.callers import DOCTOR, NEIGHBOUR, TOLVAN, UNIT
from tests.inbound.reading import certificate, done, told


async def test_several_drafts_at_once(webcert):
    """Each gets an id of its own, and each its own SKAPAT."""
    answers = await asyncio.gather(*(webcert.create_draft(ref=f"r-{number}") for number in range(8)))
    made = {answer["intygs-id"]["extension"] for answer in answers}
    updates = await told(webcert.simulation)
    assert made == {one.certificate_id for one in updates}
    assert {f"r-{number}" for number in range(8)} == {one.care_reference for one in updates}


async def test_two_of_what_there_is_but_one_of(webcert):
    """Of two wishes for a patient's DB that come at once, one is granted."""
    answers = await asyncio.gather(
        *(webcert.create_draft("DB", by=DOCTOR, person=TOLVAN, unit=unit) for unit in (UNIT, NEIGHBOUR))
    )
    assert ["ERROR", "OK"] == sorted(answer["result"]["resultCode"] for answer in answers)


async def test_the_same_message_at_once(webcert):
    """Of the same message sent twice at once, one is taken and the other has been received already."""
    await webcert.create_draft()
    await done(webcert.simulation, Action.CHANGE, Action.SIGN)
    made = (await certificate(webcert.simulation)).id
    answers = await asyncio.gather(*(webcert.write(made, message_id="m-1") for _ in range(2)))
    assert ["INFO", "OK"] == sorted(answer["resultCode"] for answer in answers)
    assert ["NYFRFM"] == [one.event.code for one in await told(webcert.simulation) if one.event.code == "NYFRFM"]


async def test_calls_while_time_jumps(webcert):
    """While a story sleeps, calls come in at moments of its time, and time stands still while they are answered."""
    simulation, until = webcert.simulation, DEFAULT_START + timedelta(days=3650)

    async def call() -> None:
        for number in range(5):
            await webcert.create_draft(ref=f"r-{number}")

    async def sleep() -> None:
        # Ever shorter than a call takes on the wall, so that calls and jumps interleave.
        moment = DEFAULT_START
        while not calling.done() and moment < until:
            moment += timedelta(minutes=1)
            await simulation.wait_until(moment)
            await asyncio.sleep(0.002)

    calling = asyncio.create_task(call())
    await sleep()
    await calling
    steps = [fact for fact in await simulation.facts() if isinstance(fact, StepTaken)]
    made = [one for one in steps if one.action is Action.CREATE]
    assert ["r-0", "r-1", "r-2", "r-3", "r-4"] == [one.care_reference for one in await told(simulation)]
    assert len({fact.at for fact in made}) > 1
    assert sorted(fact.at for fact in made) == [fact.at for fact in made]
