"""What a journal system has received, as lines for people and as JSON for machines. No person id is among it."""

from __future__ import annotations

import json
from collections.abc import Iterable

from simulator.store.outbox import Call
from simulator.trace.jsonl import wire_time


def call_line(call: Call, when: str) -> str:
    """One call on one line; `when` is its moment as the reader wants it."""
    what = f"{call.event or '–'} {call.certificate_id or '–'} ({call.occurred_at or '–'})"
    again = f" #{call.attempt}" if (call.attempt or 1) > 1 else ""
    # A parser may say what is wrong on several lines.
    problem = f"  {' '.join(call.problem.split())}" if call.problem else ""
    return f"{call.id:>5}  {when}  {what}{again}  →  {call.answer}{problem}"


def calls_json(calls: Iterable[Call]) -> str:
    """All calls as a JSON array, without their bytes."""
    return json.dumps([_values(call) for call in calls], ensure_ascii=False, indent=1)


def _values(call: Call) -> dict[str, object]:
    return {
        "id": call.id,
        "received_at": wire_time(call.received_at),
        "reached": call.reached,
        "event": call.event,
        "certificate_id": call.certificate_id,
        "occurred_at": call.occurred_at,
        "logical_address": call.logical_address,
        "attempt": call.attempt,
        "answer": call.answer,
        "problem": call.problem,
        "bytes": len(call.body),
    }
