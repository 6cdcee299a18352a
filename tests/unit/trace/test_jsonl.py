"""The trace is canonical: every fact is one line, always the same, and comes back as it was."""

from __future__ import annotations

from datetime import UTC, datetime

from simulator.sentence import say
from simulator.trace.facts import FACT_KINDS, StepRefused
from simulator.trace.jsonl import digest, fact_line, parse_fact, trace_lines
from tests.scenarios.stories import FILES, play_file


def test_every_fact_of_every_scenario_comes_back():
    """A line is read as the fact that it was written from; the scenarios have every kind."""
    seen = set()
    for path in FILES:
        for fact in play_file(path).facts:
            assert fact == parse_fact(fact_line(fact))
            seen.add(fact.kind)
    assert set(FACT_KINDS) == seen


def test_a_reason_comes_back_with_the_sentences_in_it():
    """A refusal keeps its sentence as template and facts, so that it can be said in another language later."""
    at = datetime(2024, 9, 2, 6, 0, tzinfo=UTC)
    reason = say("a {role} may not; {who} may", role=say("nurse"), who=(say("doctor"), "x"))
    fact = StepRefused(at, 1, "sign", "c1", "TST", "nurse", "role-may-not", reason)  # type: ignore[arg-type]
    assert "a nurse may not; doctor and x may" == str(parse_fact(fact_line(fact)).reason)


def test_the_order_of_arrival_leaves_no_mark():
    """Facts in any order make the same trace."""
    played = play_file(FILES[0])
    assert played.trace == trace_lines(played.header, list(reversed(played.facts)))
    assert digest(played.trace) != digest(played.trace[:-1])


def test_no_person_id_is_in_any_trace():
    """Person ids are in messages alone."""
    from simulator.scenario.cast import load_cast

    persons = [str(patient.person_id) for patient in load_cast().patients.values()]
    for path in FILES:
        text = "\n".join(play_file(path).trace)
        assert [] == [person for person in persons if person in text]
