"""What a scenario says of answers, in its own words and by delsvar, becomes answers of the type's form."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from simulator.certificate.answers import Answer, CodedValue, DatePeriod, PartialDate, Quantity
from simulator.certificate.catalogue import TYPES_BY_KEY
from simulator.scenario.answering import answers_in
from simulator.scenario.model import AnswersWords

FK7443, FK7211 = TYPES_BY_KEY["FK7443", "cs", "1.0"], TYPES_BY_KEY["FK7211", "cs", "1.0"]
FK7804, LISJP = TYPES_BY_KEY["FK7804", "cs", "2.0"], TYPES_BY_KEY["FK7804", "legacy", "1.2"]
AG1_14, TS_DIABETES = TYPES_BY_KEY["AG1-14", "legacy", "1.0"], TYPES_BY_KEY["TS diabetes", "legacy", "4.0"]

ICD_10 = "1.2.752.116.1.1.1"


def read(kind: Any, words: dict[str, Any]) -> tuple[tuple[Answer, ...], list[tuple[Any, str]]]:
    """The answers that the words give, and the mistakes that are told with their places."""
    mistakes: list[tuple[Any, str]] = []
    answers = answers_in(
        AnswersWords.model_validate(words), kind, lambda place, what: mistakes.append((place, str(what)))
    )
    return answers, mistakes


def leave(code: str, text: str, start: str, end: str, instance: int) -> Answer:
    """A period of sick-leave."""
    period = DatePeriod(date.fromisoformat(start), date.fromisoformat(end))
    return Answer("32", (("32.1", CodedValue(code, "KV_FKMU_0003", text)), ("32.2", period)), instance)


@pytest.mark.parametrize(
    ("kind", "words", "answers"),
    [
        (FK7211, {"expected_birth": "2025-01-20"}, (Answer("54", (("54.1", "2025-01-20"),)),)),
        (FK7443, {"diagnosis": "Öroninflammation"}, (Answer("55", (("55.1", "Öroninflammation"),)),)),
        (
            FK7443,
            {"extent": [{"code": "HALVA", "from": "2024-09-02", "until": "2024-09-04"}]},
            (
                Answer(
                    "56",
                    (
                        ("56.1", CodedValue("HALVA", "KV_FKMU_0008", "Halva den ordinarie tiden")),
                        ("56.2", DatePeriod(date(2024, 9, 2), date(2024, 9, 4))),
                    ),
                    1,
                ),
            ),
        ),
        (
            FK7804,
            {"sick_leave": [{"code": "HELT_NEDSATT", "from": "2025-09-01", "until": "2025-09-14"},
                            {"code": "HALFTEN", "from": "2025-09-15", "until": "2025-09-30"}]},
            (leave("HELT_NEDSATT", "100 procent", "2025-09-01", "2025-09-14", 1),
             leave("HALFTEN", "50 procent", "2025-09-15", "2025-09-30", 2)),
        ),
        (
            LISJP,
            {"sick_leave": [{"from": "2025-09-01", "until": "2025-09-14"}]},
            (leave("HELT_NEDSATT", "100%", "2025-09-01", "2025-09-14", 1),),
        ),
        (
            FK7804,
            {"diagnosis": [{"code": "M545"}, {"code": "F438A", "text": "Utmattningssyndrom"}]},
            (
                Answer("6", (("6.2", CodedValue("M545", ICD_10, "Lumbago")), ("6.1", "Lumbago")), 1),
                Answer("6", (("6.2", CodedValue("F438A", ICD_10, "Utmattningssyndrom")),
                             ("6.1", "Utmattningssyndrom")), 2),
            ),
        ),
    ],
)  # fmt: skip
def test_words_of_the_format(kind, words, answers):
    """A day, a text, periods and diagnoses are written in the way of the type's own question."""
    assert (answers, []) == read(kind, words)


@pytest.mark.parametrize(
    ("kind", "delsvar", "answers"),
    [
        (FK7804, {"29.1": "Målare"}, (Answer("29", (("29.1", "Målare"),)),)),
        (FK7804, {"27.1": True}, (Answer("27", (("27.1", "true"),)),)),
        (
            FK7804,
            {"28.1": "STUDIER"},
            (Answer("28", (("28.1", CodedValue("STUDIER", "KV_FKMU_0002", "Studier")),), 1),),
        ),
        (
            FK7804,
            {"1.1": ["UNDERSOKNING", "ANNAT"], "1.2": ["2025-09-01", "2025-09-02"]},
            (
                Answer("1", (("1.1", CodedValue("UNDERSOKNING", "KV_FKMU_0001", "Min undersökning av patienten")),
                             ("1.2", "2025-09-01")), 1),
                Answer("1", (("1.1", CodedValue("ANNAT", "KV_FKMU_0001", "Annat")), ("1.2", "2025-09-02")), 2),
            ),
        ),
        (
            FK7804,
            {"6.2": {"code": "M545", "code_system": "1.2.3", "text": "Ont"}},
            (Answer("6", (("6.2", CodedValue("M545", "1.2.3", "Ont")),), 1),),
        ),
        (
            FK7804,
            {"32.2": {"from": "2025-09-01", "until": "2025-09-02"}},
            (Answer("32", (("32.2", DatePeriod(date(2025, 9, 1), date(2025, 9, 2))),), 1),),
        ),
        (AG1_14, {"7.1": 50}, (Answer("7", (("7.1", Quantity(50.0, "%")),)),)),
        (AG1_14, {"7.1": {"number": 3, "unit": "h"}}, (Answer("7", (("7.1", Quantity(3.0, "h")),)),)),
        (TS_DIABETES, {"35.1": "2019-03"}, (Answer("35", (("35.1", PartialDate("2019-03")),)),)),
        (TS_DIABETES, {"35.1": 2019}, (Answer("35", (("35.1", PartialDate("2019")),)),)),
        # What the form here does not have is written as it looks.
        (FK7804, {"9001.1": 37}, (Answer("9001", (("9001.1", "37"),)),)),
        (FK7804, {"33.1": False}, (Answer("33", (("33.1", "false"),)),)),
        (FK7804, {"40.1": {"code": "X"}}, (Answer("40", (("40.1", CodedValue("X", "", "X")),)),)),
    ],
)  # fmt: skip
def test_any_delsvar_by_its_id(kind, delsvar, answers):
    """A delsvar of the form is written in its kind, a list gives one answer after another, and others are let in."""
    assert (answers, []) == read(kind, {"delsvar": delsvar})


@pytest.mark.parametrize(
    ("kind", "words", "place", "sentence"),
    [
        (FK7443, {"expected_birth": "2025-01-20"}, ("expected_birth",),
         "FK7443 does not ask for 'expected_birth'; it has diagnosis, extent and delsvar"),
        (FK7211, {"sick_leave": [{"from": "2025-01-01", "until": "2025-01-02"}]}, ("sick_leave",),
         "FK7211 does not ask for 'sick_leave'; it has expected_birth and delsvar"),
        (FK7804, {"sick_leave": [{"code": "HELA", "from": "2025-01-01", "until": "2025-01-02"}]},
         ("sick_leave", 0, "code"), "unknown code 'HELA' of KV_FKMU_0003; did you mean 'HELT_NEDSATT'?"),
        (FK7804, {"diagnosis": "Lumbago"}, ("diagnosis", 0),
         "FK7804 wants the diagnosis with its code: {code: M545, text: Lumbago}"),
        (FK7443, {"diagnosis": {"code": "M545"}}, ("diagnosis", 0, "code"),
         "FK7443 takes its diagnosis in words, without a code"),
        (FK7804, {"delsvar": {"28.1": "STUDERAR"}}, ("delsvar", "28.1"),
         "unknown code 'STUDERAR' of KV_FKMU_0002; did you mean 'STUDIER'?"),
        (FK7804, {"delsvar": {"27.1": "ja"}}, ("delsvar", "27.1"),
         "delsvar 27.1 of FK7804 is yes or no; write true"),
        (FK7804, {"delsvar": {"32.2": "2025-01-01"}}, ("delsvar", "32.2"),
         "delsvar 32.2 of FK7804 is a period; write {from: 2025-01-20, until: 2025-02-02}"),
        (FK7804, {"delsvar": {"32.2": {"code": "HELA"}}}, ("delsvar", "32.2"),
         "delsvar 32.2 of FK7804 is a period; write {from: 2025-01-20, until: 2025-02-02}"),
        (FK7804, {"delsvar": {"1.2": True}}, ("delsvar", "1.2"), "delsvar 1.2 of FK7804 is a day; write 2025-01-20"),
        (FK7804, {"delsvar": {"1.2": "2025-02-30"}}, ("delsvar", "1.2"),
         "delsvar 1.2 of FK7804 is a day; write 2025-01-20"),
        (AG1_14, {"delsvar": {"7.1": True}}, ("delsvar", "7.1"),
         "delsvar 7.1 of AG1-14 is a number with its unit; write 100"),
        (TS_DIABETES, {"delsvar": {"35.1": True}}, ("delsvar", "35.1"),
         "delsvar 35.1 of TS diabetes is a year, a month or a day; write 2025-01"),
    ],
)  # fmt: skip
def test_what_the_type_does_not_ask_is_told_with_its_place(kind, words, place, sentence):
    """The mistake names the type, what is wrong, and what would be right; the answer is left out."""
    assert ((), [(place, sentence)]) == read(kind, words)


@pytest.mark.parametrize(
    "value",
    [{}, {"from": "2025-01-01"}, {"number": 3}, {"code": "X", "unit": "h"}, {"code": "X", "from": "2025-01-01"},
     {"from": "2025-01-01", "until": "2025-01-02", "text": "x"}],
    ids=str,
)  # fmt: skip
def test_a_delsvar_in_full_is_one_thing(value):
    """A code, a period or a quantity, whole, and nothing of another."""
    with pytest.raises(ValidationError, match=r"a delsvar is \{code\}, \{from, until\} or \{number, unit\}"):
        AnswersWords.model_validate({"delsvar": {"1.1": value}})
