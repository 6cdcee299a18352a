"""Every condition, seen to refuse and seen to let through: a table with a row for each rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from simulator.certificate.catalogue import WEBCERT_7_7
from simulator.certificate.conditions import CONDITIONS
from simulator.certificate.events import Subject
from simulator.errors import ActionRefused
from tests.unit.certificate.stage import CARE_ADMIN, CAST, CS, HOME, LEGACY, NURSE, Stage, kind

FK7210, FK7472, FK7427, FK7804, AG7804 = map(kind, ("FK7210", "FK7472", "FK7427", "FK7804", "AG7804"))
DB = kind("DB")
PROTECTED, DEAD, LIVING = CAST.patients["anonyma"], CAST.patients["atlas"], CAST.patients["tolvan"]
ELSEWHERE, ABROAD = CAST.units["ALVC"], CAST.units["BEVC"]
Played = Callable[[], object]


def sent(what=CS) -> Stage:
    """A sent certificate, c1."""
    return Stage().sent(what)


def draft(what=CS, **more) -> Stage:
    """A draft, c1."""
    stage = Stage()
    stage.create(what, **more)
    return stage


def made(action: str, then: str | None = None, what=CS) -> Stage:
    """A sent certificate with another made of it, c2, to which something more has been done."""
    stage = sent(what).asked("q1") if action == "complement" else sent(what)
    stage.succeed(action, "c2")
    if then:
        stage.act(then, "c2")
    return stage


def asking(what=CS) -> Stage:
    """A sent certificate about which the care unit has asked q1."""
    stage = sent(what)
    stage.about("ask", "q1", Subject.OVRIGT)
    return stage


def handled() -> Stage:
    """A sent certificate whose q1 is handled."""
    stage = sent().asked("q1")
    stage.about("handle_received")
    return stage


def answered() -> Stage:
    """A sent certificate whose q1, the care unit's own, is answered."""
    stage = asking()
    stage.about("receive_answer")
    return stage


def incomplete() -> Stage:
    """A draft that answers nothing."""
    stage = draft()
    stage.set(answers=())
    return stage


# The rule, what it refuses, and what it lets through.
ROWS: list[tuple[str, Played, Played]] = [
    ("patient-protected", lambda: draft(by=NURSE, patient=PROTECTED), lambda: draft(patient=PROTECTED)),
    (
        "patient-protected",
        lambda: draft(patient=PROTECTED).act("change", at=ELSEWHERE),
        lambda: draft(patient=PROTECTED).act("change", at=HOME),
    ),
    (
        "seen-within-care-provider",
        lambda: draft(DB, patient=DEAD).act("change", at=ABROAD),
        lambda: draft(DB, patient=DEAD).act("change", at=ELSEWHERE),
    ),
    (
        "seen-within-care-provider",
        lambda: of_the_dead().succeed("replace", "c2", unit=ABROAD),
        lambda: of_the_dead().succeed("replace", "c2", unit=ELSEWHERE),
    ),
    ("no-journal-system", lambda: ready(alone=True), lambda: ready(alone=False)),
    ("patient-deceased", lambda: draft(patient=DEAD), lambda: draft(DB, patient=DEAD)),
    (
        "one-for-each-patient",
        lambda: draft(DB, patient=DEAD).create(DB, "c2", patient=DEAD),
        lambda: draft(DB, patient=DEAD).create(DB, "c2", patient=DEAD, unit=ABROAD),
    ),
    ("certificate-not-complete", lambda: incomplete().act("sign"), lambda: draft().act("sign")),
    ("never-sent", lambda: signed(AG7804).act("send"), lambda: signed(FK7210).act("send")),
    ("test-patient", lambda: signed(FK7210, "alexa").act("send"), lambda: signed(FK7210).act("send")),
    (
        "replaced",
        lambda: made("replace", "sign").succeed("renew", "c3"),
        lambda: made("replace").succeed("renew", "c3"),
    ),
    (
        "complemented",
        lambda: made("complement", "sign").succeed("renew", "c3"),
        lambda: made("complement").succeed("renew", "c3"),
    ),
    (
        "being-replaced",
        lambda: made("replace").succeed("replace", "c3"),
        lambda: made("replace", "delete").succeed("replace", "c3"),
    ),
    (
        "complement-asked-for",
        lambda: sent().asked("q1").succeed("replace", "c2"),
        lambda: handled().succeed("replace", "c2"),
    ),
    ("cannot-be-renewed", lambda: sent(FK7210).succeed("renew", "c2"), lambda: sent(FK7472).succeed("renew", "c2")),
    (
        "cannot-be-complemented",
        lambda: sent(FK7210).succeed("complement", "c2"),
        lambda: sent().asked("q1").succeed("complement", "c2"),
    ),
    (
        "no-complement-asked-for",
        lambda: sent().succeed("complement", "c2"),
        lambda: handled().succeed("complement", "c2"),
    ),
    (
        "recipient-does-not-ask",
        lambda: sent(FK7472).about("receive_question", "q1", Subject.KONTKT),
        lambda: sent().about("receive_question", "q1", Subject.KONTKT),
    ),
    (
        "care-may-not-ask",
        lambda: sent(FK7472).about("ask", "q1", Subject.OVRIGT),
        lambda: sent().about("ask", "q1", Subject.OVRIGT),
    ),
    (
        "care-asks-for-no-complement",
        lambda: sent().about("ask", "q1", Subject.KOMPLT),
        lambda: sent().about("ask", "q1", Subject.KONTKT),
    ),
    (
        "question-known",
        lambda: sent().asked("q1").about("ask", "q1", Subject.OVRIGT),
        lambda: sent().asked("q1").about("ask", "q2", Subject.OVRIGT),
    ),
    ("no-such-question", lambda: sent().about("answer"), lambda: sent().asked("q1").about("answer")),
    ("question-of-care", lambda: asking().about("answer"), lambda: sent().asked("q1").about("answer")),
    ("question-of-recipient", lambda: sent().asked("q1").about("handle_sent"), lambda: asking().about("handle_sent")),
    (
        "never-reminded",
        lambda: sent(FK7427).asked("q1").about("remind"),
        lambda: sent().asked("q1").about("remind"),
    ),
    ("handled-already", lambda: handled().about("answer"), lambda: sent().asked("q1").about("handle_received")),
    ("answered-already", lambda: answered().about("receive_answer"), lambda: asking().about("receive_answer")),
    (
        "not-handled",
        lambda: sent().asked("q1").about("unhandle_received"),
        lambda: handled().about("unhandle_received"),
    ),
    ("answers-out-of-range", lambda: too_long().act("sign"), lambda: draft(FK7472).act("sign")),
]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            "FK7472",
            (
                "the patient's identity is protected: only doctor, private doctor, nurse and midwife at the unit "
                "itself may work with FK7443"
            ),
        ),
        ("DOI", "the patient's identity is protected, and then nobody may work with DOI"),
    ],
)
def test_who_may_work_with_a_protected_identity_is_said(name, sentence):
    """The refusal names the roles that may, or says that nobody may."""
    with pytest.raises(ActionRefused) as refused:
        draft(kind(name), patient=PROTECTED, at=ELSEWHERE)
    assert sentence == str(refused.value)


def test_a_handled_question_may_be_reminded_of():
    """A reminder is the recipient's, and is told as NYFRFM whatever the care unit has done about the question."""
    assert ["c1 NYFRFM"] == handled().about("remind")


def test_what_is_made_of_another_must_be_of_a_type_that_can_be_created():
    """Once a type is inactivated, nothing new of it comes about by replacing either."""
    stage = signed(LEGACY)
    stage.policy = replace(WEBCERT_7_7, inactivated=frozenset({LEGACY.name}))
    with pytest.raises(ActionRefused) as refused:
        stage.succeed("replace", "c2")
    assert "type-not-available" == refused.value.rule
    assert {"c1"} == set(stage.certificates)


def ready(alone: bool) -> Stage:
    """A care administrator says that a draft is ready, at a unit with a journal system or without."""
    stage = Stage(without_journal_system=frozenset({str(HOME.hsa_id)} if alone else ()))
    stage.create()
    stage.act("mark_ready_to_sign", by=CARE_ADMIN)
    return stage


def signed(what, patient: str = "tolvan") -> Stage:
    """A certificate that is signed and not sent."""
    stage = draft(what, patient=CAST.patients[patient])
    stage.act("sign")
    return stage


def of_the_dead() -> Stage:
    """A signed death certificate."""
    stage = draft(DB, patient=DEAD)
    stage.act("sign")
    return stage


def too_long() -> Stage:
    """A draft whose diagnosis, a free text, is longer than its form takes."""
    stage = draft(FK7472)
    answers = stage.certificates["c1"].answers
    stage.set(answers=tuple(
        replace(one, parts=(("55.1", "x" * 5000),)) if one.question == "55" else one for one in answers
    ))  # fmt: skip
    return stage


def test_the_table_is_whole():
    """Every rule of the program has a row here, and no other."""
    assert {one.rule for one in CONDITIONS} == {rule for rule, _, _ in ROWS}


@pytest.mark.parametrize(("rule", "refused", "_"), ROWS, ids=[row[0] for row in ROWS])
def test_what_a_condition_refuses(rule, refused, _):
    """It refuses by its own rule, in a sentence without gaps."""
    with pytest.raises(ActionRefused) as error:
        refused()
    assert rule == error.value.rule
    assert "{" not in str(error.value)


@pytest.mark.parametrize(("rule", "_", "allowed"), ROWS, ids=[row[0] for row in ROWS])
def test_what_a_condition_lets_through(rule, _, allowed):
    """Nearly the same is not refused."""
    allowed()
