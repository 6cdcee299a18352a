"""A redelivery schedule as text: every attempt with its delay and its moment, and a picture of it along the time.

Two schedules stand side by side. Moments are Swedish time, so where the clocks change on the way it is said that a day
is 24 hours all the same (docs/design.md).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulator.clock import SWEDISH_TIME, swedish
from simulator.locale import Language, text_of
from simulator.redelivery.schedule import PRESETS, RedeliverySchedule
from simulator.report.time_axis import TimeAxis, axis_reaching
from simulator.report.wording import length_of_time, one_line
from simulator.sentence import Sentence, say

Say = Callable[[Sentence], str]

# A picture wider than this says no more.
PICTURE_MAX = 110

# Narrower than this, two schedules side by side show neither delays nor years.
WIDE_ENOUGH_FOR_ALL = 104

_MOMENT_WIDTH = 19


def print_schedule(
    schedule: RedeliverySchedule,
    start: datetime,
    console: Console,
    language: Language,
    compare: RedeliverySchedule | None = None,
) -> None:
    """Print one schedule, or two beside each other, counted from the moment of the first attempt."""

    def words(sentence: Sentence) -> str:
        return one_line(text_of(sentence, language))

    # In UTC a day is 24 hours; Python adds to a Swedish moment as to a wall clock.
    start = start.astimezone(UTC)
    schedules = [schedule] if compare is None else [schedule, compare]
    for one in schedules:
        template = PRESETS.get(one.name)
        console.print(Text(one_line(f"{one.name} = {template}" if template else one.name), "bold"), soft_wrap=True)
    console.print()
    _print_table(schedules, start, console, words)
    console.print()
    _print_picture(schedules, console, words)
    console.print()
    for one in schedules:
        prefix = f"{one_line(one.name)}: " if compare is not None else ""
        console.print(Text(prefix + words(_sum(one))))
        for change in _clock_changes(one, start):
            console.print(Text(prefix + words(change), "dim"))


def _sum(schedule: RedeliverySchedule) -> Sentence:
    if not schedule.delays:
        return say("one attempt, and no redelivery")
    last = length_of_time(schedule.offsets()[-1])
    return say("{attempts} attempts, the last {length} after the first", attempts=schedule.attempts_max, length=last)


def _print_table(schedules: Sequence[RedeliverySchedule], start: datetime, console: Console, words: Say) -> None:
    is_narrow = len(schedules) > 1 and console.width < WIDE_ENOUGH_FOR_ALL
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column(words(say("Attempt")), justify="right", no_wrap=True, vertical="bottom")
    for one in schedules:
        if not is_narrow:
            table.add_column(words(say("Delay")), justify="right", no_wrap=True)
        table.add_column(words(say("After the first")), justify="right", no_wrap=True)
        # The name stands over the moments, and is cut to their width.
        above = f"{_cut(one_line(one.name), _MOMENT_WIDTH)}\n" if len(schedules) > 1 else ""
        table.add_column(Text(above + words(say("Moment"))), no_wrap=True)
    if len(schedules) > 1:
        for column in table.columns:
            column.header = column.header if isinstance(column.header, Text) else Text(f"\n{column.header}")
    for number in range(max(one.attempts_max for one in schedules)):
        cells = [str(number + 1)]
        for one in schedules:
            delay, offset, moment = _cells(one, number, start)
            # Without its year and its delay, a column fits twice into 80 columns.
            cells += [offset, moment[5:]] if is_narrow else [delay, offset, moment]
        table.add_row(*cells)
    console.print(table)


def _cut(text: str, width: int) -> str:
    return text if cell_len(text) <= width else f"{set_cell_size(text, width - 1)}…"


def _cells(schedule: RedeliverySchedule, number: int, start: datetime) -> tuple[str, str, str]:
    """The delay, the offset and the moment of one attempt, counted from 0; blank past the end."""
    if number >= schedule.attempts_max:
        return ("", "", "")
    offset = schedule.offsets()[number]
    delay = length_of_time(schedule.delays[number - 1]) if number else ""
    return (delay, length_of_time(offset) if number else "0", swedish(start + offset))


def _print_picture(schedules: Sequence[RedeliverySchedule], console: Console, words: Say) -> None:
    """A line for each schedule with a dot for each attempt, and the axis below."""
    axis = axis_reaching(max(one.offsets()[-1] for one in schedules))
    names = [one_line(one.name) if len(schedules) > 1 else "" for one in schedules]
    margin = min(max(cell_len(name) for name in names), 24) + 2 if len(schedules) > 1 else 0
    width = min(console.width, PICTURE_MAX) - margin - 1
    crowded = False
    for one, name in zip(schedules, names, strict=True):
        columns = Counter(_column(axis, offset, width) for offset in one.offsets())
        crowded = crowded or max(columns.values()) > 1
        line = "".join(_dot(columns[column], column <= max(columns)) for column in range(width))
        before = Text(set_cell_size(_cut(name, margin - 2), margin) if margin else "")
        console.print(before + Text(line.rstrip(), "cyan"), no_wrap=True, overflow="ignore", crop=False)
    for line in _axis_lines(axis, [offset for one in schedules for offset in one.offsets()], width):
        console.print(Text(" " * margin + line, "dim"), no_wrap=True, overflow="ignore", crop=False)
    if axis.break_at is not None:
        scale = say("up to {length} the scale is enlarged; after that it is even", length=length_of_time(axis.break_at))
        console.print(Text(" " * margin + words(scale), "dim"))
    if crowded:
        console.print(Text(" " * margin + words(say("a figure is that many attempts, close together")), "dim"))


def _column(axis: TimeAxis, offset: timedelta, width: int) -> int:
    return round(axis.place(offset) * (width - 1))


def _dot(attempts: int, is_on_the_way: bool) -> str:
    if attempts > 1:
        return str(attempts) if attempts < 10 else "+"
    return "●" if attempts else "─" if is_on_the_way else " "


def _axis_lines(axis: TimeAxis, offsets: Sequence[timedelta], width: int) -> tuple[str, str]:
    """Strokes where lengths are marked, and below them those labels that do not collide."""
    strokes, labels = [" "] * width, ""
    for length in axis.ticks(offsets):
        column, label = _column(axis, length, width), length_of_time(length, parts=2) if length else "0"
        begin = min(max(0, column - len(label) // 2), width - len(label))
        if not labels or begin >= len(labels) + 2:
            labels = labels.ljust(begin) + label
            strokes[column] = "'"
        if length == axis.break_at:
            strokes[column] = "┊"
    return "".join(strokes).rstrip(), labels


def _clock_changes(schedule: RedeliverySchedule, start: datetime) -> list[Sentence]:
    """Where the time of day moves, because Sweden changes its clocks between two attempts."""
    changes = []
    moments = [(start + offset).astimezone(SWEDISH_TIME) for offset in schedule.offsets()]
    for number, (before, after) in enumerate(pairwise(moments), start=2):
        step = (after.utcoffset() or timedelta()) - (before.utcoffset() or timedelta())
        if step > timedelta(0):
            changes.append(say("summer time begins before attempt {number}, and a day is 24 hours all the same: the "
                               "time of day is an hour later from there", number=number))  # fmt: skip
        elif step < timedelta(0):
            changes.append(say("summer time ends before attempt {number}, and a day is 24 hours all the same: the "
                               "time of day is an hour earlier from there", number=number))  # fmt: skip
    return changes
