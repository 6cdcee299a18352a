"""The behaviour language, version 1: every word that can stand under `behaviour:` of a journal system.

The same words stand in scenario files, in behaviour files, and in what a running mocked system is told by REST.
Names of units and certificates are only words here; `behaviour` turns the words into rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from simulator.certificate.catalogue import TYPES
from simulator.certificate.events import EventCode
from simulator.errors import WrongValue
from simulator.journal.order import Order
from simulator.journal.presets import PRESETS
from simulator.journal.recurrence import check_cron
from simulator.journal.shape import Shape
from simulator.nearest import nearest
from simulator.scenario.times import Length, LengthOrMoment, check_window
from simulator.scenario.words import HeaderText, RoleTold, TypeWord, Utf8Text, Words, XmlText
from simulator.sentence import Sentence, say
from simulator.wire.mangling import Wrong
from simulator.wire.tls_moods import TlsMood

# --- which calls ---


def _one_of(what: Sentence, known: Iterable[str]) -> Any:
    words = {word.casefold() for word in known}

    def checked(value: Any) -> Any:
        for word in value if isinstance(value, list) else [value]:
            if isinstance(word, str | int) and str(word).casefold() not in words:
                raise WrongValue(
                    say("unknown {what} '{word}'; {hint}", what=what, word=word, hint=nearest(str(word), known))
                )
        return value

    return BeforeValidator(checked)


TYPE_NAMES = tuple(dict.fromkeys(name for kind in TYPES for name in kind.names))
Cron = Annotated[str, BeforeValidator(lambda value: check_cron(str(value)))]

T = TypeVar("T")
# An empty list would be none of these, and so a line that never applies.
AnyOf = Annotated[list[T], Field(min_length=1)]
TypeName = Annotated[TypeWord | AnyOf[TypeWord] | None, _one_of(say("certificate type"), TYPE_NAMES)]
Missing = Literal["ref", "licence", "position"]

Attempt = Annotated[int, Field(ge=1)]


def _checked_attempts(text: str) -> str:
    attempts = attempts_between(text)
    if not attempts or attempts[0] < 1:
        raise WrongValue(say("'{text}' holds no attempt; they count from 1 upwards, as in '2..5'", text=text))
    return text


def attempts_between(text: str) -> range:
    """The attempts that `2..5` means, the last one too."""
    first, last = text.split("..")
    return range(int(first), int(last) + 1)


Attempts = Annotated[str, Field(pattern=r"^\d{1,3}\.\.\d{1,3}$"), AfterValidator(_checked_attempts)]


class When(Words):
    """What a call must be for a behaviour to apply; a list means any of these."""

    event: EventCode | AnyOf[EventCode] | None = None
    unit: str | AnyOf[str] | None = None
    certificate: str | AnyOf[str] | None = None
    type: TypeName = None
    role: RoleTold | AnyOf[RoleTold] | None = Field(
        None, description="the issuer's role, as it follows from the message"
    )
    attempt: Attempt | AnyOf[Attempt] | Attempts | None = Field(None, description="2, [1, 3] or '2..5'")
    order: Order | AnyOf[Order] | None = Field(
        None, description="how the event stands to those of the same certificate that the system has taken before"
    )
    not_before: EventCode | None = Field(
        None,
        description="while the system has not taken this event of the certificate; not the event itself",
    )
    missing: Missing | AnyOf[Missing] | None = Field(
        None, description="what the message lacks; in a list, any of these"
    )
    invalid: Literal[True] | None = Field(
        None, description="messages that break the contract, which no other line decides about"
    )
    from_: LengthOrMoment | None = Field(None, alias="from")
    until: LengthOrMoment | None = None
    cron: Cron | None = Field(None, description="a window that comes again: '0 22 * * *' is each night at ten")
    for_: Length | None = Field(None, alias="for", description="how long each window of `cron` lasts; 1m if not said")
    chance: Annotated[float, Field(ge=0, le=1)] | None = Field(
        None, description="the share of the calls, from 0 to 1; it follows from the seed"
    )

    @model_validator(mode="after")
    def _windows_are_whole(self) -> Self:
        check_window(self.from_, self.until)
        _require_cron(self.cron, self.for_)
        return self


class Window(Words):
    """A window of time: from the start of the run, or between moments."""

    from_: LengthOrMoment | None = Field(None, alias="from")
    until: LengthOrMoment | None = None

    @model_validator(mode="after")
    def _opens(self) -> Self:
        check_window(self.from_, self.until)
        return self


class OutageWindow(Window):
    """When a system is closed: in a window of time, or in one that comes again."""

    cron: Cron | None = Field(None, description="a window that comes again; Swedish time")
    for_: Length | None = Field(None, alias="for", description="how long each window of `cron` lasts; 1m if not said")

    @model_validator(mode="after")
    def _windows_are_whole(self) -> Self:
        check_window(self.from_, self.until)
        _require_cron(self.cron, self.for_)
        return self


def _require_cron(cron: str | None, length: timedelta | None) -> None:
    if length is not None and cron is None:
        raise WrongValue(say("'{word}' goes with '{other}'", word="for", other="cron"))
    if length is not None and not length:
        raise WrongValue(say("a window lasts longer than nothing"))


# --- what the system does ---


class AnswerWords(Words):
    """An answer in full: a result, a fault, or any body at all."""

    result: XmlText | None = Field(None, description="the resultCode: OK, INFO or ERROR, or a word that it must not be")
    error_id: XmlText | None = Field(None, description="the errorId, legal or not")
    text: XmlText | None = Field(None, description="the resultText")
    fault: XmlText | None = Field(None, description="a SOAP fault with this text")
    code: XmlText | None = Field(None, description="the fault's code: Client or Server")
    detail: XmlText | None = Field(None, description="the fault's detail")
    body: Utf8Text | None = Field(None, description="any body instead of SOAP")
    content_type: HeaderText | None = None
    http: int | None = Field(None, ge=200, le=599, description="the HTTP status")
    location: HeaderText | None = Field(None, description="where a status of 300 to 399 points; nobody follows it")
    written: Shape | None = Field(None, description="an odd way to write the same answer")

    @model_validator(mode="after")
    def _is_one_kind(self) -> Self:
        kinds = [name for name in ("result", "fault", "body") if getattr(self, name) is not None]
        if len(kinds) > 1:
            raise WrongValue(say("an answer is one of result, fault and body; this one is {kinds}", kinds=tuple(kinds)))
        if not kinds and self.http is None and self.written is None:
            raise WrongValue(say("an answer has a result, a fault, a body or an http status"))
        for name, belongs_to in (("error_id", "result"), ("text", "result"), ("code", "fault"), ("detail", "fault")):
            if getattr(self, name) is not None and getattr(self, belongs_to) is None:
                raise WrongValue(say("'{word}' goes with '{other}'", word=name, other=belongs_to))
        if self.written is not None and (self.body is not None or (not kinds and self.http is not None)):
            raise WrongValue(say("'written' goes with 'result' or 'fault': any other body is written as it stands"))
        return self


# The answers that have a name of their own.
ANSWER_WORDS = (
    "OK", "INFO", "TECHNICAL_ERROR", "VALIDATION_ERROR", "APPLICATION_ERROR", "REVOKED", "ERROR", "FAULT", "NEVER",
    "LOST", "REFUSE",
)  # fmt: skip
_REPEATED = re.compile(r"\s*(\w+)\s*(?:x\s*(\d+))?\s*")
REPEATS_MAX = 10_000


def _checked_answer(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    found = _REPEATED.fullmatch(value)
    if not found or found[1] not in ANSWER_WORDS:
        raise WrongValue(
            say("unknown {what} '{word}'; {hint}",
                what=say("answer"), word=value, hint=nearest(value.split(" ")[0], ANSWER_WORDS))
        )  # fmt: skip
    if found[2] and not 1 <= int(found[2][:9]) <= REPEATS_MAX:
        raise WrongValue(say("'{text}': an answer can be repeated 1 to {most} times", text=value, most=REPEATS_MAX))
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


class DelayWords(Words):
    """A length of time that chance draws: evenly `between` two, or lognormal around a `median`."""

    between: Annotated[list[Length], Field(min_length=2, max_length=2)] | None = None
    median: Length | None = Field(None, description="half of the calls take longer")
    sigma: float | None = Field(None, gt=0, le=5, description="the spread around the median; 0.8 unless given")
    at_most: Length | None = Field(None, description="the cap")

    @model_validator(mode="after")
    def _is_one_distribution(self) -> Self:
        if (self.between is None) == (self.median is None):
            raise WrongValue(say("a drawn delay is either between two lengths or around a median"))
        if self.between is not None:
            if self.sigma is not None or self.at_most is not None:
                raise WrongValue(say("'sigma' and 'at_most' go with 'median'"))
            if self.between[0] > self.between[1]:
                raise WrongValue(say("'between' begins with the shorter length"))
        elif self.at_most is None:
            raise WrongValue(say("a delay around a median has a cap: at_most"))
        return self


# What can happen on the wire before the request has been read: nothing reaches the system.
BEFORE_WORDS = ("refused", "unreachable", "name-not-found", "connect-timeout", "reset-before-request")
WIRE_WORDS = (*BEFORE_WORDS, *(one.value for one in Wrong))
WireWord = Annotated[str, _one_of(say("word for the wire"), WIRE_WORDS), WithJsonSchema({"enum": [*WIRE_WORDS]})]
PresetName = Annotated[
    str, _one_of(say("preset"), tuple(PRESETS)), WithJsonSchema({"enum": sorted(PRESETS)})
]  # fmt: skip


# Answers beside which some words would do nothing: why, and which.
_WITHOUT: Mapping[str, tuple[Sentence, tuple[str, ...]]] = {
    "REFUSE": (say("nothing reaches the system"), ("after", "dribble", "wire", "acts")),
    "NEVER": (say("no answer comes"), ("after", "dribble", "wire")),
    "LOST": (say("nothing of the answer comes"), ("dribble", "wire")),
}


class ActsWords(Words):
    """How often the system takes the message, whatever it answers, and how long after it came."""

    times: int = Field(1, ge=0, le=10)
    after: Length | None = Field(None, description="so that what comes meanwhile is taken before it")


class Behaviour(Words):
    """One line of behaviour; the most specific `when` wins, then the last written. What nothing matches is OK."""

    outage: OutageWindow | None = Field(None, description="connections are refused in this window")
    preset: PresetName | None = Field(None, description="a behaviour from the field, by name")
    answer: AnswerWord | AnswerWords | AnyOf[AnswerWord | AnswerWords] | None = Field(
        None, description="one answer for ever, or a list that is used up in turn"
    )
    after: Length | DelayWords | None = Field(None, description="how long the answer takes")
    dribble: Length | None = Field(None, description="the answer's bytes come drop by drop over this time")
    wire: WireWord | None = Field(None, description="what goes wrong with the connection")
    tls: TlsMood | None = Field(None, description="what is wrong with the system's TLS: no connection comes about")
    acts: Literal["not", "once", "twice"] | ActsWords | None = Field(
        None, description="what the system does with the message, whatever it answers"
    )
    times: int | None = Field(None, ge=1, le=1_000_000, description="the line is spent after so many calls")
    when: When = Field(default_factory=lambda: When.model_validate({}))

    @model_validator(mode="after")
    def _does_one_thing(self) -> Self:
        deeds = ("answer", "after", "dribble", "wire", "tls", "acts")
        done = [name for name in deeds if getattr(self, name) is not None]
        alone = [name for name in ("outage", "preset") if getattr(self, name) is not None]
        if len(alone) + bool(done) != 1:
            raise WrongValue(
                say("a behaviour does one thing: an outage, a preset, or what a call meets ({known})",
                    known=", ".join(("outage", "preset", *deeds)))
            )  # fmt: skip
        if self.outage is not None and (self.times is not None or self.when.model_fields_set):
            raise WrongValue(say("an outage has its window alone: it meets every call"))
        if self.tls is not None and done != ["tls"]:
            raise WrongValue(say("where TLS fails nothing else can happen; leave the rest out"))
        if self.wire in BEFORE_WORDS and done != ["wire"]:
            raise WrongValue(say("with 'wire: {word}' nothing reaches the system; leave the rest out", word=self.wire))
        if self.times is not None and isinstance(self.answer, list):
            raise WrongValue(say("a list of answers is spent after the last one; leave 'times' out"))
        if self.wire is not None and self.dribble is not None:
            raise WrongValue(say("an answer goes wrong by 'wire' or by 'dribble', not by both"))
        for answer in self.answer if isinstance(self.answer, list) else [self.answer]:
            word = repeated(answer)[0] if isinstance(answer, str) else ""
            why, idle = _WITHOUT.get(word, (None, ()))
            idle = tuple(name for name in idle if name in done)
            if idle:
                raise WrongValue(say("with 'answer: {word}' {why}; leave out {idle}", word=word, why=why, idle=idle))
        return self
