"""`webcertsim schedule`: shows when a message is tried, attempt by attempt."""

from __future__ import annotations

import argparse

from simulator.cli.exit_codes import ExitCode
from simulator.cli.terminal import Terminal
from simulator.clock import wall_now
from simulator.errors import UsageError, WrongValue
from simulator.locale import Text
from simulator.redelivery.schedule import DEFAULT_SCHEDULE, PRESETS, schedule_named
from simulator.report.schedule_text import print_schedule
from simulator.scenario.times import parse_moment
from simulator.sentence import say

SUMMARY = say("Show a redelivery schedule: every attempt with its delay and its moment.")
EXAMPLE = "schedule forum-2022 --from '2022-06-01 08:00:00' --compare webcert-7.7"


def add_arguments(parser: argparse.ArgumentParser, text: Text) -> None:
    """The flags of this command."""
    parser.add_argument(
        "schedule",
        nargs="?",
        default=DEFAULT_SCHEDULE,
        metavar="TEMPLATE|PRESET",
        help=text(say("a template like 30#1:m,5:m,1:d, or one of {presets}", presets=tuple(PRESETS))),
    )
    parser.add_argument(
        "--from",
        dest="start",
        metavar="MOMENT",
        help=text(say("the moment of the first attempt, Swedish time; now unless given")),
    )
    parser.add_argument("--compare", metavar="TEMPLATE|PRESET", help=text(say("another schedule beside it")))


def run(parsed: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Print the table and its picture."""
    schedule = schedule_named(parsed.schedule)
    other = None if parsed.compare is None else schedule_named(parsed.compare)
    try:
        start = wall_now().replace(microsecond=0) if parsed.start is None else parse_moment(parsed.start)
    except WrongValue as error:
        raise UsageError(say("{flag}: {what}", flag="--from", what=error.sentence)) from None
    print_schedule(schedule, start, terminal.out, terminal.language, other)
    return ExitCode.OK
