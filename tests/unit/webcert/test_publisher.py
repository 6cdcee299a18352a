"""What is done and what is kept of it are one: a deed that cannot be told or committed has not happened."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from simulator.certificate.deeds import Deed, Draft
from simulator.certificate.lifecycle import Action
from simulator.simulation import JournalSystemSetup, Simulation, SimulationSetup
from simulator.store.memory import MemoryOutbox
from simulator.webcert import publisher
from tests.unit.certificate.stage import CAST, CS, DOCTOR, HOME

CREATE = Deed(Action.CREATE, "c1", DOCTOR, draft=Draft(CS, HOME, CAST.patients["tolvan"]))
CHANGE, SIGN, OTHER = (
    Deed(Action.CHANGE, "c1", DOCTOR),
    Deed(Action.SIGN, "c1", DOCTOR),
    Deed(Action.CREATE, "c2", DOCTOR, draft=Draft(CS, HOME, CAST.patients["tolvan"])),
)
SETUP = SimulationSetup(
    journal_systems=(JournalSystemSetup("alfa", (str(HOME.hsa_id),)),), start=datetime(2026, 9, 1, 6, tzinfo=UTC)
)


class BrokenError(Exception):
    """The disk is full."""


def break_commit(monkeypatch):
    """The outbox cannot be written."""

    async def broken(self, changes):
        raise BrokenError

    monkeypatch.setattr(MemoryOutbox, "commit", broken)


def break_writing(monkeypatch):
    """A message cannot be written."""

    def broken(update):
        raise BrokenError

    monkeypatch.setattr(publisher, "write_status_update", broken)


@pytest.mark.parametrize("trouble", [break_commit, break_writing])
@pytest.mark.parametrize("deed", [SIGN, OTHER], ids=["sign", "create"])
def test_what_fails_has_not_happened(trouble, deed, monkeypatch):
    """A deed whose message cannot be written or whose commit fails can be done as if for the first time.

    A change that waits for its window is silenced by the signing that is committed, and by no other.
    """

    async def play() -> None:
        async with Simulation(SETUP) as simulation:
            await simulation.do(CREATE)
            await simulation.do(CHANGE)
            before = await simulation.outbox.certificates(), await simulation.deliveries()
            with monkeypatch.context() as broken:
                trouble(broken)
                with pytest.raises(BrokenError):
                    await simulation.do(deed)
            assert before == (await simulation.outbox.certificates(), await simulation.deliveries())
            await simulation.do(deed)
            deliveries = await simulation.deliveries()
            assert [one.id for one in deliveries] == sorted({one.id for one in deliveries})
            told = [(one.alias, str(one.event), str(one.state) == "silenced") for one in deliveries]
            signed = deed is SIGN
            assert told[:2] == [("c1", "SKAPAT", False), ("c1", "ANDRAT", signed)]
            assert told[2][:2] == (("c1", "SIGNAT") if signed else ("c2", "SKAPAT"))
            (found,) = [one for one in await simulation.outbox.certificates() if one.alias == deed.certificate]
            assert found.state.is_draft != signed

    asyncio.run(play())
