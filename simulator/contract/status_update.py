"""The status update: one message to one journal system, as a frozen value.

It holds what the message says and nothing that it does not: a certificate as it was at the event, the event,
the question counts, the journal system's own reference, and who did it. `envelope` writes and reads it.
A list of certificates (`inbound`) states a certificate in the same way.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from simulator.certificate.answers import Answer
from simulator.certificate.catalogue import PatientDetail
from simulator.certificate.certificate import Certificate, Relation
from simulator.certificate.events import EventCode, StatusEvent
from simulator.certificate.identity import CertificateId, LogicalAddress, PersonId
from simulator.certificate.manners import CountsTold, Manners
from simulator.certificate.people import SIGN_WITHOUT_SIGNATURE, CareUnit, Patient, Staff
from simulator.certificate.questions import QuestionCounts


@dataclass(frozen=True)
class PatientWords:
    """What a message says of the patient beside the person id; nothing at all for certificate-service."""

    first_name: str = ""
    last_name: str = ""
    address: str = ""
    postal_code: str = ""
    city: str = ""
    middle_name: str | None = None
    # The code of kallaAdressuppgifter.
    address_source: str | None = None


@dataclass(frozen=True, kw_only=True)
class StatedCertificate:
    """A certificate as a message states it: the `intyg` of a status update, and of a list of certificates.

    `signed_at` is also written as the moment of sending, as Webcert does (Webcert's code). What is signed has a
    signature, unless it was signed `without_signature`. The certificate id has `certificate_root` beside it, which is a
    unit's HSA-id and no OID.
    """

    certificate_id: CertificateId
    certificate_root: str
    type_code: str
    type_name: str
    type_version: str
    person_id: PersonId
    created_by: Staff
    unit: CareUnit
    answers: tuple[Answer, ...] = ()
    signed_at: datetime | None = None
    without_signature: bool = False
    relation: Relation | None = None
    patient: PatientWords = PatientWords()


@dataclass(frozen=True, kw_only=True)
class StatusUpdate(StatedCertificate):
    """`CertificateStatusUpdateForCare` with the logical address that it is sent to."""

    logical_address: LogicalAddress
    event: StatusEvent
    questions_sent: QuestionCounts
    questions_received: QuestionCounts
    care_reference: str | None = None


# The events with which the legacy path tells its question counts (Webcert's code).
COUNTED_EVENTS = frozenset(
    {EventCode.NYFRFM, EventCode.NYSVFM, EventCode.NYFRFV, EventCode.HANFRFM, EventCode.HANFRFV, EventCode.MAKULE}
)

# What stands for the last name of a patient whose identity is protected (Webcert's code).
PROTECTED_NAME = "Skyddade personuppgifter"

# Kv källa adressuppgifter: the population register.
FROM_REGISTER = "PU"


def stated(certificate: Certificate, manners: Manners, mapped: CareUnit | None = None) -> StatedCertificate:
    """State a certificate as it is now, in these manners.

    `mapped` is the unit that its own has been mapped to, as whose the message speaks of it where there is one.
    """
    staff = certificate.saved_by
    unit = mapped or certificate.unit
    return StatedCertificate(
        certificate_id=certificate.id,
        certificate_root=certificate.unit.hsa_id,
        type_code=certificate.type.wire_code,
        type_name=certificate.type.display_name,
        type_version=certificate.type.version,
        person_id=certificate.patient.person_id,
        created_by=staff if manners.licences else replace(staff, licences=()),
        unit=unit if unit.workplace_code else replace(unit, workplace_code=manners.blank_workplace_code),
        answers=certificate.answers,
        signed_at=certificate.signed_at,
        without_signature=certificate.signed_at is not None and staff.role in SIGN_WITHOUT_SIGNATURE,
        relation=certificate.relation,
        patient=patient_words(certificate.patient, certificate.type.patient_detail),
    )


def status_update_of(
    certificate: Certificate, event: StatusEvent, manners: Manners, mapped: CareUnit | None = None
) -> StatusUpdate:
    """Say what happened to a certificate, addressed to the unit that issued it, in these manners.

    `mapped` is the unit that its own has been mapped to, as whose the message speaks of it where there is one.
    """
    counted = manners.counts is CountsTold.ALWAYS or (
        manners.counts is CountsTold.ON_QUESTIONS and event.code in COUNTED_EVENTS
    )
    return StatusUpdate(
        **vars(stated(certificate, manners, mapped)),
        logical_address=LogicalAddress(certificate.unit.hsa_id),
        event=event,
        questions_sent=certificate.questions_sent if counted else QuestionCounts(),
        questions_received=certificate.questions_received if counted else QuestionCounts(),
        care_reference=certificate.care_reference if manners.care_reference else None,
    )


def from_event_row(update: StatusUpdate) -> StatusUpdate:
    """What is left to tell where the certificate is gone and only its event is kept (Webcert's code)."""
    return replace(
        update,
        answers=(),
        relation=None,
        care_reference=None,
        patient=PatientWords(),
        questions_sent=QuestionCounts(),
        questions_received=QuestionCounts(),
    )


def patient_words(patient: Patient, detail: PatientDetail) -> PatientWords:
    """What is said of the patient, by the certificate's type."""
    if detail is PatientDetail.NOTHING:
        return PatientWords()
    if detail is PatientDetail.FROM_REGISTER and patient.protected:
        return PatientWords(last_name=PROTECTED_NAME)
    return PatientWords(
        first_name=patient.first_name,
        last_name=patient.last_name,
        address=patient.address,
        postal_code=patient.postal_code,
        city=patient.city,
        middle_name=patient.middle_name,
        address_source=FROM_REGISTER if detail is PatientDetail.WITH_SOURCE else None,
    )
