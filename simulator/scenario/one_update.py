"""One status update alone: what has to happen for an event to be told, and the one call that tells it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from simulator.certificate.catalogue import CertificateType, Policy
from simulator.certificate.deeds import AskedAbout, Deed, Draft
from simulator.certificate.events import EventCode, Subject
from simulator.certificate.lifecycle import NOBODYS_ACTIONS, QUESTION_ACTIONS, Action, way_to, who_may
from simulator.certificate.people import Staff
from simulator.clock import wall_now
from simulator.redelivery.delivery import Delivery
from simulator.scenario.cast import Cast
from simulator.simulation import JournalSystemSetup, Simulation, SimulationSetup
from simulator.store.outbox import Exchange
from simulator.trace.facts import AttemptMade, Fact
from simulator.trace.jsonl import TraceHeader


@dataclass(frozen=True)
class SentUpdate:
    """A status update that was sent once: its bytes, what came back, and what Webcert makes of it."""

    header: TraceHeader
    facts: list[Fact]
    delivery: Delivery
    exchange: Exchange
    attempt: AttemptMade


async def send_update(
    setup: SimulationSetup, deeds: list[Deed], event: EventCode, url: str, written: Callable[[bytes], None]
) -> SentUpdate:
    """Do the deeds just now, and send the update of the last one's event to the address.

    `written` is told the message before it leaves. Raises ActionRefused where somebody may not do a deed.
    """
    draft = deeds[0].draft
    assert draft is not None, "every way begins with creating"
    setup = replace(
        setup,
        journal_systems=(JournalSystemSetup("journal", (draft.unit.hsa_id,), url=url),),
        # The deeds before it happened a moment ago, so that nothing is dated in the future.
        start=wall_now().replace(microsecond=0) - timedelta(seconds=1),
        sends=False,
    )
    async with Simulation(setup) as simulation:
        for deed in deeds:
            await simulation.do(deed)
        delivery = [one for one in await simulation.deliveries() if one.event is event][-1]
        assert delivery.message is not None, "an event's message is written when it happens"
        written(delivery.message)
        await simulation.attempt(delivery)
        (exchange,) = await simulation.exchanges()
        facts = await simulation.facts()
        (delivery,) = [one for one in await simulation.deliveries() if one.id == delivery.id]
    (attempt,) = [fact for fact in facts if isinstance(fact, AttemptMade)]
    return SentUpdate(simulation.header, facts, delivery, exchange, attempt)


def deeds_for(event: EventCode, by: Staff, draft: Draft, policy: Policy, cast: Cast) -> list[Deed]:
    """What has to happen for the event to be told: the last deed by the one who is named."""
    kind = draft.type
    way = way_to(event)
    if kind.sent_after_signing:
        # Signing is what sends these; nobody can send them once more.
        way = tuple(action for action in way if action is not Action.SEND)
    deeds = []
    for action in way:
        doer = by if action is way[-1] else _who_may(action, by, kind, policy, cast)
        deeds.append(
            Deed(
                action,
                "c1",
                None if action in NOBODYS_ACTIONS else doer,
                draft=draft if action is Action.CREATE else None,
                asked=_question(action, kind),
            )
        )
    return deeds


def _question(action: Action, kind: CertificateType) -> AskedAbout | None:
    """The question that an action is about: a complement where the type knows it, otherwise something else."""
    if action not in QUESTION_ACTIONS:
        return None
    received = action is Action.RECEIVE_QUESTION
    subject = Subject.KOMPLT if received and kind.can_be_complemented else Subject.OVRIGT
    return AskedAbout("q1", subject)


def _who_may(action: Action, wanted: Staff, kind: CertificateType, policy: Policy, cast: Cast) -> Staff:
    """The one who was named where she may, otherwise the first of the cast who may."""
    allowed = who_may(action, kind, policy)
    return next((one for one in (wanted, *cast.staff.values()) if one.role in allowed), wanted)
