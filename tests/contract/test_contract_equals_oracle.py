"""Each contract in wsdl/ accepts exactly what the published one accepts, and generates the same clients.

Without the published files these tests hold our schemas to the verdicts that are committed beside them.
With `--oracle DIR` the verdicts are taken anew, the reasons are compared as well as the verdicts, and the two
contracts are laid side by side, component by component.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

import pytest
from lxml import etree

from tests.contract import mutations as mutated
from tests.contract import tree
from tests.contract.contracts import CONTRACTS, OURS, MutatedContract
from tests.contract.operators import OPERATORS
from tests.contract.side_by_side import (
    XS,
    components,
    expanded,
    loaded,
    read,
    schema_documents,
    schema_paths,
    service,
    signatures,
    wsdl_documents,
)


@dataclass(frozen=True)
class Judged:
    """All mutations, judged by our schemas."""

    bits: str
    digests: tuple[str, ...]
    done: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    messages: tuple[str, ...]


@pytest.fixture(scope="module", params=CONTRACTS, ids=str)
def contract(request: pytest.FixtureRequest) -> MutatedContract:
    """Each of the four contracts in turn."""
    chosen: MutatedContract = request.param
    return chosen


@pytest.fixture(scope="module")
def committed(contract: MutatedContract) -> mutated.Verdicts:
    """The verdicts that came with this repository."""
    return mutated.read_verdicts(contract)


@pytest.fixture(scope="module")
def ours(contract: MutatedContract) -> etree.XMLSchema:
    """Our schemas, compiled."""
    return mutated.compiled(contract.wsdl)


@pytest.fixture(scope="module")
def judged(contract: MutatedContract, ours: etree.XMLSchema) -> Judged:
    """Make and judge all mutations once."""
    bits, documents, done, messages = [], [], [], []
    for mutation in mutated.mutations(contract):
        bits.append("01"[not mutated.complaints(ours, mutation.document)])
        documents.append(mutation.document)
        done.append((mutation.operators, mutation.targets))
        messages.append(mutation.message)
    return Judged("".join(bits), mutated.digests_of(documents), tuple(done), tuple(messages))


def differing(contract: MutatedContract, bits: str, others: str) -> list[str]:
    """Say how to look at the mutations that are judged differently."""
    assert len(bits) == len(others)
    return [
        f"python -m tests.contract.mutations --contract {contract} --show {number}"
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


def test_our_schemas_give_the_committed_verdicts(
    contract: MutatedContract, judged: Judged, committed: mutated.Verdicts
) -> None:
    """Our schemas accept a mutated message exactly when the published ones do."""
    different = differing(contract, committed.bits, judged.bits)
    assert not different


def test_verdicts_are_not_lopsided(committed: mutated.Verdicts) -> None:
    """At least 5,000 mutations are judged, and between a fifth and four fifths of them are valid."""
    assert len(committed.bits) >= 5_000
    assert 0.2 <= committed.bits.count("1") / len(committed.bits) <= 0.8


def test_requests_and_responses_are_mutated_alike(
    contract: MutatedContract, judged: Judged, committed: mutated.Verdicts
) -> None:
    """At least 2,000 requests and 2,000 responses have a verdict, and of either a fifth to four fifths are valid."""
    bits = {"request": "", "response": ""}
    names = {f"{{{contract.responder}}}{contract.name}": "request"}
    names[f"{{{contract.responder}}}{contract.name}Response"] = "response"
    kinds = {
        message: names.get(expanded(root.name)) for message, root in mutated.messages(contract).items()
    }  # fmt: skip
    for message, bit in zip(judged.messages, committed.bits, strict=True):
        kind = kinds[message]
        if kind is not None:
            bits[kind] += bit
    for found in bits.values():
        assert len(found) >= 2_000
        assert 0.2 <= found.count("1") / len(found) <= 0.8


def test_every_operator_is_used(judged: Judged) -> None:
    """No operator is left out of the mutations."""
    used = {operator for operators, _ in judged.done for operator in operators}
    assert set(OPERATORS) == used


def test_every_element_is_mutated(contract: MutatedContract, judged: Judged) -> None:
    """No element of the base messages is left alone."""
    touched = {target for _, targets in judged.done for target in targets}
    present = {node.name for message in mutated.messages(contract).values() for _, _, node in tree.walk(message)}
    assert not present - touched


def test_every_part_of_an_element_is_mutated_with_every_operator_that_fits(
    contract: MutatedContract, judged: Judged
) -> None:
    """Whatever an operator can do to an element of some name, it has done once."""
    done = {pair for operators, targets in judged.done for pair in zip(operators, targets, strict=True)}
    possible = {
        (operator, node.name)
        for message, path, node in mutated.places(contract)
        for operator in OPERATORS
        if any(
            mutated.is_document(tree.replaced(mutated.messages(contract)[message], path, pieces))
            for pieces in mutated.alternatives(operator, node)
        )
    }
    assert not possible - done


def test_base_messages_are_valid(contract: MutatedContract, ours: etree.XMLSchema) -> None:
    """What the mutations start from is valid."""
    found = {
        name: mutated.complaints(ours, tree.document((root,))) for name, root in mutated.messages(contract).items()
    }
    assert not {name: complaints for name, complaints in found.items() if complaints}


def test_base_messages_use_every_element_and_attribute() -> None:
    """Every element and attribute that the schemas declare occurs in a base message of some contract."""
    declared, present = set(), set()
    for schema in schema_documents():
        for declaration in schema.iter(f"{XS}element", f"{XS}attribute"):
            if "name" in declaration.attrib:
                declared.add((declaration.tag.removeprefix(XS), declaration.get("name")))
    for message in (root for contract in CONTRACTS for root in mutated.messages(contract).values()):
        for _, _, node in tree.walk(message):
            present.add(("element", node.name.rpartition(":")[2]))
            present.update(("attribute", name) for name, _ in node.attributes)
    assert not declared - present


def test_base_messages_use_every_element_of_their_own(contract: MutatedContract) -> None:
    """Every element that one contract alone declares occurs in its base messages."""
    shared = {path for other in CONTRACTS for path in schema_paths(other.wsdl) if other is not contract}
    declared = {
        (schema.getroot().get("targetNamespace"), declaration.get("name"))
        for schema in map(read, schema_paths(contract.wsdl) - shared)
        for declaration in schema.iter(f"{XS}element")
        if "name" in declaration.attrib
    }
    present = {
        expanded(node.name)
        for message in mutated.messages(contract).values()
        for _, _, node in tree.walk(message)
    }  # fmt: skip
    assert declared
    assert not {f"{{{namespace}}}{name}" for namespace, name in declared} - present


def test_schemas_name_each_other_as_neighbours() -> None:
    """Every schema location is the name of a file in the same folder, so the folder can be moved or served whole."""
    neighbours = {path.name for path in OURS.iterdir()}
    for schema in (*wsdl_documents(), *schema_documents()):
        for imported in schema.iter(f"{XS}import"):
            assert imported.get("schemaLocation") in neighbours


def test_each_namespace_has_one_schema() -> None:
    """No two schemas declare the same namespace, and none lies in the folder unused."""
    imported = [
        declaration.get("namespace")
        for schema in (*wsdl_documents(), *schema_documents())
        for declaration in schema.iter(f"{XS}import")
    ]
    declared = [schema.getroot().get("targetNamespace") for schema in schema_documents()]
    assert sorted(set(imported)) == sorted(declared)


def test_zeep_loads_the_contract_in_silence(
    contract: MutatedContract, caplog: pytest.LogCaptureFixture, recwarn: pytest.WarningsRecorder
) -> None:
    """zeep has no warning to give about the contract."""
    with caplog.at_level(logging.WARNING):
        loaded(contract.wsdl)
    assert not [record.getMessage() for record in caplog.records]
    assert not [str(warning.message) for warning in recwarn]


def test_zeep_finds_the_names_that_clients_are_generated_from(contract: MutatedContract) -> None:
    """Binding, port type, operation, SOAP action and header part have the published names."""
    definitions = loaded(contract.wsdl)
    (binding,) = definitions.bindings.values()
    (operation,) = binding.all().values()
    expected = {
        "binding": f"{{{contract.interaction}}}{contract.name}ResponderBinding",
        "port type": f"{{{contract.interaction}}}{contract.name}ResponderInterface",
        "operation": contract.name,
        "SOAP action": f"{contract.responder}:{contract.name}",
        "style": "document",
        "header": "{urn:riv:itintegration:registry:1}LogicalAddress",
        "body": f"{{{contract.responder}}}{contract.name}",
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
    contract: MutatedContract, oracle: Path, ours: etree.XMLSchema, committed: mutated.Verdicts
) -> None:
    """The published schemas still say what is committed, and object to the same things as ours, in the same words."""
    published = mutated.compiled(oracle / contract.published_wsdl)
    bits = []
    for mutation in mutated.mutations(contract):
        found = mutated.complaints(published, mutation.document)
        assert found == mutated.complaints(ours, mutation.document), mutation
        bits.append("01"[not found])
    different = differing(contract, committed.bits, "".join(bits))
    assert not different


def test_oracle_agrees_on_every_single_mutation(contract: MutatedContract, oracle: Path, ours: etree.XMLSchema) -> None:
    """Nothing that one operator can do at one place tells the two contracts apart."""
    published = mutated.compiled(oracle / contract.published_wsdl)
    for mutation in mutated.every_single_mutation(contract):
        found = mutated.complaints(published, mutation.document)
        assert found == mutated.complaints(ours, mutation.document), mutation


def test_oracle_and_ours_look_the_same_to_zeep(contract: MutatedContract, oracle: Path) -> None:
    """Types, elements and the operation have the same signatures in both contracts."""
    assert signatures(oracle / contract.published_wsdl) == signatures(contract.wsdl)


def test_oracle_declares_the_same_components(contract: MutatedContract, oracle: Path) -> None:
    """Every type and element has the same particles, facets and attributes in both contracts."""
    assert components(oracle / contract.published_wsdl) == components(contract.wsdl)


def test_oracle_describes_the_same_service(contract: MutatedContract, oracle: Path) -> None:
    """Messages, port type, binding and service differ in nothing but the placeholder address."""
    assert service(oracle / contract.published_wsdl) == service(contract.wsdl)
