"""NotificationRedeliveryStrategyStandardTest, and the tests of what a result makes of an event and its redelivery."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from simulator.certificate.catalogue import TYPES
from simulator.certificate.events import Subject
from simulator.errors import UsageError
from simulator.redelivery.delivery import DeliveryState
from simulator.redelivery.schedule import schedule_named
from simulator.webcert.manual_redelivery import Choice
from tests.conformance.played import MINUTE, OK, START, WEBCERT_7_7, create, deed, error, play

TEMPLATE = "5#11:s,22:m,33:h,44:d"
DELAYS = [timedelta(seconds=11), timedelta(minutes=22), timedelta(hours=33), timedelta(days=44)]
AGAIN, FINAL = error("TECHNICAL_ERROR"), error("REVOKED")


def test_an_invalid_template_is_refused():
    """shouldThrowIllegalArgumentExceptionWhenInitializedWithInvalidTemplate."""
    with pytest.raises(UsageError):
        schedule_named("30#1:m,")


def test_the_template_says_how_many_and_how_long():
    """shouldReturnCorrectValueMaxDeliveries, …TimeValues and …TimeUnit for 1–4: as a receiver meets them."""
    played = play(create(), answers=[AGAIN] * 9, schedule=TEMPLATE)
    sent = [one.sent_at for one in played.attempts]
    assert 5 == len(sent)
    assert DELAYS == [later - earlier for earlier, later in pairwise(sent)]
    assert DeliveryState.EXHAUSTED is played.deliveries[0].state


@pytest.mark.parametrize("attempt", [5, 100])
def test_the_last_delay_goes_on(attempt):
    """shouldReturnLastTimeValue and …TimeUnit for 5 and 100: the last pair repeats."""
    assert timedelta(days=44) == schedule_named("99#11:s,22:m,33:h,44:d").delay_after(attempt)


def test_a_new_failure_waits_with_one_attempt_made():
    """NotificationResultResendServiceTest, new: the event is kept with one attempt, and the next one's moment."""
    first = play(create(), answers=[AGAIN]).attempts[0]
    assert (1, DeliveryState.WAITING, START + MINUTE) == (first.attempt, first.state, first.next_attempt_at)


def test_a_further_failure_moves_time_and_attempts_on():
    """NotificationResultResendServiceTest, existing: the same row counts one attempt more, and has the next moment."""
    played = play(create(), answers=[AGAIN, AGAIN])
    first, second = played.attempts[:2]
    assert first.delivery == second.delivery
    assert (2, DeliveryState.WAITING) == (second.attempt, second.state)
    assert second.next_attempt_at > second.sent_at == first.next_attempt_at


@pytest.mark.parametrize(("answer", "state"), [(OK, DeliveryState.DELIVERED), (FINAL, DeliveryState.REJECTED)])
def test_what_ends_at_once_is_attempt_one(answer, state):
    """NotificationResultSuccessServiceTest and …FailedServiceTest, null attempts: the first attempt has number 1."""
    (only,) = play(create(), answers=[answer]).attempts
    assert (1, state, None) == (only.attempt, only.state, only.next_attempt_at)


def test_at_the_most_attempts_it_is_a_failure():
    """NotificationResultResendServiceTest, at max: the event fails, and nothing is planned any more."""
    last = play(create(), answers=[AGAIN] * 3, schedule="3#1:m").attempts[-1]
    assert (3, DeliveryState.EXHAUSTED, None) == (last.attempt, last.state, last.next_attempt_at)


def test_a_success_after_failures_ends_the_redelivery():
    """NotificationResultSuccessServiceTest: the attempt is numbered, and no further one is made."""
    played = play(create(), answers=[AGAIN, AGAIN])
    assert [1, 2, 3] == [one.attempt for one in played.attempts]
    assert (DeliveryState.DELIVERED, None) == (played.deliveries[0].state, played.deliveries[0].next_attempt_at)


def test_what_is_stored_is_sent_again():
    """PublishCertificateStatusUpdateServiceTest, resend: a redelivery is the stored message, byte for byte."""
    played = play(create(), MINUTE / 2, deed("sign"), answers=[AGAIN])
    first, *_, again = [call.body for call in played.calls if call.event == "SKAPAT"]
    assert first == again


def test_due_redeliveries_go_in_the_order_of_their_moments():
    """NotificationRedeliveryServiceTest: the earliest moment first, each once."""
    played = play(create(), MINUTE / 2, create("c2"), answers=[AGAIN, AGAIN])
    again = [one for one in played.attempts if one.attempt == 2]
    assert ["c1", "c2"] == [one.certificate for one in again]
    assert [START + MINUTE, START + 1.5 * MINUTE] == [one.sent_at for one in again]


def test_by_hand_attempts_count_from_the_beginning():
    """A manual resend of a failed event gets the whole schedule, and waits after its first failure like any other."""
    again = Choice(certificates=frozenset({"c1"}))
    played = play(create(), MINUTE, again, answers=[error("VALIDATION_ERROR"), AGAIN])
    original, by_hand = played.deliveries
    assert (DeliveryState.REJECTED, DeliveryState.DELIVERED, 2) == (
        original.state, by_hand.state, by_hand.attempts_made,
    )  # fmt: skip
    assert 30 == played.attempts[-1].attempts_max


@pytest.mark.parametrize("module", ["lisjp", "fk7472"])
def test_a_deleted_draft_told_again_by_hand(module):
    """One path has nothing left but the event: no name, no answers; the other tells of the draft as it was.

    What is kept of an event has whole seconds (inferred from Webcert's code).
    """
    kind = next(one for one in TYPES if one.module_id == module)
    again = Choice(certificates=frozenset({"c1"}), states=frozenset({DeliveryState.REJECTED}))
    half = timedelta(seconds=0.5)
    played = play(
        create(kind=kind), half, deed("delete"), MINUTE, again, answers=[OK, error("VALIDATION_ERROR")],
        policy=WEBCERT_7_7,
    )  # fmt: skip
    first, second = [call for call in played.calls if call.event == "RADERA"]
    assert ("2026-09-01T08:00:00.500", "2026-09-01T08:00:00.000") == (first.occurred_at, second.occurred_at)
    is_legacy = module == "lisjp"
    assert b":svar id=" in first.body
    assert is_legacy == (b":svar id=" not in second.body)
    assert is_legacy == (b"Tolvansson" in first.body)
    assert b"Tolvansson" not in second.body


def test_subject_and_last_day_are_for_questions_alone():
    """NotificationTypeConverterTest: amne is on NYFRFM and on nothing else."""
    played = play(
        create(), deed("sign"), deed("receive_question", question="q1", subject=Subject.KOMPLT),
        deed("answer", question="q1"),
    )  # fmt: skip
    with_subject = [call.event for call in played.calls if b"amne" in call.body]
    assert ["NYFRFM"] == with_subject


def test_who_did_it_is_in_the_message_where_somebody_did():
    """NotificationWSSenderTest: hanteratAv is the user's, and missing where there is none."""
    played = play(create(), deed("sign"), deed("receive_question", question="q1", subject=Subject.KOMPLT))
    assert {"SKAPAT": True, "SIGNAT": True, "SKICKA": True, "NYFRFM": False} == {
        call.event: b"hanteratAv" in call.body for call in played.calls
    }
