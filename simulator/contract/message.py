"""A status update as the contract's element, and back.

What the certificate-service path of Webcert leaves empty is left empty here (patient names and addresses), and what
it always writes is always written (prescription code 0000000, speciality code N/A); see Webcert's code.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from lxml import etree

from simulator.certificate.answers import Answer, AnswerValue, CodedValue, DatePeriod
from simulator.certificate.certificate import QuestionCounts, Relation
from simulator.certificate.events import EventCode, StatusEvent, Subject
from simulator.certificate.identity import HSA_ID_ROOT, CertificateId, HsaId, LogicalAddress, PersonId
from simulator.certificate.people import CareProvider, CareUnit, Licence, Position, Staff
from simulator.clock import SWEDISH_TIME
from simulator.contract import names
from simulator.contract.signature import test_signature
from simulator.contract.status_update import StatusUpdate
from simulator.contract.writing import element, text, text_element

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
        _certificate(update),
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


def _certificate(update: StatusUpdate) -> str:
    content = "".join(
        (
            # The root of a certificate id is the issuing unit, not an OID (Webcert's code).
            _id(names.CERTIFICATE_ID, update.unit.hsa_id, update.certificate_id),
            _code(
                names.CERTIFICATE_TYPE, update.type_code, names.CERTIFICATE_TYPE_CODE_SYSTEM, update.type_name
            ),
            text_element(names.VERSION, update.type_version),
            "" if update.signed_at is None else _signed_and_sent(update.signed_at),
            _patient(update.person_id),
            _staff(update.created_by, update.unit),
            "" if update.relation is None else _relation(update.relation),
            *map(_answer, update.answers),
        )
    )  # fmt: skip
    signature = "" if update.signed_at is None else test_signature(element(names.CERTIFICATE, content))
    return element(names.CERTIFICATE, content, signature)


def _signed_and_sent(signed_at: datetime) -> str:
    moment = wire_second(signed_at)
    # Both are set at signing, not when the certificate is sent to its recipient (Webcert's code).
    return text_element(names.SIGNED_AT, moment) + text_element(names.SENT_AT, moment)


@_kept
def _patient(person_id: PersonId) -> str:
    unsaid = (names.FIRST_NAME, names.LAST_NAME, names.ADDRESS, names.POSTAL_CODE, names.CITY)
    return element(names.PATIENT, _id(names.PERSON_ID, person_id.root, person_id), *map(element, unsaid))


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
def _answer(answer: Answer) -> str:
    return element(
        names.ANSWER,
        "" if answer.instance is None else text_element(names.INSTANCE, str(answer.instance)),
        *(element(names.PART, _value(value), id=part_id) for part_id, value in answer.parts),
        id=answer.question,
    )


def _value(value: AnswerValue) -> str:
    if isinstance(value, CodedValue):
        return _code(names.CODED_VALUE, value.code, value.code_system, value.display_name)
    if isinstance(value, DatePeriod):
        return element(
            names.DATE_PERIOD,
            text_element(names.START, value.start.isoformat()),
            text_element(names.END, value.end.isoformat()),
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
    """Read a valid request element; what the simulator never writes (patient names, status) is passed over."""
    certificate = _the(request, names.CERTIFICATE)
    created_by = _the(certificate, names.CREATED_BY)
    certificate_type = _the(certificate, names.CERTIFICATE_TYPE)
    return StatusUpdate(
        logical_address=LogicalAddress.as_received(logical_address),
        certificate_id=CertificateId(_extension(certificate, names.CERTIFICATE_ID)),
        type_code=_text(certificate_type, names.CODE),
        type_name=_text(certificate_type, names.DISPLAY_NAME),
        type_version=_text(certificate, names.VERSION),
        person_id=PersonId.as_received(_extension(_the(certificate, names.PATIENT), names.PERSON_ID)),
        created_by=_read_staff(created_by),
        unit=_read_unit(_the(created_by, names.UNIT)),
        event=_read_event(request),
        questions_sent=_read_counts(_the(request, names.QUESTIONS_SENT)),
        questions_received=_read_counts(_the(request, names.QUESTIONS_RECEIVED)),
        answers=tuple(_read_answer(answer) for answer in certificate.iterfind(names.ANSWER)),
        signed_at=_read_moment(certificate.findtext(names.SIGNED_AT)),
        relation=_read_relation(certificate.find(names.RELATION)),
        care_reference=request.findtext(names.CARE_REFERENCE),
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


def _the(parent: etree._Element, tag: str) -> etree._Element:
    found = parent.find(tag)
    assert found is not None, f"a valid request has {tag}"
    return found


def _text(parent: etree._Element, tag: str) -> str:
    return parent.findtext(tag) or ""


def _extension(parent: etree._Element, tag: str) -> str:
    return _text(_the(parent, tag), names.EXTENSION)


def _read_moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text.strip()).replace(tzinfo=SWEDISH_TIME) if text else None


def _read_staff(element: etree._Element) -> Staff:
    return Staff(
        hsa_id=HsaId.as_received(_extension(element, names.STAFF_ID)),
        name=_text(element, names.STAFF_NAME),
        licences=tuple(
            Licence(_text(licence, names.CODE), _text(licence, names.DISPLAY_NAME))
            for licence in element.iterfind(names.LICENCE)
        ),
        positions=tuple(
            Position(_text(position, names.CODE), _text(position, names.DISPLAY_NAME))
            for position in element.iterfind(names.POSITION)
        ),
        specialities=tuple(
            _text(speciality, names.DISPLAY_NAME) for speciality in element.iterfind(names.SPECIALITY)
        ),
    )  # fmt: skip


def _read_unit(element: etree._Element) -> CareUnit:
    provider = _the(element, names.CARE_PROVIDER)
    return CareUnit(
        hsa_id=HsaId.as_received(_extension(element, names.UNIT_ID)),
        name=_text(element, names.UNIT_NAME),
        care_provider=CareProvider(
            HsaId.as_received(_extension(provider, names.CARE_PROVIDER_ID)),
            _text(provider, names.CARE_PROVIDER_NAME),
        ),
        workplace_code=_extension(element, names.WORKPLACE_CODE),
        address=_text(element, names.ADDRESS),
        postal_code=_text(element, names.POSTAL_CODE),
        city=_text(element, names.CITY),
        phone=_text(element, names.PHONE),
        email=element.findtext(names.EMAIL),
    )


def _read_relation(element: etree._Element | None) -> Relation | None:
    if element is None:
        return None
    kind, related = _the(element, names.RELATION_TYPE), _the(element, names.CERTIFICATE_ID)
    return Relation(
        _text(kind, names.CODE),
        _text(kind, names.DISPLAY_NAME),
        _text(related, names.ROOT),
        CertificateId(_text(related, names.EXTENSION)),
    )


def _read_answer(element: etree._Element) -> Answer:
    instance = element.findtext(names.INSTANCE)
    parts = tuple((str(part.get("id")), _read_value(part)) for part in element.iterfind(names.PART))
    return Answer(str(element.get("id")), parts, int(instance) if instance else None)


def _read_value(part: etree._Element) -> AnswerValue:
    coded = part.find(names.CODED_VALUE)
    if coded is not None:
        return CodedValue(
            _text(coded, names.CODE), _text(coded, names.CODE_SYSTEM), _text(coded, names.DISPLAY_NAME)
        )  # fmt: skip
    period = part.find(names.DATE_PERIOD)
    if period is not None and period.find(names.START) is not None and period.find(names.END) is not None:
        return DatePeriod(
            date.fromisoformat(_text(period, names.START)), date.fromisoformat(_text(period, names.END))
        )  # fmt: skip
    return "".join(str(text) for text in part.itertext())


def _read_event(request: etree._Element) -> StatusEvent:
    event = _the(request, names.EVENT)
    occurred_at = _read_moment(_text(event, names.OCCURRED_AT))
    assert occurred_at is not None, "a valid request has a moment"
    handled_by = request.find(names.HANDLED_BY)
    subject, due = event.find(names.SUBJECT), event.findtext(names.ANSWER_DUE)
    return StatusEvent(
        code=EventCode(_text(_the(event, names.EVENT_CODE), names.CODE)),
        occurred_at=occurred_at,
        handled_by=HsaId.as_received(_text(handled_by, names.EXTENSION)) if handled_by is not None else None,
        subject=Subject(_text(subject, names.CODE)) if subject is not None else None,
        answer_due=date.fromisoformat(due.strip()) if due else None,
    )


def _read_counts(element: etree._Element) -> QuestionCounts:
    return QuestionCounts(
        unanswered=int(_text(element, names.COUNT_UNANSWERED)),
        answered=int(_text(element, names.COUNT_ANSWERED)),
        handled=int(_text(element, names.COUNT_HANDLED)),
    )
