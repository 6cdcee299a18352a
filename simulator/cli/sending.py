"""The flags of every command that sends, and how calls are then made."""

from __future__ import annotations

import argparse
from datetime import timedelta
from pathlib import Path

from simulator.certificate.identity import LogicalAddress
from simulator.cli.values import length_flag
from simulator.locale import Text
from simulator.sentence import say
from simulator.settings import parse_header
from simulator.wire.client import ClientSettings
from simulator.wire.tls import TlsFiles


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


def logical_address_of(parsed: argparse.Namespace) -> LogicalAddress | None:
    """`--logical-address`, checked."""
    return None if parsed.logical_address is None else LogicalAddress(parsed.logical_address)
