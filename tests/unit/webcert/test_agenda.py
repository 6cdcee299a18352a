"""The agenda hands out what the outbox holds: everybody once, in the outbox's order, never before the commit."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.clock import WallClock
from simulator.redelivery.delivery import Delivery, DeliveryState, is_due
from simulator.store.memory import MemoryOutbox
from simulator.store.outbox import Changes
from simulator.webcert.agenda import Agenda
from tests.store.test_outbox import NOW, delivery

MINUTE = timedelta(minutes=1)
LATER = NOW + 100 * MINUTE

minutes = st.integers(min_value=0, max_value=9)
# Emit at these minutes; take so many at this minute; settle the oldest one taken, to be tried after so long or never.
emitting = st.tuples(st.just("emit"), st.lists(minutes, min_size=1, max_size=4))
taking = st.tuples(st.just("take"), st.tuples(minutes, st.integers(min_value=0, max_value=4)))
settling = st.tuples(st.just("settle"), st.none() | minutes)


class SlowOutbox(MemoryOutbox):
    """Lets others have their turn before and after each commit and each look."""

    def __init__(self) -> None:
        super().__init__()
        self.committed: set[int] = set()

    async def commit(self, changes: Changes) -> None:
        await asyncio.sleep(0)
        await super().commit(changes)
        await asyncio.sleep(0)
        self.committed.update(one.id for one in changes.emitted)

    async def due(self, now: datetime, limit: int, besides: Collection[int] = ()) -> list[Delivery]:
        await asyncio.sleep(0)
        found = await super().due(now, limit, besides)
        await asyncio.sleep(0)
        return found


def agenda_of(outbox: MemoryOutbox, size: int) -> Agenda:
    """An agenda that holds few, so that the rest is in the outbox alone."""
    return Agenda(outbox, WallClock(NOW).signal(), size)


@settings(max_examples=300, deadline=None)
@given(st.lists(emitting | taking | settling, max_size=40), st.integers(min_value=1, max_value=4))
def test_it_hands_out_what_the_outbox_would(deeds, size):
    """The same deliveries in the same order as whoever asks the outbox at each turn."""

    async def check() -> None:
        outbox = MemoryOutbox()
        agenda = agenda_of(outbox, size)
        taken: list[Delivery] = []
        emitted = 0
        for what, value in deeds:
            if what == "emit":
                new = [delivery(emitted + number, due=NOW + at * MINUTE) for number, at in enumerate(value, 1)]
                emitted += len(new)
                await agenda.commit(Changes(emitted=tuple(new)))
            elif what == "take":
                now, limit = NOW + value[0] * MINUTE, value[1]
                under_way = {one.id for one in taken}
                expected = await outbox.due(now, limit, under_way)
                found = await agenda.take(now, limit)
                assert expected == found
                taken += found
                left = await outbox.due(LATER, 1, {one.id for one in taken})
                if len(found) < limit:
                    assert agenda.next_due() == (left[0].next_attempt_at if left else None)
            elif taken:
                await agenda.commit(Changes(settled=(settled(taken.pop(0), value),)))

    asyncio.run(check())


def settled(one: Delivery, after: int | None) -> Delivery:
    """A delivery after an attempt: to be tried again after so many minutes, or delivered."""
    if after is None:
        return replace(one, state=DeliveryState.DELIVERED, attempts_made=one.attempts_made + 1, next_attempt_at=None)
    return replace(one, attempts_made=one.attempts_made + 1, next_attempt_at=one.next_attempt_at + after * MINUTE)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.integers(min_value=0, max_value=5), min_size=1, max_size=30),
    st.integers(min_value=1, max_value=4),
    st.integers(min_value=1, max_value=5),
)
def test_whatever_is_committed_meanwhile_is_handed_out_once(waits, size, places):
    """Many commit at the same time as one reads: nobody is handed out before its commit has returned, nor twice."""

    async def check() -> None:
        outbox = SlowOutbox()
        agenda = agenda_of(outbox, size)
        attempts: list[tuple[int, int]] = []

        async def emit(number: int, turns: int) -> None:
            for _ in range(turns):
                await asyncio.sleep(0)
            await agenda.commit(Changes(emitted=(delivery(number),)))

        async def attempt(one: Delivery) -> None:
            assert is_due(one, LATER)
            assert one.id in outbox.committed
            attempts.append((one.id, one.attempts_made))
            await agenda.commit(Changes(settled=(settled(one, 1 if one.attempts_made == 0 else None),)))

        async def send() -> None:
            while len(attempts) < 2 * len(waits):
                await asyncio.gather(*map(attempt, await agenda.take(LATER, places)))
                await asyncio.sleep(0)

        emitting = [emit(number, turns) for number, turns in enumerate(waits, 1)]
        await asyncio.wait_for(asyncio.gather(send(), *emitting), 10)
        assert [] == await agenda.take(LATER, places)
        assert sorted(attempts) == [(number, made) for number in range(1, len(waits) + 1) for made in (0, 1)]

    asyncio.run(check())


async def test_what_waits_from_an_earlier_life_is_found():
    """The outbox of a run that goes on holds deliveries that nobody has told the agenda of."""
    outbox = MemoryOutbox()
    await outbox.commit(Changes(emitted=tuple(delivery(number) for number in range(1, 6))))
    agenda = agenda_of(outbox, 2)
    assert [1, 2, 3, 4, 5] == [one.id for one in await agenda.take(NOW, 10)]
    assert agenda.next_due() is None


async def test_a_commit_that_fails_is_not_handed_out():
    """What is not kept is not sent."""
    outbox = MemoryOutbox()
    agenda = agenda_of(outbox, 2)
    await agenda.commit(Changes(emitted=(delivery(1),)))
    assert [delivery(1)] == await agenda.take(NOW, 10)
    for _ in range(2):
        try:
            await agenda.commit(Changes(emitted=(delivery(1), delivery(2))))
        except Exception:
            assert [] == await agenda.take(NOW, 10)
        else:
            raise AssertionError
