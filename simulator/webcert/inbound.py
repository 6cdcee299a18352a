"""What Webcert answers when it is called: a journal system wants a draft or catches up, a recipient writes.

Each decision is made from the certificates as they are and from the registers, in the order in which Webcert asks
(Webcert's code). What is refused is an answer with a code and a sentence; it is never an error of ours.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from simulator.certificate.catalogue import Path, Policy, type_named, types_called
from simulator.certificate.certificate import Certificate, CertificateState, Origin
from simulator.certificate.deeds import AskedAbout, Deed, Draft
from simulator.certificate.events import StatusEvent, Subject
from simulator.certificate.identity import PersonId
from simulator.certificate.lifecycle import Action
from simulator.certificate.people import CareUnit, Patient, Role, Staff
from simulator.certificate.questions import Asker, Question
from simulator.clock import SWEDISH_TIME, Clock
from simulator.contract.envelope import FAULT_CLIENT
from simulator.contract.inbound import (
    CertificateList,
    CertificateReference,
    DraftAnswer,
    DraftRequest,
    ListedCertificate,
    ListedCounts,
    ListRequest,
    MessageToCare,
)
from simulator.contract.interaction import Interaction, drafts_asked_for, lists_asked_for, messages_to_care
from simulator.contract.reply import ErrorId, Fault, Result, ResultCode
from simulator.contract.status_update import stated
from simulator.errors import ActionRefused, IdentityError
from simulator.redelivery.delivery import Delivery
from simulator.sentence import say
from simulator.store.outbox import Outbox
from simulator.webcert.awaited_draft import AwaitedDrafts
from simulator.webcert.publisher import Publisher


@dataclass(frozen=True)
class Registers:
    """Whom Webcert can ask about: staff and units by HSA-id, patients by person id.

    `commissions` are the units of staff that has none at the others; who is not there has one everywhere.
    """

    staff: Mapping[str, Staff] = field(default_factory=dict)
    units: Mapping[str, CareUnit] = field(default_factory=dict)
    patients: Mapping[str, Patient] = field(default_factory=dict)
    commissions: Mapping[str, Collection[CareUnit]] = field(default_factory=dict)


class _Refusal(Exception):
    """A call that is answered with an error; `result` is the answer."""

    def __init__(self, error: ErrorId, text: str) -> None:
        super().__init__(text)
        self.result = Result(ResultCode.ERROR, text, error)


class Inbound:
    """The three ways in; `adopt` keeps virtual time still while a call is answered."""

    def __init__(
        self,
        *,
        clock: Clock,
        publisher: Publisher,
        outbox: Outbox,
        registers: Registers,
        policy: Policy,
        awaited: AwaitedDrafts,
    ) -> None:
        self._clock = clock
        self._publisher = publisher
        self._outbox = outbox
        self._registers = registers
        self._policy = policy
        self._awaited = awaited
        self._one_draft = asyncio.Lock()

    def interactions(self) -> Sequence[Interaction[Any, Any]]:
        """What is offered, each on its path."""
        return (
            drafts_asked_for(self.create_draft),
            lists_asked_for(self.list_certificates),
            messages_to_care(self.take_message),
        )

    # --- a journal system wants a draft ---

    async def create_draft(self, asked: DraftRequest, _: Mapping[str, str]) -> DraftAnswer:
        """Begin a draft, or say why not."""
        # One after another, so that each finds the names that are still free.
        async with self._one_draft:
            return await self._create_draft(asked)

    async def _create_draft(self, asked: DraftRequest) -> DraftAnswer:
        with self._awake():
            try:
                draft, by = self._wanted(asked)
                alias = self._awaited.alias_for(draft.type, draft.unit.hsa_id)
                made = await self._publisher.do(Deed(Action.CREATE, alias, by, draft=draft))
            except _Refusal as refusal:
                return DraftAnswer(refusal.result)
            except ActionRefused as refused:
                return DraftAnswer(_error(ErrorId.APPLICATION_ERROR, str(refused.sentence)))
            return DraftAnswer(Result(ResultCode.OK), CertificateReference(asked.unit_id, made.id))

    def _wanted(self, asked: DraftRequest) -> tuple[Draft, Staff]:
        """Whom, where and what a wish names; the checks stand in Webcert's order, and the publisher's come after."""
        staff = self._registers.staff.get(asked.staff_id)
        unit = self._registers.units.get(asked.unit_id)
        no_commission = (
            f"No valid MIU was found for person {asked.staff_id} on unit {asked.unit_id}, can not create draft!"
        )
        # A private doctor logs in to Webcert alone, and HSA knows no commission of hers (inferred from Webcert's code).
        if staff is None or staff.role is Role.PRIVATE_DOCTOR:
            raise _Refusal(ErrorId.VALIDATION_ERROR, no_commission)
        problems = "; ".join(_problems(asked))
        if problems:
            raise _Refusal(ErrorId.VALIDATION_ERROR, problems)
        commissions = self._registers.commissions.get(asked.staff_id)
        if unit is None or (commissions is not None and unit not in commissions):
            raise _Refusal(ErrorId.VALIDATION_ERROR, no_commission)
        patient = self._registers.patients.get(asked.person_id)
        if patient is None:
            raise _Refusal(
                ErrorId.APPLICATION_ERROR,
                "The person is not in the population register; a draft cannot be created for a reserve number either",
            )
        kind = asked.certificate_type.code
        if not any(one.wire_code.casefold() == kind.casefold() for one in types_called(kind)):
            # The forum's names of a type and its own number are no codes on the wire.
            raise _Refusal(ErrorId.APPLICATION_ERROR, f"The certificate type {kind} is not supported")
        draft = Draft(
            type=type_named(kind, path=None, day=self._today(), policy=self._policy),
            unit=unit,
            patient=patient,
            care_reference=asked.care_reference or None,
            answers=asked.prefill or (),
            complete=False,
            origin=Origin.JOURNAL_SYSTEM,
        )
        return draft, staff

    # --- a journal system catches up ---

    async def list_certificates(self, asked: ListRequest, _: Mapping[str, str]) -> CertificateList | Fault:
        """The patient's certificates at the units or the care provider, with the events that have been tried."""
        if not asked.unit_ids and asked.care_provider_id is None:
            return Fault(FAULT_CLIENT, "Neither enhets-id nor vardgivar-id is given; one of them is needed")
        with self._awake():
            deliveries = await self._outbox.deliveries()
            at_home = [one for one in deliveries if _is_at(self._publisher.unit_of_event(one), asked)]
            told = _told(at_home, asked.since, asked.until)
            return CertificateList(
                tuple(
                    self._listed(one, told[one.alias])
                    for one in self._publisher.certificates.values()
                    if one.alias in told and _is_asked_for(one, asked)
                )
            )

    def _listed(self, certificate: Certificate, told: Sequence[Delivery]) -> ListedCertificate:
        own = self._publisher.manners_of(certificate)
        return ListedCertificate(
            certificate=stated(certificate, own),
            events=tuple(_as_kept(one) for one in told),
            questions_sent=listed_counts(certificate, Asker.CARE),
            questions_received=listed_counts(certificate, Asker.RECIPIENT),
            care_reference=certificate.care_reference if own.care_reference else None,
        )

    # --- a recipient writes ---

    async def take_message(self, asked: MessageToCare, _: Mapping[str, str]) -> Result:
        """Take a question, an answer or a reminder, or say why not."""
        with self._awake():
            certificates = self._publisher.certificates.values()
            if any(asked.message_id in _known_messages(one) for one in certificates):
                return Result(ResultCode.INFO, f"The message {asked.message_id} has been received already")
            certificate = next((one for one in certificates if one.id == asked.certificate.id), None)
            if certificate is None or not certificate.state.is_signed:
                return _error(
                    ErrorId.VALIDATION_ERROR, f"There is no signed certificate with id {asked.certificate.id}"
                )
            try:
                await self._publisher.do(_deed_of(asked, certificate))
            except _Refusal as refusal:
                return refusal.result
            except ActionRefused as refused:
                return _error(ErrorId.VALIDATION_ERROR, str(refused.sentence))
            return Result(ResultCode.OK)

    def _awake(self) -> AbstractContextManager[None]:
        return self._clock.adopt(say("a call to Webcert"))

    def _today(self) -> date:
        return self._clock.now().astimezone(SWEDISH_TIME).date()


def _error(error: ErrorId, text: str) -> Result:
    return Result(ResultCode.ERROR, text, error)


def _problems(asked: DraftRequest) -> Iterable[str]:
    """What is mandatory to Webcert beside what the schema demands."""
    for said, name in (
        (asked.patient.last_name, "the patient's last name"),
        (asked.patient.first_name, "the patient's first name"),
        (asked.staff_name, "the full name of the physician"),
        (asked.unit_name, "the name of the unit"),
    ):
        if not said.strip():
            yield f"{name} is missing"
    try:
        PersonId(asked.person_id)
    except IdentityError as error:
        yield str(error.sentence)


def _is_at(unit: CareUnit, asked: ListRequest) -> bool:
    """Whether an event that is kept under this unit belongs to what is asked for."""
    return unit.hsa_id in asked.unit_ids if asked.unit_ids else unit.care_provider.hsa_id == asked.care_provider_id


def _is_asked_for(certificate: Certificate, asked: ListRequest) -> bool:
    return certificate.state is not CertificateState.DELETED and certificate.patient.person_id == asked.person_id


def _told(deliveries: Iterable[Delivery], since: datetime | None, until: datetime | None) -> dict[str, list[Delivery]]:
    """The events of each certificate that have been tried, whatever became of them, by their moments."""
    told: dict[str, list[Delivery]] = {}
    for one in deliveries:
        moment = _as_kept(one).occurred_at
        in_period = (since is None or since <= moment) and (until is None or moment <= until)
        if one.attempts_made and one.resend_of is None and in_period:
            told.setdefault(one.alias, []).append(one)
    return {alias: sorted(found, key=lambda one: one.occurred_at) for alias, found in told.items()}


def _as_kept(delivery: Delivery) -> StatusEvent:
    """The event as Webcert's table has it, in whole seconds (inferred from Webcert's code)."""
    return replace(delivery.told, occurred_at=delivery.occurred_at.replace(microsecond=0))


def listed_counts(certificate: Certificate, asker: Asker) -> ListedCounts:
    """The counts of a list: for certificate-service's types the handled are counted as answered or not as well."""
    asked = [one for one in certificate.questions if one.asker is asker]
    exclusive = certificate.type.path is Path.LEGACY

    def count(holds: Callable[[Question], bool]) -> int:
        return sum(holds(one) for one in asked)

    return ListedCounts(
        total=len(asked),
        unanswered=count(lambda one: not one.answered and not (exclusive and one.handled)),
        answered=count(lambda one: one.answered and not (exclusive and one.handled)),
        handled=count(lambda one: one.handled),
    )


def _known_messages(certificate: Certificate) -> set[str]:
    return {one.id for one in certificate.questions} | set(certificate.message_ids)


def _deed_of(asked: MessageToCare, certificate: Certificate) -> Deed:
    """What a message does: it asks, or answers or reminds of a question that was put before."""
    try:
        subject = Subject(asked.subject.code)
    except ValueError:
        raise _Refusal(
            ErrorId.VALIDATION_ERROR,
            f"The subject {asked.subject.code} is not known; known are {', '.join(Subject)}",
        ) from None
    if subject is Subject.PAMINN:
        action, about = Action.REMIND, asked.reminds_of
    elif asked.answers is not None:
        action, about = Action.RECEIVE_ANSWER, asked.answers.message_id
    else:
        action, about = Action.RECEIVE_QUESTION, None
    name = asked.message_id if about is None else _name_of(certificate, about)
    return Deed(
        action,
        certificate.alias,
        asked=AskedAbout(name, subject, asked.answer_due, asked.message_id),
    )


def _name_of(certificate: Certificate, message_id: str) -> str:
    """The short name of the question with this id; the id itself where there is none, which is refused by that name."""
    return next((one.name for one in certificate.questions if one.id == message_id), message_id)
