"""The presets: each says where it is known from, and each is played by a scenario of this project."""

from __future__ import annotations

import pytest

from simulator.journal.behaviour import Match
from simulator.journal.presets import PRESETS
from simulator.redelivery.outcome import OutcomeKind
from tests.moods.playing import attempts, play_story, write_story
from tests.scenarios.stories import FILES

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


def test_a_preset_can_be_narrowed(tmp_path):
    """`when` and `times` beside a preset hold for all that it does."""
    played = play_story(write_story(tmp_path, "preset: fel-a, times: 1, when: {event: SKAPAT}"))
    assert ["TECHNICAL_ERROR"] == [one.answer for one in attempts(played)]
    assert ["OK"] == [
        one.answer for one in attempts(play_story(write_story(tmp_path, "preset: fel-a, when: {event: SIGNAT}")))
    ]
