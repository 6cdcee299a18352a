"""Moments and lengths of time as people write them.

A moment is Swedish local time unless an offset says otherwise. One that does not exist, in the spring's missing hour,
is an error; one that exists twice, in the autumn, is the first unless an offset is given (docs/design.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticKnownError

from simulator.clock import SWEDISH_TIME
from simulator.errors import WrongValue
from simulator.sentence import say
from simulator.settings import parse_length

_EARLIEST, _LATEST = 1900, 2200


def parse_moment(value: Any) -> datetime:
    """A moment, in UTC; raises WrongValue."""
    try:
        moment = datetime.fromisoformat(str(value).strip())
    except ValueError:
        raise WrongValue(say("'{text}' is no moment; write 2024-09-02T08:00:00 (Swedish time)", text=value)) from None
    if not _EARLIEST <= moment.year <= _LATEST:
        raise WrongValue(
            say("{moment} is not between the years {earliest} and {latest}",
                moment=moment.isoformat(), earliest=_EARLIEST, latest=_LATEST)
        )  # fmt: skip
    if moment.microsecond % 1000:
        raise WrongValue(
            say("{moment} has parts of a millisecond, which the contract cannot carry", moment=moment.isoformat())
        )
    if moment.tzinfo is not None:
        return moment.astimezone(UTC)
    local = moment.replace(tzinfo=SWEDISH_TIME)
    utc = local.astimezone(UTC)
    if utc.astimezone(SWEDISH_TIME).replace(tzinfo=None) != moment:
        raise WrongValue(
            say("{moment} does not exist in Sweden: the clocks are put forward over it that night",
                moment=moment.isoformat(sep=" "))
        )  # fmt: skip
    return utc


def _written(value: Any) -> str:
    """The text of a value; a mapping or a list is no text, so that it is taken for the kind that it is."""
    if isinstance(value, Mapping | list):
        raise PydanticKnownError("string_type")
    return str(value)


def _length(value: Any) -> timedelta:
    return parse_length(_written(value))


def _length_or_moment(value: Any) -> timedelta | datetime:
    text = _written(value)
    # Only moments have a hyphen.
    return parse_moment(text) if "-" in text else parse_length(text)


def parse_day(value: Any) -> date:
    """A day; raises WrongValue."""
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise WrongValue(say("'{text}' is no date; write 2025-01-20", text=value)) from None


_LENGTH_SCHEMA = {"type": "string", "pattern": "^([0-9.]+(ms|s|m|h|d) *)+$", "examples": ["90s", "15m", "3h", "26d"]}
_MOMENT_SCHEMA = {"type": "string", "examples": ["2024-09-02T08:00:00"]}

Length = Annotated[timedelta, BeforeValidator(_length), WithJsonSchema(_LENGTH_SCHEMA)]
Moment = Annotated[datetime, BeforeValidator(parse_moment), WithJsonSchema(_MOMENT_SCHEMA)]
Day = Annotated[
    date, BeforeValidator(parse_day), WithJsonSchema({"type": "string", "format": "date", "examples": ["2025-01-20"]})
]
# From the start of the run, or a moment of its own.
LengthOrMoment = Annotated[
    timedelta | datetime,
    BeforeValidator(_length_or_moment),
    WithJsonSchema({"anyOf": [_LENGTH_SCHEMA, _MOMENT_SCHEMA]}),
]


def moment_from(start: datetime, value: timedelta | datetime) -> datetime:
    """A moment given as such, or as a length from the start."""
    return value if isinstance(value, datetime) else start + value


def check_window(since: timedelta | datetime | None, until: timedelta | datetime | None) -> None:
    """Raise WrongValue for a window that never opens.

    One from a length until a moment, or the other way about, is let through: it depends on the start of the run.
    """
    begins = timedelta() if since is None else since
    lengths = isinstance(begins, timedelta) and isinstance(until, timedelta) and until <= begins
    moments = isinstance(begins, datetime) and isinstance(until, datetime) and until <= begins
    if lengths or moments:
        raise WrongValue(say("the window never opens: 'until' comes after 'from'"))
