"""A status update as the contract's element; and the parts of it that stand in other messages too.

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
from simulator.certificate.events import StatusEvent, Subject
from simulator.certificate.identity import HSA_ID_ROOT, HsaId, PersonId
from simulator.certificate.people import CareUnit, Staff
from simulator.certificate.questions import QuestionCounts
from simulator.clock import SWEDISH_TIME
from simulator.contract import names
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
    if stated.signed_at is None or stated.without_signature:
        return element(name, content)
    return element(name, content, test_signature(element(name, content), prefixes))


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
