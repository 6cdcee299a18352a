"""What a certificate says: complete answers to each type's form, what is lacking, and what cannot be signed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.certificate import code_systems
from simulator.certificate.answers import (
    Answer,
    CodedValue,
    DatePeriod,
    Kind,
    PartialDate,
    Quantity,
    complete_answers,
    lacking,
    out_of_range,
    with_changed,
)
from simulator.certificate.catalogue import FK7211, FK7443, TYPES, TYPES_BY_KEY

DAY = date(2025, 9, 1)
FK7804 = TYPES_BY_KEY["FK7804", "cs", "2.0"]
LISJP = TYPES_BY_KEY["FK7804", "legacy", "1.2"]

# A year later is still to be a date, and a year earlier too.
days = st.dates(min_value=date(1900, 1, 1), max_value=date(2200, 1, 1))
each_type = pytest.mark.parametrize("kind", TYPES, ids=lambda kind: "-".join(kind.key))


def extent(code: str, start: date, end: date, instance: int = 1) -> Answer:
    """An answer to question 56: how much, and when."""
    return Answer("56", (("56.1", code_systems.EXTENTS.value(code)), ("56.2", DatePeriod(start, end))), instance)


def diagnosis(text: str) -> Answer:
    """An answer to question 55."""
    return Answer("55", (("55.1", text),))


# --- complete answers ---


def test_complete_answers_of_fk7443():
    """An ordinary certificate has a diagnosis and a week at home."""
    assert (
        Answer("55", (("55.1", "Feber och hosta"),)),
        Answer(
            "56",
            (
                ("56.1", CodedValue("HELA", "KV_FKMU_0008", "Hela den ordinarie tiden")),
                ("56.2", DatePeriod(DAY, date(2025, 9, 7))),
            ),
            1,
        ),
    ) == complete_answers(FK7443.questions, DAY)


def test_complete_answers_of_fk7211():
    """An ordinary certificate has an expected birth half a pregnancy ahead, as plain text on the wire."""
    assert (Answer("54", (("54.1", "2026-01-19"),)),) == complete_answers(FK7211.questions, DAY)


@pytest.mark.parametrize(
    ("kind", "system", "text", "icd"),
    [(FK7804, "KV_FKMU_0003", "100 procent", "1.2.752.116.1.1.1"),
     (LISJP, "KV_FKMU_0003", "100%", "1.2.752.116.1.1.1.1.3")],
    ids=["cs", "legacy"],
)  # fmt: skip
def test_a_sick_leave_certificate_has_its_codes(kind, system, text, icd):
    """Question 32 has the extent and the period, 6 the diagnosis; the two paths have other texts (Webcert's code)."""
    answers = {answer.question: answer for answer in complete_answers(kind.questions, DAY)}
    assert CodedValue("HELT_NEDSATT", system, text) == answers["32"].part("32.1")
    assert DatePeriod(DAY, date(2025, 9, 14)) == answers["32"].part("32.2")
    assert CodedValue("M545", icd, "Lumbago") == answers["6"].part("6.2")
    assert CodedValue("NUVARANDE_ARBETE", "KV_FKMU_0002", "Nuvarande arbete") == answers["28"].part("28.1")
    assert "false" == answers["27"].part("27.1")
    assert 1 == answers["32"].instance


def test_values_that_only_some_types_have():
    """AG1-14 has a quantity on the legacy path and plain digits on the other; TS diabetes knows a year."""
    legacy, cs, diabetes = (
        {answer.question: answer for answer in complete_answers(TYPES_BY_KEY[key].questions, DAY)}
        for key in (("AG1-14", "legacy", "1.0"), ("AG1-14", "cs", "2.0"), ("TS diabetes", "legacy", "4.0"))
    )
    assert (Quantity(100.0, "%"), "100") == (legacy["7"].part("7.1"), cs["7"].part("7.1"))
    assert PartialDate("2015") == diabetes["35"].part("35.1")
    assert None is diabetes["35"].part("35.2")


@pytest.mark.parametrize(("value", "format_"), [("2015", "YYYY"), ("2015-03", "YYYY-MM"), ("2015-03-31", "YYYY-MM-DD")])
def test_a_partial_date_says_how_much_is_known(value, format_):
    """The contract's formats are a year, a month and a day."""
    assert format_ == PartialDate(value).format


@given(days)
def test_the_expected_birth_of_any_day_is_within_a_year(day):
    """Webcert takes a day from today to a year ahead (Webcert's code)."""
    (answer,) = complete_answers(FK7211.questions, day)
    assert day <= date.fromisoformat(str(answer.parts[0][1])) <= day + timedelta(days=365)


@given(days, st.sampled_from(TYPES))
def test_complete_answers_can_be_signed(day, kind):
    """Answers that are made for a type lack nothing, and nothing in them is out of range."""
    answers = complete_answers(kind.questions, day)
    assert None is lacking(kind.questions, answers)
    assert None is out_of_range(kind.questions, answers, day)


def test_complete_answers_around_given_ones():
    """What is given takes the place of the ordinary answer; what the form does not have comes last."""
    given = (diagnosis("Vattkoppor"), Answer("9001", (("9001.1", "37"),)))
    answers = complete_answers(FK7443.questions, DAY, given)
    assert ["55", "56", "9001"] == [answer.question for answer in answers]
    assert (diagnosis("Vattkoppor"), given[1]) == (answers[0], answers[2])


def test_changed_answers_stand_in_the_order_of_the_form():
    """A change replaces all answers to its questions, and numbered ones stand in their order."""
    answers = complete_answers(FK7443.questions, DAY)
    halves = (extent("HALVA", DAY, DAY, 2), extent("HELA", date(2025, 9, 2), date(2025, 9, 3), 1))
    assert (answers[0], halves[1], halves[0]) == with_changed(FK7443.questions, answers, halves)
    assert (diagnosis("x"), answers[1]) == with_changed(FK7443.questions, answers, (diagnosis("x"),))


# --- forms ---


@each_type
def test_a_form_asks_each_question_once(kind):
    """Questions and delsvar have ids of their own, and a delsvar's begins with its question's."""
    ids = [question.id for question in kind.questions]
    parts = [part.id for question in kind.questions for part in question.parts]
    assert len(ids) == len(set(ids))
    assert len(parts) == len(set(parts))
    assert all(part.id.startswith(f"{question.id}.") for question in kind.questions for part in question.parts)


@each_type
def test_a_code_has_its_system_and_nothing_else_has(kind):
    """The ordinary code is one of its system."""
    for part in (part for question in kind.questions for part in question.parts):
        assert (part.kind is Kind.CODE) is (part.code_system is not None)
        if part.code_system is not None:
            assert part.ordinary in part.code_system.codes


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
def test_the_extents_of_fk7443(code, display_name):
    """There are five, with Webcert's texts."""
    assert CodedValue(code, "KV_FKMU_0008", display_name) == code_systems.EXTENTS.value(code)
    assert 5 == len(code_systems.EXTENTS.codes)


def test_a_code_that_an_open_system_does_not_have_here_is_its_own_text():
    """Diagnoses are many more than those that stand here."""
    assert CodedValue("Z999", "1.2.752.116.1.1.1", "Z999") == code_systems.ICD_10.value("Z999")


# --- what cannot be signed ---


@pytest.mark.parametrize(
    ("kind", "answered", "sentence"),
    [
        (FK7443, (), "the certificate is not complete: no answer to question 55 and 56"),
        (FK7443, ("55",), "the certificate is not complete: no answer to question 56"),
        (FK7443, ("56",), "the certificate is not complete: no answer to question 55"),
        (FK7211, (), "the certificate is not complete: no answer to question 54"),
        (FK7211, ("55", "56"), "the certificate is not complete: no answer to question 54"),
    ],
)
def test_what_is_lacking(kind, answered, sentence):
    """The questions without an answer are named, and other types' answers do not count."""
    assert sentence == str(lacking(kind.questions, tuple(Answer(question, ()) for question in answered)))


@pytest.mark.parametrize("length", [1, 15, 318])
def test_a_diagnosis_of_at_most_318_characters_can_be_signed(length):
    """Question 55.1 takes 1 to 318 characters."""
    assert None is out_of_range(FK7443.questions, (diagnosis("å" * length),), DAY)


@pytest.mark.parametrize("length", [0, 319, 1000])
def test_a_diagnosis_that_is_empty_or_too_long_cannot_be_signed(length):
    """The sentence says how long it is and how long it may be."""
    expected = f"delsvar 55.1 takes 1 to 318 characters, this text has {length}"
    assert expected == str(out_of_range(FK7443.questions, (diagnosis("x" * length),), DAY))


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ((extent("HELA", DAY, date(2025, 8, 31)),), "the period ends (2025-08-31) before it begins (2025-09-01)"),
        (
            (extent("HELA", date(2025, 6, 2), DAY),),
            "the period of HELA begins 2025-06-02, more than 90 days before it is signed",
        ),
        (
            (extent("HELA", DAY, DAY), extent("HELA", date(2025, 9, 3), date(2025, 9, 4), 2)),
            "HELA is given 2 times, and may be given once",
        ),
        (
            (extent("HELA", date(2025, 9, 3), date(2025, 9, 9)), extent("HALVA", DAY, date(2025, 9, 3), 2)),
            "the periods of HALVA and HELA overlap: one ends 2025-09-03, the other begins 2025-09-03",
        ),
    ],
)
def test_periods_that_cannot_be_signed(answers, sentence):
    """Periods end after they begin, not long ago, each extent once, and none over another (Webcert's code)."""
    assert sentence == str(out_of_range(FK7443.questions, answers, DAY))


@pytest.mark.parametrize(
    "answers",
    [
        (extent("HELA", DAY, DAY),),
        (extent("HELA", date(2025, 6, 3), DAY),),
        (extent("HELA", DAY, date(2025, 9, 2)), extent("HALVA", date(2025, 9, 3), date(2025, 9, 3), 2)),
    ],
    ids=["a day", "ninety days back", "one after the other"],
)
def test_periods_that_can_be_signed(answers):
    """A period may be a day, begin ninety days ago, and begin the day after another ended."""
    assert None is out_of_range(FK7443.questions, answers, DAY)


def test_sick_leave_may_begin_long_ago_but_not_overlap():
    """The limit of ninety days is FK7443's; sick-leave periods must not overlap either."""

    def leave(code: str, start: date, end: date, instance: int) -> Answer:
        return Answer("32", (("32.1", code_systems.SICK_LEAVE.value(code)), ("32.2", DatePeriod(start, end))), instance)

    long_ago = leave("HELT_NEDSATT", date(2024, 1, 1), date(2024, 2, 1), 1)
    assert None is out_of_range(FK7804.questions, (long_ago,), DAY)
    over_it = leave("HALFTEN", date(2024, 2, 1), date(2024, 3, 1), 2)
    assert "the periods of HELT_NEDSATT and HALFTEN overlap: one ends 2024-02-01, the other begins 2024-02-01" == str(
        out_of_range(FK7804.questions, (long_ago, over_it), DAY)
    )
