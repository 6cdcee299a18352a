"""What follows when something is done in Webcert: which certificates change, and what is told of each, in order.

The course of a deed can go on from the certificate that it was done to: to a parent whose questions are closed, or to
the recipient to whom the certificate is sent at once. Nothing here knows about messages, stores or sending; the
publisher hands in the certificates as they are, and keeps what comes out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TypeVar

from simulator.certificate.answers import Answer, Form, complete_answers, taken_over, with_changed
from simulator.certificate.catalogue import Policy, check_available, renewed_as
from simulator.certificate.certificate import Certificate, CertificateState, Origin, Relation, RelationKind
from simulator.certificate.conditions import Situation, check_conditions
from simulator.certificate.deeds import Deed, Draft
from simulator.certificate.events import EventCode, StatusEvent, Subject
from simulator.certificate.identity import CertificateId, HsaId
from simulator.certificate.lifecycle import NOBODYS_ACTIONS, SUCCESSION, Action, check_role, transition
from simulator.certificate.manners import Closing, Manners, manners
from simulator.certificate.people import CareUnit, Patient
from simulator.certificate.questions import Asker, Question, all_handled, open_complements, questions_with
from simulator.errors import ActionRefused
from simulator.sentence import say

T = TypeVar("T")

# Events of one certificate are stamped at least so far apart, in their order (docs/design.md).
EVENT_SPACING = timedelta(milliseconds=1)

# Signed, these close the complement questions of the certificate that they were made from (Webcert's code).
CLOSING_KINDS = (RelationKind.COMPLEMENTS, RelationKind.REPLACES, RelationKind.RENEWS)


@dataclass(frozen=True)
class Happening:
    """One event, with the certificate as it is when it is told."""

    certificate: Certificate
    event: StatusEvent


@dataclass(frozen=True)
class Surroundings:
    """What a deed meets: all certificates by short name, the moment, the day in Sweden, the rules, and new ids.

    `has_journal_system` says of a unit whether users jump to Webcert from a journal system there. `as_of` is the day
    whose manners hold, or None for today's.
    """

    certificates: Mapping[str, Certificate]
    now: datetime
    today: date
    policy: Policy
    as_of: date | None
    # A new id for the thing of this kind and name.
    new_id: Callable[[str, str], str]
    has_journal_system: Callable[[str], bool] = lambda unit: True


def course_of(deed: Deed, around: Surroundings) -> Course:
    """Follow a deed to its end; raises ActionRefused, and then nothing has happened."""
    course = Course(deed, around)
    course.run()
    return course


class Course:
    """The course of one deed: `changed` are the certificates that it changed, `happenings` what is told, in order."""

    def __init__(self, deed: Deed, around: Surroundings) -> None:
        self._deed = deed
        self._around = around
        self.changed: dict[str, Certificate] = {}
        self.happenings: list[Happening] = []

    def run(self) -> None:
        """Check the deed, and do it."""
        if self._deed.by_same:
            same = self._deed.successor.parent if self._deed.successor else self._deed.certificate
            self._deed = replace(self._deed, by=self.certificate(same).saved_by)
        deed = self._deed
        if deed.action is Action.CREATE:
            self._check(None, _required(deed.draft), deed.certificate)
            check_available(_required(deed.draft).type, self._around.today, self._around.policy)
            self._create(_required(deed.draft), None, None)
        elif deed.action in SUCCESSION:
            self._succeed(SUCCESSION[deed.action])
        else:
            certificate = self.certificate(deed.certificate)
            self._check(certificate, _as_it_is(certificate, deed), deed.certificate)
            _DOINGS[deed.action](self, certificate)

    def certificate(self, alias: str) -> Certificate:
        """The certificate as it is now; refused where there is none."""
        known = self.changed.get(alias) or self._around.certificates.get(alias)
        if known is None:
            raise ActionRefused(
                say("there is no certificate '{certificate}' yet; create it first", certificate=alias),
                rule="no-such-certificate",
            )
        return known

    @property
    def deed(self) -> Deed:
        """The deed, with everybody in it named."""
        return self._deed

    @property
    def the_one(self) -> Certificate:
        """The certificate that the deed was done to, or made."""
        return self.certificate(self._deed.certificate)

    # --- what is asked first ---

    def _check(self, certificate: Certificate | None, wanted: Draft, alias: str) -> None:
        deed = self._deed
        state = certificate.state if certificate is not None else CertificateState.NONE
        if deed.by is not None:
            check_role(deed.action, deed.by.role, wanted.type, self._around.policy)
        elif deed.action not in NOBODYS_ACTIONS | {Action.SEND}:
            raise ActionRefused(say("somebody has to be logged in to do this; say by whom"), rule="nobody-is-logged-in")
        existing = self._around.certificates.get(alias)
        if certificate is None and existing is not None:
            state = existing.state
        transition(deed.action, state, alias, wanted.type.path)
        check_conditions(
            Situation(
                deed=deed, type=wanted.type, unit=wanted.unit, patient=wanted.patient, policy=self._around.policy,
                certificate=certificate, others=self._around.certificates.values(), today=self._around.today,
                has_journal_system=self._around.has_journal_system((deed.at or wanted.unit).hsa_id),
            )
        )  # fmt: skip

    # --- what happens ---

    def _move(self, certificate: Certificate, action: Action) -> tuple[Certificate, EventCode | None]:
        step = transition(action, certificate.state, certificate.alias, certificate.type.path)
        moved = replace(certificate, state=step.state)
        self.changed[certificate.alias] = moved
        return moved, step.event

    def tell(
        self,
        certificate: Certificate,
        code: EventCode,
        *,
        subject: Subject | None = None,
        answer_due: date | None = None,
    ) -> Certificate:
        """Tell of an event, stamped after the certificate's last one, and not before what the deed has led to so far.

        Journal systems have nothing else than the moment to put events in order by, and they are sent in its order.
        """
        own, last = self.manners_of(certificate), certificate.last_event_at
        occurred_at = self._around.now if last is None else max(self._around.now, last + EVENT_SPACING)
        if self.happenings:
            occurred_at = max(occurred_at, self.happenings[-1].event.occurred_at)
        certificate = replace(certificate, last_event_at=occurred_at)
        self.changed[certificate.alias] = certificate
        event = StatusEvent(
            code=code,
            occurred_at=occurred_at,
            handled_by=self._handler(certificate, own),
            subject=subject if own.subject else None,
            answer_due=answer_due if own.subject else None,
        )
        self.happenings.append(Happening(certificate, event))
        return certificate

    def manners_of(self, certificate: Certificate) -> Manners:
        """The manners in which Webcert tells of it."""
        return manners(certificate.type.path, self._around.as_of)

    def _handler(self, certificate: Certificate, own: Manners) -> HsaId | None:
        if not own.handled_by:
            return None
        if self._deed.by is None:
            return certificate.saved_by.hsa_id if own.handled_by_of_nobody else None
        draft = self._deed.draft
        by_journal_system = draft is not None and draft.origin is Origin.JOURNAL_SYSTEM
        return None if by_journal_system and not own.handled_by_of_journal_system else self._deed.by.hsa_id

    def _create(self, draft: Draft, parent: Certificate | None, kind: RelationKind | None) -> None:
        deed, now = self._deed, self._around.now
        relation = None
        if parent is not None and kind is not None:
            own = manners(draft.type.path, self._around.as_of)
            root = parent.unit.hsa_id if own.relation_root_of_parent else draft.unit.hsa_id
            relation = Relation(kind.value, kind.display_name, root, parent.id)
        form = draft.type.questions
        answers = with_changed(form, self._filling(form), draft.answers)
        step = transition(Action.CREATE, CertificateState.NONE, deed.certificate, draft.type.path)
        created = Certificate(
            id=CertificateId(self._around.new_id("certificate", deed.certificate)),
            alias=deed.certificate,
            type=draft.type,
            unit=draft.unit,
            patient=draft.patient,
            state=step.state,
            saved_by=_required(deed.by),
            answers=complete_answers(form, self._around.today, answers) if draft.complete else answers,
            created_at=now,
            care_reference=draft.care_reference,
            relation=relation,
            origin=draft.origin,
        )
        self.tell(created, _required(step.event))

    def _succeed(self, kind: RelationKind) -> None:
        """Make a new draft from the parent: same type, patient and answers, unless others are given."""
        successor = _required(self._deed.successor)
        parent = self.certificate(successor.parent)
        kind_of_new = parent.type
        if kind is RelationKind.RENEWS:
            kind_of_new = renewed_as(parent.type, self._around.today, self._around.policy)
        wanted = Draft(
            type=kind_of_new,
            unit=successor.unit or parent.unit,
            patient=parent.patient,
            care_reference=successor.care_reference,
            answers=with_changed(
                kind_of_new.questions,
                () if successor.blank else _copied(parent, kind, kind_of_new.questions),
                successor.answers,
            ),
            complete=False,
            origin=_origin_of_successor(parent.unit, successor.unit),
        )
        self._check(parent, wanted, parent.alias)
        # What is made of another is new too.
        check_available(wanted.type, self._around.today, self._around.policy)
        if self._deed.certificate in self._around.certificates:
            raise ActionRefused(
                say("'{word}' is already created; give this one another name", word=self._deed.certificate),
                rule="name-is-taken",
            )
        self._create(wanted, parent, kind)

    def _open(self, certificate: Certificate) -> None:
        """The jump from the journal system: the first reference stays, and another person id is a change."""
        deed = self._deed
        opened = replace(certificate, care_reference=certificate.care_reference or deed.care_reference)
        self.changed[opened.alias] = opened
        other = deed.patient is not None and deed.patient.person_id != certificate.patient.person_id
        if other and certificate.state in (CertificateState.DRAFT, CertificateState.READY_TO_SIGN):
            self.tell(replace(opened, patient=_required(deed.patient)), EventCode.ANDRAT)

    def _change(self, certificate: Certificate) -> None:
        moved, event = self._move(certificate, Action.CHANGE)
        form = moved.type.questions
        answers = with_changed(form, with_changed(form, moved.answers, self._filling(form)), self._deed.answers)
        if self._deed.complete:
            answers = complete_answers(form, self._around.today, answers)
        self.tell(replace(moved, saved_by=_required(self._deed.by), answers=answers), _required(event))

    def _filling(self, form: Form) -> tuple[Answer, ...]:
        """What the certificate that the draft is filled from has to say."""
        other = self._deed.filled_from
        return () if other is None else taken_over(form, self.certificate(other).answers)

    def _just_move(self, certificate: Certificate) -> None:
        moved, event = self._move(certificate, self._deed.action)
        if event is not None:
            self.tell(moved, event)

    def _sign(self, certificate: Certificate) -> None:
        moved, event = self._move(certificate, Action.SIGN)
        last = moved.last_event_at
        signed_at = self._around.now if last is None else max(self._around.now, last + EVENT_SPACING)
        self.tell(replace(moved, saved_by=_required(self._deed.by), signed_at=signed_at), _required(event))
        further = [self._close_parents_questions, self._send_at_once]
        if self.manners_of(certificate).sends_before_closing:
            further.reverse()
        for follow in further:
            follow(self.certificate(certificate.alias))

    def _send_at_once(self, signed: Certificate) -> None:
        """Some types are sent right after signing, by the one who signed, and so is every signed complement."""
        complements = signed.relation is not None and signed.relation.code == RelationKind.COMPLEMENTS
        at_once = signed.type.sent_after_signing or complements
        if at_once and signed.type.can_be_sent and not signed.patient.test_indicated:
            moved, event = self._move(signed, Action.SEND)
            self.tell(moved, _required(event))

    def _parent_of(self, child: Certificate, *kinds: RelationKind) -> Certificate | None:
        return next((one for one in self._around.certificates.values() if child.is_made_from(one, *kinds)), None)

    def _close_parents_questions(self, signed: Certificate) -> None:
        """The parent's complement questions are handled once a certificate made from it is signed."""
        parent = self._parent_of(signed, *CLOSING_KINDS)
        if parent is None or not any(one.is_complement for one in parent.questions):
            return
        closing = self.manners_of(parent).closing
        if closing is Closing.EACH:
            for question in open_complements(parent.questions):
                parent = self.tell(_with(parent, replace(question, handled=True)), EventCode.HANFRFM)
            return
        parent = _with(parent, *all_handled(open_complements(parent.questions)))
        self.changed[parent.alias] = parent
        if closing is Closing.ONCE:
            self.tell(parent, EventCode.HANFRFM)

    def _revoke(self, certificate: Certificate) -> None:
        moved, event = self._move(certificate, Action.REVOKE)
        own = self.manners_of(certificate)
        if own.tells_closing_at_revocation:
            moved = self.tell(moved, _required(event))
            for question in [one for one in moved.questions if one.is_open]:
                moved = self.tell(_with(moved, replace(question, handled=True)), self._handled_code(moved, question))
        else:
            moved = self.tell(replace(moved, questions=all_handled(moved.questions)), _required(event))
        self._reopen_parents_questions(moved)

    def _reopen_parents_questions(self, revoked: Certificate) -> None:
        """A complement that is revoked leaves its parent's questions open again: an event for each of them."""
        parent = self._parent_of(revoked, RelationKind.COMPLEMENTS)
        if parent is None or revoked.signed_at is None or not parent.state.is_signed:
            return
        own = self.manners_of(parent)
        if own.reopens_for_newest_only and self._has_newer_complement(parent, revoked):
            return
        reopened = [replace(one, handled=False) for one in parent.questions if one.is_complement]
        if not own.reopens_one_by_one:
            # They are open again before the first message is written (inferred from Webcert's code).
            parent = _with(parent, *reopened)
        for question in reopened:
            parent = _with(parent, question)
            self.changed[parent.alias] = parent
            if own.tells_reopening:
                # Neither subject nor last day: nobody has asked anew (Webcert's code).
                parent = self.tell(parent, EventCode.NYFRFM)

    def _has_newer_complement(self, parent: Certificate, revoked: Certificate) -> bool:
        complements = [
            one.alias
            for one in self._around.certificates.values()
            if one.is_made_from(parent, RelationKind.COMPLEMENTS) and one.state is not CertificateState.DELETED
        ]
        return complements[-1] != revoked.alias

    def _lock(self, certificate: Certificate) -> None:
        """A draft that is locked loses its relation (Webcert's code)."""
        moved, _ = self._move(certificate, Action.LOCK)
        self.changed[moved.alias] = replace(moved, relation=None)

    def _delete(self, certificate: Certificate) -> None:
        moved, event = self._move(certificate, self._deed.action)
        # The message is fetched as the one who deletes it, who thereby stands as having saved it (Webcert's code).
        by = self._deed.by
        self.tell(moved if by is None else replace(moved, saved_by=by), _required(event))

    # --- questions ---

    def _put(self, certificate: Certificate) -> None:
        asked, action = _required(self._deed.asked), self._deed.action
        question = Question(
            name=asked.question,
            id=asked.id or self._around.new_id("question", f"{certificate.alias}/{asked.question}"),
            asker=Asker.RECIPIENT if action is Action.RECEIVE_QUESTION else Asker.CARE,
            subject=_required(asked.subject),
            asked_at=self._around.now,
            answer_due=asked.answer_due,
        )
        moved, event = self._move(replace(certificate, questions=(*certificate.questions, question)), action)
        received = action is Action.RECEIVE_QUESTION
        self.tell(moved, _required(event), subject=question.subject if received else None,
                  answer_due=question.answer_due if received else None)  # fmt: skip

    def _remind(self, certificate: Certificate) -> None:
        moved, event = self._move(self._with_message(certificate), Action.REMIND)
        self.tell(moved, _required(event), subject=Subject.PAMINN, answer_due=_required(self._deed.asked).answer_due)

    def _receive_answer(self, certificate: Certificate) -> None:
        moved, event = self._move(self._with_message(certificate), Action.RECEIVE_ANSWER)
        self.tell(_with(moved, replace(self._question(moved), answered=True)), _required(event))

    def _answer(self, certificate: Certificate) -> None:
        """An answer in words handles the question; for a complement it is "cannot complement", and handles them all."""
        moved, event = self._move(certificate, Action.ANSWER)
        question = self._question(moved)
        answered = open_complements(moved.questions) if question.is_complement else (question,)
        self.tell(_with(moved, *(replace(one, answered=True, handled=True) for one in answered)), _required(event))

    def _handle(self, certificate: Certificate) -> None:
        action = self._deed.action
        handled = action in (Action.HANDLE_RECEIVED, Action.HANDLE_SENT)
        moved, _ = self._move(certificate, action)
        question = replace(self._question(moved), handled=handled)
        self.tell(_with(moved, question), self._handled_code(moved, question))

    def _handled_code(self, certificate: Certificate, question: Question) -> EventCode:
        if question.asker is Asker.RECIPIENT or not self.manners_of(certificate).tells_sent_question_apart:
            return EventCode.HANFRFM
        return EventCode.HANFRFV

    def _with_message(self, certificate: Certificate) -> Certificate:
        """The certificate with the id of the message that has come, where it has one."""
        message_id = _required(self._deed.asked).id
        return certificate if message_id is None else replace(
            certificate, message_ids=(*certificate.message_ids, message_id)
        )  # fmt: skip

    def _question(self, certificate: Certificate) -> Question:
        return _required(certificate.question(_required(self._deed.asked).question))


def _required(value: T | None) -> T:
    assert value is not None, "checked before anything is done"
    return value


def _copied(parent: Certificate, kind: RelationKind, form: Form) -> tuple[Answer, ...]:
    """The parent's answers, as far as Webcert takes them over into the new one's form."""
    renewed = kind is RelationKind.RENEWS
    left_out = {one.id for one in parent.type.questions if renewed and not one.copied_at_renewal}
    copied = tuple(answer for answer in parent.answers if answer.question not in left_out)
    return copied if form == parent.type.questions else taken_over(form, copied)


def _origin_of_successor(parents: CareUnit, own: CareUnit | None) -> Origin:
    elsewhere = own is not None and own.hsa_id != parents.hsa_id and own.care_provider == parents.care_provider
    return Origin.ANOTHER_UNIT if elsewhere else Origin.WEBCERT


def _as_it_is(certificate: Certificate, deed: Deed) -> Draft:
    """What results when nothing but the deed's own is changed: all that conditions ask of it."""
    patient: Patient = deed.patient or certificate.patient
    unit: CareUnit = certificate.unit
    return Draft(certificate.type, unit, patient)


def _with(certificate: Certificate, *questions: Question) -> Certificate:
    return replace(certificate, questions=questions_with(certificate.questions, *questions))


_DOINGS: dict[Action, Callable[[Course, Certificate], None]] = {
    Action.OPEN: Course._open,
    Action.CHANGE: Course._change,
    Action.MARK_READY_TO_SIGN: Course._just_move,
    Action.SIGN: Course._sign,
    Action.SEND: Course._just_move,
    Action.REVOKE: Course._revoke,
    Action.DELETE: Course._delete,
    Action.LOCK: Course._lock,
    Action.DISPOSE: Course._delete,
    Action.RECEIVE_QUESTION: Course._put,
    Action.ASK: Course._put,
    Action.REMIND: Course._remind,
    Action.RECEIVE_ANSWER: Course._receive_answer,
    Action.ANSWER: Course._answer,
    Action.HANDLE_RECEIVED: Course._handle,
    Action.UNHANDLE_RECEIVED: Course._handle,
    Action.HANDLE_SENT: Course._handle,
    Action.UNHANDLE_SENT: Course._handle,
}
