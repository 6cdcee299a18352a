"""Every expectation holds when it is right, and fails with what was found when it is wrong."""

from __future__ import annotations

import asyncio
from functools import cache

import pytest

from simulator.locale import Language, text_of
from simulator.scenario.cast import load_cast
from simulator.scenario.expectations import Expectation
from simulator.scenario.load import load_story
from simulator.scenario.play import PlaySettings, play
from simulator.verdict import VerdictKind

STORY = """\
format: 1
name: All that can be expected
start: 2024-09-02T08:00:00
until: 2h
journal_systems:
  alfa:
    units: [ALMC]
    behaviour:
      - answer: [OK]
        after: 90s
        when: {event: SKAPAT}
      - answer: [VALIDATION_ERROR]
        when: {event: ANDRAT}
      - answer: [TECHNICAL_ERROR x9]
        when: {event: SIGNAT}
      - answer: REFUSE
        when: {event: SKICKA}
schedule: 3#1:m,5:m
steps:
  - create: {certificate: c1, type: FK7443, unit: ALMC, by: nurse, patient: lilltolvan, ref: R1}
  - wait: 10m
  - change: {certificate: c1, by: nurse, answers: {diagnosis: Hosta}}
  - sign: {certificate: c1, by: care_admin}
  - sign: {certificate: c1, by: nurse}
  - wait: 105m
  - create: {certificate: c2, type: FK7211, unit: ALMC, by: nurse, patient: alma}
expect:
EXPECTATIONS
"""

# What is expected, and the words of what is found instead; None where it holds.
ROWS = [
    ("delivered: {certificate: c1, event: SKAPAT}", None),
    ("delivered: {certificate: c1, event: SKAPAT, attempt: 2, at: 2024-09-02T08:01:00, rule: ok, to: alfa}", None),
    ("delivered: {certificate: c1, event: SKAPAT, attempt: 1}", "the attempt is 2, not 1"),
    ("delivered: {certificate: c1, event: SKAPAT, at: 2024-09-02T08:02:00}", "the moment is 2024-09-02 08:01:00"),
    ("delivered: {certificate: c1, event: SKAPAT, rule: info}", "the rule is ok, not info"),
    ("delivered: {certificate: c1, event: SKAPAT, occurrence: 2}", "there is no such status update"),
    ("delivered: {certificate: c1, event: MAKULE}", "those of c1: SKAPAT, ANDRAT, SIGNAT and SKICKA"),
    ("delivered: {certificate: c1, event: SIGNAT}", "it is exhausted; after attempt 3 of 3: TECHNICAL_ERROR"),
    ("rejected: {certificate: c1, event: ANDRAT, attempt: 1, rule: validation-error}", None),
    ("rejected: {certificate: c1, event: SIGNAT}", "it is exhausted"),
    ("exhausted: {certificate: c1, event: SIGNAT, attempt: 3, after: 6m}", None),
    ("exhausted: {certificate: c1, event: SIGNAT, after: 7m}", "from the first attempt to the last is 6m, not 7m"),
    ("exhausted: {certificate: c1, event: ANDRAT}", "it is rejected"),
    ("waiting: {certificate: c2, event: SKAPAT}", "it is delivered"),
    ("attempt: {certificate: c1, event: SKAPAT, number: 1, answer: timeout, outcome: retry, rule: timeout}", None),
    ("attempt: {certificate: c1, event: SKAPAT, number: 1, answer: OK}", "the answer is timeout, not OK"),
    ("attempt: {certificate: c1, event: SKAPAT, number: 1, outcome: delivered}", "the outcome is retry"),
    ("attempt: {certificate: c1, event: SKAPAT, number: 3}", "only 2 attempts were made"),
    ("not_emitted: {certificate: c2, event: SIGNAT}", None),
    ("not_emitted: {certificate: c1, event: SIGNAT}", "it was told at 2024-09-02 08:10:00"),
    ("refused: {certificate: c1, action: sign, by: care_admin, rule: role-may-not}", None),
    ("refused: {certificate: c1, action: sign, by: nurse}", "nothing of the kind was refused"),
    ("refused: {certificate: c1, action: sign, rule: state-does-not-allow}", "the rule is role-may-not"),
    ("state: {certificate: c1, is: sent}", None),
    ("state: {certificate: c2, is: signed}", "the state is draft, not signed"),
    ("issuer: {certificate: c1, event: SIGNAT, staff: nurse, role: nurse, licence: [SJ], position: '206090'}", None),
    ("issuer: {certificate: c1, event: SIGNAT, staff: doctor}", "the issuer is TSTNMT2321000156-SKAA"),
    ("issuer: {certificate: c1, event: SIGNAT, role: midwife}", "the role is nurse, not midwife"),
    ("issuer: {certificate: c1, event: SIGNAT, licence: BM}", "the licence is SJ, not BM"),
    ("issuer: {certificate: c1, event: SIGNAT, licence: []}", "the licence is ['SJ']"),
    ("issuer: {certificate: c1, event: SIGNAT, position: [], licence: SJ}", "the position is ['206090']"),
    (("message: {certificate: c1, event: ANDRAT, type: FK7472, version: '1.0', unit: ALMC, ref: R1, signed_at: '',"
     " handled_by: nurse, occurred_at: '2024-09-02T08:10:00.000', answers: {'55.1': Hosta, '56.1': HELA,"
     " '56.2': 2024-09-02--2024-09-08}}"), None),
    ("message: {certificate: c1, event: ANDRAT, type: FK7211}", "the type is ITFP, not IGRAV"),
    ("message: {certificate: c1, event: ANDRAT, ref: R2}", "ref is R1, not R2"),
    ("message: {certificate: c1, event: ANDRAT, unit: ALVC}", "the unit is TSTNMT2321000156-ALMC"),
    ("message: {certificate: c1, event: ANDRAT, handled_by: doctor}", "hanteratAv is TSTNMT2321000156-SKAA"),
    ("message: {certificate: c1, event: ANDRAT, answers: {'55.1': Feber}}", "delsvar 55.1 is Hosta, not Feber"),
    ("message: {certificate: c2, event: SKAPAT, ref: R1}", "ref is , not R1"),
    ("received: {system: alfa, event: SKAPAT, certificate: c1, times: 2}", None),
    ("received: {system: alfa, event: SKICKA, reached: false, times: 3}", None),
    ("received: {system: alfa, event: SKICKA, times: 1}", "the number of calls is 0, not 1"),
    ("answered_too_late: {certificate: c1, event: SKAPAT, attempt: 1, at: 2024-09-02T08:01:30}", None),
    ("answered_too_late: {certificate: c1, event: SKAPAT, attempt: 2}", "no answer came too late"),
    ("answered_too_late: {certificate: c1, event: SKAPAT, attempt: 1, at: 2024-09-02T08:01:31}", "the moment is"),
    ("inbox: {system: alfa, certificate: c1, event: SKAPAT, times: 2, late: false, out_of_order: false}", None),
    ("inbox: {system: alfa, certificate: c1, event: ANDRAT, times: 0}", None),
    ("inbox: {system: alfa, certificate: c1, event: SKAPAT, times: 1}", "that it was taken is 2, not 1"),
    ("inbox: {system: alfa, certificate: c1, event: SKAPAT, late: true}", "late is False, not True"),
    ("inbox: {system: alfa, certificate: c2, event: SKAPAT, out_of_order: true}", "out of order is False"),
    ("inbox: {system: alfa, certificate: c2, event: SIGNAT}", "there is no such status update"),
    ("believes: {system: alfa, certificate: c1, state: draft, state_by_arrival: draft, like_webcert: false}", None),
    ("believes: {system: alfa, certificate: c1, state: sent}", "the state is draft, not sent"),
    ("believes: {system: alfa, certificate: c2, like_webcert: false}", "like Webcert is True"),
]  # fmt: skip


@cache
def verdicts(folder):
    """All rows, judged in one run."""
    path = folder / "all.scenario.yaml"
    path.write_text(STORY.replace("EXPECTATIONS", "\n".join(f"  - {row}" for row, _ in ROWS)), encoding="utf-8")
    return asyncio.run(play(load_story(path, load_cast()), PlaySettings())).verdicts


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the story is written."""
    return tmp_path_factory.mktemp("expect")


@pytest.mark.parametrize("place", range(len(ROWS)), ids=[f"{row[:60]}" for row, _ in ROWS])
def test_an_expectation_is_judged(folder, place):
    """It holds, or fails with what was found; its line is the one where it stands."""
    asked, unmet = ROWS[place]
    verdict = verdicts(folder)[place]
    assert (VerdictKind.PASSED if unmet is None else VerdictKind.FAILED) == verdict.kind, str(verdict.found)
    if unmet is not None:
        assert unmet in text_of(verdict.found, Language.ENGLISH)
    lines = (folder / "all.scenario.yaml").read_text(encoding="utf-8").splitlines()
    assert asked.partition(":")[0] in lines[verdict.line - 1]


def test_every_kind_is_seen_to_hold_and_to_fail():
    """No expectation is one that cannot fail."""
    kinds = set(Expectation.model_fields)
    assert kinds - {"waiting"} == {row.partition(":")[0] for row, unmet in ROWS if unmet is None}
    assert kinds == {row.partition(":")[0] for row, unmet in ROWS if unmet is not None}
