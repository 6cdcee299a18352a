"""What a scenario says of a certificate's answers, as answers of its type's form.

A question that the format has a word for is written in that word's way (a day, diagnoses, periods); every delsvar can
be set by its id as well, whether the form has it or not. Mistakes are told with their place; lengths and periods are
not judged here, since Webcert does so at signing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from simulator.certificate.answers import (
    Answer,
    AnswerValue,
    CodedValue,
    CodeSystem,
    DatePeriod,
    Form,
    FormQuestion,
    Kind,
    PartialDate,
    Quantity,
)
from simulator.certificate.catalogue import CertificateType
from simulator.errors import WrongValue
from simulator.nearest import nearest
from simulator.scenario.model import (
    AnswersWords,
    DelsvarValue,
    DelsvarWords,
    DiagnosisWords,
    ExtentWords,
    SickLeaveWords,
)
from simulator.scenario.times import parse_day
from simulator.sentence import Sentence, say

# Tells a mistake at a place within the answers.
Mistake = Callable[[tuple[str | int, ...], Sentence], None]


def answers_in(words: AnswersWords, kind: CertificateType, mistake: Mistake) -> tuple[Answer, ...]:
    """The answers that the words give; what is wrong is told, and left out."""
    reader = _Reader(kind, mistake)
    return tuple(reader.read(words))


class _Reader:
    def __init__(self, kind: CertificateType, mistake: Mistake) -> None:
        self._kind = kind
        self._form: Form = kind.questions
        self._mistake = mistake

    def read(self, words: AnswersWords) -> Iterator[Answer]:
        if words.expected_birth is not None and (question := self._asked("expected_birth")):
            yield _answer(question, 1, {question.parts[0].id: words.expected_birth.isoformat()})
        if words.diagnosis is not None and (question := self._asked("diagnosis")):
            said = words.diagnosis
            said = DiagnosisWords.model_validate({"text": said}) if isinstance(said, str) else said
            yield from self._diagnosis(question, said if isinstance(said, list) else [said])
        if words.extent is not None and (question := self._asked("extent")):
            yield from self._periods(question, words.extent)
        if words.sick_leave is not None and (question := self._asked("sick_leave")):
            yield from self._periods(question, words.sick_leave)
        yield from self._by_id(words.delsvar or {})

    def _asked(self, word: str) -> FormQuestion | None:
        """The question that the word stands for, where the type asks it."""
        question = next((one for one in self._form if one.word == word), None)
        if question is None:
            known = (*(one.word for one in self._form if one.word is not None), "delsvar")
            self._mistake(
                (word,),
                say("{type} does not ask for '{word}'; it has {known}", type=self._kind.name, word=word, known=known),
            )
        return question

    def _diagnosis(self, question: FormQuestion, said: list[DiagnosisWords]) -> Iterator[Answer]:
        """Diagnoses as the form has them: in text alone, or each with its code."""
        coded = next((part for part in question.parts if part.kind is Kind.CODE), None)
        text = next(part for part in question.parts if part.kind is Kind.TEXT)
        for place, one in enumerate(said):
            if coded is None or coded.code_system is None:
                if one.code is not None:
                    self._mistake(
                        (question.word or "", place, "code"),
                        say("{type} takes its diagnosis in words, without a code", type=self._kind.name),
                    )
                    continue
                yield _answer(question, place + 1, {text.id: one.text or ""})
                continue
            if one.code is None:
                self._mistake(
                    (question.word or "", place),
                    say("{type} wants the diagnosis with its code: {{code: M545, text: Lumbago}}",
                        type=self._kind.name),
                )  # fmt: skip
                continue
            value = coded.code_system.value(one.code)
            words = one.text if one.text is not None else value.display_name
            code = CodedValue(value.code, value.code_system, words)
            yield _answer(question, place + 1, {coded.id: code, text.id: words})

    def _periods(self, question: FormQuestion, said: Sequence[ExtentWords | SickLeaveWords]) -> Iterator[Answer]:
        coded, period = question.parts
        assert coded.code_system is not None, "an extent is a code"
        for place, one in enumerate(said):
            value = self._code(one.code, coded.code_system, (question.word or "", place, "code"))
            if value is not None:
                yield _answer(question, place + 1, {coded.id: value, period.id: DatePeriod(one.from_, one.until)})

    def _code(self, code: str, system: CodeSystem, place: tuple[str | int, ...]) -> CodedValue | None:
        if code in system.codes or system.open:
            return system.value(code)
        self._mistake(
            place,
            say("unknown code '{code}' of {system}; {hint}", code=code, system=system.id,
                hint=nearest(code, system.codes)),
        )  # fmt: skip
        return None

    def _by_id(self, said: Mapping[str, DelsvarValue | list[DelsvarValue]]) -> Iterator[Answer]:
        """Delsvar by their ids; a list gives one answer after another to the same question."""
        answers: dict[tuple[str, int], dict[str, AnswerValue]] = {}
        for part_id, values in said.items():
            for place, value in enumerate(values if isinstance(values, list) else [values]):
                found = self._value(part_id, value)
                if found is not None:
                    answers.setdefault((part_id.split(".")[0], place + 1), {})[part_id] = found
        for (question_id, instance), parts in answers.items():
            question = next((one for one in self._form if one.id == question_id), None)
            numbered = instance > 1 or (question is not None and question.numbered)
            yield Answer(question_id, tuple(parts.items()), instance if numbered else None)

    def _value(self, part_id: str, said: DelsvarValue) -> AnswerValue | None:
        part = next((part for question in self._form for part in question.parts if part.id == part_id), None)
        if part is None:
            # The type asks more than its form here has; what is written decides what it is.
            return _as_written(said)
        match part.kind, said:
            case Kind.CODE, str() if part.code_system is not None:
                return self._code(said, part.code_system, ("delsvar", part_id))
            case Kind.QUANTITY, int() | float() if not isinstance(said, bool):
                return Quantity(float(said), part.unit)
            case Kind.PARTIAL_DATE, str() | int() if not isinstance(said, bool):
                return PartialDate(str(said))
            case ((Kind.CODE | Kind.PERIOD | Kind.QUANTITY), DelsvarWords()):
                value = _in_full(said, part.code_system)
                if isinstance(value, _VALUES[part.kind]):
                    return value
            case Kind.YES_OR_NO, bool():
                return "true" if said else "false"
            case Kind.DAY, str() if _is_day(said):
                return said
            case Kind.TEXT, str() | int() | float() if not isinstance(said, bool):
                return str(said)
        self._mistake(
            ("delsvar", part_id),
            say("delsvar {part} of {type} is {kind}; write {example}", part=part_id, type=self._kind.name,
                kind=KINDS[part.kind], example=_EXAMPLES[part.kind]),
        )  # fmt: skip
        return None


def _answer(question: FormQuestion, instance: int, parts: Mapping[str, AnswerValue]) -> Answer:
    return Answer(question.id, tuple(parts.items()), instance if question.numbered else None)


def _is_day(text: str) -> bool:
    try:
        parse_day(text)
    except WrongValue:
        return False
    return True


def _as_written(said: DelsvarValue) -> AnswerValue:
    match said:
        case bool():
            return "true" if said else "false"
        case DelsvarWords():
            return _in_full(said, None)
    return str(said)


def _in_full(said: DelsvarWords, system: CodeSystem | None) -> AnswerValue:
    if said.from_ is not None and said.until is not None:
        return DatePeriod(said.from_, said.until)
    if said.number is not None:
        return Quantity(said.number, said.unit or "")
    assert said.code is not None, "checked when it was read"
    known = system.value(said.code) if system is not None else CodedValue(said.code, "", said.code)
    text = said.text if said.text is not None else known.display_name
    return CodedValue(said.code, said.code_system if said.code_system is not None else known.code_system, text)


_VALUES: dict[Kind, type] = {Kind.CODE: CodedValue, Kind.PERIOD: DatePeriod, Kind.QUANTITY: Quantity}

KINDS: dict[Kind, Sentence] = {
    Kind.TEXT: say("a text"),
    Kind.YES_OR_NO: say("yes or no"),
    Kind.DAY: say("a day"),
    Kind.PARTIAL_DATE: say("a year, a month or a day"),
    Kind.CODE: say("a code"),
    Kind.PERIOD: say("a period"),
    Kind.QUANTITY: say("a number with its unit"),
}
_EXAMPLES: dict[Kind, str] = {
    Kind.TEXT: "Lumbago",
    Kind.YES_OR_NO: "true",
    Kind.DAY: "2025-01-20",
    Kind.PARTIAL_DATE: "2025-01",
    Kind.CODE: "HELT_NEDSATT",
    Kind.PERIOD: "{from: 2025-01-20, until: 2025-02-02}",
    Kind.QUANTITY: "100",
}
