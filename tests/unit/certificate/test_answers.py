"""What a certificate says: the answers to its type's questions, and what is lacking."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.certificate.answers import (
    DIAGNOSIS,
    EXPECTED_BIRTH,
    EXTENT,
    Answer,
    CodedValue,
    DatePeriod,
    complete_answers,
    diagnosis,
    expected_birth,
    extent,
    lacking,
)
from simulator.certificate.catalogue import FK7211, FK7443, TYPES
from simulator.errors import ActionRefused

DAY = date(2022, 6, 1)

# A year later is still to be a date.
days = st.dates(max_value=date(9998, 1, 1))


def test_the_expected_birth_is_a_date_as_text():
    """Question 54.1 is plain text on the wire."""
    assert Answer("54", (("54.1", "2022-10-19"),)) == expected_birth(date(2022, 10, 19))


@pytest.mark.parametrize("text", ["x", "Feber och hosta", "å" * 318])
def test_a_diagnosis_is_free_text(text):
    """Question 55.1 takes 1 to 318 characters."""
    assert Answer("55", (("55.1", text),)) == diagnosis(text)


@pytest.mark.parametrize("length", [0, 319, 1000])
def test_a_diagnosis_that_is_empty_or_too_long_is_refused(length):
    """The refusal says how long it is and how long it may be."""
    with pytest.raises(ActionRefused) as refused:
        diagnosis("x" * length)
    assert "answers-out-of-range" == refused.value.rule
    assert f"a diagnosis is 1 to 318 characters, this one is {length}" == str(refused.value)


@pytest.mark.parametrize(
    ("code", "display_name"),
    [
        ("EN_ATTONDEL", "En åttondel av den ordinarie tiden"),
        ("EN_FJARDEDEL", "En fjärdedel av den ordinarie tiden"),
        ("HALVA", "Halva den ordinarie tiden"),
        ("TRE_FJARDEDELAR", "Tre fjärdedelar av den ordinarie tiden"),
        ("HELA", "Hela den ordinarie tiden"),
    ],
)
def test_an_extent_is_a_code_and_a_period(code, display_name):
    """Question 56 has two parts and is numbered, since it can be answered once for each extent."""
    period = DatePeriod(DAY, date(2022, 6, 7))
    expected = Answer("56", (("56.1", CodedValue(code, "KV_FKMU_0008", display_name)), ("56.2", period)), 3)
    assert expected == extent(code, period, 3)


def test_an_extent_of_one_day():
    """A period may begin and end on the same day."""
    assert ("56.2", DatePeriod(DAY, DAY)) == extent("HELA", DatePeriod(DAY, DAY), 1).parts[1]


def test_a_period_that_ends_before_it_begins_is_refused():
    """The refusal names both days."""
    with pytest.raises(ActionRefused) as refused:
        extent("HELA", DatePeriod(DAY, date(2022, 5, 31)), 1)
    assert "answers-out-of-range" == refused.value.rule
    assert "the period ends (2022-05-31) before it begins (2022-06-01)" == str(refused.value)


def test_an_extent_that_is_none_is_refused():
    """The refusal names the code and lists those that there are."""
    with pytest.raises(ActionRefused) as refused:
        extent("MESTADELS", DatePeriod(DAY, DAY), 1)
    assert "answers-out-of-range" == refused.value.rule
    expected = "'MESTADELS' is no extent; extents are EN_ATTONDEL, EN_FJARDEDEL, HALVA, TRE_FJARDEDELAR and HELA"
    assert expected == str(refused.value)


def test_complete_answers_of_fk7443():
    """An ordinary certificate has a diagnosis and a week at home."""
    assert (
        Answer("55", (("55.1", "Feber och hosta"),)),
        Answer(
            "56",
            (
                ("56.1", CodedValue("HELA", "KV_FKMU_0008", "Hela den ordinarie tiden")),
                ("56.2", DatePeriod(DAY, date(2022, 6, 7))),
            ),
            1,
        ),
    ) == complete_answers(FK7443.questions, DAY)


def test_complete_answers_of_fk7211():
    """An ordinary certificate has an expected birth half a pregnancy ahead."""
    assert (Answer("54", (("54.1", "2022-10-19"),)),) == complete_answers(FK7211.questions, DAY)


@given(days)
def test_the_expected_birth_of_any_day_is_within_a_year(day):
    """Webcert takes a day from today to a year ahead (Webcert's code)."""
    (answer,) = complete_answers(FK7211.questions, day)
    assert day <= date.fromisoformat(str(answer.parts[0][1])) <= day.replace(year=day.year + 1, day=min(day.day, 28))


@given(days, st.sampled_from(TYPES))
def test_complete_answers_lack_nothing(day, kind):
    """Answers that are made for a type can be signed."""
    assert lacking(kind.questions, complete_answers(kind.questions, day)) is None


@pytest.mark.parametrize(
    ("questions", "answered", "sentence"),
    [
        (FK7443.questions, (), "the certificate is not complete: no answer to question 55 and 56"),
        (FK7443.questions, (DIAGNOSIS,), "the certificate is not complete: no answer to question 56"),
        (FK7443.questions, (EXTENT,), "the certificate is not complete: no answer to question 55"),
        (FK7211.questions, (), "the certificate is not complete: no answer to question 54"),
        (FK7211.questions, (DIAGNOSIS, EXTENT), "the certificate is not complete: no answer to question 54"),
    ],
)
def test_what_is_lacking(questions, answered, sentence):
    """The questions without an answer are named, and other types' answers do not count."""
    assert sentence == str(lacking(questions, tuple(Answer(question, ()) for question in answered)))


def test_answers_beyond_the_questions_lack_nothing():
    """An extent may be given several times."""
    period = DatePeriod(DAY, DAY)
    answers = (diagnosis("Feber"), extent("HALVA", period, 1), extent("HELA", period, 2), expected_birth(DAY))
    assert lacking((DIAGNOSIS, EXTENT), answers) is None
    assert lacking((EXPECTED_BIRTH,), answers) is None
