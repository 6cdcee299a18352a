"""The behaviour language, version 1: every word that can stand under `behaviour:` of a journal system.

The same words stand in scenario files, in behaviour files, and in what a running mocked system is told by REST.
Names of units and certificates are only words here; `behaviour` turns the words into rules.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from simulator.certificate.events import EventCode
from simulator.scenario.times import Length, LengthOrMoment
from simulator.scenario.words import Words
from simulator.scenario.yaml_file import nearest


class When(Words):
    """What a call must be for a behaviour to apply; a list means any of these."""

    event: EventCode | list[EventCode] | None = None
    unit: str | list[str] | None = None
    certificate: str | list[str] | None = None
    attempt: int | list[int] | Annotated[str, Field(pattern=r"^\d{1,3}\.\.\d{1,3}$")] | None = Field(
        None, description="2, [1, 3] or '2..5'"
    )
    from_: LengthOrMoment | None = Field(None, alias="from")
    until: LengthOrMoment | None = None


class Window(Words):
    """A window of time: from the start of the run, or between moments."""

    from_: LengthOrMoment | None = Field(None, alias="from")
    until: LengthOrMoment | None = None


class AnswerWords(Words):
    """An answer in full: a result, a fault, or any body at all."""

    result: str | None = Field(None, description="the resultCode: OK, INFO or ERROR, or a word that it must not be")
    error_id: str | None = Field(None, description="the errorId, legal or not")
    text: str | None = Field(None, description="the resultText")
    fault: str | None = Field(None, description="a SOAP fault with this text")
    code: str | None = Field(None, description="the fault's code: Client or Server")
    detail: str | None = Field(None, description="the fault's detail")
    body: str | None = Field(None, description="any body instead of SOAP")
    content_type: str | None = None
    http: int | None = Field(None, ge=100, le=599, description="the HTTP status")

    @model_validator(mode="after")
    def _is_one_kind(self) -> Self:
        kinds = [name for name in ("result", "fault", "body") if getattr(self, name) is not None]
        if len(kinds) > 1:
            raise ValueError(f"an answer is one of result, fault and body; this one is {' and '.join(kinds)}")
        if not kinds and self.http is None:
            raise ValueError("an answer has a result, a fault, a body or an http status")
        for name, belongs_to in (("error_id", "result"), ("text", "result"), ("code", "fault"), ("detail", "fault")):
            if getattr(self, name) is not None and getattr(self, belongs_to) is None:
                raise ValueError(f"'{name}' goes with '{belongs_to}'")
        return self


# The answers that have a name of their own.
ANSWER_WORDS = (
    "OK", "INFO", "TECHNICAL_ERROR", "VALIDATION_ERROR", "APPLICATION_ERROR", "REVOKED", "ERROR", "FAULT", "NEVER",
    "REFUSE",
)  # fmt: skip
_REPEATED = re.compile(r"\s*(\w+)\s*(?:x\s*(\d+))?\s*")
REPEATS_MAX = 10_000


def _checked_answer(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    found = _REPEATED.fullmatch(value)
    if not found or found[1] not in ANSWER_WORDS:
        raise ValueError(f"unknown answer '{value}'; {nearest(value.split(' ')[0], ANSWER_WORDS)}")
    if found[2] and not 1 <= int(found[2][:9]) <= REPEATS_MAX:
        raise ValueError(f"'{value}': an answer can be repeated 1 to {REPEATS_MAX} times")
    return value


def repeated(word: str) -> tuple[str, int]:
    """An answer's name and how often: `TECHNICAL_ERROR x3`."""
    found = _REPEATED.fullmatch(word)
    assert found is not None, "checked when it was read"
    return found[1], int(found[2] or 1)


AnswerWord = Annotated[
    str,
    BeforeValidator(_checked_answer),
    WithJsonSchema({"type": "string", "pattern": f"^({'|'.join(ANSWER_WORDS)})( *x *[0-9]+)?$"}),
]


class Behaviour(Words):
    """One line of behaviour; the most specific `when` wins, then the last written. What nothing matches is OK."""

    outage: Window | None = Field(None, description="connections are refused in this window")
    answer: AnswerWord | AnswerWords | list[AnswerWord | AnswerWords] | None = Field(
        None, description="one answer for ever, or a list that is used up in turn"
    )
    after: Length | None = Field(None, description="how long the answer takes")
    when: When = Field(default_factory=lambda: When.model_validate({}))

    @model_validator(mode="after")
    def _does_one_thing(self) -> Self:
        if (self.outage is None) == (self.answer is None):
            raise ValueError("a behaviour is either an outage or an answer")
        if self.outage is not None and (self.after is not None or self.when.model_fields_set):
            raise ValueError("an outage has its window alone: it meets every call")
        return self
