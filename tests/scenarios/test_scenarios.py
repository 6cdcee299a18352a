"""Every scenario of the project holds what it expects, and leaves the trace that it always left."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.settings import Over
from simulator.trace.jsonl import digest
from tests.scenarios.stories import FILES, NAMES, SCENARIOS, golden_messages_of, golden_of, play_file, readable

EVERY_SCENARIO = pytest.mark.parametrize("path", FILES, ids=NAMES)


@EVERY_SCENARIO
def test_every_expectation_holds(path):
    """A scenario's own expectations hold."""
    played = play_file(path)
    assert [] == [f"{one.line}: {one.asked} -> {one.found}" for one in played.verdicts if one.failed]
    assert played.verdicts


@EVERY_SCENARIO
def test_the_trace_is_the_golden_one(path, pytestconfig):
    """A scenario leaves its golden trace, byte for byte; regenerating writes the trace alone, never the scenario."""
    played = play_file(path)
    lines = "".join(f"{line}\n" for line in played.trace)
    golden = golden_of(path)
    if pytestconfig.getoption("update_golden"):
        golden.write_text(lines, encoding="utf-8", newline="\n")
    assert golden.read_text(encoding="utf-8") == lines


@EVERY_SCENARIO
def test_the_messages_are_the_golden_ones(path, pytestconfig):
    """A scenario's messages are its golden ones, element by element; regenerating writes them alone."""
    golden, messages = golden_messages_of(path), readable(play_file(path))
    if pytestconfig.getoption("update_golden"):
        golden.write_text(messages, encoding="utf-8", newline="\n")
    assert golden.read_text(encoding="utf-8") == messages


@EVERY_SCENARIO
def test_http_and_sqlite_change_nothing(path, tmp_path):
    """Over sockets and in SQLite a scenario leaves the very same trace as in memory."""
    in_memory = digest(play_file(path).trace)
    assert in_memory == digest(play_file(path, over=Over.HTTP, store=f"sqlite:///{tmp_path / 'run.db'}").trace)


def test_no_golden_trace_is_without_its_scenario():
    """Golden traces and messages lie beside the scenarios that they belong to."""
    assert {golden_of(path) for path in FILES} == set(SCENARIOS.rglob("*.golden.jsonl"))
    assert {golden_messages_of(path) for path in FILES} == set(SCENARIOS.rglob("*.golden.xml"))


def test_there_are_enough_scenarios():
    """The stories that the first issue names are there."""
    wanted = {
        "nurse-fk7443-outage", "midwife-fk7211", "midwife-refused-fk7443", "down-for-26-days",
        "down-for-26-days-31-deliveries", "validation-error-stops", "unmarshalling-fault-stops", "info-is-success",
        "timeout-then-ok", "late-answer", "summer-time-begins", "summer-time-ends",
    }  # fmt: skip
    assert wanted <= set(NAMES)
    assert len(NAMES) >= 14


def test_the_thirtieth_attempt_is_the_last():
    """Thirty deliveries, the last 24 d 5 h 36 min after the first, and then it is exhausted."""
    lines = golden_of(Path(SCENARIOS / "down-for-26-days.scenario.yaml")).read_text(encoding="utf-8").splitlines()
    signed = [line for line in lines if '"event":"SIGNAT"' in line and '"kind":"attempt-made"' in line]
    assert len(signed) == 30
    assert '"sent_at":"2024-09-02T08:15:00.000+02:00"' in signed[0]
    assert '"sent_at":"2024-09-26T13:51:00.000+02:00"' in signed[29]
    assert '"state":"exhausted"' in signed[29]
