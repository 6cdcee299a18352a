"""Which stories of which files are played: what is found, what can be read, and what was chosen by tag and name."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from simulator.errors import IdentityError, InputError, SimulatorError, UsageError, leaves, our_fault
from simulator.nearest import nearest
from simulator.report.summary import Unplayed
from simulator.scenario.cast import Cast
from simulator.scenario.load import load_stories, scenario_files
from simulator.scenario.story import Story
from simulator.sentence import say

# Before a tag: those that do not have it.
_NOT = "!"


def load_chosen(parsed: argparse.Namespace, cast: Cast, urls: dict[str, str]) -> tuple[list[Story], list[Unplayed]]:
    """The chosen stories, and the files that cannot be read; raises UsageError where nothing is left."""
    stories: list[Story] = []
    unplayed: list[Unplayed] = []
    for found in scenario_files(parsed.paths):
        if isinstance(found, InputError):
            unplayed.append(Unplayed(found.path, (found,)))
            continue
        try:
            stories += load_stories(found, cast, urls, parsed.seed, os.environ)
        except Exception as error:
            problems = tuple(one for one in leaves(error) if isinstance(one, InputError))
            unplayed.append(Unplayed(str(found), problems) if problems else spoilt_by_us(found, error))
    _require_known_systems(urls, stories)
    chosen = [one for one in stories if _has_tags(one, parsed.tag) and _is_named(one, parsed.only)]
    if stories and not chosen:
        tags = sorted({tag for one in stories for tag in one.tags})
        raise UsageError(
            say("no scenario is left by --tag and --only; tags are {tags}, scenarios are {names}",
                tags=tuple(tags) or say("none"), names=tuple(one.name for one in stories[:10]))
        )  # fmt: skip
    return chosen, unplayed


def spoilt_by_us(path: Path, error: Exception) -> Unplayed:
    """A file that a fault of ours keeps from being played; what the user can do something about is raised again."""
    problems = []
    for one in leaves(error):
        if isinstance(one, (UsageError, IdentityError)):
            raise error
        problems.append(InputError(one.sentence if isinstance(one, SimulatorError) else our_fault(one), path))
    return Unplayed(str(path), tuple(problems), is_our_fault=True)


def _has_tags(story: Story, tags: Sequence[str]) -> bool:
    """Whether it has any of the tags that are asked for, and none that are ruled out."""
    unwanted = {tag.removeprefix(_NOT) for tag in tags if tag.startswith(_NOT)}
    wanted = {tag for tag in tags if not tag.startswith(_NOT)}
    return not unwanted & story.tags and (not wanted or bool(wanted & story.tags))


def _is_named(story: Story, patterns: Sequence[str]) -> bool:
    """Whether its name, or that of its file, is like any of the patterns."""
    names = (story.name, story.path.name, story.path.name.removesuffix(".scenario.yaml"))
    return not patterns or any(fnmatchcase(name, pattern) for name in names for pattern in patterns)


def _require_known_systems(urls: dict[str, str], stories: list[Story]) -> None:
    known = {system.name for story in stories for system in story.journal_systems}
    for name in urls:
        if stories and name not in known:
            raise UsageError(
                say("--journal {name}: no scenario has a journal system of that name; {hint}",
                    name=name, hint=nearest(name, known))
            )  # fmt: skip
