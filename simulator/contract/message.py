"""A status update as the contract's element, and back.

What Webcert leaves empty is left empty here, and what it always writes is always written (prescription code 0000000,
speciality code N/A); see Webcert's code.
"""

from __future__ import annotations

from copy import copy
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
from simulator.contract.elements import extension_of, read_day, read_moment, read_number, text_of, the
from simulator.contract.signature import add_test_signature
from simulator.contract.status_update import PatientWords, StatedCertificate, StatusUpdate

_sub = etree.SubElement
# What one message says the next often says as well: who wrote it and where, and what a certificate answers, at each of
# its events. Such parts are kept and copied, in a tenth of the time; so many of each are a few megabytes.
_kept = lru_cache(maxsize=1000)

# The prefixes of everything that we send; the envelope declares them all.
REQUEST_PREFIXES = {
    "soap": names.SOAP,
    "itr": names.REGISTRY,
    "csu": names.RESPONDER,
    "csu2": names.RESPONDER_EXT,
    "core": names.CORE,
    "core2": names.CORE_EXT,
    "types": names.TYPES,
    "ds": names.XMLDSIG,
}


def wire_moment(moment: datetime) -> str:
    """Write an event's moment as the contract wants it: Swedish local time, three decimals, no zone.

    TimeStampMedMillisekunder allows exactly three decimals; one hour a year is ambiguous on the wire.
    """
    return moment.astimezone(SWEDISH_TIME).replace(tzinfo=None).isoformat(timespec="milliseconds")


def wire_second(moment: datetime) -> str:
    """Write the moment of signing: Swedish local time in whole seconds, no zone (TimeStampType)."""
    return moment.astimezone(SWEDISH_TIME).replace(tzinfo=None).isoformat(timespec="seconds")


def write_request(parent: etree._Element, update: StatusUpdate) -> etree._Element:
    """Put the `CertificateStatusUpdateForCare` element into its parent; it says what the update says."""
    request = _sub(parent, names.REQUEST)
    write_certificate(_sub(request, names.CERTIFICATE), update)
    _write_event(_sub(request, names.EVENT), update.event)
    request.append(copy(_counts(names.QUESTIONS_SENT, update.questions_sent)))
    request.append(copy(_counts(names.QUESTIONS_RECEIVED, update.questions_received)))
    if update.care_reference is not None:
        _sub(request, names.CARE_REFERENCE).text = update.care_reference
    if update.event.handled_by is not None:
        _write_id(_sub(request, names.HANDLED_BY), HSA_ID_ROOT, update.event.handled_by)
    return request


def _write_id(element: etree._Element, root: str, extension: str) -> None:
    _sub(element, names.ROOT).text = root
    _sub(element, names.EXTENSION).text = extension


def _write_code(element: etree._Element, code: str, code_system: str, display_name: str) -> None:
    _sub(element, names.CODE).text = code
    _sub(element, names.CODE_SYSTEM).text = code_system
    _sub(element, names.DISPLAY_NAME).text = display_name


def write_certificate(certificate: etree._Element, update: StatedCertificate) -> None:
    """Fill an `intyg`, whatever interaction it stands in."""
    # The root of a certificate id is the issuing unit, not an OID (Webcert's code).
    _write_id(_sub(certificate, names.CERTIFICATE_ID), update.certificate_root, update.certificate_id)
    _write_code(
        _sub(certificate, names.CERTIFICATE_TYPE),
        update.type_code,
        names.CERTIFICATE_TYPE_CODE_SYSTEM,
        update.type_name,
    )
    _sub(certificate, names.VERSION).text = update.type_version
    if update.signed_at is not None:
        _sub(certificate, names.SIGNED_AT).text = wire_second(update.signed_at)
        # Set at signing, not when the certificate is sent to its recipient (Webcert's code).
        _sub(certificate, names.SENT_AT).text = wire_second(update.signed_at)
    write_patient(_sub(certificate, names.PATIENT), update.person_id, update.patient)
    certificate.append(copy(_staff(update.created_by, update.unit)))
    if update.relation is not None:
        relation = _sub(certificate, names.RELATION)
        _write_code(
            _sub(relation, names.RELATION_TYPE),
            update.relation.code,
            names.RELATION_CODE_SYSTEM,
            update.relation.display_name,
        )
        _write_id(
            _sub(relation, names.CERTIFICATE_ID), update.relation.certificate_root, update.relation.certificate_id
        )
    for answer in update.answers:
        certificate.append(answer_element(answer))
    if update.signed_at is not None:
        add_test_signature(certificate)


def write_patient(patient: etree._Element, person_id: PersonId, said: PatientWords) -> None:
    """Fill a `patient`, whatever it stands in."""
    _write_id(_sub(patient, names.PERSON_ID), person_id.root, person_id)
    for tag, text in (
        (names.FIRST_NAME, said.first_name), (names.LAST_NAME, said.last_name), (names.MIDDLE_NAME, said.middle_name),
        (names.ADDRESS, said.address), (names.POSTAL_CODE, said.postal_code), (names.CITY, said.city),
    ):  # fmt: skip
        if text is not None:
            _sub(patient, tag).text = text
    if said.address_source is not None:
        _write_code(
            _sub(patient, names.ADDRESS_SOURCE), said.address_source, names.ADDRESS_SOURCE_CODE_SYSTEM,
            said.address_source,
        )  # fmt: skip


def _part(name: str) -> etree._Element:
    """An element that will stand in a message, and so has its prefixes."""
    return etree.Element(name, nsmap=REQUEST_PREFIXES)


@_kept
def _staff(staff: Staff, unit: CareUnit) -> etree._Element:
    element = _part(names.CREATED_BY)
    _write_id(_sub(element, names.STAFF_ID), HSA_ID_ROOT, staff.hsa_id)
    _sub(element, names.STAFF_NAME).text = staff.name
    _sub(element, names.PRESCRIPTION).text = names.PRESCRIPTION_CODE
    for position in staff.positions:
        _write_code(_sub(element, names.POSITION), position.code, names.POSITION_CODE_SYSTEM, position.name)
    _write_unit(_sub(element, names.UNIT), unit)
    for speciality in staff.specialities:
        competence = _sub(element, names.SPECIALITY)
        _sub(competence, names.CODE).text = names.SPECIALITY_CODE
        _sub(competence, names.DISPLAY_NAME).text = speciality
    for licence in staff.licences:
        _write_code(_sub(element, names.LICENCE), licence.code, names.LICENCE_CODE_SYSTEM, licence.name)
    return element


def _write_unit(element: etree._Element, unit: CareUnit) -> None:
    _write_id(_sub(element, names.UNIT_ID), HSA_ID_ROOT, unit.hsa_id)
    _write_id(_sub(element, names.WORKPLACE_CODE), names.WORKPLACE_CODE_ROOT, unit.workplace_code)
    _sub(element, names.UNIT_NAME).text = unit.name
    _sub(element, names.ADDRESS).text = unit.address
    _sub(element, names.POSTAL_CODE).text = unit.postal_code
    _sub(element, names.CITY).text = unit.city
    _sub(element, names.PHONE).text = unit.phone
    if unit.email is not None:
        _sub(element, names.EMAIL).text = unit.email
    provider = _sub(element, names.CARE_PROVIDER)
    _write_id(_sub(provider, names.CARE_PROVIDER_ID), HSA_ID_ROOT, unit.care_provider.hsa_id)
    _sub(provider, names.CARE_PROVIDER_NAME).text = unit.care_provider.name


def answer_element(answer: Answer) -> etree._Element:
    """A `svar`, to be put where it belongs."""
    return copy(_answer(answer))


@_kept
def _answer(answer: Answer) -> etree._Element:
    element = _part(names.ANSWER)
    element.set("id", answer.question)
    if answer.instance is not None:
        _sub(element, names.INSTANCE).text = str(answer.instance)
    for part_id, value in answer.parts:
        part = _sub(element, names.PART, id=part_id)
        _write_value(part, value)
    return element


def _write_value(part: etree._Element, value: AnswerValue) -> None:
    match value:
        case str():
            part.text = value
        case CodedValue():
            _write_code(_sub(part, names.CODED_VALUE), value.code, value.code_system, value.display_name)
        case DatePeriod():
            period = _sub(part, names.DATE_PERIOD)
            _sub(period, names.START).text = value.start.isoformat()
            _sub(period, names.END).text = value.end.isoformat()
        case PartialDate():
            known = _sub(part, names.PARTIAL_DATE)
            _sub(known, names.FORMAT).text = value.format
            _sub(known, names.VALUE).text = value.value
        case Quantity():
            quantity = _sub(part, names.QUANTITY)
            # XML Schema spells what is no ordinary number in its own way.
            _sub(quantity, names.VALUE).text = str(value.number).replace("inf", "INF").replace("nan", "NaN")
            _sub(quantity, names.UNIT_OF_MEASURE).text = value.unit


def _write_event(element: etree._Element, event: StatusEvent) -> None:
    _write_code(_sub(element, names.EVENT_CODE), event.code, names.EVENT_CODE_SYSTEM, event.code.display_name)
    _sub(element, names.OCCURRED_AT).text = wire_moment(event.occurred_at)
    if event.subject is not None:
        _write_code(_sub(element, names.SUBJECT), event.subject, names.SUBJECT_CODE_SYSTEM, event.subject.display_name)
    if event.answer_due is not None:
        _sub(element, names.ANSWER_DUE).text = event.answer_due.isoformat()


@_kept
def _counts(name: str, counts: QuestionCounts) -> etree._Element:
    element = _part(name)
    _sub(element, names.COUNT_TOTAL).text = str(counts.total)
    _sub(element, names.COUNT_UNANSWERED).text = str(counts.unanswered)
    _sub(element, names.COUNT_ANSWERED).text = str(counts.answered)
    _sub(element, names.COUNT_HANDLED).text = str(counts.handled)
    return element


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
    found = {
        "certificate_id": request.findtext(f"{names.CERTIFICATE}/{names.CERTIFICATE_ID}/{names.EXTENSION}"),
        "event": request.findtext(f"{names.EVENT}/{names.EVENT_CODE}/{names.CODE}"),
        "unit": request.findtext(
            f"{names.CERTIFICATE}/{names.CREATED_BY}/{names.UNIT}/{names.UNIT_ID}/{names.EXTENSION}"
        ),
        "occurred_at": request.findtext(f"{names.EVENT}/{names.OCCURRED_AT}"),
    }
    return {name: text for name, text in found.items() if text is not None}


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
