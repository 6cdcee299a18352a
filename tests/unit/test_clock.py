"""The clock: who is woken when, what holds time still, and what an exchange's time-out is."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager
from contextvars import Context
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from simulator.clock import Clock, VirtualClock, WallClock, swedish
from simulator.errors import ClockStandsStill
from simulator.sentence import Sentence, say

START = datetime(2022, 6, 1, 6, 0, tzinfo=UTC)
LABEL = say("a test")
TIMEOUT = timedelta(seconds=60)

# A clock that hangs fails its own test, and not the whole run; every test here takes far less.
PATIENCE = 5.0

# Wall times are compared with this much room: a busy machine is late, and never early.
LATE_MAX = 1.0

Event = tuple[datetime, str]


def after(seconds: float) -> datetime:
    """The moment so many seconds after the start."""
    return START + timedelta(seconds=seconds)


@asynccontextmanager
async def taking_part(clock: Clock) -> AsyncIterator[None]:
    """The test takes part in the time of the clock."""
    async with asyncio.timeout(PATIENCE):
        with clock.adopt(say("the test")):
            yield
            clock.stop()


def living_on(call: Coroutine[Any, Any, Any]) -> Coroutine[Any, Any, Any]:
    """A callee in memory that goes on when its sender has given up, as it does at the other end of a wire."""

    async def shielded() -> Any:
        return await asyncio.shield(asyncio.create_task(call))

    return shielded()


async def answer(clock: Clock, key: str, delay: float | None, events: list[Event]) -> str:
    """A mocked system that answers after so many seconds, or never."""
    async with clock.doze(key, None if delay is None else timedelta(seconds=delay), LABEL) as awaited:
        events.append((clock.now(), "awaited" if awaited else "too late"))
    return "OK"


async def call_it(clock: Clock, delay: float | None, events: list[Event], key: str = "key") -> str:
    """Call that system, and say what came of it."""
    call = living_on(answer(clock, key, delay, events))
    try:
        return str(await clock.exchange(key, call, timeout=TIMEOUT, lane="lane", foreign=False))
    except TimeoutError:
        return "timeout"


class TestVirtualTime:
    """Time that moves only when nobody is awake."""

    async def test_it_starts_at_whole_milliseconds_in_utc(self):
        """The present moment is in UTC and has whole milliseconds, which is all that the wire can say."""
        clock = VirtualClock(datetime(2022, 6, 1, 8, 0, 0, 123_999, tzinfo=timezone(timedelta(hours=2))))
        assert datetime(2022, 6, 1, 6, 0, 0, 123_000, tzinfo=UTC) == clock.now()
        assert UTC == clock.now().tzinfo

    async def test_twenty_five_days_pass_at_once(self):
        """A sleeper wakes at its moment, and the wall does not wait for it."""
        clock = VirtualClock(START)
        began = time.monotonic()
        async with taking_part(clock):
            await clock.sleep_until(START + timedelta(days=25), LABEL)
        assert START + timedelta(days=25) == clock.now()
        assert LATE_MAX > time.monotonic() - began

    @pytest.mark.parametrize("seconds", [0, -1])
    async def test_a_moment_that_has_come_is_not_waited_for(self, seconds):
        """Sleeping until now or earlier moves nothing."""
        clock = VirtualClock(START)
        async with taking_part(clock):
            await clock.sleep_until(after(seconds), LABEL)
        assert START == clock.now()

    async def test_sleepers_wake_in_the_order_of_their_moments(self):
        """Whoever's moment is first wakes first, whatever the order of lying down."""
        clock, woken = VirtualClock(START), []

        async def sleeper(seconds: int) -> None:
            await clock.sleep_until(after(seconds), LABEL)
            woken.append((clock.now(), seconds))

        async with taking_part(clock):
            for seconds in (30, 10, 20):
                clock.spawn(sleeper(seconds), LABEL)
            await clock.sleep_until(after(60), LABEL)
        assert [(after(seconds), seconds) for seconds in (10, 20, 30)] == woken

    async def test_sleepers_of_one_moment_wake_in_the_order_of_lying_down(self):
        """Ties are decided by who lay down first."""
        clock, woken = VirtualClock(START), []

        async def sleeper(name: str, nap: int) -> None:
            await clock.sleep_until(after(nap), LABEL)
            await clock.sleep_until(after(10), LABEL)
            woken.append(name)

        async with taking_part(clock):
            for name, nap in (("third", 3), ("first", 1), ("second", 2)):
                clock.spawn(sleeper(name, nap), LABEL)
            await clock.sleep_until(after(60), LABEL)
        assert ["first", "second", "third"] == woken

    async def test_the_story_goes_first_at_a_moment(self):
        """What an adopted task does at a moment comes before what follows by itself, whoever lay down first."""
        clock, woken = VirtualClock(START), []

        async def sleeper() -> None:
            await clock.sleep_until(after(10), LABEL)
            woken.append("what follows")

        async with taking_part(clock):
            clock.spawn(sleeper(), LABEL)
            await clock.sleep_until(after(1), LABEL)
            await clock.sleep_until(after(10), LABEL)
            woken.append("the story")
            await clock.sleep_until(after(11), LABEL)
        assert ["the story", "what follows"] == woken

    async def test_sleepers_of_one_moment_wake_one_at_a_time(self):
        """The next one is woken when the one before sleeps again or has ended, and not earlier."""
        clock, steps = VirtualClock(START), []

        async def sleeper(name: str) -> None:
            await clock.sleep_until(after(10), LABEL)
            for _ in range(5):
                steps.append(name)
                await asyncio.sleep(0)

        async with taking_part(clock):
            for name in "ab":
                clock.spawn(sleeper(name), LABEL)
            await clock.sleep_until(after(60), LABEL)
        assert ["a"] * 5 + ["b"] * 5 == steps

    async def test_time_stands_still_while_somebody_is_awake(self):
        """A task that takes part and does something else than sleeping holds time."""
        clock, woken = VirtualClock(START), []

        async def sleeper() -> None:
            await clock.sleep_until(after(1), LABEL)
            woken.append(clock.now())

        async with taking_part(clock):
            clock.spawn(sleeper(), LABEL)
            await asyncio.sleep(0.05)
            assert [] == woken
            assert START == clock.now()
            await clock.sleep_until(after(2), LABEL)
        assert [after(1)] == woken

    async def test_a_spawned_task_is_awake_before_its_first_step(self):
        """Time does not pass between starting a task and its beginning."""
        clock, began = VirtualClock(START), []

        async def work() -> None:
            began.append(clock.now())

        async with taking_part(clock):
            clock.spawn(work(), LABEL)
            await clock.sleep_until(after(1), LABEL)
        assert [START] == began

    async def test_a_task_that_is_cancelled_before_its_first_step_does_not_hold_time(self):
        """What never began is not awake."""
        clock = VirtualClock(START)

        async def work() -> None:
            raise AssertionError("it never begins")

        async with taking_part(clock):
            clock.spawn(work(), LABEL).cancel()
            await clock.sleep_until(after(1), LABEL)
        assert after(1) == clock.now()

    async def test_a_task_that_is_cancelled_asleep_cleans_up_before_time_moves(self):
        """Whoever is cancelled runs on, and time waits for what it still has to do."""
        clock, cleaned_up = VirtualClock(START), []

        async def work() -> None:
            try:
                await clock.sleep_until(after(100), LABEL)
            finally:
                await asyncio.sleep(0.01)
                cleaned_up.append(clock.now())

        async with taking_part(clock):
            task = clock.spawn(work(), LABEL)
            await clock.sleep_until(after(1), LABEL)
            task.cancel()
            await asyncio.sleep(0)
            await clock.sleep_until(after(50), LABEL)
        assert [after(1)] == cleaned_up

    async def test_whoever_takes_no_part_gets_a_turn_while_time_jumps(self):
        """A lone sleeper that is woken on the spot, again and again, lets the rest of the loop run."""
        clock, turns = VirtualClock(START), 0

        async def bystander() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        watching = asyncio.create_task(bystander())
        async with taking_part(clock):
            for day in range(1, 11):
                await clock.sleep_until(START + timedelta(days=day), LABEL)
        watching.cancel()
        assert 10 <= turns

    async def test_a_task_that_nobody_introduced_takes_part_until_it_ends(self):
        """From its first wait on it holds time while it is awake, and no longer when it has ended."""
        clock, moments = VirtualClock(START), []

        async def stranger() -> None:
            for seconds in (1, 2):
                await clock.sleep_until(after(seconds), LABEL)
                await asyncio.sleep(0.01)
                moments.append(clock.now())

        async with taking_part(clock):
            task = asyncio.create_task(stranger(), context=Context())
            await asyncio.sleep(0)
            await clock.sleep_until(after(10), LABEL)
            assert task.done()
        assert [after(1), after(2)] == moments
        assert after(10) == clock.now()

    async def test_what_outlives_its_participant_does_not_hold_time(self):
        """A task that was left behind asleep wakes at its moment, and time goes on without it."""
        clock, woken = VirtualClock(START), []

        async def left_behind() -> None:
            await clock.sleep_until(after(2), LABEL)
            woken.append(clock.now())

        async def parent() -> None:
            children.append(asyncio.create_task(left_behind()))
            await asyncio.sleep(0)

        children: list[asyncio.Task[None]] = []
        async with taking_part(clock):
            clock.spawn(parent(), LABEL)
            await clock.sleep_until(after(10), LABEL)
        assert [after(2)] == woken
        assert after(10) == clock.now()

    async def test_a_task_that_is_adopted_twice_takes_part_once(self):
        """Adopted anew within an adoption, it still lets time move when it sleeps."""
        clock = VirtualClock(START)
        async with taking_part(clock):
            with clock.adopt(say("the same test")):
                await clock.sleep_until(after(1), LABEL)
            await clock.sleep_until(after(2), LABEL)
        assert after(2) == clock.now()

    async def test_a_stopped_clock_wakes_nobody(self):
        """After the end of a run nothing happens any more, however long one looks."""
        clock, woken = VirtualClock(START), []

        async def sleeper() -> None:
            await clock.sleep_until(after(1), LABEL)
            woken.append(clock.now())

        async with taking_part(clock):
            clock.spawn(sleeper(), LABEL)
        await asyncio.sleep(0.01)
        assert [] == woken
        assert START == clock.now()

    async def test_it_describes_who_is_awake_and_what_is_waited_for(self):
        """Who is awake comes first, then sleepers in the order in which they wake, then who waits for a signal."""
        clock = VirtualClock(START)

        async def sleeper(seconds: int, label: Sentence) -> None:
            await clock.sleep_until(after(seconds), label)

        async def waiter() -> None:
            await clock.wait(clock.signal(), None, say("a change"))

        async with taking_part(clock):
            clock.spawn(waiter(), LABEL)
            for seconds, name in ((2, "later"), (1, "zebra"), (1, "aardvark")):
                clock.spawn(sleeper(seconds, say("the {name}", name=name)), LABEL)
            await asyncio.sleep(0)
            assert [
                "awake: the test",
                f"{swedish(after(1))}: the zebra",
                f"{swedish(after(1))}: the aardvark",
                f"{swedish(after(2))}: the later",
                "at a signal: a change",
            ] == [str(line) for line in clock.describe()]


class TestSignals:
    """Waiting for something to be said, at most until a moment."""

    async def test_a_signal_wakes_who_waits_for_it(self):
        """It comes before the time, and time has not moved further than to whoever gave it."""
        clock, came = VirtualClock(START), []
        signal = clock.signal()

        async def waiter() -> None:
            came.append((await clock.wait(signal, after(10), LABEL), clock.now()))

        async with taking_part(clock):
            clock.spawn(waiter(), LABEL)
            await clock.sleep_until(after(5), LABEL)
            signal.set()
            await clock.sleep_until(after(20), LABEL)
        assert [(True, after(5))] == came

    async def test_the_time_wakes_whoever_waits_in_vain(self):
        """Without the signal the wait ends at its moment."""
        clock = VirtualClock(START)
        async with taking_part(clock):
            assert not await clock.wait(clock.signal(), after(10), LABEL)
        assert after(10) == clock.now()

    async def test_a_moment_that_has_come_ends_the_wait_at_once(self):
        """Waiting at most until now is no waiting."""
        clock = VirtualClock(START)
        async with taking_part(clock):
            assert not await clock.wait(clock.signal(), START, LABEL)

    async def test_a_signal_given_before_the_wait_is_remembered(self):
        """What happened between looking and waiting is not missed, and counts once."""
        clock = VirtualClock(START)
        signal = clock.signal()
        async with taking_part(clock):
            signal.set()
            assert await clock.wait(signal, START, LABEL)
            assert not await clock.wait(signal, after(1), LABEL)

    async def test_a_signal_wakes_all_who_wait_in_the_order_of_lying_down(self):
        """A signal is for everyone."""
        clock, woken = VirtualClock(START), []
        signal = clock.signal()

        async def waiter(name: str) -> None:
            await clock.wait(signal, None, LABEL)
            woken.append(name)

        async with taking_part(clock):
            for name in "abc":
                clock.spawn(waiter(name), LABEL)
            await clock.sleep_until(after(1), LABEL)
            signal.set()
            await clock.sleep_until(after(2), LABEL)
        assert ["a", "b", "c"] == woken

    async def test_whoever_was_woken_by_a_signal_is_not_woken_again_by_the_time(self):
        """The moment of a wait that has ended is nobody's: time passes it by."""
        asked: list[datetime] = []

        async def gate(moment: datetime, _: Sentence) -> None:
            asked.append(moment)

        clock = VirtualClock(START, gate)
        signal = clock.signal()

        async def waiter() -> None:
            await clock.wait(signal, after(10), LABEL)

        async with taking_part(clock):
            clock.spawn(waiter(), LABEL)
            await clock.sleep_until(after(5), LABEL)
            signal.set()
            await clock.sleep_until(after(20), LABEL)
        assert [after(5), after(20)] == asked

    async def test_a_wait_that_timed_out_leaves_the_signal(self):
        """A signal that is waited for a million times does not remember a million waits."""
        clock = VirtualClock(START)
        signal = clock.signal()
        async with taking_part(clock):
            await clock.wait(signal, after(1), LABEL)
        assert [] == signal.sleepers


class TestFailure:
    """What breaks is heard by whoever waits."""

    async def test_a_failure_in_a_spawned_task_reaches_the_adopted_waiter(self):
        """Whoever waits hears of it at once, with the same error."""
        clock, error = VirtualClock(START), ValueError("broken")

        async def work() -> None:
            await clock.sleep_until(after(1), LABEL)
            raise error

        async with taking_part(clock):
            clock.spawn(work(), LABEL)
            with pytest.raises(ValueError, match="broken") as raised:
                await clock.sleep_until(after(10), LABEL)
        assert error is raised.value
        assert after(1) == clock.now()

    async def test_whoever_was_awake_at_a_failure_hears_of_it_at_the_next_wait(self):
        """A failure is not forgotten because nobody was waiting."""
        clock = VirtualClock(START)

        async def work() -> None:
            raise ValueError("broken")

        async with taking_part(clock):
            clock.spawn(work(), LABEL)
            await asyncio.sleep(0.01)
            for _ in range(2):
                with pytest.raises(ValueError, match="broken"):
                    await clock.wait(clock.signal(), None, LABEL)

    async def test_the_first_failure_is_the_one_that_counts(self):
        """What breaks because something else broke does not hide the cause."""
        clock = VirtualClock(START)

        async def cause() -> None:
            await clock.sleep_until(after(1), LABEL)
            raise ValueError("the cause")

        async def consequence() -> None:
            try:
                await clock.sleep_until(after(2), LABEL)
            except ValueError:
                raise KeyError("the consequence") from None

        async with taking_part(clock):
            clock.spawn(consequence(), LABEL)
            clock.spawn(cause(), LABEL)
            with pytest.raises(ValueError, match="the cause"):
                await clock.sleep_until(after(10), LABEL)
            await asyncio.sleep(0.01)
            with pytest.raises(ValueError, match="the cause"):
                await clock.sleep_until(after(10), LABEL)

    async def test_a_failure_reaches_a_sender_whose_callee_dozes(self):
        """An exchange under way is a wait like any other."""
        clock, heard = VirtualClock(START), []

        async def sender() -> None:
            try:
                await call_it(clock, 50, [])
            except ValueError as error:
                heard.append(str(error))
                raise

        async def work() -> None:
            await clock.sleep_until(after(1), LABEL)
            raise ValueError("broken")

        async with taking_part(clock):
            clock.spawn(sender(), LABEL)
            clock.spawn(work(), LABEL)
            with pytest.raises(ValueError, match="broken"):
                await clock.sleep_until(after(100), LABEL)
            await asyncio.sleep(0.01)
        assert ["broken"] == heard

    async def test_a_clock_that_nobody_can_ever_wake_says_so(self):
        """The adopted waiter is told who waits, instead of waiting for ever."""
        clock = VirtualClock(START)

        async def waiter() -> None:
            await clock.wait(clock.signal(), None, say("a change of the outbox"))

        async with taking_part(clock):
            clock.spawn(waiter(), LABEL)
            with pytest.raises(ClockStandsStill) as raised:
                await clock.wait(clock.signal(), None, say("the end of the run"))
        assert (
            "the clock stands still: nobody sleeps until a moment; "
            "at a signal: the end of the run and at a signal: a change of the outbox"
        ) == str(raised.value)

    async def test_a_clock_stands_still_only_when_the_last_sleeper_has_woken(self):
        """As long as somebody sleeps until a moment, a signal may still come."""
        clock = VirtualClock(START)

        async def sleeper() -> None:
            await clock.sleep_until(after(5), LABEL)

        async with taking_part(clock):
            clock.spawn(sleeper(), LABEL)
            with pytest.raises(ClockStandsStill):
                await clock.wait(clock.signal(), None, LABEL)
            assert after(5) == clock.now()


class TestGate:
    """A person who is asked before time moves."""

    async def test_the_gate_is_asked_before_each_move(self):
        """It is told the next moment, and who sleeps until then."""
        asked: list[tuple[datetime, datetime, str]] = []

        async def gate(moment: datetime, label: Sentence) -> None:
            asked.append((clock.now(), moment, str(label)))

        clock = VirtualClock(START, gate)
        async with taking_part(clock):
            await clock.sleep_until(after(1), say("the first"))
            await clock.sleep_until(after(3), say("the second"))
        assert [(START, after(1), "the first"), (after(1), after(3), "the second")] == asked

    async def test_the_gate_is_asked_once_for_all_sleepers_of_a_moment(self):
        """Who wakes at a moment that has already come needs no leave."""
        asked: list[datetime] = []

        async def gate(moment: datetime, _: Sentence) -> None:
            asked.append(moment)

        clock = VirtualClock(START, gate)

        async def sleeper() -> None:
            await clock.sleep_until(after(1), LABEL)

        async with taking_part(clock):
            for _ in range(3):
                clock.spawn(sleeper(), LABEL)
            await clock.sleep_until(after(2), LABEL)
        assert [after(1), after(2)] == asked

    async def test_time_waits_for_the_gate(self):
        """Until a person presses "next", the moment stays."""
        pressed = asyncio.Event()

        async def gate(moment: datetime, _: Sentence) -> None:
            await pressed.wait()

        clock = VirtualClock(START, gate)
        async with taking_part(clock):
            sleeping = clock.spawn(clock.sleep_until(after(1), LABEL), LABEL)
            waiting = clock.spawn(clock.sleep_until(after(2), LABEL), LABEL)
            pressing = asyncio.create_task(_press_after(0.02, pressed, clock))
            await clock.sleep_until(after(3), LABEL)
            assert START == await pressing
            assert sleeping.done()
            assert waiting.done()

    async def test_an_earlier_sleeper_who_came_meanwhile_goes_first(self):
        """A signal from outside may set an earlier moment while the person thinks; time does not pass it by."""
        asked: list[datetime] = []
        woken: list[datetime] = []

        async def gate(moment: datetime, _: Sentence) -> None:
            asked.append(moment)
            if len(asked) == 1:
                signal.set()
                await asyncio.sleep(0.01)

        clock = VirtualClock(START, gate)
        signal = clock.signal()

        async def runner() -> None:
            await clock.wait(signal, None, LABEL)
            await clock.sleep_until(after(5), LABEL)
            woken.append(clock.now())

        async with taking_part(clock):
            clock.spawn(runner(), LABEL)
            await clock.sleep_until(after(10), LABEL)
        assert [after(10), after(5), after(10)] == asked
        assert [after(5)] == woken

    async def test_time_does_not_move_while_somebody_woken_from_outside_is_awake(self):
        """The gate's leave is no order: who is awake still holds time."""
        seen: list[datetime] = []

        async def gate(moment: datetime, _: Sentence) -> None:
            if not seen:
                signal.set()

        clock = VirtualClock(START, gate)
        signal = clock.signal()

        async def busy() -> None:
            await clock.wait(signal, None, LABEL)
            await asyncio.sleep(0.02)
            seen.append(clock.now())

        async with taking_part(clock):
            clock.spawn(busy(), LABEL)
            await clock.sleep_until(after(10), LABEL)
        assert [START] == seen

    async def test_a_failure_of_the_gate_reaches_the_waiter(self):
        """Who walks away from the gate ends the run."""

        async def gate(moment: datetime, _: Sentence) -> None:
            raise EOFError("no more input")

        clock = VirtualClock(START, gate)
        async with taking_part(clock):
            with pytest.raises(EOFError, match="no more input"):
                await clock.sleep_until(after(1), LABEL)
        assert START == clock.now()

    async def test_a_clock_that_is_stopped_at_the_gate_stays_where_it_is(self):
        """Nobody is asked any more, and an answer that comes all the same moves nothing."""
        cancelled: list[bool] = []

        async def gate(moment: datetime, _: Sentence) -> None:
            try:
                await asyncio.sleep(PATIENCE)
            except asyncio.CancelledError:
                cancelled.append(True)
                raise

        clock = VirtualClock(START, gate)
        sleeping = clock.spawn(clock.sleep_until(after(1), LABEL), LABEL)
        await asyncio.sleep(0.01)
        clock.stop()
        await asyncio.sleep(0.01)
        assert [True] == cancelled
        assert START == clock.now()
        sleeping.cancel()


async def _press_after(seconds: float, pressed: asyncio.Event, clock: Clock) -> datetime:
    await asyncio.sleep(seconds)
    before = clock.now()
    pressed.set()
    return before


class TestExchange:
    """A call under a time-out, and a callee that takes its time."""

    async def test_time_stands_still_while_bytes_travel(self):
        """A call takes none of the clock's time, however long it takes on the wall."""
        clock, woken = VirtualClock(START), []

        async def travel() -> str:
            await asyncio.sleep(0.05)
            return "OK"

        async def sleeper() -> None:
            await clock.sleep_until(after(1), LABEL)
            woken.append(clock.now())

        async with taking_part(clock):
            clock.spawn(sleeper(), LABEL)
            assert "OK" == await clock.exchange("key", travel(), timeout=TIMEOUT, lane="lane", foreign=False)
            assert START == clock.now()
            assert [] == woken

    async def test_what_the_call_raises_reaches_the_sender(self):
        """A broken wire is the sender's to understand."""
        clock = VirtualClock(START)

        async def refused() -> None:
            raise ConnectionRefusedError("nobody listens")

        async with taking_part(clock):
            with pytest.raises(ConnectionRefusedError, match="nobody listens"):
                await clock.exchange("key", refused(), timeout=TIMEOUT, lane="lane", foreign=False)

    @pytest.mark.parametrize("delay", [0, 0.001, 59.999])
    async def test_an_answer_before_the_time_out_is_awaited(self, delay):
        """The sender has it at the moment of the answer."""
        clock, events = VirtualClock(START), []
        async with taking_part(clock):
            assert "OK" == await call_it(clock, delay, events)
            assert after(delay) == clock.now()
        assert [(after(delay), "awaited")] == events

    @pytest.mark.parametrize("delay", [60, 60.001, 3600])
    async def test_an_answer_at_the_time_out_or_later_is_too_late(self, delay):
        """The sender gives up at its time-out, and the callee finishes at its own moment all the same."""
        clock, events = VirtualClock(START), []
        async with taking_part(clock):
            assert "timeout" == await call_it(clock, delay, events)
            assert after(60) == clock.now()
            await clock.sleep_until(after(2 * 3600), LABEL)
        assert [(after(delay), "too late")] == events

    async def test_a_callee_that_never_answers_is_released_when_the_sender_gives_up(self):
        """Silence lasts until the time-out, and not a moment longer."""
        clock, events = VirtualClock(START), []
        async with taking_part(clock):
            assert "timeout" == await call_it(clock, None, events)
            assert after(60) == clock.now()
            await asyncio.sleep(0.01)
        assert [(after(60), "too late")] == events

    async def test_time_stands_still_while_a_silent_callee_does_its_last(self):
        """Released at the time-out, it takes part until the body is done, though its sender may sleep long since."""
        clock, moments = VirtualClock(START), []

        async def callee() -> None:
            async with clock.doze("key", None, LABEL):
                await asyncio.sleep(0.02)
                moments.append(clock.now())

        async with taking_part(clock):
            with pytest.raises(TimeoutError):
                await clock.exchange("key", living_on(callee()), timeout=TIMEOUT, lane="lane", foreign=False)
            await clock.sleep_until(after(100), LABEL)
        assert [after(60)] == moments

    async def test_an_answer_on_its_way_has_no_time_out_any_more(self):
        """Once the nap is over the sender is awake, and its deadline is no longer waited for."""
        clock, described = VirtualClock(START), []

        async def callee() -> None:
            async with clock.doze("key", timedelta(seconds=10), LABEL):
                described.extend(str(line) for line in clock.describe())

        async with taking_part(clock):
            await clock.exchange("key", callee(), timeout=TIMEOUT, lane="lane", foreign=False)
        assert ["awake: the test"] == described

    async def test_the_naps_of_one_exchange_share_its_time_out(self):
        """A platform that is slow before a system that is slow: together they are too slow."""
        clock, events = VirtualClock(START), []

        async def relay() -> str:
            async with clock.doze("key", timedelta(seconds=30), LABEL) as awaited:
                events.append((clock.now(), "awaited" if awaited else "too late"))
            return await answer(clock, "key", 40, events)

        async with taking_part(clock):
            with pytest.raises(TimeoutError):
                await clock.exchange("key", living_on(relay()), timeout=TIMEOUT, lane="lane", foreign=False)
            assert after(60) == clock.now()
            await clock.sleep_until(after(100), LABEL)
        assert [(after(30), "awaited"), (after(70), "too late")] == events

    async def test_a_time_out_that_was_not_needed_wakes_nobody(self):
        """Once answered, the deadline is no moment of the clock any more."""
        asked: list[datetime] = []

        async def gate(moment: datetime, _: Sentence) -> None:
            asked.append(moment)

        clock = VirtualClock(START, gate)
        async with taking_part(clock):
            await call_it(clock, 10, [])
            await clock.sleep_until(after(100), LABEL)
        assert [after(10), after(100)] == asked

    async def test_what_the_callee_does_right_after_its_late_answer_is_in_the_same_moment(self):
        """A signal that it gives on its way out reaches whoever waits for it, before time moves or stands still."""
        clock, events = VirtualClock(START), []
        answered = clock.signal()

        async def callee() -> None:
            await answer(clock, "key", 90, events)
            answered.set()

        async with taking_part(clock):
            with pytest.raises(TimeoutError):
                await clock.exchange("key", living_on(callee()), timeout=TIMEOUT, lane="lane", foreign=False)
            assert await clock.wait(answered, None, say("the end of the run"))
            assert after(90) == clock.now()

    async def test_time_stands_still_while_a_late_answer_is_written_down(self):
        """The body of a doze takes part, also when its sender has gone."""
        clock, moments = VirtualClock(START), []

        async def callee() -> None:
            async with clock.doze("key", timedelta(seconds=90), LABEL):
                await asyncio.sleep(0.02)
                moments.append(clock.now())

        async with taking_part(clock):
            with pytest.raises(TimeoutError):
                await clock.exchange("key", living_on(callee()), timeout=TIMEOUT, lane="lane", foreign=False)
            await clock.sleep_until(after(100), LABEL)
        assert [after(90)] == moments

    async def test_a_callee_that_outlives_its_sender_sleeps_in_its_own_name(self):
        """What it waits for afterwards moves no time while its former sender is awake."""
        clock, moments = VirtualClock(START), []

        async def callee() -> None:
            async with clock.doze("key", timedelta(seconds=90), LABEL):
                await clock.sleep_until(after(120), LABEL)
                moments.append(clock.now())

        async with taking_part(clock):
            with pytest.raises(TimeoutError):
                await clock.exchange("key", living_on(callee()), timeout=TIMEOUT, lane="lane", foreign=False)
            await clock.sleep_until(after(90), LABEL)
            await asyncio.sleep(0.02)
            assert after(90) == clock.now()
            await clock.sleep_until(after(200), LABEL)
        assert [after(120)] == moments

    async def test_a_callee_that_is_cancelled_with_its_call_does_not_hold_time(self):
        """A callee in memory that is not shielded ends with the sender's patience."""
        clock, events = VirtualClock(START), []
        async with taking_part(clock):
            for attempt in range(3):
                call = answer(clock, f"key {attempt}", 90, events)
                with pytest.raises(TimeoutError):
                    await clock.exchange(f"key {attempt}", call, timeout=TIMEOUT, lane="lane", foreign=False)
            assert after(180) == clock.now()
        assert [] == events

    async def test_a_sender_that_is_cancelled_ends_its_call(self):
        """A run that is broken off leaves no call behind, and time goes on for the others."""
        clock, ended = VirtualClock(START), []

        async def callee() -> None:
            try:
                await answer(clock, "key", 50, [])
            finally:
                ended.append(clock.now())

        async def sender() -> None:
            await clock.exchange("key", callee(), timeout=TIMEOUT, lane="lane", foreign=False)

        async with taking_part(clock):
            task = clock.spawn(sender(), LABEL)
            await clock.sleep_until(after(10), LABEL)
            task.cancel()
            await asyncio.wait({task})
            assert [after(10)] == ended
            await clock.sleep_until(after(20), LABEL)
        assert after(20) == clock.now()

    async def test_a_stranger_is_put_to_sleep_without_an_exchange(self):
        """A call whose sender does not share this clock is slow by the clock of the callee."""
        clock, events = VirtualClock(START), []
        async with taking_part(clock):
            task = asyncio.create_task(answer(clock, "unknown", 30, events))
            await asyncio.sleep(0)
            await clock.sleep_until(after(100), LABEL)
            assert "OK" == await task
        assert [(after(30), "awaited")] == events

    async def test_a_servers_task_does_not_sleep_in_the_name_of_whoever_started_the_server(self):
        """A server's tasks carry the context of its starter, who may be awake; the trap is that time would move."""
        clock, events = VirtualClock(START), []
        async with taking_part(clock):
            task = asyncio.create_task(answer(clock, "unknown", 30, events))
            await asyncio.sleep(0.02)
            assert [] == events
            assert START == clock.now()
            task.cancel()
            await clock.sleep_until(after(100), LABEL)

    async def test_a_known_task_that_plays_the_callee_sleeps_itself(self):
        """Without an exchange there is no sender to put to sleep."""
        clock, events = VirtualClock(START), []
        async with taking_part(clock):
            assert "OK" == await answer(clock, "unknown", 30, events)
            assert after(30) == clock.now()

    async def test_an_unintroduced_sender_takes_part(self):
        """Whoever calls is awake while bytes travel, and wakes at its time-out."""
        clock = VirtualClock(START)
        async with asyncio.timeout(PATIENCE):
            assert "OK" == await call_it(clock, 10, [])
            assert "timeout" == await call_it(clock, 90, [])
        assert after(70) == clock.now()
        clock.stop()

    async def test_a_foreign_systems_time_out_is_wall_seconds(self):
        """It does not share the clock, which stands still until it answers or the wall's time is up."""
        clock = VirtualClock(START)
        timeout = timedelta(seconds=0.05)
        async with taking_part(clock):
            began = time.monotonic()
            with pytest.raises(TimeoutError):
                await clock.exchange("a", asyncio.sleep(PATIENCE), timeout=timeout, lane="lane", foreign=True)
            assert 0.05 <= time.monotonic() - began < LATE_MAX
            answered = asyncio.sleep(0.001, "OK")
            assert "OK" == await clock.exchange("b", answered, timeout=timeout, lane="lane", foreign=True)
            assert START == clock.now()


class TestLanes:
    """Calls to one system, one after another."""

    async def test_calls_of_one_lane_are_taken_one_after_another(self):
        """The next begins when the one before is answered, in the order in which they came."""
        clock, steps = VirtualClock(START), []

        async def callee(number: int) -> None:
            steps.append(f"begin {number}")
            await asyncio.sleep(0.001 * (3 - number))
            steps.append(f"end {number}")

        async def sender(number: int) -> None:
            await clock.exchange(str(number), callee(number), timeout=TIMEOUT, lane="lane", foreign=False)

        async with taking_part(clock):
            for number in range(3):
                clock.spawn(sender(number), LABEL)
            await clock.sleep_until(after(1), LABEL)
        assert [f"{step} {number}" for number in range(3) for step in ("begin", "end")] == steps

    async def test_calls_of_different_lanes_do_not_wait_for_each_other(self):
        """A slow wire to one system holds no other system up."""
        clock, steps = VirtualClock(START), []

        async def callee(number: int) -> None:
            steps.append(f"begin {number}")
            await asyncio.sleep(0.01)
            steps.append(f"end {number}")

        async def sender(number: int) -> None:
            await clock.exchange(str(number), callee(number), timeout=TIMEOUT, lane=str(number), foreign=False)

        async with taking_part(clock):
            for number in range(2):
                clock.spawn(sender(number), LABEL)
            await clock.sleep_until(after(1), LABEL)
        assert ["begin 0", "begin 1"] == steps[:2]

    @pytest.mark.parametrize("delay", [10, 90, None])
    async def test_a_call_that_is_put_to_sleep_gives_way(self, delay):
        """A slow or silent call holds the next one of its lane up in no time of the clock."""
        clock, heard = VirtualClock(START), []

        async def callee(number: int) -> str:
            heard.append((clock.now(), number))
            return await answer(clock, str(number), delay, [])

        async def sender(number: int) -> None:
            try:
                call = living_on(callee(number))
                await clock.exchange(str(number), call, timeout=TIMEOUT, lane="lane", foreign=False)
            except TimeoutError:
                pass

        async with taking_part(clock):
            for number in range(3):
                clock.spawn(sender(number), LABEL)
            await clock.sleep_until(after(200), LABEL)
        assert [(START, 0), (START, 1), (START, 2)] == heard

    async def test_foreign_calls_of_one_lane_are_taken_one_after_another_too(self):
        """A vendor's system meets one call at a time while time is virtual."""
        clock, steps = VirtualClock(START), []

        async def callee(number: int) -> None:
            steps.append(f"begin {number}")
            await asyncio.sleep(0.001)
            steps.append(f"end {number}")

        async def sender(number: int) -> None:
            await clock.exchange(str(number), callee(number), timeout=TIMEOUT, lane="lane", foreign=True)

        async with taking_part(clock):
            for number in range(2):
                clock.spawn(sender(number), LABEL)
            await clock.sleep_until(after(1), LABEL)
        assert ["begin 0", "end 0", "begin 1", "end 1"] == steps

    async def test_a_call_that_is_cancelled_in_its_lane_leaves_the_lane_free(self):
        """Whoever gives up before its turn takes no turn, and its call is never begun."""
        clock = VirtualClock(START)
        release = asyncio.Event()

        async def never_begun() -> None:
            raise AssertionError("its turn never comes")

        async def sender(key: str, call: Coroutine[Any, Any, Any]) -> None:
            await clock.exchange(key, call, timeout=TIMEOUT, lane="lane", foreign=False)

        async with taking_part(clock):
            clock.spawn(sender("first", release.wait()), LABEL)
            second = clock.spawn(sender("second", never_begun()), LABEL)
            await asyncio.sleep(0.01)
            second.cancel()
            await asyncio.sleep(0)
            release.set()
            assert "OK" == await call_it(clock, 1, [])


class TestWallClock:
    """Time that flows by itself."""

    async def test_it_has_whole_milliseconds_in_utc(self):
        """The present moment is one that the wire can say."""
        clock = WallClock(datetime(2022, 6, 1, 8, 0, 0, 123_999, tzinfo=timezone(timedelta(hours=2))), rate=7.3)
        for _ in range(20):
            await asyncio.sleep(0.0007)
            assert 0 == clock.now().microsecond % 1000
            assert UTC == clock.now().tzinfo

    async def test_time_flows_at_the_rate(self):
        """A day may pass in a tenth of a second, and the sleeper wakes at its moment or a little later."""
        clock = WallClock(START, rate=864_000)
        began = time.monotonic()
        async with taking_part(clock):
            await clock.sleep_until(START + timedelta(days=1), LABEL)
        assert START + timedelta(days=1) <= clock.now()
        assert 0.09 <= time.monotonic() - began < LATE_MAX

    async def test_nobody_is_woken_early(self):
        """Neither rounding nor a short nap of the loop makes a sleeper early."""
        for rate in (1.0, 13.7, 8640.0):
            clock = WallClock(START, rate)
            async with taking_part(clock):
                for _ in range(10):
                    moment = clock.now() + timedelta(milliseconds=max(1, int(2 * rate)))
                    await clock.sleep_until(moment, LABEL)
                    assert moment <= clock.now()

    async def test_a_moment_that_has_passed_is_not_waited_for(self):
        """What is overdue happens now."""
        clock = WallClock(START)
        async with taking_part(clock):
            await clock.sleep_until(START - timedelta(days=1), LABEL)
        assert timedelta(seconds=LATE_MAX) > clock.now() - START

    async def test_a_signal_ends_the_wait(self):
        """It comes before the time does."""
        clock = WallClock(START)
        signal = clock.signal()
        asyncio.get_running_loop().call_later(0.01, signal.set)
        async with taking_part(clock):
            assert await clock.wait(signal, after(3600), LABEL)
            assert [] == signal.sleepers

    async def test_a_signal_given_before_the_wait_is_remembered(self):
        """What happened between looking and waiting is not missed."""
        clock = WallClock(START)
        signal = clock.signal()
        signal.set()
        async with taking_part(clock):
            assert await clock.wait(signal, after(3600), LABEL)

    async def test_the_time_ends_a_wait_in_vain(self):
        """Without the signal the wait ends at its moment, and is forgotten by the signal."""
        clock = WallClock(START)
        signal = clock.signal()
        async with taking_part(clock):
            assert not await clock.wait(signal, after(0.01), LABEL)
        assert after(0.01) <= clock.now()
        assert [] == signal.sleepers

    async def test_an_exchange_times_out_in_wall_seconds(self):
        """The rate does not shorten the patience of a sender."""
        clock = WallClock(START, rate=3600)
        began = time.monotonic()
        async with taking_part(clock):
            with pytest.raises(TimeoutError):
                await clock.exchange(
                    "key", asyncio.sleep(PATIENCE), timeout=timedelta(seconds=0.05), lane="lane", foreign=False
                )
        assert 0.05 <= time.monotonic() - began < LATE_MAX

    @pytest.mark.parametrize(("delay", "told"), [(0.001, "awaited"), (0.1, "too late"), (None, "too late")])
    async def test_a_callee_is_told_whether_its_sender_still_waits(self, delay, told):
        """Early answers are awaited; late ones and silence outlive the time-out."""
        clock, events = WallClock(START), []
        async with taking_part(clock):
            call = living_on(answer(clock, "key", delay, events))
            exchange = clock.exchange("key", call, timeout=timedelta(seconds=0.05), lane="lane", foreign=False)
            if told == "awaited":
                assert "OK" == await exchange
            else:
                with pytest.raises(TimeoutError):
                    await exchange
            await asyncio.sleep(0.1)
        assert [told] == [word for _, word in events]

    async def test_a_failure_in_a_spawned_task_reaches_the_adopted_waiter(self):
        """Whoever waits hears of it at once, also when time flows."""
        clock = WallClock(START)

        async def work() -> None:
            raise ValueError("broken")

        async with taking_part(clock):
            clock.spawn(work(), LABEL)
            with pytest.raises(ValueError, match="broken"):
                await clock.sleep_until(after(3600), LABEL)

    async def test_a_stopped_clock_wakes_nobody(self):
        """After the end of a run no sleeper's moment comes."""
        clock, woken = WallClock(START), []

        async def sleeper() -> None:
            await clock.sleep_until(after(0.01), LABEL)
            woken.append(clock.now())

        task = clock.spawn(sleeper(), LABEL)
        await asyncio.sleep(0)
        clock.stop()
        await asyncio.sleep(0.03)
        assert [] == woken
        task.cancel()


# Four kinds of callee: quick, slow, silent and too late; every sixth call breaks, before or after its nap.
DELAYS = (0.0, 7.0, 31.0, None, 61.0, 75.0)
SENDERS = 120
LANES = 7
ATTEMPTS = 3


class World:
    """Many senders and systems on one clock, and what happened, in the order in which it happened."""

    def __init__(self) -> None:
        self.clock = VirtualClock(START)
        self.events: list[tuple[datetime, str, str]] = []

    def note(self, key: str, what: str) -> None:
        self.events.append((self.clock.now(), key, what))

    async def callee(self, key: str) -> str:
        """Hear a call and do with it as its number says."""
        number = int(key.split("/")[0])
        self.note(key, "heard")
        if number % 6 == 5 and number % 4 == 1:
            raise ConnectionResetError("broken at once")
        delay = DELAYS[number % len(DELAYS)]
        if delay != 0.0:
            nap = None if delay is None else timedelta(seconds=delay + number % 3)
            async with self.clock.doze(key, nap, say("system {number}", number=number)) as awaited:
                self.note(key, "awaited" if awaited else "too late")
        if number % 12 == 2:
            raise ConnectionResetError("broken after a nap")
        return "OK"

    def call(self, key: str) -> Coroutine[Any, Any, str]:
        return living_on(self.callee(key))

    async def sender(self, number: int) -> None:
        for attempt in range(ATTEMPTS):
            key = f"{number}/{attempt}"
            lane = f"lane {number % LANES}"
            try:
                said = await self.clock.exchange(key, self.call(key), timeout=TIMEOUT, lane=lane, foreign=False)
            except TimeoutError:
                said = "timeout"
            except ConnectionError:
                said = "broken"
            self.note(key, said)
            await self.clock.sleep_until(self.clock.now() + timedelta(seconds=60), LABEL)

    async def play(self) -> list[tuple[datetime, str, str]]:
        async with taking_part(self.clock):
            for number in range(SENDERS):
                self.clock.spawn(self.sender(number), say("sender {number}", number=number))
            await self.clock.sleep_until(after(3600), LABEL)
        return self.events


class SocketWorld(World):
    """The same over loopback sockets: a line with the key goes out, a line with the answer comes back."""

    def __init__(self) -> None:
        super().__init__()
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            said = await self.callee((await reader.readline()).decode().strip())
            writer.write(f"{said}\n".encode())
            await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def over_a_socket(self, key: str) -> str:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(f"{key}\n".encode())
            said = (await reader.readline()).decode().strip()
        finally:
            writer.close()
        if not said:
            raise ConnectionResetError(key)
        return said

    def call(self, key: str) -> Coroutine[Any, Any, str]:
        return self.over_a_socket(key)

    async def play(self) -> list[tuple[datetime, str, str]]:
        server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            return await super().play()
        finally:
            server.close()


class TestManyExchanges:
    """Everything at once: 120 senders, seven lanes, quick, slow, silent, late and broken calls."""

    async def test_all_of_them_come_to_what_their_number_says(self):
        """Quick and slow ones are answered, silent and late ones time out, broken ones break."""
        events = await World().play()
        ends = {key: said for _, key, said in events if said in ("OK", "timeout", "broken")}
        assert SENDERS * ATTEMPTS == len(ends)
        expected = {key: said for number in range(SENDERS) for key, said in _expected(number)}
        assert expected == ends

    async def test_several_runs_have_one_and_the_same_order_of_events(self):
        """Nothing of the machine's own order, such as a hash or an address in memory, decides who comes first."""
        first, *others = [await World().play() for _ in range(4)]
        for other in others:
            assert first == other

    async def test_the_wire_changes_nothing(self):
        """Over sockets, what happens and when is the same as in memory; only within a moment may the order differ."""
        in_memory = await World().play()
        for _ in range(3):
            assert sorted(in_memory) == sorted(await SocketWorld().play())


def _expected(number: int) -> Iterator[tuple[str, str]]:
    for attempt in range(ATTEMPTS):
        if number % 6 == 5 and number % 4 == 1:
            said = "broken"
        elif DELAYS[number % 6] is None or DELAYS[number % 6] >= 60:
            said = "timeout"
        else:
            said = "broken" if number % 12 == 2 else "OK"
        yield f"{number}/{attempt}", said
