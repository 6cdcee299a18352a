"""Webcert's manners by path and date: every row of the history, on its last day and on its first."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from simulator.certificate.catalogue import Path
from simulator.certificate.events import EventCode, Subject
from simulator.certificate.manners import CHANGES, Change, Closing, CountsTold, Rewriting, manners
from tests.unit.certificate.stage import CS, DOCTOR, Stage

# Each row of the history, written by hand: its name, its day, its path, and what was otherwise before.
HISTORY = [
    ("outer-handled-by", date(2020, 2, 1), Path.LEGACY, {"handled_by": False}),
    ("signature-on-redelivery", date(2021, 10, 1), Path.LEGACY, {"rewriting": Rewriting.UNSIGNED_RETRY}),
    ("first-events", date(2024, 4, 1), Path.CS, {"tells": False}),
    ("care-reference", date(2024, 5, 28), Path.CS, {"care_reference": False}),
    ("handled-by-of-nobody", date(2024, 6, 4), Path.CS, {"handled_by_of_nobody": True}),
    ("counts", date(2024, 10, 11), Path.CS, {"counts": CountsTold.NEVER}),
    ("handled-sent-question", date(2024, 10, 16), Path.CS, {"tells_sent_question_apart": False}),
    ("closing-at-signing", date(2024, 11, 1), Path.CS, {"closing": Closing.NOT_AT_ALL}),
    ("redelivery", date(2025, 2, 25), Path.CS, {"redelivers": False}),
    ("reopening-at-revocation", date(2025, 11, 12), Path.CS, {"tells_reopening": False}),
    ("subject", date(2025, 12, 19), Path.CS, {"subject": False}),
    ("mapped-unit", date(2026, 1, 30), Path.CS, {"redelivers_to_mapped_unit": False}),
    ("stored-message", date(2026, 6, 10), Path.CS, {"rewriting": Rewriting.EACH_RETRY}),
]
DAY = timedelta(days=1)


def test_the_history_is_whole():
    """Every row of the program stands here, with its day."""
    assert [(one.name, one.since, one.path) for one in CHANGES] == [row[:3] for row in HISTORY]


@pytest.mark.parametrize(("name", "since", "path", "before"), HISTORY, ids=[row[0] for row in HISTORY])
def test_the_day_before_and_the_day(name, since, path, before):
    """Until the day before it was as the row says, and from the day on it is as today."""
    for field, value in before.items():
        assert value == getattr(manners(path, since - DAY), field)
        assert getattr(manners(path), field) == getattr(manners(path, since), field) != value


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.name)
def test_a_change_is_of_its_own_path_alone(change: Change):
    """The other path is on that day what it is on the next."""
    (other,) = set(Path) - {change.path}
    assert manners(other, change.since - DAY) == manners(other, change.since)


def test_the_signature_was_there_before_it_was_lost():
    """Redelivery as it is now began in March 2021, without the signature."""
    assert Rewriting.NEVER is manners(Path.LEGACY, date(2021, 2, 28)).rewriting
    assert Rewriting.UNSIGNED_RETRY is manners(Path.LEGACY, date(2021, 3, 1)).rewriting


# What a deed leads to on both sides of a day


def both_sides(day: date) -> tuple[Stage, Stage]:
    """A sent certificate of today's Webcert, as it was the day before, and on the day."""
    return Stage(as_of=day - DAY).sent(CS), Stage(as_of=day).sent(CS)


def test_a_handled_question_of_the_care_unit():
    """Before 16 October 2024 it comes as HANFRFM."""
    told = []
    for stage in both_sides(date(2024, 10, 16)):
        stage.about("ask", "q1", Subject.OVRIGT)
        told += stage.about("handle_sent")
    assert ["c1 HANFRFM", "c1 HANFRFV"] == told


def test_what_the_parent_is_told_at_signing():
    """Before 1 November 2024 nothing, though the questions are handled all the same."""
    told = []
    for stage in both_sides(date(2024, 11, 1)):
        stage.asked("q1").succeed("complement", "c2")
        told.append(stage.act("sign", "c2"))
        assert 1 == stage.certificates["c1"].questions_received.handled
    assert [["c2 SIGNAT", "c2 SKICKA"], ["c2 SIGNAT", "c1 HANFRFM", "c2 SKICKA"]] == told


def test_what_the_parent_is_told_at_revocation():
    """Before 12 November 2025 nothing, though the questions are open again."""
    told = []
    for stage in both_sides(date(2025, 11, 12)):
        stage.asked("q1").succeed("complement", "c2")
        stage.act("sign", "c2")
        told.append(stage.act("revoke", "c2"))
        assert 1 == stage.certificates["c1"].questions_received.unanswered
    assert [["c2 MAKULE"], ["c2 MAKULE", "c1 NYFRFM"]] == told


def test_the_subject_of_a_question():
    """Before 19 December 2025 NYFRFM carries neither subject nor last day."""
    before, after = both_sides(date(2025, 12, 19))
    assert [None, Subject.KOMPLT] == [
        stage.asked("q1").newest(EventCode.NYFRFM)[1].subject for stage in (before, after)
    ]


def test_who_has_handled_what_nobody_did():
    """Before 4 June 2024 somebody is named; that it was the issuer is assumed."""
    before, after = both_sides(date(2024, 6, 4))
    assert [DOCTOR.hsa_id, None] == [
        stage.asked("q1").newest(EventCode.NYFRFM)[1].handled_by for stage in (before, after)
    ]
