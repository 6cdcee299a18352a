"""An axis of time on which minutes and weeks can both be seen.

Redeliveries come after a minute, then after hours, then once a day for weeks. The beginning is drawn on a logarithmic
scale and takes one half of the axis; after the break, days (or hours, for a short schedule) are drawn as they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from math import log2

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

# Where everything happens at once, this much is drawn all the same.
SHORTEST = _MINUTE

# The share of the axis that lies before the break.
BEFORE_BREAK = 0.5

# At most so many marked lengths after the break.
_TICKS_MAX = 5
_STEPS = tuple(
    [number * _MINUTE for number in (10, 30)]
    + [number * _HOUR for number in (1, 2, 4, 6, 12)]
    + [number * _DAY for number in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)]
)


@dataclass(frozen=True)
class TimeAxis:
    """From no time at all, at 0.0, to `end`, at 1.0; `break_at` is None where all of it is logarithmic."""

    end: timedelta
    break_at: timedelta | None

    def place(self, length: timedelta) -> float:
        """Where a length of time stands, from 0.0 to 1.0."""
        length = min(max(length, timedelta(0)), self.end)
        if self.break_at is None:
            return _log(length) / _log(self.end)
        if length <= self.break_at:
            return BEFORE_BREAK * _log(length) / _log(self.break_at)
        return BEFORE_BREAK + (1 - BEFORE_BREAK) * ((length - self.break_at) / (self.end - self.break_at))

    def ticks(self, lengths: Iterable[timedelta]) -> list[timedelta]:
        """The lengths worth marking: those given before the break, the break itself, and round ones after it."""
        early = self.end if self.break_at is None else self.break_at
        marked = {timedelta(0), *(_rounded(length) for length in lengths if length < early), early}
        if self.break_at is not None:
            step = next((one for one in _STEPS if (self.end - early) / one <= _TICKS_MAX), _STEPS[-1])
            number = early // step + 1
            while number * step <= self.end:
                marked.add(number * step)
                number += 1
        return sorted(marked)


def axis_reaching(longest: timedelta) -> TimeAxis:
    """An axis with room for all lengths up to the longest."""
    if longest > 3 * _DAY:
        return TimeAxis(longest, _DAY)
    if longest > 12 * _HOUR:
        return TimeAxis(longest, _HOUR)
    return TimeAxis(max(longest, SHORTEST), None)


def _log(length: timedelta) -> float:
    return log2(1 + length / _MINUTE)


def _rounded(length: timedelta) -> timedelta:
    """Where time flows by itself, attempts come some milliseconds after their moment, which no label need say."""
    return timedelta(seconds=round(length.total_seconds())) if length >= timedelta(seconds=10) else length
