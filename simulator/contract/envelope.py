"""Values into SOAP bytes and back: a status update on its way out, an answer on its way home.

Everything that leaves is checked against the contract first. Whatever comes in becomes a value: what cannot be read
is `Unreadable` with its reason, since a broken answer is an outcome.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from simulator.contract import message, names
from simulator.contract.reading import UnreadableXml, read_own_xml, read_xml
from simulator.contract.reply import Answered, Fault, RawAnswer, Result, Unreadability, Unreadable
from simulator.contract.schema import Contract
from simulator.contract.status_update import StatusUpdate
from simulator.contract.writing import element, text_element, with_prefixes
from simulator.errors import ContractError
from simulator.sentence import say

_REPLY_PREFIXES = {"soap": names.SOAP, "csu": names.RESPONDER, "core": names.CORE}

# SOAP 1.1, 4.4.1: a fault's code is a qualified name of the envelope's namespace.
FAULT_CLIENT = "Client"
FAULT_SERVER = "Server"


def write_status_update(update: StatusUpdate, contract: Contract) -> bytes:
    """The SOAP envelope of a status update, valid against the contract; raises ContractError where it is not."""
    header = element(names.HEADER, text_element(names.LOGICAL_ADDRESS, update.logical_address))
    document = with_prefixes(element(names.ENVELOPE, header, element(names.BODY, message.write_request(update))))
    # Read again, so that it is the very bytes which are checked, whatever text stands in them. The address needs no
    # asking: any text is one to the contract, and this one was checked when it was born.
    try:
        error = contract.first_error(read_own_xml(document)[-1][0])
    except UnreadableXml as unreadable:
        error = unreadable.detail
    if error is not None:
        raise ContractError(say("a message of ours breaks the contract: {error}", error=error))
    return document


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
    """A status update as it arrived: its address, its element, and what the contract holds against it."""

    logical_address: str | None
    element: etree._Element
    schema_error: str | None


def open_request(document: bytes, contract: Contract) -> Request:
    """Open what a sender sent; raises UnreadableXml where there is no status update in it."""
    envelope = read_xml(document)
    request = _body_content(envelope)
    if request is None or request.tag != names.REQUEST:
        raise UnreadableXml(
            Unreadability.FOREIGN if request is not None else Unreadability.RESULT_MISSING,
            "" if request is None else str(request.tag),
        )
    address = envelope.find(f"{names.HEADER}/{names.LOGICAL_ADDRESS}")
    error = contract.first_error(request)
    return Request(None if address is None else address.text or "", request, error)


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
        return Unreadable(Unreadability.RESULT_MISSING)
    return Result(
        result_code=result.findtext(names.RESULT_CODE),
        text=result.findtext(names.RESULT_TEXT),
        error_id=result.findtext(names.ERROR_ID),
        schema_error=contract.first_error(content),
    )


# A journal system says the same short OK to nearly every call; the same bytes always read the same.
ALIKE_SIZE_MAX = 4096
_read_again = lru_cache(maxsize=256)(_read)


def _body_content(envelope: etree._Element) -> etree._Element | None:
    """The one element inside the SOAP body, or None where the body is empty."""
    if envelope.tag != names.ENVELOPE:
        raise UnreadableXml(Unreadability.NOT_SOAP, str(envelope.tag))
    body = envelope.find(names.BODY)
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
