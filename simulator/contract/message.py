"""A status update as the contract's element, and back; and the parts of it that stand in other messages too.

What Webcert leaves empty is left empty here, and what it always writes is always written (prescription code 0000000,
speciality code N/A); see Webcert's code.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

from lxml import etree

from simulator.certificate.answers import Answer, AnswerValue, CodedValue, DatePeriod, PartialDate, Quantity
from simulator.certificate.certificate import Relation
from simulator.certificate.events import EventCode, StatusEvent, Subject
from simulator.certificate.identity import HSA_ID_ROOT, CertificateId, HsaId, LogicalAddress, PersonId
from simulator.certificate.people import CareProvider, CareUnit, Licence, Position, Staff
from simulator.certificate.questions import QuestionCounts
from simulator.clock import SWEDISH_TIME
from simulator.contract import names
from simulator.contract.elements import at, child, extension_of, read_day, read_moment, read_number, text_of, the
from simulator.contract.signature import test_signature
from simulator.contract.status_update import PatientWords, StatedCertificate, StatusUpdate
from simulator.contract.writing import REQUEST_PREFIXES, element, put_into, text, text_element

# What one message says the next often says as well: who wrote it and where, and what a certificate answers, at each of
# its events. Such parts are kept as they were written; so many of each are a few megabytes.
_kept = lru_cache(maxsize=1000)


def wire_moment(moment: datetime) -> str:
    """Write an event's moment as the contract wants it: Swedish local time, three decimals, no zone.

    TimeStampMedMillisekunder allows exactly three decimals; one hour a year is ambiguous on the wire.
    """
    return moment.astimezone(SWEDISH_TIME).replace(tzinfo=None).isoformat(timespec="milliseconds")


def wire_second(moment: datetime) -> str:
    """Write the moment of signing: Swedish local time in whole seconds, no zone (TimeStampType)."""
    return moment.astimezone(SWEDISH_TIME).replace(tzinfo=None).isoformat(timespec="seconds")


def write_request(update: StatusUpdate) -> str:
    """The `CertificateStatusUpdateForCare` element that says what the update says."""
    return element(
        names.REQUEST,
        certificate_text(names.CERTIFICATE, update, REQUEST_PREFIXES),
        _event(update.event),
        _counts(names.QUESTIONS_SENT, update.questions_sent),
        _counts(names.QUESTIONS_RECEIVED, update.questions_received),
        "" if update.care_reference is None else text_element(names.CARE_REFERENCE, update.care_reference),
        "" if update.event.handled_by is None else _handled_by(update.event.handled_by),
    )


def _id(name: str, root: str, extension: str) -> str:
    return element(name, text_element(names.ROOT, root), text_element(names.EXTENSION, extension))


@_kept
def _code(name: str, code: str, code_system: str, display_name: str) -> str:
    return element(
        name,
        text_element(names.CODE, code),
        text_element(names.CODE_SYSTEM, code_system),
        text_element(names.DISPLAY_NAME, display_name),
    )


def certificate_text(name: str, stated: StatedCertificate, prefixes: Mapping[str, str]) -> str:
    """An `intyg` under the name that it has where it stands, in a message with these prefixes."""
    content = "".join(
        (
            # The root of a certificate id is the issuing unit, not an OID (Webcert's code).
            _id(names.CERTIFICATE_ID, stated.certificate_root, stated.certificate_id),
            _code(
                names.CERTIFICATE_TYPE, stated.type_code, names.CERTIFICATE_TYPE_CODE_SYSTEM, stated.type_name
            ),
            text_element(names.VERSION, stated.type_version),
            "" if stated.signed_at is None else _signed_and_sent(stated.signed_at),
            _patient(names.PATIENT, stated.person_id, stated.patient),
            _staff(stated.created_by, stated.unit),
            "" if stated.relation is None else _relation(stated.relation),
            *(_answer(names.ANSWER, answer) for answer in stated.answers),
        )
    )  # fmt: skip
    signature = "" if stated.signed_at is None else test_signature(element(name, content), prefixes)
    return element(name, content, signature)


def write_certificate(parent: etree._Element, name: str, stated: StatedCertificate) -> None:
    """Put an `intyg` of this name into an element of another message."""
    put_into(parent, certificate_text(name, stated, {str(prefix): uri for prefix, uri in parent.nsmap.items()}))


def write_patient(parent: etree._Element, name: str, person_id: PersonId, said: PatientWords) -> None:
    """Put a `patient` of this name into an element of another message."""
    put_into(parent, _patient(name, person_id, said))


def write_answer(parent: etree._Element, name: str, answer: Answer) -> None:
    """Put a `svar` of this name into an element of another message."""
    put_into(parent, _answer(name, answer))


def _signed_and_sent(signed_at: datetime) -> str:
    moment = wire_second(signed_at)
    # Both are set at signing, not when the certificate is sent to its recipient (Webcert's code).
    return text_element(names.SIGNED_AT, moment) + text_element(names.SENT_AT, moment)


@_kept
def _patient(name: str, person_id: PersonId, said: PatientWords) -> str:
    source = said.address_source
    return element(
        name,
        _id(names.PERSON_ID, person_id.root, person_id),
        text_element(names.FIRST_NAME, said.first_name),
        text_element(names.LAST_NAME, said.last_name),
        "" if said.middle_name is None else text_element(names.MIDDLE_NAME, said.middle_name),
        text_element(names.ADDRESS, said.address),
        text_element(names.POSTAL_CODE, said.postal_code),
        text_element(names.CITY, said.city),
        "" if source is None else _code(names.ADDRESS_SOURCE, source, names.ADDRESS_SOURCE_CODE_SYSTEM, source),
    )


def _relation(relation: Relation) -> str:
    return element(
        names.RELATION,
        _code(names.RELATION_TYPE, relation.code, names.RELATION_CODE_SYSTEM, relation.display_name),
        _id(names.CERTIFICATE_ID, relation.certificate_root, relation.certificate_id),
    )


@_kept
def _staff(staff: Staff, unit: CareUnit) -> str:
    return element(
        names.CREATED_BY,
        _id(names.STAFF_ID, HSA_ID_ROOT, staff.hsa_id),
        text_element(names.STAFF_NAME, staff.name),
        text_element(names.PRESCRIPTION, names.PRESCRIPTION_CODE),
        *(
            _code(names.POSITION, position.code, names.POSITION_CODE_SYSTEM, position.name)
            for position in staff.positions
        ),
        _unit(unit),
        *(
            element(
                names.SPECIALITY,
                text_element(names.CODE, names.SPECIALITY_CODE),
                text_element(names.DISPLAY_NAME, speciality),
            )
            for speciality in staff.specialities
        ),
        *(_code(names.LICENCE, licence.code, names.LICENCE_CODE_SYSTEM, licence.name) for licence in staff.licences),
    )


def _unit(unit: CareUnit) -> str:
    return element(
        names.UNIT,
        _id(names.UNIT_ID, HSA_ID_ROOT, unit.hsa_id),
        _id(names.WORKPLACE_CODE, names.WORKPLACE_CODE_ROOT, unit.workplace_code),
        text_element(names.UNIT_NAME, unit.name),
        text_element(names.ADDRESS, unit.address),
        text_element(names.POSTAL_CODE, unit.postal_code),
        text_element(names.CITY, unit.city),
        text_element(names.PHONE, unit.phone),
        "" if unit.email is None else text_element(names.EMAIL, unit.email),
        element(
            names.CARE_PROVIDER,
            _id(names.CARE_PROVIDER_ID, HSA_ID_ROOT, unit.care_provider.hsa_id),
            text_element(names.CARE_PROVIDER_NAME, unit.care_provider.name),
        ),
    )


@_kept
def _answer(name: str, answer: Answer) -> str:
    return element(
        name,
        "" if answer.instance is None else text_element(names.INSTANCE, str(answer.instance)),
        *(element(names.PART, _value(value), id=part_id) for part_id, value in answer.parts),
        id=answer.question,
    )


def _value(value: AnswerValue) -> str:
    match value:
        case CodedValue():
            return _code(names.CODED_VALUE, value.code, value.code_system, value.display_name)
        case DatePeriod():
            return element(
                names.DATE_PERIOD,
                text_element(names.START, value.start.isoformat()),
                text_element(names.END, value.end.isoformat()),
            )
        case PartialDate():
            return element(
                names.PARTIAL_DATE, text_element(names.FORMAT, value.format), text_element(names.VALUE, value.value)
            )
        case Quantity():
            # XML Schema spells what is no ordinary number in its own way.
            number = str(value.number).replace("inf", "INF").replace("nan", "NaN")
            return element(
                names.QUANTITY, text_element(names.VALUE, number), text_element(names.UNIT_OF_MEASURE, value.unit)
            )
    return text(value)


def _event(event: StatusEvent) -> str:
    due = event.answer_due
    return element(
        names.EVENT,
        _code(names.EVENT_CODE, event.code, names.EVENT_CODE_SYSTEM, event.code.display_name),
        text_element(names.OCCURRED_AT, wire_moment(event.occurred_at)),
        "" if event.subject is None else _subject(event.subject),
        "" if due is None else text_element(names.ANSWER_DUE, due.isoformat()),
    )


@_kept
def _handled_by(staff: HsaId) -> str:
    return _id(names.HANDLED_BY, HSA_ID_ROOT, staff)


def _subject(subject: Subject) -> str:
    return _code(names.SUBJECT, subject, names.SUBJECT_CODE_SYSTEM, subject.display_name)


@_kept
def _counts(name: str, counts: QuestionCounts) -> str:
    return element(
        name,
        text_element(names.COUNT_TOTAL, str(counts.total)),
        text_element(names.COUNT_UNANSWERED, str(counts.unanswered)),
        text_element(names.COUNT_ANSWERED, str(counts.answered)),
        text_element(names.COUNT_HANDLED, str(counts.handled)),
    )


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
