"""Odd ways to write an answer that says the same: encodings, prefixes, namespaces.

Senders in the field differ in what they can read. What is written here is well-formed XML, whatever its looks.
"""

from __future__ import annotations

import codecs
from enum import StrEnum

from lxml import etree

from simulator.contract import names

_ELSEWHERE = "urn:example:another-contract:1"


class Shape(StrEnum):
    """How an answer is written; the values are words of behaviours."""

    BOM = "bom"
    UTF_16 = "utf-16"
    LATIN_1 = "iso-8859-1"
    MIXED_PREFIXES = "mixed-prefixes"
    FOREIGN_NAMESPACE = "foreign-namespace"


def shaped(document: bytes, shape: Shape) -> bytes:
    """The same document in another shape."""
    root = etree.fromstring(document)
    if shape is Shape.BOM:
        return codecs.BOM_UTF8 + document
    if shape is Shape.UTF_16:
        return etree.tostring(root, xml_declaration=True, encoding="UTF-16")
    if shape is Shape.LATIN_1:
        return etree.tostring(root, xml_declaration=True, encoding="ISO-8859-1")
    if shape is Shape.MIXED_PREFIXES:
        return etree.tostring(_with_mixed_prefixes(root, 0), xml_declaration=True, encoding="UTF-8")
    text = document.replace(names.RESPONDER.encode(), _ELSEWHERE.encode())
    return text.replace(names.CORE.encode(), _ELSEWHERE.encode())


def _with_mixed_prefixes(element: etree._Element, depth: int) -> etree._Element:
    """The element with a declaration of its own at each level: by turns a prefix, another prefix, and none."""
    name = etree.QName(element)
    # What is in no namespace, as the parts of a fault, would be in the one that has no prefix.
    bare = all(etree.QName(one).namespace for one in element.iter(etree.Element))
    prefix = (None if bare else "c", "a", "B-2")[depth % 3]
    prefixes = {prefix: name.namespace} if name.namespace else {}
    copy = etree.Element(element.tag, nsmap=prefixes)
    copy.text = element.text
    copy.extend(_with_mixed_prefixes(child, depth + 1) for child in element.iterchildren(tag=etree.Element))
    return copy
