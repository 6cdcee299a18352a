"""Windows that come again: when they are open, and what is no cron expression."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from simulator.clock import SWEDISH_TIME
from simulator.journal.recurrence import Recurring, check_cron

NIGHT = Recurring("0 22 * * *", timedelta(hours=8))


def swedish(text: str) -> datetime:
    """A moment of Swedish time."""
    return datetime.fromisoformat(text).replace(tzinfo=SWEDISH_TIME)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2024-09-02T21:59:59.999", False),
        ("2024-09-02T22:00:00", True),
        ("2024-09-03T00:00:00", True),
        ("2024-09-03T05:59:59.999", True),
        ("2024-09-03T06:00:00", False),
        # The night of summer time lasts as long, so it ends an hour later by the clock on the wall.
        ("2024-03-31T06:30:00", True),
        ("2024-03-31T07:00:00", False),
        ("2024-10-27T04:59:59", True),
        ("2024-10-27T05:00:00", False),
    ],
)
def test_a_window_has_its_first_moment_and_not_its_last(moment, is_open):
    """A night from ten, eight hours long, whatever the clocks do."""
    assert is_open is NIGHT.covers(swedish(moment))


@pytest.mark.parametrize(
    ("cron", "day", "is_open"),
    [("0 0 * * 0", 8, True), ("0 0 * * 7", 8, True), ("0 0 * * 1", 9, True), ("0 0 * * 1-5", 8, False),
     ("0 0 * * sun", 8, True), ("0 0 1 * *", 1, True), ("*/20 0 * * *", 3, True),
     *(("0 0 * * 0-6", day, True) for day in range(8, 15)), *(("0 0 * * 1-7", day, True) for day in range(8, 15)),
     ("0 0 * * 5-7", 8, True), ("0 0 * * 5-7", 9, False), ("0 0 * * 0-2", 8, True), ("0 0 * * 0-2", 11, False),
     ("0 0 * * fri-sun", 8, True), ("0 0 * * SUN-tue", 10, True), ("0 0 * * 1,7", 8, True), ("0 0 * * 1,7", 10, False),
     ("0 0 * * */2", 8, True), ("0 0 * * */2", 9, False), ("0 0 * * 1-5/2", 11, True), ("0 0 * * 1-5/2", 12, False)],
)  # fmt: skip
def test_weekdays_are_crons_own(cron, day, is_open):
    """Sunday is 0 and 7; 8 September 2024 was one."""
    assert is_open is Recurring(cron, timedelta(minutes=1)).covers(swedish(f"2024-09-{day:02}T00:00:30"))


@pytest.mark.parametrize(
    ("cron", "days"),
    [("0 0 13 * 0", [1, 8, 13, 15, 22, 29]), ("0 0 13 * *", [13]), ("0 0 * * 0", [1, 8, 15, 22, 29]),
     ("0 0 */10 * 0", [1]), ("0 0 1-10 * */6", [1, 7, 8])],
)  # fmt: skip
def test_a_day_of_the_month_or_a_weekday(cron, days):
    """Where both are given a day of either is meant, unless one of them begins with a star; as cron has it."""
    window = Recurring(cron, timedelta(minutes=1))
    assert days == [day for day in range(1, 31) if window.covers(swedish(f"2024-09-{day:02}T00:00:30"))]


@pytest.mark.parametrize(
    "text",
    ["", "0 22 * *", "0 22 * * * *", "60 0 * * *", "x 0 * * *", "0 0 * * funday", "🙂",
     "0 0 * * 8", "0 0 * * 5-2", "0 0 * * 1-9", "0 0 * * 1-5/0", "0 0 * * 1,", "0 0 * * 1-"],
)  # fmt: skip
def test_what_is_no_cron_expression_says_so(text):
    """The sentence shows a right one."""
    with pytest.raises(ValueError, match=r"is no cron expression .*; write minute, hour, day, month, weekday"):
        check_cron(text)
