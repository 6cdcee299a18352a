"""XML as small immutable values, written by hand so that the same value gives the same bytes everywhere.

The mutations build their documents from these and never through an XML library:
prefixes, attribute order and escaping are fixed here, so a digest taken on one machine holds on every other.
Every prefix is declared on the root, whether it is used or not; a piece of a document therefore reads the same
wherever it is put, and its text is made only once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

# One fixed prefix per namespace; "x" is foreign to all contracts, and a name without prefix is in no namespace.
# What belongs to one contract alone is foreign to the others, and must be treated as such by them.
NAMESPACES = {
    "s": "urn:riv:clinicalprocess:healthcond:certificate:CertificateStatusUpdateForCareResponder:3",
    "s32": "urn:riv:clinicalprocess:healthcond:certificate:CertificateStatusUpdateForCareResponder:3.2",
    "c": "urn:riv:clinicalprocess:healthcond:certificate:3",
    "c32": "urn:riv:clinicalprocess:healthcond:certificate:3.2",
    "c34": "urn:riv:clinicalprocess:healthcond:certificate:3.4",
    "t": "urn:riv:clinicalprocess:healthcond:certificate:types:3",
    "r": "urn:riv:itintegration:registry:1",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
    "xf": "http://www.w3.org/2002/06/xmldsig-filter2",
    "c33": "urn:riv:clinicalprocess:healthcond:certificate:3.3",
    "d": "urn:riv:clinicalprocess:healthcond:certificate:CreateDraftCertificateResponder:3",
    "l": "urn:riv:clinicalprocess:healthcond:certificate:ListCertificatesForCareWithQAResponder:3",
    "m": "urn:riv:clinicalprocess:healthcond:certificate:SendMessageToCareResponder:2",
    "xs": "http://www.w3.org/2001/XMLSchema",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "x": "urn:example:foreign",
}

DECLARATIONS = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())


@dataclass(frozen=True)
class Markup:
    """A comment, a processing instruction, a CDATA section or blanks between elements, written as they stand."""

    text: str


@dataclass(frozen=True)
class Element:
    """An element: a prefixed name, attributes in order, and children that are elements, text or markup."""

    name: str
    attributes: tuple[tuple[str, str], ...] = ()
    children: tuple[Piece, ...] = ()

    @cached_property
    def text(self) -> str:
        return self._written("")

    @property
    def as_root(self) -> str:
        return self._written(DECLARATIONS)

    def _written(self, declarations: str) -> str:
        attributes = "".join(f' {name}="{_escaped(value)}"' for name, value in self.attributes)
        content = "".join(written(child) for child in self.children)
        return f"<{self.name}{declarations}{attributes}>{content}</{self.name}>"

    @property
    def is_leaf(self) -> bool:
        return not any(isinstance(child, Element) for child in self.children)

    def renamed(self, name: str) -> Element:
        return Element(name, self.attributes, self.children)

    def holding(self, *children: Piece) -> Element:
        return Element(self.name, self.attributes, children)

    def carrying(self, attributes: tuple[tuple[str, str], ...]) -> Element:
        return Element(self.name, attributes, self.children)


Piece = Element | Markup | str
Path = tuple[int, ...]


def element(name: str, *children: Piece, **attributes: str) -> Element:
    """Make an element; an attribute whose name has a colon or a dash is added with `carrying`."""
    return Element(name, tuple(attributes.items()), children)


def written(piece: Piece) -> str:
    """Write a piece of a document."""
    return _escaped(piece) if isinstance(piece, str) else piece.text


def document(pieces: tuple[Piece, ...]) -> str:
    """Write a whole document: one root, with nothing but comments and processing instructions beside it."""
    return "".join(piece.as_root if isinstance(piece, Element) else written(piece) for piece in pieces)


def walk(
    node: Element, path: Path = (), names: tuple[str, ...] = ()
) -> Iterator[tuple[Path, tuple[str, ...], Element]]:
    """Go through a tree in document order, with each element's position and the names on the way to it."""
    names = (*names, node.name)
    yield path, names, node
    for index, child in enumerate(node.children):
        if isinstance(child, Element):
            yield from walk(child, (*path, index), names)


def replaced(root: Element, path: Path, pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """Put pieces in the place of the element at the path; what is returned stands where the root stood."""
    if not path:
        return pieces
    index = path[0]
    child = root.children[index]
    assert isinstance(child, Element)
    below = replaced(child, path[1:], pieces)
    return (root.holding(*root.children[:index], *below, *root.children[index + 1 :]),)


def _escaped(text: str) -> str:
    for plain, reference in ESCAPES.items():
        text = text.replace(plain, reference)
    return text


# Line ends and tabs are written as references, or an XML reader would turn them into blanks in attributes.
ESCAPES: Mapping[str, str] = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;"}
