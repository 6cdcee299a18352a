"""`webcertsim run`: plays scenario files and says whether what they expect holds."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from simulator.certificate.catalogue import POLICIES, Policy
from simulator.cli.exit_codes import ExitCode
from simulator.cli.keeping import RunsKept, add_runs, evidence_of, way_of
from simulator.cli.options import (
    Text,
    add_cast,
    add_contract,
    add_sending,
    cast_of,
    client_settings,
    contract_of,
    logical_address_of,
    timeout_of,
)
from simulator.cli.progress import run_progress
from simulator.cli.stepping import Stepper
from simulator.cli.terminal import Terminal
from simulator.clock import swedish, wall_now
from simulator.contract.names import INBOUND_PATHS
from simulator.errors import InputError, UsageError
from simulator.journal.server import BEHAVIOURS
from simulator.nearest import nearest
from simulator.redelivery.schedule import RedeliverySchedule, schedule_named
from simulator.report.html import render_html
from simulator.report.inboxes import inboxes_of
from simulator.report.json_report import render_json
from simulator.report.junit import render_junit
from simulator.report.summary import Summary, Unplayed, summarise
from simulator.report.text import print_run
from simulator.runs.record import Way
from simulator.scenario.cast import Cast
from simulator.scenario.load import load_story, scenario_files
from simulator.scenario.play import ListenAt, Played, PlaySettings, play
from simulator.scenario.story import Story
from simulator.sentence import say
from simulator.settings import ClockMode, ClockSetting, Over, parse_clock
from simulator.store.sql import require_only
from simulator.wire.client import check_url

SUMMARY = say("Play scenario files, and say whether what they expect holds.")
EXAMPLE = "run scenarios/nurse-fk7443-outage.scenario.yaml"


def add_arguments(parser: argparse.ArgumentParser, text: Text) -> None:
    """The flags of this command."""
    parser.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help=text(say("scenario files, or folders of them"))
    )
    parser.add_argument(
        "--journal",
        action="append",
        default=[],
        metavar="NAME=URL",
        help=text(say("a real endpoint in the place of a mocked journal system; can be given several times")),
    )
    parser.add_argument(
        "--over",
        choices=[str(one) for one in Over],
        default=str(Over.MEMORY),
        help=text(say("how bytes travel to mocked journal systems")),
    )
    parser.add_argument("--clock", default="jump", metavar="jump|step|1d=10s|real", help=text(say("how time passes")))
    parser.add_argument("--store", metavar="URL", help=text(say("keep the run, and resume it, like sqlite:///run.db")))
    parser.add_argument(
        "--schedule", metavar="TEMPLATE|PRESET", help=text(say("the redelivery schedule, instead of the file's"))
    )
    parser.add_argument(
        "--policy",
        metavar="NAME",
        help=text(say("who may sign what, instead of the file's: {known}", known=tuple(POLICIES))),
    )
    parser.add_argument("--seed", type=int, metavar="N", help=text(say("the seed of chance, instead of the file's")))
    parser.add_argument(
        "--webcert-port",
        type=int,
        metavar="P",
        help=text(say("let journal systems call Webcert here during the run; 0 takes a free port")),
    )
    parser.add_argument(
        "--webcert-host", default="127.0.0.1", metavar="HOST", help=text(say("the address to listen on for that"))
    )
    parser.add_argument("--junit", type=Path, metavar="FILE", help=text(say("write a JUnit report")))
    parser.add_argument(
        "--html", type=Path, metavar="FILE", help=text(say("write a report with a timeline to look at"))
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help=text(say("write a report for machines")))
    add_cast(parser, text)
    add_contract(parser, text)
    add_sending(parser, text)
    add_runs(parser, text)


def run(parsed: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Play the files, one after another."""
    kept = RunsKept.of(parsed)
    urls = _urls(parsed.journal)
    settings = _settings(parsed, terminal)
    cast = cast_of(parsed)
    stories, unplayed = _load(parsed.paths, cast, urls, parsed.seed)
    _require_known_systems(urls, stories)
    if settings.store is not None:
        asyncio.run(require_only(settings.store, {story.name for story in stories}))
    summaries = _play(stories, settings, kept, way_of(parsed), terminal)
    for one in unplayed:
        for problem in one.problems:
            terminal.error(problem.sentence, problem.where)
    results: list[Summary | Unplayed] = [*summaries, *unplayed]
    _write(parsed, results, summaries, terminal)
    terminal.say(
        say("{passed} scenarios passed, {failed} failed, {unread} could not be read",
            passed=sum(one.passed for one in summaries), failed=sum(not one.passed for one in summaries),
            unread=len(unplayed))
    )  # fmt: skip
    codes = [ExitCode.OK if one.passed else ExitCode.FAILED for one in summaries]
    return max([*codes, *(ExitCode.UNREADABLE for _ in unplayed)])


def _urls(flags: list[str]) -> dict[str, str]:
    urls: dict[str, str] = {}
    for flag in flags:
        name, equals, url = flag.partition("=")
        if not equals or not name:
            raise UsageError(say("--journal is NAME=URL, like alfa=https://host/path; '{flag}' is not", flag=flag))
        urls[name] = check_url(url)
    return urls


def _settings(parsed: argparse.Namespace, terminal: Terminal) -> PlaySettings:
    clock = parse_clock(parsed.clock)
    if parsed.seed is not None and not 0 <= parsed.seed < 2**63:
        raise UsageError(say("--seed is a whole number from 0 on, below 2 to the power of 63"))
    return PlaySettings(
        over=Over(parsed.over),
        clock=clock,
        store=parsed.store or _store_of_flowing_time(clock, terminal),
        schedule=_schedule(parsed.schedule),
        policy=_policy(parsed.policy),
        timeout=timeout_of(parsed),
        client=client_settings(parsed),
        logical_address=logical_address_of(parsed),
        contract=contract_of(parsed),
        gate=Stepper(terminal) if clock.mode is ClockMode.STEP else None,
        webcert=_webcert(parsed, terminal),
    )


def _webcert(parsed: argparse.Namespace, terminal: Terminal) -> ListenAt | None:
    """Where Webcert takes calls, if it is to."""
    if parsed.webcert_port is None:
        return None
    if not 0 <= parsed.webcert_port <= 65535:
        raise UsageError(say("--webcert-port is a port from 0 to 65535; 0 takes a free one"))

    def on_open(url: str) -> None:
        terminal.say(say("Webcert takes calls at {url}", url=url))
        for path in INBOUND_PATHS:
            terminal.line(f"  {url}{path}")

    return ListenAt(parsed.webcert_host, parsed.webcert_port, on_open)


def _store_of_flowing_time(clock: ClockSetting, terminal: Terminal) -> str | None:
    """A run that takes its time is worth resuming: it is kept, in a file of its own."""
    if not clock.flows:
        return None
    stamp = swedish(wall_now()).replace(" ", "-").replace(":", "")
    url = f"sqlite:///webcertsim-{stamp}.db"
    terminal.say(say("the run is kept in {store}; the same command with --store {store} resumes it", store=url))
    return url


def _schedule(word: str | None) -> RedeliverySchedule | None:
    return None if word is None else schedule_named(word)


def _policy(word: str | None) -> Policy | None:
    if word is None:
        return None
    if word not in POLICIES:
        raise UsageError(say("unknown policy '{word}'; {hint}", word=word, hint=nearest(word, POLICIES)))
    return POLICIES[word]


def _load(paths: list[Path], cast: Cast, urls: dict[str, str], seed: int | None) -> tuple[list[Story], list[Unplayed]]:
    stories: list[Story] = []
    unplayed: list[Unplayed] = []
    for found in scenario_files(paths):
        if isinstance(found, InputError):
            unplayed.append(Unplayed(found.path, (found,)))
            continue
        try:
            stories.append(load_story(found, cast, urls, seed))
        except ExceptionGroup as group:
            problems = tuple(one for one in group.exceptions if isinstance(one, InputError))
            unplayed.append(Unplayed(str(found), problems))
    return stories, unplayed


def _require_known_systems(urls: dict[str, str], stories: list[Story]) -> None:
    known = {system.name for story in stories for system in story.journal_systems}
    for name in urls:
        if stories and name not in known:
            raise UsageError(
                say("--journal {name}: no scenario has a journal system of that name; {hint}",
                    name=name, hint=nearest(name, known))
            )  # fmt: skip


def _play(stories: list[Story], settings: PlaySettings, kept: RunsKept, way: Way, terminal: Terminal) -> list[Summary]:
    summaries = []
    for story in stories:
        began = wall_now()
        with run_progress(terminal) as progress:
            progress.scenario(story.name)
            told = settings.telling(progress.attempt, progress.still)
            played = asyncio.run(
                play(story, replace(told, on_open=lambda found: _say_where(found, settings, terminal)))
            )
        folder = kept.keep(evidence_of(played, way), story.path.name.removesuffix(".scenario.yaml"), began)
        summary = summary_of(played)
        if isinstance(folder, Path):
            summary = replace(summary, files=(str(folder),))
        elif folder is not None:
            terminal.error(say("the run is not kept: {why}", why=folder.sentence))
        print_run(summary, terminal.out, terminal.language)
        summaries.append(summary)
    return summaries


def _say_where(addresses: dict[str, str], settings: PlaySettings, terminal: Terminal) -> None:
    """Where a run can be looked into and changed while it goes on; one that jumps is over before anybody can."""
    if settings.clock.flows or settings.clock.mode is ClockMode.STEP:
        for name, url in addresses.items():
            terminal.say(say("{system}: behaviours at {url}, inbox at {inbox}", system=name,
                             url=url + BEHAVIOURS, inbox=f"{url}/?inbox=text"))  # fmt: skip


def summary_of(played: Played) -> Summary:
    """What reports need of a run."""
    systems = [one.name for one in played.story.journal_systems if one.url is None]
    inboxes = inboxes_of(systems, played.calls, played.deliveries, played.certificates)
    summary = summarise(played.header, str(played.story.path), played.facts, played.verdicts, drained=played.drained)
    return replace(summary, inboxes=inboxes)


def _write(
    parsed: argparse.Namespace, results: list[Summary | Unplayed], summaries: list[Summary], terminal: Terminal
) -> None:
    renderers: list[tuple[Path | None, Callable[[], str]]] = [
        (parsed.junit, lambda: render_junit(results)),
        (parsed.html, lambda: render_html(summaries, terminal.language)),
        (parsed.json, lambda: render_json(results)),
    ]
    for path, render in renderers:
        if path is not None:
            write_report(path, render())
            terminal.say(say("written: {path}", path=str(path)))


def write_report(path: Path, text: str) -> None:
    """Write a report where the user wants it, with the folders on the way."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(
            say("{path} cannot be written: {why}", path=str(path), why=error.strerror or str(error))
        ) from None
