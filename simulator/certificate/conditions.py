"""What must be so for an action, beside the certificate's state and the doer's role.

Each condition is a row: the name of its rule, the actions that it is asked of, when it holds, and the sentence that
refuses. They are asked in their order, and the first that does not hold refuses. Nothing here changes anything.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

from simulator.certificate.answers import lacking, out_of_range
from simulator.certificate.catalogue import CertificateType, Policy
from simulator.certificate.certificate import Certificate, RelationKind
from simulator.certificate.deeds import Deed
from simulator.certificate.events import Subject
from simulator.certificate.lifecycle import NON_SIGNERS_ACTIONS, ROLE_NAMES, SUCCESSION, Action
from simulator.certificate.people import CareUnit, Patient, Role
from simulator.certificate.questions import Asker, Question, open_complements
from simulator.errors import ActionRefused
from simulator.sentence import Sentence, say


@dataclass(frozen=True)
class Situation:
    """What an action is judged by.

    `certificate` is the one that it is done to: the parent where a new one is made of it, None where one is created.
    `others` are all certificates of the run. `unit`, `patient` and `type` are those of the certificate that results.
    """

    deed: Deed
    type: CertificateType
    unit: CareUnit
    patient: Patient
    policy: Policy
    certificate: Certificate | None
    others: Collection[Certificate]
    today: date
    # Whether the doer's unit has a journal system to have jumped from.
    has_journal_system: bool = True

    @property
    def alias(self) -> str:
        """The short name to speak of."""
        return self.certificate.alias if self.certificate is not None else self.deed.certificate

    @property
    def question(self) -> Question | None:
        """The question that the deed is about, where there is one already."""
        if self.certificate is None or self.deed.asked is None:
            return None
        return self.certificate.question(self.deed.asked.question)

    def made_from_it(self, *kinds: RelationKind, signed: bool) -> tuple[Certificate, ...]:
        """The certificates that replace, renew, … it and have not been revoked or deleted."""
        return tuple(
            one
            for one in self.others
            if self.certificate is not None
            and one.is_made_from(self.certificate, *kinds)
            and (one.state.is_signed or (not signed and one.state.is_draft))
        )


@dataclass(frozen=True)
class Condition:
    """One rule that an action must keep."""

    rule: str
    actions: frozenset[Action]
    holds: Callable[[Situation], bool]
    refusal: Callable[[Situation], Sentence]


def check_conditions(situation: Situation) -> None:
    """Refuse an action by the first condition that does not hold."""
    for condition in CONDITIONS:
        if situation.deed.action in condition.actions and not condition.holds(situation):
            raise ActionRefused(condition.refusal(situation), rule=condition.rule)


_BEGINNINGS = frozenset({Action.CREATE, *SUCCESSION})
_PUT = frozenset({Action.RECEIVE_QUESTION, Action.ASK})
_ABOUT_A_QUESTION = frozenset(
    {Action.REMIND, Action.RECEIVE_ANSWER, Action.ANSWER, Action.HANDLE_RECEIVED, Action.UNHANDLE_RECEIVED,
     Action.HANDLE_SENT, Action.UNHANDLE_SENT}
)  # fmt: skip
_ABOUT_RECEIVED = frozenset({Action.REMIND, Action.ANSWER, Action.HANDLE_RECEIVED, Action.UNHANDLE_RECEIVED})
_ALL = frozenset(Action)


def _subject(situation: Situation) -> Subject | None:
    return situation.deed.asked.subject if situation.deed.asked else None


def _recipient_may_ask(situation: Situation) -> bool:
    kind, subject = situation.type, _subject(situation)
    return kind.can_be_complemented if subject is Subject.KOMPLT else subject in kind.recipient_asks_about


def _subjects_of(kind: CertificateType) -> tuple[str, ...]:
    complement = (Subject.KOMPLT,) if kind.can_be_complemented else ()
    return tuple(one.value for one in (*complement, *sorted(kind.recipient_asks_about)))


def _asked_too_much(situation: Situation) -> Sentence:
    known = _subjects_of(situation.type)
    if not known:
        return say("the recipient puts no questions about {type}", type=situation.type.name)
    return say("the recipient does not ask about {subject} for {type}; it asks about {known}",
               subject=_subject(situation) or "–", type=situation.type.name, known=known)  # fmt: skip


def _may_see_protected(situation: Situation) -> bool:
    """Whether the doer may work with a patient whose identity is protected: by role, and at the very unit."""
    by, at = situation.deed.by, situation.deed.at
    if by is None or not situation.patient.protected:
        return True
    return by.role in situation.type.access_to_protected and at in (None, situation.unit)


def _protected(situation: Situation) -> Sentence:
    allowed = tuple(ROLE_NAMES[role] for role in Role if role in situation.type.access_to_protected)
    if not allowed:
        return say("the patient's identity is protected, and then nobody may work with {type}",
                   type=situation.type.name)  # fmt: skip
    return say("the patient's identity is protected: only {who} at the unit itself may work with {type}",
               who=allowed, type=situation.type.name)  # fmt: skip


def _is_at_home(situation: Situation) -> bool:
    """Whether everything takes place at one care provider: where it was made, where it goes, and where the doer is."""
    if not situation.type.within_care_provider:
        return True
    made_at = situation.certificate.unit if situation.certificate is not None else situation.unit
    done_at = situation.deed.at or situation.unit
    return done_at.care_provider == made_at.care_provider == situation.unit.care_provider


def _is_the_only_one(situation: Situation) -> bool:
    """One DB and one DOI for a patient and care provider; a replacement stands in the place of what it replaces."""
    if not situation.type.one_for_each_patient or situation.deed.action is not Action.CREATE:
        return True
    return not any(
        one.type.wire_code == situation.type.wire_code
        and one.patient.person_id == situation.patient.person_id
        and one.unit.care_provider == situation.unit.care_provider
        and (one.state.is_draft or one.state.is_signed)
        for one in situation.others
    )


def _out_of_range(situation: Situation) -> Sentence | None:
    certificate = situation.certificate
    answers = certificate.answers if certificate is not None else ()
    return out_of_range(situation.type.questions, answers, situation.today)


def _names(certificates: tuple[Certificate, ...]) -> tuple[str, ...]:
    return tuple(one.alias for one in certificates)


def _asked_by(asker: Asker) -> Callable[[Situation], bool]:
    return lambda situation: situation.question is not None and situation.question.asker is asker


def _question_name(situation: Situation) -> str:
    return situation.deed.asked.question if situation.deed.asked else "–"


CONDITIONS: tuple[Condition, ...] = (
    Condition(
        "patient-protected", _ALL, _may_see_protected, _protected,
    ),
    Condition(
        "seen-within-care-provider", _ALL, _is_at_home,
        lambda s: say("{type} is seen only within the care provider where it was made", type=s.type.name),
    ),
    Condition(
        "no-journal-system", NON_SIGNERS_ACTIONS, lambda s: s.has_journal_system,
        lambda s: say("one says that a draft is ready to sign only when one comes from a journal system, and the unit "
                      "has none"),
    ),
    Condition(
        "patient-deceased", _BEGINNINGS, lambda s: s.type.for_deceased or not s.patient.deceased,
        lambda s: say("the patient has died, and {type} is for the living", type=s.type.name),
    ),
    Condition(
        "one-for-each-patient", frozenset({Action.CREATE}), _is_the_only_one,
        lambda s: say("there is a {type} for this patient already; open it, or replace it", type=s.type.name),
    ),
    Condition(
        "certificate-not-complete", frozenset({Action.SIGN}),
        lambda s: s.certificate is None or lacking(s.type.questions, s.certificate.answers) is None,
        lambda s: lacking(s.type.questions, s.certificate.answers if s.certificate else ()) or say("it is complete"),
    ),
    Condition(
        "answers-out-of-range", frozenset({Action.SIGN}), lambda s: _out_of_range(s) is None,
        lambda s: _out_of_range(s) or say("it is complete"),
    ),
    Condition(
        "never-sent", frozenset({Action.SEND}), lambda s: s.type.can_be_sent,
        lambda s: say("{type} is never sent; the patient takes it to the employer", type=s.type.name),
    ),
    Condition(
        "test-patient", frozenset({Action.SEND}), lambda s: not s.patient.test_indicated,
        lambda s: say("the population register marks the patient as one for tests, so {certificate} is not sent",
                      certificate=s.alias),
    ),
    Condition(
        "replaced", frozenset({Action.SEND, Action.RENEW}),
        lambda s: not s.made_from_it(RelationKind.REPLACES, signed=True),
        lambda s: say("{certificate} has been replaced by {others}", certificate=s.alias,
                      others=_names(s.made_from_it(RelationKind.REPLACES, signed=True))),
    ),
    Condition(
        "complemented", frozenset({Action.RENEW}),
        lambda s: not s.made_from_it(RelationKind.COMPLEMENTS, signed=True),
        lambda s: say("{certificate} has been complemented by {others}", certificate=s.alias,
                      others=_names(s.made_from_it(RelationKind.COMPLEMENTS, signed=True))),
    ),
    Condition(
        "being-replaced", frozenset({Action.REPLACE}),
        lambda s: not s.made_from_it(RelationKind.REPLACES, signed=False),
        lambda s: say("{certificate} already has a replacement, {others}; delete or revoke that first",
                      certificate=s.alias, others=_names(s.made_from_it(RelationKind.REPLACES, signed=False))),
    ),
    Condition(
        "complement-asked-for", frozenset({Action.REPLACE}),
        lambda s: s.certificate is None or not open_complements(s.certificate.questions),
        lambda s: say("the recipient has asked for a complement of {certificate}; complement it, or answer",
                      certificate=s.alias),
    ),
    Condition(
        "cannot-be-renewed", frozenset({Action.RENEW}), lambda s: s.type.can_be_renewed,
        lambda s: say("{type} cannot be renewed", type=s.type.name),
    ),
    Condition(
        "cannot-be-complemented", frozenset({Action.COMPLEMENT}), lambda s: s.type.can_be_complemented,
        lambda s: say("{type} cannot be complemented", type=s.type.name),
    ),
    Condition(
        "no-complement-asked-for", frozenset({Action.COMPLEMENT}),
        lambda s: s.certificate is not None and any(one.is_complement for one in s.certificate.questions),
        lambda s: say("the recipient has not asked for a complement of {certificate}", certificate=s.alias),
    ),
    Condition(
        "recipient-does-not-ask", frozenset({Action.RECEIVE_QUESTION}), _recipient_may_ask, _asked_too_much,
    ),
    Condition(
        "care-may-not-ask", frozenset({Action.ASK}), lambda s: s.type.care_may_ask,
        lambda s: say("the care unit puts no questions about {type}", type=s.type.name),
    ),
    Condition(
        "care-asks-for-no-complement", frozenset({Action.ASK}),
        lambda s: _subject(s) not in (Subject.KOMPLT, Subject.PAMINN),
        lambda s: say("only the recipient asks for a complement, or reminds"),
    ),
    Condition(
        "question-known", _PUT, lambda s: s.question is None,
        lambda s: say("there is already a question {question}; give this one another name",
                      question=_question_name(s)),
    ),
    Condition(
        "no-such-question", _ABOUT_A_QUESTION, lambda s: s.question is not None,
        lambda s: say("{certificate} has no question {question}; it has {known}", certificate=s.alias,
                      question=_question_name(s),
                      known=tuple(one.name for one in (s.certificate.questions if s.certificate else ()))
                      or say("none")),
    ),
    Condition(
        "question-of-care", _ABOUT_RECEIVED, _asked_by(Asker.RECIPIENT),
        lambda s: say("{question} was put by the care unit, not by the recipient", question=_question_name(s)),
    ),
    Condition(
        "question-of-recipient", _ABOUT_A_QUESTION - _ABOUT_RECEIVED, _asked_by(Asker.CARE),
        lambda s: say("{question} was put by the recipient, not by the care unit", question=_question_name(s)),
    ),
    Condition(
        "never-reminded", frozenset({Action.REMIND}), lambda s: s.type.can_be_reminded,
        lambda s: say("the recipient does not remind of {type}", type=s.type.name),
    ),
    Condition(
        "handled-already", frozenset({Action.HANDLE_RECEIVED, Action.HANDLE_SENT, Action.ANSWER}),
        lambda s: s.question is not None and s.question.is_open,
        lambda s: say("{question} is handled already", question=_question_name(s)),
    ),
    Condition(
        "answered-already", frozenset({Action.RECEIVE_ANSWER}),
        lambda s: s.question is not None and not s.question.answered,
        lambda s: say("{question} is answered already", question=_question_name(s)),
    ),
    Condition(
        "not-handled", frozenset({Action.UNHANDLE_RECEIVED, Action.UNHANDLE_SENT}),
        lambda s: s.question is not None and s.question.handled,
        lambda s: say("{question} is not handled, so it cannot be marked as not handled",
                      question=_question_name(s)),
    ),
)  # fmt: skip
