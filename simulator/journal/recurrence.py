"""Windows that come again: a cron expression says when each begins, and a length how long it lasts.

The expression is in Swedish time, and means what cron(5) says. APScheduler's trigger is asked for its next moment; no
scheduler runs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger

from simulator.clock import SWEDISH_TIME
from simulator.errors import WrongValue
from simulator.sentence import say

_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Recurring:
    """Windows of one length; each begins at a moment of the cron expression."""

    cron: str
    length: timedelta

    def covers(self, moment: datetime) -> bool:
        """Whether a window is open at this moment: its first moment is in it, its last is not."""
        begin = _trigger(self.cron).get_next_fire_time(
            # In UTC, since Python subtracts from the clock on the wall otherwise.
            None,
            (moment.astimezone(UTC) - self.length + _MILLISECOND).astimezone(SWEDISH_TIME),
        )
        return begin is not None and begin <= moment


def check_cron(text: str) -> str:
    """The expression as it is; raises WrongValue where it is none."""
    try:
        _trigger(text)
    except (ValueError, KeyError) as error:
        why = error.sentence if isinstance(error, WrongValue) else str(error)
        raise WrongValue(
            say("'{text}' is no cron expression ({why}); write minute, hour, day, month, weekday, like '0 22 * * *'",
                text=text, why=why)
        ) from None  # fmt: skip
    return text


@lru_cache(maxsize=256)
def _trigger(text: str) -> BaseTrigger:
    fields = text.split()
    if len(fields) != 5:
        raise WrongValue(say("it has {count} fields, not 5", count=len(fields)))
    minute, hour, day, month, weekday = fields
    day_of_week = ",".join(map(_weekdays, weekday.split(",")))

    def on(**days: str) -> CronTrigger:
        return CronTrigger(minute=minute, hour=hour, month=month, timezone=SWEDISH_TIME, **days)

    # cron(5): where neither begins with a star, a day of either is meant.
    if not day.startswith("*") and not weekday.startswith("*"):
        return OrTrigger([on(day=day), on(day_of_week=day_of_week)])
    return on(day=day, day_of_week=day_of_week)


def _weekdays(part: str) -> str:
    """One part of the weekday field by the days' names, which mean the same to cron and to APScheduler.

    Where cron's weekday 0 is Sunday, APScheduler's is Monday, and its weeks end with Sunday, so that a range over it
    has to be told day by day. What is no part is left as it is, for APScheduler to refuse.
    """
    found = re.fullmatch(r"(?:\*|(\w+)(?:-(\w+))?)(?:/([1-9]\d*))?", part.lower())
    if found is None:
        return part
    first, last, step = found.groups()
    begin = 0 if first is None else _weekday(first)
    end = 6 if first is None else begin if last is None else _weekday(last)
    if last == "sun" and begin:
        end = 7
    if begin is None or end is None or begin > end:
        return part
    return ",".join(_WEEKDAYS[number] for number in range(begin, end + 1, int(step or 1)))


def _weekday(word: str) -> int | None:
    """Cron's number of a weekday, from 0 to 7; None for what is none."""
    if word in _WEEKDAYS:
        return _WEEKDAYS.index(word)
    return int(word) if re.fullmatch("[0-7]", word) else None
