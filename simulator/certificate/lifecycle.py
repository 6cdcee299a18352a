"""What may happen to a certificate, who may do it, and what Webcert tells the journal system when it does.

The two tables below are the whole rule: an action that is not listed for a state is refused, and so is one that is
not listed for the role. Nothing here knows about XML, time or sending; the publisher asks this module and does the
rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from simulator.certificate.catalogue import CertificateType, Path, Policy
from simulator.certificate.certificate import CertificateState as State
from simulator.certificate.certificate import RelationKind
from simulator.certificate.events import EventCode
from simulator.certificate.people import CARE_STAFF, Role
from simulator.errors import ActionRefused
from simulator.sentence import Sentence, say


class Action(StrEnum):
    """What is done to a certificate; the values are the verbs of scenarios."""

    CREATE = "create"
    OPEN = "open"
    CHANGE = "change"
    MARK_READY_TO_SIGN = "mark_ready_to_sign"
    SIGN = "sign"
    SEND = "send"
    REVOKE = "revoke"
    DELETE = "delete"
    REPLACE = "replace"
    RENEW = "renew"
    COMPLEMENT = "complement"
    COPY = "copy"
    RECEIVE_QUESTION = "receive_question"
    REMIND = "remind"
    RECEIVE_ANSWER = "receive_answer"
    ASK = "ask"
    ANSWER = "answer"
    HANDLE_RECEIVED = "handle_received"
    UNHANDLE_RECEIVED = "unhandle_received"
    HANDLE_SENT = "handle_sent"
    UNHANDLE_SENT = "unhandle_sent"
    LOCK = "lock"
    DISPOSE = "dispose"
    # An operator's: events are told once more, and no certificate changes (`webcert.manual_redelivery`).
    RESEND = "resend"


@dataclass(frozen=True)
class Transition:
    """What an action leads to: the new state, and the event that the journal system is told, if any.

    With a `path`, only certificates on that path of Webcert's know it.
    """

    state: State
    event: EventCode | None
    path: Path | None = None


# What may be asked, answered and handled once the certificate is with its recipient.
_QUESTIONS: dict[Action, EventCode] = {
    Action.RECEIVE_QUESTION: EventCode.NYFRFM,
    Action.REMIND: EventCode.NYFRFM,
    Action.RECEIVE_ANSWER: EventCode.NYSVFM,
    Action.ASK: EventCode.NYFRFV,
    Action.ANSWER: EventCode.HANFRFM,
    Action.HANDLE_RECEIVED: EventCode.HANFRFM,
    Action.UNHANDLE_RECEIVED: EventCode.HANFRFM,
    Action.HANDLE_SENT: EventCode.HANFRFV,
    Action.UNHANDLE_SENT: EventCode.HANFRFV,
}

QUESTION_ACTIONS = frozenset(_QUESTIONS)

# Actions that make a new certificate from one that stands; the table has them where the parent stands, which they
# leave as it is. What the new one tells is the row of CREATE.
SUCCESSION: dict[Action, RelationKind] = {
    Action.REPLACE: RelationKind.REPLACES,
    Action.RENEW: RelationKind.RENEWS,
    Action.COMPLEMENT: RelationKind.COMPLEMENTS,
    Action.COPY: RelationKind.COPIES,
}

LIFECYCLE: dict[State, dict[Action, Transition]] = {
    State.NONE: {
        Action.CREATE: Transition(State.DRAFT, EventCode.SKAPAT),
    },
    State.DRAFT: {
        Action.OPEN: Transition(State.DRAFT, None),
        Action.CHANGE: Transition(State.DRAFT, EventCode.ANDRAT),
        Action.MARK_READY_TO_SIGN: Transition(State.READY_TO_SIGN, EventCode.KFSIGN),
        Action.SIGN: Transition(State.SIGNED, EventCode.SIGNAT),
        Action.DELETE: Transition(State.DELETED, EventCode.RADERA),
        # Locking tells nothing, on either path (Webcert's code).
        Action.LOCK: Transition(State.LOCKED, None),
        Action.DISPOSE: Transition(State.DELETED, EventCode.RADERA),
    },
    # Ready to sign does not lock the draft. Said twice, it is refused by one path and passed over by the other
    # (Webcert's code).
    State.READY_TO_SIGN: {
        Action.OPEN: Transition(State.READY_TO_SIGN, None),
        Action.CHANGE: Transition(State.READY_TO_SIGN, EventCode.ANDRAT),
        Action.MARK_READY_TO_SIGN: Transition(State.READY_TO_SIGN, None, Path.LEGACY),
        Action.SIGN: Transition(State.SIGNED, EventCode.SIGNAT),
        Action.DELETE: Transition(State.DELETED, EventCode.RADERA),
        Action.LOCK: Transition(State.LOCKED, None),
        Action.DISPOSE: Transition(State.DELETED, EventCode.RADERA),
    },
    State.LOCKED: {
        Action.OPEN: Transition(State.LOCKED, None),
        Action.REVOKE: Transition(State.REVOKED, EventCode.MAKULE, Path.LEGACY),
        Action.COPY: Transition(State.LOCKED, None, Path.LEGACY),
        Action.DISPOSE: Transition(State.DELETED, EventCode.RADERA),
    },
    # Sent at most once; revoked whether sent or not.
    State.SIGNED: {
        Action.OPEN: Transition(State.SIGNED, None),
        Action.SEND: Transition(State.SENT, EventCode.SKICKA),
        Action.REPLACE: Transition(State.SIGNED, None),
        Action.RENEW: Transition(State.SIGNED, None),
        Action.REVOKE: Transition(State.REVOKED, EventCode.MAKULE),
    },
    State.SENT: {
        Action.OPEN: Transition(State.SENT, None),
        Action.REPLACE: Transition(State.SENT, None),
        Action.RENEW: Transition(State.SENT, None),
        Action.COMPLEMENT: Transition(State.SENT, None),
        Action.REVOKE: Transition(State.REVOKED, EventCode.MAKULE),
        **{action: Transition(State.SENT, event) for action, event in _QUESTIONS.items()},
    },
    State.REVOKED: {},
    State.DELETED: {},
}

# What a question must first have been put by.
PUT_FIRST: dict[Action, Action] = {
    Action.REMIND: Action.RECEIVE_QUESTION,
    Action.ANSWER: Action.RECEIVE_QUESTION,
    Action.HANDLE_RECEIVED: Action.RECEIVE_QUESTION,
    Action.UNHANDLE_RECEIVED: Action.RECEIVE_QUESTION,
    Action.RECEIVE_ANSWER: Action.ASK,
    Action.HANDLE_SENT: Action.ASK,
    Action.UNHANDLE_SENT: Action.ASK,
}

# What no journal system is told of, wherever the certificate stands; opening may lead to a change that is told.
SILENT_ACTIONS = frozenset(
    action for row in LIFECYCLE.values() for action, step in row.items() if step.event is None
) - frozenset(SUCCESSION)

# What nobody does who is logged in: the recipient writes, time passes.
NOBODYS_ACTIONS = frozenset(
    {Action.RECEIVE_QUESTION, Action.REMIND, Action.RECEIVE_ANSWER, Action.LOCK, Action.DISPOSE, Action.RESEND}
)
# Whoever signs a type also replaces and revokes it; whoever may not says that its draft is ready for one who may
# (Webcert's code).
SIGNERS_ACTIONS = frozenset({Action.SIGN, Action.REVOKE, Action.REPLACE})
NON_SIGNERS_ACTIONS = frozenset({Action.MARK_READY_TO_SIGN})

ROLE_NAMES: dict[Role, Sentence] = {
    Role.DOCTOR: say("doctor"),
    Role.PRIVATE_DOCTOR: say("private doctor"),
    Role.NURSE: say("nurse"),
    Role.MIDWIFE: say("midwife"),
    Role.DENTIST: say("dentist"),
    Role.CARE_ADMIN: say("care administrator"),
}
ACTION_NAMES: dict[Action, Sentence] = {
    Action.CREATE: say("create"),
    Action.OPEN: say("open"),
    Action.CHANGE: say("change"),
    Action.MARK_READY_TO_SIGN: say("mark as ready to sign"),
    Action.SIGN: say("sign"),
    Action.SEND: say("send"),
    Action.REVOKE: say("revoke"),
    Action.DELETE: say("delete"),
    Action.REPLACE: say("replace"),
    Action.RENEW: say("renew"),
    Action.COMPLEMENT: say("complement"),
    Action.COPY: say("copy"),
    Action.RECEIVE_QUESTION: say("receive a question about"),
    Action.REMIND: say("be reminded of"),
    Action.RECEIVE_ANSWER: say("receive an answer about"),
    Action.ASK: say("ask about"),
    Action.ANSWER: say("answer a question about"),
    Action.HANDLE_RECEIVED: say("mark as handled a received question about"),
    Action.UNHANDLE_RECEIVED: say("mark as not handled a received question about"),
    Action.HANDLE_SENT: say("mark as handled a question that was put about"),
    Action.UNHANDLE_SENT: say("mark as not handled a question that was put about"),
    Action.LOCK: say("lock"),
    Action.DISPOSE: say("dispose of"),
    Action.RESEND: say("send again what was told of"),
}
STATE_NAMES: dict[State, Sentence] = {
    State.NONE: say("not created"),
    State.DRAFT: say("a draft"),
    State.READY_TO_SIGN: say("a draft that is ready to sign"),
    State.LOCKED: say("a locked draft"),
    State.SIGNED: say("signed"),
    State.SENT: say("signed and sent"),
    State.REVOKED: say("revoked"),
    State.DELETED: say("deleted"),
}


def who_may(action: Action, certificate_type: CertificateType, policy: Policy) -> tuple[Role, ...]:
    """The roles that may do this to a certificate of this type, in a fixed order; none for what nobody does."""
    signers = policy.may_sign(certificate_type)
    if action in NOBODYS_ACTIONS:
        allowed: frozenset[Role] = frozenset()
    elif action is Action.REVOKE:
        allowed = policy.may_revoke(certificate_type)
    elif action in SIGNERS_ACTIONS:
        allowed = signers
    elif action in NON_SIGNERS_ACTIONS:
        allowed = certificate_type.access - signers
        if certificate_type.path is Path.LEGACY:
            # On the older path no dentist says that, though there is a type that she writes and does not sign
            # (Webcert's code).
            allowed &= CARE_STAFF
    else:
        allowed = certificate_type.access
    return tuple(role for role in Role if role in allowed)


def check_role(action: Action, role: Role, certificate_type: CertificateType, policy: Policy) -> None:
    """Refuse an action that the role may not do, in a sentence that names who may."""
    allowed = who_may(action, certificate_type, policy)
    if role in allowed:
        return
    raise ActionRefused(
        say("a {role} may not {action} {type} under {policy}; {who} may",
            role=ROLE_NAMES[role], action=ACTION_NAMES[action], type=certificate_type.name, policy=policy.name,
            who=tuple(ROLE_NAMES[role] for role in allowed) or say("nobody")),
        rule="role-may-not",
    )  # fmt: skip


def transition(action: Action, state: State, alias: str, path: Path = Path.CS) -> Transition:
    """Look up what the action leads to on this path, or refuse it with what somebody could do instead."""
    row = {one: step for one, step in LIFECYCLE[state].items() if step.path in (None, path)}
    if action in row:
        return row[action]
    possible = tuple(ACTION_NAMES[other] for other in row if other not in NOBODYS_ACTIONS)
    if possible:
        raise ActionRefused(
            say("{certificate} is {state}, so one cannot {action} it; one can {possible}",
                certificate=alias, state=STATE_NAMES[state], action=ACTION_NAMES[action],
                possible=possible),
            rule="state-does-not-allow",
        )  # fmt: skip
    raise ActionRefused(
        say("{certificate} is {state}, so nothing more can be done to it; one cannot {action} it",
            certificate=alias, state=STATE_NAMES[state], action=ACTION_NAMES[action]),
        rule="state-does-not-allow",
    )  # fmt: skip


def way_to(event: EventCode) -> tuple[Action, ...]:
    """The shortest series of actions from nothing to the one that tells of this event; empty where there is none."""
    ways: list[tuple[State, tuple[Action, ...]]] = [(State.NONE, ())]
    seen = {State.NONE}
    for state, way in ways:
        for action, step in LIFECYCLE[state].items():
            if step.event is event:
                first = (PUT_FIRST[action],) if action in PUT_FIRST else ()
                return (*way, *first, action)
            if step.state not in seen:
                seen.add(step.state)
                ways.append((step.state, (*way, action)))
    return ()


# The events that one certificate's own life-cycle can tell of, in the order of the contract's list.
TOLD_EVENTS = tuple(event for event in EventCode if way_to(event))
