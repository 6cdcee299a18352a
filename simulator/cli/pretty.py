"""Messages for people: indented when they are XML, as they are when not, and never without end."""

from __future__ import annotations

from lxml import etree

from simulator.contract.reading import UnreadableXml, read_xml

# An answer is shown up to here; the rest is counted.
SHOWN_MAX = 20_000


def pretty(document: bytes) -> str:
    """Bytes as text to look at."""
    try:
        root = read_xml(document)
    except UnreadableXml:
        return _shortened(document.decode("utf-8", errors="replace"))
    etree.indent(root)
    return _shortened(etree.tostring(root, encoding="unicode"))


def _shortened(text: str) -> str:
    if len(text) <= SHOWN_MAX:
        return text
    return f"{text[:SHOWN_MAX]}… (+{len(text) - SHOWN_MAX})"
