"""The promises of `store/outbox.py`, kept by every store."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.certificate.certificate import CertificateState
from simulator.certificate.events import EventCode
from simulator.certificate.identity import CertificateId, LogicalAddress
from simulator.errors import SimulatorError, UsageError
from simulator.redelivery.delivery import Delivery, DeliveryState, is_due
from simulator.store.memory import MemoryStore
from simulator.store.outbox import Call, Changes, Exchange, Outbox, RunKey, RunState, Store
from simulator.trace.facts import AnsweredTooLate
from tests.store import values
from tests.store.places import KEY, Kept, Place, all_of

NOW = datetime(2024, 9, 2, 6, 15, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

# No deadline: a disk may be slow. Half of Hypothesis' usual examples are enough for a value of one kind.
SOME = settings(deadline=None, max_examples=50)
MANY = settings(deadline=None, max_examples=100)

# Each example of Hypothesis has a run of its own in a store that they share.
_numbers = itertools.count()


def fresh_run() -> RunKey:
    """A run that nobody has begun yet."""
    return replace(KEY, name=f"example {next(_numbers)}")


def delivery(number: int, *, due: datetime | None = NOW, state: DeliveryState = DeliveryState.WAITING) -> Delivery:
    """A delivery of its number."""
    return Delivery(
        id=number,
        certificate_id=CertificateId("b8a3d1de-0000-4000-8000-000000000001"),
        alias="c1",
        event=EventCode.SIGNAT,
        occurred_at=NOW,
        logical_address=LogicalAddress("TSTNMT2321000156-ALMC"),
        journal_system="alfa",
        message=b"<message/>",
        state=state,
        attempts_made=0,
        next_attempt_at=due,
    )


def exchange(number: int, attempt: int = 1) -> Exchange:
    """What came back for an attempt."""
    return Exchange(number, attempt, "http://alfa/", 200, {"content-type": "text/xml"}, b"<ok/>", None, "", 1.5)


def call(number: int) -> Call:
    """A call of its number."""
    return Call(
        id=number, journal_system="alfa", received_at=NOW, reached=True, headers={}, body=b"<message/>", problem=None,
        logical_address=None, certificate_id=None, event=None, occurred_at=None, delivery=number, attempt=1,
        behaviour=None, answer="OK",
    )  # fmt: skip


def fact(number: int, at: datetime = NOW) -> AnsweredTooLate:
    """A fact about the delivery of this number."""
    return AnsweredTooLate(at, number, 1, "alfa", "OK")


def something(number: int) -> Changes:
    """A commit with something of everything."""
    return Changes(
        emitted=(delivery(number),),
        facts=(fact(number),),
        exchanges=(exchange(number),),
        calls=(call(number),),
        steps_done=number,
        clock=NOW + number * MINUTE,
    )


# Where a run stands


async def test_a_new_run_stands_at_its_beginning(place: Place):
    """Nothing is done yet, and nothing is kept."""
    async with place.run() as outbox:
        assert Kept(RunState(), [], [], [], [], []) == await all_of(outbox)


async def test_a_run_stands_where_its_last_commits_left_it(place: Place):
    """What a commit says nothing about stays as it was."""
    async with place.run() as outbox:
        await outbox.commit(Changes(steps_done=3, clock=NOW))
        await outbox.commit(Changes(facts=(fact(1),)))
        assert RunState(3, NOW, finished=False) == await outbox.state()
        await outbox.commit(Changes(clock=NOW + MINUTE))
        await outbox.commit(Changes(finished=True))
        assert RunState(3, NOW + MINUTE, finished=True) == await outbox.state()


async def test_an_empty_commit_changes_nothing(place: Place):
    """There may be nothing to keep."""
    async with place.run() as outbox:
        await outbox.commit(something(1))
        before = await all_of(outbox)
        await outbox.commit(Changes())
        assert before == await all_of(outbox)


async def test_a_run_that_is_opened_again_goes_on(place: Place):
    """The same run finds all that was committed."""
    async with place.run() as outbox:
        await outbox.commit(something(1))
        await outbox.commit(something(2))
        before = await all_of(outbox)
    async with place.run() as outbox:
        assert before == await all_of(outbox)
        assert RunState(2, NOW + 2 * MINUTE) == await outbox.state()
        await outbox.commit(something(3))
        assert [1, 2, 3] == [one.id for one in await outbox.deliveries()]


@pytest.mark.parametrize(
    ("what", "another", "sentence"),
    [
        ("scenario", "9d1e", "its scenario is 5f0c, now it is 9d1e"),
        ("seed", 4712, "its seed is 4711, now it is 4712"),
        ("schedule", "webcert-7.7", "its schedule is forum-2022, now it is webcert-7.7"),
        ("policy", "webcert-7.7", "its policy is forum-2024, now it is webcert-7.7"),
    ],
)
async def test_another_run_of_the_same_name_is_refused(place: Place, what, another, sentence):
    """Another scenario, seed, schedule or policy is another run, and is told in what it differs."""
    async with place.run() as outbox:
        await outbox.commit(something(1))
    with pytest.raises(UsageError, match=sentence):
        async with place.run(replace(KEY, **{what: another})):
            pass
    async with place.run() as outbox:
        assert 1 == (await outbox.state()).steps_done


async def test_runs_of_one_store_are_strangers(place: Place):
    """Two runs may use the same numbers; neither sees anything of the other."""
    other = replace(KEY, name="Another story", seed=1)
    async with place.run() as outbox:
        await outbox.commit(something(1))
    async with place.run(other) as outbox:
        assert Kept(RunState(), [], [], [], [], []) == await all_of(outbox)
        await outbox.commit(something(1))
        await outbox.commit(Changes(settled=(delivery(1, due=None, state=DeliveryState.DELIVERED),), finished=True))
        assert 0 == await outbox.waiting()
    async with place.run() as outbox:
        assert 1 == await outbox.waiting()
        assert [delivery(1)] == await outbox.due(NOW, 10)
        assert not (await outbox.state()).finished


# What comes back


@SOME
@given(certificate=values.certificates)
def test_a_certificate_comes_back_as_it_was(store: Store, certificate):
    """Every field of a certificate, its relation and its answers of every kind, survives."""

    async def check() -> None:
        outbox = await store.open_run(fresh_run())
        await outbox.commit(Changes(certificates=(certificate,)))
        assert [certificate] == await outbox.certificates()

    asyncio.run(check())


@SOME
@given(one=values.deliveries)
def test_a_delivery_comes_back_as_it_was(store: Store, one):
    """Every field of a delivery survives, its bytes above all."""

    async def check() -> None:
        outbox = await store.open_run(fresh_run())
        await outbox.commit(Changes(emitted=(one,)))
        assert [one] == await outbox.deliveries()

    asyncio.run(check())


@MANY
@given(one=values.facts)
def test_a_fact_comes_back_as_it_was(store: Store, one):
    """Facts of every kind survive with the types of their fields."""

    async def check() -> None:
        outbox = await store.open_run(fresh_run())
        await outbox.commit(Changes(facts=(one,)))
        (kept,) = await outbox.facts()
        assert (type(one), one) == (type(kept), kept)

    asyncio.run(check())


@SOME
@given(one=values.exchanges, other=values.calls)
def test_exchanges_and_calls_come_back_as_they_were(store: Store, one, other):
    """What was met on the wire is kept as it came, headers and bytes."""

    async def check() -> None:
        outbox = await store.open_run(fresh_run())
        await outbox.commit(Changes(exchanges=(one,), calls=(other,)))
        assert ([one], [other]) == (await outbox.exchanges(), await outbox.calls())

    asyncio.run(check())


@SOME
@given(moment=values.moments)
def test_the_clock_comes_back_as_it_was(store: Store, moment):
    """The moment at which a run stands has its milliseconds."""

    async def check() -> None:
        outbox = await store.open_run(fresh_run())
        await outbox.commit(Changes(clock=moment))
        assert moment == (await outbox.state()).clock

    asyncio.run(check())


async def test_a_message_of_a_megabyte_comes_back(place: Place):
    """No byte of a long message is lost."""
    message = bytes(range(256)) * 4096
    async with place.run() as outbox:
        await outbox.commit(Changes(emitted=(replace(delivery(1), message=message),)))
    async with place.run() as outbox:
        assert message == (await outbox.deliveries())[0].message


async def test_what_is_settled_takes_the_place_of_what_was(place: Place):
    """A delivery is kept as it is now."""
    settled = replace(delivery(1, due=None, state=DeliveryState.DELIVERED), attempts_made=1)
    async with place.run() as outbox:
        await outbox.commit(Changes(emitted=(delivery(1), delivery(2))))
        await outbox.commit(Changes(settled=(settled,)))
        assert [settled, delivery(2)] == await outbox.deliveries()
        assert [delivery(2)] == await outbox.due(NOW, 10)


@SOME
@given(first=values.certificates, alias=values.texts)
def test_a_certificate_is_kept_as_it_is_now(store: Store, first, alias):
    """A certificate that changes keeps its place in the order of creation."""
    first = replace(first, id=CertificateId("z"))
    second = replace(first, id=CertificateId("a"))
    changed = replace(first, state=CertificateState.SIGNED, alias=alias, signed_at=NOW)

    async def check() -> None:
        outbox = await store.open_run(fresh_run())
        await outbox.commit(Changes(certificates=(first,)))
        await outbox.commit(Changes(certificates=(second,)))
        await outbox.commit(Changes(certificates=(changed,)))
        assert [changed, second] == await outbox.certificates()

    asyncio.run(check())


async def test_everything_has_an_order(place: Place):
    """Deliveries and calls are in the order of their ids, exchanges by attempt, and facts in that of the trace."""
    numbers = list(range(1, 30))
    random.Random(1).shuffle(numbers)
    async with place.run() as outbox:
        for number in numbers:
            await outbox.commit(
                Changes(
                    emitted=(delivery(number),),
                    exchanges=(exchange(number, 2), exchange(number, 1)),
                    calls=(call(number),),
                    facts=(fact(number), fact(100 - number, NOW - MINUTE)),
                )
            )
        kept = await all_of(outbox)
    in_order = sorted(numbers)
    assert in_order == [one.id for one in kept.deliveries]
    assert in_order == [one.id for one in kept.calls]
    assert [(number, attempt) for number in in_order for attempt in (1, 2)] == [
        (one.delivery, one.attempt) for one in kept.exchanges
    ]
    assert sorted(kept.facts, key=lambda one: one.sort_key) == kept.facts
    assert 2 * len(numbers) == len(kept.facts)


# All or nothing

DOUBLES = {
    "a delivery twice in one": Changes(emitted=(delivery(7), delivery(7))),
    "a delivery that is there": Changes(emitted=(delivery(7), delivery(1))),
    "an exchange twice in one": Changes(exchanges=(exchange(7), exchange(7))),
    "an exchange that is there": Changes(exchanges=(exchange(7), exchange(1))),
    "a call twice in one": Changes(calls=(call(7), call(7))),
    "a call that is there": Changes(calls=(call(7), call(1))),
}
DOUBLE = pytest.mark.parametrize("double", DOUBLES.values(), ids=DOUBLES.keys())


def with_the_rest(double: Changes) -> Changes:
    """The same commit, with something else of everything that could be left behind."""
    return replace(
        double,
        emitted=(delivery(8), *double.emitted),
        settled=(delivery(1, due=None, state=DeliveryState.DELIVERED),),
        facts=(fact(8),),
        exchanges=(exchange(8), *double.exchanges),
        calls=(call(8), *double.calls),
        steps_done=99,
        clock=NOW + 99 * MINUTE,
        finished=True,
    )


@DOUBLE
async def test_a_commit_that_fails_leaves_nothing(place: Place, double):
    """A commit that would keep something twice is refused as a whole, also for whoever opens the run again."""
    async with place.run() as outbox:
        await outbox.commit(something(1))
        before = await all_of(outbox)
        with pytest.raises(SimulatorError, match="already holds"):
            await outbox.commit(with_the_rest(double))
        assert before == await all_of(outbox)
    async with place.run() as outbox:
        assert before == await all_of(outbox)


@DOUBLE
async def test_after_a_commit_that_failed_the_next_succeeds(place: Place, double):
    """A failure is over when it has been told."""
    async with place.run() as outbox:
        await outbox.commit(something(1))
        with pytest.raises(SimulatorError):
            await outbox.commit(with_the_rest(double))
        await outbox.commit(something(7))
        assert [1, 7] == [one.id for one in await outbox.deliveries()]
        assert 2 == await outbox.waiting()


async def at_once(outbox: Outbox, commits: Sequence[Changes]) -> list[bool]:
    """Commit all at the same time, and say of each whether it was kept."""
    ends = await asyncio.gather(*map(outbox.commit, commits), return_exceptions=True)
    for end in ends:
        assert end is None or isinstance(end, SimulatorError), end
    return [end is None for end in ends]


async def test_commits_at_the_same_time_are_all_kept(place: Place):
    """Many at once are kept like many in a row, and the last word on where the run stands counts."""
    async with place.run() as outbox:
        assert [True] * 200 == await at_once(outbox, [something(number) for number in range(1, 201)])
        before = await all_of(outbox)
    assert list(range(1, 201)) == [one.id for one in before.deliveries]
    assert RunState(200, NOW + 200 * MINUTE) == before.state
    async with place.run() as outbox:
        assert before == await all_of(outbox)


@DOUBLE
async def test_a_commit_that_fails_takes_no_other_with_it(place: Place, double):
    """Of commits that share a transaction the bad one alone fails, and the others are kept for good."""
    commits = [something(2), something(3), with_the_rest(double), something(4), with_the_rest(double), something(5)]
    async with place.run() as outbox:
        await outbox.commit(something(1))
        assert [True, True, False, True, False, True] == await at_once(outbox, commits)
    async with place.run() as outbox:
        kept = await all_of(outbox)
    assert [1, 2, 3, 4, 5] == [one.id for one in kept.deliveries]
    assert [1, 2, 3, 4, 5] == [one.id for one in kept.calls]
    assert [1, 2, 3, 4, 5] == [one.delivery for one in kept.exchanges]
    assert [1, 2, 3, 4, 5] == [one.delivery for one in kept.facts]
    assert RunState(5, NOW + 5 * MINUTE) == kept.state


async def test_who_gives_up_takes_no_other_with_it(place: Place):
    """A commit whose caller is cancelled does not disturb those that wait with it."""
    async with place.run() as outbox:
        tasks = [asyncio.ensure_future(outbox.commit(something(number))) for number in range(1, 6)]
        await asyncio.sleep(0)
        tasks[2].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert {1, 2, 4, 5} <= {one.id for one in await outbox.deliveries()}


small_ids = st.integers(min_value=1, max_value=5)
small_commits = st.builds(
    Changes,
    emitted=st.lists(small_ids.map(delivery), max_size=2).map(tuple),
    facts=st.lists(st.builds(fact, small_ids), max_size=2).map(tuple),
    exchanges=st.lists(st.builds(exchange, small_ids, small_ids), max_size=2).map(tuple),
    calls=st.lists(small_ids.map(call), max_size=1).map(tuple),
    steps_done=st.none() | small_ids,
    clock=st.none() | values.moments,
    finished=st.none() | st.booleans(),
)


@SOME
@given(groups=st.lists(st.lists(small_commits, max_size=6), max_size=3))
def test_commits_at_the_same_time_end_like_commits_in_a_row(store: Store, groups):
    """Whatever is committed at once, good and bad, ends as if one had been kept after another."""

    async def check() -> None:
        model = await MemoryStore().open_run(KEY)
        run = fresh_run()
        for group in groups:
            expected = [end for changes in group for end in await at_once(model, [changes])]
            outbox = await store.open_run(run)
            assert expected == await at_once(outbox, group)
        outbox = await store.open_run(run)
        assert await all_of(model) == await all_of(outbox)

    asyncio.run(check())


# Who is due

soon = st.integers(min_value=-3, max_value=3).map(lambda minutes: NOW + minutes * MINUTE)
few_ids = st.integers(min_value=1, max_value=12)
ends = st.one_of(
    soon.map(lambda due: (DeliveryState.WAITING, due)),
    st.sampled_from([(state, None) for state in DeliveryState if state is not DeliveryState.WAITING]),
)
stages = st.dictionaries(few_ids, ends, max_size=12).map(
    lambda by_id: [delivery(number, due=due, state=state) for number, (state, due) in by_id.items()]
)


@MANY
@given(now_are=stages, now=soon, limit=st.integers(min_value=0, max_value=13), besides=st.frozensets(few_ids))
def test_who_is_due_is_what_the_rule_says(store: Store, now_are, now, limit, besides):
    """Stores find those of whom `is_due` holds, by (moment, id), at most so many, and pass over whom they should."""
    left = [one for one in now_are if one.id not in besides]
    due = sorted((one for one in left if is_due(one, now)), key=lambda one: (one.next_attempt_at, one.id))
    waiting = sum(one.state is DeliveryState.WAITING for one in now_are)

    async def check() -> None:
        outbox = await store.open_run(fresh_run())
        await outbox.commit(Changes(emitted=tuple(delivery(one.id) for one in now_are)))
        await outbox.commit(Changes(settled=tuple(now_are)))
        assert due[:limit] == await outbox.due(now, limit, besides)
        assert waiting == await outbox.waiting()

    asyncio.run(check())


async def test_a_moment_between_two_milliseconds_is_not_yet_the_later(place: Place):
    """Nobody is due a microsecond early."""
    async with place.run() as outbox:
        await outbox.commit(Changes(emitted=(delivery(1),)))
        assert [] == await outbox.due(NOW - timedelta(microseconds=1), 10)
        assert [delivery(1)] == await outbox.due(NOW, 10)
        assert [delivery(1)] == await outbox.due(NOW + timedelta(microseconds=1), 10)
