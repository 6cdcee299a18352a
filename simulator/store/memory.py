"""The outbox in memory: for runs on a virtual clock, and for tests. It promises everything but to survive."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from simulator.certificate.certificate import Certificate
from simulator.redelivery.delivery import Delivery, DeliveryState, is_due
from simulator.store.outbox import Call, Changes, Exchange, RunKey, RunState
from simulator.trace.facts import Fact


class MemoryStore:
    """Runs that are gone with the process; the same run opened again goes on."""

    def __init__(self) -> None:
        self._runs: dict[RunKey, MemoryOutbox] = {}

    async def open_run(self, key: RunKey) -> MemoryOutbox:
        return self._runs.setdefault(key, MemoryOutbox())

    async def close(self) -> None:
        pass


class MemoryOutbox:
    """One run."""

    def __init__(self) -> None:
        self._state = RunState()
        self._certificates: dict[str, Certificate] = {}
        self._deliveries: dict[int, Delivery] = {}
        # The waiting ones apart, so that a long run does not look through its whole past at every step.
        self._waiting: dict[int, Delivery] = {}
        self._facts: list[Fact] = []
        self._exchanges: list[Exchange] = []
        self._calls: list[Call] = []

    async def state(self) -> RunState:
        return self._state

    async def commit(self, changes: Changes) -> None:
        self._certificates |= {certificate.id: certificate for certificate in changes.certificates}
        for delivery in (*changes.emitted, *changes.settled):
            self._deliveries[delivery.id] = delivery
            if delivery.state is DeliveryState.WAITING:
                self._waiting[delivery.id] = delivery
            else:
                self._waiting.pop(delivery.id, None)
        self._facts += changes.facts
        self._exchanges += changes.exchanges
        self._calls += changes.calls
        kept = self._state
        self._state = replace(
            kept,
            steps_done=kept.steps_done if changes.steps_done is None else changes.steps_done,
            clock=changes.clock or kept.clock,
            finished=kept.finished if changes.finished is None else changes.finished,
        )

    async def due(self, now: datetime, limit: int, besides: Collection[int] = ()) -> list[Delivery]:
        found = [one for one in self._waiting.values() if one.id not in besides and is_due(one, now)]
        return sorted(found, key=lambda one: (one.next_attempt_at or now, one.id))[:limit]

    async def next_due(self, besides: Collection[int] = ()) -> datetime | None:
        moments = (one.next_attempt_at for one in self._waiting.values() if one.id not in besides)
        return min((moment for moment in moments if moment is not None), default=None)

    async def waiting(self) -> int:
        return len(self._waiting)

    async def certificates(self) -> list[Certificate]:
        return list(self._certificates.values())

    async def deliveries(self) -> list[Delivery]:
        return [self._deliveries[delivery_id] for delivery_id in sorted(self._deliveries)]

    async def facts(self) -> list[Fact]:
        return sorted(self._facts, key=lambda fact: fact.sort_key)

    async def exchanges(self) -> list[Exchange]:
        return sorted(self._exchanges, key=lambda one: (one.delivery, one.attempt))

    async def calls(self) -> list[Call]:
        return sorted(self._calls, key=lambda one: one.id)
