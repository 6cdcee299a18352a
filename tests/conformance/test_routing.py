"""NotificationRouteTest: what goes straight through, what waits, and how often it arrives."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simulator.certificate.catalogue import TYPES, WEBCERT_7_7
from simulator.certificate.events import Subject
from tests.conformance.played import MINUTE, START, Played, create, deed, play

ASKED = [create(), deed("sign"), deed("receive_question", question="q1", subject=Subject.KOMPLT)]
FK7263 = next(kind for kind in TYPES if kind.name == "FK7263")
LISJP = next(kind for kind in TYPES if kind.module_id == "lisjp")


def times(played: Played, what: str) -> int:
    """How often it arrived."""
    return played.received.count(what)


@pytest.mark.parametrize(
    ("event", "steps"),
    [
        ("SKAPAT", [create()]),
        ("SKICKA", [create(), deed("sign")]),
        ("RADERA", [create(), deed("delete")]),
        ("MAKULE", [create(), deed("sign"), deed("revoke")]),
        ("KFSIGN", [create(), deed("mark_ready_to_sign")]),
        ("NYFRFM", ASKED),
        ("HANFRFM", [*ASKED, deed("answer", question="q1")]),
    ],
)
def test_what_goes_straight_through(event, steps):
    """testRoutingForCreateEvent, …SendEvent, …DeleteEvent, …RevokeEvent, …ReadyForSignEvent, …QuestionEvent and
    …HandledEvent: it arrives once, without waiting.
    """
    played = play(*steps)
    assert 1 == times(played, f"c1 {event}")
    assert [START.replace(microsecond=0)] * len(played.calls) == [
        call.received_at.replace(microsecond=0) for call in played.calls
    ]


def test_an_answer_goes_straight_through():
    """testRoutingForAnswerEvent: NYSVFM arrives once, without waiting."""
    played = play(
        create(kind=LISJP), deed("sign"), deed("send"), deed("ask", question="q1", subject=Subject.OVRIGT),
        deed("receive_answer", question="q1"), policy=WEBCERT_7_7,
    )  # fmt: skip
    assert 1 == times(played, "c1 NYSVFM")


def test_a_change_arrives_once_when_its_window_ends():
    """testRoutingForChangeEvent: it passes the aggregation and arrives."""
    played = play(create(), MINUTE, deed("change"))
    assert ["c1 SKAPAT", "c1 ANDRAT"] == played.received
    assert START + 5 * MINUTE == played.calls[-1].received_at


def test_a_signing_arrives_at_once_and_only_once():
    """testRoutingForSignEvent: what is tapped beside the aggregation does not leave it as well."""
    played = play(create(), MINUTE, deed("sign"), 20 * MINUTE)
    assert 1 == times(played, "c1 SIGNAT")
    assert START + MINUTE == next(call for call in played.calls if call.event == "SIGNAT").received_at


def test_three_changes_are_one():
    """testAggregationOfChangedEvents: a creation and three changes are two messages."""
    assert ["c1 SKAPAT", "c1 ANDRAT"] == play(create(), *[MINUTE, deed("change")] * 3).received


def test_the_latest_change_survives():
    """testAggregatorPassesOnLatestChangedEvent: the one of three that arrives is the newest."""
    played = play(create(), *[MINUTE, deed("change")] * 3)
    assert "2026-09-01T08:03:00.000" == played.calls[-1].occurred_at


@pytest.mark.parametrize("apart", [0 * MINUTE, MINUTE])
def test_fk7263_is_never_aggregated(apart):
    """testRoutingForFk7263: a creation, three changes and a signing are five messages."""
    policy = replace(WEBCERT_7_7, inactivated=frozenset())
    played = play(
        create(kind=FK7263), apart, deed("change"), apart, deed("change"), apart, deed("change"), apart, deed("sign"),
        policy=policy,
    )  # fmt: skip
    assert ["ANDRAT", "ANDRAT", "ANDRAT", "SIGNAT", "SKAPAT"] == sorted(call.event for call in played.calls)


def test_another_certificates_signing_silences_nothing():
    """testSignEventFromDifferentCertificatIdShouldNotCancelAggregatedChangedEvents."""
    played = play(create(), create("c2"), *[MINUTE, deed("change")] * 3, deed("sign", "c2"))
    assert (1, 1) == (times(played, "c1 ANDRAT"), times(played, "c2 SIGNAT"))


def test_a_signing_silences_the_changes_before_it():
    """testSignEventCancelsAggregatedChangedEvents: two changes and a signing are the signing alone."""
    played = play(create(), *[MINUTE, deed("change")] * 2, MINUTE, deed("sign"), 20 * MINUTE)
    assert (0, 1) == (times(played, "c1 ANDRAT"), times(played, "c1 SIGNAT"))


def test_a_change_in_another_window_is_told():
    """Changes from different windows are all delivered."""
    assert 2 == times(play(create(), deed("change"), 6 * MINUTE, deed("change")), "c1 ANDRAT")
