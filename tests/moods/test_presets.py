"""The presets: each says where it is known from, and each is played by a scenario of this project."""

from __future__ import annotations

import json

import pytest

from simulator.journal.behaviour import Match
from simulator.journal.order import must_come_before
from simulator.journal.presets import PRESETS
from simulator.redelivery.outcome import OutcomeKind
from tests.moods.playing import attempts, play_story, write_story
from tests.scenarios.stories import FILES, golden_of

# Webcert's own stub: the code, what it makes of SKAPAT and of ANDRAT.
STUB = [
    ("0", "delivered", "delivered"), ("1", "delivered", "retry"), ("2", "retry", "retry"), ("3", "retry", "retry"),
    ("4", "retry", "retry"), ("5", "retry", "retry"), ("6", "rejected", "rejected"), ("7", "rejected", "rejected"),
    ("8", "delivered", "delivered"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "created", "changed"), STUB)
def test_webcerts_own_stub(tmp_path, code, created, changed):
    """Each code is decided upon as Webcert decides about its stub."""
    steps = ("create: {certificate: c1, type: FK7211, unit: ALMC, by: nurse, patient: alma}",
             "change: {certificate: c1, by: nurse}")  # fmt: skip
    # ANDRAT goes at the end of its window, which is five minutes long.
    played = play_story(write_story(tmp_path, f"preset: stub-{code}", steps=steps, until="5m30s"))
    found = {one.event.value: one.outcome for one in attempts(played)}
    assert {"SKAPAT": OutcomeKind(created), "ANDRAT": OutcomeKind(changed)} == found


def test_every_preset_is_played_by_a_scenario():
    """A preset that no scenario needs would be one too many."""
    text = "".join(path.read_text(encoding="utf-8") for path in FILES)
    assert [] == [name for name in PRESETS if f"preset: {name}" not in text]


def test_every_preset_says_what_is_known_and_what_is_assumed():
    """What was chosen to make it playable is never passed off as known."""
    for name, preset in PRESETS.items():
        assert preset.about.endswith("."), name
        assert preset.source, name
        assert preset.assumed or not preset.source.startswith("none"), name
        assert all(rule.within == Match() for rule in preset.rules), name


CERTIFICATE = (
    "create: {certificate: c1, type: FK7804, unit: ALMC, by: doctor, patient: alma}",
    "sign: {certificate: c1, by: doctor}",
    "send: {certificate: c1, by: doctor}",
    "wait: 1h",
)
QUESTIONS = [
    (
        "NYFRFM",
        "HANFRFM",
        "receive_question: {certificate: c1, question: q1, subject: KONTKT}",
        "answer: {certificate: c1, question: q1, by: doctor}",
    ),
    (
        "NYFRFV",
        "NYSVFM",
        "ask: {certificate: c1, question: q1, subject: OVRIGT, by: doctor}",
        "receive_answer: {certificate: c1, question: q1}",
    ),
    (
        "NYFRFV",
        "HANFRFV",
        "ask: {certificate: c1, question: q1, subject: OVRIGT, by: doctor}",
        "handle_sent: {certificate: c1, question: q1, by: doctor}",
    ),
]


@pytest.mark.parametrize(("first", "second", "asked", "then"), QUESTIONS, ids=[row[1] for row in QUESTIONS])
def test_questions_too_are_held_up_until_they_are_known(tmp_path, first, second, asked, then):
    """What is told of a question waits for the question, also when something later, such as MAKULE, has been taken."""
    steps = (*CERTIFICATE, asked, "wait: 10s", then, "wait: 20s", "revoke: {certificate: c1, by: doctor}")
    held_up = f"answer: REFUSE, when: {{event: {first}}}, times: 2"
    played = play_story(write_story(tmp_path, "preset: demands-order", held_up, steps=steps, until="2h"))
    taken = [one.event for one in played.calls if one.acted_at]
    assert ["SKAPAT", "SIGNAT", "SKICKA", "MAKULE", first, second] == taken[:6]
    assert ["TECHNICAL_ERROR", "TECHNICAL_ERROR", "OK"] == [
        one.answer for one in attempts(played) if one.event == second
    ]


def test_demands_order_does_not_hold_up_a_locked_draft(tmp_path):
    """A locked draft that is revoked has never been signed, and its message says so."""
    steps = (
        "create: {certificate: c1, type: FK7800, unit: ALMC, by: doctor, patient: alma}",
        "wait: 15d",
        "revoke: {certificate: c1, by: doctor}",
    )
    played = play_story(write_story(tmp_path, "preset: demands-order", steps=steps, until="16d"))
    assert [("SKAPAT", "OK"), ("MAKULE", "OK")] == [(one.event.value, one.answer) for one in attempts(played)]


def test_what_webcert_tells_is_never_early_in_the_order_in_which_it_happened():
    """In no scenario does anything come before what it needs, but where the unit was told nothing of what it needs."""
    early = set()
    for path in FILES:
        events: dict[tuple[str, str], set[str]] = {}
        for line in golden_of(path).read_text(encoding="utf-8").splitlines():
            fact = json.loads(line)
            if fact.get("kind") != "status-update-emitted":
                continue
            before = events.setdefault((fact["journal_system"], fact["certificate_id"]), set())
            needed = must_come_before(fact["event"], is_signed="SIGNAT" in before)
            if needed and before.isdisjoint(needed):
                early.add(path.name)
            before.add(fact["event"])
    # Both begin at units that are not integrated yet.
    assert {"not-integrated.scenario.yaml", "renewed-at-another-unit.scenario.yaml"} == early


def test_a_preset_can_be_narrowed(tmp_path):
    """`when` and `times` beside a preset hold for all that it does."""
    played = play_story(write_story(tmp_path, "preset: fel-a, times: 1, when: {event: SKAPAT}"))
    assert ["TECHNICAL_ERROR"] == [one.answer for one in attempts(played)]
    assert ["OK"] == [
        one.answer for one in attempts(play_story(write_story(tmp_path, "preset: fel-a, when: {event: SIGNAT}")))
    ]
