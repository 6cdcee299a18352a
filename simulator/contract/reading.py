"""Opens XML that strangers wrote: never a DTD, never an entity, never the network, never without a limit.

A document with a DTD is refused before a single entity of it is read. What is wrong is said as a value, since a
broken document from a journal system is an outcome and not an error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from simulator.contract.reply import Unreadability

# A DTD can only begin with these bytes in UTF-8 and its kin; UTF-16 puts a zero byte between.
_DTD = re.compile(rb"<\x00?!\x00?D\x00?O\x00?C\x00?T\x00?Y\x00?P\x00?E", re.IGNORECASE)


@dataclass(frozen=True)
class UnreadableXml(Exception):
    """Why a document was not read: the reason, the parser's words, and the line."""

    reason: Unreadability
    detail: str
    line: int | None = None


# huge_tree stays off: libxml2 then bounds depth and the length of a text.
# One parser for all: making one takes five times as long as reading an answer.
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False)
# A comment in the middle of a text would hide the rest of it from whoever reads the message.
_MESSAGE_PARSER = etree.XMLParser(
    resolve_entities=False,
    no_network=True,
    load_dtd=False,
    dtd_validation=False,
    remove_comments=True,
    remove_pis=True,
)


def read_xml(document: bytes) -> etree._Element:
    """The root element of a well-formed document without a DTD; raises UnreadableXml otherwise."""
    if not document.strip():
        raise UnreadableXml(Unreadability.EMPTY, "")
    # One byte is looked for ten times as fast as the pattern, and most messages do not have it.
    if b"!" in document and _DTD.search(document):
        raise UnreadableXml(Unreadability.DTD, "")
    root = read_own_xml(document)
    # An encoding that hides the letters of a DTD from the search above does not hide it from here.
    if root.getroottree().docinfo.doctype:
        raise UnreadableXml(Unreadability.DTD, "")
    return root


def read_own_xml(document: bytes) -> etree._Element:
    """The same for a document that this program has written, and which therefore has no DTD."""
    try:
        return etree.fromstring(document, _MESSAGE_PARSER)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise UnreadableXml(Unreadability.NOT_XML, str(error), getattr(error, "lineno", None)) from None


def read_xml_file(path: Path) -> etree._Element:
    """The root of a file of our own or of a published contract, with its base address for relative names."""
    return etree.parse(str(path), _PARSER).getroot()
