"""What may happen to a certificate, who may do it, and what Webcert tells the journal system when it does.

The two tables below are the whole rule: an action that is not listed for a state is refused, and so is one that is
not listed for the role. Nothing here knows about XML, time or sending; the publisher asks this module and does the
rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from simulator.certificate.catalogue import CertificateType, Policy
from simulator.certificate.certificate import CertificateState as State
from simulator.certificate.events import EventCode
from simulator.certificate.people import Role
from simulator.errors import ActionRefused
from simulator.sentence import Sentence, say


class Action(StrEnum):
    """What a person does in Webcert; the values are the verbs of scenarios."""

    CREATE = "create"
    CHANGE = "change"
    MARK_READY_TO_SIGN = "mark_ready_to_sign"
    SIGN = "sign"
    SEND = "send"
    REVOKE = "revoke"
    DELETE = "delete"


@dataclass(frozen=True)
class Transition:
    """What an action leads to: the new state, and the event that the journal system is told."""

    state: State
    event: EventCode


LIFECYCLE: dict[State, dict[Action, Transition]] = {
    State.NONE: {
        Action.CREATE: Transition(State.DRAFT, EventCode.SKAPAT),
    },
    State.DRAFT: {
        Action.CHANGE: Transition(State.DRAFT, EventCode.ANDRAT),
        Action.MARK_READY_TO_SIGN: Transition(State.READY_TO_SIGN, EventCode.KFSIGN),
        Action.SIGN: Transition(State.SIGNED, EventCode.SIGNAT),
        Action.DELETE: Transition(State.DELETED, EventCode.RADERA),
    },
    # Ready to sign may be said once and does not lock the draft (Webcert's code).
    State.READY_TO_SIGN: {
        Action.CHANGE: Transition(State.READY_TO_SIGN, EventCode.ANDRAT),
        Action.SIGN: Transition(State.SIGNED, EventCode.SIGNAT),
        Action.DELETE: Transition(State.DELETED, EventCode.RADERA),
    },
    # Sent at most once; revoked whether sent or not.
    State.SIGNED: {
        Action.SEND: Transition(State.SENT, EventCode.SKICKA),
        Action.REVOKE: Transition(State.REVOKED, EventCode.MAKULE),
    },
    State.SENT: {
        Action.REVOKE: Transition(State.REVOKED, EventCode.MAKULE),
    },
    State.REVOKED: {},
    State.DELETED: {},
}

# Whoever may not sign a type says that its draft is ready for one who may (Webcert's code, KFSIGN).
SIGNERS_ACTIONS = frozenset({Action.SIGN, Action.REVOKE})
NON_SIGNERS_ACTIONS = frozenset({Action.MARK_READY_TO_SIGN})

ROLE_NAMES: dict[Role, Sentence] = {
    Role.DOCTOR: say("doctor"),
    Role.NURSE: say("nurse"),
    Role.MIDWIFE: say("midwife"),
    Role.DENTIST: say("dentist"),
    Role.CARE_ADMIN: say("care administrator"),
}
ACTION_NAMES: dict[Action, Sentence] = {
    Action.CREATE: say("create"),
    Action.CHANGE: say("change"),
    Action.MARK_READY_TO_SIGN: say("mark as ready to sign"),
    Action.SIGN: say("sign"),
    Action.SEND: say("send"),
    Action.REVOKE: say("revoke"),
    Action.DELETE: say("delete"),
}
STATE_NAMES: dict[State, Sentence] = {
    State.NONE: say("not created"),
    State.DRAFT: say("a draft"),
    State.READY_TO_SIGN: say("a draft that is ready to sign"),
    State.SIGNED: say("signed"),
    State.SENT: say("signed and sent"),
    State.REVOKED: say("revoked"),
    State.DELETED: say("deleted"),
}


def who_may(action: Action, certificate_type: CertificateType, policy: Policy) -> tuple[Role, ...]:
    """The roles that may do this to a certificate of this type, in a fixed order."""
    signers = policy.may_sign(certificate_type)
    if action in SIGNERS_ACTIONS:
        allowed = signers
    elif action in NON_SIGNERS_ACTIONS:
        allowed = certificate_type.access - signers
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
            who=tuple(ROLE_NAMES[role] for role in allowed)),
        rule="role-may-not",
    )  # fmt: skip


def transition(action: Action, state: State, alias: str) -> Transition:
    """Look up what the action leads to, or refuse it with what could be done instead."""
    row = LIFECYCLE[state]
    if action in row:
        return row[action]
    if row:
        raise ActionRefused(
            say("{certificate} is {state}, so one cannot {action} it; one can {possible}",
                certificate=alias, state=STATE_NAMES[state], action=ACTION_NAMES[action],
                possible=tuple(ACTION_NAMES[other] for other in row)),
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
                return (*way, action)
            if step.state not in seen:
                seen.add(step.state)
                ways.append((step.state, (*way, action)))
    return ()


# The events that the life-cycle can tell of, in the order of the contract's list.
TOLD_EVENTS = tuple(event for event in EventCode if way_to(event))
