"""The contract as a machine reads it: loads `wsdl/`, or a published release, once, and validates elements.

A published release is read by zeep, which finds its schemas and its SOAP action; ours is known by heart, and a test
holds the two to the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

from lxml import etree

import simulator
from simulator.contract import names
from simulator.contract.names import InteractionName
from simulator.contract.reading import read_xml_file
from simulator.errors import InputError, UsageError
from simulator.sentence import say

_WSDL = "http://schemas.xmlsoap.org/wsdl/"
_XSD = "http://www.w3.org/2001/XMLSchema"


@dataclass(frozen=True)
class SchemaError:
    """One thing that the contract holds against a document: where, and what."""

    line: int
    element: str
    text: str


class Contract:
    """One release of the contract of one interaction: its WSDL, its SOAP action, and its schemas."""

    def __init__(self, wsdl: Path, soap_action: str, interaction: InteractionName = names.STATUS_UPDATE) -> None:
        self.wsdl = wsdl
        self.soap_action = soap_action
        self.interaction = interaction
        self._schema = etree.XMLSchema(_all_schemas_of(wsdl))

    def is_valid(self, element: etree._Element) -> bool:
        """Whether the element, taken as a document of its own, is valid."""
        return bool(self._schema.validate(element))

    def first_error(self, element: etree._Element) -> str | None:
        """What is wrong with the element first of all, or None when it is valid."""
        errors = self.errors(element)
        return errors[0].text if errors else None

    def errors(self, element: etree._Element) -> list[SchemaError]:
        """Everything that is wrong with the element, in document order."""
        if self.is_valid(element):
            return []
        return [
            SchemaError(entry.line, _last_element(entry.path or str(element.tag)), _without_person_ids(entry.message))
            for entry in cast("Iterable[etree._LogEntry]", self._schema.error_log)
        ]


# What looks like a person id in a parser's words: it goes into answers, reports and logs, and is never shown.
_PERSON_ID = re.compile(r"(?<!\d)(?:\d{8}|\d{6})[-+]?\d{4}(?!\d)")


def _without_person_ids(text: str) -> str:
    return _PERSON_ID.sub("…", text)


def _last_element(path: str) -> str:
    return path.rsplit("/", 1)[-1].rsplit("}", 1)[-1].rsplit(":", 1)[-1].split("[", 1)[0]


def packaged(name: str) -> Path:
    """Where a folder that travels with the package lies: inside it when installed, beside it in a checkout."""
    inside = Path(simulator.__file__).parent / name
    return inside if inside.exists() else inside.parent.parent / name


@cache
def our_contract(interaction: InteractionName = names.STATUS_UPDATE) -> Contract:
    """The contract of this project for an interaction, from `wsdl/`."""
    return Contract(packaged("wsdl") / interaction.wsdl, interaction.soap_action, interaction)


@cache
def published_contract(folder: Path, interaction: InteractionName = names.STATUS_UPDATE) -> Contract:
    """A published release: the newest WSDL of the interaction in the folder or below."""
    found = sorted(folder.glob(f"**/{interaction.name}*.wsdl"))
    if not found:
        raise UsageError(
            say("{folder} holds no WSDL of {interaction}; give the folder of a published release, "
                "with interactions/ and core_components/", folder=str(folder), interaction=interaction.name)
        )  # fmt: skip
    # zeep takes a third of a second to load, and is needed here alone.
    import zeep.exceptions
    import zeep.wsdl

    try:
        document = zeep.wsdl.Document(str(found[-1]), zeep.Transport())  # type: ignore[no-untyped-call, arg-type]
        operations = [operation for binding in document.bindings.values() for operation in binding._operations.values()]
        return Contract(found[-1], operations[0].soapaction, interaction)
    except (etree.LxmlError, zeep.exceptions.Error, OSError, IndexError) as error:
        raise InputError(say("this contract cannot be loaded: {why}", why=str(error)), found[-1]) from error


def _all_schemas_of(wsdl: Path) -> etree._Element:
    """One schema that imports every schema the WSDL names, so that each of their elements can be validated."""
    root = read_xml_file(wsdl)
    whole = etree.Element(f"{{{_XSD}}}schema", nsmap={"xs": _XSD})
    for imported in root.iterfind(f"{{{_WSDL}}}types/{{{_XSD}}}schema/{{{_XSD}}}import"):
        location = (wsdl.parent / str(imported.get("schemaLocation"))).resolve()
        etree.SubElement(
            whole, f"{{{_XSD}}}import", namespace=str(imported.get("namespace")), schemaLocation=location.as_uri()
        )
    return whole
