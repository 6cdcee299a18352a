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
      - answer: [TECHNICAL_ERROR, OK]
        when: {event: NYFRFM}
stand_alone_units: [ALVC]
schedule: 3#1:m,5:m
steps:
  - create: {certificate: c1, type: FK7443, unit: ALMC, by: nurse, patient: lilltolvan, ref: R1}
  - create: {certificate: mailed, type: FK7443, unit: ALVC, by: nurse, patient: alma}
  - sign: {certificate: mailed, by: nurse}
  - receive_question: {certificate: mailed, question: q1, subject: KOMPLT}
  - wait: 10m
  - change: {certificate: c1, by: nurse, answers: {diagnosis: Hosta}}
  - wait: 1m
  - change: {certificate: c1, by: nurse}
  - wait: 4m
  - sign: {certificate: c1, by: care_admin}
  - sign: {certificate: c1, by: nurse}
  - receive_question: {certificate: c1, question: q1, subject: KOMPLT, answer_due: 2024-10-01}
  - complement: {certificate: c4, of: c1, by: nurse}
  - change: {certificate: c4, by: nurse}
  - sign: {certificate: c4, by: nurse}
  - create:
      certificate: leave
      type: FK7804
      unit: ALMC
      by: doctor
      patient: alve
      answers: {sick_leave: [{from: 2024-09-02, until: 2024-09-04}]}
  - sign: {certificate: leave, by: doctor}
  - at: 2024-09-02T09:55:00
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
    ("delivered: {certificate: c1, event: MAKULE}", "SKAPAT, ANDRAT, ANDRAT, SIGNAT, SKICKA, NYFRFM and HANFRFM"),
    ("delivered: {certificate: c1, event: SIGNAT}", "it is exhausted; after attempt 3 of 3: TECHNICAL_ERROR"),
    ("rejected: {certificate: c1, event: ANDRAT, occurrence: 2, attempt: 1, rule: validation-error}", None),
    ("rejected: {certificate: c1, event: SIGNAT}", "it is exhausted"),
    ("exhausted: {certificate: c1, event: SIGNAT, attempt: 3, after: 6m}", None),
    ("exhausted: {certificate: c1, event: SIGNAT, after: 7m}", "from the first attempt to the last is 6m, not 7m"),
    ("exhausted: {certificate: c1, event: ANDRAT, occurrence: 2}", "it is rejected"),
    ("waiting: {certificate: c2, event: SKAPAT}", "it is delivered"),
    ("attempt: {certificate: c1, event: SKAPAT, number: 1, answer: timeout, outcome: retry, rule: timeout}", None),
    ("attempt: {certificate: c1, event: SKAPAT, number: 1, answer: OK}", "the answer is timeout, not OK"),
    ("attempt: {certificate: c1, event: SKAPAT, number: 1, outcome: delivered}", "the outcome is retry"),
    ("attempt: {certificate: c1, event: SKAPAT, number: 3}", "only 2 attempts were made"),
    ("not_emitted: {certificate: c2, event: SIGNAT}", None),
    ("not_emitted: {certificate: c1, event: SIGNAT}", "it was told at 2024-09-02 08:15:00"),
    ("refused: {certificate: c1, action: sign, by: care_admin, rule: role-may-not}", None),
    ("refused: {certificate: c1, action: sign, by: nurse}", "nothing of the kind was refused"),
    ("refused: {certificate: c1, action: sign, rule: state-does-not-allow}", "the rule is role-may-not"),
    ("state: {certificate: c1, is: sent}", None),
    ("state: {certificate: c2, is: signed}", "the state is draft, not signed"),
    ("issuer: {certificate: c1, event: SIGNAT, staff: nurse, role: nurse, licence: [SJ], position: '206090'}", None),
    ("issuer: {certificate: c1, event: SIGNAT, staff: doctor}", "the issuer is TSTNMT2321000156-SKAA"),
    ("issuer: {certificate: c1, event: SIGNAT, role: midwife}", "the role is nurse, not midwife"),
    ("issuer: {certificate: c1, event: SIGNAT, licence: BM}", "the licence is SJ, not BM"),
    ("issuer: {certificate: c1, event: SIGNAT, licence: []}", "the licence is [SJ], not []"),
    ("issuer: {certificate: c1, event: SIGNAT, position: [], licence: SJ}", "the position is [206090], not []"),
    (("message: {certificate: c1, event: ANDRAT, type: FK7472, version: '1.0', unit: ALMC, ref: R1, signed_at: '',"
     " handled_by: nurse, occurred_at: '2024-09-02T08:10:00.000', answers: {'55.1': Hosta, '56.1': HELA,"
     " '56.2': 2024-09-02--2024-09-08}}"), None),
    ("message: {certificate: c1, event: ANDRAT, type: FK7211}", "the type is ITFP, not IGRAV"),
    ("message: {certificate: c1, event: ANDRAT, ref: R2}", "ref is R1, not R2"),
    ("message: {certificate: c1, event: ANDRAT, unit: ALVC}", "the unit is TSTNMT2321000156-ALMC"),
    ("message: {certificate: c1, event: ANDRAT, handled_by: doctor}", "hanteratAv is TSTNMT2321000156-SKAA"),
    ("message: {certificate: c1, event: ANDRAT, answers: {'55.1': Feber}}", "delsvar 55.1 is Hosta, not Feber"),
    ("message: {certificate: c2, event: SKAPAT, ref: R1}", "ref is , not R1"),
    (("message: {certificate: c1, event: NYFRFM, subject: KOMPLT, answer_due: '2024-10-01', handled_by: nobody,"
      " signature: true, sent_at: '2024-09-02T08:15:00', relation: none, logical_address: ALMC, address: '',"
      " patient: lilltolvan, patient_name: '', attempt: 2}"), None),
    ("message: {certificate: c1, event: NYFRFM, subject: PAMINN}", "amne is KOMPLT, not PAMINN"),
    ("message: {certificate: c1, event: NYFRFM, answer_due: ''}", "sistaDatumForSvar is 2024-10-01, not "),
    ("message: {certificate: c1, event: NYFRFM, handled_by: nurse}", "hanteratAv is nobody, not TSTNMT2321000156-SKAA"),
    ("message: {certificate: c1, event: SIGNAT, handled_by: nobody}", "TSTNMT2321000156-SKAA, not nobody"),
    ("message: {certificate: c1, event: NYFRFM, signature: false}", "the signature is True, not False"),
    ("message: {certificate: c1, event: SIGNAT, sent_at: ''}", "skickatTidpunkt is 2024-09-02T08:15:00, not "),
    ("message: {certificate: c1, event: SIGNAT, logical_address: ALVC}", "the logical address is TSTN"),
    ("message: {certificate: c1, event: SIGNAT, patient: alma}", "the patient is lilltolvan, not alma"),
    ("message: {certificate: c1, event: SIGNAT, patient_name: Alma}", "the patient's name is , not Alma"),
    ("message: {certificate: c1, event: SIGNAT, address: Gatan}", "the patient's address is , not Gatan"),
    ("message: {certificate: c1, event: SIGNAT, attempt: 4}", "there was no attempt 4"),
    ("message: {certificate: leave, event: SIGNAT, patient_name: Alve React Alfredsson}", None),
    ("message: {certificate: leave, event: SIGNAT, address: Reactgatan 456}", None),
    ("message: {certificate: c4, event: SIGNAT, relation: {code: KOMPLT, to: c1, root: ALMC}}", None),
    ("message: {certificate: c4, event: SIGNAT, relation: {code: KOMPLT, to: c1}}", None),
    ("message: {certificate: c4, event: SIGNAT, relation: {code: FRLANG, to: c1}}", "the relation is KOMPLT "),
    ("message: {certificate: c4, event: SIGNAT, relation: none}", "the relation is KOMPLT "),
    ("message: {certificate: c1, event: SIGNAT, relation: {code: KOMPLT, to: c1}}", "the relation is none, not "),
    ("silenced: {certificate: c1, event: ANDRAT, rule: newer-change}", None),
    ("silenced: {certificate: c4, event: ANDRAT, rule: signed}", None),
    ("silenced: {certificate: c4, event: ANDRAT, rule: newer-change}", "the rule is signed, not newer-change"),
    ("silenced: {certificate: c1, event: ANDRAT, occurrence: 2}", "it is rejected"),
    ("told: {certificate: c4, events: [SKAPAT, SIGNAT, SKICKA]}", None),
    ("told: {certificate: c4, events: [SKAPAT, ANDRAT, SIGNAT, SKICKA]}", "what was told is [SKAPAT, SIGNAT, SKICKA]"),
    ("told: {certificate: mailed, events: []}", None),
    ("in_order: {events: [c1 NYFRFM, c4 SIGNAT, c1 HANFRFM, c4 SKICKA]}", None),
    ("in_order: {events: [c4 SIGNAT, c4 SKICKA, c1 HANFRFM]}", "c1 HANFRFM does not come there"),
    ("mailed: {certificate: mailed, event: NYFRFM}", None),
    ("mailed: {certificate: c1, event: NYFRFM, times: 0}", None),
    ("mailed: {certificate: mailed, event: NYFRFM, times: 2}", "the number of mails is 1, not 2"),
    ("counts: {certificate: c1, event: NYFRFM, received: 1/1/0/0, sent: 0/0/0/0}", None),
    ("counts: {certificate: c1, event: NYFRFM, received: 1/1/0/0, attempt: 2}", None),
    ("counts: {certificate: c1, event: HANFRFM, received: 1/0/0/1}", None),
    ("counts: {certificate: c1, event: HANFRFM, received: 1/0/1/0}", "the count of questions received is 1/0/0/1"),
    ("counts: {certificate: c1, event: HANFRFM, sent: 1/0/1/0}", "the count of questions sent is 0/0/0/0, not 1/0/1/0"),
    ("rehabstod: {patient: alve, certificates: [leave], days: 3, first: 2024-09-02, last: 2024-09-04}", None),
    ("rehabstod: {patient: alma, certificates: [], days: 0}", None),
    ("rehabstod: {patient: alve, certificates: []}", "what is shown is [leave], not []"),
    ("rehabstod: {patient: alve, days: 2}", "the number of days is 3, not 2"),
    ("rehabstod: {patient: alve, last: 2024-09-05}", "the last day is 2024-09-04"),
    ("received: {system: alfa, event: SKAPAT, certificate: c1, times: 2}", None),
    ("received: {system: alfa, event: SKICKA, certificate: c1, reached: false, times: 3}", None),
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
