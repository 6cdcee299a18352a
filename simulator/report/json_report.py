"""Runs as JSON, for scripts: what the trace says, gathered by status update, with the verdicts.

A machine format, so in English, with a format version. Keys always stand in the same order, and the same run gives the
same bytes. Moments are Swedish time with their offset and milliseconds, as in the trace.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from simulator.journal.inbox_view import certificate_values
from simulator.redelivery.delivery import DeliveryState
from simulator.report.inboxes import CertificateAtSystem
from simulator.report.summary import Summary, Unplayed, UpdateSummary, reason_of
from simulator.trace.facts import AttemptMade, StepRefused
from simulator.trace.jsonl import wire_time

REPORT_FORMAT = 1


def render_json(results: Sequence[Summary | Unplayed]) -> str:
    """The document; it ends with a newline."""
    report = {
        "format": REPORT_FORMAT,
        "passed": all(isinstance(result, Summary) and result.passed for result in results),
        "scenarios": [_unplayed(one) if isinstance(one, Unplayed) else _played(one) for one in results],
    }
    text = json.dumps(report, ensure_ascii=False, indent=2)
    # A file name that is no UTF-8 has parts that only JSON's own escapes can carry.
    return text.encode("utf-8", "backslashreplace").decode() + "\n"


def _played(summary: Summary) -> dict[str, Any]:
    header = summary.header
    return {
        "name": header.scenario,
        "path": summary.path,
        "played": True,
        "passed": summary.passed,
        "digest": summary.digest,
        "start": wire_time(header.start),
        "end": wire_time(summary.ended_at),
        "drained": summary.drained,
        "seed": header.seed,
        "schedule": header.schedule,
        "attempts_max": header.attempts_max,
        "policy": header.policy,
        "counts": {state.value: summary.count(state) for state in DeliveryState},
        "updates": [_update(update) for update in summary.updates],
        "inboxes": [_inbox(one) for one in summary.inboxes],
        "refused_steps": [_refused(fact) for fact in summary.facts if isinstance(fact, StepRefused)],
        "verdicts": [
            {
                "verdict": one.kind.value,
                "asked": str(one.asked),
                "found": str(one.found),
                "path": one.path,
                "line": one.line,
            }
            for one in summary.verdicts
        ],
    }


def _inbox(one: CertificateAtSystem) -> dict[str, Any]:
    at_webcert = {"journal_system": one.system, "certificate": one.alias, "webcert_state": one.webcert_state}
    return at_webcert | certificate_values(one.seen)


def _unplayed(unplayed: Unplayed) -> dict[str, Any]:
    return {
        "path": unplayed.path,
        "played": False,
        "passed": False,
        "problems": [
            {"path": one.path or unplayed.path, "line": one.line, "message": str(one.sentence)}
            for one in unplayed.problems
        ],
    }


def _update(update: UpdateSummary) -> dict[str, Any]:
    emitted = update.emitted
    return {
        "delivery": emitted.delivery,
        "certificate": emitted.certificate,
        "certificate_id": emitted.certificate_id,
        "event": emitted.event.value,
        "occurred_at": wire_time(emitted.at),
        "journal_system": emitted.journal_system,
        "logical_address": emitted.logical_address,
        "message_sha256": emitted.message_sha256,
        "message_bytes": emitted.message_bytes,
        "state": update.state.value,
        "attempts": [_attempt(attempt) for attempt in update.attempts],
        "late_answers": [
            {"attempt": late.attempt, "at": wire_time(late.at), "answer": late.answer} for late in update.late_answers
        ],
    }


def _attempt(attempt: AttemptMade) -> dict[str, Any]:
    return {
        "attempt": attempt.attempt,
        "due": wire_time(attempt.due),
        "sent_at": wire_time(attempt.sent_at),
        "ended_at": wire_time(attempt.at),
        "answer": attempt.answer,
        "http_status": attempt.http_status,
        "answer_sha256": attempt.answer_sha256,
        "outcome": attempt.outcome.value,
        "rule": attempt.rule,
        "reason": str(reason_of(attempt)),
        "facts": dict(sorted(attempt.facts.items())),
        "state": attempt.state.value,
        "next_attempt_at": None if attempt.next_attempt_at is None else wire_time(attempt.next_attempt_at),
    }


def _refused(refused: StepRefused) -> dict[str, Any]:
    return {
        "step": refused.step,
        "at": wire_time(refused.at),
        "action": refused.action.value,
        "certificate": refused.certificate,
        "by": refused.by,
        "role": refused.role.value if refused.role else None,
        "rule": refused.rule,
        "reason": str(refused.reason),
    }
