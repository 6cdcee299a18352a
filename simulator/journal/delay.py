"""How long a journal system takes: always as long, or a draw from a distribution. Pure.

A draw is a share from 0 up to 1, which chance makes of the seed; here it becomes a length of time in whole
milliseconds, so that no machine's last decimal can change a run.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from statistics import NormalDist

_NORMAL = NormalDist()
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Uniform:
    """Anything from `least` to `most`, all as likely."""

    least: timedelta
    most: timedelta


@dataclass(frozen=True)
class Lognormal:
    """Mostly about `median`, now and then far more, as real systems are; never more than `cap`.

    `sigma` is the spread: with 0.8 one call in twenty takes more than 3.7 times the median.
    """

    median: timedelta
    sigma: float
    cap: timedelta


Delay = timedelta | Uniform | Lognormal


def is_none(delay: Delay) -> bool:
    """Whether it is no delay at all."""
    return delay == timedelta()


def length_of(delay: Delay, share: float) -> timedelta:
    """The length that belongs to a draw."""
    if isinstance(delay, timedelta):
        return delay
    if isinstance(delay, Uniform):
        length = delay.least + (delay.most - delay.least) * share
    else:
        # A draw of exactly 0 has no place on the normal distribution.
        deviation = _NORMAL.inv_cdf(max(share, 2**-53))
        seconds = delay.median.total_seconds() * math.exp(delay.sigma * deviation)
        length = min(timedelta(seconds=min(seconds, delay.cap.total_seconds())), delay.cap)
    return round(length / _MILLISECOND) * _MILLISECOND
