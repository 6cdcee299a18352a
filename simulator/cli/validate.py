"""`webcertsim validate`: is a message valid against the contract? Envelope or body, request or answer."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from lxml import etree

from simulator.cli.contract import add_contract, contract_of
from simulator.cli.exit_codes import ExitCode
from simulator.cli.terminal import Terminal
from simulator.contract import names
from simulator.contract.reading import UnreadableXml, read_xml
from simulator.contract.reply import Unreadability
from simulator.contract.schema import Contract, SchemaError, our_contract
from simulator.errors import InputError
from simulator.locale import Text
from simulator.sentence import Sentence, say

SUMMARY = say("Say whether messages are valid against the contract, with the line and the element of each error.")
EXAMPLE = "validate message.xml"

_CONTENTS = (names.REQUEST, names.RESPONSE)
_REASONS: dict[Unreadability, Sentence] = {
    Unreadability.EMPTY: say("the file is empty"),
    Unreadability.NOT_XML: say("this is not well-formed XML"),
    Unreadability.DTD: say("the document has a DTD, which SOAP forbids; it was not read"),
}


def add_arguments(parser: argparse.ArgumentParser, text: Text) -> None:
    """The flags of this command."""
    parser.add_argument("files", nargs="+", metavar="FILE", help=text(say("XML files; - is standard input")))
    add_contract(parser, text)


def run(parsed: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Validate each file, and print every error of it."""
    contract = contract_of(parsed) or our_contract()
    code = ExitCode.OK
    for name in parsed.files:
        errors = _errors(_bytes(name), contract)
        for line, text in errors:
            terminal.line(f"{name}:{line}: {terminal.text(text)}")
        if errors:
            code = ExitCode.FAILED
        else:
            terminal.line(f"{name}: {terminal.text(say('valid'))}")
    return code


def _bytes(name: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise InputError(say("the file cannot be read: {why}", why=error.strerror or str(error)), name) from None


def _errors(document: bytes, contract: Contract) -> list[tuple[int, Sentence]]:
    """Every error with its line."""
    try:
        root = read_xml(document)
    except UnreadableXml as error:
        reason = _REASONS[error.reason]
        text = say("{reason}: {detail}", reason=reason, detail=error.detail) if error.detail else reason
        return [(error.line or 1, text)]
    if root.tag in _CONTENTS:
        return [_said(error) for error in contract.errors(root)]
    if root.tag != names.ENVELOPE:
        expected = say("the root is '{root}', neither a SOAP 1.1 envelope nor CertificateStatusUpdateForCare",
                       root=str(root.tag))  # fmt: skip
        return [(root.sourceline or 1, expected)]
    return _errors_of_envelope(root, contract)


def _errors_of_envelope(envelope: etree._Element, contract: Contract) -> list[tuple[int, Sentence]]:
    found: list[tuple[int, Sentence]] = []
    content = envelope.find(f"{names.BODY}/*")
    if content is None:
        return [(envelope.sourceline or 1, say("the envelope has no body, or nothing in it"))]
    if content.tag == names.FAULT:
        return []
    if content.tag not in _CONTENTS:
        return [
            (content.sourceline or 1, say("'{found}' is not CertificateStatusUpdateForCare", found=str(content.tag)))
        ]
    address = envelope.find(f"{names.HEADER}/{names.LOGICAL_ADDRESS}")
    if content.tag == names.REQUEST:
        if address is None or not (address.text or "").strip():
            found.append((envelope.sourceline or 1, say("the header has no LogicalAddress, which every request has")))
        else:
            found += [_said(error) for error in contract.errors(address)]
    return found + [_said(error) for error in contract.errors(content)]


def _said(error: SchemaError) -> tuple[int, Sentence]:
    return error.line, say("{element}: {what}", element=error.element, what=error.text)
