"""A journal system as its sender sees it: bytes go in, an answer comes or does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from simulator.contract.reply import NoAnswer, OnTheWire, RawAnswer


@dataclass(frozen=True)
class Tag:
    """What the sender knows of a call and the message does not say; found by the correlation id.

    A journal system of another process has no tags, and a foreign sender's calls have none.
    """

    delivery: int
    attempt: int


class JournalSystem(Protocol):
    """Somebody who receives status updates.

    `foreign` is True for one that does not share our clock: time-outs are then wall seconds.
    `url` is where it is, for people; empty where it is in memory.
    """

    name: str
    url: str
    foreign: bool

    async def receive(self, body: bytes, headers: Mapping[str, str], passes: OnTheWire) -> RawAnswer | NoAnswer:
        """Take a call, and note down what passes; header names are lower-case."""
        ...
