"""Writes XML as text, element by element, with the prefixes of a message; what lxml would write, byte for byte.

A part of a message is thus a piece of text that can be kept and put into the next message as it stands. Whether the
whole is well-formed and valid is seen where it is read again before it leaves; see `envelope`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from lxml import etree

from simulator.contract import names

# The prefixes of everything that we send; the envelope declares them all.
REQUEST_PREFIXES = {
    "soap": names.SOAP,
    "itr": names.REGISTRY,
    "csu": names.RESPONDER,
    "csu2": names.RESPONDER_EXT,
    "core": names.CORE,
    "core2": names.CORE_EXT,
    "types": names.TYPES,
    "ds": names.XMLDSIG,
}
# What other messages have beside them; the namespace of their own interaction is theirs alone.
OTHER_PREFIXES = {"core3": names.CORE_PREFILL, "core4": names.CORE_HANDLED}
OWN = "own"
_PREFIX_OF = {uri: prefix for prefix, uri in (REQUEST_PREFIXES | OTHER_PREFIXES).items()}

# What a parser would take for something else if it stood there as it is.
_IN_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_IN_ATTRIBUTES = _IN_TEXT | str.maketrans({'"': "&quot;", "\n": "&#10;", "\t": "&#9;"})


def element(name: str, *content: str, **attributes: str) -> str:
    """An element with what is in it, already written; `name` is qualified, as lxml has it: `{namespace}local`."""
    tag = _tag(name)
    written = _attributes(attributes) if attributes else ""
    return f"<{tag}{written}>{''.join(content)}</{tag}>"


def empty_element(name: str, **attributes: str) -> str:
    """An element that never has anything in it."""
    return f"<{_tag(name)}{_attributes(attributes)}/>"


def text_element(name: str, content: str) -> str:
    """An element with text in it."""
    tag = _tag(name)
    return f"<{tag}>{content.translate(_IN_TEXT)}</{tag}>"


def text(content: str) -> str:
    """Text that stands in an element."""
    return content.translate(_IN_TEXT)


def with_prefixes(written: str, prefixes: Mapping[str, str] = REQUEST_PREFIXES) -> bytes:
    """An element without attributes as a document of its own: with its declarations, after the line that XML has."""
    tag, _, rest = written.partition(">")
    declarations = _declarations(tuple(prefixes.items()))
    # Half a character is written, too: that XML cannot carry it is seen where the document is read again.
    return f"<?xml version='1.0' encoding='UTF-8'?>\n{tag}{declarations}>{rest}".encode(errors="surrogatepass")


def put_into(parent: etree._Element, written: str) -> None:
    """Put an element that is written as text into a tree, whose prefixes it has."""
    declarations = _declarations(tuple((str(prefix), uri) for prefix, uri in parent.nsmap.items()))
    parent.extend(list(etree.fromstring(f"<written{declarations}>{written}</written>")))


@cache
def _declarations(prefixes: tuple[tuple[str, str], ...]) -> str:
    return "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in prefixes)


def _attributes(attributes: dict[str, str]) -> str:
    return "".join(f' {name}="{value.translate(_IN_ATTRIBUTES)}"' for name, value in attributes.items())


@cache
def _tag(name: str) -> str:
    """The name with its prefix."""
    uri, _, local = name.removeprefix("{").partition("}")
    return f"{_PREFIX_OF.get(uri, OWN)}:{local}"
