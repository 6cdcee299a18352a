"""`webcertsim schema`: the JSON Schema of scenario files, for editors."""

from __future__ import annotations

import argparse

from simulator.cli.exit_codes import ExitCode
from simulator.cli.terminal import Terminal
from simulator.contract.schema import packaged
from simulator.locale import Text
from simulator.sentence import say

SUMMARY = say("Print the JSON Schema of scenario files, by which editors help and check while one writes.")
EXAMPLE = "schema"

# Made from the classes that read the files; a test keeps it so.
SCHEMA = ("docs", "reference/scenario.schema.json")


def add_arguments(_parser: argparse.ArgumentParser, _text: Text) -> None:
    """It has none."""


def run(_parsed: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Print it."""
    terminal.line((packaged(SCHEMA[0]) / SCHEMA[1]).read_text(encoding="utf-8").rstrip("\n"))
    return ExitCode.OK
