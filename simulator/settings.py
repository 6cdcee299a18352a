"""What can be set, and its defaults. Flags become these values; nothing else reads flags, files or the environment."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from simulator.errors import UsageError, WrongValue
from simulator.sentence import say

# The first weekday morning on which the two new certificates could be issued (users' forum); eight in Sweden.
DEFAULT_START = datetime(2024, 9, 2, 6, 0, tzinfo=UTC)

# CXF's receive time-out, which Webcert leaves as it is (Webcert's code).
DEFAULT_TIMEOUT = timedelta(seconds=60)


class Over(StrEnum):
    """How bytes reach a mocked journal system."""

    MEMORY = "memory"
    HTTP = "http"


class ClockMode(StrEnum):
    """How time passes."""

    JUMP = "jump"
    STEP = "step"
    RATE = "rate"
    REAL = "real"


@dataclass(frozen=True)
class ClockSetting:
    """How time passes, and for `RATE` how many simulated seconds go on a real one."""

    mode: ClockMode = ClockMode.JUMP
    rate: float = 1.0

    @property
    def flows(self) -> bool:
        """Whether time passes by itself."""
        return self.mode in (ClockMode.RATE, ClockMode.REAL)


_UNITS = {
    "ms": timedelta(milliseconds=1),
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
}
_LENGTH = re.compile(r"(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+")
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")

# The longest time that can be written: a hundred years, so that no moment leaves the calendar.
LENGTH_MAX = timedelta(days=36_525)


def parse_length(text: str) -> timedelta:
    """A length of time: `90s`, `15m`, `3h`, `2h30m`, `26d`; raises WrongValue."""
    compact = text.replace(" ", "")
    if not _LENGTH.fullmatch(compact):
        raise WrongValue(say("'{text}' is no length of time; write 90s, 15m, 3h, 2h30m or 26d", text=text))
    parts = _PART.findall(compact)
    # As a number first: Python has no length of time for what may stand there.
    if sum(float(number) / (LENGTH_MAX / _UNITS[unit]) for number, unit in parts) > 1:
        raise WrongValue(say("'{text}' is too long a time; the most is {days}d", text=text, days=LENGTH_MAX.days))
    return sum((float(number) * _UNITS[unit] for number, unit in parts), timedelta())


def parse_clock(text: str) -> ClockSetting:
    """A clock as a flag has it: `jump`, `step`, `real`, or a rate like `1d=10s`."""
    if text in (ClockMode.JUMP, ClockMode.STEP, ClockMode.REAL):
        return ClockSetting(ClockMode(text))
    try:
        simulated, real = (parse_length(part) for part in text.split("="))
        return ClockSetting(ClockMode.RATE, simulated / real)
    except (ValueError, ZeroDivisionError):
        raise UsageError(
            say("'{clock}' is no clock; write jump, step, real, or a rate like 1d=10s (a day in ten seconds)",
                clock=text)
        ) from None  # fmt: skip


_HEADER = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n\x00]*)")


def parse_header(text: str) -> tuple[str, str]:
    """A header as a flag has it: `Name: value`."""
    found = _HEADER.fullmatch(text)
    if not found:
        raise UsageError(say("'{header}' is no header; write it as 'Name: value'", header=text))
    return found[1], found[2].strip()
