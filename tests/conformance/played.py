"""A few deeds, played in a simulation: what the journal system has met, and how each delivery went."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from simulator.certificate.catalogue import FK7443, FORUM_2024, WEBCERT_7_7, CertificateType, Policy
from simulator.certificate.certificate import Certificate
from simulator.certificate.deeds import AskedAbout, Deed, Draft
from simulator.certificate.events import Subject
from simulator.certificate.lifecycle import Action
from simulator.contract.reply import Fault, Result
from simulator.journal.behaviour import Answer, BehaviourRule, Effect, Match
from simulator.redelivery.delivery import Delivery
from simulator.redelivery.schedule import schedule_named
from simulator.scenario.cast import load_cast
from simulator.simulation import JournalSystemSetup, Simulation, SimulationSetup
from simulator.store.outbox import Call
from simulator.trace.facts import AttemptMade, Fact
from simulator.webcert.manual_redelivery import Choice

CAST = load_cast()
DOCTOR, CARE_ADMIN = CAST.staff["doctor"], CAST.staff["care_admin"]
HOME = CAST.units["ALMC"]
START = datetime(2026, 9, 1, 6, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

OK, INFO = Answer(Result("OK")), Answer(Result("INFO", "Noted"))
FAULT = Answer(Fault("Server", "Internal error"))


def error(error_id: str) -> Answer:
    """An ERROR with this id."""
    return Answer(Result("ERROR", "No", error_id))


def create(alias: str = "c1", kind: CertificateType = FK7443) -> Deed:
    """A draft is created."""
    return Deed(Action.CREATE, alias, DOCTOR, draft=Draft(kind, HOME, CAST.patients["tolvan"]))


def deed(action: str, alias: str = "c1", question: str | None = None, subject: Subject | None = None) -> Deed:
    """Somebody does something to it."""
    verb = Action(action)
    by = {Action.MARK_READY_TO_SIGN: CARE_ADMIN, Action.RECEIVE_QUESTION: None, Action.RECEIVE_ANSWER: None}
    asked = AskedAbout(question, subject) if question else None
    return Deed(verb, alias, by.get(verb, DOCTOR), asked=asked)


@dataclass(frozen=True)
class Played:
    """What has happened when nothing is left to send."""

    facts: list[Fact]
    calls: list[Call]
    deliveries: list[Delivery]
    certificates: dict[str, Certificate]

    @property
    def attempts(self) -> list[AttemptMade]:
        """All attempts, in their order."""
        return [fact for fact in self.facts if isinstance(fact, AttemptMade)]

    @property
    def received(self) -> list[str]:
        """What the journal system has met, as `c1 SIGNAT`, in the order in which it came."""
        aliases = {str(one.id): alias for alias, one in self.certificates.items()}
        return [f"{aliases[call.certificate_id or '']} {call.event}" for call in self.calls]


def play(
    *steps: Deed | timedelta | Choice,
    answers: Sequence[Effect] = (),
    schedule: str = "forum-2022",
    policy: Policy = FORUM_2024,
) -> Played:
    """Play deeds, with time between them; the answers are given in turn, then OK."""

    async def playing() -> Played:
        rules = (BehaviourRule(Match(), tuple(answers), in_turn=True),) if answers else ()
        setup = SimulationSetup(
            journal_systems=(JournalSystemSetup("alfa", (str(HOME.hsa_id),), rules),),
            start=START,
            policy=policy,
            schedule=schedule_named(schedule),
        )
        async with Simulation(setup) as simulation:
            for step in steps:
                if isinstance(step, timedelta):
                    await simulation.wait_until(simulation.clock.now() + step)
                elif isinstance(step, Choice):
                    await simulation.resend(step)
                else:
                    await simulation.do(step)
            await simulation.drain()
            certificates = {one.alias: one for one in await simulation.outbox.certificates()}
            return Played(
                await simulation.facts(), await simulation.calls(), await simulation.deliveries(), certificates
            )

    return asyncio.run(playing())


__all__ = [
    "CAST", "FAULT", "INFO", "MINUTE", "OK", "START", "WEBCERT_7_7", "Played", "create", "deed", "error", "play",
]  # fmt: skip
