"""Two contracts laid side by side: what each declares, without prose, prefixes, order or defaults."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import zeep
from lxml import etree
from zeep.cache import InMemoryCache
from zeep.transports import Transport

from tests.contract import tree
from tests.contract.contracts import CONTRACTS, OURS

XS = "{http://www.w3.org/2001/XMLSchema}"
WSDL = "{http://schemas.xmlsoap.org/wsdl/}"


def schema_documents() -> list[Any]:
    """Read our schemas."""
    return [read(path) for path in sorted(OURS.glob("*.xsd"))]


def wsdl_documents() -> list[Any]:
    """Read what our contracts begin with."""
    return [read(contract.wsdl) for contract in CONTRACTS]


def read(path: Path) -> Any:
    """Read one document."""
    return etree.parse(str(path))


def expanded(name: str) -> str:
    """Spell out the prefix that the base messages give a name."""
    prefix, _, local = name.rpartition(":")
    return f"{{{tree.NAMESPACES[prefix]}}}{local}" if prefix else local


def loaded(wsdl: Path) -> Any:
    """Let zeep read a contract."""
    transport = Transport(cache=InMemoryCache(timeout=0))
    return zeep.Client(str(wsdl), transport=transport).wsdl


def signatures(wsdl: Path) -> list[str]:
    """List what zeep makes of a contract, with namespaces in place of the prefixes that zeep numbers."""
    definitions = loaded(wsdl)
    namespaces = definitions.types.prefix_map

    def spelled_out(signature: str) -> str:
        return re.sub(r"\b(ns\d+|xsd):", lambda prefix: f"{{{namespaces[prefix[1]]}}}", signature)

    declared = [*definitions.types.types, *definitions.types.elements]
    operations = [operation for binding in definitions.bindings.values() for operation in binding.all().values()]
    return sorted(
        [f"{item.qname} {spelled_out(item.signature(schema=definitions.types))}" for item in declared]
        + [spelled_out(str(operation)) for operation in operations]
    )


def components(wsdl: Path) -> dict[tuple[str, str, str], Any]:
    """Gather what a contract declares, by namespace, kind and name: without prose, prefixes, order or defaults."""
    found: dict[tuple[str, str, str], Any] = {}
    for path in sorted(schema_paths(wsdl)):
        schema = etree.parse(str(path)).getroot()
        namespace = schema.get("targetNamespace")
        assert namespace is not None
        found[namespace, "schema", ""] = (
            schema.get("elementFormDefault", "unqualified"),
            schema.get("attributeFormDefault", "unqualified"),
            sorted(name for name in ("blockDefault", "finalDefault") if name in schema.attrib),
        )
        for declaration in schema.iterchildren(f"{XS}element", f"{XS}complexType", f"{XS}simpleType"):
            key = (namespace, etree.QName(declaration).localname, declaration.get("name", ""))
            assert key not in found
            found[key] = plain(declaration)
    return found


def schema_paths(document: Path, met: frozenset[Path] = frozenset()) -> frozenset[Path]:
    """Follow the imports of a WSDL or a schema."""
    for imported in etree.parse(str(document)).iter(f"{XS}import"):
        path = (document.parent / imported.get("schemaLocation", "")).resolve()
        if path not in met:
            met = schema_paths(path, met | {path})
    return met


DEFAULTS = {
    ("minOccurs", "1"),
    ("maxOccurs", "1"),
    ("use", "optional"),
    ("processContents", "strict"),
    ("namespace", "##any"),
    ("mixed", "false"),
}


def plain(node: Any) -> tuple[Any, ...]:
    """Write a declaration as its kind, its attributes with names resolved, and its parts in order."""
    attributes = {
        name: resolved(node, value) if name in ("type", "ref", "base") else value
        for name, value in node.attrib.items()
        if (name, value) not in DEFAULTS
    }
    parts = [plain(child) for child in node.iterchildren(etree.Element) if child.tag != f"{XS}annotation"]
    return etree.QName(node).localname, sorted(attributes.items()), parts


def resolved(node: Any, name: str) -> str:
    """Spell out a prefixed name."""
    prefix, _, local = name.rpartition(":")
    return f"{{{node.nsmap.get(prefix or None, '')}}}{local}"


def service(wsdl: Path) -> list[Any]:
    """Write what follows the types of a WSDL, with names resolved and without prose and the address."""
    return sorted(described(node) for node in etree.parse(str(wsdl)).getroot() if node.tag != f"{WSDL}types")


def described(node: Any) -> tuple[Any, ...]:
    """Write a part of a WSDL as its name, its attributes and its parts."""
    attributes = {
        name: resolved(node, value) if name in ("element", "message", "type", "binding") else value
        for name, value in node.attrib.items()
        if name != "location"
    }
    return node.tag, sorted(attributes.items()), list(described_parts(node))


def described_parts(node: Any) -> Iterator[tuple[Any, ...]]:
    """Go through what a part of a WSDL holds, past the prose."""
    for child in node.iterchildren(etree.Element):
        if child.tag != f"{WSDL}documentation":
            yield described(child)
