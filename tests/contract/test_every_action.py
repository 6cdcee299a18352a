"""Every certificate type and every action: what is told is valid against both contracts, or a sentence refuses it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from simulator.certificate.catalogue import POLICIES, TYPES, CertificateType, Path, Policy, check_available
from simulator.certificate.events import EventCode, Subject
from simulator.certificate.lifecycle import QUESTION_ACTIONS, SUCCESSION, Action, check_role, who_may
from simulator.certificate.manners import manners
from simulator.certificate.people import Role
from simulator.contract import names
from simulator.contract.envelope import write_status_update
from simulator.contract.reading import read_xml
from simulator.contract.schema import Contract, our_contract, published_contract
from simulator.contract.status_update import status_update_of
from simulator.errors import ActionRefused
from tests.unit.certificate.stage import CARE_ADMIN, DOCTOR, PRIVATE_DOCTOR, Stage

ACTIONS = [action for action in Action if action is not Action.RESEND]
EVERY_TYPE = pytest.mark.parametrize("kind", TYPES, ids=lambda kind: "-".join(kind.key))
EVERY_ACTION = pytest.mark.parametrize("action", ACTIONS, ids=str)
# So that inactivated types are met too.
ALL_CREATED = Policy("all", {}, {}, frozenset())

# What is done first, so that the certificate stands where the action belongs.
BEFORE = {
    Action.CREATE: "",
    Action.SEND: "create sign",
    Action.REVOKE: "create sign",
    Action.REPLACE: "create sign",
    Action.RENEW: "create sign",
    Action.COPY: "create lock",
    Action.RECEIVE_QUESTION: "create sign send",
    Action.COMPLEMENT: "create sign send receive_question",
    Action.REMIND: "create sign send receive_question",
    Action.ANSWER: "create sign send receive_question",
    Action.HANDLE_RECEIVED: "create sign send receive_question",
    Action.UNHANDLE_RECEIVED: "create sign send receive_question handle_received",
    Action.ASK: "create sign send",
    Action.RECEIVE_ANSWER: "create sign send ask",
    Action.HANDLE_SENT: "create sign send ask",
    Action.UNHANDLE_SENT: "create sign send ask handle_sent",
}


def subjects(kind: CertificateType) -> list[Subject]:
    """What the recipient may ask about a type."""
    return [*([Subject.KOMPLT] if kind.can_be_complemented else []), *sorted(kind.recipient_asks_about)]


def allows(kind: CertificateType, action: Action) -> bool:
    """Whether the capabilities of a type have the action."""
    if action in (Action.ASK, Action.RECEIVE_ANSWER, Action.HANDLE_SENT, Action.UNHANDLE_SENT):
        return kind.care_may_ask
    return {
        Action.SEND: kind.can_be_sent and not kind.sent_after_signing,
        Action.COPY: kind.path is Path.LEGACY,
        Action.RENEW: kind.can_be_renewed,
        Action.COMPLEMENT: kind.can_be_complemented,
        Action.RECEIVE_QUESTION: bool(subjects(kind)),
        Action.ANSWER: bool(subjects(kind)),
        Action.HANDLE_RECEIVED: bool(subjects(kind)),
        Action.UNHANDLE_RECEIVED: bool(subjects(kind)),
        Action.REMIND: bool(subjects(kind)) and kind.can_be_reminded,
    }.get(action, True)


def act(stage: Stage, kind: CertificateType, action: Action, subject: Subject) -> list[str]:
    """Do it, by somebody who may."""
    if action is Action.CREATE:
        return stage.create(kind)
    if action in SUCCESSION:
        told = stage.succeed(action, "c2")
        # What has been made is lived with, too; a renewal leaves some answers to be given anew.
        return told + stage.act("change", "c2", complete=True) + stage.act("sign", "c2")
    if action in QUESTION_ACTIONS:
        about = Subject.OVRIGT if action is Action.ASK else subject
        return stage.about(action, subject=about)
    return stage.act(action, by=CARE_ADMIN if action is Action.MARK_READY_TO_SIGN else DOCTOR)


def play(kind: CertificateType, action: Action, subject: Subject) -> Stage:
    """Bring a certificate of the type to where the action belongs, and do it; raises ActionRefused."""
    stage = Stage(policy=ALL_CREATED)
    for word in BEFORE.get(action, "create").split():
        if word != "send" or not (kind.sent_after_signing and kind.can_be_sent):
            act(stage, kind, Action(word), subject)
    told = act(stage, kind, action, subject)
    assert bool(told) == (action not in (Action.OPEN, Action.LOCK))
    return stage


def check_all(kind: CertificateType, action: Action, contract: Contract) -> None:
    """Everything that is told on the way is valid, or a sentence says why the type does not have the action."""
    about = subjects(kind) or [Subject.KONTKT]
    for subject in about if action in QUESTION_ACTIONS else about[:1]:
        if not allows(kind, action):
            with pytest.raises(ActionRefused) as refused:
                play(kind, action, subject)
            assert refused.value.rule
            assert str(refused.value).strip()
            continue
        for certificate, event in play(kind, action, subject).told:
            document = write_status_update(status_update_of(certificate, event, manners(certificate.type.path)))
            request = read_xml(document).find(f"{names.BODY}/{names.REQUEST}")
            assert [] == contract.errors(request), f"{event.code} of {kind.key}"


@EVERY_TYPE
@EVERY_ACTION
def test_every_action_on_every_type(kind, action):
    """What the type's capabilities have is told in messages that our contract takes; the rest is refused."""
    check_all(kind, action, our_contract())


@EVERY_TYPE
@EVERY_ACTION
def test_every_action_on_every_type_by_the_published_contract(kind, action, oracle):
    """The published release takes the same messages."""
    check_all(kind, action, published_contract(oracle))


@EVERY_TYPE
def test_a_private_doctor_signs_every_type_without_a_signature(kind, oracle):
    """What she signs is told without a signature on either path, and both contracts take it."""
    stage = Stage(policy=ALL_CREATED)
    stage.create(kind, by=PRIVATE_DOCTOR)
    stage.act("sign", by=PRIVATE_DOCTOR)
    for certificate, event in stage.told:
        update = status_update_of(certificate, event, manners(kind.path))
        document = write_status_update(update)
        request = read_xml(document).find(f"{names.BODY}/{names.REQUEST}")
        assert request.find(f"{names.CERTIFICATE}/{names.SIGNATURE_HOLDER}") is None
        assert (event.code is not EventCode.SKAPAT) is (update.signed_at is not None)
        assert [[], []] == [one.errors(request) for one in (our_contract(), published_contract(oracle))]


@EVERY_TYPE
@pytest.mark.parametrize("policy", POLICIES.values(), ids=lambda policy: policy.name)
def test_every_other_role_is_refused(kind, policy):
    """Of all roles those pass that the matrix has; to the others a sentence says who may."""
    for action in ACTIONS:
        for role in Role:
            if role in who_may(action, kind, policy):
                check_role(action, role, kind, policy)
                continue
            with pytest.raises(ActionRefused) as refused:
                check_role(action, role, kind, policy)
            assert "role-may-not" == refused.value.rule
            assert kind.name in str(refused.value)


@EVERY_TYPE
@pytest.mark.parametrize("policy", POLICIES.values(), ids=lambda policy: policy.name)
def test_every_earlier_day_is_refused(kind, policy):
    """A type is created from its first day on; the day before, a sentence says from when."""
    first = policy.first_day_of(kind)
    if first is None or kind.name in policy.inactivated:
        return
    check_available(kind, first, policy)
    with pytest.raises(ActionRefused) as refused:
        check_available(kind, first - timedelta(days=1), policy)
    assert "type-not-available" == refused.value.rule
    assert first.isoformat() in str(refused.value)
