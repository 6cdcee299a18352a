"""The inbox of a journal system: every call is kept with its bytes, the refused and the broken ones too.

It also knows how many calls each behaviour rule has decided, and what the system has taken of a certificate, from the
calls themselves: one truth, which is there again when a run is resumed.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

from simulator.journal.order import Taken
from simulator.store.outbox import Call, Changes, Outbox
from simulator.trace.facts import AnsweredTooLate


class CallNumbers:
    """Numbers the calls of a run, whichever system they come to."""

    def __init__(self, earlier: Iterable[Call] = ()) -> None:
        self._numbers: Iterator[int] = itertools.count(max((call.id for call in earlier), default=0) + 1)

    def next(self) -> int:
        """The next call's id."""
        return next(self._numbers)


class Inbox:
    """What one journal system has met."""

    def __init__(
        self,
        name: str,
        outbox: Outbox,
        numbers: CallNumbers,
        earlier: Iterable[Call] = (),
        on_call: Callable[[Call], None] = lambda _: None,
    ) -> None:
        self.name = name
        self._on_call = on_call
        self._outbox = outbox
        self._numbers = numbers
        self.taken: Counter[int] = Counter()
        self._seen: Counter[tuple[str | None, str | None, str | None]] = Counter()
        self._acts: dict[str, list[Taken]] = {}
        for call in earlier:
            if call.journal_system == name:
                self._count(call)

    def next_id(self) -> int:
        """The id for the next call."""
        return self._numbers.next()

    def times_seen(self, said: Mapping[str, str]) -> int:
        """How often the event has been met before that a call says it tells of: all that a receiver can go by."""
        return self._seen[said.get("certificate_id"), said.get("event"), said.get("occurred_at")]

    def taken_of(self, certificate_id: str | None, now: datetime) -> list[Taken]:
        """What the system has taken of a certificate until now, in the order in which it did."""
        acts = [one for one in self._acts.get(certificate_id or "", ()) if one.at <= now]
        return sorted(acts, key=lambda one: one.at)

    async def keep(self, call: Call) -> None:
        """Keep a call; it is there for good when this returns."""
        self._count(call)
        await self._outbox.commit(Changes(calls=(call,)))
        self._on_call(call)

    async def keep_late_answer(self, fact: AnsweredTooLate) -> None:
        """Keep that the sender did not wait for the answer."""
        await self._outbox.commit(Changes(facts=(fact,)))

    def _count(self, call: Call) -> None:
        if call.behaviour is not None:
            self.taken[call.behaviour] += 1
        self._seen[(call.certificate_id, call.event, call.occurred_at)] += 1
        if call.certificate_id and call.event and call.occurred_at:
            self._acts.setdefault(call.certificate_id, []).extend(
                Taken(call.event, call.occurred_at, moment) for moment in call.acted_at
            )
