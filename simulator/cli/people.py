"""The flags of every command that needs people, units or patients, and the cast that they make."""

from __future__ import annotations

import argparse
from pathlib import Path

from simulator.certificate.identity import PersonId
from simulator.errors import IdentityError, InputError
from simulator.locale import Text
from simulator.nearest import nearest
from simulator.scenario.cast import Cast, load_cast
from simulator.scenario.yaml_file import read_yaml
from simulator.sentence import say


def add_cast(parser: argparse.ArgumentParser, text: Text) -> None:
    """The flags of every command that needs people, units or patients."""
    group = parser.add_argument_group(text(say("people")))
    group.add_argument(
        "--cast",
        type=Path,
        metavar="FILE",
        help=text(say("people, units and patients of your own, over the built-in ones")),
    )
    group.add_argument("--settings", type=Path, metavar="FILE", help=text(say("a YAML file with settings: test_ids")))
    group.add_argument(
        "--allow-units",
        action="store_true",
        help=text(say("let in units whose HSA-id does not begin with TST; never real persons")),
    )


def cast_of(parsed: argparse.Namespace) -> Cast:
    """The cast, from the flags."""
    return load_cast(parsed.cast, test_ids=_test_ids(parsed.settings), allow_units=parsed.allow_units)


def _test_ids(settings: Path | None) -> frozenset[str]:
    """The person ids that the settings let in: published test numbers that the built-in cast does not have."""
    if settings is None:
        return frozenset()
    file = read_yaml(settings)
    for word in file.content:
        if word != "test_ids":
            raise file.error((word,), say("unknown word '{word}'; {hint}", word=word, hint=nearest(word, ["test_ids"])))
    listed = file.content.get("test_ids") or []
    if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
        raise InputError(
            say("test_ids: is a list of person ids in quotation marks, like [\"191212121212\"]"), settings,
            file.line(("test_ids",)),
        )  # fmt: skip
    for place, one in enumerate(listed):
        try:
            PersonId(one)
        except IdentityError as error:
            raise file.error(("test_ids", place), error.sentence) from None
    return frozenset(listed)
