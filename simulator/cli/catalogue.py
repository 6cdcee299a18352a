"""`webcertsim catalogue`: lists the certificate types of a day, and who may draft, sign and revoke each."""

from __future__ import annotations

import argparse
import json
from datetime import date

from simulator.certificate.catalogue import DEFAULT_POLICY, POLICIES
from simulator.cli.exit_codes import ExitCode
from simulator.cli.terminal import Terminal
from simulator.cli.values import known_word
from simulator.clock import SWEDISH_TIME, wall_now
from simulator.errors import UsageError, WrongValue
from simulator.locale import Text
from simulator.report.catalogue_text import catalogue_json, print_catalogue
from simulator.scenario.times import parse_day
from simulator.sentence import say

SUMMARY = say("List the certificate types: names, codes, dates, what can be done with each, and by whom.")
EXAMPLE = "catalogue --at 2024-09-01 --policy webcert-7.7"


def add_arguments(parser: argparse.ArgumentParser, text: Text) -> None:
    """The flags of this command."""
    parser.add_argument("--at", metavar="DATE", help=text(say("as of this day; today unless given")))
    parser.add_argument(
        "--policy",
        default=DEFAULT_POLICY.name,
        metavar="NAME",
        help=text(say("who may sign what: {known}", known=tuple(POLICIES))),
    )
    parser.add_argument("--json", action="store_true", help=text(say("for programs: everything, as JSON")))


def run(parsed: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Print the tables, or the JSON."""
    policy, day = known_word("--policy", parsed.policy, POLICIES), _day(parsed.at)
    if parsed.json:
        terminal.line(json.dumps(catalogue_json(day, policy), ensure_ascii=False, indent=2))
    else:
        print_catalogue(day, policy, terminal.out, terminal.language)
    return ExitCode.OK


def _day(word: str | None) -> date:
    if word is None:
        return wall_now().astimezone(SWEDISH_TIME).date()
    try:
        return parse_day(word)
    except WrongValue as error:
        raise UsageError(say("{flag}: {what}", flag="--at", what=error.sentence)) from None
