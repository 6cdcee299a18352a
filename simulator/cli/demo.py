"""`webcertsim demo`: the main story, over real HTTP on loopback, with everything written down to be looked at."""

from __future__ import annotations

import argparse
import asyncio
from dataclasses import replace
from pathlib import Path

from simulator.cli.exit_codes import ExitCode
from simulator.cli.options import Text
from simulator.cli.run import summary_of, write_report
from simulator.cli.terminal import Terminal
from simulator.contract.schema import packaged
from simulator.errors import UsageError
from simulator.report.html import render_html
from simulator.report.text import print_run
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
    """Play the stories over HTTP, print their timelines, and write trace, messages and picture."""
    folder: Path = parsed.to
    cast = load_cast()
    summaries = []
    written: list[Path] = []
    for name in STORIES:
        story = load_story(packaged("scenarios") / name, cast)
        played = asyncio.run(play(story, PlaySettings(over=Over.HTTP)))
        files = _write_evidence(folder / name.partition(".")[0], played)
        summaries.append(replace(summary_of(played), files=tuple(str(path) for path in files)))
        written += files
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


def _write_evidence(folder: Path, played: Played) -> list[Path]:
    """The trace, and the request and the answer of every attempt as they were on the wire."""
    trace = folder / "trace.jsonl"
    write_report(trace, "".join(f"{line}\n" for line in played.trace))
    messages = {delivery.id: delivery for delivery in played.deliveries}
    exchanges = folder / "exchanges"
    for exchange in played.exchanges:
        delivery = messages[exchange.delivery]
        stem = f"{delivery.id:04}-{delivery.event}-attempt-{exchange.attempt:02}"
        _write_bytes(exchanges / f"{stem}-request.xml", exchange.sent(delivery))
        if exchange.silence is None:
            _write_bytes(exchanges / f"{stem}-answer.xml", exchange.body)
    return [trace, exchanges]


def _write_bytes(path: Path, document: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(document)
    except OSError as error:
        raise UsageError(
            say("{path} cannot be written: {why}", path=str(path), why=error.strerror or str(error))
        ) from None
