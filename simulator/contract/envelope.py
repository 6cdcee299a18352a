"""Values into SOAP bytes and back: a status update on its way out, an answer on its way home.

What journal systems and recipients ask of Webcert travels in the same envelope; `create_draft` and its neighbours write
what stands in it.

Everything that leaves is checked against the contract first; a status update by `breach_of`, at its attempt. Whatever
comes in becomes a value: what cannot be read is `Unreadable` with its reason, since a broken answer is an outcome.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from simulator.certificate.identity import LogicalAddress
from simulator.contract import message, names
from simulator.contract.elements import at, child
from simulator.contract.reading import UnreadableXml, read_own_xml, read_xml
from simulator.contract.reply import Answered, Fault, RawAnswer, Result, Unreadability, Unreadable
from simulator.contract.schema import Contract
from simulator.contract.status_update import StatusUpdate
from simulator.contract.writing import element, text_element, with_prefixes
from simulator.errors import ContractError
from simulator.sentence import say

_REPLY_PREFIXES = {"soap": names.SOAP, "csu": names.RESPONDER, "core": names.CORE}

_RESULT_PARTS = frozenset({names.RESULT_CODE, names.RESULT_TEXT, names.ERROR_ID})

# SOAP 1.1, 4.4.1: a fault's code is a qualified name of the envelope's namespace.
FAULT_CLIENT = "Client"
FAULT_SERVER = "Server"

# What a fault says of a request that could not be opened; the wording is not "Unmarshalling Error", with which a
# mocked journal system would end Webcert's redelivery.
_PROBLEMS: Mapping[Unreadability, str] = {
    Unreadability.EMPTY: "The request is empty",
    Unreadability.NOT_XML: "The request is not well-formed XML",
    Unreadability.DTD: "The request has a DTD, which SOAP forbids",
    Unreadability.TOO_LARGE: "The request is larger than this system takes",
    Unreadability.NOT_SOAP: "The request is not a SOAP 1.1 envelope",
    Unreadability.FOREIGN: "The SOAP body holds something else than {interaction}",
    Unreadability.RESULT_MISSING: "The SOAP body is empty",
    Unreadability.INVALID: "The SOAP envelope has no body",
}


def write_status_update(update: StatusUpdate) -> bytes:
    """The SOAP envelope of a status update; whether the contract takes it follows from what the update says."""
    header = element(names.HEADER, text_element(names.LOGICAL_ADDRESS, update.logical_address))
    return with_prefixes(element(names.ENVELOPE, header, element(names.BODY, message.write_request(update))))


def breach_of(document: bytes, contract: Contract) -> str | None:
    """What the contract holds against a status update of ours, or None where it may leave."""
    # Read again, so that it is the very bytes which are checked, whatever text stands in them. The address needs no
    # asking: any text is one to the contract, and this one was checked when it was born.
    try:
        return contract.first_error(read_own_xml(document)[-1][0])
    except UnreadableXml as unreadable:
        return unreadable.detail


# What we have written ourselves can be changed as text, and the rest of its bytes stays as it is.
_ADDRESS = re.compile(rb"(<(\w+):LogicalAddress>)[^<]*(</\2:LogicalAddress>)")
_SIGNATURE = re.compile(rb"<(\w+):underskrift>.*</\1:underskrift>", re.DOTALL)


def readdressed(document: bytes, address: LogicalAddress) -> bytes:
    """A status update of ours, to another unit; an HSA-id needs no escaping."""
    changed, times = _ADDRESS.subn(lambda found: found[1] + address.encode() + found[3], document)
    assert times == 1, "we have written one address"
    return changed


def unsigned(document: bytes) -> bytes:
    """A status update of ours without the certificate's signature."""
    return _SIGNATURE.sub(b"", document)


def write_content(content: etree._Element, contract: Contract, logical_address: str | None = None) -> bytes:
    """The SOAP envelope of a request, which has an address, or of an answer, which has none.

    Raises ContractError where the contract has something against the content.
    """
    envelope = etree.Element(names.ENVELOPE, nsmap=content.nsmap)
    if logical_address is not None:
        etree.SubElement(etree.SubElement(envelope, names.HEADER), names.LOGICAL_ADDRESS).text = logical_address
    etree.SubElement(envelope, names.BODY).append(content)
    error = contract.first_error(content)
    if error is not None:
        raise ContractError(say("a message of ours breaks the contract: {error}", error=error))
    return _document(envelope)


@lru_cache(maxsize=256)
def write_result(result: Result) -> bytes:
    """The SOAP envelope of an answer; not checked, since a mocked journal system may answer what it must not."""
    envelope, body = _reply_envelope()
    content = etree.SubElement(etree.SubElement(body, names.RESPONSE), names.RESULT)
    if result.result_code is not None:
        etree.SubElement(content, names.RESULT_CODE).text = result.result_code
    if result.text is not None:
        etree.SubElement(content, names.RESULT_TEXT).text = result.text
    if result.error_id is not None:
        etree.SubElement(content, names.ERROR_ID).text = result.error_id
    return _document(envelope)


def write_fault(fault: Fault) -> bytes:
    """The SOAP 1.1 envelope of a fault; RIV-TA sends it with HTTP status 500."""
    envelope, body = _reply_envelope()
    element = etree.SubElement(body, names.FAULT)
    etree.SubElement(element, "faultcode").text = f"soap:{fault.code}"
    etree.SubElement(element, "faultstring").text = fault.text
    if fault.detail:
        etree.SubElement(etree.SubElement(element, "detail"), "detailString").text = fault.detail
    return _document(envelope)


def _reply_envelope() -> tuple[etree._Element, etree._Element]:
    envelope = etree.Element(names.ENVELOPE, nsmap=_REPLY_PREFIXES)
    return envelope, etree.SubElement(envelope, names.BODY)


def _document(envelope: etree._Element) -> bytes:
    return etree.tostring(envelope, xml_declaration=True, encoding="UTF-8")


@dataclass(frozen=True)
class Request:
    """A request as it arrived: its address, its element, and what the contract holds against it."""

    logical_address: str | None
    element: etree._Element
    schema_error: str | None


def open_request(document: bytes, contract: Contract) -> Request:
    """Open what a caller sent; raises UnreadableXml where the contract's request is not in it."""
    envelope = read_xml(document)
    request = _body_content(envelope)
    if request is None or request.tag != contract.interaction.request:
        raise UnreadableXml(
            Unreadability.FOREIGN if request is not None else Unreadability.RESULT_MISSING,
            "" if request is None else str(request.tag),
        )
    address = at(envelope, names.HEADER, names.LOGICAL_ADDRESS)
    error = contract.first_error(request)
    return Request(None if address is None else address.text or "", request, error)


def unreadable(error: UnreadableXml, contract: Contract) -> Fault:
    """What is answered to a request that cannot be opened."""
    text = _PROBLEMS[error.reason].format(interaction=contract.interaction.name)
    return Fault(FAULT_CLIENT, text + (f": {error.detail}" if error.detail else ""))


def open_answer(document: bytes, contract: Contract) -> etree._Element | Fault:
    """Open what a caller was answered: the contract's response, or a fault; raises UnreadableXml where it is neither.

    A response that the schemas do not find valid is neither, too.
    """
    content = _body_content(read_xml(document))
    if content is None:
        raise UnreadableXml(Unreadability.RESULT_MISSING, "")
    if content.tag == names.FAULT:
        return _read_fault(content)
    if content.tag != contract.interaction.response:
        raise UnreadableXml(Unreadability.FOREIGN, str(content.tag))
    error = contract.first_error(content)
    if error is not None:
        raise UnreadableXml(Unreadability.INVALID, error)
    return content


def read_reply(raw: RawAnswer, contract: Contract) -> Answered:
    """Read an HTTP answer; a status that settles the matter alone leaves the body unread (docs/design.md)."""
    if raw.http_status >= 400 and raw.http_status != 500:
        return Answered(raw.http_status, Unreadable(Unreadability.NOT_SOAP))
    if not raw.complete:
        return Answered(raw.http_status, Unreadable(Unreadability.TOO_LARGE))
    read = _read_again if len(raw.body) <= ALIKE_SIZE_MAX else _read
    return Answered(raw.http_status, read(raw.body, contract))


def _read(body: bytes, contract: Contract) -> Result | Fault | Unreadable:
    try:
        content = _body_content(read_xml(body))
    except UnreadableXml as error:
        return Unreadable(error.reason, error.detail)
    if content is None:
        return Unreadable(Unreadability.RESULT_MISSING)
    if content.tag == names.FAULT:
        return _read_fault(content)
    if content.tag != names.RESPONSE:
        return Unreadable(Unreadability.FOREIGN, str(content.tag))
    result = content.find(names.RESULT)
    if result is None:
        stranger = next(content.iterchildren(tag=etree.Element), None)
        if stranger is not None:
            return Unreadable(Unreadability.FOREIGN, str(stranger.tag))
        return Unreadable(Unreadability.RESULT_MISSING)
    return Result(
        result_code=result.findtext(names.RESULT_CODE),
        text=result.findtext(names.RESULT_TEXT),
        error_id=result.findtext(names.ERROR_ID),
        schema_error=contract.first_error(content),
        holds_foreign=any(one.tag not in _RESULT_PARTS for one in result),
    )


# A journal system says the same short OK to nearly every call; the same bytes always read the same.
ALIKE_SIZE_MAX = 4096
_read_again = lru_cache(maxsize=256)(_read)


def _body_content(envelope: etree._Element) -> etree._Element | None:
    """The one element inside the SOAP body, or None where the body is empty."""
    if envelope.tag != names.ENVELOPE:
        raise UnreadableXml(Unreadability.NOT_SOAP, str(envelope.tag))
    body = child(envelope, names.BODY)
    if body is None:
        raise UnreadableXml(Unreadability.INVALID, "no soap:Body")
    return next(body.iterchildren(tag=etree.Element), None)


def _read_fault(fault: etree._Element) -> Fault:
    detail = fault.find("detail")
    return Fault(
        code=(fault.findtext("faultcode") or "").rsplit(":", 1)[-1].strip(),
        text=fault.findtext("faultstring") or "",
        detail="" if detail is None else " ".join("".join(map(str, detail.itertext())).split()),
    )
