"""A certificate as it stands after each thing that has happened to it. Frozen: what happens makes a new one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from simulator.certificate.answers import Answer
from simulator.certificate.catalogue import CertificateType
from simulator.certificate.identity import CertificateId
from simulator.certificate.people import CareUnit, Patient, Staff
from simulator.certificate.questions import Asker, Question, QuestionCounts, counts


class CertificateState(StrEnum):
    """Where a certificate stands in its life-cycle; NONE is before it exists.

    A certificate that has been replaced is still signed; its replacement says so (`relation`).
    """

    NONE = "none"
    DRAFT = "draft"
    READY_TO_SIGN = "ready_to_sign"
    LOCKED = "locked"
    SIGNED = "signed"
    SENT = "sent"
    REVOKED = "revoked"
    DELETED = "deleted"

    @property
    def is_draft(self) -> bool:
        """Whether it still is a draft, locked or not."""
        return self in (CertificateState.DRAFT, CertificateState.READY_TO_SIGN, CertificateState.LOCKED)

    @property
    def is_signed(self) -> bool:
        """Whether it is signed and stands."""
        return self in (CertificateState.SIGNED, CertificateState.SENT)


class RelationKind(StrEnum):
    """KV relation: what a new certificate is to the one it was made from (Webcert's code)."""

    REPLACES = "ERSATT"
    RENEWS = "FRLANG"
    COMPLEMENTS = "KOMPLT"
    COPIES = "KOPIA"

    @property
    def display_name(self) -> str:
        """The Swedish text that goes with the code."""
        return _RELATION_NAMES[self]


_RELATION_NAMES = {
    RelationKind.REPLACES: "Ersätter",
    RelationKind.RENEWS: "Förlänger",
    RelationKind.COMPLEMENTS: "Kompletterar",
    RelationKind.COPIES: "Kopierat",
}


@dataclass(frozen=True)
class Relation:
    """From a new certificate to the one it replaces, renews, complements or copies, as the wire has it."""

    code: str
    display_name: str
    certificate_root: str
    certificate_id: CertificateId


class Origin(StrEnum):
    """Where a certificate was begun."""

    WEBCERT = "webcert"
    # By CreateDraftCertificate.
    JOURNAL_SYSTEM = "journal_system"
    # From a certificate of another unit of the same care provider.
    ANOTHER_UNIT = "another_unit"

    @property
    def integrates(self) -> bool:
        """Whether the unit of such a certificate is integrated from then on (Webcert's code)."""
        return self is not Origin.WEBCERT


@dataclass(frozen=True)
class Certificate:
    """One certificate with its whole state.

    `alias` is the scenario's short name for it. `saved_by` is whoever saved the draft last, and after signing
    the signer: the one that the message calls skapadAv.
    """

    id: CertificateId
    alias: str
    type: CertificateType
    unit: CareUnit
    patient: Patient
    state: CertificateState
    saved_by: Staff
    answers: tuple[Answer, ...]
    created_at: datetime
    signed_at: datetime | None = None
    care_reference: str | None = None
    relation: Relation | None = None
    questions: tuple[Question, ...] = ()
    # The ids of reminders and answers that have been received; those of questions are the questions' own.
    message_ids: tuple[str, ...] = ()
    origin: Origin = Origin.WEBCERT
    # The moment of the newest event: the next one is stamped at least a millisecond later (docs/design.md).
    last_event_at: datetime | None = None

    @property
    def questions_sent(self) -> QuestionCounts:
        """The questions that the care unit has put."""
        return counts(self.questions, Asker.CARE)

    @property
    def questions_received(self) -> QuestionCounts:
        """The questions that the recipient has put."""
        return counts(self.questions, Asker.RECIPIENT)

    def question(self, name: str) -> Question | None:
        """The question of this name, if there is one."""
        return next((one for one in self.questions if one.name == name), None)

    def is_made_from(self, other: Certificate, *kinds: RelationKind) -> bool:
        """Whether it replaces, renews, … (any of the kinds) the other one."""
        return self.relation is not None and self.relation.certificate_id == other.id and self.relation.code in kinds
