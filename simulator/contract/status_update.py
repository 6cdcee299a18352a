"""The status update: one message to one journal system, as a frozen value.

It holds what the message says and nothing that it does not: a certificate as it was at the event, the event,
the question counts, the journal system's own reference, and who did it. `envelope` writes and reads it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from simulator.certificate.answers import Answer
from simulator.certificate.certificate import Certificate, QuestionCounts, Relation
from simulator.certificate.events import StatusEvent
from simulator.certificate.identity import CertificateId, LogicalAddress, PersonId
from simulator.certificate.people import CareUnit, Staff


@dataclass(frozen=True)
class StatusUpdate:
    """`CertificateStatusUpdateForCare` with the logical address that it is sent to.

    Names and addresses of patients are not here: certificate-service leaves them empty for everyone.
    `signed_at` is also written as the moment of sending, as Webcert does (Webcert's code).
    """

    logical_address: LogicalAddress
    certificate_id: CertificateId
    type_code: str
    type_name: str
    type_version: str
    person_id: PersonId
    created_by: Staff
    unit: CareUnit
    event: StatusEvent
    questions_sent: QuestionCounts
    questions_received: QuestionCounts
    answers: tuple[Answer, ...] = ()
    signed_at: datetime | None = None
    relation: Relation | None = None
    care_reference: str | None = None


def status_update_of(certificate: Certificate, event: StatusEvent) -> StatusUpdate:
    """Say what happened to a certificate, addressed to the unit that issued it."""
    return StatusUpdate(
        logical_address=LogicalAddress(certificate.unit.hsa_id),
        certificate_id=certificate.id,
        type_code=certificate.type.wire_code,
        type_name=certificate.type.display_name,
        type_version=certificate.type.version,
        person_id=certificate.patient.person_id,
        created_by=certificate.saved_by,
        unit=certificate.unit,
        event=event,
        questions_sent=certificate.questions_sent,
        questions_received=certificate.questions_received,
        answers=certificate.answers,
        signed_at=certificate.signed_at,
        relation=certificate.relation,
        care_reference=certificate.care_reference,
    )
