"""What is sent: drafts of FK7443 that are created, as deeds for Webcert and as bytes.

The certificates answer question 56 with two extents. Free text is left out, since zeep cannot write text into an
element that may also hold others, and both sides are to send the same.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from simulator.certificate.answers import Answer, DatePeriod
from simulator.certificate.catalogue import FK7443
from simulator.certificate.code_systems import EXTENTS
from simulator.certificate.deeds import Deed, Draft
from simulator.certificate.lifecycle import Action
from simulator.scenario.cast import load_cast
from simulator.simulation import JournalSystemSetup, Simulation, SimulationSetup

UNITS = ("ALMC", "ALVC", "BEMC", "BEVC")
STAFF = ("doctor", "nurse", "midwife", "care_admin")
_DAY = date(2024, 9, 2)

_cast = load_cast()


def addresses() -> tuple[str, ...]:
    """The logical addresses of all messages."""
    return tuple(_cast.units[name].hsa_id for name in UNITS)


def deeds(count: int) -> list[Deed]:
    """So many certificates to create: other units, patients and people from one to the next, and other periods."""
    patients = [one for one in _cast.patients.values() if not one.deceased and not one.protected]
    return [
        Deed(
            Action.CREATE,
            f"c{number}",
            _cast.staff[STAFF[number // len(UNITS) % len(STAFF)]],
            draft=Draft(
                FK7443,
                _cast.units[UNITS[number % len(UNITS)]],
                patients[number % len(patients)],
                answers=(
                    _extent("HELA", _week(number), 1),
                    _extent("HALVA", _week(number + 7), 2),
                ),
                complete=False,
            ),
        )
        for number in range(count)
    ]


def _extent(code: str, period: DatePeriod, instance: int) -> Answer:
    return Answer("56", (("56.1", EXTENTS.value(code)), ("56.2", period)), instance)


def _week(number: int) -> DatePeriod:
    first = _DAY + timedelta(days=number % 90)
    return DatePeriod(first, first + timedelta(days=6))


async def documents(count: int, seed: int) -> list[bytes]:
    """So many different messages as bytes."""
    setup = SimulationSetup(
        [JournalSystemSetup("receiver", addresses())], start=datetime(2024, 9, 2, 6, tzinfo=UTC), seed=seed, sends=False
    )  # fmt: skip
    async with Simulation(setup) as simulation:
        for deed in deeds(count):
            await simulation.do(deed)
        return [delivery.message for delivery in await simulation.deliveries()]
