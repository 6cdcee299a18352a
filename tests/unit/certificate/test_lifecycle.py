"""What may happen to a certificate, who may do it, and what the journal system is told: both tables, cell by cell.

The tables here are written out by hand from Webcert's code, the forum's policy and docs/design.md,
and not computed from the code.
"""

from __future__ import annotations

import pytest

from simulator.certificate.catalogue import FK7211, FK7443, POLICIES
from simulator.certificate.certificate import CertificateState
from simulator.certificate.events import EventCode
from simulator.certificate.identity import HsaId
from simulator.certificate.lifecycle import (
    ACTION_NAMES,
    LIFECYCLE,
    ROLE_NAMES,
    STATE_NAMES,
    TOLD_EVENTS,
    Action,
    Transition,
    check_role,
    transition,
    way_to,
    who_may,
)
from simulator.certificate.people import LICENCES, Position, Role, Staff
from simulator.errors import ActionRefused

TYPES_BY_NAME = {name: kind for kind in (FK7443, FK7211) for name in kind.names}

# Each cell is the state that follows and the event that is told; a dash is an action that is refused.
LIFE = """
state          create        change               mark_ready_to_sign   sign           send         revoke          delete
none           draft/SKAPAT  -                    -                    -              -            -               -
draft          -             draft/ANDRAT         ready_to_sign/KFSIGN signed/SIGNAT  -            -               deleted/RADERA
ready_to_sign  -             ready_to_sign/ANDRAT -                    signed/SIGNAT  -            -               deleted/RADERA
signed         -             -                    -                    -              sent/SKICKA  revoked/MAKULE  -
sent           -             -                    -                    -              -            revoked/MAKULE  -
revoked        -             -                    -                    -              -            -               -
deleted        -             -                    -                    -              -            -               -
"""  # noqa: E501 - a table is read across

# Who may not sign a type but has access to it drafts, sends, and says that a draft is ready; dentists have no access.
PERMISSIONS = """
policy       type    role        create  change  mark_ready_to_sign  sign  send  revoke  delete
forum-2024   FK7443  doctor      yes     yes     no                  yes   yes   yes     yes
forum-2024   FK7443  nurse       yes     yes     no                  yes   yes   yes     yes
forum-2024   FK7443  midwife     yes     yes     yes                 no    yes   no      yes
forum-2024   FK7443  dentist     no      no      no                  no    no    no      no
forum-2024   FK7443  care_admin  yes     yes     yes                 no    yes   no      yes
forum-2024   FK7211  doctor      yes     yes     no                  yes   yes   yes     yes
forum-2024   FK7211  nurse       yes     yes     no                  yes   yes   yes     yes
forum-2024   FK7211  midwife     yes     yes     no                  yes   yes   yes     yes
forum-2024   FK7211  dentist     no      no      no                  no    no    no      no
forum-2024   FK7211  care_admin  yes     yes     yes                 no    yes   no      yes
webcert-7.7  FK7443  doctor      yes     yes     no                  yes   yes   yes     yes
webcert-7.7  FK7443  nurse       yes     yes     no                  yes   yes   yes     yes
webcert-7.7  FK7443  midwife     yes     yes     no                  yes   yes   yes     yes
webcert-7.7  FK7443  dentist     no      no      no                  no    no    no      no
webcert-7.7  FK7443  care_admin  yes     yes     yes                 no    yes   no      yes
webcert-7.7  FK7211  doctor      yes     yes     no                  yes   yes   yes     yes
webcert-7.7  FK7211  nurse       yes     yes     no                  yes   yes   yes     yes
webcert-7.7  FK7211  midwife     yes     yes     no                  yes   yes   yes     yes
webcert-7.7  FK7211  dentist     no      no      no                  no    no    no      no
webcert-7.7  FK7211  care_admin  yes     yes     yes                 no    yes   no      yes
"""


def cells(table: str, keys: int) -> list[tuple[str, ...]]:
    """Each cell of a table with what stands to its left and above it: keys, column, cell."""
    heading, *rows = (line.split() for line in table.strip().splitlines())
    return [
        (*row[:keys], column, cell) for row in rows for column, cell in zip(heading[keys:], row[keys:], strict=True)
    ]


LIFE_CELLS = cells(LIFE, 1)
ALLOWED_STEPS = [(state, action, *cell.split("/")) for state, action, cell in LIFE_CELLS if cell != "-"]
REFUSED_STEPS = [(state, action) for state, action, cell in LIFE_CELLS if cell == "-"]
PERMISSION_CELLS = cells(PERMISSIONS, 3)


def refusal(action: str, state: str) -> ActionRefused:
    """The refusal of an action in a state."""
    with pytest.raises(ActionRefused) as refused:
        transition(Action(action), CertificateState(state), "the certificate")
    return refused.value


# The life-cycle


def test_the_table_of_the_life_cycle_is_whole():
    """Every state stands in a row and every action in a column."""
    assert {(state, action) for state in CertificateState for action in Action} == {cell[:2] for cell in LIFE_CELLS}


@pytest.mark.parametrize(("state", "action", "next_state", "event"), ALLOWED_STEPS)
def test_what_an_action_leads_to(state, action, next_state, event):
    """Each action of the table leads to its state, and its event is told."""
    expected = Transition(CertificateState(next_state), EventCode(event))
    assert expected == transition(Action(action), CertificateState(state), "the certificate")


@pytest.mark.parametrize(("state", "action"), REFUSED_STEPS)
def test_what_a_state_does_not_allow(state, action):
    """Each pair that is not in the table is refused in a sentence that names certificate, state and action."""
    refused = refusal(action, state)
    assert "state-does-not-allow" == refused.rule
    assert str(refused).startswith(f"the certificate is {STATE_NAMES[CertificateState(state)]}, so ")
    assert f"one cannot {ACTION_NAMES[Action(action)]} it" in str(refused)


@pytest.mark.parametrize(
    ("state", "action", "sentence"),
    [
        ("none", "sign", "the certificate is not created, so one cannot sign it; one can create"),
        (
            "draft",
            "send",
            "the certificate is a draft, so one cannot send it; one can change, mark as ready to sign, sign and delete",
        ),
        (
            "ready_to_sign",
            "mark_ready_to_sign",
            (
                "the certificate is a draft that is ready to sign, so one cannot mark as ready to sign it; "
                "one can change, sign and delete"
            ),
        ),
        ("signed", "delete", "the certificate is signed, so one cannot delete it; one can send and revoke"),
        ("sent", "send", "the certificate is signed and sent, so one cannot send it; one can revoke"),
        ("revoked", "send", "the certificate is revoked, so nothing more can be done to it; one cannot send it"),
        ("deleted", "sign", "the certificate is deleted, so nothing more can be done to it; one cannot sign it"),
    ],
)
def test_how_a_refusal_is_said(state, action, sentence):
    """A refusal says what could be done instead, or that nothing can."""
    assert sentence == str(refusal(action, state))


def test_ready_to_sign_is_said_once_and_locks_nothing():
    """A draft that is ready may still be changed and deleted, and not be marked again (Webcert's code)."""
    ready = LIFECYCLE[CertificateState.READY_TO_SIGN]
    assert {Action.CHANGE, Action.SIGN, Action.DELETE} == set(ready)


@pytest.mark.parametrize(
    ("event", "way"),
    [
        (EventCode.SKAPAT, ["create"]),
        (EventCode.ANDRAT, ["create", "change"]),
        (EventCode.RADERA, ["create", "delete"]),
        (EventCode.KFSIGN, ["create", "mark_ready_to_sign"]),
        (EventCode.SIGNAT, ["create", "sign"]),
        (EventCode.SKICKA, ["create", "sign", "send"]),
        (EventCode.MAKULE, ["create", "sign", "revoke"]),
        (EventCode.NYFRFM, []),
        (EventCode.NYFRFV, []),
        (EventCode.NYSVFM, []),
        (EventCode.HANFRFM, []),
        (EventCode.HANFRFV, []),
    ],
)
def test_the_shortest_way_to_an_event(event, way):
    """Each event of the life-cycle is reached by as few actions as possible; questions are not part of it."""
    assert way == [str(action) for action in way_to(event)]
    assert bool(way) is (event in TOLD_EVENTS)


# Who may do what


def test_the_table_of_permissions_is_whole():
    """Every policy, type, role and action has its cell."""
    expected = {
        (policy, kind, role, action)
        for policy in ("forum-2024", "webcert-7.7")
        for kind in ("FK7443", "FK7211")
        for role in Role
        for action in Action
    }
    assert expected == {cell[:4] for cell in PERMISSION_CELLS}
    assert len(expected) == len(PERMISSION_CELLS)


@pytest.mark.parametrize(("policy", "kind", "role", "action", "may"), PERMISSION_CELLS)
def test_who_may_do_what(policy, kind, role, action, may):
    """Each role may do what its row says, and is refused everything else."""
    asked = Action(action), Role(role), TYPES_BY_NAME[kind], POLICIES[policy]
    if may == "yes":
        check_role(*asked)
    else:
        with pytest.raises(ActionRefused) as refused:
            check_role(*asked)
        assert "role-may-not" == refused.value.rule
    assert (may == "yes") is (Role(role) in who_may(Action(action), TYPES_BY_NAME[kind], POLICIES[policy]))


@pytest.mark.parametrize(
    ("policy", "kind", "role", "action", "sentence"),
    [
        (
            "forum-2024", "FK7443", "midwife", "sign",
            "a midwife may not sign FK7443 under forum-2024; doctor and nurse may",
        ),
        (
            "forum-2024", "FK7211", "dentist", "create",
            "a dentist may not create FK7211 under forum-2024; doctor, nurse, midwife and care administrator may",
        ),
        (
            "webcert-7.7", "FK7443", "care_admin", "revoke",
            "a care administrator may not revoke FK7443 under webcert-7.7; doctor, nurse and midwife may",
        ),
        (
            "webcert-7.7", "FK7211", "doctor", "mark_ready_to_sign",
            "a doctor may not mark as ready to sign FK7211 under webcert-7.7; care administrator may",
        ),
    ],
)  # fmt: skip
def test_how_a_role_is_refused(policy, kind, role, action, sentence):
    """The refusal names the role, the action, the type and the policy, and says who may."""
    with pytest.raises(ActionRefused) as refused:
        check_role(Action(action), Role(role), TYPES_BY_NAME[kind], POLICIES[policy])
    assert sentence == str(refused.value)


@pytest.mark.parametrize("name", ["FK7443", "FK7472", "ITFP"])
def test_a_type_by_any_name_is_signed_by_the_same_roles(name):
    """The policy goes by the type, and not by the name that the person used."""
    allowed = who_may(Action.SIGN, TYPES_BY_NAME[name], POLICIES["forum-2024"])
    assert (Role.DOCTOR, Role.NURSE) == allowed


@pytest.mark.parametrize("kind", ["FK7443", "FK7211"])
@pytest.mark.parametrize("policy", ["forum-2024", "webcert-7.7"])
def test_an_at_doctor_without_a_licence_may_sign(policy, kind):
    """What counts is the role, and an AT doctor is a doctor by position."""
    at_doctor = Staff(HsaId("TSTNMT2321000156-DRBE"), "Beata Doktor", positions=(Position("204010", "AT"),))
    check_role(Action.SIGN, at_doctor.role, TYPES_BY_NAME[kind], POLICIES[policy])


def test_a_midwife_who_also_is_a_nurse_may_not_sign_fk7443():
    """Policies go by Webcert's role, and whoever has both licences is a midwife (docs/design.md)."""
    midwife = Staff(HsaId("TSTNMT2321000156-BMBL"), "Bertil Barnmorska", licences=(LICENCES["SJ"], LICENCES["BM"]))
    with pytest.raises(ActionRefused, match="a midwife may not sign FK7443"):
        check_role(Action.SIGN, midwife.role, TYPES_BY_NAME["FK7443"], POLICIES["forum-2024"])


@pytest.mark.parametrize(
    ("names", "members"), [(ROLE_NAMES, Role), (ACTION_NAMES, Action), (STATE_NAMES, CertificateState)]
)
def test_everything_that_a_refusal_mentions_has_a_name(names, members):
    """No sentence breaks for want of a word."""
    assert set(members) == set(names)
