"""Turns what is done in Webcert into new states, events and messages, kept in one transaction.

A deed that is refused changes nothing, and that it was refused is kept too. Nothing is sent here. What follows from a
deed is `certificate.course`'s matter; which changes stand for which, `redelivery.coalescing`'s.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import chain

from simulator.certificate.catalogue import Policy
from simulator.certificate.certificate import Certificate
from simulator.certificate.course import Course, Happening, Surroundings, course_of
from simulator.certificate.deeds import Deed
from simulator.certificate.events import EventCode, StatusEvent
from simulator.certificate.identity import LogicalAddress
from simulator.certificate.lifecycle import Action
from simulator.certificate.mail import MAILED_EVENTS, MailRule, is_mailed
from simulator.certificate.manners import Manners, Rewriting, manners
from simulator.certificate.people import CareUnit
from simulator.certificate.unit_mapping import UnitMapping, mapped_unit
from simulator.chance import seeded_uuid
from simulator.clock import SWEDISH_TIME, Clock, wall_until
from simulator.contract.envelope import readdressed, unsigned, write_status_update
from simulator.contract.status_update import from_event_row, status_update_of
from simulator.errors import ActionRefused
from simulator.journal.address_book import AddressBook
from simulator.redelivery.coalescing import DEFAULT_WINDOW, ChangeWindow, is_held, silenced
from simulator.redelivery.delivery import Delivery, DeliveryState
from simulator.sentence import say
from simulator.store.outbox import Changes, Outbox
from simulator.trace.facts import (
    Fact,
    MailSent,
    RedeliveryOrdered,
    StatusUpdateEmitted,
    StatusUpdateSilenced,
    StepRefused,
    StepTaken,
)
from simulator.webcert.agenda import Agenda
from simulator.webcert.awaited_draft import AwaitedDraft


@dataclass(frozen=True)
class Rules:
    """By which rules Webcert tells what happens.

    `as_of` is the day whose manners hold, None for today's. `change_window` is how long changes wait for each other.
    `not_integrated` are units that a journal system serves without their being integrated yet. `logical_address` is
    the user's own instead of the unit's, for an endpoint that is reached under another name.
    """

    policy: Policy
    as_of: date | None = None
    change_window: timedelta = DEFAULT_WINDOW
    unit_mappings: tuple[UnitMapping, ...] = ()
    mail: tuple[MailRule, ...] = ()
    not_integrated: frozenset[str] = frozenset()
    logical_address: LogicalAddress | None = None
    # From when until when nobody can sign, though everything else goes on.
    signing_down: tuple[tuple[datetime, datetime], ...] = ()


@dataclass
class _Following:
    """What a deed leads to, as it is gathered."""

    emitted: list[Delivery] = field(default_factory=list)
    settled: list[Delivery] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)


class Publisher:
    """The certificates of a run, and the only one who changes them."""

    def __init__(
        self,
        *,
        clock: Clock,
        outbox: Outbox,
        agenda: Agenda,
        address_book: AddressBook,
        rules: Rules,
        seed: int,
        begins: datetime,
    ) -> None:
        self._clock = clock
        self._outbox = outbox
        self._agenda = agenda
        self._address_book = address_book
        self._rules = rules
        self._seed = seed
        self._window = ChangeWindow(begins, rules.change_window)
        # Set whenever a certificate has changed.
        self.changed = clock.signal()
        self._certificates: dict[str, Certificate] = {}
        self._drafts: dict[str, Certificate] = {}
        self._held: dict[int, Delivery] = {}
        self._deliveries = 0

    def manners_of(self, certificate: Certificate) -> Manners:
        """The manners in which Webcert tells of a certificate."""
        return manners(certificate.type.path, self._rules.as_of)

    @property
    def certificates(self) -> Mapping[str, Certificate]:
        """All certificates as they are now, by short name."""
        return self._certificates

    @property
    def drafts(self) -> dict[str, Certificate]:
        """Those of them that are drafts, the oldest first."""
        return self._drafts

    def _take(self, changed: Mapping[str, Certificate]) -> None:
        self._certificates |= changed
        for alias, certificate in changed.items():
            if certificate.state.is_draft:
                self._drafts[alias] = certificate
            else:
                self._drafts.pop(alias, None)

    async def resume(self) -> None:
        """Take up where the outbox stands."""
        self._take({one.alias: one for one in await self._outbox.certificates()})
        deliveries = await self._outbox.deliveries()
        self._held = {one.id: one for one in deliveries if is_held(one)}
        self._deliveries = max((one.id for one in deliveries), default=0)

    async def do(self, deed: Deed, step: int = 0) -> Certificate:
        """Carry out a deed, and keep what follows from it; raises ActionRefused, and that is kept too.

        `step` is the story's step, 0 for what comes from elsewhere. Gives back the certificate that it was done to.
        """
        now = self._clock.now()
        try:
            course = course_of(deed, self._surroundings(now))
            self._require_signing_service(deed, now)
        except ActionRefused as refused:
            await self.keep_refusal(deed, step, refused)
            raise
        following = _Following(facts=[_taken(course.deed, course.the_one, step, now)])
        for happening in course.happenings:
            self._tell(happening, course, step, following)
        with self._taking(course, following, now):
            await self._agenda.commit(
                Changes(
                    certificates=tuple(course.changed.values()),
                    emitted=tuple(following.emitted),
                    settled=tuple(following.settled),
                    facts=tuple(following.facts),
                    steps_done=step or None,
                    clock=now,
                )
            )
        self.changed.set()
        return course.the_one

    def _require_signing_service(self, deed: Deed, now: datetime) -> None:
        if deed.action is Action.SIGN and any(since <= now < until for since, until in self._rules.signing_down):
            raise ActionRefused(say("the signing service is down"), rule="signing-service-down")

    @contextmanager
    def _taking(self, course: Course, following: _Following, now: datetime) -> Iterator[None]:
        """Take what a deed changes at once, while it is committed; what cannot be committed has not happened.

        At once, so that a deed of somebody else that comes before the commit has ended meets what has happened.
        """
        before = {alias: self._certificates.get(alias) for alias in course.changed}
        held = self._held
        self._deliveries += len(following.emitted)
        self._let_changes_wait(following, now)
        self._take(course.changed)
        try:
            yield
        except Exception:  # a caller that goes away in the middle of a commit does not stop the commit
            self._take_back(course.changed, before)
            emitted = {one.id for one in following.emitted}
            waiting = {one.id: held[one.id] for one in following.settled}
            self._held = {id_: one for id_, one in (self._held | waiting).items() if id_ not in emitted}
            raise

    def _take_back(self, changed: Mapping[str, Certificate], before: Mapping[str, Certificate | None]) -> None:
        for alias, certificate in changed.items():
            # What somebody else has done to it meanwhile stays.
            if self._certificates[alias] is certificate:
                earlier = before[alias]
                if earlier is None:
                    del self._certificates[alias]
                else:
                    self._certificates[alias] = earlier
        self._drafts = {alias: one for alias, one in self._certificates.items() if one.state.is_draft}

    async def keep_refusal(self, deed: Deed, step: int, refused: ActionRefused) -> None:
        """Keep that a deed was refused."""
        now, by = self._clock.now(), deed.by
        fact = StepRefused(
            now, step, deed.action, deed.certificate, by.hsa_id if by else None, by.role if by else None,
            refused.rule, refused.sentence,
        )  # fmt: skip
        await self._agenda.commit(Changes(facts=(fact,), steps_done=step or None, clock=now))

    def _surroundings(self, now: datetime) -> Surroundings:
        return Surroundings(
            certificates=self._certificates,
            now=now,
            today=now.astimezone(SWEDISH_TIME).date(),
            policy=self._rules.policy,
            as_of=self._rules.as_of,
            new_id=lambda kind, name: seeded_uuid(self._seed, kind, name),
            has_journal_system=lambda unit: self._address_book.system_for(unit) is not None,
        )

    def is_integrated(self, unit: str, also: Iterable[Certificate] = ()) -> bool:
        """Whether a unit gets messages: from the start, or since a draft was begun there from a journal system.

        `also` are certificates that are only just being made.
        """
        if self._address_book.system_for(unit) is None:
            return False
        if unit not in self._rules.not_integrated:
            return True
        known = chain(self._certificates.values(), also)
        return any(one.unit.hsa_id == unit and one.origin.integrates for one in known)

    def _tell(self, happening: Happening, course: Course, step: int, following: _Following) -> None:
        """Put an event into the outbox as a message, or send mail, or tell nobody."""
        certificate, event = happening.certificate, happening.event
        system = self._address_book.system_for(certificate.unit.hsa_id)
        integrated = self.is_integrated(certificate.unit.hsa_id, course.changed.values())
        mailed = is_mailed(self._rules.mail, certificate, event.code, self._clock.now())
        if mailed or (not integrated and event.code in MAILED_EVENTS):
            following.facts.append(
                MailSent(event.occurred_at, certificate.alias, event.code, certificate.unit.hsa_id, step)
            )
        elif integrated and system is not None and course.manners_of(certificate).tells:
            # Where nothing is told, as to a unit that is not integrated, nothing is kept of it (Webcert's code).
            number = self._deliveries + len(following.emitted) + 1
            delivery = self._delivery(number, certificate, event, system, course)
            following.emitted.append(delivery)
            following.facts.append(_emitted(delivery, step))

    def _delivery(
        self, number: int, certificate: Certificate, event: StatusEvent, system: str, course: Course
    ) -> Delivery:
        own = course.manners_of(certificate)
        mapped = mapped_unit(self._rules.unit_mappings, certificate, self._clock.now())
        waits = event.code is EventCode.ANDRAT and certificate.type.changes_wait
        return Delivery(
            id=number,
            certificate_id=certificate.id,
            alias=certificate.alias,
            event=event.code,
            occurred_at=event.occurred_at,
            # The unit's own, by which it is routed; the message may carry the user's.
            logical_address=LogicalAddress(certificate.unit.hsa_id),
            journal_system=system,
            message=self._written(certificate, event),
            state=DeliveryState.WAITING,
            attempts_made=0,
            next_attempt_at=self._window.end(event.occurred_at) if waits else event.occurred_at,
            handled_by=event.handled_by,
            subject=event.subject,
            answer_due=event.answer_due,
            rewriting=own.rewriting,
            redelivery_address=(
                LogicalAddress(mapped.hsa_id) if mapped is not None and own.redelivers_to_mapped_unit else None
            ),
            attempts_most=None if own.redelivers else 1,
        )

    def _written(self, certificate: Certificate, event: StatusEvent, *, gone: bool = False) -> bytes:
        """The message that tells of an event; of a certificate that is `gone`, only what its event's row holds."""
        own = self.manners_of(certificate)
        mapped = mapped_unit(self._rules.unit_mappings, certificate, self._clock.now())
        update = status_update_of(certificate, event, own, mapped if own.speaks_of_mapped_unit else None)
        if gone:
            update = from_event_row(update)
        if self._rules.logical_address is not None:
            update = replace(update, logical_address=self._rules.logical_address)
        return write_status_update(update)

    def _let_changes_wait(self, following: _Following, now: datetime) -> None:
        """Silence the changes that something in the same window stands for."""
        if not self._window.length:
            return
        held = [one for one in self._held.values() if one.next_attempt_at is not None and one.next_attempt_at > now]
        together = held + following.emitted
        why = silenced(together)
        for delivery in [one for one in together if one.id in why]:
            quiet = replace(delivery, state=DeliveryState.SILENCED, next_attempt_at=None)
            if delivery in following.emitted:
                following.emitted[following.emitted.index(delivery)] = quiet
            else:
                following.settled.append(quiet)
            silenced_by, rule = why[delivery.id]
            following.facts.append(
                StatusUpdateSilenced(
                    max(now, delivery.occurred_at), delivery.id, delivery.alias, delivery.event, silenced_by, rule
                )
            )
        self._held = {one.id: one for one in together if is_held(one) and one.id not in why}

    async def await_draft(self, awaited: AwaitedDraft, step: int) -> None:
        """Wait on the wall until a draft has come, while simulated time stands still; raises ActionRefused."""
        label = say("a journal system is to begin a draft of {type} at {unit}",
                    type=awaited.type.name, unit=awaited.unit)  # fmt: skip
        with self._clock.adopt(label):
            come = await wall_until(lambda: awaited.alias in self._certificates, awaited.within)
        if not come:
            refused = ActionRefused(
                say("no journal system has begun a draft of {type} at {unit} within {seconds} s",
                    type=awaited.type.name, unit=awaited.unit, seconds=round(awaited.within.total_seconds())),
                rule="no-draft-came",
            )  # fmt: skip
            await self.keep_refusal(Deed(Action.CREATE, awaited.alias), step, refused)
            raise refused
        await self._agenda.commit(Changes(steps_done=step, clock=self._clock.now()))

    async def resend(self, originals: list[Delivery], activate_at: datetime, step: int = 0) -> list[Delivery]:
        """Let these events be told once more: each by a new message, written when it is picked up."""
        now = self._clock.now()
        new = [self._again(original, activate_at) for original in originals]
        ordered = RedeliveryOrdered(now, step, tuple(one.resend_of or one.id for one in new), activate_at)
        facts = (ordered, *(_emitted(delivery, step, now) for delivery in new))
        await self._agenda.commit(Changes(emitted=tuple(new), facts=facts, steps_done=step or None, clock=now))
        return new

    def _again(self, original: Delivery, activate_at: datetime) -> Delivery:
        self._deliveries += 1
        return replace(
            original,
            id=self._deliveries,
            message=None,
            state=DeliveryState.WAITING,
            attempts_made=0,
            next_attempt_at=activate_at,
            # Webcert's table of events has whole seconds (inferred from Webcert's code).
            occurred_at=original.occurred_at.replace(microsecond=0),
            rewriting=Rewriting.FIRST_ATTEMPT,
            resend_of=original.resend_of or original.id,
        )

    def unit_of_event(self, delivery: Delivery) -> CareUnit:
        """The unit under which Webcert's table has an event: the one that its own had been mapped to, if any."""
        mapped = (one.to for one in self._rules.unit_mappings if one.to.hsa_id == delivery.redelivery_address)
        return next(mapped, self._certificates[delivery.alias].unit)

    def as_it_goes_out(self, delivery: Delivery) -> Delivery:
        """The delivery as its next attempt sends it: as it is stored, unless its manners say otherwise.

        A redelivery by hand is written at its first attempt; a redelivery may be written anew, lose its signature, or
        go to the unit that its own has been mapped to, and so to another journal system.
        """
        if delivery.message is not None and delivery.attempts_made == 0:
            return delivery
        going = delivery
        if going.message is None or going.rewriting is Rewriting.EACH_RETRY:
            if going.message is not None:
                going = replace(going, occurred_at=self._clock.now())
            certificate = self._certificates[going.alias]
            own = self.manners_of(certificate)
            gone = going.event is EventCode.RADERA and not own.keeps_deleted_drafts
            told = going.told
            if going.message is None:
                # What is kept of an event has whole seconds (inferred from Webcert's code).
                told = replace(told, occurred_at=told.occurred_at.replace(microsecond=0))
            going = replace(going, message=self._written(certificate, told, gone=gone))
        elif going.rewriting is Rewriting.UNSIGNED_RETRY:
            going = replace(going, message=unsigned(going.message))
        address = going.redelivery_address
        is_first = going.attempts_made == 0 and going.resend_of is None
        if address is None or is_first or going.message is None:
            return going
        system = self._address_book.system_for(address) or going.journal_system
        message = going.message if self._rules.logical_address else readdressed(going.message, address)
        return replace(going, logical_address=address, journal_system=system, message=message)


def _taken(deed: Deed, certificate: Certificate, step: int, now: datetime) -> StepTaken:
    return StepTaken(
        at=now,
        step=step,
        action=deed.action,
        certificate=deed.certificate,
        type=certificate.type.name,
        unit=certificate.unit.hsa_id,
        by=deed.by.hsa_id if deed.by else None,
        role=deed.by.role if deed.by else None,
        state=certificate.state,
        parent=deed.successor.parent if deed.successor else None,
        question=deed.asked.question if deed.asked else None,
    )


def _emitted(delivery: Delivery, step: int, at: datetime | None = None) -> StatusUpdateEmitted:
    assert delivery.next_attempt_at is not None, "what is new waits for its first attempt"
    return StatusUpdateEmitted(
        at=at or delivery.occurred_at,
        delivery=delivery.id,
        certificate=delivery.alias,
        certificate_id=delivery.certificate_id,
        event=delivery.event,
        journal_system=delivery.journal_system,
        logical_address=delivery.logical_address,
        message_sha256=delivery.message_sha256,
        message_bytes=len(delivery.message) if delivery.message is not None else None,
        step=step,
        due=delivery.next_attempt_at,
        resend_of=delivery.resend_of,
    )
