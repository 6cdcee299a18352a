"""The picture of a run: one lane for each status update, its attempts as marks along the time since its event.

Places are shares of the width, so that a page can draw the same picture wide and narrow. All lanes have one axis.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from simulator.clock import swedish
from simulator.report.summary import Summary, UpdateSummary, decision_of
from simulator.report.time_axis import TimeAxis, axis_reaching
from simulator.report.timeline import SILENCE_REASONS, Mark, mark_of
from simulator.report.wording import answer_of, explanation_of, fate_of, length_of_time, one_line
from simulator.sentence import Sentence, say
from simulator.trace.facts import AnsweredTooLate, AttemptMade

# In pixels: the narrowest axis on a wide screen and on a narrow one, a label's letter, and the room between labels.
_WIDE, _NARROW, _LETTER, _GAP = 680, 340, 6.6, 8

Say = Callable[[Sentence], str]
TookAgain = Callable[[AttemptMade], bool | None]


@dataclass(frozen=True)
class Tick:
    """A marked length of time. Labels stand in two rows, so that neighbours have room.

    `is_minor` says that only a wide screen has room for it.
    """

    place: float
    label: str
    row: int
    is_minor: bool


@dataclass(frozen=True)
class PlacedMark:
    """An attempt, a late answer, the next attempt, or that there will be none, with what there is to say about it."""

    kind: Mark
    place: float
    title: str


@dataclass(frozen=True)
class Lane:
    """One status update. `silences` are stretches in which attempt after attempt met no answer at all."""

    name: str
    told: str
    fate: str
    state: str
    marks: tuple[PlacedMark, ...]
    silences: tuple[tuple[float, float], ...]
    ends_at: float


@dataclass(frozen=True)
class Picture:
    """All lanes over one axis; `break_at` is the place where the scale changes, if it does."""

    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]
    break_at: float | None


def draw(summary: Summary, words: Say) -> Picture:
    """Make the picture of a run."""
    lengths = [length for update in summary.updates for length in _lengths(update)]
    axis = axis_reaching(max(lengths, default=timedelta(0)))
    break_at = None if axis.break_at is None else axis.place(axis.break_at)
    lanes = tuple(_lane(update, axis, words, summary.took_again) for update in summary.updates)
    return Picture(lanes, tuple(_ticks(axis, lengths)), break_at)


def _lengths(update: UpdateSummary) -> list[timedelta]:
    """How long after the event each thing to be drawn was."""
    moments: list[datetime] = [one.sent_at for one in update.attempts] + [one.at for one in update.late_answers]
    if update.attempts and update.attempts[-1].next_attempt_at is not None:
        moments.append(update.attempts[-1].next_attempt_at)
    if update.silenced is not None:
        moments.append(update.silenced.at)
    return [moment - update.emitted.at for moment in moments]


def _ticks(axis: TimeAxis, lengths: list[timedelta]) -> list[Tick]:
    ticks: list[Tick] = []
    for length in axis.ticks(lengths):
        place, label = axis.place(length), length_of_time(length, parts=2) if length else "0"
        row = next((row for row in (0, 1) if _has_room(place, label, row, ticks, _WIDE)), None)
        if row is None:
            continue
        majors = [tick for tick in ticks if not tick.is_minor]
        is_minor = not _has_room(place, label, row, majors, _NARROW)
        ticks.append(Tick(place, label, row, is_minor))
    return ticks


def _has_room(place: float, label: str, row: int, before: list[Tick], width: int) -> bool:
    """Whether a label collides with none of those before it in the same row."""
    return all(
        (place - tick.place) * width >= (len(label) + len(tick.label)) / 2 * _LETTER + _GAP
        for tick in before
        if tick.row == row
    )


def _lane(update: UpdateSummary, axis: TimeAxis, words: Say, took_again: TookAgain) -> Lane:
    told_at = update.emitted.at
    marks = [
        PlacedMark(mark_of(one), axis.place(one.sent_at - told_at), _title(one, words, took_again))
        for one in update.attempts
    ]
    marks += [
        PlacedMark(Mark.LATE, axis.place(one.at - told_at), _late_title(one, words)) for one in update.late_answers
    ]
    following = update.attempts[-1].next_attempt_at if update.attempts else None
    if following is not None:
        title = words(say("the next attempt is {when}", when=swedish(following)))
        marks.append(PlacedMark(Mark.NEXT, axis.place(following - told_at), title))
    if update.silenced is not None:
        title = words(SILENCE_REASONS[update.silenced.rule])
        marks.append(PlacedMark(Mark.SILENCED, axis.place(update.silenced.at - told_at), title))
    return Lane(
        name=f"{update.emitted.event} {one_line(update.emitted.certificate)}",
        told=words(say("{when} to {system}", when=swedish(told_at), system=update.emitted.journal_system)),
        fate=words(fate_of(update)),
        state=update.state.value,
        marks=tuple(marks),
        silences=tuple(_silences(update, axis)),
        ends_at=max((mark.place for mark in marks if mark.kind is not Mark.LATE), default=0.0),
    )


def _silences(update: UpdateSummary, axis: TimeAxis) -> list[tuple[float, float]]:
    """From the first to the last of consecutive attempts that met no answer."""
    found: list[tuple[float, float]] = []
    began: float | None = None
    ended = 0.0
    for attempt in (*update.attempts, None):
        if attempt is not None and attempt.http_status is None:
            ended = axis.place(attempt.sent_at - update.emitted.at)
            began = ended if began is None else began
        elif began is not None:
            found += [(began, ended)] if ended > began else []
            began = None
    return found


def _title(attempt: AttemptMade, words: Say, took_again: TookAgain) -> str:
    lines = (
        words(say("attempt {attempt} of {most}, {when}", attempt=attempt.attempt, most=attempt.attempts_max,
                  when=swedish(attempt.sent_at))),
        f"{one_line(answer_of(attempt))} → {words(decision_of(attempt))}",
        f"{attempt.rule}: {'; '.join(map(words, explanation_of(attempt, took_again)))}",
    )  # fmt: skip
    return "\n".join(lines)


def _late_title(late: AnsweredTooLate, words: Say) -> str:
    return words(
        say("{answer} came too late for attempt {attempt}, {when}", answer=late.answer, attempt=late.attempt,
            when=swedish(late.at))
    )  # fmt: skip
