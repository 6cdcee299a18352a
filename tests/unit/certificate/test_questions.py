"""Questions: the counts exclude each other, and a question is open until it is handled."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.certificate.events import Subject
from simulator.certificate.questions import (
    Asker,
    Question,
    QuestionCounts,
    all_handled,
    counts,
    open_complements,
    questions_with,
)

NOW = datetime(2024, 9, 2, 6, 0, tzinfo=UTC)


def question(name: str = "q", asker: Asker = Asker.RECIPIENT, subject: Subject = Subject.KOMPLT, **more) -> Question:
    """A question that somebody has just put."""
    return Question(name, f"id-of-{name}", asker, subject, NOW, **more)


@pytest.mark.parametrize(
    ("answered", "handled", "expected"),
    [
        (False, False, QuestionCounts(unanswered=1)),
        (True, False, QuestionCounts(answered=1)),
        (True, True, QuestionCounts(handled=1)),
        (False, True, QuestionCounts(handled=1)),
    ],
)
def test_a_question_is_counted_as_one_thing(answered, handled, expected):
    """Handled stands before answered, and answered before unanswered (domain table of the counters)."""
    assert expected == counts((question(answered=answered, handled=handled),), Asker.RECIPIENT)


@given(st.lists(st.tuples(st.sampled_from(Asker), st.booleans(), st.booleans()), max_size=9))
def test_the_counts_sum_to_the_total(drawn):
    """Whatever the questions are, each is counted once, and on its own side."""
    questions = tuple(
        question(f"q{place}", asker, answered=answered, handled=handled)
        for place, (asker, answered, handled) in enumerate(drawn)
    )
    for asker in Asker:
        found = counts(questions, asker)
        assert sum(one.asker is asker for one in questions) == found.total
        assert found.total == found.unanswered + found.answered + found.handled
        assert min(found.unanswered, found.answered, found.handled) >= 0


def test_a_request_for_a_complement_is_open_until_it_is_handled():
    """Only complements that are not handled are asked for; an answer alone closes none."""
    asked = question("asked")
    answered = question("answered", answered=True)
    handled = question("handled", handled=True)
    other = question("other", subject=Subject.OVRIGT)
    assert (asked, answered) == open_complements((asked, answered, handled, other))


def test_a_changed_question_keeps_its_place():
    """The others stay as they were, and in their order."""
    first, second = question("first"), question("second")
    changed = replace(first, handled=True)
    assert (changed, second) == questions_with((first, second), changed)
    assert all(one.handled for one in all_handled((first, second)))
