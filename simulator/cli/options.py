"""Flags that several commands share, and what they become."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from simulator.certificate.identity import LogicalAddress, PersonId
from simulator.contract.schema import Contract, published_contract
from simulator.errors import IdentityError, InputError, UsageError
from simulator.nearest import nearest
from simulator.scenario.cast import Cast, load_cast
from simulator.scenario.yaml_file import read_yaml
from simulator.sentence import Sentence, say
from simulator.settings import parse_header, parse_length
from simulator.wire.client import ClientSettings
from simulator.wire.tls import TlsFiles

Text = Callable[[Sentence], str]

T = TypeVar("T")


def add_sending(parser: argparse.ArgumentParser, text: Text) -> None:
    """The flags of every command that sends."""
    group = parser.add_argument_group(text(say("sending")))
    group.add_argument("--tls-cert", type=Path, metavar="FILE", help=text(say("client certificate, PEM or PKCS#12")))
    group.add_argument(
        "--tls-key", type=Path, metavar="FILE", help=text(say("its private key, when it is in a file of its own"))
    )
    group.add_argument(
        "--tls-password-file", type=Path, metavar="FILE", help=text(say("a file with the key's password"))
    )
    group.add_argument(
        "--tls-ca", type=Path, metavar="FILE", help=text(say("the issuers to trust, PEM, instead of the system's"))
    )
    group.add_argument("--proxy", metavar="URL", help=text(say("an HTTP proxy")))
    group.add_argument(
        "--header",
        action="append",
        default=[],
        metavar="NAME:VALUE",
        help=text(say("an HTTP header of your own; can be given several times")),
    )
    group.add_argument(
        "--logical-address",
        metavar="HSA-ID",
        help=text(say("the LogicalAddress of every message, instead of the unit's")),
    )
    group.add_argument("--timeout", metavar="60s", help=text(say("how long to wait for an answer")))


def client_settings(parsed: argparse.Namespace) -> ClientSettings:
    """How to call, from the flags."""
    return ClientSettings(
        tls=TlsFiles(parsed.tls_cert, parsed.tls_key, parsed.tls_password_file, parsed.tls_ca),
        proxy=parsed.proxy,
        headers=tuple(parse_header(one) for one in parsed.header),
    )


def timeout_of(parsed: argparse.Namespace) -> timedelta | None:
    """`--timeout`, or None where it is not given."""
    return None if parsed.timeout is None else length_flag("--timeout", parsed.timeout)


def length_flag(flag: str, value: str) -> timedelta:
    """A flag that is a length of time; more than none."""
    try:
        length = parse_length(value)
    except ValueError as error:
        raise UsageError(say("{flag}: {what}", flag=flag, what=str(error))) from None
    if not length:
        raise UsageError(say("{flag} must be longer than no time at all", flag=flag))
    return length


def logical_address_of(parsed: argparse.Namespace) -> LogicalAddress | None:
    """`--logical-address`, checked."""
    return None if parsed.logical_address is None else LogicalAddress(parsed.logical_address)


def known_word(flag: str, word: str, known: Mapping[str, T]) -> T:
    """What a word of a flag stands for; raises UsageError with the nearest one that is known."""
    if word not in known:
        raise UsageError(say("{flag}: unknown word '{word}'; {hint}", flag=flag, word=word, hint=nearest(word, known)))
    return known[word]


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
