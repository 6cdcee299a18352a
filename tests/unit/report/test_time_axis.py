"""The axis on which minutes and weeks can both be seen."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from simulator.redelivery.schedule import PRESETS, schedule_named
from simulator.report.time_axis import axis_reaching

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize("longest", [timedelta(), MINUTE, 5 * HOUR, 25 * HOUR, 3 * DAY, 25 * DAY, 99 * 99 * DAY])
def test_a_longer_time_stands_further_to_the_right(longest: timedelta) -> None:
    """The order of lengths is the order of places, from the left end to the right one."""
    axis = axis_reaching(longest)
    places = [axis.place(axis.end * part / 200) for part in range(201)]
    assert places == sorted(set(places))
    assert (places[0], places[-1]) == (0.0, 1.0)


@pytest.mark.parametrize("name", PRESETS)
def test_attempts_of_every_preset_can_be_told_apart(name: str) -> None:
    """On an axis of 700 pixels no two attempts of a schedule are nearer than ten."""
    offsets = schedule_named(name).offsets()
    axis = axis_reaching(offsets[-1])
    places = [axis.place(offset) for offset in offsets]
    assert min(after - before for before, after in pairwise(places)) * 700 >= 10


def test_what_lies_outside_stands_at_the_ends() -> None:
    """Nothing is drawn outside the axis."""
    axis = axis_reaching(25 * DAY)
    assert axis.place(-MINUTE) == 0.0
    assert axis.place(26 * DAY) == 1.0


def test_the_break_is_marked_and_round_lengths_after_it() -> None:
    """Before the break the lengths themselves are marked, after it whole steps."""
    axis = axis_reaching(24 * DAY + 5 * HOUR)
    assert axis.ticks([timedelta(), MINUTE, 30 * HOUR]) == [
        timedelta(),
        MINUTE,
        DAY,
        *(number * DAY for number in (5, 10, 15, 20)),
    ]


def test_the_milliseconds_of_a_flowing_clock_are_not_marked() -> None:
    """Attempts that come a little after their moment share its mark."""
    late = timedelta(milliseconds=3)
    assert axis_reaching(HOUR).ticks([MINUTE, MINUTE + late]) == [timedelta(), MINUTE, HOUR]
