"""Plays one line of behaviour against one status update, and tells what Webcert and the inbox made of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from simulator.scenario.cast import load_cast
from simulator.scenario.load import load_story
from simulator.scenario.play import Played, PlaySettings, play
from simulator.trace.facts import AttemptMade

STORY = """\
format: 1
name: One line of behaviour
until: {until}
journal_systems:
  alfa:
    units: [ALMC]
    behaviour:
{behaviour}
steps:
{steps}
expect:
  - received: {{system: alfa, times: 0}}
"""
CREATE = "create: {certificate: c1, type: FK7211, unit: ALMC, by: nurse, patient: alma}"


@dataclass(frozen=True)
class First:
    """The first attempt: what came back, what was decided, by which rule; and how often the message was acted upon."""

    answer: str
    outcome: str
    rule: str
    acts: int


def write_story(folder: Path, *behaviour: str, steps: tuple[str, ...] = (CREATE,), until: str = "50s") -> Path:
    """A scenario with these lines of behaviour and steps; what it expects is of no matter."""
    path = folder / "mood.scenario.yaml"
    lines = "\n".join(f"      - {{{line}}}" for line in behaviour)
    told = "\n".join(f"  - {step}" for step in steps)
    path.write_text(STORY.format(behaviour=lines or "      []", steps=told, until=until), encoding="utf-8")
    return path


def play_story(path: Path, urls: dict[str, str] | None = None, **settings: object) -> Played:
    """Play it; `urls` put real systems in place."""
    return asyncio.run(play(load_story(path, load_cast(), urls), PlaySettings(**settings)))  # type: ignore[arg-type]


def attempts(played: Played) -> list[AttemptMade]:
    """All attempts in their order."""
    return [fact for fact in played.facts if isinstance(fact, AttemptMade)]


def first_attempt(played: Played) -> First:
    """How the first attempt went."""
    attempt = attempts(played)[0]
    acts = sum(len(call.acted_at) for call in played.calls if call.attempt == 1)
    return First(attempt.answer, attempt.outcome.value, attempt.rule, acts)
