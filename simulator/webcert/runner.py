"""Waits on the clock until something is due, has it sent, and waits again. There is one schedule: the outbox's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from simulator.clock import Clock, Signal
from simulator.redelivery.delivery import Delivery
from simulator.sentence import say
from simulator.webcert.agenda import Agenda
from simulator.webcert.dispatcher import Dispatcher

# As many as aiohttp's connections in the client, and as the benchmark has under way.
IN_FLIGHT_MAX = 64


class Runner:
    """Keeps deliveries going until it is cancelled; `settled` is set whenever no attempt is left under way."""

    def __init__(
        self,
        *,
        clock: Clock,
        agenda: Agenda,
        dispatcher: Dispatcher,
        agenda_changed: Signal,
        settled: Signal,
        on_attempt: Callable[[Delivery], None] = lambda _: None,
    ) -> None:
        self._clock = clock
        self._agenda = agenda
        self._dispatcher = dispatcher
        self._agenda_changed = agenda_changed
        self._settled = settled
        self._on_attempt = on_attempt
        self._in_flight: dict[int, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Send what is due, for ever."""
        try:
            while True:
                for delivery in await self._agenda.take(self._clock.now(), IN_FLIGHT_MAX - len(self._in_flight)):
                    label = say("delivery {delivery} to {system}", delivery=delivery.id, system=delivery.journal_system)
                    self._in_flight[delivery.id] = self._clock.spawn(self._attempt(delivery), label)
                # When all places are taken, until one is free.
                until = None if self._is_full else self._agenda.next_due()
                await self._clock.wait(self._agenda_changed, until, say("the next attempt"))
        finally:
            for task in self._in_flight.values():
                task.cancel()
            await asyncio.gather(*self._in_flight.values(), return_exceptions=True)

    @property
    def _is_full(self) -> bool:
        return len(self._in_flight) >= IN_FLIGHT_MAX

    async def _attempt(self, delivery: Delivery) -> None:
        try:
            settled = await self._dispatcher.attempt(delivery)
        finally:
            if self._is_full:
                self._agenda_changed.set()
            del self._in_flight[delivery.id]
        self._on_attempt(settled)
        if not self._in_flight:
            self._settled.set()
