"""What may happen to a certificate, who may do it, and what the journal system is told: both tables, cell by cell.

The tables here are written out by hand from Webcert's code, the forum's policy and docs/design.md,
and not computed from the code.
"""

from __future__ import annotations

import pytest

from simulator.certificate.catalogue import FK7211, FK7443, POLICIES, TYPES, Path
from simulator.certificate.certificate import CertificateState
from simulator.certificate.events import EventCode
from simulator.certificate.identity import HsaId
from simulator.certificate.lifecycle import (
    ACTION_NAMES,
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

# Each cell is the state that follows and the event that is told, `-` after the slash where nothing is; a lone dash is
# an action that is refused. What only one path knows has its own table below.
LIFE = """
state          create        open             change               mark_ready_to_sign   sign           send         revoke          delete          lock      dispose
none           draft/SKAPAT  -                -                    -                    -              -            -               -               -         -
draft          -             draft/-          draft/ANDRAT         ready_to_sign/KFSIGN signed/SIGNAT  -            -               deleted/RADERA  locked/-  deleted/RADERA
ready_to_sign  -             ready_to_sign/-  ready_to_sign/ANDRAT -                    signed/SIGNAT  -            -               deleted/RADERA  locked/-  deleted/RADERA
locked         -             locked/-         -                    -                    -              -            -               -               -         deleted/RADERA
signed         -             signed/-         -                    -                    -              sent/SKICKA  revoked/MAKULE  -               -         -
sent           -             sent/-           -                    -                    -              -            revoked/MAKULE  -               -         -
revoked        -             -                -                    -                    -              -            -               -               -         -
deleted        -             -                -                    -                    -              -            -               -               -         -
"""  # noqa: E501 - a table is read across

# Making a new certificate of one leaves that one as it is.
SUCCESSIONS = """
state          replace   renew     complement  copy
none           -         -         -           -
draft          -         -         -           -
ready_to_sign  -         -         -           -
locked         -         -         -           -
signed         signed/-  signed/-  -           -
sent           sent/-    sent/-    sent/-      -
revoked        -         -         -           -
deleted        -         -         -           -
"""

# Questions belong to a certificate that is with its recipient, and leave it there.
QUESTIONS = """
state          receive_question  remind       receive_answer  ask          answer        handle_received  unhandle_received  handle_sent   unhandle_sent
none           -                 -            -               -            -             -                -                  -             -
draft          -                 -            -               -            -             -                -                  -             -
ready_to_sign  -                 -            -               -            -             -                -                  -             -
locked         -                 -            -               -            -             -                -                  -             -
signed         -                 -            -               -            -             -                -                  -             -
sent           sent/NYFRFM       sent/NYFRFM  sent/NYSVFM     sent/NYFRFV  sent/HANFRFM  sent/HANFRFM     sent/HANFRFM       sent/HANFRFV  sent/HANFRFV
revoked        -                 -            -               -            -             -                -                  -             -
deleted        -                 -            -               -            -             -                -                  -             -
"""  # noqa: E501 - a table is read across

# What the other path knows beside all this: a locked draft can be revoked and copied, and a second mark is passed over.
LEGACY_BESIDE = {
    ("locked", "revoke"): ("revoked", "MAKULE"),
    ("locked", "copy"): ("locked", "-"),
    ("ready_to_sign", "mark_ready_to_sign"): ("ready_to_sign", "-"),
}

# Who may not sign a type but has access to it drafts, sends, and says that a draft is ready; dentists have no access.
# The drafter's column stands for every action that access alone allows, the signer's for signing, revoking, replacing.
PERMISSIONS = """
policy       type    role            drafter  marker  signer
forum-2024   FK7443  doctor          yes      no      yes
forum-2024   FK7443  private_doctor  yes      no      yes
forum-2024   FK7443  nurse           yes      no      yes
forum-2024   FK7443  midwife         yes      yes     no
forum-2024   FK7443  dentist         no       no      no
forum-2024   FK7443  care_admin      yes      yes     no
forum-2024   FK7211  doctor          yes      no      yes
forum-2024   FK7211  private_doctor  yes      no      yes
forum-2024   FK7211  nurse           yes      no      yes
forum-2024   FK7211  midwife         yes      no      yes
forum-2024   FK7211  dentist         no       no      no
forum-2024   FK7211  care_admin      yes      yes     no
webcert-7.7  FK7443  doctor          yes      no      yes
webcert-7.7  FK7443  private_doctor  yes      no      yes
webcert-7.7  FK7443  nurse           yes      no      yes
webcert-7.7  FK7443  midwife         yes      no      yes
webcert-7.7  FK7443  dentist         no       no      no
webcert-7.7  FK7443  care_admin      yes      yes     no
webcert-7.7  FK7211  doctor          yes      no      yes
webcert-7.7  FK7211  private_doctor  yes      no      yes
webcert-7.7  FK7211  nurse           yes      no      yes
webcert-7.7  FK7211  midwife         yes      no      yes
webcert-7.7  FK7211  dentist         no       no      no
webcert-7.7  FK7211  care_admin      yes      yes     no
"""

# Whose column an action stands in; nobody who is logged in does what is nobody's.
ACTIONS_OF = {
    "drafter": (
        "create open change send delete renew complement copy ask answer handle_received unhandle_received handle_sent "
        "unhandle_sent"
    ),
    "marker": "mark_ready_to_sign",
    "signer": "sign revoke replace",
    "nobody": "receive_question remind receive_answer lock dispose resend",
}


def cells(table: str, keys: int) -> list[tuple[str, ...]]:
    """Each cell of a table with what stands to its left and above it: keys, column, cell."""
    heading, *rows = (line.split() for line in table.strip().splitlines())
    return [
        (*row[:keys], column, cell) for row in rows for column, cell in zip(heading[keys:], row[keys:], strict=True)
    ]


LIFE_CELLS = [cell for table in (LIFE, SUCCESSIONS, QUESTIONS) for cell in cells(table, 1)]
ALLOWED_STEPS = [(state, action, *cell.split("/")) for state, action, cell in LIFE_CELLS if cell != "-"]
REFUSED_STEPS = [(state, action) for state, action, cell in LIFE_CELLS if cell == "-"]
PERMISSION_CELLS = [
    (policy, kind, role, action, may)
    for policy, kind, role, whose, may in cells(PERMISSIONS, 3)
    for action in ACTIONS_OF[whose].split()
]


def refusal(action: str, state: str) -> ActionRefused:
    """The refusal of an action in a state."""
    with pytest.raises(ActionRefused) as refused:
        transition(Action(action), CertificateState(state), "the certificate")
    return refused.value


# The life-cycle


def test_the_table_of_the_life_cycle_is_whole():
    """Every state stands in a row and every action in a column; sending again changes no certificate."""
    expected = {(state, action) for state in CertificateState for action in Action if action is not Action.RESEND}
    assert expected == {cell[:2] for cell in LIFE_CELLS}
    assert len(expected) == len(LIFE_CELLS)


@pytest.mark.parametrize(("state", "action", "next_state", "event"), ALLOWED_STEPS)
def test_what_an_action_leads_to(state, action, next_state, event):
    """Each action of the tables leads to its state, and its event is told, on both paths."""
    expected = Transition(CertificateState(next_state), None if event == "-" else EventCode(event))
    for path in Path:
        assert expected == transition(Action(action), CertificateState(state), "the certificate", path)


@pytest.mark.parametrize(("state", "action"), REFUSED_STEPS)
def test_what_a_state_does_not_allow(state, action):
    """Each pair that is not in the tables is refused in a sentence that names certificate, state and action."""
    refused = refusal(action, state)
    assert "state-does-not-allow" == refused.rule
    assert str(refused).startswith(f"the certificate is {STATE_NAMES[CertificateState(state)]}, so ")
    assert f"one cannot {ACTION_NAMES[Action(action)]} it" in str(refused)


@pytest.mark.parametrize(("state", "action"), REFUSED_STEPS)
def test_what_the_other_path_knows_beside(state, action):
    """What one path refuses the other refuses too, but for three rows (Webcert's code)."""
    if (state, action) in LEGACY_BESIDE:
        next_state, event = LEGACY_BESIDE[state, action]
        found = transition(Action(action), CertificateState(state), "the certificate", Path.LEGACY)
        assert CertificateState(next_state) == found.state
        assert (None if event == "-" else EventCode(event)) == found.event
    else:
        with pytest.raises(ActionRefused):
            transition(Action(action), CertificateState(state), "the certificate", Path.LEGACY)


@pytest.mark.parametrize(
    ("state", "action", "sentence"),
    [
        ("none", "sign", "the certificate is not created, so one cannot sign it; one can create"),
        (
            "draft",
            "send",
            (
                "the certificate is a draft, so one cannot send it; one can open, change, mark as ready to sign, "
                "sign and delete"
            ),
        ),
        (
            "ready_to_sign",
            "mark_ready_to_sign",
            (
                "the certificate is a draft that is ready to sign, so one cannot mark as ready to sign it; "
                "one can open, change, sign and delete"
            ),
        ),
        (
            "locked",
            "revoke",
            "the certificate is a locked draft, so one cannot revoke it; one can open",
        ),
        (
            "signed",
            "delete",
            "the certificate is signed, so one cannot delete it; one can open, send, replace, renew and revoke",
        ),
        (
            "signed",
            "complement",
            "the certificate is signed, so one cannot complement it; one can open, send, replace, renew and revoke",
        ),
        (
            "sent",
            "delete",
            (
                "the certificate is signed and sent, so one cannot delete it; one can open, replace, renew, "
                "complement, revoke, ask about, answer a question about, mark as handled a received question about, "
                "mark as not handled a received question about, mark as handled a question that was put about and "
                "mark as not handled a question that was put about"
            ),
        ),
        ("revoked", "send", "the certificate is revoked, so nothing more can be done to it; one cannot send it"),
        ("deleted", "sign", "the certificate is deleted, so nothing more can be done to it; one cannot sign it"),
    ],
)
def test_how_a_refusal_is_said(state, action, sentence):
    """A refusal says what somebody could do instead, or that nobody can do anything."""
    assert sentence == str(refusal(action, state))


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
        (EventCode.NYFRFM, ["create", "sign", "send", "receive_question"]),
        (EventCode.NYFRFV, ["create", "sign", "send", "ask"]),
        (EventCode.NYSVFM, ["create", "sign", "send", "ask", "receive_answer"]),
        (EventCode.HANFRFM, ["create", "sign", "send", "receive_question", "answer"]),
        (EventCode.HANFRFV, ["create", "sign", "send", "ask", "handle_sent"]),
    ],
)
def test_the_shortest_way_to_an_event(event, way):
    """Each event is reached by as few actions as possible; a question is put before anything is done about it."""
    assert way == [str(action) for action in way_to(event)]
    assert bool(way) is (event in TOLD_EVENTS)


# Who may do what


def test_the_table_of_permissions_is_whole():
    """Every policy, type and role has its row, and every action stands in one column."""
    rows = {cell[:3] for cell in PERMISSION_CELLS}
    assert {(policy, kind, role) for policy in POLICIES for kind in ("FK7443", "FK7211") for role in Role} == rows
    assert sorted(Action) == sorted(" ".join(ACTIONS_OF.values()).split())


@pytest.mark.parametrize("action", ACTIONS_OF["nobody"].split())
@pytest.mark.parametrize("role", Role)
def test_nobody_does_what_is_nobodys(role, action):
    """The recipient's deeds and time's are done by nobody who is logged in."""
    assert () == who_may(Action(action), FK7443, POLICIES["webcert-7.7"])
    with pytest.raises(ActionRefused, match="nobody may"):
        check_role(Action(action), role, FK7443, POLICIES["webcert-7.7"])


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
            "a midwife may not sign FK7443 under forum-2024; doctor, private doctor and nurse may",
        ),
        (
            "forum-2024", "FK7211", "dentist", "create",
            (
                "a dentist may not create FK7211 under forum-2024; "
                "doctor, private doctor, nurse, midwife and care administrator may"
            ),
        ),
        (
            "webcert-7.7", "FK7443", "care_admin", "revoke",
            (
                "a care administrator may not revoke FK7443 under webcert-7.7; "
                "doctor, private doctor, nurse and midwife may"
            ),
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
    assert (Role.DOCTOR, Role.PRIVATE_DOCTOR, Role.NURSE) == allowed


@pytest.mark.parametrize("kind", [kind for kind in TYPES if kind.path is Path.LEGACY], ids=lambda kind: kind.name)
def test_who_says_on_the_older_path_that_a_draft_is_ready(kind):
    """Care administrators, nurses and midwives; a dentist, who may write some that she does not sign, never."""
    may = set(who_may(Action.MARK_READY_TO_SIGN, kind, POLICIES["webcert-7.7"]))
    assert may == kind.access & {Role.CARE_ADMIN, Role.NURSE, Role.MIDWIFE}


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
