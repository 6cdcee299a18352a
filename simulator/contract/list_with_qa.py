"""ListCertificatesForCareWithQA: whose certificates a journal system asks for, and the list, as elements and back.

A listed certificate is written as in a status update. Its events are not: they carry no name of their code, and who
caused one stands inside it (Webcert's code). What belongs in a list is not known here; see `inbound`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from lxml import etree

from simulator.certificate.events import EventCode, StatusEvent, Subject
from simulator.certificate.identity import HSA_ID_ROOT, HsaId, LogicalAddress, PersonId
from simulator.contract import names
from simulator.contract.elements import (
    content_element,
    extension_of,
    read_day,
    read_moment,
    sub,
    text_of,
    the,
    write_code,
    write_id,
    write_text,
)
from simulator.contract.envelope import write_content
from simulator.contract.inbound import CertificateList, Code, ListedCertificate, ListedCounts, ListRequest
from simulator.contract.message import wire_moment, wire_second, write_certificate
from simulator.contract.message_reading import read_certificate
from simulator.contract.reading import UnreadableXml
from simulator.contract.reply import Unreadability
from simulator.contract.schema import Contract

_Word = TypeVar("_Word", bound=StrEnum)


def write_list_request(asked: ListRequest, contract: Contract) -> bytes:
    """The call of a journal system that catches up; raises ContractError where it would not be valid."""
    request = content_element(names.LIST_WITH_QA.request)
    write_id(request, names.LISTED_FOR, asked.person_id.root, asked.person_id)
    for unit in asked.unit_ids:
        write_id(request, names.LISTED_UNIT, HSA_ID_ROOT, unit)
    if asked.care_provider_id is not None:
        write_id(request, names.LISTED_CARE_PROVIDER, HSA_ID_ROOT, asked.care_provider_id)
    write_text(request, names.LISTED_SINCE, None if asked.since is None else wire_second(asked.since))
    write_text(request, names.LISTED_UNTIL, None if asked.until is None else wire_second(asked.until))
    return write_content(request, contract, asked.logical_address)


def read_list_request(request: etree._Element, logical_address: str) -> ListRequest:
    """Read a valid request; what stands in its open place is passed over."""
    provider = request.find(names.LISTED_CARE_PROVIDER)
    return ListRequest(
        logical_address=LogicalAddress.as_received(logical_address),
        person_id=PersonId.as_received(extension_of(request, names.LISTED_FOR)),
        unit_ids=tuple(
            HsaId.as_received(text_of(unit, names.EXTENSION)) for unit in request.iterfind(names.LISTED_UNIT)
        ),
        care_provider_id=None if provider is None else HsaId.as_received(text_of(provider, names.EXTENSION)),
        since=_moment_of(request, names.LISTED_SINCE),
        until=_moment_of(request, names.LISTED_UNTIL),
    )


def write_list(said: CertificateList, contract: Contract) -> bytes:
    """Webcert's answer; raises ContractError where it would not be valid."""
    response = content_element(names.LIST_WITH_QA.response)
    listed = sub(response, names.LIST)
    for certificate in said.certificates:
        _write_listed(sub(listed, names.LISTED), certificate)
    return write_content(response, contract)


def read_list(response: etree._Element) -> CertificateList:
    """Read a valid answer; raises UnreadableXml where an event or a subject has a code that is none of ours."""
    return CertificateList(tuple(map(_read_listed, response.iterfind(f"{names.LIST}/{names.LISTED}"))))


def _moment_of(request: etree._Element, tag: str) -> datetime | None:
    text = request.findtext(tag)
    return None if text is None else read_moment(text)


def _write_listed(element: etree._Element, listed: ListedCertificate) -> None:
    write_certificate(element, names.LISTED_CERTIFICATE, listed.certificate)
    events = sub(element, names.LISTED_EVENTS)
    for event in listed.events:
        _write_event(sub(events, names.LISTED_EVENT), event)
    _write_counts(sub(element, names.LISTED_SENT), listed.questions_sent)
    _write_counts(sub(element, names.LISTED_RECEIVED), listed.questions_received)
    write_text(element, names.LISTED_REFERENCE, listed.care_reference)


def _read_listed(element: etree._Element) -> ListedCertificate:
    return ListedCertificate(
        certificate=read_certificate(the(element, names.LISTED_CERTIFICATE)),
        events=tuple(map(_read_event, element.iterfind(f"{names.LISTED_EVENTS}/{names.LISTED_EVENT}"))),
        questions_sent=_read_counts(the(element, names.LISTED_SENT)),
        questions_received=_read_counts(the(element, names.LISTED_RECEIVED)),
        care_reference=element.findtext(names.LISTED_REFERENCE),
    )


def _write_event(element: etree._Element, event: StatusEvent) -> None:
    write_code(element, names.EVENT_CODE, Code(event.code, names.EVENT_CODE_SYSTEM))
    write_text(element, names.OCCURRED_AT, wire_moment(event.occurred_at))
    if event.subject is not None:
        subject = Code(event.subject, names.SUBJECT_CODE_SYSTEM, event.subject.display_name)
        write_code(element, names.SUBJECT, subject)
    write_text(element, names.ANSWER_DUE, None if event.answer_due is None else event.answer_due.isoformat())
    if event.handled_by is not None:
        write_id(element, names.EVENT_HANDLED_BY, HSA_ID_ROOT, event.handled_by)


def _read_event(element: etree._Element) -> StatusEvent:
    handled_by, subject = element.find(names.EVENT_HANDLED_BY), element.find(names.SUBJECT)
    due = element.findtext(names.ANSWER_DUE)
    return StatusEvent(
        code=_known(EventCode, text_of(the(element, names.EVENT_CODE), names.CODE)),
        occurred_at=read_moment(text_of(element, names.OCCURRED_AT)),
        handled_by=None if handled_by is None else HsaId.as_received(text_of(handled_by, names.EXTENSION)),
        subject=None if subject is None else _known(Subject, text_of(subject, names.CODE)),
        answer_due=None if due is None else read_day(due),
    )


def _known(words: type[_Word], text: str) -> _Word:
    try:
        return words(text)
    except ValueError as error:
        raise UnreadableXml(Unreadability.INVALID, str(error)) from None


_COUNTS = (names.COUNT_TOTAL, names.COUNT_UNANSWERED, names.COUNT_ANSWERED, names.COUNT_HANDLED)


def _write_counts(element: etree._Element, counts: ListedCounts) -> None:
    numbers: Iterable[int] = (counts.total, counts.unanswered, counts.answered, counts.handled)
    for tag, number in zip(_COUNTS, numbers, strict=True):
        write_text(element, tag, str(number))


def _read_counts(element: etree._Element) -> ListedCounts:
    return ListedCounts(*(int(text_of(element, tag)) for tag in _COUNTS))
