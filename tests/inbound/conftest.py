"""A mock Webcert that runs in this process and takes calls on a port of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from simulator.contract import names
from simulator.contract.names import InteractionName
from simulator.contract.schema import our_contract, published_contract
from simulator.scenario.cast import load_cast
from simulator.simulation import InboundSetup, JournalSystemSetup, Simulation, SimulationSetup
from simulator.webcert.inbound import Registers
from tests.inbound.callers import NEIGHBOUR, UNIT, Caller, Webcert

INTERACTIONS = (names.CREATE_DRAFT, names.LIST_WITH_QA, names.MESSAGE_TO_CARE)
Running = Callable[..., AbstractAsyncContextManager[Webcert]]

CAST = load_cast()
REGISTERS = Registers(
    staff={one.hsa_id: one for one in CAST.staff.values()},
    units={one.hsa_id: one for one in CAST.units.values()},
    patients={one.person_id: one for one in CAST.patients.values()},
)
ALFA = JournalSystemSetup("alfa", (UNIT, NEIGHBOUR))
SETUP = SimulationSetup(journal_systems=(ALFA,), inbound=InboundSetup(REGISTERS))


@pytest.fixture(scope="session")
def callers(pytestconfig: pytest.Config) -> dict[InteractionName, Caller]:
    """zeep for each of the interactions; with --oracle, held to the published contracts as well."""
    oracle: Path | None = pytestconfig.getoption("--oracle")
    folder = None if oracle is None else pytestconfig.invocation_params.dir / oracle
    return {
        one: Caller(one, [our_contract(one), *([] if folder is None else [published_contract(folder, one)])])
        for one in INTERACTIONS
    }


@pytest.fixture
def running(callers: dict[InteractionName, Caller]) -> Running:
    """Run a mock Webcert for the length of an `async with`, with another setup where one is given."""

    @asynccontextmanager
    async def run(**setup: Any) -> AsyncIterator[Webcert]:
        async with Simulation(replace(SETUP, **setup)) as simulation:
            yield Webcert(simulation, callers)

    return run


@pytest.fixture
async def webcert(running: Running) -> AsyncIterator[Webcert]:
    """A mock Webcert with one journal system, two of whose units are integrated from the start."""
    async with running() as found:
        yield found
