"""What becomes of a delivery after an attempt, and when it is due."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from simulator.certificate.events import EventCode
from simulator.certificate.identity import CertificateId, LogicalAddress
from simulator.redelivery.delivery import Delivery, DeliveryState, is_due, settle
from simulator.redelivery.outcome import Outcome, OutcomeKind
from simulator.redelivery.schedule import DEFAULT_SCHEDULE, parse_template, schedule_named

DUE = datetime(2024, 9, 2, 6, 15, tzinfo=UTC)
SCHEDULE = parse_template("3#1:m,5:m")

OK = Outcome(OutcomeKind.DELIVERED, "ok")
DOWN = Outcome(OutcomeKind.RETRY, "connection-refused")
REFUSED = Outcome(OutcomeKind.REJECTED, "validation-error")

WAITING = Delivery(
    id=1,
    certificate_id=CertificateId("b8a3d1de-0000-4000-8000-000000000001"),
    alias="c1",
    event=EventCode.SIGNAT,
    occurred_at=DUE,
    logical_address=LogicalAddress("TSTNMT2321000156-ALMC"),
    journal_system="alfa",
    message=b"<message/>",
    state=DeliveryState.WAITING,
    attempts_made=0,
    next_attempt_at=DUE,
)


def after(attempts_made: int) -> Delivery:
    """A delivery that has failed so many times."""
    return replace(WAITING, attempts_made=attempts_made)


# Attempts made before, what the attempt ended in, and the state that follows.
FINAL = [
    (0, OK, DeliveryState.DELIVERED),
    (1, OK, DeliveryState.DELIVERED),
    (2, OK, DeliveryState.DELIVERED),
    (0, REFUSED, DeliveryState.REJECTED),
    (2, REFUSED, DeliveryState.REJECTED),
    (2, DOWN, DeliveryState.EXHAUSTED),
]


@pytest.mark.parametrize(("attempts_made", "outcome", "state"), FINAL)
def test_a_delivery_that_has_ended(attempts_made, outcome, state):
    """Delivered and rejected at any attempt, exhausted after the last; there is no next attempt then."""
    settled = settle(after(attempts_made), outcome, DUE, SCHEDULE)
    assert replace(WAITING, state=state, attempts_made=attempts_made + 1, next_attempt_at=None) == settled


@pytest.mark.parametrize(("attempts_made", "delay"), [(0, timedelta(minutes=1)), (1, timedelta(minutes=5))])
def test_a_delivery_that_goes_on(attempts_made, delay):
    """After a failed attempt the delivery waits for the delay of that attempt's number."""
    settled = settle(after(attempts_made), DOWN, DUE, SCHEDULE)
    assert replace(WAITING, attempts_made=attempts_made + 1, next_attempt_at=DUE + delay) == settled


def test_a_delay_counts_from_the_moment_of_sending():
    """An attempt that was made an hour late pushes the next one along, and how long its answer took does not."""
    sent_at = DUE + timedelta(hours=1)
    assert sent_at + timedelta(minutes=1) == settle(WAITING, DOWN, sent_at, SCHEDULE).next_attempt_at


def test_a_schedule_of_one_attempt_has_no_second():
    """With one delivery in all, the first failure is the last."""
    assert DeliveryState.EXHAUSTED is settle(WAITING, DOWN, DUE, parse_template("1#1:m")).state


def test_the_forums_thirty_attempts():
    """A journal system that stays down: attempt 30 is 24 d 5 h 36 min after the first, and ends it."""
    schedule = schedule_named(DEFAULT_SCHEDULE)
    delivery = WAITING
    sent: list[datetime] = []
    while delivery.next_attempt_at is not None:
        sent.append(delivery.next_attempt_at)
        delivery = settle(delivery, DOWN, sent[-1], schedule)
    assert (30, timedelta(days=24, hours=5, minutes=36)) == (len(sent), sent[-1] - sent[0])
    assert (30, DeliveryState.EXHAUSTED) == (delivery.attempts_made, delivery.state)


def test_a_shorter_schedule_ends_what_has_had_more_attempts():
    """Where more attempts are made than the schedule has, the next failure ends it."""
    assert DeliveryState.EXHAUSTED is settle(after(7), DOWN, DUE, SCHEDULE).state


def test_settling_leaves_the_message_alone():
    """A redelivery carries the very bytes of the first attempt."""
    assert WAITING.message is settle(WAITING, DOWN, DUE, SCHEDULE).message


@pytest.mark.parametrize(
    ("later", "due"),
    [(timedelta(milliseconds=-1), False), (timedelta(0), True), (timedelta(days=400), True)],
)
def test_a_delivery_is_due_from_its_moment_on(later, due):
    """The moment itself counts."""
    assert due is is_due(WAITING, DUE + later)


@pytest.mark.parametrize("state", [state for state in DeliveryState if state is not DeliveryState.WAITING])
def test_what_has_ended_is_never_due(state):
    """A final delivery is left alone, whatever moment still stands in it."""
    assert not is_due(replace(WAITING, state=state), DUE)
    assert not is_due(replace(WAITING, state=state, next_attempt_at=None), DUE)
