"""Units of one's own cast that no message can carry: an outcome of each delivery, and the run goes on."""

from __future__ import annotations

import asyncio

import pytest

from simulator.scenario.cast import load_cast
from simulator.scenario.load import load_story
from simulator.scenario.play import PlaySettings, play
from simulator.settings import Over
from simulator.trace.facts import AttemptMade

STORY = """\
format: 1
name: A unit that no message can carry
policy: webcert-7.7
start: 2026-09-01T08:00:00
journal_systems:
  alfa: {units: [TARN, ALMC]}
steps:
  - create: {certificate: c1, type: FK7210, unit: TARN, by: nurse, patient: alma}
  - create: {certificate: c2, type: LUSE, unit: TARN, by: doctor, patient: alma}
  - sign: {certificate: c2, by: doctor}
  - create: {certificate: c3, type: FK7210, unit: ALMC, by: nurse, patient: alma}
  - wait: 1m
  - resend: {certificates: [c1]}
expect:
  - rejected: {certificate: c1, event: SKAPAT, attempt: 1, rule: outgoing-message-invalid}
  - rejected: {certificate: c1, event: SKAPAT, occurrence: 2, attempt: 1, rule: outgoing-message-invalid}
  # The other path has words of its own for a blank workplace code (Webcert's code).
  - delivered: {certificate: c2, event: SKAPAT}
  - delivered: {certificate: c3, event: SKAPAT}
  - received: {system: alfa, certificate: c1, times: 0}
  - received: {system: alfa, certificate: c3, times: 1}
"""
CAST = """\
format: 1
units:
  TARN: {hsa_id: TSTNMT2321000156-ALVC, care_provider: ALFA, name: "NAME", workplace_code: ""}
"""


@pytest.mark.parametrize("over", [Over.MEMORY, Over.HTTP])
def test_nothing_is_sent_and_the_run_goes_on(tmp_path, over):
    """Webcert gives up at once, by hand as well, and says what breaks; other units are told as ever."""
    cast, story = tmp_path / "cast.yaml", tmp_path / "tarn.scenario.yaml"
    cast.write_text(CAST.replace("NAME", "Tärnan"), encoding="utf-8")
    story.write_text(STORY, encoding="utf-8")
    played = asyncio.run(play(load_story(story, load_cast(cast)), PlaySettings(over=over)))
    assert [] == [(one.asked, one.found) for one in played.verdicts if not one.holds]
    attempts = [fact for fact in played.facts if isinstance(fact, AttemptMade) and fact.certificate == "c1"]
    assert ["invalid-message"] * 2 == [fact.answer for fact in attempts]
    assert all("minLength" in fact.facts["schema_error"] for fact in attempts)


def test_a_character_that_no_message_can_hold_is_refused_with_its_line(tmp_path):
    """It is seen where the cast is read."""
    cast = tmp_path / "cast.yaml"
    cast.write_text(CAST.replace("NAME", r"T\x01rnan"), encoding="utf-8")
    with pytest.raises(ExceptionGroup) as refused:
        load_cast(cast)
    assert [3] == [error.line for error in refused.value.exceptions]
