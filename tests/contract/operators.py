"""What can be done to one element of a message: each operator lists its alternatives.

An alternative is the pieces that will stand where the element stood; none at all means that it is dropped.
The order of the alternatives is part of what the committed verdicts rest on: add new ones last, and write the
verdicts again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

from tests.contract import values
from tests.contract.base_messages import HSA_ROOT, LICENCES, code, foreign, hsa_id, identity, typed
from tests.contract.tree import NAMESPACES, Element, Markup, Piece, element

Pieces = tuple[Piece, ...]
Operator = Callable[[Element], Iterator[Pieces]]

TYPE_NAMES = (
    *("t:IIType", "t:HsaId", "t:PersonId", "t:IntygId", "t:ArbetsplatsKod"),
    *("t:CVType", "t:Handelsekod", "t:Amneskod", "t:TypAvIntyg", "t:TypAvRelation", "t:Part", "t:Statuskod"),
    *("t:Befattning", "t:LegitimeratYrkeType", "t:KallaAdressuppgifterType", "t:Specialistkompetens"),
    *("t:DateType", "t:TimeStampType", "t:TimeStampMedMillisekunder", "t:DatePeriodType", "t:TimePeriodType"),
    *("t:PartialDateType", "t:PartialDateTypeValue", "t:PartialDateTypeFormatEnum", "t:PQType", "t:PQIntervalType"),
    *("t:nonEmptyString", "t:PersonIdRoot", "t:PersonIdExtension", "t:UnderskriftType"),
    *("c:Intyg", "c:HosPersonal", "c:Enhet", "c:Vardgivare", "c:Patient", "c:MeddelandeReferens", "c:Svar"),
    *("c:FrageIdType", "c:DelfrageIdType", "c:ResultType", "c:ResultCodeType", "c:ErrorIdType", "c:IntygsStatus"),
    *("c:Handelse", "c:Arenden", "c:Relation", "r:LogicalAddressType"),
    *("s:CertificateStatusUpdateForCareType", "s:CertificateStatusUpdateForCareResponseType"),
    *("ds:CryptoBinary", "ds:DigestValueType", "ds:HMACOutputLengthType", "ds:SignatureType", "ds:SignedInfoType"),
    *("ds:SignatureValueType", "ds:CanonicalizationMethodType", "ds:SignatureMethodType", "ds:ReferenceType"),
    *("ds:TransformsType", "ds:TransformType", "ds:DigestMethodType", "ds:KeyInfoType", "ds:KeyValueType"),
    *("ds:RetrievalMethodType", "ds:X509DataType", "ds:X509IssuerSerialType", "ds:PGPDataType", "ds:SPKIDataType"),
    *("ds:ObjectType", "ds:ManifestType", "ds:SignaturePropertiesType", "ds:SignaturePropertyType"),
    *("ds:DSAKeyValueType", "ds:RSAKeyValueType", "xf:XPathType"),
    *("xs:string", "xs:int", "xs:short", "xs:integer", "xs:date", "xs:token", "xs:anyType", "xs:base64Binary"),
    *("t:Unknown", "unknown:Type", "Unprefixed"),
    *("c33:Forifyllnad", "d:CreateDraftCertificateType", "d:CreateDraftCertificateResponseType", "d:Intyg"),
    *("d:HosPersonal", "d:Enhet", "l:ListCertificatesForCareWithQAType", "l:ListCertificatesForCareWithQAResponseType"),
    *("l:List", "l:ListItem", "l:HandelseList", "m:SendMessageToCareType", "m:SendMessageToCareResponseType"),
)

BAD_DATE = element("t:date", "2024-13-01")

# Elements that an open place may or may not let in: foreign, known and right, known and wrong.
NEWCOMERS: tuple[Element, ...] = (
    foreign(),
    element("x:text", "text"),
    element("unqualified", "text"),
    element("s:unknown"),
    element("s32:unknown"),
    element("c:unknown"),
    element("c32:unknown"),
    element("t:unknown", "text"),
    element("ds:unknown"),
    element("xs:unknown"),
    element("x:extra", BAD_DATE),
    element("x:extra", element("x:inner", element("t:ii", element("t:root", "1")))),
    element("x:extra", element("x:inner", element("t:ii", element("t:extension", "1")))),
    typed("x:extra", "t:HsaId", element("t:root", HSA_ROOT), element("t:extension", "TST-1")),
    typed("x:extra", "t:HsaId", element("t:root", "1.2.3"), element("t:extension", "TST-1")),
    typed("x:extra", "t:Unknown"),
    typed("x:extra", "xs:int", "1"),
    typed("x:extra", "xs:int", "text"),
    typed("x:extra", "c:MeddelandeReferens", element("c:meddelande-id"), element("x:text")),
    typed("x:extra", "c:MeddelandeReferens", element("c:referens-id"), element("c:meddelande-id")),
    typed("x:extra", "c:MeddelandeReferens", element("c:meddelande-id"), element("c:referens-id"), BAD_DATE),
    element("t:date", "2024-05-13"),
    BAD_DATE,
    element("t:timestamp", "2024-05-13T08:15:30"),
    element("t:timestamp", "2024-05-13T08:15:30.123"),
    element("t:datePeriod"),
    element("t:datePeriod", element("t:end", "2024-05-13"), element("t:start", "2024-05-13")),
    element("t:timePeriod", element("t:end", "2024-05-13T08:15:30")),
    element("t:timePeriod", element("t:end", "2024-05-13")),
    element("t:partialDate", element("t:format", "YYYY"), element("t:value", "2024-02-31")),
    element("t:partialDate", element("t:format", "yyyy"), element("t:value", "2024")),
    element("t:partialDate", element("t:value", "2024")),
    element("t:pq", element("t:value", "1"), element("t:unit")),
    element("t:pq", element("t:value", "1")),
    element("t:pqInterval", element("t:unit", "h")),
    element("t:pqInterval", element("t:high", "1"), element("t:low", "1"), element("t:unit", "h")),
    element("t:ii", element("t:root")),
    element("t:ii", element("t:extension", "1")),
    code("t:cv", "1", "2"),
    element("t:cv", element("t:code", "1")),
    typed("t:cv", "t:Part", element("t:code", "1"), element("t:codeSystem", LICENCES)),
    code("c32:legitimeratYrke", "LK", LICENCES),
    code("c32:legitimeratYrke", "LK", "1.2.3"),
    code("c32:kallaAdressuppgifter", "PU", ""),
    code("c32:kallaAdressuppgifter", "PU", "1.2.3"),
    element("c32:underskrift"),
    hsa_id("c34:hanteratAv", "TST-1"),
    hsa_id("c34:hanteratAv", ""),
    hsa_id("s32:hanteratAv", "TST-1"),
    identity("s32:hanteratAv", "1.2.3", "TST-1"),
    element("s:CertificateStatusUpdateForCareResponse", element("s:result", element("c:resultCode", "OK"))),
    element("s:CertificateStatusUpdateForCareResponse", element("s:result", element("c:resultCode", "ok"))),
    element("r:LogicalAddress", "TST-1"),
    element("r:LogicalAddress", foreign()),
    element("ds:KeyName", "text"),
    element("ds:KeyName", foreign()),
    element("ds:DigestValue", "####"),
    element("ds:X509Data"),
    element("ds:Object"),
    element("xf:XPath", "/", Filter="union"),
    element("xf:XPath", "/", Filter="none"),
    # Each of these is known to one contract alone.
    element("c33:forifyllnad"),
    element("c33:forifyllnad", element("c33:svar", element("c:delsvar", id="1.1"), id="1")),
    element("c33:forifyllnad", element("c33:svar", element("c:delsvar", id="1"), id="1")),
    element("d:unknown"),
    element("d:CreateDraftCertificateResponse", element("d:result", element("c:resultCode", "OK"))),
    element("d:CreateDraftCertificateResponse", identity("d:intygs-id", "TST-UNIT-1", "1")),
    element("l:unknown"),
    element("l:ListCertificatesForCareWithQAResponse", element("l:list")),
    element("l:ListCertificatesForCareWithQAResponse", element("l:item")),
    element("m:unknown"),
    element("m:SendMessageToCareResponse", element("m:result", element("c:resultCode", "INFO"))),
    element("m:SendMessageToCareResponse"),
)


def whole(node: Element, *, around: Callable[[str], Pieces]) -> Element:
    """Put something around each piece of text in an element."""
    pieces: list[Piece] = []
    for child in node.children:
        pieces.extend(around(child) if isinstance(child, str) else (child,))
    return node.holding(*pieces)


def text_of(node: Element) -> str:
    """Join the text that stands directly in an element."""
    return "".join(child for child in node.children if isinstance(child, str))


# Structure.


def dropped(node: Element) -> Iterator[Pieces]:
    """Leave the element out."""
    yield ()


def doubled(node: Element) -> Iterator[Pieces]:
    """Say it twice, with or without the same Ids, or five times."""
    copy = without_ids(node)
    yield node, node
    yield node, copy
    yield node, copy, copy, copy, copy


def without_ids(node: Element) -> Element:
    """Copy an element without its Ids, which must be unique in a document."""
    children = tuple(without_ids(child) if isinstance(child, Element) else child for child in node.children)
    return Element(node.name, tuple(pair for pair in node.attributes if pair[0] != "Id"), children)


def content_doubled(node: Element) -> Iterator[Pieces]:
    """Say everything inside the element twice."""
    if not node.is_leaf:
        yield (node.holding(*node.children, *without_ids(node).children),)


def pair_doubled(node: Element) -> Iterator[Pieces]:
    """Say two neighbours twice, as a pair."""
    indexes = [index for index, child in enumerate(node.children) if isinstance(child, Element)]
    for one, other in pairwise(indexes):
        pair = without_ids(node).children[one : other + 1]
        yield (node.holding(*node.children[: other + 1], *pair, *node.children[other + 1 :]),)


def with_parts_of_its_base_type(node: Element) -> Iterator[Pieces]:
    """Add what the unrestricted code type allows, each in the place that it would have there."""
    names = [child.name if isinstance(child, Element) else "" for child in node.children]
    if "t:code" in names:
        at = names.index("t:codeSystem" if "t:codeSystem" in names else "t:code") + 1
        system_name, system_version = element("t:codeSystemName", "Kodverk"), element("t:codeSystemVersion", "1")
        yield (node.holding(*node.children[:at], system_name, *node.children[at:]),)
        yield (node.holding(*node.children[:at], system_version, *node.children[at:]),)
        yield (node.holding(*node.children, element("t:originalText", "Text")),)
        yield (node.holding(*node.children[:at], element("t:codeSystem", ""), *node.children[at:]),)


def swapped(node: Element) -> Iterator[Pieces]:
    """Let two neighbours change places, or let the first one go last."""
    indexes = [index for index, child in enumerate(node.children) if isinstance(child, Element)]
    for one, other in pairwise(indexes):
        children = list(node.children)
        children[one], children[other] = children[other], children[one]
        yield (node.holding(*children),)
    if len(indexes) > 2:
        yield (node.holding(*node.children[1:], node.children[0]),)
        yield (node.holding(*reversed(node.children)),)


def renamed(node: Element) -> Iterator[Pieces]:
    """Misspell the name, or call the element something else."""
    prefix, _, local = node.name.rpartition(":")
    for name in (local + "X", local.swapcase(), local[:-1] or "x", local.replace("-", "") + "_"):
        yield (node.renamed(f"{prefix}:{name}" if prefix else name),)
    for name in ("t:date", "t:ii", "x:foreign", "c:intygs-id", "ds:Object"):
        if name != node.name:
            yield (node.renamed(name),)


def moved_to_another_namespace(node: Element) -> Iterator[Pieces]:
    """Keep the name in another namespace, or in none, alone or with all that is inside."""
    prefix, _, local = node.name.rpartition(":")
    for other in NAMESPACES:
        if other not in (prefix, "xs", "xsi"):
            yield (node.renamed(f"{other}:{local}"),)
    yield (node.renamed(local),)
    for other in ("s", "c", "t", "d", "l", "m"):
        if other != prefix and not node.is_leaf:
            yield (moved_with_descendants(node, prefix, other),)


def moved_with_descendants(node: Element, prefix: str, other: str) -> Element:
    """Move an element, and what is inside it of the same namespace, to another one."""
    own, _, local = node.name.rpartition(":")
    children = tuple(
        moved_with_descendants(child, prefix, other) if isinstance(child, Element) else child for child in node.children
    )
    return Element(f"{other}:{local}" if own == prefix else node.name, node.attributes, children)


def wrapped(node: Element) -> Iterator[Pieces]:
    """Put the element inside another one."""
    yield (element(node.name, node),)
    yield (element("x:wrapper", node),)


def unwrapped(node: Element) -> Iterator[Pieces]:
    """Let the content stand in the place of the element."""
    if not node.is_leaf:
        yield node.children


def emptied(node: Element) -> Iterator[Pieces]:
    """Take out everything, or everything but a blank."""
    if node.children:
        yield (node.holding(),)
        yield (node.holding(" "),)


# Content.


def with_text_between(node: Element) -> Iterator[Pieces]:
    """Write text beside the children."""
    yield from beside_children(node, "text")


def with_blanks_between(node: Element) -> Iterator[Pieces]:
    """Write blanks beside the children: some should not matter, and some are no blanks to an XML reader."""
    for blank in (Markup("\n  "), Markup("\u00a0"), Markup("<![CDATA[ ]]>")):
        yield from beside_children(node, blank)


def beside_children(node: Element, piece: Piece) -> Iterator[Pieces]:
    """Put a piece first, last, and after the first child."""
    yield (node.holding(piece, *node.children),)
    yield (node.holding(*node.children, piece),)
    if len(node.children) > 1:
        yield (node.holding(node.children[0], piece, *node.children[1:]),)


def with_newcomer(node: Element) -> Iterator[Pieces]:
    """Put an element last among the children; this is where the contract's open places are."""
    for newcomer in NEWCOMERS:
        yield (node.holding(*node.children, newcomer),)


def with_newcomer_first(node: Element) -> Iterator[Pieces]:
    """Put an element first among the children."""
    for newcomer in NEWCOMERS:
        yield (node.holding(newcomer, *node.children),)


def with_newcomer_beside(node: Element) -> Iterator[Pieces]:
    """Put an element after this one, or before it."""
    for newcomer in NEWCOMERS:
        yield node, newcomer
        yield newcomer, node


def replaced_by_newcomer(node: Element) -> Iterator[Pieces]:
    """Put another element in its place."""
    for newcomer in NEWCOMERS:
        if newcomer.name != node.name:
            yield (newcomer,)


def with_other_value(node: Element) -> Iterator[Pieces]:
    """Exchange the text for another value, right or wrong."""
    if node.is_leaf:
        for value in values.element_values(text_of(node)):
            yield (node.holding(*((value,) if value else ())),)


def padded(node: Element) -> Iterator[Pieces]:
    """Put blanks around the text or inside it, or something after it."""
    text = text_of(node)
    if node.is_leaf and text:
        for value in (f" {text}", f"{text} ", f"\n\t{text}\n", f"{text}\u00a0", f"{text[0]} {text[1:]}"):
            yield (node.holding(value),)
        for ending in ("Z", "+02:00", ".5"):
            yield (node.holding(text + ending),)


# Attributes.


def without_attribute(node: Element) -> Iterator[Pieces]:
    """Leave an attribute out."""
    for pair in node.attributes:
        yield (node.carrying(tuple(other for other in node.attributes if other != pair)),)


def with_other_attribute_value(node: Element) -> Iterator[Pieces]:
    """Exchange an attribute's value."""
    for index, (name, value) in enumerate(node.attributes):
        for other in values.attribute_values(name, value, TYPE_NAMES):
            pairs = list(node.attributes)
            pairs[index] = (name, other)
            yield (node.carrying(tuple(pairs)),)


def with_attribute(node: Element) -> Iterator[Pieces]:
    """Add an attribute that is unknown, or known elsewhere."""
    taken = {name for name, _ in node.attributes}
    for name, value in (
        ("unknown", "1"),
        ("x:unknown", "1"),
        ("id", "1"),
        ("id", "1.1"),
        ("Id", "added"),
        ("Algorithm", "urn:example:other"),
        ("URI", "#added"),
        ("Filter", "union"),
        ("xml:lang", "sv"),
        ("xsi:schemaLocation", "urn:example:foreign nowhere.xsd"),
    ):
        if name not in taken:
            yield (node.carrying((*node.attributes, (name, value))),)


def with_nil(node: Element) -> Iterator[Pieces]:
    """Say that the element is nil, with and without content."""
    if any(name == "xsi:nil" for name, _ in node.attributes):
        return
    for value in ("true", "false", "maybe"):
        yield (node.carrying((*node.attributes, ("xsi:nil", value))),)
    yield (node.carrying((*node.attributes, ("xsi:nil", "true"))).holding(),)


def with_type(node: Element) -> Iterator[Pieces]:
    """Say that the element is of some type."""
    if not any(name == "xsi:type" for name, _ in node.attributes):
        for type_name in TYPE_NAMES:
            yield (node.carrying((*node.attributes, ("xsi:type", type_name))),)


# What a reader must look past.


def with_comment(node: Element) -> Iterator[Pieces]:
    """Put a comment before, inside, or in the middle of the text."""
    comment = Markup("<!-- 2024 -->")
    yield comment, node
    yield (node.holding(comment, *node.children),)
    yield (node.holding(*node.children, comment),)
    yield (whole(node, around=lambda text: (written_half(text, 0), comment, written_half(text, 1))),)


def with_instruction(node: Element) -> Iterator[Pieces]:
    """Put a processing instruction after, inside, or in the middle of the text."""
    instruction = Markup("<?example 2024?>")
    yield node, instruction
    yield (node.holding(instruction, *node.children),)
    yield (node.holding(*node.children, instruction),)
    yield (whole(node, around=lambda text: (written_half(text, 0), instruction, written_half(text, 1))),)


def with_cdata(node: Element) -> Iterator[Pieces]:
    """Write the text, or half of it, as a CDATA section."""
    if text_of(node):
        yield (whole(node, around=lambda text: (cdata(text),)),)
        yield (whole(node, around=lambda text: (written_half(text, 0), cdata(written_half(text, 1)))),)


def cdata(text: str) -> Markup:
    """Make a CDATA section."""
    return Markup(f"<![CDATA[{text}]]>")


def written_half(text: str, half: int) -> str:
    """Cut a text in two, and give one half."""
    middle = len(text) // 2
    return text[middle:] if half else text[:middle]


OPERATORS: dict[str, Operator] = {
    "dropped": dropped,
    "doubled": doubled,
    "content doubled": content_doubled,
    "pair doubled": pair_doubled,
    "parts of its base type": with_parts_of_its_base_type,
    "swapped": swapped,
    "renamed": renamed,
    "moved to another namespace": moved_to_another_namespace,
    "wrapped": wrapped,
    "unwrapped": unwrapped,
    "emptied": emptied,
    "text between": with_text_between,
    "blanks between": with_blanks_between,
    "newcomer last": with_newcomer,
    "newcomer first": with_newcomer_first,
    "newcomer beside": with_newcomer_beside,
    "replaced by newcomer": replaced_by_newcomer,
    "other value": with_other_value,
    "padded": padded,
    "attribute dropped": without_attribute,
    "attribute changed": with_other_attribute_value,
    "attribute added": with_attribute,
    "nil": with_nil,
    "type": with_type,
    "comment": with_comment,
    "instruction": with_instruction,
    "cdata": with_cdata,
}
