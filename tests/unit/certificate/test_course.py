"""What follows from a deed: what is told, in which order, on which certificate, on either of Webcert's paths."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from simulator.certificate.certificate import CertificateState, Origin
from simulator.certificate.events import EventCode, Subject
from simulator.certificate.identity import PersonId
from simulator.certificate.people import CareUnit
from simulator.certificate.questions import QuestionCounts
from simulator.errors import ActionRefused
from tests.unit.certificate.stage import CAST, CS, DOCTOR, HOME, LEGACY, NURSE, Stage, kind

BOTH = pytest.mark.parametrize("what", [CS, LEGACY], ids=["cs", "legacy"])
ELSEWHERE: CareUnit = CAST.units["ALVC"]


def complemented(what, *names: str) -> Stage:
    """A certificate with requests for complements, and the draft of one as c2."""
    stage = Stage().sent(what).asked(*names)
    stage.succeed("complement", "c2")
    return stage


# Signing


@pytest.mark.parametrize(
    ("what", "told"),
    [
        (CS, ["c2 SIGNAT", "c1 HANFRFM", "c2 SKICKA"]),
        (LEGACY, ["c2 SIGNAT", "c2 SKICKA", "c1 HANFRFM", "c1 HANFRFM"]),
    ],
    ids=["cs", "legacy"],
)
def test_the_order_after_signing_a_complement(what, told):
    """One path closes the parent's questions at once and before sending, the other one by one and after it."""
    stage = complemented(what, "q1", "q2")
    assert told == stage.act("sign", "c2")
    assert QuestionCounts(handled=2) == stage.certificates["c1"].questions_received
    assert CertificateState.SENT is stage.certificates["c2"].state


@BOTH
def test_what_follows_is_not_stamped_before_its_cause(what):
    """A parent that was quiet for long is told of at the moment of the child's event or after it, never before."""
    stage = complemented(what, "q1").later(timedelta(hours=1))
    stage.act("change", "c2")
    assert len(stage.act("sign", "c2")) == 3
    (_, signed), *followed = stage.told[-3:]
    assert all(event.occurred_at >= signed.occurred_at for _, event in followed)
    assert signed.occurred_at > stage.now


def test_the_parents_counts_move_with_each_event():
    """Told one by one, the first event still counts a question as open."""
    stage = complemented(LEGACY, "q1", "q2")
    stage.act("sign", "c2")
    counts = [one.questions_received for one, event in stage.told if event.code is EventCode.HANFRFM]
    assert [QuestionCounts(unanswered=1, handled=1), QuestionCounts(handled=2)] == counts


@pytest.mark.parametrize("action", ["replace", "renew"])
def test_a_signed_child_closes_what_has_been_asked(action):
    """Replacements and renewals close the parent's complement questions as complements do (Webcert's code)."""
    stage = Stage().sent()
    stage.succeed(action, "c2")
    stage.asked("q1")
    assert "c1 HANFRFM" in stage.act("sign", "c2")


def test_a_parent_that_was_asked_nothing_is_told_nothing():
    """Signing a replacement says nothing about the one that it replaces."""
    stage = Stage().sent(kind("FK7210"), by=NURSE)
    stage.succeed("replace", "c2")
    assert ["c2 SIGNAT"] == stage.act("sign", "c2")


@BOTH
def test_the_moment_of_signing_is_the_events(what):
    """signeringstidpunkt is SIGNAT's own moment, also where the event had to wait for the one before."""
    stage = Stage()
    stage.create(what)
    stage.act("change")
    stage.act("sign")
    certificate, event = stage.newest(EventCode.SIGNAT)
    assert event.occurred_at == certificate.signed_at
    assert DOCTOR == certificate.saved_by


@BOTH
def test_events_of_one_certificate_have_moments_of_their_own(what):
    """However much happens at one moment, each event of a certificate is later than the one before."""
    stage = complemented(what, "q1", "q2")
    stage.act("sign", "c2")
    for alias in ("c1", "c2"):
        moments = [event.occurred_at for one, event in stage.told if one.alias == alias]
        assert moments == sorted(set(moments))


def test_a_patient_for_tests_is_not_sent_to_anybody():
    """Neither at once nor by hand (Webcert's code)."""
    stage = Stage()
    stage.create(CS, patient=CAST.patients["alexa"])
    assert ["c1 SIGNAT"] == stage.act("sign")
    with pytest.raises(ActionRefused) as refused:
        stage.act("send")
    assert "test-patient" == refused.value.rule


# Revocation


def test_one_path_revokes_in_silence():
    """Open questions are handled before MAKULE is told, and no event says so."""
    stage = Stage().sent(CS).asked("q1")
    stage.about("ask", "q2", Subject.OVRIGT)
    assert ["c1 MAKULE"] == stage.act("revoke")
    told, _ = stage.newest(EventCode.MAKULE)
    assert QuestionCounts(handled=1) == told.questions_received == told.questions_sent


def test_the_other_path_tells_what_it_closes():
    """MAKULE counts the questions as they were; then each is told by its own side's event."""
    stage = Stage().sent(LEGACY).asked("q1")
    stage.about("ask", "q2", Subject.OVRIGT)
    assert ["c1 MAKULE", "c1 HANFRFM", "c1 HANFRFV"] == stage.act("revoke")
    told, _ = stage.newest(EventCode.MAKULE)
    assert QuestionCounts(unanswered=1) == told.questions_received == told.questions_sent


@pytest.mark.parametrize(
    ("what", "counts"),
    [
        (CS, [QuestionCounts(unanswered=2), QuestionCounts(unanswered=2)]),
        (LEGACY, [QuestionCounts(unanswered=1, handled=1), QuestionCounts(unanswered=2)]),
    ],
    ids=["cs", "legacy"],
)
def test_a_revoked_complement_reopens_the_parents_questions(what, counts):
    """An NYFRFM for each of them on the parent, without subject and last day: nobody has asked anew."""
    stage = complemented(what, "q1", "q2")
    stage.act("sign", "c2")
    assert ["c2 MAKULE", "c1 NYFRFM", "c1 NYFRFM"] == stage.act("revoke", "c2")
    assert [(None, None)] * 2 == [(event.subject, event.answer_due) for _, event in stage.told[-2:]]
    assert counts == [one.questions_received for one, _ in stage.told[-2:]]


@pytest.mark.parametrize(
    ("what", "older"), [(CS, ["c2 MAKULE", "c1 NYFRFM"]), (LEGACY, ["c2 MAKULE"])], ids=["cs", "legacy"]
)
def test_only_the_newest_complement_reopens_on_the_other_path(what, older):
    """Where a newer complement stands, revoking the older one says nothing of the parent."""
    stage = complemented(what, "q1")
    stage.succeed("complement", "c3")
    stage.act("sign", "c2")
    stage.act("sign", "c3")
    assert older == stage.act("revoke", "c2")


def test_a_newer_complement_that_was_deleted_is_none():
    """A draft that is gone stands in nobody's way."""
    stage = complemented(LEGACY, "q1")
    stage.succeed("complement", "c3")
    stage.act("delete", "c3")
    stage.act("sign", "c2")
    assert ["c2 MAKULE", "c1 NYFRFM"] == stage.act("revoke", "c2")


# Drafts


@BOTH
def test_whoever_deletes_a_draft_stands_as_its_author(what):
    """RADERA names the one who deletes, both as having done it and as having saved it (Webcert's code)."""
    stage = Stage()
    stage.create(what)
    stage.act("delete", by=NURSE)
    certificate, event = stage.newest(EventCode.RADERA)
    assert (NURSE, NURSE.hsa_id) == (certificate.saved_by, event.handled_by)


@BOTH
def test_time_disposes_in_nobodys_name(what):
    """A draft that is disposed of keeps its author, and nobody has handled the event."""
    stage = Stage()
    stage.create(what)
    assert ["c1 RADERA"] == stage.act("dispose")
    certificate, event = stage.newest(EventCode.RADERA)
    assert (DOCTOR, None) == (certificate.saved_by, event.handled_by)


@BOTH
def test_a_draft_that_is_locked_loses_its_relation(what):
    """Locking tells nobody, and cuts the relation (Webcert's code)."""
    stage = complemented(what, "q1")
    assert stage.certificates["c2"].relation is not None
    assert [] == stage.act("lock", "c2")
    assert stage.certificates["c2"].relation is None


@BOTH
def test_the_relations_root_is_a_unit(what):
    """The parent's on one path, the new certificate's own on the other (Webcert's code)."""
    stage = Stage().sent(what)
    stage.succeed("replace", "c2", unit=ELSEWHERE)
    relation = stage.certificates["c2"].relation
    assert (HOME.hsa_id if what is CS else ELSEWHERE.hsa_id) == relation.certificate_root
    assert ("ERSATT", "Ersätter") == (relation.code, relation.display_name)


def test_a_reference_is_never_the_parents():
    """What is made of a certificate does not take its reference."""
    stage = Stage().sent(ref="R1")
    stage.succeed("renew", "c2")
    assert stage.certificates["c2"].care_reference is None


# Opening from the journal system


def test_the_first_reference_stays():
    """A certificate without a reference takes that of the first jump, and keeps it."""
    stage = Stage()
    stage.create()
    assert [] == stage.act("open") == stage.act("open", care_reference="R1") == stage.act("open", care_reference="R2")
    assert "R1" == stage.certificates["c1"].care_reference


def test_another_person_id_is_a_change():
    """A draft whose patient has a new person id is told as ANDRAT, a signed certificate's is not."""
    stage = Stage()
    stage.create()
    other = replace(CAST.patients["tolvan"], person_id=PersonId("195401875769"))
    assert ["c1 ANDRAT"] == stage.act("open", patient=other)
    assert other == stage.certificates["c1"].patient
    assert [] == stage.act("open", patient=other)
    stage.act("sign")
    assert [] == stage.act("open", patient=CAST.patients["tolvan"])


@pytest.mark.parametrize(("what", "handled_by"), [(CS, DOCTOR.hsa_id), (LEGACY, None)], ids=["cs", "legacy"])
def test_who_has_handled_a_draft_from_a_journal_system(what, handled_by):
    """The person of the request on one path, nobody on the other (inferred from Webcert's code)."""
    stage = Stage()
    stage.create(what, origin=Origin.JOURNAL_SYSTEM)
    assert handled_by == stage.newest(EventCode.SKAPAT)[1].handled_by


# Questions: the counters' table, step by step

MOVES = [
    ("receive_question", "q1", Subject.KONTKT, "NYFRFM", QuestionCounts(), QuestionCounts(unanswered=1)),
    ("remind", "q1", None, "NYFRFM", QuestionCounts(), QuestionCounts(unanswered=1)),
    ("handle_received", "q1", None, "HANFRFM", QuestionCounts(), QuestionCounts(handled=1)),
    ("unhandle_received", "q1", None, "HANFRFM", QuestionCounts(), QuestionCounts(unanswered=1)),
    ("answer", "q1", None, "HANFRFM", QuestionCounts(), QuestionCounts(handled=1)),
    ("ask", "q2", Subject.OVRIGT, "NYFRFV", QuestionCounts(unanswered=1), QuestionCounts(handled=1)),
    ("receive_answer", "q2", None, "NYSVFM", QuestionCounts(answered=1), QuestionCounts(handled=1)),
    ("handle_sent", "q2", None, "HANFRFV", QuestionCounts(handled=1), QuestionCounts(handled=1)),
    ("unhandle_sent", "q2", None, "HANFRFV", QuestionCounts(answered=1), QuestionCounts(handled=1)),
]  # fmt: skip


@BOTH
def test_how_the_counts_move(what):
    """Each step moves one question from one kind to another, and tells its event on the certificate itself."""
    stage = Stage().sent(what)
    for action, name, subject, code, sent, received in MOVES:
        assert [f"c1 {code}"] == stage.about(action, name, subject), action
        certificate, event = stage.told[-1]
        assert (sent, received) == (certificate.questions_sent, certificate.questions_received), action
        by_nobody = action in ("receive_question", "remind", "receive_answer")
        assert (None if by_nobody else DOCTOR.hsa_id) == event.handled_by, action
        expected = {"receive_question": subject, "remind": Subject.PAMINN}.get(action)
        assert expected == event.subject, action


def test_that_it_cannot_be_complemented_answers_all():
    """An answer in words to a request for a complement handles every one of them, by one event (Webcert's code)."""
    stage = Stage().sent().asked("q1", "q2")
    assert ["c1 HANFRFM"] == stage.about("answer", "q2")
    assert QuestionCounts(handled=2) == stage.certificates["c1"].questions_received


# Refusals


def test_a_refusal_changes_nothing():
    """What is refused leaves every certificate as it was, and tells nothing."""
    stage = Stage().sent().later(timedelta(days=1))
    before, told = dict(stage.certificates), len(stage.told)
    for action in ("sign", "send", "delete", "complement", "copy", "lock"):
        with pytest.raises(ActionRefused):
            stage.succeed(action, "c9") if action in ("complement", "copy") else stage.act(action)
    assert (before, told) == (stage.certificates, len(stage.told))


def test_somebody_has_to_be_logged_in():
    """Only what the recipient, time and the patient do is done by nobody."""
    stage = Stage()
    stage.create()
    with pytest.raises(ActionRefused) as refused:
        stage.act("sign", by=None)
    assert "nobody-is-logged-in" == refused.value.rule


def test_a_name_is_taken_once():
    """A certificate that is made of another needs a name of its own."""
    stage = Stage().sent()
    with pytest.raises(ActionRefused) as refused:
        stage.succeed("renew", "c1")
    assert "name-is-taken" == refused.value.rule
