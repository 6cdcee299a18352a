"""A schedule as a table and a picture."""

from __future__ import annotations

import io
from datetime import datetime

import pytest
from rich.cells import cell_len
from rich.console import Console

from simulator.clock import SWEDISH_TIME
from simulator.locale import Language
from simulator.redelivery.schedule import PRESETS, schedule_named
from simulator.report.schedule_text import print_schedule

SUMMER = datetime(2022, 6, 1, 8, 0, tzinfo=SWEDISH_TIME)


def printed(
    name: str,
    compare: str | None = None,
    *,
    start: datetime = SUMMER,
    width: int = 120,
    language: Language = Language.ENGLISH,
) -> str:
    """What is printed of a schedule, or of two."""
    output = io.StringIO()
    other = schedule_named(compare) if compare else None
    print_schedule(schedule_named(name), start, Console(file=output, width=width, highlight=False), language, other)
    return output.getvalue()


def test_every_attempt_has_its_delay_offset_and_moment() -> None:
    """The table says when each attempt is made if each before it failed."""
    lines = [line.split("  ") for line in printed("forum-2022").splitlines()]
    rows = [[cell.strip() for cell in line if cell.strip()] for line in lines]
    assert ["6", "4 h", "5 h 36 min", "2022-06-01 13:36:00"] in rows
    assert ["30", "1 d", "24 d 5 h 36 min", "2022-06-25 13:36:00"] in rows


@pytest.mark.parametrize(
    ("language", "last"),
    [
        (Language.ENGLISH, "30 attempts, the last 24 d 5 h 36 min after the first"),
        (Language.SWEDISH, "30 försök, det sista 24 d 5 h 36 min efter det första"),
    ],
)
def test_the_sum_ends_it(language: Language, last: str) -> None:
    """The last line says how many attempts there are, and over how long a time."""
    assert printed("forum-2022", language=language).splitlines()[-1] == last


def test_the_picture_has_a_dot_for_each_attempt() -> None:
    """At 120 columns each of the thirty attempts has a place of its own."""
    assert printed("forum-2022").count("●") == 30


def test_attempts_too_close_together_are_counted() -> None:
    """Where several attempts fall on one column, their number stands there, and it is said what it means."""
    text = printed("webcert-2018", "forum-2022")
    assert "a figure is that many attempts, close together" in text
    assert "a figure" not in printed("forum-2022")


def test_two_schedules_stand_side_by_side() -> None:
    """The shorter one has blanks where the longer goes on, and each has its own sum."""
    text = printed("forum-2022", "forum-2022-redeliveries")
    row = next(line for line in text.splitlines() if line.lstrip().startswith("31 "))
    assert " ".join(row.split()) == "31 1 d 25 d 5 h 36 min 2022-06-26 13:36:00"
    assert "forum-2022: 30 attempts" in text
    assert "forum-2022-redeliveries: 31 attempts" in text


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("width", [80, 100, 120])
@pytest.mark.parametrize("compare", [None, "webcert-7.7", "99#99:d", "31#1:m,2:m,4:m,8:m,16:m,32:m,1:h,2:h,3:h"])
@pytest.mark.parametrize("name", [*PRESETS, "1#1:s", "99#1:s"])
def test_no_line_is_wider_than_the_console(name: str, compare: str | None, width: int, language: Language) -> None:
    """Table and picture fit into 80 columns, and nothing of a moment is cut."""
    text = printed(name, compare, width=width, language=language)
    assert all(cell_len(line) <= width for line in text.splitlines())
    assert "06-01 08:00:00" in text


def test_a_clock_change_on_the_way_is_said() -> None:
    """Over the end of summer time the time of day moves by an hour, and over its beginning by an hour the other way."""
    autumn = printed("forum-2022", start=datetime(2022, 10, 20, 8, 0, tzinfo=SWEDISH_TIME))
    assert "2022-10-29 13:36:00" in autumn
    assert "2022-10-30 12:36:00" in autumn
    assert "summer time ends before attempt 16" in autumn
    spring = printed("forum-2022", start=datetime(2022, 3, 20, 8, 0, tzinfo=SWEDISH_TIME))
    assert "2022-03-27 14:36:00" in spring
    assert "summer time begins before attempt 13" in spring
    assert "summer time" not in printed("forum-2022")


def test_one_attempt_has_no_redelivery() -> None:
    """A schedule of one attempt is said to be one."""
    assert printed("1#1:m").splitlines()[-1] == "one attempt, and no redelivery"


def test_a_schedule_from_python_has_its_name_alone() -> None:
    """Only a preset's name is explained by its template."""
    assert printed("forum-2022").startswith("forum-2022 = 30#1:m,5:m,30:m,60:m,4:h,1:d\n")
    assert printed("2#1:s").startswith("2#1:s\n")
