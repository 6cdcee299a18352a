"""What a journal system has received, as lines."""

from __future__ import annotations

from datetime import UTC, datetime

from simulator.journal.listing import call_line
from simulator.store.outbox import Call


def test_a_call_is_one_line():
    """A problem that the parser tells of on several lines stands on one."""
    moment = datetime(2024, 9, 2, 6, 0, tzinfo=UTC)
    problem = "switching encoding:\nunknown encoding: EBCDIC"
    call = Call(1, "alfa", moment, True, {}, b"", problem, None, None, None, None, None, None, None, "fault")
    assert "    1  08:00  – – (–)  →  fault  switching encoding: unknown encoding: EBCDIC" == call_line(call, "08:00")
