"""The flag of every command that reads or writes messages: by which contract."""

from __future__ import annotations

import argparse
from pathlib import Path

from simulator.contract.schema import Contract, published_contract
from simulator.locale import Text
from simulator.sentence import say


def add_contract(parser: argparse.ArgumentParser, text: Text) -> None:
    """The flag of every command that reads or writes messages."""
    parser.add_argument(
        "--contract",
        type=Path,
        metavar="DIR",
        help=text(say("a published release of the contract, instead of the built-in one")),
    )


def contract_of(parsed: argparse.Namespace) -> Contract | None:
    """The published contract that was asked for, or None for ours."""
    return None if parsed.contract is None else published_contract(parsed.contract)
