"""The facts of a run: one frozen class each, appended and never changed.

A fact holds what is the same in every run with the same scenario and seed, over memory and over HTTP alike: moments
of the clock, hashes of bytes, rules by name. It never holds ports, measured times, an operating system's words, or a
person id. Reports, expectations and golden traces are all made from these.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from simulator.certificate.certificate import CertificateState
from simulator.certificate.events import EventCode
from simulator.certificate.lifecycle import Action
from simulator.certificate.people import Role
from simulator.redelivery.delivery import DeliveryState
from simulator.redelivery.outcome import OutcomeKind
from simulator.sentence import Sentence

# (moment, due, delivery, attempt or step): facts of one moment have an order that no thread or socket can change.
SortKey = tuple[datetime, datetime, int, int]


# Among an attempt's facts: how often the platform sent the message to the journal system, where that was not once.
PLATFORM_SENDS = "platform_sends"


@dataclass(frozen=True)
class Fact:
    """Something that happened at a moment of the clock."""

    kind: ClassVar[str]
    at: datetime

    @property
    def sort_key(self) -> SortKey:
        """Where the fact stands among those of the same moment."""
        return (self.at, self.at, 0, 0)


@dataclass(frozen=True)
class StepTaken(Fact):
    """Something was done in Webcert; `step` counts the scenario's steps from 1, and is 0 for what came from elsewhere.

    `by` and `role` are None where nobody was logged in. `parent` is the certificate that a new one was made from.
    """

    kind: ClassVar[str] = "step-taken"
    step: int
    action: Action
    certificate: str
    type: str
    unit: str
    by: str | None
    role: Role | None
    state: CertificateState
    parent: str | None = None
    question: str | None = None

    @property
    def sort_key(self) -> SortKey:
        return (self.at, self.at, 0, self.step)


@dataclass(frozen=True)
class StepRefused(Fact):
    """Webcert did not let somebody do something; nothing else happened. `rule` names the rule that refused."""

    kind: ClassVar[str] = "step-refused"
    step: int
    action: Action
    certificate: str
    by: str | None
    role: Role | None
    rule: str
    reason: Sentence

    @property
    def sort_key(self) -> SortKey:
        return (self.at, self.at, 0, self.step)


@dataclass(frozen=True)
class RedeliveryOrdered(Fact):
    """An operator let events be told once more, from `activate_at` on; `deliveries` are those that told them first."""

    kind: ClassVar[str] = "redelivery-ordered"
    step: int
    deliveries: tuple[int, ...]
    activate_at: datetime

    @property
    def sort_key(self) -> SortKey:
        return (self.at, self.at, 0, self.step)


@dataclass(frozen=True)
class StatusUpdateEmitted(Fact):
    """An event was put into the outbox as a message; `at` is the event's own moment, `due` that of its first attempt.

    `step` is the one that led to it. A redelivery by hand (`resend_of` another delivery) is written later, so there is
    no hash yet.
    """

    kind: ClassVar[str] = "status-update-emitted"
    delivery: int
    certificate: str
    certificate_id: str
    event: EventCode
    journal_system: str
    logical_address: str
    message_sha256: str | None
    message_bytes: int | None
    step: int
    due: datetime
    resend_of: int | None = None

    @property
    def sort_key(self) -> SortKey:
        return (self.at, self.at, self.delivery, 0)


@dataclass(frozen=True)
class AttemptMade(Fact):
    """An attempt ended; `at` is the moment of its end, `due` when it was planned, `sent_at` when it began.

    `answer` is what came back in a word: a result code, `fault`, a reason for unreadability or for silence.
    `answer_sha256` is None where no bytes came. `next_attempt_at` is None once the delivery is final.
    """

    kind: ClassVar[str] = "attempt-made"
    delivery: int
    attempt: int
    attempts_max: int
    certificate: str
    event: EventCode
    journal_system: str
    due: datetime
    sent_at: datetime
    answer: str
    http_status: int | None
    request_sha256: str
    answer_sha256: str | None
    outcome: OutcomeKind
    rule: str
    facts: Mapping[str, Any]
    state: DeliveryState
    next_attempt_at: datetime | None
    logical_address: str

    @property
    def sort_key(self) -> SortKey:
        return (self.at, self.due, self.delivery, self.attempt)


@dataclass(frozen=True)
class StatusUpdateSilenced(Fact):
    """A change that waited for its window is not told: `silenced_by` stands for it, by `rule`."""

    kind: ClassVar[str] = "status-update-silenced"
    delivery: int
    certificate: str
    event: EventCode
    silenced_by: int
    rule: str

    @property
    def sort_key(self) -> SortKey:
        return (self.at, self.at, self.delivery, 0)


@dataclass(frozen=True)
class MailSent(Fact):
    """The unit was told by mail, since it gets no message of this event."""

    kind: ClassVar[str] = "mail-sent"
    certificate: str
    event: EventCode
    unit: str
    step: int

    @property
    def sort_key(self) -> SortKey:
        return (self.at, self.at, 0, self.step)


@dataclass(frozen=True)
class AnsweredTooLate(Fact):
    """An answer came from a journal system, or on a slow way from a real one, to a sender that had already given up."""

    kind: ClassVar[str] = "answered-too-late"
    delivery: int
    attempt: int
    journal_system: str
    answer: str

    @property
    def sort_key(self) -> SortKey:
        return (self.at, self.at, self.delivery, self.attempt)


FACT_KINDS: dict[str, type[Fact]] = {
    fact.kind: fact
    for fact in (
        StepTaken,
        StepRefused,
        StatusUpdateEmitted,
        AttemptMade,
        AnsweredTooLate,
        StatusUpdateSilenced,
        MailSent,
        RedeliveryOrdered,
    )
}
