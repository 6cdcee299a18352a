"""What a journal system can tell of the order in which events come to it. Pure.

It knows what it has taken of a certificate, and by their tidpunkt when those events happened. Webcert does not promise
any order: what is sent again comes late, and a later event may come before it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from simulator.certificate.events import EventCode


class Order(StrEnum):
    """How an event stands to those that the system has taken before; the values are words of behaviours."""

    IN_ORDER = "in-order"
    # What must come before it has not come: the certificate, its signature, or the question is unknown.
    EARLY = "early"
    # A later event of the same certificate has come before it.
    LATE = "late"
    # The very same event has been taken already.
    DUPLICATE = "duplicate"


@dataclass(frozen=True)
class Taken:
    """An event that a system has acted upon: `occurred_at` is its tidpunkt as text, `at` when it was taken."""

    event: str
    occurred_at: str
    at: datetime


# Each event with those without which it makes no sense to a receiver; one of them is enough.
_BEFORE: Mapping[str, tuple[EventCode, ...]] = {
    EventCode.ANDRAT: (EventCode.SKAPAT,),
    EventCode.KFSIGN: (EventCode.SKAPAT,),
    EventCode.RADERA: (EventCode.SKAPAT,),
    EventCode.SIGNAT: (EventCode.SKAPAT,),
    EventCode.SKICKA: (EventCode.SIGNAT,),
    EventCode.MAKULE: (EventCode.SIGNAT,),
    EventCode.NYFRFM: (EventCode.SIGNAT,),
    EventCode.NYFRFV: (EventCode.SIGNAT,),
    EventCode.NYSVFM: (EventCode.NYFRFV,),
    EventCode.HANFRFV: (EventCode.NYFRFV,),
    # Before 16 October 2024 a handled question of the care unit was told as HANFRFM, too.
    EventCode.HANFRFM: (EventCode.NYFRFM, EventCode.NYFRFV),
}


def must_come_before(event: str, *, is_signed: bool = True) -> tuple[EventCode, ...]:
    """The events of which one must have come; none where nothing must. `is_signed` is what the message says."""
    if event == EventCode.MAKULE and not is_signed:
        # A locked draft can be revoked on Webcert's older path, and was never signed.
        return (EventCode.SKAPAT,)
    return _BEFORE.get(event, ())


def latest(taken: Sequence[Taken]) -> Taken | None:
    """The event that happened last, of those that have been taken."""
    return max(taken, key=lambda one: one.occurred_at, default=None)


def orders_of(event: str, occurred_at: str, taken: Sequence[Taken], *, is_signed: bool = True) -> frozenset[Order]:
    """How an event stands to what has been taken of the same certificate, which its message says `is_signed`.

    It can be early and late at once: what must come before it is missing, and a later event has come.
    """
    if any((one.event, one.occurred_at) == (event, occurred_at) for one in taken):
        return frozenset({Order.DUPLICATE})
    found = set()
    needed = must_come_before(event, is_signed=is_signed)
    if needed and all(one.event not in needed for one in taken):
        found.add(Order.EARLY)
    last = latest(taken)
    if last is not None and last.occurred_at > occurred_at:
        found.add(Order.LATE)
    return frozenset(found or {Order.IN_ORDER})
