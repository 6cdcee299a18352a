"""Turns what somebody does in Webcert into a new state, events and messages, kept in one transaction.

An action that is refused changes nothing, and that it was refused is kept too. Nothing is sent here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from simulator.certificate.answers import Answer, complete_answers, lacking
from simulator.certificate.catalogue import CertificateType, Policy
from simulator.certificate.certificate import Certificate, CertificateState
from simulator.certificate.events import StatusEvent
from simulator.certificate.identity import CertificateId, LogicalAddress
from simulator.certificate.lifecycle import Action, check_role, transition
from simulator.certificate.people import CareUnit, Patient, Staff
from simulator.chance import seeded_uuid
from simulator.clock import SWEDISH_TIME, Clock
from simulator.contract.envelope import write_status_update
from simulator.contract.schema import Contract
from simulator.contract.status_update import status_update_of
from simulator.errors import ActionRefused
from simulator.journal.address_book import AddressBook
from simulator.redelivery.delivery import Delivery, DeliveryState
from simulator.sentence import say
from simulator.store.outbox import Changes, Outbox
from simulator.trace.facts import Fact, StatusUpdateEmitted, StepRefused, StepTaken
from simulator.webcert.agenda import Agenda

# Events of one certificate are stamped at least so far apart, in their order (docs/design.md).
EVENT_SPACING = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Draft:
    """What is needed to create a certificate; `answers` None means complete ones."""

    type: CertificateType
    unit: CareUnit
    patient: Patient
    care_reference: str | None = None
    answers: tuple[Answer, ...] | None = None


@dataclass(frozen=True)
class Deed:
    """What somebody does: the action, to which certificate (by its short name), and who.

    `draft` goes with creating; `answers` with changing, and replaces those of the same questions.
    """

    action: Action
    certificate: str
    by: Staff
    draft: Draft | None = None
    answers: tuple[Answer, ...] = ()


class Publisher:
    """The certificates of a run, and the only one who changes them."""

    def __init__(
        self,
        *,
        clock: Clock,
        outbox: Outbox,
        agenda: Agenda,
        address_book: AddressBook,
        contract: Contract,
        policy: Policy,
        seed: int,
        logical_address: LogicalAddress | None = None,
    ) -> None:
        self._clock = clock
        self._outbox = outbox
        self._agenda = agenda
        self._address_book = address_book
        self._contract = contract
        self._policy = policy
        self._seed = seed
        # The user's own address instead of the unit's, for an endpoint that is reached under another name.
        self._logical_address = logical_address
        self._certificates: dict[str, Certificate] = {}
        self._deliveries = 0
        self._steps = 0

    async def resume(self) -> None:
        """Take up where the outbox stands."""
        self._certificates = {one.alias: one for one in await self._outbox.certificates()}
        self._deliveries = max((one.id for one in await self._outbox.deliveries()), default=0)
        self._steps = (await self._outbox.state()).steps_done

    async def do(self, deed: Deed) -> None:
        """Carry out a deed and keep what follows from it; raises ActionRefused, and that is kept too."""
        self._steps += 1
        step = self._steps
        try:
            changes = self._changes(deed, step)
        except ActionRefused as refused:
            fact = StepRefused(
                self._clock.now(), step, deed.action, deed.certificate, deed.by.hsa_id, deed.by.role, refused.rule,
                refused.sentence,
            )  # fmt: skip
            await self._agenda.commit(Changes(facts=(fact,), steps_done=step, clock=self._clock.now()))
            raise
        await self._agenda.commit(changes)
        self._certificates[deed.certificate] = changes.certificates[0]

    def _changes(self, deed: Deed, step: int) -> Changes:
        now = self._clock.now()
        certificate = self._present(deed)
        check_role(deed.action, deed.by.role, certificate.type, self._policy)
        emitted: list[tuple[Delivery, Fact]] = []
        action: Action | None = deed.action
        while action is not None:
            certificate, event = _apply(certificate, action, deed, now)
            emitted += self._emit(certificate, event)
            # Some types are sent to their recipient right after signing, by the one who signed.
            action = Action.SEND if action is Action.SIGN and certificate.type.sent_after_signing else None
        taken = StepTaken(
            now, step, deed.action, deed.certificate, certificate.type.name, certificate.unit.hsa_id, deed.by.hsa_id,
            deed.by.role, certificate.state,
        )  # fmt: skip
        return Changes(
            certificates=(certificate,),
            emitted=tuple(delivery for delivery, _ in emitted),
            facts=(taken, *(fact for _, fact in emitted)),
            steps_done=step,
            clock=now,
        )

    def _present(self, deed: Deed) -> Certificate:
        """The certificate as it is now; a new one in the state before the first."""
        known = self._certificates.get(deed.certificate)
        if known is not None:
            return known
        if deed.draft is None:
            raise ActionRefused(
                say("there is no certificate '{certificate}' yet; create it first", certificate=deed.certificate),
                rule="no-such-certificate",
            )
        today = self._clock.now().astimezone(SWEDISH_TIME).date()
        answers = deed.draft.answers
        return Certificate(
            id=CertificateId(seeded_uuid(self._seed, "certificate", deed.certificate)),
            alias=deed.certificate,
            type=deed.draft.type,
            unit=deed.draft.unit,
            patient=deed.draft.patient,
            state=CertificateState.NONE,
            saved_by=deed.by,
            answers=complete_answers(deed.draft.type.questions, today) if answers is None else answers,
            care_reference=deed.draft.care_reference,
        )

    def _emit(self, certificate: Certificate, event: StatusEvent) -> list[tuple[Delivery, Fact]]:
        update = status_update_of(certificate, event)
        system = self._address_book.system_for(update.logical_address)
        if system is None:
            # A unit that is not integrated is told nothing, and nothing is kept of it (Webcert's code).
            return []
        if self._logical_address is not None:
            update = replace(update, logical_address=self._logical_address)
        document = write_status_update(update, self._contract)
        self._deliveries += 1
        delivery = Delivery(
            id=self._deliveries,
            certificate_id=certificate.id,
            alias=certificate.alias,
            event=event.code,
            occurred_at=event.occurred_at,
            # The unit's own, by which it is routed; the message may carry the user's.
            logical_address=LogicalAddress(certificate.unit.hsa_id),
            journal_system=system,
            message=document,
            state=DeliveryState.WAITING,
            attempts_made=0,
            next_attempt_at=event.occurred_at,
        )
        fact = StatusUpdateEmitted(
            event.occurred_at, delivery.id, certificate.alias, certificate.id, event.code, system,
            update.logical_address, delivery.message_sha256, len(document),
        )  # fmt: skip
        return [(delivery, fact)]


def _apply(certificate: Certificate, action: Action, deed: Deed, now: datetime) -> tuple[Certificate, StatusEvent]:
    """The certificate after the action, and the event that tells of it."""
    step = transition(action, certificate.state, certificate.alias)
    last = certificate.last_event_at
    occurred_at = now if last is None else max(now, last + EVENT_SPACING)
    moved = replace(certificate, state=step.state, last_event_at=occurred_at)
    edit = _EDITS.get(action, _unchanged)
    return edit(moved, deed), StatusEvent(step.event, occurred_at, handled_by=deed.by.hsa_id)


def _unchanged(certificate: Certificate, _: Deed) -> Certificate:
    return certificate


def _changed(certificate: Certificate, deed: Deed) -> Certificate:
    answered = {answer.question for answer in deed.answers}
    kept = tuple(answer for answer in certificate.answers if answer.question not in answered)
    answers = sorted(kept + deed.answers, key=lambda answer: (int(answer.question), answer.instance or 0))
    return replace(certificate, saved_by=deed.by, answers=tuple(answers))


def _signed(certificate: Certificate, deed: Deed) -> Certificate:
    missing = lacking(certificate.type.questions, certificate.answers)
    if missing is not None:
        raise ActionRefused(missing, rule="certificate-not-complete")
    return replace(certificate, saved_by=deed.by, signed_at=certificate.last_event_at)


# What an action does to the certificate beside its state. After signing its content is frozen (Webcert's code).
_EDITS: dict[Action, Callable[[Certificate, Deed], Certificate]] = {
    Action.CHANGE: _changed,
    Action.SIGN: _signed,
}
