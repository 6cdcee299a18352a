"""`webcertsim run`: plays scenario files and says whether what they expect holds."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from pathlib import Path

from simulator.certificate.catalogue import POLICIES
from simulator.cli.choosing import load_chosen
from simulator.cli.contract import add_contract
from simulator.cli.exit_codes import ExitCode
from simulator.cli.keeping import RunsKept, add_runs
from simulator.cli.people import add_cast, cast_of
from simulator.cli.playing import Outcome, play_all, require_playable_side_by_side
from simulator.cli.reports import write_reports
from simulator.cli.run_settings import is_as_written, play_settings, urls_of
from simulator.cli.sending import add_sending
from simulator.cli.terminal import Terminal
from simulator.cli.values import PORT_MAX, SEED_MAX, one_of, whole_number
from simulator.errors import UsageError
from simulator.locale import Text
from simulator.report.summary import Summary, Unplayed
from simulator.report.text import print_run
from simulator.sentence import say
from simulator.settings import Over
from simulator.store.sql import require_only

SUMMARY = say("Play scenario files, and say whether what they expect holds.")
EXAMPLE = "run scenarios/nurse-fk7443-outage.scenario.yaml"

_ANNOTATIONS = ("github", "gitlab")


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
        type=one_of("--over", Over),
        metavar="|".join(Over),
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
    parser.add_argument(
        "--seed",
        type=whole_number("--seed", 0, SEED_MAX),
        metavar="N",
        help=text(say("the seed of chance, instead of the file's")),
    )
    parser.add_argument(
        "--webcert-port",
        type=whole_number("--webcert-port", 0, PORT_MAX),
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
    _add_pipeline(parser, text)


def _add_pipeline(parser: argparse.ArgumentParser, text: Text) -> None:
    group = parser.add_argument_group(text(say("in a pipeline")))
    group.add_argument(
        "--tag",
        action="append",
        default=[],
        metavar="TAG",
        help=text(say("only scenarios with this tag, with !TAG only those without; can be given several times")),
    )
    group.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="PATTERN",
        help=text(say("only scenarios whose name or file is like this, * is anything; can be given several times")),
    )
    group.add_argument(
        "--jobs",
        type=whole_number("--jobs", 1),
        default=1,
        metavar="N",
        help=text(say("how many processes play side by side")),
    )
    group.add_argument("--fail-fast", action="store_true", help=text(say("end with the first scenario that fails")))
    group.add_argument(
        "--time-limit",
        metavar="10m",
        help=text(say("how long all of it may take on the wall; what is left then fails")),
    )
    group.add_argument("--quiet", action="store_true", help=text(say("print what fails and the sum, and nothing else")))
    group.add_argument(
        "--annotations",
        type=one_of("--annotations", _ANNOTATIONS),
        metavar="|".join(_ANNOTATIONS),
        help=text(
            say("show failures at their file and line: github by lines of the log, gitlab by a Code Quality report")
        ),
    )
    group.add_argument(
        "--update-golden",
        action="store_true",
        help=text(say("write the golden trace beside each scenario anew; look at what has changed")),
    )


def run(parsed: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Play the files, and print each run as it ends."""
    RunsKept.of(parsed)
    require_playable_side_by_side(parsed)
    if parsed.update_golden and not is_as_written(parsed):
        raise UsageError(say("--update-golden keeps what the files say; leave out what changes it, such as --seed"))
    urls = urls_of(parsed.journal)
    settings = play_settings(parsed, terminal)
    stories, unplayed = load_chosen(parsed, cast_of(parsed), urls)
    if settings.store is not None:
        asyncio.run(require_only(settings.store, {story.name for story in stories}))
    outcomes: list[Outcome] = []
    if not (parsed.fail_fast and unplayed):
        for outcome in play_all(stories, parsed, settings, terminal):
            _print(outcome, parsed, terminal)
            outcomes.append(outcome)
            if parsed.fail_fast and not outcome.passed:
                break
    results: list[Summary | Unplayed] = [*(one.result for one in outcomes), *unplayed]
    for one in unplayed:
        _print(Outcome(one), parsed, terminal)
    write_reports(parsed, results, terminal)
    _print_sum(outcomes, unplayed, len(stories) - len(outcomes), terminal)
    return _code(outcomes, unplayed)


def _print(outcome: Outcome, parsed: argparse.Namespace, terminal: Terminal) -> None:
    if isinstance(outcome.result, Unplayed):
        for problem in outcome.result.problems:
            terminal.error(problem.sentence, problem.where)
    elif not (parsed.quiet and outcome.passed):
        print_run(outcome.result, terminal.out, terminal.language)
    for note in outcome.notes:
        terminal.error(note)


def _print_sum(outcomes: Sequence[Outcome], unread: Sequence[Unplayed], left: int, terminal: Terminal) -> None:
    passed = sum(one.passed for one in outcomes)
    terminal.say(
        say("{passed} scenarios passed, {failed} failed, {unread} could not be read", passed=passed,
            failed=len(outcomes) - passed, unread=len(unread))
    )  # fmt: skip
    if left:
        terminal.say(say("not played after the first that failed: {left}", left=left))


def _code(outcomes: Sequence[Outcome], unread: Sequence[Unplayed]) -> ExitCode:
    if any(isinstance(one, Unplayed) and one.is_our_fault for one in (*(one.result for one in outcomes), *unread)):
        return ExitCode.OUR_FAULT
    if unread:
        return ExitCode.UNREADABLE
    return ExitCode.OK if all(one.passed for one in outcomes) else ExitCode.FAILED
