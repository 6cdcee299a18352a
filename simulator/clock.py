"""The one clock: what time it is, and every wait.

Jump, step, rate and real are constructions of the clock, not branches elsewhere. Whoever waits says so here: until
a moment (`sleep_until`), for a signal (`wait`), or for an answer (`exchange`). A `VirtualClock` moves time only when
nobody is awake, wakes sleepers one at a time in the order (moment, the caller's own tasks first, order of lying down),
and stands still while bytes travel. A `WallClock` lets time flow, at any rate. Moments are aware and in UTC; days are
86,400 s.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

from simulator.errors import ClockStandsStill
from simulator.sentence import Sentence, say

T = TypeVar("T")

# Whether a sleeper was spawned (and not adopted), and its number in the order of lying down: smaller wakes earlier.
# What the caller does at a moment thus comes before what follows by itself, however the tasks were scheduled.
Turn = tuple[bool, int]

SWEDISH_TIME = ZoneInfo("Europe/Stockholm")

_MILLISECOND = timedelta(milliseconds=1)


def swedish(moment: datetime) -> str:
    """A moment as people in Sweden write it, to the second: `2022-06-25 13:36:00`."""
    return moment.astimezone(SWEDISH_TIME).strftime("%Y-%m-%d %H:%M:%S")


def _whole_milliseconds(moment: datetime) -> datetime:
    """The moment in UTC, cut to what the wire can say."""
    moment = moment.astimezone(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def wall_now() -> datetime:
    """The machine's own time, for what lies outside the simulation: folder names, the age of a TLS certificate."""
    return datetime.now(UTC)


def wall_seconds() -> float:
    """A running count of seconds, to measure how long something took; never for a decision."""
    return time.perf_counter()


# How often something that comes from outside is looked for.
_LOOK_EVERY = 0.05


async def wall_until(holds: Callable[[], bool], within: timedelta) -> bool:
    """Wait on the wall for something from outside the simulation, while virtual time stands still; whether it came."""
    until = time.monotonic() + within.total_seconds()
    while not holds():
        if time.monotonic() >= until:
            return False
        await asyncio.sleep(_LOOK_EVERY)
    return True


async def wall_sleep(seconds: float) -> None:
    """Wait for real seconds, outside the simulated time: between two lines of progress, for example."""
    await asyncio.sleep(seconds)


@dataclass(eq=False)
class _Participant:
    """A task that the clock knows of; virtual time stands still while it is awake."""

    label: Sentence
    # Adopted tasks belong to the caller: they are told when time can never move again.
    adopted: bool = False
    task: asyncio.Task[Any] | None = None
    # False once it has left: a task that outlives it cannot hold time up in its name.
    here: bool = True


@dataclass(eq=False)
class _Sleeper:
    """One who waits: woken with True by a signal, with False by the time."""

    who: _Participant
    label: Sentence
    future: asyncio.Future[bool]
    until: datetime | None = None
    # Its place in the order of lying down; None while it does not lie in wait.
    turn: Turn | None = None

    @property
    def asleep(self) -> bool:
        return not self.future.done()

    def waits_at(self, turn: Turn) -> bool:
        """Whether it still lies where it lay down, neither woken nor gone nor lying elsewhere."""
        return self.asleep and self.turn == turn


_present: ContextVar[_Participant | None] = ContextVar("participant of the clock", default=None)


class Signal:
    """Something that one can wait for.

    Set, it wakes all who wait; set while nobody waits, it is remembered for the next who does, so that what happens
    between looking and waiting is never missed.
    """

    def __init__(self, wake: Callable[[_Sleeper], None]) -> None:
        self._wake = wake
        self._remembered = False
        self.sleepers: list[_Sleeper] = []

    def set(self) -> None:
        """Wake everyone who waits for this now."""
        sleepers = [sleeper for sleeper in self.sleepers if sleeper.asleep]
        self.sleepers = []
        self._remembered = not sleepers
        for sleeper in sleepers:
            self._wake(sleeper)

    def take(self) -> bool:
        """Whether it has been set since somebody last waited; asking makes it unset."""
        remembered, self._remembered = self._remembered, False
        return remembered


class Clock(Protocol):
    """What the rest of the simulator knows about time."""

    def now(self) -> datetime:
        """The present moment: aware, in UTC."""
        ...

    def signal(self) -> Signal:
        """A new signal of this clock."""
        ...

    async def sleep_until(self, moment: datetime, label: Sentence) -> None:
        """Wait until the moment has come; `label` tells people who sleeps, and for what."""
        ...

    async def wait(self, signal: Signal, until: datetime | None, label: Sentence) -> bool:
        """Wait for the signal, at most until the moment; True when the signal came."""
        ...

    async def exchange(
        self,
        key: str,
        call: Coroutine[Any, Any, T],
        *,
        timeout: timedelta,  # noqa: ASYNC109 - told to the clock, which asyncio.timeout does not know
        lane: str,
        foreign: bool,
    ) -> T:
        """Carry out a call under a time-out; raises TimeoutError when it is exceeded.

        `key` is the correlation id by which `doze` finds the exchange; each attempt has its own. Where time is
        virtual, calls of one `lane` are taken one after another. A `foreign` callee does not share our clock: its
        time-out is wall seconds. When the sender gives up, the call is cancelled.
        """
        ...

    def doze(self, key: str, delay: timedelta | None, label: Sentence) -> AbstractAsyncContextManager[bool]:
        """Put the exchange with this key to sleep for so long; None means until its sender gives up.

        The body of the `async with` runs when it is over, and is told whether the sender still waits. Virtual time
        stands still until the body is done.
        """
        ...

    def spawn(self, work: Coroutine[Any, Any, None], label: Sentence) -> asyncio.Task[None]:
        """Start a task that the clock knows of; its failure wakes everyone with the same error."""
        ...

    def adopt(self, label: Sentence) -> AbstractContextManager[None]:
        """Let the present task take part for the length of a `with`: while it is awake, virtual time stands still."""
        ...

    def stop(self) -> None:
        """Let time wake nobody any more."""
        ...

    def describe(self) -> list[Sentence]:
        """Who is awake, and what is waited for in the order in which it comes: a frozen clock explains itself."""
        ...


# Asked before virtual time moves, with the next moment and who sleeps until then: how a person steps through a run.
Gate = Callable[[datetime, Sentence], Awaitable[None]]


class _Participants:
    """Tasks, signals and failures: what both clocks share."""

    def __init__(self) -> None:
        self._awake: set[_Participant] = set()
        # A dict for its order, that of lying down: what wakes several must wake them in one order.
        self._asleep: dict[_Sleeper, None] = {}
        self._turns = itertools.count()
        self._failure: BaseException | None = None
        self._stopped = False

    def signal(self) -> Signal:
        return Signal(self._signalled)

    def spawn(self, work: Coroutine[Any, Any, None], label: Sentence) -> asyncio.Task[None]:
        participant = _Participant(label)
        self._awake.add(participant)
        task = participant.task = asyncio.create_task(self._run(participant, work))

        def ended(_: asyncio.Task[None]) -> None:
            # Not in _run: a task that is cancelled before its first step never gets there.
            work.close()
            self._leave(participant)

        task.add_done_callback(ended)
        return task

    async def _run(self, participant: _Participant, work: Coroutine[Any, Any, None]) -> None:
        _present.set(participant)
        try:
            await work
        except Exception as error:
            self._fail(error)

    @contextmanager
    def adopt(self, label: Sentence) -> Iterator[None]:
        participant = _Participant(label, adopted=True, task=asyncio.current_task())
        before = _present.get()
        # A task takes part once: adopted again, it rests in its earlier name meanwhile.
        renamed = before if before is not None and before.task is participant.task else None
        self._awake.add(participant)
        if renamed is not None:
            self._awake.discard(renamed)
        _present.set(participant)
        try:
            yield
        finally:
            _present.set(before)
            if renamed is not None:
                self._rouse(renamed)
            self._leave(participant)

    def stop(self) -> None:
        self._stopped = True

    def _leave(self, participant: _Participant) -> None:
        participant.here = False
        self._awake.discard(participant)
        self._quiet()

    def _rouse(self, participant: _Participant) -> None:
        """Count it among those who are awake; one that has left cannot hold time up, and so the next may wake."""
        if participant.here:
            self._awake.add(participant)
        else:
            asyncio.get_running_loop().call_soon(self._quiet)

    def _quiet(self) -> None:
        """Called whenever somebody has fallen asleep or left."""

    def _fail(self, error: BaseException) -> None:
        """Tell everyone who waits; the first failure is the one that counts."""
        self._failure = self._failure or error
        for sleeper in list(self._asleep):
            if sleeper.asleep:
                self._rouse(sleeper.who)
                sleeper.future.set_exception(self._failure)

    def _signalled(self, sleeper: _Sleeper) -> None:
        self._wake(sleeper, signalled=True)

    def _wake(self, sleeper: _Sleeper, *, signalled: bool) -> None:
        if sleeper.asleep:
            self._rouse(sleeper.who)
            sleeper.future.set_result(signalled)

    def _who(self, label: Sentence) -> _Participant:
        """The participant that the present task is: a task that nobody introduced is one from now until it ends."""
        who = _present.get()
        if who is not None and who.here:
            return who
        introduced = _Participant(label, task=asyncio.current_task())
        _present.set(introduced)
        self._awake.add(introduced)
        if introduced.task is not None:
            introduced.task.add_done_callback(lambda _: self._leave(introduced))
        return introduced

    def _sleeper(self, who: _Participant, until: datetime | None, label: Sentence) -> _Sleeper:
        return _Sleeper(who, label, asyncio.get_running_loop().create_future(), until)

    def _note(self, sleeper: _Sleeper) -> None:
        """Give it its place in the order of waking at one moment: the story first, then by order of lying down."""
        sleeper.turn = (not sleeper.who.adopted, next(self._turns))
        self._asleep[sleeper] = None

    def _strike(self, sleeper: _Sleeper) -> None:
        """Take back its place: it waits no more."""
        sleeper.turn = None
        self._asleep.pop(sleeper, None)

    async def _lie_down(self, sleeper: _Sleeper) -> bool:
        if self._failure is not None:
            raise self._failure
        self._note(sleeper)
        self._awake.discard(sleeper.who)
        self._quiet()
        try:
            if not sleeper.asleep:
                # Woken on the spot: whoever is no participant, such as a web page or Ctrl-C, must have a turn as well.
                await asyncio.sleep(0)
            return await sleeper.future
        except asyncio.CancelledError:
            # It runs on, to clean up after itself.
            self._rouse(sleeper.who)
            raise
        finally:
            self._strike(sleeper)

    async def _listen(self, signal: Signal, sleeper: _Sleeper) -> bool:
        signal.sleepers.append(sleeper)
        try:
            return await self._lie_down(sleeper)
        finally:
            if sleeper in signal.sleepers:
                signal.sleepers.remove(sleeper)

    def describe(self) -> list[Sentence]:
        awake = [say("awake: {who}", who=who.label) for who in sorted(self._awake, key=lambda one: str(one.label))]
        latest = datetime.max.replace(tzinfo=UTC)
        asleep = [
            say("{when}: {who}", when=swedish(one.until) if one.until else say("at a signal"), who=one.label)
            for one in sorted(self._asleep, key=lambda one: (one.until or latest, one.turn))
        ]
        return awake + asleep


@dataclass(eq=False)
class _Exchange:
    """One call under way in virtual time; `gave_up` is the sender's time-out, in wait while the callee dozes."""

    sender: _Participant
    gave_up: _Sleeper
    lane: asyncio.Lock
    over: bool = False
    in_lane: bool = True

    def give_way(self) -> None:
        """Let the next call of the same lane begin."""
        if self.in_lane:
            self.in_lane = False
            self.lane.release()


class VirtualClock(_Participants):
    """Time that moves only when nobody is awake: 25 days in milliseconds, or step by step behind a gate."""

    def __init__(self, start: datetime, gate: Gate | None = None) -> None:
        super().__init__()
        self._now = _whole_milliseconds(start)
        self._gate = gate
        self._gate_task: asyncio.Task[None] | None = None
        # The turn of the sleeper that the gate has let through.
        self._let_through: Turn | None = None
        self._queue: list[tuple[datetime, Turn, _Sleeper]] = []
        self._exchanges: dict[str, _Exchange] = {}
        self._lanes: dict[str, asyncio.Lock] = {}

    def now(self) -> datetime:
        return self._now

    async def sleep_until(self, moment: datetime, label: Sentence) -> None:
        if moment > self._now:
            await self._lie_down(self._sleeper(self._who(label), moment, label))

    async def wait(self, signal: Signal, until: datetime | None, label: Sentence) -> bool:
        if signal.take():
            return True
        if until is not None and until <= self._now:
            return False
        return await self._listen(signal, self._sleeper(self._who(label), until, label))

    async def exchange(
        self,
        key: str,
        call: Coroutine[Any, Any, T],
        *,
        timeout: timedelta,  # noqa: ASYNC109 - told to the clock, which asyncio.timeout does not know
        lane: str,
        foreign: bool,
    ) -> T:
        label = say("time-out of a call to {system}", system=lane)
        sender = self._who(label)
        lock = self._lanes.setdefault(lane, asyncio.Lock())
        try:
            await lock.acquire()
        except asyncio.CancelledError:
            call.close()
            raise
        if foreign:
            try:
                async with asyncio.timeout(timeout.total_seconds()):
                    return await call
            finally:
                lock.release()
        gave_up = self._sleeper(sender, self._now + timeout, label)
        exchange = self._exchanges[key] = _Exchange(sender, gave_up, lock)
        task = asyncio.create_task(call)
        ends: set[asyncio.Future[Any]] = {task, gave_up.future}
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
            # A failure of another's has woken it as well, and is raised here.
            gave_up.future.result()
            raise TimeoutError
        finally:
            self._rouse(sender)
            self._end(key, exchange)
            if not task.done():
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    def _end(self, key: str, exchange: _Exchange) -> None:
        exchange.over = True
        exchange.give_way()
        self._strike(exchange.gave_up)
        if exchange.gave_up.asleep:
            exchange.gave_up.future.cancel()
        if not exchange.gave_up.future.cancelled():
            # Looked at, since asyncio complains of a failure that nobody has looked at.
            exchange.gave_up.future.exception()
        if self._exchanges.get(key) is exchange:
            del self._exchanges[key]

    @asynccontextmanager
    async def doze(self, key: str, delay: timedelta | None, label: Sentence) -> AsyncIterator[bool]:
        exchange = self._exchanges.get(key)
        until = None if delay is None else self._now + delay
        handler = self._handler(exchange, label)
        before = _present.get()
        try:
            if exchange is None:
                await self._lie_down(self._sleeper(handler, until, label))
                awaited = True
            else:
                awaited = await self._doze_in(exchange, handler, until, label)
            # While the sender waits it is the sender who keeps time still, and who sleeps if the body should.
            _present.set(exchange.sender if exchange is not None and awaited else handler)
            yield awaited
        finally:
            _present.set(before)
            if handler is not before:
                # A turn later, so that what the callee does at once after the body still is in the same moment.
                asyncio.get_running_loop().call_soon(self._leave, handler)

    def _handler(self, exchange: _Exchange | None, label: Sentence) -> _Participant:
        """Who dozes: a participant of its own, unless a known task plays the callee itself, without an exchange.

        The task must be the very one: a server's tasks carry the context of whoever started the server.
        """
        present = _present.get()
        if exchange is None and present is not None and present.here and present.task is asyncio.current_task():
            return present
        return _Participant(label)

    async def _doze_in(
        self, exchange: _Exchange, handler: _Participant, until: datetime | None, label: Sentence
    ) -> bool:
        """Put the sender to sleep until its time-out, and the callee until its moment; say whether it came first."""
        exchange.give_way()
        # A call that is answered exactly at its time-out is too late: the deadline lies down first.
        self._note(exchange.gave_up)
        self._awake.discard(exchange.sender)
        if until is None:
            # The callee wakes with the sender that has given up, and not by a moment of its own.
            exchange.gave_up.future.add_done_callback(lambda _: self._rouse(handler))
            self._quiet()
            await asyncio.wait({exchange.gave_up.future})
            return False
        await self._lie_down(self._sleeper(handler, until, label))
        if exchange.over:
            return False
        self._strike(exchange.gave_up)
        self._rouse(exchange.sender)
        self._awake.discard(handler)
        return True

    def _note(self, sleeper: _Sleeper) -> None:
        super()._note(sleeper)
        if sleeper.until is not None and sleeper.turn is not None:
            heapq.heappush(self._queue, (sleeper.until, sleeper.turn, sleeper))

    def _quiet(self) -> None:
        """Move time to the next sleeper's moment, if nobody is awake; wake that one alone."""
        if self._awake or self._stopped:
            return
        while self._queue and not self._queue[0][2].waits_at(self._queue[0][1]):
            heapq.heappop(self._queue)
        if not self._queue:
            self._nobody_will_wake()
            return
        moment, turn, sleeper = self._queue[0]
        if self._gate is not None and moment > self._now and turn != self._let_through:
            if self._gate_task is None:
                self._gate_task = asyncio.create_task(self._ask(self._gate, moment, sleeper))
                # A person who ends the run ends the event loop through this task, which nobody waits for; asyncio
                # prints a traceback of what nobody has asked a task for.
                self._gate_task.add_done_callback(lambda task: task.cancelled() or task.exception())
            return
        heapq.heappop(self._queue)
        self._now = max(self._now, moment)
        self._wake(sleeper, signalled=False)

    async def _ask(self, gate: Gate, moment: datetime, sleeper: _Sleeper) -> None:
        turn = sleeper.turn
        try:
            await gate(moment, sleeper.label)
        except Exception as error:
            self._fail(error)
            return
        finally:
            self._gate_task = None
        # While the person thought, somebody may have been woken from outside, or have lain down for an earlier moment;
        # who is next is therefore asked anew, and the gate as well if it is another.
        self._let_through = turn
        self._quiet()

    def stop(self) -> None:
        super().stop()
        if self._gate_task is not None:
            self._gate_task.cancel()

    def _nobody_will_wake(self) -> None:
        """Everyone waits for a signal that nobody is left to give: the caller must hear of it."""
        waits = tuple(self.describe())
        for sleeper in list(self._asleep):
            if sleeper.who.adopted and sleeper.asleep:
                self._rouse(sleeper.who)
                sleeper.future.set_exception(
                    ClockStandsStill(say("the clock stands still: nobody sleeps until a moment; {waits}", waits=waits))
                )


class WallClock(_Participants):
    """Time that flows by itself, `rate` times as fast as on the wall, from `start` on."""

    def __init__(self, start: datetime, rate: float = 1.0) -> None:
        super().__init__()
        self._start = _whole_milliseconds(start)
        self._rate = rate
        self._zero = time.monotonic()
        self._exchanges: dict[str, asyncio.Event] = {}

    def now(self) -> datetime:
        passed = (time.monotonic() - self._zero) * self._rate
        return self._start + int(passed * 1000) * _MILLISECOND

    async def sleep_until(self, moment: datetime, label: Sentence) -> None:
        await self.wait(self.signal(), moment, label)

    async def wait(self, signal: Signal, until: datetime | None, label: Sentence) -> bool:
        if signal.take():
            return True
        sleeper = self._sleeper(self._who(label), until, label)
        waking = asyncio.create_task(self._wake_at(sleeper, until)) if until is not None else None
        try:
            return await self._listen(signal, sleeper)
        finally:
            if waking is not None:
                waking.cancel()

    async def _wake_at(self, sleeper: _Sleeper, until: datetime) -> None:
        # The moment is asked for again after each nap, so that neither rounding nor a long sleep makes it early.
        while (remaining := (until - self.now()).total_seconds()) > 0:  # noqa: ASYNC110 - a moment is no event
            await asyncio.sleep(max(remaining / self._rate, 0.0005))
        if not self._stopped:
            self._wake(sleeper, signalled=False)

    async def exchange(
        self,
        key: str,
        call: Coroutine[Any, Any, T],
        *,
        timeout: timedelta,  # noqa: ASYNC109 - told to the clock, which asyncio.timeout does not know
        lane: str,
        foreign: bool,
    ) -> T:
        over = self._exchanges[key] = asyncio.Event()
        try:
            async with asyncio.timeout(timeout.total_seconds()):
                return await call
        finally:
            over.set()
            if self._exchanges.get(key) is over:
                del self._exchanges[key]

    @asynccontextmanager
    async def doze(self, key: str, delay: timedelta | None, label: Sentence) -> AsyncIterator[bool]:
        over = self._exchanges.get(key)
        if delay is not None:
            await asyncio.sleep(delay.total_seconds())
        elif over is not None:
            await over.wait()
        else:
            await asyncio.get_running_loop().create_future()
        yield over is None or not over.is_set()
