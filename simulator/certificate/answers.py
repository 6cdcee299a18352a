"""What a certificate says: the answers (svar) to its type's questions.

Each certificate type asks its own questions (Webcert's code). `complete_answers` fills them all from the day of the
certificate, so that a scenario need not; `lacking` says what must be answered before signing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from simulator.errors import ActionRefused
from simulator.sentence import Sentence, say


@dataclass(frozen=True)
class CodedValue:
    """A `cv`: a code of a code system with its text."""

    code: str
    code_system: str
    display_name: str


@dataclass(frozen=True)
class DatePeriod:
    """A `datePeriod`: first and last day."""

    start: date
    end: date


# Text and dates are plain text on the wire; the other two have elements of their own.
AnswerValue = str | CodedValue | DatePeriod


@dataclass(frozen=True)
class Answer:
    """One svar: a question's id, its delsvar by id, and a number where the question can be answered several times."""

    question: str
    parts: tuple[tuple[str, AnswerValue], ...]
    instance: int | None = None


EXPECTED_BIRTH = "54"
DIAGNOSIS = "55"
EXTENT = "56"

# The longest text that question 55.1 takes (Webcert's code).
DIAGNOSIS_LENGTH_MAX = 318

# The code system of the extents is a name and not an OID (Webcert's code).
EXTENT_CODE_SYSTEM = "KV_FKMU_0008"
EXTENTS: dict[str, str] = {
    "EN_ATTONDEL": "En åttondel av den ordinarie tiden",
    "EN_FJARDEDEL": "En fjärdedel av den ordinarie tiden",
    "HALVA": "Halva den ordinarie tiden",
    "TRE_FJARDEDELAR": "Tre fjärdedelar av den ordinarie tiden",
    "HELA": "Hela den ordinarie tiden",
}

# Half a pregnancy from the day of the certificate: always within "today to one year ahead" (Webcert's code).
DAYS_TO_EXPECTED_BIRTH = 140
DAYS_OF_CARE = 7


def expected_birth(day: date) -> Answer:
    """Question 54 of FK7211: the expected day of birth."""
    return Answer(EXPECTED_BIRTH, (("54.1", day.isoformat()),))


def diagnosis(text: str) -> Answer:
    """Question 55 of FK7443: diagnosis or symptoms in free text, at most 318 characters."""
    if not text or len(text) > DIAGNOSIS_LENGTH_MAX:
        raise ActionRefused(
            say("a diagnosis is 1 to {most} characters, this one is {length}",
                most=DIAGNOSIS_LENGTH_MAX, length=len(text)),
            rule="answers-out-of-range",
        )  # fmt: skip
    return Answer(DIAGNOSIS, (("55.1", text),))


def extent(code: str, period: DatePeriod, instance: int) -> Answer:
    """Question 56 of FK7443: how much of the ordinary time, and between which days."""
    if code not in EXTENTS:
        raise ActionRefused(
            say("'{code}' is no extent; extents are {extents}", code=code, extents=tuple(EXTENTS)),
            rule="answers-out-of-range",
        )
    if period.end < period.start:
        raise ActionRefused(
            say("the period ends ({end}) before it begins ({start})",
                start=period.start.isoformat(), end=period.end.isoformat()),
            rule="answers-out-of-range",
        )  # fmt: skip
    value = CodedValue(code, EXTENT_CODE_SYSTEM, EXTENTS[code])
    return Answer(EXTENT, (("56.1", value), ("56.2", period)), instance)


def complete_answers(questions: tuple[str, ...], day: date) -> tuple[Answer, ...]:
    """Answer every question of a type as an ordinary certificate of that day would."""
    return tuple(_ORDINARY[question](day) for question in questions)


_ORDINARY: dict[str, Callable[[date], Answer]] = {
    EXPECTED_BIRTH: lambda day: expected_birth(day + timedelta(days=DAYS_TO_EXPECTED_BIRTH)),
    DIAGNOSIS: lambda _: diagnosis("Feber och hosta"),
    EXTENT: lambda day: extent("HELA", DatePeriod(day, day + timedelta(days=DAYS_OF_CARE - 1)), 1),
}


def lacking(questions: tuple[str, ...], answers: tuple[Answer, ...]) -> Sentence | None:
    """Say which questions are still unanswered, or None when the certificate is complete."""
    answered = {answer.question for answer in answers}
    missing = tuple(question for question in questions if question not in answered)
    if not missing:
        return None
    return say("the certificate is not complete: no answer to question {missing}", missing=missing)
