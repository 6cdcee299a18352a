"""How long Webcert waits before each redelivery: a table of delays, made once, before anything is sent.

A schedule is written in Webcert's own template language, such as `30#1:m,5:m,30:m,60:m,4:h,1:d`, or given from Python
as tenacity strategies; both are evaluated by the same function. Nothing here waits or knows what time it is:
`delivery.py` adds a delay to the moment of the latest attempt.
"""

from __future__ import annotations

import difflib
import inspect
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import accumulate
from typing import Any, NoReturn, cast

from tenacity import (
    RetryCallState,
    stop_after_attempt,
    stop_when_event_set,
    wait_chain,
    wait_exception,
    wait_exponential_jitter,
    wait_fixed,
    wait_random,
    wait_random_exponential,
)
from tenacity.stop import StopBaseT, stop_base
from tenacity.wait import WaitBaseT, wait_base

from simulator.errors import UsageError
from simulator.sentence import Sentence, say

# Webcert's template has room for two digits (NotificationRedeliveryStrategy, Webcert's code).
ATTEMPTS_MAX = 99
VALUE_MAX = 99

# The longest delay that a template can say; a longer one from Python could leave the calendar after 99 attempts.
DELAY_MAX = timedelta(days=VALUE_MAX)

# Moments have whole milliseconds, so a shorter delay would be none.
DELAY_MIN = timedelta(milliseconds=1)

# A strategy that tosses a coin for its only delay gives itself away in all but one of 2**19 trials.
EVALUATIONS = 20

UNITS: dict[str, timedelta] = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    # A day is 86,400 s, also when clocks are changed (docs/design.md).
    "d": timedelta(days=1),
}

PRESETS: dict[str, str] = {
    # The users' forum, June 2022: "30 attempts in all", the first included, as Webcert's code counts.
    # 29 delays, together 24 d 5 h 36 min.
    "forum-2022": "30#1:m,5:m,30:m,60:m,4:h,1:d",
    # The same slide read as 30 redeliveries after a first delivery, which fits its "25 days" better.
    # 30 delays, together 25 d 5 h 36 min.
    "forum-2022-redeliveries": "31#1:m,5:m,30:m,60:m,4:h,1:d",
    # notification.redelivery.strategy.template.standard of Webcert 7.7 (Webcert's code).
    # 29 delays, together 24 d 19 h 6 min.
    "webcert-7.7": "30#1:m,5:m,1:h,6:h,12:h,1:d",
    # Production 2018-2020 (Webcert's history): 30 redeliveries, doubled from a minute and at most an hour.
    # 30 delays, together 25 h 3 min.
    "webcert-2018": "31#1:m,2:m,4:m,8:m,16:m,32:m,1:h",
}
DEFAULT_SCHEDULE = "forum-2022"


@dataclass(frozen=True)
class RedeliverySchedule:
    """How many times a message is tried, and how long after each attempt the next one is made.

    `name` is what people call it: a preset's name, a template's text, or the name given to strategies.
    """

    name: str
    delays: tuple[timedelta, ...]

    @property
    def attempts_max(self) -> int:
        """All attempts, the first delivery included."""
        return len(self.delays) + 1

    def delay_after(self, attempts_made: int) -> timedelta:
        """The delay from the latest attempt to the next one; past the end of the table the last delay repeats."""
        if attempts_made < 1 or not self.delays:
            raise ValueError(f"no delay after {attempts_made} of {self.attempts_max} attempts")
        return self.delays[min(attempts_made, len(self.delays)) - 1]

    def offsets(self) -> tuple[timedelta, ...]:
        """When each attempt is made, counted from the first, if every attempt takes no time."""
        return tuple(accumulate(self.delays, initial=timedelta(0)))


def schedule_named(text: str) -> RedeliverySchedule:
    """The schedule that a person means by a preset's name or a template."""
    if text in PRESETS:
        return replace(parse_template(PRESETS[text]), name=text)
    if re.search(r"[#:,]|^[0-9]", text):
        return parse_template(text)
    nearest = difflib.get_close_matches(text.lower(), PRESETS, n=1)
    if nearest:
        raise UsageError(
            say("'{text}' is neither a preset nor a template of redelivery; did you mean {nearest}?",
                text=text, nearest=nearest[0])
        )  # fmt: skip
    raise UsageError(
        say("'{text}' is neither a preset nor a template of redelivery; presets are {presets}, a template is {example}",
            text=text, presets=tuple(PRESETS), example=PRESETS[DEFAULT_SCHEDULE])
    )  # fmt: skip


def parse_template(text: str) -> RedeliverySchedule:
    """Read Webcert's template: deliveries in all, `#`, and a delay after each, of which the last one repeats.

    Delays beyond the last delivery are allowed, and never used, as in Webcert.
    """
    attempts, hash_sign, pairs = text.partition("#")
    if not hash_sign:
        raise _no_template(text, say("there is no # after the number of deliveries"))
    if not _is_number(attempts):
        raise _no_template(
            text,
            say("the number of deliveries is '{found}', and must be a whole number from 1 to {most}",
                found=attempts, most=ATTEMPTS_MAX),
        )  # fmt: skip
    delays = [_delay(text, pair, number) for number, pair in enumerate(pairs.split(","), start=1)]
    wait = wait_chain(*[wait_fixed(delay) for delay in delays])
    return RedeliverySchedule(text, _evaluate(wait, stop_after_attempt(int(attempts))))


def _delay(template: str, pair: str, number: int) -> timedelta:
    """One `value:unit` of a template."""
    if not pair:
        raise _no_template(template, say("delay {number} is empty", number=number))
    value, colon, unit = pair.partition(":")
    if not colon:
        raise _no_template(template, say("delay {number} is '{found}', and not value:unit", number=number, found=pair))
    if not _is_number(value):
        raise _no_template(
            template,
            say("delay {number} has the value '{found}', which must be a whole number from 1 to {most}",
                number=number, found=value, most=VALUE_MAX),
        )  # fmt: skip
    if unit not in UNITS:
        raise _no_template(
            template,
            say("delay {number} has the unit '{found}'; units are {units}",
                number=number, found=unit, units=tuple(UNITS)),
        )  # fmt: skip
    return int(value) * UNITS[unit]


def _is_number(text: str) -> bool:
    """Whether this is a number as Webcert reads it: 1 to 99, plain digits, no zero in front."""
    return re.fullmatch(r"[1-9][0-9]?", text) is not None


def _no_template(text: str, reason: Sentence) -> UsageError:
    return UsageError(
        say("'{text}' is no redelivery template: {reason}; a right one is {example}",
            text=text, reason=reason, example=PRESETS[DEFAULT_SCHEDULE])
    )  # fmt: skip


def from_strategies(wait: WaitBaseT, stop: StopBaseT, name: str) -> RedeliverySchedule:
    """Evaluate tenacity strategies into a table of delays.

    They may depend on the attempt's number and the time elapsed, and on nothing else: the table is made before
    anything is sent, and must be the same each time. Others are refused by name.
    """
    for strategy in (wait, stop):
        _refuse_by_class(strategy)
    delays = _evaluate(wait, stop)
    if any(_evaluate(wait, stop) != delays for _ in range(EVALUATIONS - 1)):
        raise UsageError(
            say("{wait} with {stop} gives other delays when asked again; a schedule is the same each time",
                wait=_name(wait), stop=_name(stop))
        )  # fmt: skip
    return RedeliverySchedule(name, delays)


_AT_RANDOM = say("it draws delays at random, and a schedule is the same each time")

# Strategies of tenacity that no table can stand in for. Those that draw are refused by class,
# since two evaluations could agree by luck.
_REFUSED: tuple[tuple[type[Any], Sentence], ...] = (
    (wait_random, _AT_RANDOM),
    (wait_random_exponential, _AT_RANDOM),
    (wait_exponential_jitter, _AT_RANDOM),
    (wait_exception, say("it asks what the attempt ended in, which is not known beforehand")),
    (stop_when_event_set, say("it asks for something outside the schedule")),
)


def _refuse_by_class(strategy: object) -> None:
    if not callable(strategy):
        raise _no_schedule(strategy, say("it is no strategy of tenacity"))
    for part in _parts(strategy):
        for refused, reason in _REFUSED:
            if isinstance(part, refused):
                raise _no_schedule(part, reason)


def _parts(strategy: object) -> Iterator[object]:
    """The strategy itself and those that it is put together from, however deep (`+`, `|`, `&`, wait_chain)."""
    yield strategy
    if not isinstance(strategy, wait_base | stop_base):
        return
    for held in vars(strategy).values():
        for part in held if isinstance(held, tuple | list) else (held,):
            if part is not strategy and isinstance(part, wait_base | stop_base):
                yield from _parts(part)


class _UnknownBeforehandError(Exception):
    """A strategy has asked for something that is not known before the first attempt."""


@dataclass(frozen=True)
class _Attempt:
    """What a strategy may know of an attempt, in the words of tenacity's RetryCallState, and nothing else.

    An attempt takes no time here, so the time since the start is the sum of the delays so far.
    """

    attempt_number: int
    seconds_since_start: float
    idle_for: float
    upcoming_sleep: float = 0.0
    # What was asked for in vain, kept here because a strategy may swallow the error.
    _asked_for: list[str] = field(default_factory=list)

    def __getattr__(self, name: str) -> NoReturn:
        self._asked_for.append(name)
        raise _UnknownBeforehandError(name)


def _evaluate(wait: WaitBaseT, stop: StopBaseT) -> tuple[timedelta, ...]:
    """Ask the strategies after each attempt, as tenacity does: first how long, then whether at all."""
    delays: list[timedelta] = []
    elapsed = timedelta(0)
    for attempt_number in range(1, ATTEMPTS_MAX + 1):
        attempt = _Attempt(attempt_number, elapsed.total_seconds(), elapsed.total_seconds())
        seconds = _ask(wait, attempt)
        upcoming = seconds if isinstance(seconds, int | float) else math.nan
        if _ask(stop, replace(attempt, upcoming_sleep=upcoming)):
            return tuple(delays)
        delay = _checked(seconds, wait, attempt_number)
        delays.append(delay)
        elapsed += delay
    raise _no_schedule(stop, say("it goes on after {most} attempts, which is the most", most=ATTEMPTS_MAX))


def _ask(strategy: Callable[[RetryCallState], Any], attempt: _Attempt) -> Any:
    """Call one strategy; whatever else it does than answer is a reason to refuse it."""
    try:
        answer = strategy(cast(RetryCallState, attempt))
    except Exception as error:
        if not attempt._asked_for:
            raise _no_schedule(
                strategy,
                say("after attempt {number} it raises {error}",
                    number=attempt.attempt_number, error=f"{type(error).__name__}: {error}"),
            ) from error  # fmt: skip
    if attempt._asked_for:
        raise _no_schedule(
            strategy,
            say("it asks for '{attribute}'; only the attempt's number and the time elapsed are known beforehand",
                attribute=attempt._asked_for[0]),
        )  # fmt: skip
    return answer


def _checked(seconds: Any, wait: WaitBaseT, attempt_number: int) -> timedelta:
    """A delay in whole milliseconds, or a refusal of what is none."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise _no_schedule(
            wait,
            say("after attempt {number} it gives {delay}, which is no number of seconds",
                number=attempt_number, delay=repr(seconds)),
        )  # fmt: skip
    # Compared before it is converted: a timedelta of NaN or of infinity cannot be made.
    if not DELAY_MIN.total_seconds() <= seconds <= DELAY_MAX.total_seconds():
        raise _no_schedule(
            wait,
            say("after attempt {number} it gives {delay} s; a delay is from {least} s to {most} days",
                number=attempt_number, delay=seconds, least=DELAY_MIN.total_seconds(), most=DELAY_MAX.days),
        )  # fmt: skip
    return timedelta(milliseconds=round(seconds * 1000))


def _no_schedule(strategy: object, reason: Sentence) -> UsageError:
    return UsageError(say("{strategy} cannot be a schedule: {reason}", strategy=_name(strategy), reason=reason))


def _name(strategy: object) -> str:
    """The name under which a person wrote the strategy: a class's, or a function's own."""
    named = strategy if inspect.isroutine(strategy) else type(strategy)
    # tenacity's stop_never is an object of the class _stop_never.
    return named.__name__.lstrip("_")
