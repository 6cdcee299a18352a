"""Waits on the clock until something is due, has it sent, and waits again. There is one schedule: the outbox."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from simulator.clock import Clock, Signal
from simulator.redelivery.delivery import Delivery
from simulator.sentence import say
from simulator.store.outbox import Outbox
from simulator.webcert.dispatcher import Dispatcher

# As many as aiohttp's connections in the client, and as the benchmark has under way.
IN_FLIGHT_MAX = 64


class Runner:
    """Keeps deliveries going until it is cancelled; `settled` is set whenever no attempt is left under way."""

    def __init__(
        self,
        *,
        clock: Clock,
        outbox: Outbox,
        dispatcher: Dispatcher,
        outbox_changed: Signal,
        settled: Signal,
        on_attempt: Callable[[Delivery], None] = lambda _: None,
    ) -> None:
        self._clock = clock
        self._outbox = outbox
        self._dispatcher = dispatcher
        self._outbox_changed = outbox_changed
        self._settled = settled
        self._on_attempt = on_attempt
        self._in_flight: dict[int, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Send what is due, for ever."""
        try:
            while True:
                free = IN_FLIGHT_MAX - len(self._in_flight)
                for delivery in await self._due(free):
                    label = say("delivery {delivery} to {system}", delivery=delivery.id, system=delivery.journal_system)
                    self._in_flight[delivery.id] = self._clock.spawn(self._attempt(delivery), label)
                await self._wait()
        finally:
            for task in self._in_flight.values():
                task.cancel()
            await asyncio.gather(*self._in_flight.values(), return_exceptions=True)

    async def _due(self, free: int) -> list[Delivery]:
        if free <= 0:
            return []
        return await self._outbox.due(self._clock.now(), free, besides=self._in_flight.keys())

    async def _wait(self) -> None:
        """Until the outbox changes or the next one is due; when all places are taken, until one is free."""
        if self._outbox_changed.take():
            # It has changed while it was asked: there is no need to ask for the next moment as well.
            return
        full = len(self._in_flight) >= IN_FLIGHT_MAX
        until = None if full else await self._outbox.next_due(besides=self._in_flight.keys())
        await self._clock.wait(self._outbox_changed, until, say("the next attempt"))

    async def _attempt(self, delivery: Delivery) -> None:
        try:
            settled = await self._dispatcher.attempt(delivery)
        finally:
            del self._in_flight[delivery.id]
        self._on_attempt(settled)
        if not self._in_flight:
            self._settled.set()
        self._outbox_changed.set()
