"""Answers that take their time: whoever still works at one when its sender has given up goes on to the end.

A late answer is a fact of its own, and a run is not over before it has come. Mocked systems and the ways to real ones
are slow in the same manner.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from simulator.clock import Clock
from simulator.journal.inbox import Inbox
from simulator.journal.system import Tag
from simulator.sentence import Sentence
from simulator.trace.facts import AnsweredTooLate


class LateAnswers:
    """Those of one journal system; `answered` is called each time that one is over."""

    def __init__(self, inbox: Inbox, clock: Clock, answered: Callable[[], None]) -> None:
        self._inbox = inbox
        self._clock = clock
        self._answered = answered
        self._under_way = 0

    @property
    def is_answering(self) -> bool:
        """Whether an answer is still to come, be it to a sender that has given up."""
        return self._under_way > 0

    async def take_time(self, length: timedelta, key: str, tag: Tag | None, word: str, label: Sentence) -> bool:
        """Let time pass before an answer goes on; False, and kept with its word, when the sender no longer waits."""
        self._under_way += 1
        try:
            async with self._clock.doze(key, length, label) as awaited:
                if not awaited and tag is not None:
                    late = AnsweredTooLate(self._clock.now(), tag.delivery, tag.attempt, self._inbox.name, word)
                    await self._inbox.keep_late_answer(late)
        finally:
            self._under_way -= 1
            self._answered()
        return awaited
