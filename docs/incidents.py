"""The page about incidents: each scenario of scenarios/incidents as its words and as a picture of messages over time.

A picture has the clock along its width. Stretches in which nothing happens are shortened, the longer the more, so that
minutes and days are both seen; every label says which moment it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from html import escape
from itertools import pairwise
from math import log2
from pathlib import Path

import pictures
from svg import GRID, RED, SOFT, document, line, shown, tag, text

from simulator.clock import SWEDISH_TIME, swedish
from simulator.contract.schema import packaged
from simulator.report.summary import Summary, UpdateSummary, summarise
from simulator.report.timeline import mark_of
from simulator.report.wording import answer_of, fate_of
from simulator.scenario.cast import load_cast
from simulator.scenario.load import load_story
from simulator.scenario.play import PlaySettings, play
from simulator.scenario.story import Story
from simulator.scenario.yaml_file import read_yaml
from simulator.sentence import say

FOLDER = "incidents"
_MINUTE = timedelta(minutes=1)
_NEVER = datetime.max.replace(tzinfo=UTC)
# A stretch of more than this is a night or more, and takes no more room than this share of its logarithm.
_LONG, _WIDTH_OF_LONG = timedelta(hours=12), 3.0
WIDTH, LEFT, RIGHT, TOP, LANE, LETTER = 960, 230, 34, 66, 46, 6.4


@dataclass(frozen=True)
class _Axis:
    """Where each moment at which something happens stands, from 0.0 to 1.0."""

    places: dict[datetime, float]

    def x(self, moment: datetime) -> float:
        """Where the moment is drawn."""
        return LEFT + self.places[moment] * (WIDTH - LEFT - RIGHT)


def files() -> list[Path]:
    """The scenarios, in the order of their days."""
    found = (packaged("scenarios") / FOLDER).glob("*.scenario.yaml")
    return sorted(found, key=lambda path: (str(read_yaml(path).content["start"]), path.name))


def section() -> str:
    """The page's generated part: what was said, what is assumed, and the picture."""
    return "\n\n".join(map(_about, files()))


def images() -> dict[str, str]:
    """Each picture by the name of its file."""
    return {f"{_name(path)}.svg": _svg(*_played(path)) for path in files()}


def _name(path: Path) -> str:
    return path.name.removesuffix(".scenario.yaml")


def _about(path: Path) -> str:
    words = read_yaml(path).content
    said, _, assumed = str(words["description"]).strip().removeprefix("Said: ").partition(" Assumed: ")
    title, name = words["name"], _name(path)
    return (
        f"### {title}\n\n**Said:** {said}\n\n**Assumed:** {assumed}\n\n"
        f"![{title}: messages over time](images/{FOLDER}/{name}.svg)\n\n"
        f"The scenario: [{name}](../scenarios/{FOLDER}/{path.name})."
    )


@cache
def _played(path: Path) -> tuple[Story, Summary]:
    story = load_story(path, load_cast())
    played = asyncio.run(play(story, PlaySettings()))
    return story, summarise(played.header, path.name, played.facts, played.verdicts)


# From when until when something is not as it should be; until None where it stays so.
Window = tuple[datetime, datetime | None]


def _windows(story: Story) -> list[Window]:
    """When something is not as it should be; what is so from the start to the end has no window."""
    matches = [rule.match for system in story.journal_systems for rule in system.behaviour]
    platforms = [system.platform for system in story.journal_systems if system.platform is not None]
    matches += [failure.rule.match for platform in platforms for failure in platform.failures]
    found: set[Window] = {(one.since or story.start, one.until) for one in matches if one.since or one.until}
    return sorted(found | set(story.signing_down), key=lambda window: (window[0], window[1] or _NEVER))


def _axis(moments: Iterable[datetime]) -> _Axis:
    known = sorted(set(moments))
    reached, places = 0.0, {known[0]: 0.0}
    for before, after in pairwise(known):
        gap = after - before
        reached += _WIDTH_OF_LONG if gap > _LONG else log2(1 + gap / _MINUTE)
        places[after] = reached
    return _Axis({moment: place / (reached or 1) for moment, place in places.items()})


def _svg(story: Story, summary: Summary) -> str:
    updates = [one for one in summary.updates if one.silenced is None]
    attempts = {one.sent_at for update in updates for one in update.attempts}
    windows = _windows(story)
    edges = {edge for window in windows for edge in window if edge is not None}
    axis = _axis({story.start, *attempts, *edges})
    bottom = TOP + LANE * len(updates)
    title = summary.header.scenario
    parts = [text(20, 30, title, 16, font_weight=600)]
    subtitle = f"Swedish time, from {swedish(story.start)[:16]}; stretches without messages are shortened"
    parts.append(text(20, 50, subtitle, fill=SOFT))
    for since, until in windows:
        x = axis.x(since)
        width = (WIDTH - RIGHT if until is None else axis.x(until)) - x
        band = {"x": x, "y": TOP - 4, "width": width, "height": bottom - TOP + 4}
        tip = tag(
            "title", escape(f"{swedish(since)} and on" if until is None else f"{swedish(since)} to {swedish(until)}")
        )
        parts.append(tag("rect", tip, **band, rx=4, fill=RED, fill_opacity=".12"))
    parts += _labels(axis, [*sorted(edges), *sorted(attempts)], story.start, bottom)
    for place, update in enumerate(updates):
        parts += _lane(update, axis, TOP + LANE * place)
    kinds = {mark_of(one) for update in updates for one in update.attempts}
    parts += _legend(pictures.legend(kinds, bottom + 62, LEFT), windows, bottom + 62)
    return document(WIDTH, bottom + 80, f"{title}. {subtitle}", parts)


def _labels(axis: _Axis, moments: list[datetime], start: datetime, bottom: int) -> list[str]:
    """A line and a label for the moments that there is room for; those that are given first have it first."""
    parts: list[str] = []
    taken: list[tuple[float, float, int]] = []
    for moment in dict.fromkeys(moments):
        x, label = axis.x(moment), _label(moment, start)
        half = len(label) * LETTER / 2 + 5
        row = next(
            (row for row in (0, 1) if all(x + half <= a or x - half >= z or row != other for a, z, other in taken)),
            None,
        )
        if row is None:
            continue
        taken.append((x - half, x + half, row))
        parts.append(line(x, TOP - 4, x, bottom, stroke=GRID, stroke_width=1))
        parts.append(text(x, bottom + 16 + 15 * row, label, 11.5, SOFT, text_anchor="middle"))
    return parts


def _label(moment: datetime, start: datetime) -> str:
    """The time of day, with its day where that is not the first."""
    local = moment.astimezone(SWEDISH_TIME)
    clock = f"{local:%H:%M}"
    return clock if local.date() == start.astimezone(SWEDISH_TIME).date() else f"{local.day}/{local.month} {clock}"


def _lane(update: UpdateSummary, axis: _Axis, top: int) -> list[str]:
    y = top + 28
    told = update.emitted
    parts = [
        text(20, y - 4, f"{told.event} {told.certificate}", 12.5, font_weight=600),
        text(20, y + 11, f"to {told.journal_system}", 11.5, SOFT),
    ]
    x = [axis.x(one.sent_at) for one in update.attempts]
    parts.append(line(x[0], y, x[-1], y))
    for place, attempt in zip(x, update.attempts, strict=True):
        words = str(say("attempt {attempt} of {most}, {when}", attempt=attempt.attempt, most=attempt.attempts_max,
                        when=swedish(attempt.sent_at)))  # fmt: skip
        tip = tag("title", escape(f"{words}\n{answer_of(attempt)}\n{fate_of(update)}"))
        sign = pictures.SIGNS[mark_of(attempt)]
        parts.append(tag("g", tip, sign, transform=f"translate({shown(place)} {y})"))
    return parts


def _legend(marks: list[str], windows: list[Window], y: int) -> list[str]:
    if not windows:
        return marks
    swatch = tag("rect", x=20, y=y - 12, width=16, height=14, rx=3, fill=RED, fill_opacity=".15")
    return [*marks, swatch, text(42, y, "down, closed or lost", fill=SOFT)]
