"""The contract as a web page: what a mocked journal system shows to those who ask it for `?wsdl`.

Tools that make code from a contract, of .NET and Java alike, read it from the address they are going to call, and
follow its schemas from there. Served is the WSDL, and what it imports, directly or not; nothing else of the disk.
All of it is read once, at birth; a page is then made by putting an address into it. See `wire.listener`.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qsl, quote
from xml.sax.saxutils import escape

from lxml import etree

from simulator.contract.reading import read_xml_file
from simulator.errors import InputError
from simulator.sentence import say

_XSD = "http://www.w3.org/2001/XMLSchema"
_SOAP_ADDRESS = "{http://schemas.xmlsoap.org/wsdl/soap/}address"
_REFERENCES = tuple(f"{{{_XSD}}}{name}" for name in ("import", "include", "redefine"))
# Stands for the address in the pages as they are kept; no contract holds it by chance.
_ADDRESS = "urn:x-webcert-simulator:address"


class WsdlPages:
    """Answers `?wsdl` and `?xsd=…` from one WSDL, ours or a published one with its schemas in other folders."""

    def __init__(self, wsdl: Path) -> None:
        self._keys: dict[Path, str] = {}
        self._schemas: dict[str, bytes] = {}
        self._wsdl = self._page(wsdl.resolve())

    def __call__(self, query: str, url: str) -> bytes | None:
        """The page for a query, as seen at this address; None when there is no such page."""
        page = self._kept(query)
        if page is None:
            return None
        return page.replace(_ADDRESS.encode(), escape(url, {'"': "&quot;"}).encode())

    def _kept(self, query: str) -> bytes | None:
        for name, value in parse_qsl(query, keep_blank_values=True):
            if name.lower() == "wsdl":
                return self._wsdl
            if name.lower() == "xsd":
                return self._schemas.get(value)
        return None

    def _page(self, path: Path) -> bytes:
        """One file, with every reference led back to us; reads what it refers to as well."""
        root = _read(path)
        for reference in root.iter(*_REFERENCES):
            location = reference.get("schemaLocation")
            if location is not None and "://" not in location:
                key = self._key((path.parent / location).resolve())
                reference.set("schemaLocation", f"{_ADDRESS}?xsd={quote(key)}")
        for address in root.iter(_SOAP_ADDRESS):
            address.set("location", _ADDRESS)
        # Only the root, since .NET refuses a document that names a DTD, as older schemas of the W3C do.
        return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True))

    def _key(self, schema: Path) -> str:
        """The name under which a schema is served: its file's, numbered when another folder has one of that name."""
        if schema in self._keys:
            return self._keys[schema]
        key, number = schema.name, 1
        while key in self._schemas:
            number += 1
            key = f"{schema.stem}-{number}{schema.suffix}"
        # Known before it is read: schemas may import each other.
        self._keys[schema] = key
        self._schemas[key] = b""
        self._schemas[key] = self._page(schema)
        return key


def _read(path: Path) -> etree._Element:
    try:
        return read_xml_file(path)
    except (OSError, etree.XMLSyntaxError) as error:
        raise InputError(
            say("a file of the contract cannot be read: {why}; give the whole release", why=str(error)), path
        ) from error
