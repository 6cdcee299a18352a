"""The report for scripts."""

from __future__ import annotations

import json
from dataclasses import replace

from simulator.report.json_report import render_json
from tests.unit.report import examples


def test_a_run_is_told_by_status_update_and_attempt() -> None:
    """The names and values are those of the trace."""
    report = json.loads(render_json([examples.outage()]))
    assert report["format"] == 1
    scenario = report["scenarios"][0]
    assert scenario["passed"] is True
    assert scenario["counts"] == {"waiting": 0, "delivered": 3, "rejected": 0, "exhausted": 0, "silenced": 0}
    update = scenario["updates"][1]
    assert (update["event"], update["state"], len(update["attempts"])) == ("SIGNAT", "delivered", 6)
    assert update["attempts"][4] == {
        "attempt": 5,
        "due": "2024-09-02T09:51:00.000+02:00",
        "sent_at": "2024-09-02T09:51:00.000+02:00",
        "ended_at": "2024-09-02T09:51:00.000+02:00",
        "answer": "refused",
        "http_status": None,
        "answer_sha256": None,
        "outcome": "retry",
        "rule": "connection-refused",
        "reason": "the connection was refused: nobody listens there, so the message has not arrived, and is sent again "
        "while attempts are left; see whether the journal system is up, and check the port",
        "facts": {},
        "state": "waiting",
        "next_attempt_at": "2024-09-02T13:51:00.000+02:00",
    }


def test_a_verdict_has_its_file_and_line() -> None:
    """What failed can be found."""
    verdict = json.loads(render_json([examples.exhausted()]))["scenarios"][0]["verdicts"][0]
    assert (verdict["verdict"], verdict["path"], verdict["line"]) == ("failed", examples.PATH, 21)


def test_a_file_that_could_not_be_read_fails_the_report() -> None:
    """A mistake in a file is not taken for a run without failures."""
    report = json.loads(render_json([examples.outage(), examples.unplayed()]))
    assert report["passed"] is False
    assert report["scenarios"][1]["played"] is False
    assert [problem["line"] for problem in report["scenarios"][1]["problems"]] == [3, None]


def test_refused_steps_and_late_answers_are_there() -> None:
    """Nothing that happened is left out."""
    refused, late = json.loads(render_json([examples.refused(), examples.too_late()]))["scenarios"]
    assert [step["rule"] for step in refused["refused_steps"]] == ["role-may-not"]
    assert late["updates"][0]["late_answers"] == [{"attempt": 1, "at": "2024-09-02T08:01:30.000+02:00", "answer": "OK"}]


def test_the_same_run_gives_the_same_bytes() -> None:
    """Keys stand in one order, and strangers' texts come back as they were."""
    assert render_json(examples.all_runs()) == render_json(examples.all_runs())
    assert json.loads(render_json([examples.evil()]))["scenarios"][0]["name"] == examples.EVIL


def test_a_file_name_that_is_no_utf8_can_be_written() -> None:
    """Linux allows names that no text can hold; the report is written all the same."""
    summary = replace(examples.outage(), path="b\udce5d.scenario.yaml")
    text = render_json([summary])
    assert json.loads(text.encode().decode())["scenarios"][0]["path"] == summary.path
