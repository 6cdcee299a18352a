"""Windows that come again: a cron expression says when each begins, and a length how long it lasts.

The expression is in Swedish time. APScheduler's trigger is asked for its next moment; no scheduler runs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

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
def _trigger(text: str) -> CronTrigger:
    fields = text.split()
    if len(fields) != 5:
        raise WrongValue(say("it has {count} fields, not 5", count=len(fields)))
    # Where cron's weekday 0 is Sunday, APScheduler's is Monday; names mean the same to both.
    fields[4] = re.sub(r"(?<![/\d])[0-7](?!\d)", lambda found: _WEEKDAYS[int(found[0])], fields[4])
    minute, hour, day, month, day_of_week = fields
    return CronTrigger(
        minute=minute, hour=hour, day=day, month=month, day_of_week=day_of_week, timezone=SWEDISH_TIME
    )  # fmt: skip
