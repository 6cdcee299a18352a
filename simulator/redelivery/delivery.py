"""One message on its way to one journal system, and what becomes of it after each attempt.

`is_due` and `settle` are the whole rule; stores keep deliveries and ask nothing that is not said here.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property

from simulator.certificate.events import EventCode, StatusEvent, Subject
from simulator.certificate.identity import CertificateId, HsaId, LogicalAddress
from simulator.certificate.manners import Rewriting
from simulator.redelivery.outcome import Outcome, OutcomeKind
from simulator.redelivery.schedule import RedeliverySchedule


class DeliveryState(StrEnum):
    """Where a delivery stands; all but WAITING are final."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    REJECTED = "rejected"
    EXHAUSTED = "exhausted"
    # A change for which another message stands; it is never sent (`coalescing`).
    SILENCED = "silenced"


@dataclass(frozen=True)
class Delivery:
    """The outbox row: the very bytes, where they go, and when they are tried next.

    `id` counts from 1 within a run. `attempts_made` counts attempts that have ended. `next_attempt_at` is None once
    the state is final. `message` is None until it is written, which only a redelivery by hand (`resend_of` another
    delivery) puts off to its first attempt; `rewriting` says whether it is written again later, from what is kept of
    the event here. A redelivery goes to `redelivery_address` where there is one. `attempts_most` is a limit of its
    own, below the schedule's.
    """

    id: int
    certificate_id: CertificateId
    alias: str
    event: EventCode
    occurred_at: datetime
    logical_address: LogicalAddress
    journal_system: str
    message: bytes | None
    state: DeliveryState
    attempts_made: int
    next_attempt_at: datetime | None
    handled_by: HsaId | None = None
    subject: Subject | None = None
    answer_due: date | None = None
    rewriting: Rewriting = Rewriting.NEVER
    redelivery_address: LogicalAddress | None = None
    attempts_most: int | None = None
    resend_of: int | None = None

    @property
    def told(self) -> StatusEvent:
        """The event that it tells of."""
        return StatusEvent(self.event, self.occurred_at, self.handled_by, self.subject, self.answer_due)

    @cached_property
    def message_sha256(self) -> str | None:
        """The SHA-256 of the message, in hexadecimal, by which facts name it; None before it is written."""
        return None if self.message is None else hashlib.sha256(self.message).hexdigest()


def is_due(delivery: Delivery, now: datetime) -> bool:
    """Whether the next attempt's moment has come."""
    return (
        delivery.state is DeliveryState.WAITING
        and delivery.next_attempt_at is not None
        and delivery.next_attempt_at <= now
    )


def attempts_max(delivery: Delivery, schedule: RedeliverySchedule) -> int:
    """How many attempts are made at the most."""
    return min(schedule.attempts_max, delivery.attempts_most or schedule.attempts_max)


_FINAL = {OutcomeKind.DELIVERED: DeliveryState.DELIVERED, OutcomeKind.REJECTED: DeliveryState.REJECTED}


def settle(delivery: Delivery, outcome: Outcome, sent_at: datetime, schedule: RedeliverySchedule) -> Delivery:
    """Say what becomes of a delivery once an attempt has ended.

    A delay counts from the moment this attempt was sent, not from the first one, as Webcert does; late attempts
    therefore push the rest along. After the last attempt of the schedule the delivery is exhausted.
    """
    attempts_made = delivery.attempts_made + 1
    if outcome.kind in _FINAL:
        return replace(delivery, state=_FINAL[outcome.kind], attempts_made=attempts_made, next_attempt_at=None)
    if attempts_made >= attempts_max(delivery, schedule):
        return replace(delivery, state=DeliveryState.EXHAUSTED, attempts_made=attempts_made, next_attempt_at=None)
    next_attempt_at = sent_at + schedule.delay_after(attempts_made)
    return replace(delivery, attempts_made=attempts_made, next_attempt_at=next_attempt_at)
