"""Mutated messages by number, and what the published contract said about each of them.

The published schemas are not part of this repository, only their verdicts are: a file for each contract in verdicts/,
with one character per mutation and digests of the mutated documents, so that another document is never held to an old
verdict. Mutation 4711 of a contract is the same bytes on every machine: first every operator on every place of the
base messages, then several at once, drawn by a generator that is seeded with the number.

    python -m tests.contract.mutations --contract create-draft --show 4711
    python -m tests.contract.mutations --oracle DIR --write
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import TypeVar

from lxml import etree

from tests.contract import tree
from tests.contract.contracts import CONTRACTS, MutatedContract
from tests.contract.operators import NEWCOMERS, OPERATORS, Pieces
from tests.contract.tree import Element

FORMAT = 1
CHUNK = 500  # Mutations under one digest: small enough to tell where a drift begins.
LINE = 100

# How many of an operator's alternatives each place is given; the rest fall on other places. All where not said.
ALTERNATIVES = {
    "renamed": 2,
    "moved to another namespace": 2,
    "wrapped": 1,
    "emptied": 1,
    "text between": 1,
    "blanks between": 2,
    "newcomer last": 2,
    "newcomer first": 2,
    "newcomer beside": 2,
    "replaced by newcomer": 2,
    "attribute added": 2,
    "type": 3,
    "comment": 2,
    "instruction": 2,
    "cdata": 1,
}
# Places that the contract leaves open. Each is given every newcomer, as what it lets in is the whole of its rule.
OPEN_PLACES = {
    *("c:enhet", "c:vardgivare", "c:svar", "c:delsvar", "c:status", "c:relation", "x:reference"),
    *("s:skickadeFragor", "s:mottagnaFragor", "s:result", "s:CertificateStatusUpdateForCareResponse"),
    *("ds:CanonicalizationMethod", "ds:SignatureMethod", "ds:Transform", "ds:DigestMethod", "ds:KeyInfo"),
    *("ds:KeyValue", "ds:X509Data", "ds:PGPData", "ds:SPKIData", "ds:Object", "ds:SignatureProperty"),
    *("d:CreateDraftCertificate", "d:skapadAv", "d:enhet", "d:result", "d:CreateDraftCertificateResponse"),
    *("c33:forifyllnad", "c33:svar", "l:ListCertificatesForCareWithQA", "l:ListCertificatesForCareWithQAResponse"),
    *("l:list", "l:item", "l:handelser", "l:skickadeFragor", "l:mottagnaFragor"),
    *("m:SendMessageToCare", "m:svarPa", "m:skickatAv", "m:komplettering", "m:result", "m:SendMessageToCareResponse"),
}

T = TypeVar("T")


@dataclass(frozen=True)
class Mutation:
    """A mutated message: what was done to which elements of which base message, and the document that came of it."""

    number: int
    message: str
    operators: tuple[str, ...]
    targets: tuple[str, ...]
    document: str


@dataclass(frozen=True)
class Edit:
    """One alternative of one operator at one place."""

    message: str
    path: tree.Path
    operator: str
    alternative: int


@dataclass(frozen=True)
class Verdicts:
    """What is committed: the verdicts in order, and a digest for each chunk of documents."""

    bits: str
    digests: tuple[str, ...]


# Which mutations there are.


def mutations(contract: MutatedContract) -> Iterator[Mutation]:
    """Make the mutations in order; the first ones are the base messages themselves."""
    bases = messages(contract)
    for number, (message, root) in enumerate(bases.items()):
        yield Mutation(number, message, (), (), tree.document((root,)))
    edits = planned_edits(contract)[: contract.count - len(bases)]
    for number, edit in enumerate(edits, start=len(bases)):
        root = bases[edit.message]
        node = node_at(root, edit.path)
        pieces = tree.replaced(root, edit.path, alternatives(edit.operator, node)[edit.alternative])
        yield Mutation(number, edit.message, (edit.operator,), (node.name,), tree.document(pieces))
    for number in range(len(bases) + len(edits), contract.count):
        yield drawn_mutation(contract, number)


def every_single_mutation(contract: MutatedContract) -> Iterator[Mutation]:
    """Make all that one operator can do at one place: far more than are committed, for use with the oracle at hand."""
    number = 0
    for message, path, node in places(contract):
        for operator in OPERATORS:
            for pieces in alternatives(operator, node):
                whole = tree.replaced(messages(contract)[message], path, pieces)
                if is_document(whole):
                    yield Mutation(number, message, (operator,), (node.name,), tree.document(whole))
                    number += 1


@cache
def planned_edits(contract: MutatedContract) -> tuple[Edit, ...]:
    """Give every operator to every place, and let the alternatives take turns from place to place."""
    edits = []
    for turn, (message, path, node) in enumerate(places(contract)):
        for operator in OPERATORS:
            found = alternatives(operator, node)
            wanted = ALTERNATIVES.get(operator, len(found))
            if operator == "newcomer last" and node.name in OPEN_PLACES:
                wanted = len(NEWCOMERS)
            for alternative in spread(len(found), wanted, turn):
                if is_document(tree.replaced(messages(contract)[message], path, found[alternative])):
                    edits.append(Edit(message, path, operator, alternative))
    return tuple(edits)


def places(contract: MutatedContract) -> Iterator[tuple[str, tree.Path, Element]]:
    """Give each element once for what it stands in, its attributes, and whether it comes first, where it is first met.

    Elements that the contract leaves open are given once for what they already hold, too.
    """
    met = set()
    for message, root in messages(contract).items():
        for path, names, node in tree.walk(root):
            attributes = tuple(name for name, _ in node.attributes)
            held = tuple(child.name for child in node.children if isinstance(child, Element))
            place = (names[-3:], attributes, path[-1:] == (0,), held if node.name in OPEN_PLACES else ())
            if place not in met:
                met.add(place)
                yield message, path, node


def drawn_mutation(contract: MutatedContract, number: int) -> Mutation:
    """Do one to three things to a message, anywhere in it, as the number decides."""
    random = Random(f"{contract.seed}/{number}")
    message = pick(random, tuple(messages(contract)))
    pieces: Pieces = (messages(contract)[message],)
    operators, targets = [], []
    edits = pick(random, (1, 1, 2, 2, 3))
    while len(operators) < edits:
        index = next(index for index, piece in enumerate(pieces) if isinstance(piece, Element))
        root = pieces[index]
        assert isinstance(root, Element)
        path, _, node = pick(random, tuple(tree.walk(root)))
        operator = pick(random, tuple(OPERATORS))
        found = alternatives(operator, node)
        if not found:
            continue
        whole = (*pieces[:index], *tree.replaced(root, path, pick(random, found)), *pieces[index + 1 :])
        if is_document(whole):
            pieces = whole
            operators.append(operator)
            targets.append(node.name)
    return Mutation(number, message, tuple(operators), tuple(targets), tree.document(pieces))


@cache
def messages(contract: MutatedContract) -> dict[str, Element]:
    """Keep the base messages, so that what is made of them is made once."""
    return contract.messages()


@cache
def alternatives(operator: str, node: Element) -> tuple[Pieces, ...]:
    """Keep what an operator can do to an element."""
    return tuple(OPERATORS[operator](node))


def node_at(root: Element, path: tree.Path) -> Element:
    """Find the element at a path."""
    for index in path:
        child = root.children[index]
        assert isinstance(child, Element)
        root = child
    return root


def is_document(pieces: Pieces) -> bool:
    """Say whether the pieces are one root, with at most comments and processing instructions beside it."""
    beside = [piece for piece in pieces if not isinstance(piece, Element)]
    return len(pieces) - len(beside) == 1 and all(
        isinstance(piece, tree.Markup) and piece.text.startswith(("<!--", "<?")) for piece in beside
    )


def spread(available: int, wanted: int, turn: int) -> tuple[int, ...]:
    """Choose indexes as far apart as can be, beginning at another one for each turn."""
    wanted = min(available, wanted)
    return tuple(sorted({(turn * 7 + step * available // wanted) % available for step in range(wanted)}))


def pick(random: Random, choices: Sequence[T]) -> T:
    """Choose by `random()` alone: the only draw whose sequence Python promises to keep between versions."""
    return choices[int(random.random() * len(choices))]


# What a schema says about them.


def compiled(wsdl: Path) -> etree.XMLSchema:
    """Compile what a WSDL declares, all namespaces at once, as open places may hold any of their elements."""
    declared = etree.parse(str(wsdl)).find(".//{http://www.w3.org/2001/XMLSchema}schema")
    assert declared is not None
    return etree.XMLSchema(etree.fromstring(etree.tostring(declared), base_url=wsdl.resolve().as_uri()))


def complaints(schema: etree.XMLSchema, document: str) -> list[str]:
    """Say what a schema has against a document: nothing, when it is valid."""
    # Read anew for each schema: libxml2 keeps the Ids it has met in the document, and the next one would see them.
    valid = schema.validate(etree.fromstring(document))
    found = [f"{entry.type_name}: {entry.message}" for entry in schema.error_log]
    assert valid == (not found), found
    return found


def digests_of(documents: Sequence[str]) -> tuple[str, ...]:
    """Take one digest for each chunk of documents."""
    chunks = (documents[start : start + CHUNK] for start in range(0, len(documents), CHUNK))
    return tuple(hashlib.sha256("\n".join(chunk).encode()).hexdigest() for chunk in chunks)


# What is committed.


def read_verdicts(contract: MutatedContract) -> Verdicts:
    """Read the committed verdicts; another format, seed or count than is asked for now is refused."""
    path = contract.verdicts
    head, _, body = path.read_text(encoding="ascii").partition("\n\n")
    facts = dict(line.split(" ", 1) for line in head.splitlines()[1:])
    expected = {"format": str(FORMAT), "seed": contract.seed, "count": str(contract.count), "chunk": str(CHUNK)}
    found = {name: facts.get(name) for name in expected}
    if found != expected:
        raise ValueError(f"{path.name} holds {found}, but {expected} was asked for: write it again")
    lines = [line.split() for line in body.splitlines() if line]
    return Verdicts(
        bits="".join(words[0] for words in lines if len(words) == 1),
        digests=tuple(words[2] for words in lines if len(words) == 3),
    )


def write_verdicts(contract: MutatedContract, verdicts: Verdicts) -> None:
    """Write the verdicts so that a person can see where they changed."""
    lines = [
        "What the published contract says about each mutation: 1 valid, 0 invalid. Written by mutations.py.",
        f"format {FORMAT}",
        f"published {contract.name} {contract.version} RIVTABP21",
        f"seed {contract.seed}",
        f"count {contract.count}",
        f"chunk {CHUNK}",
        f"libxml2 {'.'.join(map(str, etree.LIBXML_VERSION))}",
    ]
    for index, digest in enumerate(verdicts.digests):
        start = index * CHUNK
        lines += ["", f"from {start} {digest}"]
        bits = verdicts.bits[start : start + CHUNK]
        lines += [bits[at : at + LINE] for at in range(0, len(bits), LINE)]
    contract.verdicts.write_text("\n".join(lines) + "\n", encoding="ascii", newline="\n")


def show(contract: MutatedContract, number: int, schemas: dict[str, etree.XMLSchema]) -> None:
    """Print one mutation and what is said about it."""
    mutation = next(mutation for mutation in mutations(contract) if mutation.number == number)
    print(f"{mutation.message}: {', '.join(mutation.operators)} ({', '.join(mutation.targets)})")
    print(mutation.document)
    for name, schema in schemas.items():
        print(f"{name}: {complaints(schema, mutation.document) or 'valid'}")


def write(contract: MutatedContract, published: etree.XMLSchema) -> None:
    """Ask the published contract about every mutation, and write down what it says."""
    made = tuple(mutations(contract))
    bits = "".join("01"[not complaints(published, mutation.document)] for mutation in made)
    write_verdicts(contract, Verdicts(bits, digests_of([mutation.document for mutation in made])))
    planned = len(planned_edits(contract))
    print(f"{contract}: {len(bits)} verdicts, {bits.count('1') / len(bits):.0%} valid, {planned} of them planned")


def main(arguments: Sequence[str] | None = None) -> None:
    """Show one mutation, or write the verdicts of an oracle."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.contract.mutations", description="Mutations of the contracts."
    )
    short = [str(contract) for contract in CONTRACTS]
    parser.add_argument("--contract", choices=short, help="which one; all of them where it is not said")
    parser.add_argument("--oracle", type=Path, metavar="DIR", help="folder of the published contracts")
    parser.add_argument("--write", action="store_true", help="write the oracle's verdicts to verdicts/")
    parser.add_argument("--show", type=int, metavar="NUMBER", help="print one mutation and what is said about it")
    options = parser.parse_args(arguments)
    if options.write and not options.oracle:
        parser.error("--write needs --oracle DIR")
    for contract in CONTRACTS:
        if options.contract in (None, str(contract)):
            schemas = {"ours": compiled(contract.wsdl)}
            if options.oracle:
                schemas["published"] = compiled(options.oracle / contract.published_wsdl)
            if options.show is not None:
                show(contract, options.show, schemas)
            if options.write:
                write(contract, schemas["published"])


if __name__ == "__main__":
    main()
