"""A certificate as Webcert keeps it: one frozen value, replaced by a new one at every action."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from simulator.certificate.answers import Answer
from simulator.certificate.catalogue import CertificateType
from simulator.certificate.identity import CertificateId
from simulator.certificate.people import CareUnit, Patient, Staff


class CertificateState(StrEnum):
    """Where a certificate stands in its life; the values are the words of scenarios and traces."""

    NONE = "none"
    DRAFT = "draft"
    READY_TO_SIGN = "ready_to_sign"
    SIGNED = "signed"
    SENT = "sent"
    REVOKED = "revoked"
    DELETED = "deleted"


@dataclass(frozen=True)
class QuestionCounts:
    """Questions in one direction; the three kinds exclude each other and sum to the total (Webcert's code)."""

    unanswered: int = 0
    answered: int = 0
    handled: int = 0

    @property
    def total(self) -> int:
        """All questions in this direction."""
        return self.unanswered + self.answered + self.handled


@dataclass(frozen=True)
class Relation:
    """From a new certificate to the one it replaces, renews or complements."""

    code: str
    display_name: str
    certificate_root: str
    certificate_id: CertificateId


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
    signed_at: datetime | None = None
    care_reference: str | None = None
    relation: Relation | None = None
    questions_sent: QuestionCounts = field(default_factory=QuestionCounts)
    questions_received: QuestionCounts = field(default_factory=QuestionCounts)
    # The moment of the newest event: the next one is stamped at least a millisecond later (docs/design.md).
    last_event_at: datetime | None = None
