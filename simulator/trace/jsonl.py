"""The trace as canonical JSON lines: a header with what the run was, then one line a fact, always the same bytes.

Keys are sorted, moments are Swedish local time with their offset and three decimals, text is UTF-8.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, get_args, get_type_hints

import orjson

from simulator.clock import SWEDISH_TIME
from simulator.sentence import Sentence
from simulator.trace.facts import FACT_KINDS, Fact

TRACE_FORMAT = 1

_CANONICAL = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS


def _sole(hint: Any) -> Any:
    """The type itself of one that may also be None."""
    return next((one for one in get_args(hint) if one is not NoneType), hint) if isinstance(hint, UnionType) else hint


# The type of every field of every kind, asked for once.
_HINTS: dict[type[Fact], dict[str, Any]] = {
    kind: {one.name: _sole(get_type_hints(kind)[one.name]) for one in fields(kind)} for kind in FACT_KINDS.values()
}


@dataclass(frozen=True)
class TraceHeader:
    """What must be the same for a trace to be the same."""

    scenario: str
    start: datetime
    seed: int
    schedule: str
    attempts_max: int
    policy: str

    def line(self) -> str:
        """The first line of a trace."""
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        return _line({"kind": "run", "format": TRACE_FORMAT} | values)


def fact_line(fact: Fact) -> str:
    """One fact as one line, without its line end."""
    return _line({"kind": fact.kind} | vars(fact))


def parse_fact(line: str) -> Fact:
    """The fact that a line holds."""
    values = orjson.loads(line)
    kind = FACT_KINDS[values.pop("kind")]
    return kind(**{name: _typed(hint, values[name]) for name, hint in _HINTS[kind].items()})


def trace_lines(header: TraceHeader, facts: Iterable[Fact]) -> list[str]:
    """The whole trace: the header, then the facts in the order that no socket can change."""
    return [header.line(), *(fact_line(fact) for fact in sorted(facts, key=lambda fact: fact.sort_key))]


def digest(lines: Iterable[str]) -> str:
    """The SHA-256 of a trace, in hexadecimal: two runs are the same when this is."""
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


@lru_cache(maxsize=1024)
def wire_time(moment: datetime) -> str:
    """A moment for machines: `2024-09-02T08:15:00.000+02:00`."""
    return moment.astimezone(SWEDISH_TIME).isoformat(timespec="milliseconds")


def _line(values: dict[str, Any]) -> str:
    return orjson.dumps(values, default=_plain, option=_CANONICAL).decode()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return wire_time(value)
    if isinstance(value, Sentence):
        return sentence_values(value)
    return dict(value)


def sentence_values(value: Any) -> Any:
    """A sentence, and the sentences within it, for JSON; other facts are what they read as."""
    if isinstance(value, Sentence):
        return {"say": value.template, "facts": {name: sentence_values(fact) for name, fact in value.facts}}
    if isinstance(value, tuple):
        return [sentence_values(part) for part in value]
    return value if value is None or isinstance(value, int | float) else str(value)


def _typed(hint: Any, value: Any) -> Any:
    """A JSON value as the field wants it: moments and codes get their types back."""
    if value is None:
        return None
    if hint is datetime:
        return datetime.fromisoformat(value).astimezone(UTC)
    if hint is Sentence:
        return sentence_of(value)
    if isinstance(value, list):
        return tuple(value)
    return hint(value) if isinstance(value, str) and isinstance(hint, type) else value


def sentence_of(value: Any) -> Any:
    """A sentence, and the sentences within it, out of JSON."""
    if isinstance(value, list):
        return tuple(sentence_of(part) for part in value)
    if isinstance(value, dict):
        # JSON has sorted the facts; a template finds them by name.
        return Sentence(value["say"], tuple((name, sentence_of(fact)) for name, fact in value["facts"].items()))
    return value
