"""What chance draws for a call follows from that call alone, in whole runs."""

from __future__ import annotations

import pytest

from tests.moods.playing import attempts, play_story, write_story

CERTIFICATES = [f"c{number}" for number in range(1, 41)]
CREATED = tuple(
    f"create: {{certificate: {one}, type: FK7211, unit: ALMC, by: nurse, patient: alma}}" for one in CERTIFICATES
)
TWO_SYSTEMS = """\
format: 1
name: Two systems, and all that was told of both once more
seed: 5
until: 2h
journal_systems:
  alfa:
    units: [ALMC]
    behaviour:
      - {{answer: VALIDATION_ERROR, when: {{until: 30m}}}}
      - {{answer: TECHNICAL_ERROR, when: {{from: 30m, chance: 0.5}}}}
      - {{after: {{between: [1s, 40s]}}}}
  beta:
    units: [BEMC]
    behaviour: [{beta}]
steps:
  - create: {{certificate: b1, type: FK7211, unit: BEMC, by: nurse, patient: alma}}
  - create: {{certificate: b2, type: FK7211, unit: BEMC, by: nurse, patient: alma}}
  - create: {{certificate: a1, type: FK7211, unit: ALMC, by: nurse, patient: alma}}
  - create: {{certificate: a2, type: FK7211, unit: ALMC, by: nurse, patient: alma}}
  - create: {{certificate: a3, type: FK7211, unit: ALMC, by: nurse, patient: alma}}
  - create: {{certificate: a4, type: FK7211, unit: ALMC, by: nurse, patient: alma}}
  - at: 1h
  - resend: {{certificates: [b1, b2, a1, a2, a3, a4]}}
expect:
  - received: {{system: alfa, times: 0}}
"""


def of_alfa(tmp_path, beta: str) -> list[tuple[object, ...]]:
    """What alfa answered to each attempt, and when, where beta behaves so."""
    path = tmp_path / "two.scenario.yaml"
    path.write_text(TWO_SYSTEMS.format(beta=beta), encoding="utf-8")
    return [
        (one.certificate, one.attempt, one.sent_at, one.at, one.answer)
        for one in attempts(play_story(path))
        if one.journal_system == "alfa"
    ]


@pytest.mark.parametrize("beta", ["{answer: VALIDATION_ERROR}", "{answer: TECHNICAL_ERROR}", "{wire: refused}"])
def test_another_systems_behaviour_changes_no_draw(tmp_path, beta):
    """Which of beta's messages are told again shifts the numbers of all deliveries, and nothing of alfa's."""
    alone = of_alfa(tmp_path, "{answer: OK}")
    assert {"OK", "TECHNICAL_ERROR", "VALIDATION_ERROR"} == {answer for *_, answer in alone}
    assert alone == of_alfa(tmp_path, beta)


def test_each_of_the_platforms_sends_is_drawn_for_itself(tmp_path):
    """Where half of the answers are lost, about half of the second sends get one."""
    path = write_story(tmp_path, "answer: LOST, when: {chance: 0.5}", steps=CREATED)
    path.write_text(path.read_text().replace("units: [ALMC]", "units: [ALMC]\n    through: ntjp"))
    first = [one for one in attempts(play_story(path)) if one.attempt == 1]
    again = [one.answer for one in first if one.facts.get("platform_sends") == 2]
    assert len(first) == len(CERTIFICATES)
    assert 10 < len(again) < 30
    assert 0.25 < again.count("OK") / len(again) < 0.75
