"""Whatever the schedule, and however late and in what way attempts end, a delivery goes the way that the rules say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from simulator.certificate.events import EventCode
from simulator.certificate.identity import CertificateId, LogicalAddress
from simulator.redelivery.delivery import Delivery, DeliveryState, is_due, settle
from simulator.redelivery.outcome import Outcome, OutcomeKind
from simulator.redelivery.schedule import RedeliverySchedule

START = datetime(2024, 9, 2, 6, 15, tzinfo=UTC)

delays = st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=99))
schedules = st.lists(delays, max_size=98).map(lambda table: RedeliverySchedule("mine", tuple(table)))
outcomes = st.sampled_from(OutcomeKind).map(lambda kind: Outcome(kind, "mine"))
failures = st.just(Outcome(OutcomeKind.RETRY, "mine"))
late = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=2))
# How each attempt ends, and how long after its moment it is made; the first failures are frequent, as in an outage.
stories = st.lists(st.tuples(st.one_of(failures, failures, failures, outcomes), late), max_size=110)


def emitted() -> Delivery:
    """A delivery before its first attempt."""
    return Delivery(
        id=1,
        certificate_id=CertificateId("b8a3d1de-0000-4000-8000-000000000001"),
        alias="c1",
        event=EventCode.SIGNAT,
        occurred_at=START,
        logical_address=LogicalAddress("TSTNMT2321000156-ALMC"),
        journal_system="alfa",
        message=b"<message/>",
        state=DeliveryState.WAITING,
        attempts_made=0,
        next_attempt_at=START,
    )


def lived(story: list[tuple[Outcome, timedelta]], schedule: RedeliverySchedule) -> list[tuple[Delivery, datetime]]:
    """The delivery after each attempt of a story, with the moment at which it was sent, until it has ended."""
    delivery = emitted()
    stages = []
    for outcome, lateness in story:
        if delivery.next_attempt_at is None:
            break
        sent_at = delivery.next_attempt_at + lateness
        delivery = settle(delivery, outcome, sent_at, schedule)
        stages.append((delivery, sent_at))
    return stages


@given(stories, schedules)
def test_a_delivery_lives_as_in_a_naive_model(story, schedule):
    """Attempts are made one after another; the first that is no failure ends it, or the last of the schedule."""
    expected = []
    due = START
    for number, (outcome, lateness) in enumerate(story, start=1):
        sent_at = due + lateness
        if outcome.kind == "delivered":
            expected.append(("delivered", number, None))
            break
        if outcome.kind == "rejected":
            expected.append(("rejected", number, None))
            break
        if number == len(schedule.delays) + 1:
            expected.append(("exhausted", number, None))
            break
        due = sent_at + schedule.delays[number - 1]
        expected.append(("waiting", number, due))
    stages = [(str(one.state), one.attempts_made, one.next_attempt_at) for one, _ in lived(story, schedule)]
    assert expected == stages


@given(stories, schedules)
def test_there_are_never_more_attempts_than_the_schedule_has(story, schedule):
    """However a delivery ends, it has had at most the schedule's attempts, and all of them where it is exhausted."""
    for delivery, _ in lived(story, schedule):
        assert delivery.attempts_made <= schedule.attempts_max
        if delivery.state is DeliveryState.EXHAUSTED:
            assert schedule.attempts_max == delivery.attempts_made


@given(stories, schedules)
def test_only_who_waits_has_a_next_attempt(story, schedule):
    """A next attempt belongs to the state WAITING, and to no other."""
    for delivery, _ in lived(story, schedule):
        assert (delivery.state is DeliveryState.WAITING) is (delivery.next_attempt_at is not None)


@given(stories, schedules)
def test_the_next_attempt_is_a_delay_after_the_latest_sending(story, schedule):
    """Lateness is passed on and never made up for."""
    for delivery, sent_at in lived(story, schedule):
        if delivery.next_attempt_at is not None:
            assert sent_at + schedule.delay_after(delivery.attempts_made) == delivery.next_attempt_at


@given(schedules)
def test_punctual_failures_follow_the_offsets(schedule):
    """With attempts that are never late, the moments are the schedule's own table."""
    story = [(Outcome(OutcomeKind.RETRY, "mine"), timedelta(0))] * schedule.attempts_max
    sent = [sent_at - START for _, sent_at in lived(story, schedule)]
    assert schedule.offsets() == tuple(sent)


@given(stories, schedules)
def test_settling_changes_nothing_else(story, schedule):
    """Message, address, and event are what they were, for good."""
    for delivery, _ in lived(story, schedule):
        assert emitted() == replace(delivery, state=DeliveryState.WAITING, attempts_made=0, next_attempt_at=START)


@given(stories, schedules, st.timedeltas(min_value=timedelta(days=-1), max_value=timedelta(days=400)))
def test_due_is_who_waits_for_a_moment_that_has_come(story, schedule, later):
    """A delivery is due at its moment and ever after, as long as it waits."""
    for delivery, _ in lived(story, schedule):
        now = START + later
        expected = delivery.next_attempt_at is not None and not now < delivery.next_attempt_at
        assert expected is is_due(delivery, now)


@given(stories, schedules)
def test_no_attempt_is_made_before_it_is_due(story, schedule):
    """Between an attempt and the next there is always a while in which nothing is due."""
    for delivery, sent_at in lived(story, schedule):
        assert not is_due(delivery, sent_at)
