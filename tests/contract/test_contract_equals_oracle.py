"""The contract in wsdl/ accepts exactly what the published one accepts, and generates the same clients.

Without the published files these tests hold our schemas to the verdicts that are committed beside them.
With `--oracle DIR` the verdicts are taken anew, the reasons are compared as well as the verdicts, and the two
contracts are laid side by side, component by component.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import zeep
from lxml import etree
from zeep.cache import InMemoryCache
from zeep.transports import Transport

from tests.contract import mutations as mutated
from tests.contract import tree
from tests.contract.operators import OPERATORS

XS = "{http://www.w3.org/2001/XMLSchema}"
WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
INTERACTION = "urn:riv:clinicalprocess:healthcond:certificate:CertificateStatusUpdateForCare:3:rivtabp21"
RESPONDER = "urn:riv:clinicalprocess:healthcond:certificate:CertificateStatusUpdateForCareResponder:3"
SOAP_ACTION = f"{RESPONDER}:CertificateStatusUpdateForCare"


@dataclass(frozen=True)
class Judged:
    """All mutations, judged by our schemas."""

    bits: str
    digests: tuple[str, ...]
    done: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]


@pytest.fixture(scope="module")
def committed() -> mutated.Verdicts:
    """The verdicts that came with this repository."""
    return mutated.read_verdicts()


@pytest.fixture(scope="module")
def ours() -> etree.XMLSchema:
    """Our schemas, compiled."""
    return mutated.compiled(mutated.WSDL)


@pytest.fixture(scope="module")
def judged(ours: etree.XMLSchema) -> Judged:
    """Make and judge all mutations once."""
    bits, documents, done = [], [], []
    for mutation in mutated.mutations():
        bits.append("01"[not mutated.complaints(ours, mutation.document)])
        documents.append(mutation.document)
        done.append((mutation.operators, mutation.targets))
    return Judged("".join(bits), mutated.digests_of(documents), tuple(done))


def differing(bits: str, others: str) -> list[str]:
    """Say how to look at the mutations that are judged differently."""
    assert len(bits) == len(others)
    return [
        f"python -m tests.contract.mutations --show {number}"
        for number, (bit, other) in enumerate(zip(bits, others, strict=True))
        if bit != other
    ]


# Without the published contract.


def test_mutated_documents_are_those_that_were_judged(judged: Judged, committed: mutated.Verdicts) -> None:
    """A mutation is the same bytes here as where the oracle judged it."""
    drifted = [
        f"from {index * mutated.CHUNK}"
        for index, (here, there) in enumerate(zip(judged.digests, committed.digests, strict=True))
        if here != there
    ]
    assert not drifted


def test_our_schemas_give_the_committed_verdicts(judged: Judged, committed: mutated.Verdicts) -> None:
    """Our schemas accept a mutated message exactly when the published ones do."""
    different = differing(committed.bits, judged.bits)
    assert not different


def test_verdicts_are_not_lopsided(committed: mutated.Verdicts) -> None:
    """At least 5,000 mutations are judged, and between a fifth and four fifths of them are valid."""
    assert len(committed.bits) >= 5_000
    assert 0.2 <= committed.bits.count("1") / len(committed.bits) <= 0.8


def test_every_operator_is_used(judged: Judged) -> None:
    """No operator is left out of the mutations."""
    used = {operator for operators, _ in judged.done for operator in operators}
    assert set(OPERATORS) == used


def test_every_element_is_mutated(judged: Judged) -> None:
    """No element of the base messages is left alone."""
    touched = {target for _, targets in judged.done for target in targets}
    present = {node.name for message in mutated.messages().values() for _, _, node in tree.walk(message)}
    assert not present - touched


def test_every_part_of_an_element_is_mutated_with_every_operator_that_fits(judged: Judged) -> None:
    """Whatever an operator can do to an element of some name, it has done once."""
    done = {pair for operators, targets in judged.done for pair in zip(operators, targets, strict=True)}
    possible = {
        (operator, node.name)
        for message, path, node in mutated.places()
        for operator in OPERATORS
        if any(
            mutated.is_document(tree.replaced(mutated.messages()[message], path, pieces))
            for pieces in mutated.alternatives(operator, node)
        )
    }
    assert not possible - done


@pytest.mark.parametrize("name", mutated.messages())
def test_base_message_is_valid(name: str, ours: etree.XMLSchema) -> None:
    """What the mutations start from is valid."""
    assert not mutated.complaints(ours, tree.document((mutated.messages()[name],)))


def test_base_messages_use_every_element_and_attribute() -> None:
    """Every element and attribute that the schemas declare occurs in a base message."""
    declared, present = set(), set()
    for schema in schema_documents():
        for declaration in schema.iter(f"{XS}element", f"{XS}attribute"):
            if "name" in declaration.attrib:
                declared.add((declaration.tag.removeprefix(XS), declaration.get("name")))
    for message in mutated.messages().values():
        for _, _, node in tree.walk(message):
            present.add(("element", node.name.rpartition(":")[2]))
            present.update(("attribute", name) for name, _ in node.attributes)
    assert not declared - present


def test_schemas_name_each_other_as_neighbours() -> None:
    """Every schema location is the name of a file in the same folder, so the folder can be moved or served whole."""
    neighbours = {path.name for path in mutated.WSDL.parent.iterdir()}
    for schema in (etree.parse(str(mutated.WSDL)), *schema_documents()):
        for imported in schema.iter(f"{XS}import"):
            assert imported.get("schemaLocation") in neighbours


def test_each_namespace_has_one_schema() -> None:
    """No two schemas declare the same namespace, and none lies in the folder unused."""
    imported = [
        declaration.get("namespace")
        for schema in (etree.parse(str(mutated.WSDL)), *schema_documents())
        for declaration in schema.iter(f"{XS}import")
    ]
    declared = [schema.getroot().get("targetNamespace") for schema in schema_documents()]
    assert sorted(set(imported)) == sorted(declared)


def test_zeep_loads_the_contract_in_silence(caplog: pytest.LogCaptureFixture, recwarn: pytest.WarningsRecorder) -> None:
    """zeep has no warning to give about the contract."""
    with caplog.at_level(logging.WARNING):
        loaded(mutated.WSDL)
    assert not [record.getMessage() for record in caplog.records]
    assert not [str(warning.message) for warning in recwarn]


def test_zeep_finds_the_names_that_clients_are_generated_from() -> None:
    """Binding, port type, operation, SOAP action and header part have the published names."""
    definitions = loaded(mutated.WSDL)
    (binding,) = definitions.bindings.values()
    (operation,) = binding.all().values()
    expected = {
        "binding": f"{{{INTERACTION}}}CertificateStatusUpdateForCareResponderBinding",
        "port type": f"{{{INTERACTION}}}CertificateStatusUpdateForCareResponderInterface",
        "operation": "CertificateStatusUpdateForCare",
        "SOAP action": SOAP_ACTION,
        "style": "document",
        "header": "{urn:riv:itintegration:registry:1}LogicalAddress",
        "body": f"{{{RESPONDER}}}CertificateStatusUpdateForCare",
    }
    (header,) = operation.input.header.type.elements
    found = {
        "binding": binding.name.text,
        "port type": binding.port_type.name.text,
        "operation": operation.name,
        "SOAP action": operation.soapaction,
        "style": operation.style,
        "header": header[1].qname.text,
        "body": operation.input.body.qname.text,
    }
    assert expected == found


# With it.


def test_oracle_gives_the_committed_verdicts_for_the_same_reasons(
    oracle: Path, ours: etree.XMLSchema, committed: mutated.Verdicts
) -> None:
    """The published schemas still say what is committed, and object to the same things as ours, in the same words."""
    published = mutated.compiled(oracle / mutated.PUBLISHED_WSDL)
    bits = []
    for mutation in mutated.mutations():
        found = mutated.complaints(published, mutation.document)
        assert found == mutated.complaints(ours, mutation.document), mutation
        bits.append("01"[not found])
    different = differing(committed.bits, "".join(bits))
    assert not different


def test_oracle_agrees_on_every_single_mutation(oracle: Path, ours: etree.XMLSchema) -> None:
    """Nothing that one operator can do at one place tells the two contracts apart."""
    published = mutated.compiled(oracle / mutated.PUBLISHED_WSDL)
    for mutation in mutated.every_single_mutation():
        found = mutated.complaints(published, mutation.document)
        assert found == mutated.complaints(ours, mutation.document), mutation


def test_oracle_and_ours_look_the_same_to_zeep(oracle: Path) -> None:
    """Types, elements and the operation have the same signatures in both contracts."""
    assert signatures(oracle / mutated.PUBLISHED_WSDL) == signatures(mutated.WSDL)


def test_oracle_declares_the_same_components(oracle: Path) -> None:
    """Every type and element has the same particles, facets and attributes in both contracts."""
    assert components(oracle / mutated.PUBLISHED_WSDL) == components(mutated.WSDL)


def test_oracle_describes_the_same_service(oracle: Path) -> None:
    """Messages, port type, binding and service differ in nothing but the placeholder address."""
    assert service(oracle / mutated.PUBLISHED_WSDL) == service(mutated.WSDL)


# Two contracts side by side.


def schema_documents() -> list[Any]:
    """Read our schemas."""
    return [etree.parse(str(path)) for path in sorted(mutated.WSDL.parent.glob("*.xsd"))]


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
