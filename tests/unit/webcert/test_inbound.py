"""What Webcert makes of calls, without any call: counts, periods, subjects and what is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from simulator.certificate.catalogue import FK7443, TYPES_BY_KEY
from simulator.certificate.certificate import Certificate, CertificateState
from simulator.certificate.events import EventCode, Subject
from simulator.certificate.identity import CertificateId, HsaId, LogicalAddress, PersonId
from simulator.certificate.lifecycle import Action
from simulator.certificate.questions import Asker, Question
from simulator.contract.inbound import ListedCounts
from simulator.contract.status_update import PatientWords
from simulator.redelivery.delivery import Delivery, DeliveryState
from simulator.scenario.cast import load_cast
from simulator.webcert import inbound
from simulator.webcert.inbound import listed_counts
from tests.unit.contract.canned import DRAFT_REQUEST, LIST_REQUEST, MESSAGE, UNIT

CAST = load_cast()
NOW = datetime(2024, 9, 2, 6, 0, 0, 700_000, tzinfo=UTC)
LISJP = TYPES_BY_KEY["FK7804", "legacy", "1.2"]


def question(name="q", asker=Asker.RECIPIENT, *, answered=False, handled=False):
    """A question in one of its states."""
    return Question(name, f"id-{name}", asker, Subject.KOMPLT, NOW, answered=answered, handled=handled)


ALL_STATES = tuple(
    question(f"{answered}{handled}", answered=answered, handled=handled)
    for answered in (False, True)
    for handled in (False, True)
)


def certificate(*questions, kind=FK7443, **parts):
    """A certificate with questions."""
    return Certificate(
        **{
            "id": CertificateId("c-1"), "alias": "c1", "type": kind, "unit": CAST.units["ALMC"],
            "patient": CAST.patients["lilltolvan"], "state": CertificateState.SENT, "saved_by": CAST.staff["nurse"],
            "answers": (), "created_at": NOW, "questions": questions, **parts,
        }
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "counted"),
    [
        (LISJP, ListedCounts(total=4, unanswered=1, answered=1, handled=2)),
        (FK7443, ListedCounts(total=4, unanswered=2, answered=2, handled=2)),
    ],
    ids=["legacy", "certificate-service"],
)
def test_counts_of_a_list(kind, counted):
    """The counts exclude each other on the legacy path alone; certificate-service's count the handled twice."""
    own = question("own", Asker.CARE)
    assert listed_counts(certificate(*ALL_STATES, own, kind=kind), Asker.RECIPIENT) == counted
    assert listed_counts(certificate(*ALL_STATES, own, kind=kind), Asker.CARE) == ListedCounts(total=1, unanswered=1)
    assert listed_counts(certificate(kind=kind), Asker.CARE) == ListedCounts()


def delivery(number, occurred_at=NOW, **parts):
    """A message that has been tried once."""
    return Delivery(
        **{
            "id": number, "certificate_id": CertificateId("c-1"), "alias": "c1", "event": EventCode.SKAPAT,
            "occurred_at": occurred_at, "logical_address": LogicalAddress(UNIT), "journal_system": "alfa",
            "message": b"", "state": DeliveryState.WAITING, "attempts_made": 1, "next_attempt_at": None, **parts,
        }
    )  # fmt: skip


def told(*deliveries, since=None, until=None):
    """The deliveries whose events are listed, by certificate."""
    return {alias: [one.id for one in found] for alias, found in inbound._told(deliveries, since, until).items()}


def test_events_that_have_been_tried():
    """An event counts once it has been tried, whatever became of it; what is sent again by hand is the same event."""
    states = [delivery(number, state=state) for number, state in enumerate(DeliveryState)]
    assert told(*states) == {"c1": [one.id for one in states]}
    assert told(delivery(1, attempts_made=0), delivery(2), delivery(3, resend_of=2)) == {"c1": [2]}
    assert told(delivery(1, attempts_made=0)) == {}


def test_events_stand_in_the_order_of_their_moments():
    """Which one was tried first does not matter."""
    later, other = delivery(1, NOW + timedelta(minutes=1)), delivery(3, alias="c2")
    assert told(later, delivery(2), other) == {"c1": [2, 1], "c2": [3]}


def test_a_period_is_of_whole_seconds():
    """An event belongs to a period by the second in which it happened, as that is what the list shows."""
    second = NOW.replace(microsecond=0)
    assert told(delivery(1), since=second, until=second) == {"c1": [1]}
    assert told(delivery(1), since=second + timedelta(seconds=1)) == {}
    assert told(delivery(1), until=second - timedelta(seconds=1)) == {}
    assert inbound._as_kept(delivery(1)).occurred_at == second


@pytest.mark.parametrize(
    ("asked", "parts", "listed"),
    [
        ({}, {}, True),
        ({"person_id": PersonId("191212121212")}, {}, False),
        ({}, {"state": CertificateState.REVOKED}, True),
        ({}, {"state": CertificateState.LOCKED}, True),
        ({}, {"state": CertificateState.DELETED}, False),
    ],
)
def test_who_is_listed(asked, parts, listed):
    """A list holds the patient's certificates, but no deleted draft."""
    assert inbound._is_asked_for(certificate(**parts), replace(LIST_REQUEST, **asked)) is listed


@pytest.mark.parametrize(
    ("asked", "listed"),
    [
        ({}, True),
        ({"unit_ids": (HsaId("TSTNMT2321000156-ALAM"),)}, False),
        ({"unit_ids": (), "care_provider_id": HsaId("TSTNMT2321000156-ALFA")}, True),
        ({"unit_ids": (), "care_provider_id": HsaId("TSTNMT2321000156-BETA")}, False),
    ],
)
def test_where_it_is_listed(asked, listed):
    """At the units that are named, or else at the care provider."""
    assert inbound._is_at(certificate().unit, replace(LIST_REQUEST, **asked)) is listed


def test_what_a_draft_needs():
    """Names that are blank and a person id that cannot be are missing, each in words of its own, in one order."""
    empty = replace(
        DRAFT_REQUEST, patient=PatientWords(" ", ""), staff_name="\n", unit_name="",
        person_id=PersonId.as_received("201212121213"),
    )  # fmt: skip
    assert [
        "the patient's last name is missing",
        "the patient's first name is missing",
        "the full name of the physician is missing",
        "the name of the unit is missing",
        "the last digit of a person id is a check digit, and this one is wrong",
    ] == list(inbound._problems(empty))
    assert list(inbound._problems(DRAFT_REQUEST)) == []


def deed(**parts):
    """What a message does: the action, and the question's name, subject and id."""
    subject = replace(MESSAGE.subject, code=parts.pop("subject"))
    asked = replace(MESSAGE, subject=subject, **{"reminds_of": None, "answers": None, "message_id": "m", **parts})
    done = inbound._deed_of(asked, certificate(question("q1")))
    assert done.asked is not None
    return done.action, done.asked.question, done.asked.subject, done.asked.id


def test_what_a_message_does():
    """A reminder is one by its subject, an answer by what it answers; anything else is a question."""
    answers = replace(MESSAGE.answers, message_id="id-q1")
    assert deed(subject="KOMPLT") == (Action.RECEIVE_QUESTION, "m", Subject.KOMPLT, "m")
    assert deed(subject="OVRIGT", answers=answers) == (Action.RECEIVE_ANSWER, "q1", Subject.OVRIGT, "m")
    assert deed(subject="PAMINN", reminds_of="id-q1") == (Action.REMIND, "q1", Subject.PAMINN, "m")
    assert deed(subject="PAMINN", answers=answers, reminds_of="id-q1")[0] is Action.REMIND
    # Refused afterwards, by the name of a question that the certificate does not have.
    assert deed(subject="PAMINN", reminds_of="unknown")[1] == "unknown"
    assert deed(subject="PAMINN")[1] == "m"
