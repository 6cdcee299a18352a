"""Redelivery by hand: which events an operator chooses to have told once more.

By certificate, unit, care provider or single delivery, within a period and by how they ended, as Webcert's own
interface for operators has it with its limits. What is chosen is told by a new message, written from the certificate
as it is when the moment comes (`publisher`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from simulator.certificate.deeds import Deed
from simulator.certificate.events import EventCode
from simulator.certificate.lifecycle import Action
from simulator.certificate.people import CareUnit
from simulator.errors import ActionRefused
from simulator.redelivery.delivery import Delivery, DeliveryState
from simulator.sentence import say
from simulator.store.outbox import Outbox
from simulator.webcert.publisher import Publisher

# Webcert's limits (Webcert's code).
PERIOD_OF_UNIT_MAX = timedelta(days=7)
PERIOD_OF_CARE_PROVIDER_MAX = timedelta(days=1)
START_BACK_MAX = timedelta(days=365)

# What can be chosen: a message that is still waiting needs no hand.
CHOSEN_STATES = frozenset({DeliveryState.DELIVERED, DeliveryState.REJECTED, DeliveryState.EXHAUSTED})


@dataclass(frozen=True)
class Choice:
    """Which events are to be told again; one of certificates, units, care provider, event and delivery says whose.

    `event` is one event of a certificate: its short name, the event, and which of those of that kind, from 1.

    `since` and `until` go by the events' moments and are needed for units and care providers. `activate_at` is the
    moment of the first attempt, None for now; certificates and single deliveries have no other (Webcert's code).
    """

    certificates: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    care_provider: str | None = None
    event: tuple[str, EventCode, int] | None = None
    delivery: int | None = None
    states: frozenset[DeliveryState] = CHOSEN_STATES
    since: datetime | None = None
    until: datetime | None = None
    activate_at: datetime | None = None

    @property
    def whose(self) -> str:
        """Whose events are meant, in words."""
        if self.event is not None:
            return f"{self.event[1]} {self.event[0]}"
        named = sorted(self.certificates) or sorted(self.units) or [self.care_provider or str(self.delivery)]
        return ", ".join(named)

    @property
    def period_max(self) -> timedelta | None:
        """How long a period may be asked for at once."""
        if self.units:
            return PERIOD_OF_UNIT_MAX
        return PERIOD_OF_CARE_PROVIDER_MAX if self.care_provider is not None else None


def check_choice(choice: Choice, now: datetime) -> None:
    """Refuse a choice that Webcert would refuse."""
    longest = choice.period_max
    if longest is None:
        if choice.activate_at is not None:
            raise ActionRefused(
                say("a redelivery by certificate or delivery is tried at once; only one by unit or care provider can "
                    "wait for a moment"),
                rule="no-activation-time",
            )  # fmt: skip
        return
    if choice.since is None or choice.until is None:
        raise ActionRefused(say("a redelivery by unit or care provider needs a period"), rule="no-period")
    if choice.until < choice.since:
        raise ActionRefused(say("the period ends before it begins"), rule="period-reversed")
    if choice.until - choice.since > longest:
        raise ActionRefused(say("the period is longer than {days} days", days=longest.days), rule="period-too-long")
    if choice.since < now - START_BACK_MAX:
        raise ActionRefused(
            say("the period begins more than {days} days ago", days=START_BACK_MAX.days), rule="period-too-old"
        )


def chosen(choice: Choice, deliveries: Collection[Delivery], unit_of: Callable[[Delivery], CareUnit]) -> list[Delivery]:
    """The events chosen, each by its newest delivery; those that are on their way already are passed over.

    `unit_of` says under which unit an event is kept.
    """
    if choice.event is not None:
        choice = replace(choice, delivery=_told_first(choice.event, deliveries))
    newest = {one.resend_of or one.id: one for one in sorted(deliveries, key=lambda one: one.id)}
    busy = {one.resend_of or one.id for one in deliveries if one.state is DeliveryState.WAITING}
    return [
        one
        for event, one in sorted(newest.items())
        if event not in busy and one.state in choice.states & CHOSEN_STATES and _is_meant(choice, one, unit_of(one))
    ]


def _told_first(event: tuple[str, EventCode, int], deliveries: Collection[Delivery]) -> int:
    """The delivery that told the event first; 0, which is none, where it has not been told."""
    alias, code, occurrence = event
    told = sorted(one.id for one in deliveries if (one.alias, one.event, one.resend_of) == (alias, code, None))
    return told[occurrence - 1] if occurrence <= len(told) else 0


def _is_meant(choice: Choice, delivery: Delivery, unit: CareUnit) -> bool:
    whose = (
        delivery.alias in choice.certificates
        or unit.hsa_id in choice.units
        or unit.care_provider.hsa_id == choice.care_provider
        or (choice.delivery is not None and choice.delivery in (delivery.id, delivery.resend_of))
    )
    return (
        whose
        and (choice.since is None or choice.since <= delivery.occurred_at)
        and (choice.until is None or delivery.occurred_at < choice.until)
    )


async def resend(choice: Choice, publisher: Publisher, outbox: Outbox, now: datetime, step: int) -> list[Delivery]:
    """Let what is chosen be told once more; raises ActionRefused, which is kept like any step that is refused."""
    try:
        check_choice(choice, now)
        found = chosen(choice, await outbox.deliveries(), publisher.unit_of_event)
        if not found:
            raise ActionRefused(say("nothing that has ended was chosen"), rule="nothing-chosen")
    except ActionRefused as refused:
        await publisher.keep_refusal(Deed(Action.RESEND, choice.whose), step, refused)
        raise
    return await publisher.resend(found, choice.activate_at or now, step)
