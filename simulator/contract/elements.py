"""The small elements that all interactions are made of, ids, codes and moments: written, and read from valid ones.

A valid document may still hold what no value of ours can, such as midnight of the last day of year 9999; it is then
`UnreadableXml`. Nothing here knows in which message it stands.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from lxml import etree

from simulator.certificate.identity import CertificateId
from simulator.clock import SWEDISH_TIME
from simulator.contract import names
from simulator.contract.inbound import CertificateReference, Code
from simulator.contract.reading import UnreadableXml
from simulator.contract.reply import Result, Unreadability
from simulator.contract.writing import OTHER_PREFIXES, OWN, REQUEST_PREFIXES

sub = etree.SubElement

_PREFIXES = {
    prefix: uri for prefix, uri in (REQUEST_PREFIXES | OTHER_PREFIXES).items() if prefix not in ("csu", "csu2")
}


def content_element(tag: str) -> etree._Element:
    """A request or an answer, still empty, with the prefixes that its envelope will have."""
    # Not later: the digest of a signed certificate in it depends on them.
    return etree.Element(tag, nsmap={OWN: etree.QName(tag).namespace or "", **_PREFIXES})


def write_text(parent: etree._Element, tag: str, text: str | None) -> None:
    """An element with text; none at all where there is no text to write."""
    if text is not None:
        sub(parent, tag).text = text


def write_id(parent: etree._Element, tag: str, root: str, extension: str) -> None:
    """An id: who issues the number, and the number."""
    element = sub(parent, tag)
    sub(element, names.ROOT).text = root
    sub(element, names.EXTENSION).text = extension


def write_code(parent: etree._Element, tag: str, code: Code) -> None:
    """A code of a code system, with its name where it has one."""
    element = sub(parent, tag)
    sub(element, names.CODE).text = code.code
    sub(element, names.CODE_SYSTEM).text = code.code_system
    write_text(element, names.DISPLAY_NAME, code.display_name)


def write_result(parent: etree._Element, tag: str, result: Result) -> None:
    """The verdict in an answer."""
    element = sub(parent, tag)
    write_text(element, names.RESULT_CODE, result.result_code)
    write_text(element, names.RESULT_TEXT, result.text)
    write_text(element, names.ERROR_ID, result.error_id)


def child(parent: etree._Element, tag: str) -> etree._Element | None:
    """The first child of this name, found without lxml's language of paths, which takes ten times as long."""
    for found in parent.iterchildren(tag):
        return found
    return None


def at(element: etree._Element | None, *tags: str) -> etree._Element | None:
    """What stands at the end of a way of children, or None where the way ends before."""
    for tag in tags:
        if element is None:
            return None
        element = child(element, tag)
    return element


def the(parent: etree._Element, tag: str) -> etree._Element:
    """The child that every valid element of the kind has."""
    found = parent.find(tag)
    assert found is not None, f"a valid {parent.tag!s} has {tag}"
    return found


def text_of(parent: etree._Element, tag: str) -> str:
    """The text of a child; empty where there is none."""
    return parent.findtext(tag) or ""


def extension_of(parent: etree._Element, tag: str) -> str:
    """The number of an id that every valid element of the kind has."""
    return text_of(the(parent, tag), names.EXTENSION)


def read_code(element: etree._Element, code_system: str | None = None) -> Code:
    """A code; where the contract fixes its system it may be written as nothing, so say which one it then is."""
    return Code(
        text_of(element, names.CODE),
        text_of(element, names.CODE_SYSTEM) or code_system or "",
        element.findtext(names.DISPLAY_NAME),
    )


def read_certificate_reference(element: etree._Element) -> CertificateReference:
    """Read an `intygs-id`."""
    return CertificateReference(
        text_of(element, names.ROOT), CertificateId.as_received(text_of(element, names.EXTENSION))
    )


def read_result(element: etree._Element) -> Result:
    """The verdict in an answer."""
    return Result(
        result_code=element.findtext(names.RESULT_CODE),
        text=element.findtext(names.RESULT_TEXT),
        error_id=element.findtext(names.ERROR_ID),
    )


def read_moment(text: str) -> datetime:
    """A moment of Swedish time, the first of two where the clock is set back."""
    day, _, time = text.strip().partition("T")
    try:
        # The one time of day that XML Schema has and Python has not: the end of a day.
        if time.startswith("24:"):
            return datetime.fromisoformat(f"{day}T00:00:00").replace(tzinfo=SWEDISH_TIME) + timedelta(days=1)
        return datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=SWEDISH_TIME)
    except (ValueError, OverflowError) as error:
        raise UnreadableXml(Unreadability.INVALID, f"{text.strip()}: {error}") from None


def read_day(text: str) -> date:
    """A day."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise UnreadableXml(Unreadability.INVALID, f"{text.strip()}: {error}") from None


def read_number(text: str) -> float:
    """A number; libxml2 lets some through, such as 1e, that are none."""
    try:
        return float(text)
    except ValueError as error:
        raise UnreadableXml(Unreadability.INVALID, str(error)) from None
