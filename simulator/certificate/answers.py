"""What a certificate says: the answers (svar) to its type's questions, and what they must be to be signed.

A type has a form, its questions in their order (`forms`); each has delsvar of a kind, and an ordinary answer.
`complete_answers` fills a form from the day of the certificate, so that a scenario need not. `lacking` says what must
be answered before signing, and `out_of_range` what cannot be signed as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

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


@dataclass(frozen=True)
class PartialDate:
    """A `partialDate`: a date as far as it is known, a year, a month or a day."""

    value: str

    @property
    def format(self) -> str:
        """How much of the date is known, as the contract says it."""
        return "YYYY-MM-DD"[: len(self.value)]


@dataclass(frozen=True)
class Quantity:
    """A `pq`: a number and its unit."""

    number: float
    unit: str


# Text, dates, numbers and yes or no are plain text on the wire; the others have elements of their own.
AnswerValue = str | CodedValue | DatePeriod | PartialDate | Quantity


@dataclass(frozen=True)
class Answer:
    """One svar: a question's id, its delsvar by id, and a number where the question can be answered several times."""

    question: str
    parts: tuple[tuple[str, AnswerValue], ...]
    instance: int | None = None

    def part(self, part_id: str) -> AnswerValue | None:
        """What the delsvar says, or None."""
        return dict(self.parts).get(part_id)


class Kind(StrEnum):
    """What a delsvar holds."""

    TEXT = "text"
    YES_OR_NO = "yes-or-no"
    DAY = "day"
    PARTIAL_DATE = "partial-date"
    CODE = "code"
    PERIOD = "period"
    QUANTITY = "quantity"


@dataclass(frozen=True)
class CodeSystem:
    """A code system as a certificate uses it: its id, and the codes that it takes with their texts.

    A system that is `open` has more codes than stand here: diagnoses.
    """

    id: str
    codes: dict[str, str]
    open: bool = False

    def value(self, code: str) -> CodedValue:
        """The code with its text; a code of an open system that does not stand here is its own text."""
        return CodedValue(code, self.id, self.codes.get(code, code))


@dataclass(frozen=True)
class Part:
    """A delsvar of a question, and what an ordinary certificate says there.

    `ordinary` is the text, the code or the number; a day is counted from the certificate's, and so are a period's
    two. A text may be at most `length_max` characters.
    """

    id: str
    kind: Kind
    ordinary: str | bool | int | tuple[int, int]
    code_system: CodeSystem | None = None
    unit: str = ""
    length_max: int | None = None

    def ordinary_value(self, day: date) -> AnswerValue:
        """What a certificate of that day says here, unless somebody says otherwise."""
        match self.kind, self.ordinary:
            case Kind.CODE, str(code):
                assert self.code_system is not None, "a code has its system"
                return self.code_system.value(code)
            case Kind.DAY, int(days):
                return (day + timedelta(days=days)).isoformat()
            case Kind.PARTIAL_DATE, int(years):
                return PartialDate(str(day.year + years))
            case Kind.PERIOD, (int(first), int(last)):
                return DatePeriod(day + timedelta(days=first), day + timedelta(days=last))
            case Kind.QUANTITY, int(number):
                return Quantity(float(number), self.unit)
            case Kind.YES_OR_NO, bool(said):
                return "true" if said else "false"
        return str(self.ordinary)


@dataclass(frozen=True)
class FormQuestion:
    """A question of a type's form: its id, its delsvar, and how a scenario calls it.

    `word` is the key that scenarios have for it beside its delsvar ids. A `numbered` one carries an instans, since it
    can be answered several times. Its periods begin at most `days_back_max` days before the day of signing.
    """

    id: str
    meaning: str
    parts: tuple[Part, ...]
    word: str | None = None
    numbered: bool = False
    days_back_max: int | None = None
    # A renewal is for another time, so its periods are not taken from its parent (Webcert's code).
    copied_at_renewal: bool = True
    # Taken from published certificates of the type; otherwise it is representative: likely, and no more.
    published: bool = True

    def ordinary_answer(self, day: date) -> Answer:
        """The answer of an ordinary certificate of that day."""
        parts = tuple((part.id, part.ordinary_value(day)) for part in self.parts)
        return Answer(self.id, parts, 1 if self.numbered else None)


Form = tuple[FormQuestion, ...]


def complete_answers(form: Form, day: date, given: Iterable[Answer] = ()) -> tuple[Answer, ...]:
    """Answer a whole form as an ordinary certificate of that day would, but for what is given."""
    by_question: dict[str, list[Answer]] = {}
    for answer in given:
        by_question.setdefault(answer.question, []).append(answer)
    answers: list[Answer] = []
    for question in form:
        answers += by_question.pop(question.id, [question.ordinary_answer(day)])
    return (*answers, *(answer for left in by_question.values() for answer in left))


def with_changed(form: Form, answers: tuple[Answer, ...], changed: Iterable[Answer]) -> tuple[Answer, ...]:
    """The answers with some changed, which take the place of all answers to the same questions; in the form's order."""
    new = tuple(changed)
    replaced = {answer.question for answer in new}
    order = {question.id: place for place, question in enumerate(form)}
    kept = tuple(answer for answer in answers if answer.question not in replaced)
    return tuple(sorted(kept + new, key=lambda one: (order.get(one.question, len(order)), one.instance or 0)))


def taken_over(form: Form, answers: Iterable[Answer]) -> tuple[Answer, ...]:
    """What a form can take of another form's answers: those of its own questions, with its own code systems.

    An answer that the form cannot hold, such as a code that its system does not know, is left out.
    """
    taken: list[Answer] = []
    asked = {question.id: question for question in form}
    for answer in answers:
        question = asked.get(answer.question)
        if question is None or (not question.numbered and (answer.instance or 1) > 1):
            continue
        values = [(part_id, _in_form(question, part_id, value)) for part_id, value in answer.parts]
        parts = tuple((part_id, value) for part_id, value in values if value is not None)
        if len(parts) == len(values):
            taken.append(Answer(question.id, parts, (answer.instance or 1) if question.numbered else None))
    return tuple(taken)


def _in_form(question: FormQuestion, part_id: str, value: AnswerValue) -> AnswerValue | None:
    """A value as a question's form writes it; None where it cannot."""
    part = next((part for part in question.parts if part.id == part_id), None)
    if part is None or not isinstance(value, CodedValue):
        return None if part is None else value
    system = part.code_system
    if system is None or not (system.open or value.code in system.codes):
        return None
    return value if system.id == value.code_system else system.value(value.code)


def lacking(form: Form, answers: tuple[Answer, ...]) -> Sentence | None:
    """Say which questions are still unanswered, or None when the certificate is complete."""
    answered = {answer.question for answer in answers}
    missing = tuple(question.id for question in form if question.id not in answered)
    if not missing:
        return None
    return say("the certificate is not complete: no answer to question {missing}", missing=missing)


def out_of_range(form: Form, answers: tuple[Answer, ...], day: date) -> Sentence | None:
    """Say what cannot be signed as it is on that day, or None: long texts, and periods that cannot be."""
    for question in form:
        given = tuple(answer for answer in answers if answer.question == question.id)
        wrong = _wrong_text(question, given) or _wrong_periods(question, given, day)
        if wrong is not None:
            return wrong
    return None


def _wrong_text(question: FormQuestion, answers: tuple[Answer, ...]) -> Sentence | None:
    limits = {part.id: part.length_max for part in question.parts if part.length_max is not None}
    for answer in answers:
        for part_id, value in answer.parts:
            if part_id not in limits or not isinstance(value, str) or 1 <= len(value) <= limits[part_id]:
                continue
            return say(
                "delsvar {part} takes 1 to {most} characters, this text has {length}",
                part=part_id, meaning=question.meaning, most=limits[part_id], length=len(value),
            )  # fmt: skip
    return None


def _wrong_periods(question: FormQuestion, answers: tuple[Answer, ...], day: date) -> Sentence | None:
    periods = [
        (_code_of(answer), value)
        for answer in answers
        for _, value in answer.parts
        if isinstance(value, DatePeriod)
    ]  # fmt: skip
    for code, period in periods:
        if period.end < period.start:
            return say("the period ends ({end}) before it begins ({start})",
                       start=period.start.isoformat(), end=period.end.isoformat())  # fmt: skip
        if question.days_back_max is not None and (day - period.start).days > question.days_back_max:
            return say(
                "the period of {code} begins {start}, more than {most} days before it is signed",
                code=code, start=period.start.isoformat(), most=question.days_back_max,
            )  # fmt: skip
    return _twice(periods) or _overlapping(periods)


def _code_of(answer: Answer) -> str:
    return next((value.code for _, value in answer.parts if isinstance(value, CodedValue)), answer.question)


def _twice(periods: list[tuple[str, DatePeriod]]) -> Sentence | None:
    codes = [code for code, _ in periods]
    for code in codes:
        if codes.count(code) > 1:
            return say("{code} is given {times} times, and may be given once", code=code, times=codes.count(code))
    return None


def _overlapping(periods: list[tuple[str, DatePeriod]]) -> Sentence | None:
    in_order = sorted(periods, key=lambda one: one[1].start)
    for (code, period), (next_code, following) in pairwise(in_order):
        if following.start <= period.end:
            return say("the periods of {one} and {other} overlap: one ends {end}, the other begins {start}",
                       one=code, other=next_code, end=period.end.isoformat(),
                       start=following.start.isoformat())  # fmt: skip
    return None
