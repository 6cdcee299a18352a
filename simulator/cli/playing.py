"""Plays stories one after another, or in several processes, until all are done, one fails, or the time is over."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path

from simulator.cli.choosing import load_chosen, spoilt_by_us
from simulator.cli.keeping import RunsKept, evidence_of, way_of
from simulator.cli.people import cast_of
from simulator.cli.progress import run_progress
from simulator.cli.reports import summary_of
from simulator.cli.run_settings import is_as_written, play_settings, urls_of
from simulator.cli.terminal import Terminal
from simulator.cli.values import length_flag
from simulator.clock import wall_now, wall_seconds
from simulator.errors import InputError, UsageError
from simulator.journal.server import BEHAVIOURS
from simulator.locale import Language
from simulator.redelivery.outcome import OutcomeKind
from simulator.report.summary import Summary, Unplayed
from simulator.scenario.golden import differing, write_golden
from simulator.scenario.play import Played, PlaySettings, play
from simulator.scenario.story import Story
from simulator.sentence import Sentence, say
from simulator.settings import ClockMode
from simulator.trace.facts import AttemptMade


@dataclass(frozen=True)
class Outcome:
    """How a story went; `notes` are said after it."""

    result: Summary | Unplayed
    notes: tuple[Sentence, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether it was played to its end, and every verdict is good."""
        return isinstance(self.result, Summary) and self.result.passed


class TimeLimit:
    """How long a command may go on, on the wall."""

    def __init__(self, parsed: argparse.Namespace) -> None:
        self.word: str = parsed.time_limit or ""
        length = None if parsed.time_limit is None else length_flag("--time-limit", parsed.time_limit)
        self._until = None if length is None else wall_seconds() + length.total_seconds()

    @property
    def seconds_left(self) -> float | None:
        """What is left, at least nothing; None where there is no limit."""
        return None if self._until is None else max(0.0, self._until - wall_seconds())

    def cut_off(self, story: Story) -> Unplayed:
        """What is said of a story that the time was not enough for."""
        problem = InputError(
            say("'{name}' was not played to its end within --time-limit {limit}", name=story.name, limit=self.word),
            story.path,
        )
        return Unplayed(str(story.path), (problem,), was_cut_off=True)


def play_all(
    stories: Sequence[Story], parsed: argparse.Namespace, settings: PlaySettings, terminal: Terminal
) -> Iterator[Outcome]:
    """Play each of them; the outcomes come in the order of the stories."""
    limit = TimeLimit(parsed)
    if parsed.jobs == 1 or len(stories) < 2:
        for story in stories:
            yield _within(story, parsed, settings, limit, terminal)
    else:
        yield from _side_by_side(stories, parsed, limit)


def _within(
    story: Story, parsed: argparse.Namespace, settings: PlaySettings, limit: TimeLimit, terminal: Terminal
) -> Outcome:
    left = limit.seconds_left
    if left == 0:
        return Outcome(limit.cut_off(story))
    try:
        return play_one(story, parsed, settings, left, terminal)
    except TimeoutError:
        return Outcome(limit.cut_off(story))
    except Exception as error:
        return Outcome(spoilt_by_us(story.path, error))


def play_one(
    story: Story, parsed: argparse.Namespace, settings: PlaySettings, seconds: float | None, terminal: Terminal
) -> Outcome:
    """Play a story, hold it to its golden trace, and keep its run; raises TimeoutError when the time is over."""
    kept = RunsKept.of(parsed)
    began, since = wall_now(), wall_seconds()
    with run_progress(terminal, quiet=parsed.quiet) as progress:
        progress.scenario(story.name)

        async def in_time() -> Played:
            async with asyncio.timeout(seconds):
                told = settings.telling(progress.attempt, progress.still)
                return await play(story, replace(told, on_open=lambda found: _say_where(found, settings, terminal)))

        played = asyncio.run(in_time())
    took = wall_seconds() - since
    summary = summary_of(played)
    notes: list[Sentence] = []
    if is_as_written(parsed):
        if parsed.update_golden:
            written = write_golden(played)
            notes += [say("written: {path}", path=str(written))] if written else []
        else:
            difference = differing(played)
            if difference is not None:
                played = replace(played, verdicts=[*played.verdicts, difference])
                summary = summary_of(played)
    folder = kept.keep(evidence_of(played, way_of(parsed)), _name(story), began)
    if isinstance(folder, Path):
        summary = replace(summary, files=(str(folder),))
    elif folder is not None:
        notes.append(say("the run is not kept: {why}", why=folder.sentence))
    if not summary.passed:
        notes += _to_be_reached(story, played)
    return Outcome(replace(summary, seconds=took), tuple(notes))


def _to_be_reached(story: Story, played: Played) -> Iterator[Sentence]:
    """What to do about a real journal system that nothing was delivered to: the way to it may end anywhere."""
    attempts = [fact for fact in played.facts if isinstance(fact, AttemptMade)]
    for system in story.journal_systems:
        outcomes = {one.outcome for one in attempts if one.journal_system == system.name}
        if system.url is not None and outcomes and OutcomeKind.DELIVERED not in outcomes:
            yield say("nothing was delivered to {system}; webcertsim reach {url}, with the same flags, says where the "
                      "way to it ends", system=system.name, url=system.url)  # fmt: skip


def _say_where(addresses: dict[str, str], settings: PlaySettings, terminal: Terminal) -> None:
    """Where a run can be looked into and changed while it goes on; one that jumps is over before anybody can."""
    if settings.clock.flows or settings.clock.mode is ClockMode.STEP:
        for name, url in addresses.items():
            terminal.say(say("{system}: behaviours at {url}, inbox at {inbox}", system=name,
                             url=url + BEHAVIOURS, inbox=f"{url}/?inbox=text"))  # fmt: skip


def _name(story: Story) -> str:
    stem = story.path.name.removesuffix(".scenario.yaml")
    return stem if story.case is None else f"{stem}-{story.case}"


# --- several processes ---


def _side_by_side(stories: Sequence[Story], parsed: argparse.Namespace, limit: TimeLimit) -> Iterator[Outcome]:
    # A command's module cannot be sent to another process, and is not needed there.
    words = argparse.Namespace(**{name: value for name, value in vars(parsed).items() if name != "command"})
    # The same way of starting on every system; a fork would copy what the first process has open.
    pool = ProcessPoolExecutor(parsed.jobs, mp_context=get_context("spawn"))
    places: dict[Path, int] = {}
    work: list[Future[Outcome]] = []
    for story in stories:
        place = places[story.path] = places.get(story.path, -1) + 1
        work.append(pool.submit(_play_there, words, story.path, place, limit.seconds_left))
    try:
        for story, one in zip(stories, work, strict=True):
            wait([one], timeout=limit.seconds_left, return_when=FIRST_COMPLETED)
            if not one.done():
                yield Outcome(limit.cut_off(story))
                continue
            try:
                yield one.result()
            except TimeoutError:
                yield Outcome(limit.cut_off(story))
            except Exception as error:
                # A process that has died takes its story with it.
                yield Outcome(spoilt_by_us(story.path, error))
    finally:
        _end(pool, work, limit)


def _end(pool: ProcessPoolExecutor, work: Sequence[Future[Outcome]], limit: TimeLimit) -> None:
    pool.shutdown(wait=limit.seconds_left != 0 and all(one.done() for one in work), cancel_futures=True)


def _play_there(parsed: argparse.Namespace, path: Path, place: int, seconds: float | None) -> Outcome:
    """Play one story of a file in a process of its own, which reads the file again."""
    terminal = Terminal(Language(parsed.lang))
    parsed.paths = [path]
    stories, _ = load_chosen(parsed, cast_of(parsed), _only_known(urls_of(parsed.journal), parsed, path))
    parsed.quiet = True
    try:
        return play_one(stories[place], parsed, play_settings(parsed, terminal), seconds, terminal)
    except TimeoutError:
        raise
    except Exception as error:
        # Here and not where it arrives, while it is known where it comes from.
        return Outcome(spoilt_by_us(path, error))


def _only_known(urls: dict[str, str], parsed: argparse.Namespace, path: Path) -> dict[str, str]:
    """The endpoints of systems that this file has; that the others are another file's was seen before."""
    known = {
        system.name
        for story in load_chosen(argparse.Namespace(**vars(parsed) | {"paths": [path]}), cast_of(parsed), {})[0]
        for system in story.journal_systems
    }
    return {name: url for name, url in urls.items() if name in known}


def require_playable_side_by_side(parsed: argparse.Namespace) -> None:
    """Refuse what several processes cannot share; raises UsageError."""
    shared: list[tuple[str, Callable[[], bool]]] = [
        ("--store", lambda: parsed.store is not None),
        ("--clock step", lambda: parsed.clock == "step"),
        ("--webcert-port", lambda: parsed.webcert_port is not None),
    ]
    for flag, is_given in shared:
        if parsed.jobs > 1 and is_given():
            raise UsageError(say("{flag} is for one run at a time; leave out --jobs", flag=flag))
