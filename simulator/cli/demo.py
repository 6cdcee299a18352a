"""`webcertsim demo`: the main story, over real HTTP on loopback, with everything written down to be looked at."""

from __future__ import annotations

import argparse
import asyncio
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from simulator.cli.exit_codes import ExitCode
from simulator.cli.keeping import evidence_of
from simulator.cli.reports import summary_of, write_report
from simulator.cli.terminal import Terminal
from simulator.clock import wall_now
from simulator.contract.schema import packaged
from simulator.errors import UsageError
from simulator.locale import Text
from simulator.report.html import render_html
from simulator.report.text import print_run
from simulator.runs.folder import write_run
from simulator.runs.record import Way
from simulator.scenario.cast import load_cast
from simulator.scenario.load import load_story
from simulator.scenario.play import Played, PlaySettings, play
from simulator.sentence import say
from simulator.settings import Over

SUMMARY = say("Play the main story: a nurse signs FK7443 while the journal system is down.")
EXAMPLE = "demo"

# The long one first: a terminal shows the end, and that is where the main story belongs.
STORIES = ("down-for-26-days.scenario.yaml", "nurse-fk7443-outage.scenario.yaml")


def add_arguments(parser: argparse.ArgumentParser, text: Text) -> None:
    """The flags of this command."""
    parser.add_argument(
        "--to",
        type=Path,
        default=Path("webcertsim-demo"),
        metavar="DIR",
        help=text(say("where to write what happened")),
    )


def run(parsed: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Play the stories over HTTP, print their timelines, and keep each run with its picture."""
    folder: Path = parsed.to
    cast = load_cast()
    summaries = []
    for name in STORIES:
        began = wall_now()
        story = load_story(packaged("scenarios") / name, cast)
        played = asyncio.run(play(story, PlaySettings(over=Over.HTTP)))
        kept = _keep(folder / name.partition(".")[0], played, began)
        summaries.append(replace(summary_of(played), files=(str(kept),)))
    picture = folder / "timeline.html"
    write_report(picture, render_html(summaries, terminal.language))
    for summary in summaries:
        print_run(summary, terminal.out, terminal.language)
    passed = all(summary.passed for summary in summaries)
    terminal.line()
    terminal.say(
        say(
            "verdict: both stories went as expected; the message that waited arrived, the other's 30 attempts are spent"
        )
        if passed
        else say("verdict: a story did not go as expected; see above")
    )
    terminal.say(say("look at it: {path}", path=str(picture)))
    return ExitCode.OK if passed else ExitCode.FAILED


def _keep(folder: Path, played: Played, began: datetime) -> Path:
    """The folder of the run: always the same one, so that it can be named in the docs."""
    try:
        write_run(folder, evidence_of(played, Way()), began)
    except OSError as error:
        raise UsageError(
            say("{path} cannot be written: {why}", path=str(folder), why=error.strerror or str(error))
        ) from None
    return folder
