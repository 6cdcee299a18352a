"""The outbox in memory: for runs on a virtual clock, and for tests. It promises everything but to survive."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from simulator.certificate.certificate import Certificate
from simulator.redelivery.delivery import Delivery, DeliveryState, is_due
from simulator.store.outbox import Call, Changes, Exchange, RunKey, RunState, kept_already, require_same_run
from simulator.trace.facts import Fact


class MemoryStore:
    """Runs that are gone with the process; the same run opened again goes on."""

    def __init__(self) -> None:
        self._runs: dict[str, tuple[RunKey, MemoryOutbox]] = {}

    async def open_run(self, key: RunKey) -> MemoryOutbox:
        kept, outbox = self._runs.setdefault(key.name, (key, MemoryOutbox()))
        require_same_run(kept, key)
        return outbox

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
        self._exchanges: dict[tuple[int, int], Exchange] = {}
        self._calls: dict[int, Call] = {}

    async def state(self) -> RunState:
        return self._state

    async def commit(self, changes: Changes) -> None:
        # Looked at before anything is changed, so that a commit that fails leaves nothing.
        _require_new(self._deliveries, [one.id for one in changes.emitted])
        _require_new(self._exchanges, [(one.delivery, one.attempt) for one in changes.exchanges])
        _require_new(self._calls, [one.id for one in changes.calls])
        self._certificates |= {certificate.id: certificate for certificate in changes.certificates}
        for delivery in (*changes.emitted, *changes.settled):
            self._deliveries[delivery.id] = delivery
            if delivery.state is DeliveryState.WAITING:
                self._waiting[delivery.id] = delivery
            else:
                self._waiting.pop(delivery.id, None)
        self._facts += changes.facts
        self._exchanges |= {(one.delivery, one.attempt): one for one in changes.exchanges}
        self._calls |= {one.id: one for one in changes.calls}
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

    async def waiting(self) -> int:
        return len(self._waiting)

    async def certificates(self) -> list[Certificate]:
        return list(self._certificates.values())

    async def deliveries(self) -> list[Delivery]:
        return [self._deliveries[delivery_id] for delivery_id in sorted(self._deliveries)]

    async def facts(self) -> list[Fact]:
        return sorted(self._facts, key=lambda fact: fact.sort_key)

    async def exchanges(self) -> list[Exchange]:
        return [self._exchanges[key] for key in sorted(self._exchanges)]

    async def calls(self) -> list[Call]:
        return [self._calls[call_id] for call_id in sorted(self._calls)]


def _require_new(kept: Mapping[Any, object], new: Sequence[object]) -> None:
    if len(set(new)) < len(new) or not kept.keys().isdisjoint(new):
        raise kept_already()
