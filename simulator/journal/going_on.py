"""Calls that go on when their sender has given up, as they do behind a wire."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from simulator.contract.reply import NoAnswer, RawAnswer


class CallsThatGoOn:
    """Those of one journal system, or of the way to it."""

    def __init__(self) -> None:
        self._calls: set[asyncio.Task[RawAnswer | NoAnswer]] = set()

    async def carry_out(self, call: Coroutine[Any, Any, RawAnswer | NoAnswer]) -> RawAnswer | NoAnswer:
        """What a call ends with, for a sender who waits so long; without one it ends for itself."""
        task = asyncio.create_task(call)
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)
        return await asyncio.shield(task)

    async def close(self) -> None:
        """Let go of the calls that nobody waits for any more."""
        calls = list(self._calls)
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
