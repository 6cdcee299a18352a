"""A status update out of the contract's element; and the parts of it that stand in other messages too.

`message` writes them. Only what the contract finds valid is read into values; `wire_facts` takes what it gets.
"""

from __future__ import annotations

from lxml import etree

from simulator.certificate.answers import Answer, AnswerValue, CodedValue, DatePeriod, PartialDate, Quantity
from simulator.certificate.certificate import Relation
from simulator.certificate.events import EventCode, StatusEvent, Subject
from simulator.certificate.identity import CertificateId, HsaId, LogicalAddress, PersonId
from simulator.certificate.people import CareProvider, CareUnit, Licence, Position, Staff
from simulator.certificate.questions import QuestionCounts
from simulator.contract import names
from simulator.contract.elements import at, child, extension_of, read_day, read_moment, read_number, text_of, the
from simulator.contract.status_update import PatientWords, StatedCertificate, StatusUpdate


def read_request(request: etree._Element, logical_address: str) -> StatusUpdate:
    """Read a valid request element; what the simulator never writes (mottagare, status) is passed over."""
    return StatusUpdate(
        **vars(read_certificate(the(request, names.CERTIFICATE))),
        logical_address=LogicalAddress.as_received(logical_address),
        event=_read_event(request),
        questions_sent=_read_counts(the(request, names.QUESTIONS_SENT)),
        questions_received=_read_counts(the(request, names.QUESTIONS_RECEIVED)),
        care_reference=request.findtext(names.CARE_REFERENCE),
    )


def read_certificate(certificate: etree._Element) -> StatedCertificate:
    """Read an `intyg`, whatever interaction it stands in; what the simulator never writes is passed over."""
    patient = the(certificate, names.PATIENT)
    created_by = the(certificate, names.CREATED_BY)
    certificate_type = the(certificate, names.CERTIFICATE_TYPE)
    signed_at = certificate.findtext(names.SIGNED_AT)
    return StatedCertificate(
        certificate_id=CertificateId.as_received(extension_of(certificate, names.CERTIFICATE_ID)),
        certificate_root=text_of(the(certificate, names.CERTIFICATE_ID), names.ROOT),
        type_code=text_of(certificate_type, names.CODE),
        type_name=text_of(certificate_type, names.DISPLAY_NAME),
        type_version=text_of(certificate, names.VERSION),
        person_id=PersonId.as_received(extension_of(patient, names.PERSON_ID)),
        patient=read_patient(patient),
        created_by=_read_staff(created_by),
        unit=_read_unit(the(created_by, names.UNIT)),
        answers=tuple(read_answer(answer) for answer in certificate.iterfind(names.ANSWER)),
        signed_at=read_moment(signed_at) if signed_at else None,
        without_signature=bool(signed_at) and certificate.find(names.SIGNATURE_HOLDER) is None,
        relation=_read_relation(certificate.find(names.RELATION)),
    )


def wire_facts(request: etree._Element) -> dict[str, str]:
    """What a request says of itself, as far as it says it: certificate_id, event, unit, occurred_at (wire text)."""
    certificate, event = child(request, names.CERTIFICATE), child(request, names.EVENT)
    found = {
        "certificate_id": at(certificate, names.CERTIFICATE_ID, names.EXTENSION),
        "event": at(event, names.EVENT_CODE, names.CODE),
        "unit": at(certificate, names.CREATED_BY, names.UNIT, names.UNIT_ID, names.EXTENSION),
        "occurred_at": at(event, names.OCCURRED_AT),
    }
    return {name: element.text or "" for name, element in found.items() if element is not None}


def read_patient(element: etree._Element) -> PatientWords:
    """What is said of a patient beside the person id, whatever it stands in."""
    source = element.find(names.ADDRESS_SOURCE)
    return PatientWords(
        first_name=text_of(element, names.FIRST_NAME),
        last_name=text_of(element, names.LAST_NAME),
        address=text_of(element, names.ADDRESS),
        postal_code=text_of(element, names.POSTAL_CODE),
        city=text_of(element, names.CITY),
        middle_name=element.findtext(names.MIDDLE_NAME),
        address_source=None if source is None else text_of(source, names.CODE),
    )


def _read_staff(element: etree._Element) -> Staff:
    return Staff(
        hsa_id=HsaId.as_received(extension_of(element, names.STAFF_ID)),
        name=text_of(element, names.STAFF_NAME),
        licences=tuple(
            Licence(text_of(licence, names.CODE), text_of(licence, names.DISPLAY_NAME))
            for licence in element.iterfind(names.LICENCE)
        ),
        positions=tuple(
            Position(text_of(position, names.CODE), text_of(position, names.DISPLAY_NAME))
            for position in element.iterfind(names.POSITION)
        ),
        specialities=tuple(
            text_of(speciality, names.DISPLAY_NAME) for speciality in element.iterfind(names.SPECIALITY)
        ),
    )  # fmt: skip


def _read_unit(element: etree._Element) -> CareUnit:
    provider = the(element, names.CARE_PROVIDER)
    return CareUnit(
        hsa_id=HsaId.as_received(extension_of(element, names.UNIT_ID)),
        name=text_of(element, names.UNIT_NAME),
        care_provider=CareProvider(
            HsaId.as_received(extension_of(provider, names.CARE_PROVIDER_ID)),
            text_of(provider, names.CARE_PROVIDER_NAME),
        ),
        workplace_code=extension_of(element, names.WORKPLACE_CODE),
        address=text_of(element, names.ADDRESS),
        postal_code=text_of(element, names.POSTAL_CODE),
        city=text_of(element, names.CITY),
        phone=text_of(element, names.PHONE),
        email=element.findtext(names.EMAIL),
    )


def _read_relation(element: etree._Element | None) -> Relation | None:
    if element is None:
        return None
    kind, related = the(element, names.RELATION_TYPE), the(element, names.CERTIFICATE_ID)
    return Relation(
        text_of(kind, names.CODE),
        text_of(kind, names.DISPLAY_NAME),
        text_of(related, names.ROOT),
        CertificateId.as_received(text_of(related, names.EXTENSION)),
    )


def read_answer(element: etree._Element) -> Answer:
    """Read a `svar`; of a partial answer that is of no kind of ours, its text is kept."""
    instance = element.findtext(names.INSTANCE)
    parts = tuple((str(part.get("id")), _read_value(part)) for part in element.iterfind(names.PART))
    return Answer(str(element.get("id")), parts, int(instance) if instance else None)


def _read_value(part: etree._Element) -> AnswerValue:
    coded = part.find(names.CODED_VALUE)
    if coded is not None:
        return CodedValue(
            text_of(coded, names.CODE), text_of(coded, names.CODE_SYSTEM), text_of(coded, names.DISPLAY_NAME)
        )  # fmt: skip
    period = part.find(names.DATE_PERIOD)
    if period is not None and period.find(names.START) is not None and period.find(names.END) is not None:
        return DatePeriod(read_day(text_of(period, names.START)), read_day(text_of(period, names.END)))
    known = part.find(names.PARTIAL_DATE)
    if known is not None:
        return PartialDate(text_of(known, names.VALUE))
    quantity = part.find(names.QUANTITY)
    if quantity is not None:
        return Quantity(read_number(text_of(quantity, names.VALUE)), text_of(quantity, names.UNIT_OF_MEASURE))
    return "".join(str(text) for text in part.itertext())


def _read_event(request: etree._Element) -> StatusEvent:
    event = the(request, names.EVENT)
    handled_by = request.find(names.HANDLED_BY)
    subject, due = event.find(names.SUBJECT), event.findtext(names.ANSWER_DUE)
    return StatusEvent(
        code=EventCode(text_of(the(event, names.EVENT_CODE), names.CODE)),
        occurred_at=read_moment(text_of(event, names.OCCURRED_AT)),
        handled_by=HsaId.as_received(text_of(handled_by, names.EXTENSION)) if handled_by is not None else None,
        subject=Subject(text_of(subject, names.CODE)) if subject is not None else None,
        answer_due=read_day(due) if due else None,
    )


def _read_counts(element: etree._Element) -> QuestionCounts:
    return QuestionCounts(
        unanswered=int(text_of(element, names.COUNT_UNANSWERED)),
        answered=int(text_of(element, names.COUNT_ANSWERED)),
        handled=int(text_of(element, names.COUNT_HANDLED)),
    )
