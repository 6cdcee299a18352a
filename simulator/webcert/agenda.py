"""Who is tried next: the beginning of the outbox's schedule, held in memory so that it need not be asked at every turn.

Webcert commits through the agenda, which thereby hears of every delivery that waits, and hands it out when its moment
has come. The outbox stays the one schedule: what the agenda holds has been committed, in the outbox's own order, and is
read from there at the start, and whenever the end of what is held has been reached.
"""

from __future__ import annotations

import heapq
from datetime import UTC, datetime

from simulator.clock import Signal
from simulator.redelivery.delivery import Delivery, DeliveryState, is_due
from simulator.store.outbox import Changes, Outbox

# (moment, id): the order in which deliveries are tried.
_Place = tuple[datetime, int]

_BEGINNING: _Place = (datetime.min.replace(tzinfo=UTC), 0)
_END: _Place = (datetime.max.replace(tzinfo=UTC), 0)


class Agenda:
    """The waiting deliveries up to some place, each handed out once; `changed` is set when there is a new one.

    `size` are read at a time, and at most twice as many are held: the rest stay in the outbox until their turn comes.
    """

    def __init__(self, outbox: Outbox, changed: Signal, size: int = 1000) -> None:
        self._outbox = outbox
        self._changed = changed
        self._size = size
        # A heap.
        self._held: list[tuple[_Place, Delivery]] = []
        # Whatever waits up to this place is held; nothing is, before the first is asked for.
        self._held_until = _BEGINNING
        # Handed out, and its attempt not yet committed.
        self._taken: set[int] = set()
        # Emitted, and its commit not yet returned.
        self._committing: set[int] = set()
        # Silenced since the outbox was last asked: what it says of them may be older.
        self._silenced: set[int] = set()

    async def commit(self, changes: Changes) -> None:
        """Commit to the outbox; what waits afterwards is held, and none of it before."""
        emitted = [delivery.id for delivery in changes.emitted]
        self._committing.update(emitted)
        try:
            await self._outbox.commit(changes)
        finally:
            self._committing.difference_update(emitted)
        self._let_go({one.id for one in changes.settled if one.state is DeliveryState.SILENCED})
        self._taken.difference_update(delivery.id for delivery in changes.settled)
        for delivery in (*changes.emitted, *changes.settled):
            self._hold(delivery)

    async def take(self, now: datetime, limit: int) -> list[Delivery]:
        """Hand out those whose moment has come, at most so many, the earliest first."""
        found: list[Delivery] = []
        while len(found) < limit:
            if not self._held and self._held_until < _END:
                await self._read()
            elif self._held and is_due(self._held[0][1], now):
                delivery = heapq.heappop(self._held)[1]
                self._taken.add(delivery.id)
                found.append(delivery)
            else:
                break
        return found

    def next_due(self) -> datetime | None:
        """The moment of the next one, once all that are due have been handed out; None when none waits."""
        return self._held[0][0][0] if self._held else None

    async def _read(self) -> None:
        """Hold what comes next in the outbox."""
        # Who is committed meanwhile may or may not be read, and so everybody is held until it is known who was.
        self._held_until = _END
        self._silenced = set()
        # At the end of time everybody who waits is due.
        read = await self._outbox.due(_END[0], self._size, besides=self._taken)
        passed_over = self._committing | self._silenced | {delivery.id for _, delivery in self._held}
        for delivery in read:
            if delivery.id not in passed_over:
                self._hold(delivery)
        if len(read) == self._size:
            self._hold_only_until(_place(read[-1]))

    def _let_go(self, silenced: set[int]) -> None:
        """Forget changes that are silenced while they are held; they are never handed out."""
        if silenced:
            self._silenced |= silenced
            self._held = [one for one in self._held if one[1].id not in silenced]
            heapq.heapify(self._held)

    def _hold(self, delivery: Delivery) -> None:
        if delivery.next_attempt_at is None or _place(delivery) > self._held_until:
            return
        heapq.heappush(self._held, (_place(delivery), delivery))
        if len(self._held) > 2 * self._size:
            self._hold_only_until(heapq.nsmallest(self._size, self._held)[-1][0])
        self._changed.set()

    def _hold_only_until(self, place: _Place) -> None:
        self._held = [one for one in self._held if one[0] <= place]
        heapq.heapify(self._held)
        self._held_until = place


def _place(delivery: Delivery) -> _Place:
    assert delivery.next_attempt_at is not None, "only who waits has a place"
    return delivery.next_attempt_at, delivery.id
