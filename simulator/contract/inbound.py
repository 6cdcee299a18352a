"""What journal systems and recipients ask of Webcert, and what it answers, as frozen values.

The three ways in are CreateDraftCertificate, ListCertificatesForCareWithQA and SendMessageToCare. Each value says what
its message says, whether it makes sense or not: what Webcert thinks of it is decided where it is received.
`create_draft`, `list_with_qa` and `message_to_care` write and read them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from simulator.certificate.answers import Answer
from simulator.certificate.events import StatusEvent
from simulator.certificate.identity import CertificateId, HsaId, LogicalAddress, PersonId
from simulator.contract.reply import Result
from simulator.contract.status_update import PatientWords, StatedCertificate


@dataclass(frozen=True)
class Code:
    """A code of a code system; its name may be missing."""

    code: str
    code_system: str
    display_name: str | None = None


@dataclass(frozen=True)
class CertificateReference:
    """An `intygs-id`: Webcert writes the issuing unit's HSA-id as its root."""

    root: str
    id: CertificateId


@dataclass(frozen=True)
class DraftRequest:
    """`CreateDraftCertificate`: a journal system wants a draft, for somebody at a unit.

    Webcert takes the patient's name and address from the population register, and not from `patient`.
    `prefill` is what the journal system already has answers to; None and empty are not the same on the wire.
    """

    logical_address: LogicalAddress
    certificate_type: Code
    person_id: PersonId
    patient: PatientWords
    staff_id: HsaId
    staff_name: str
    unit_id: HsaId
    unit_name: str
    care_reference: str | None = None
    prefill: tuple[Answer, ...] | None = None


@dataclass(frozen=True)
class DraftAnswer:
    """`CreateDraftCertificateResponse`: the verdict, and which draft was made."""

    result: Result
    certificate: CertificateReference | None = None


@dataclass(frozen=True)
class ListRequest:
    """`ListCertificatesForCareWithQA`: a patient's certificates at units or at a care provider, in a period.

    The moments are aware, have whole seconds, and belong to the period.
    """

    logical_address: LogicalAddress
    person_id: PersonId
    unit_ids: tuple[HsaId, ...] = ()
    care_provider_id: HsaId | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class ListedCounts:
    """Questions in one direction as a list tells them.

    In a list a handled question may be counted as answered or unanswered too (Webcert's code), so these four are
    numbers of their own, and not the `QuestionCounts` of a status update.
    """

    total: int = 0
    unanswered: int = 0
    answered: int = 0
    handled: int = 0


@dataclass(frozen=True)
class ListedCertificate:
    """One certificate of the list: as it is now, with its events."""

    certificate: StatedCertificate
    events: tuple[StatusEvent, ...] = ()
    questions_sent: ListedCounts = ListedCounts()
    questions_received: ListedCounts = ListedCounts()
    care_reference: str | None = None


@dataclass(frozen=True)
class CertificateList:
    """`ListCertificatesForCareWithQAResponse`; it has no verdict, so what goes wrong is a SOAP fault."""

    certificates: tuple[ListedCertificate, ...] = ()


@dataclass(frozen=True)
class MessageReference:
    """Which message is answered, and the reference of whoever sent that one."""

    message_id: str
    reference: str | None = None


@dataclass(frozen=True)
class Complement:
    """A `komplettering`: which of the certificate's questions needs more, and what."""

    question: str
    text: str
    instance: int | None = None


@dataclass(frozen=True)
class MessageToCare:
    """`SendMessageToCare`: a recipient asks, answers (`answers`) or reminds (subject PAMINN); answered with a `Result`.

    `subject` and `sender` are codes as they came. `recipient_address` is the unit that the message is for,
    `logical_address` where the call was sent.
    """

    logical_address: LogicalAddress
    message_id: str
    sent_at: datetime
    certificate: CertificateReference
    person_id: PersonId
    recipient_address: str
    subject: Code
    text: str
    sender: Code
    reference: str | None = None
    heading: str | None = None
    reminds_of: str | None = None
    answers: MessageReference | None = None
    contact: tuple[str, ...] = ()
    complements: tuple[Complement, ...] = ()
    answer_due: date | None = None
