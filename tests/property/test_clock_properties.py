"""Whatever sleeps, waits and calls there are, virtual time treats them by the same few rules."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from simulator.clock import VirtualClock
from simulator.sentence import Sentence, say

START = datetime(2022, 6, 1, 6, 0, tzinfo=UTC)
END = timedelta(days=1000)
LABEL = say("a test")

# A clock that hangs fails its example, and not the whole run.
PATIENCE = 2.0

# Few and small numbers, so that ties are common: they are what goes wrong.
seconds = st.integers(min_value=0, max_value=6)

# A sleeper's life: how long it sleeps each time.
naps = st.lists(seconds, max_size=6)

Play = Callable[[VirtualClock], Awaitable[None]]


def after(count: float) -> datetime:
    """The moment so many seconds after the start."""
    return START + timedelta(seconds=count)


def played(play: Play, clock: VirtualClock) -> None:
    """Play to the end of all moments."""

    async def to_the_end() -> None:
        async with asyncio.timeout(PATIENCE):
            with clock.adopt(say("the test")):
                await play(clock)
                await clock.sleep_until(START + END, LABEL)
                clock.stop()

    asyncio.run(to_the_end())


def living_on(call: Coroutine[Any, Any, str]) -> Coroutine[Any, Any, str]:
    """A callee in memory that goes on when its sender has given up, as it does at the other end of a wire."""

    async def shielded() -> str:
        return await asyncio.shield(asyncio.create_task(call))

    return shielded()


def naive_order(lives: list[list[int]]) -> list[tuple[int, int]]:
    """Who wakes at which second: look through all sleepers each time, and take the first that lay down first."""
    awake_at: dict[int, tuple[int, int]] = {}
    rest = {number: list(life) for number, life in enumerate(lives)}
    order: list[tuple[int, int]] = []
    turn = 0

    def lie_down(number: int, now: int) -> None:
        nonlocal turn
        while rest[number]:
            nap = rest[number].pop(0)
            if nap > 0:
                awake_at[number] = (now + nap, turn)
                turn += 1
                return
            order.append((now, number))

    for number in rest:
        lie_down(number, 0)
    while awake_at:
        number = min(awake_at, key=lambda one: awake_at[one])
        now, _ = awake_at.pop(number)
        order.append((now, number))
        lie_down(number, now)
    return order


@given(st.lists(naps, max_size=8))
def test_sleepers_wake_in_the_order_of_a_naive_model(lives):
    """The order is (moment, order of lying down), however naps follow each other."""
    order: list[tuple[datetime, int]] = []

    async def sleeper(clock: VirtualClock, number: int) -> None:
        for nap in lives[number]:
            await clock.sleep_until(clock.now() + timedelta(seconds=nap), LABEL)
            order.append((clock.now(), number))

    async def play(clock: VirtualClock) -> None:
        for number in range(len(lives)):
            clock.spawn(sleeper(clock, number), LABEL)

    played(play, VirtualClock(START))
    assert [(after(now), number) for now, number in naive_order(lives)] == order


@given(st.lists(naps, max_size=8))
def test_the_gate_is_asked_for_each_moment_once_and_in_order(lives):
    """A person who steps through a run passes every moment, and none twice."""
    asked: list[datetime] = []

    async def gate(moment: datetime, _: Sentence) -> None:
        asked.append(moment)

    async def sleeper(clock: VirtualClock, life: list[int]) -> None:
        for nap in life:
            await clock.sleep_until(clock.now() + timedelta(seconds=nap), LABEL)

    async def play(clock: VirtualClock) -> None:
        for life in lives:
            clock.spawn(sleeper(clock, life), LABEL)

    played(play, VirtualClock(START, gate))
    moments = {after(now) for now, _ in naive_order(lives) if now > 0}
    assert [*sorted(moments), START + END] == asked


@given(st.lists(st.tuples(seconds, st.none() | seconds, st.booleans()), max_size=8), seconds)
def test_a_wait_ends_with_the_signal_or_at_its_moment(waits, given_at):
    """True at the signal when that came first, and False at the moment otherwise."""
    ends: dict[int, tuple[bool, datetime]] = {}

    async def waiter(clock: VirtualClock, number: int) -> None:
        begin, patience, _ = waits[number]
        await clock.sleep_until(after(begin), LABEL)
        until = None if patience is None else clock.now() + timedelta(seconds=patience)
        ends[number] = (await clock.wait(signal, until, LABEL), clock.now())

    async def giver(clock: VirtualClock) -> None:
        await clock.sleep_until(after(given_at + 0.5), LABEL)
        signal.set()

    async def play(clock: VirtualClock) -> None:
        for number in range(len(waits)):
            clock.spawn(waiter(clock, number), LABEL)
        clock.spawn(giver(clock), LABEL)

    clock = VirtualClock(START)
    signal = clock.signal()
    played(play, clock)
    # Half seconds keep the signal apart from every moment, so that only what is certain is asked here.
    came_at = given_at + 0.5
    waiting = [n for n, (begin, patience, _) in enumerate(waits) if begin < came_at]
    in_time = {n for n in waiting if waits[n][1] is None or waits[n][0] + waits[n][1] > came_at}
    for number, (begin, patience, _) in enumerate(waits):
        if number in in_time:
            assert (True, after(came_at)) == ends[number]
        elif number in waiting and patience is not None:
            assert (False, after(begin + patience)) == ends[number]


calls = st.lists(
    st.tuples(
        seconds,  # when it is sent
        st.none() | seconds,  # how long the callee takes; None is for ever
        seconds.map(lambda count: count + 1),  # the sender's time-out
        st.integers(min_value=0, max_value=2),  # its lane
    ),
    max_size=10,
)


@given(calls)
def test_every_call_is_answered_before_its_time_out_or_never(calls):
    """Sender and callee each end at their own moment, whatever else is under way, and agree on who was first."""
    senders: dict[int, tuple[datetime, str]] = {}
    callees: dict[int, tuple[datetime, bool]] = {}

    async def callee(clock: VirtualClock, number: int) -> str:
        delay = calls[number][1]
        nap = None if delay is None else timedelta(seconds=delay)
        async with clock.doze(str(number), nap, LABEL) as awaited:
            callees[number] = (clock.now(), awaited)
        return "OK"

    async def sender(clock: VirtualClock, number: int) -> None:
        sent, _, timeout, lane = calls[number]
        await clock.sleep_until(after(sent), LABEL)
        call = living_on(callee(clock, number))
        try:
            said = await clock.exchange(
                str(number), call, timeout=timedelta(seconds=timeout), lane=str(lane), foreign=False
            )
        except TimeoutError:
            said = "timeout"
        senders[number] = (clock.now(), said)

    async def play(clock: VirtualClock) -> None:
        for number in range(len(calls)):
            clock.spawn(sender(clock, number), LABEL)

    played(play, VirtualClock(START))
    for number, (sent, delay, timeout, _) in enumerate(calls):
        in_time = delay is not None and delay < timeout
        assert (after(sent + (delay if in_time else timeout)), "OK" if in_time else "timeout") == senders[number]
        assert (after(sent + (timeout if delay is None else delay)), in_time) == callees[number]


@given(calls, st.lists(naps, max_size=4))
def test_the_same_play_has_the_same_events(calls, lives):
    """Played again, everything happens in the same order."""

    def events() -> list[tuple[datetime, str]]:
        happened: list[tuple[datetime, str]] = []

        async def callee(clock: VirtualClock, number: int) -> str:
            delay = calls[number][1]
            happened.append((clock.now(), f"call {number} heard"))
            async with clock.doze(str(number), None if delay is None else timedelta(seconds=delay), LABEL) as awaited:
                happened.append((clock.now(), f"call {number} awaited {awaited}"))
            return "OK"

        async def sender(clock: VirtualClock, number: int) -> None:
            sent, _, timeout, lane = calls[number]
            await clock.sleep_until(after(sent), LABEL)
            call = living_on(callee(clock, number))
            try:
                await clock.exchange(
                    str(number), call, timeout=timedelta(seconds=timeout), lane=str(lane), foreign=False
                )
            except TimeoutError:
                happened.append((clock.now(), f"call {number} timed out"))

        async def sleeper(clock: VirtualClock, number: int) -> None:
            for nap in lives[number]:
                await clock.sleep_until(clock.now() + timedelta(seconds=nap), LABEL)
                happened.append((clock.now(), f"sleeper {number}"))

        async def play(clock: VirtualClock) -> None:
            for number in range(len(calls)):
                clock.spawn(sender(clock, number), LABEL)
            for number in range(len(lives)):
                clock.spawn(sleeper(clock, number), LABEL)

        played(play, VirtualClock(START))
        return happened

    assert events() == events()
