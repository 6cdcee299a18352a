"""`webcertsim compare`: says what differs between two runs that were kept."""

from __future__ import annotations

import argparse

from simulator.cli.exit_codes import ExitCode
from simulator.cli.keeping import add_runs_to_look_in
from simulator.cli.terminal import Terminal
from simulator.locale import Text
from simulator.runs.compare import differences
from simulator.runs.folder import find_run, read_run
from simulator.sentence import say

SUMMARY = say("Say what differs between two runs that were kept: settings, verdicts, answers, decisions.")
EXAMPLE = "compare last-1 last"


def add_arguments(parser: argparse.ArgumentParser, text: Text) -> None:
    """The flags of this command."""
    for name in ("first", "second"):
        parser.add_argument(
            name, metavar="RUN", help=text(say("a run: its folder, its name, last, or last-1 for the one before"))
        )
    add_runs_to_look_in(parser, text)


def run(parsed: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Print every difference; none is exit code 0."""
    runs = [read_run(find_run(word, parsed.runs)) for word in (parsed.first, parsed.second)]
    found = list(differences(*runs))
    for one in found:
        terminal.line(terminal.text(one))
    terminal.say(say("differences: {count}", count=len(found)) if found else say("the two runs went the same way"))
    return ExitCode.FAILED if found else ExitCode.OK
