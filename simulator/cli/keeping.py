"""Keeps runs where they are found again: the flags for it, and what is said about it."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from simulator.cli.sending import client_settings, timeout_of
from simulator.cli.terminal import Terminal
from simulator.errors import UsageError
from simulator.locale import Text
from simulator.runs.folder import new_folder, write_run
from simulator.runs.record import Evidence, Way
from simulator.scenario.play import Played
from simulator.sentence import say
from simulator.settings import DEFAULT_TIMEOUT

DEFAULT_RUNS = Path("webcertsim-runs")


def add_runs(parser: argparse.ArgumentParser, text: Text) -> None:
    """The flags of every command that keeps runs."""
    group = parser.add_argument_group(text(say("keeping")))
    group.add_argument(
        "--runs",
        type=Path,
        metavar="DIR",
        help=text(say("where a folder is written for each run; {default} unless given", default=str(DEFAULT_RUNS))),
    )
    group.add_argument("--no-runs", action="store_true", help=text(say("keep no folder of the run")))


def add_runs_to_look_in(parser: argparse.ArgumentParser, text: Text) -> None:
    """The flag of every command that finds runs again."""
    parser.add_argument(
        "--runs", type=Path, default=DEFAULT_RUNS, metavar="DIR", help=text(say("where the folders of runs are"))
    )


@dataclass(frozen=True)
class RunsKept:
    """Where runs are kept; `folder` is None where they are not.

    Where somebody named the folder (`is_asked_for`), a run that cannot be kept is an error.
    """

    folder: Path | None
    is_asked_for: bool = False

    @classmethod
    def of(cls, parsed: argparse.Namespace) -> RunsKept:
        """From the flags."""
        if parsed.no_runs and parsed.runs is not None:
            raise UsageError(say("--runs and --no-runs say opposite things; give one of them"))
        if parsed.no_runs:
            return cls(None)
        return cls(parsed.runs or DEFAULT_RUNS, is_asked_for=parsed.runs is not None)

    def keep(self, evidence: Evidence, name: str, began: datetime) -> Path | UsageError | None:
        """Write the folder of a run, and say where; a folder that nobody asked for may fail, which is said as well."""
        if self.folder is None:
            return None
        try:
            folder = new_folder(self.folder, name, began)
            write_run(folder, evidence, began)
        except OSError as error:
            failure = UsageError(
                say("{path} cannot be written: {why}", path=str(self.folder), why=error.strerror or str(error))
            )
            if self.is_asked_for:
                raise failure from None
            return failure
        return folder


def evidence_of(played: Played, way: Way) -> Evidence:
    """What is kept of a story that has been played."""
    return Evidence(
        header=played.header,
        facts=played.facts,
        deliveries=played.deliveries,
        exchanges=played.exchanges,
        verdicts=played.verdicts,
        source=played.story.path,
        real=frozenset(system.name for system in played.story.journal_systems if system.url is not None),
        way=way,
    )


def way_of(parsed: argparse.Namespace) -> Way:
    """How calls are made, from the flags of a command that sends."""
    return Way.of(client_settings(parsed), timeout_of(parsed) or DEFAULT_TIMEOUT)


def say_kept(kept: Path | UsageError | None, terminal: Terminal) -> None:
    """Tell where a run is found again, or that it is not."""
    if isinstance(kept, UsageError):
        terminal.error(say("the run is not kept: {why}", why=kept.sentence))
    elif kept is not None:
        terminal.say(say("kept: {folder} (look into it: webcertsim show {name})", folder=str(kept), name=kept.name))
