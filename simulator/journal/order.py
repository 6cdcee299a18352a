"""What a journal system can tell of the order in which events come to it. Pure.

It knows what it has taken of a certificate, and by their tidpunkt when those events happened. Webcert does not promise
any order: what is sent again comes late, and a later event may come before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from simulator.certificate.events import EventCode


class Order(StrEnum):
    """How an event stands to those that the system has taken before; the values are words of behaviours."""

    IN_ORDER = "in-order"
    # What must come before it has not come: the certificate is unknown, or is not known to be signed.
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


_OF_A_DRAFT = (EventCode.ANDRAT, EventCode.KFSIGN, EventCode.RADERA, EventCode.SIGNAT)


def must_come_before(event: str) -> EventCode | None:
    """The event without which this one makes no sense to a receiver."""
    if event == EventCode.SKAPAT:
        return None
    return EventCode.SKAPAT if event in _OF_A_DRAFT else EventCode.SIGNAT


def latest(taken: Sequence[Taken]) -> Taken | None:
    """The event that happened last, of those that have been taken."""
    return max(taken, key=lambda one: one.occurred_at, default=None)


def order_of(event: str, occurred_at: str, taken: Sequence[Taken]) -> Order:
    """How an event stands to what has been taken of the same certificate."""
    if any((one.event, one.occurred_at) == (event, occurred_at) for one in taken):
        return Order.DUPLICATE
    last = latest(taken)
    if last is not None and last.occurred_at > occurred_at:
        return Order.LATE
    needed = must_come_before(event)
    if needed is not None and all(one.event != needed for one in taken):
        return Order.EARLY
    return Order.IN_ORDER
