"""A sender that is killed with `kill -9` at any moment, and started again, ends as if nothing had been.

Everything is proved from two files: the store, and the receiver's record.
"""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.kill.stories import ROOT, STORIES, Case, Launcher, Ran, Received, Stored, launching, receiving

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no kill -9 on this system")

KILLED = -9


@pytest.fixture(scope="module")
def launcher() -> Iterator[Launcher]:
    """One launcher for all."""
    with launching() as started:
        yield started


Prepare = Callable[..., Case]


@pytest.fixture
def case(launcher: Launcher, tmp_path: Path) -> Iterator[Prepare]:
    """Prepare a story with a receiver that kills at a moment, or never."""
    with ExitStack() as stack:

        def prepare(name: str, moment: str = "never", hit: int = 0) -> Case:
            return Case(name, tmp_path, launcher, stack.enter_context(receiving(tmp_path, moment, hit)))

        yield prepare


@dataclass(frozen=True)
class Uninterrupted:
    """What a story comes to when nobody is killed."""

    ran: Ran
    stored: Stored
    received: Received


@pytest.fixture(scope="module")
def uninterrupted(launcher: Launcher, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Uninterrupted]:
    """Each story, played once from beginning to end."""
    found = {}
    for name in STORIES:
        folder = tmp_path_factory.mktemp(name)
        with receiving(folder) as receiver:
            case = Case(name, folder, launcher, receiver)
            ran = case.run()
            found[name] = Uninterrupted(ran, case.stored(), receiver.received())
    return found


@pytest.mark.parametrize("name", STORIES)
def test_nobody_killed(uninterrupted, name):
    """A story that is not interrupted delivers every status update once."""
    whole = uninterrupted[name]
    assert (0, "") == (whole.ran.code, whole.ran.err)
    assert {"delivered"} == {row.state for row in whole.stored.deliveries.values()}
    assert Counter(row.message for row in whole.stored.deliveries.values()) == whole.received.bodies
    assert {1} == set(whole.received.bodies.values())


def require_whole(case: Case, whole: Uninterrupted, ran: Ran, in_flight: Counter[str]) -> None:
    """Hold a run that was killed and resumed against one that was not; `in_flight` may have arrived twice."""
    assert (0, "") == (ran.code, ran.err)
    stored, received = case.stored(), case.receiver.received()
    assert stored.finished
    assert {"delivered"} == {row.state for row in stored.deliveries.values()}
    once = Counter(row.message for row in stored.deliveries.values())
    assert once + in_flight == received.bodies
    attempts = Counter((fact["delivery"], fact["attempt"]) for fact in stored.of_kind("attempt-made"))
    assert attempts == Counter(
        (number, attempt)
        for number, row in stored.deliveries.items()
        for attempt in range(1, row.attempts_made + 1)
    )  # fmt: skip
    for row in stored.deliveries.values():
        assert list(range(1, row.attempts_made + 1)) == row.exchanges
    assert whole.stored.facts == stored.facts
    assert whole.stored.deliveries == stored.deliveries
    assert whole.ran.digest == ran.digest


def in_flight_at(stored: Stored, received: Received) -> Counter[str]:
    """What had arrived whole when the sender was killed, and whose attempt was not kept."""
    delivered = Counter(row.message for row in stored.deliveries.values() if row.state == "delivered")
    return received.bodies - delivered


@dataclass(frozen=True)
class Point:
    """Where a sender is killed: by the launcher around its `commit`, or by the receiver at a `moment` of a call."""

    name: str
    story: str
    hit: int
    moment: str = "never"
    commit: str = ""
    when: str = ""

    def __str__(self) -> str:
        return f"{self.name}, {self.story} {self.hit}"


# The nine points, each in both stories, and what else can be met.
POINTS = [
    Point("commit-before", "one", 1, commit="emit", when="before"),
    Point("commit-before", "three", 5, commit="emit", when="before"),
    Point("commit-during", "one", 2, commit="emit", when="during"),
    Point("commit-during", "three", 3, commit="emit", when="during"),
    Point("commit-after", "one", 4, commit="emit", when="after"),
    Point("commit-after", "three", 1, commit="emit", when="after"),
    Point("send-before", "one", 1, moment="accepted"),
    Point("send-before", "three", 4, moment="accepted"),
    Point("send-during", "one", 2, moment="half-received"),
    Point("send-during", "three", 3, moment="half-received"),
    Point("send-after", "one", 3, moment="received"),
    Point("send-after", "three", 2, moment="received"),
    Point("send-after", "one", 2, moment="half-answered"),
    Point("send-after", "three", 6, moment="half-answered"),
    Point("settling-before", "one", 1, moment="answered"),
    Point("settling-before", "three", 5, moment="answered"),
    Point("settling-before", "one", 17, commit="settle", when="before"),
    Point("settling-before", "three", 2, commit="settle", when="before"),
    Point("settling-during", "one", 1, commit="settle", when="during"),
    Point("settling-during", "three", 2, commit="settle", when="during"),
    Point("settling-after", "one", 18, commit="settle", when="after"),
    Point("settling-after", "three", 2, commit="settle", when="after"),
]


@pytest.mark.parametrize("point", POINTS, ids=str)
def test_whoever_is_killed_resumes(case: Prepare, uninterrupted, point: Point):
    """Killed at this point and started again, a run ends like one that nobody interrupted."""
    prepared = case(point.story, point.moment, point.hit)
    launched = {"commit": point.commit, "when": point.when, "hit": point.hit} if point.commit else {}
    assert KILLED == prepared.run(**launched).code
    stored, received = prepared.stored(), prepared.receiver.received()
    HITS[point.name](point, stored, received)
    resumed = prepared.run()
    require_whole(prepared, uninterrupted[point.story], resumed, in_flight_at(stored, received))


# What must be found at the kill, for the point to be the one that it says it is.


def steps_are(stored: Stored, steps: int) -> None:
    """So many steps are committed, each with its status updates, and nothing of another."""
    assert (steps, steps) == (stored.steps_done, len(stored.of_kind("step-taken")))
    assert len(stored.of_kind("status-update-emitted")) == len(stored.deliveries)


def commit_is_lost(point: Point, stored: Stored, _: Received) -> None:
    """Nothing of the step is there."""
    steps_are(stored, point.hit - 1)


def commit_is_kept(point: Point, stored: Stored, received: Received) -> None:
    """All of the step is there, and nothing of it has been sent."""
    steps_are(stored, point.hit)
    newest = max(stored.deliveries)
    assert 0 == stored.deliveries[newest].attempts_made
    assert stored.deliveries[newest].message not in received.bodies


def call_is_unread(point: Point, stored: Stored, received: Received) -> None:
    """The receiver has killed before it had the whole call, and the attempt is not made."""
    assert [point.moment] == received.killed
    assert stored.steps_done > 0
    assert "waiting" in {row.state for row in stored.deliveries.values()}


def call_is_in_flight(point: Point, stored: Stored, received: Received) -> None:
    """The receiver has the call, and the store does not know."""
    assert ([point.moment] if point.moment != "never" else []) == received.killed
    assert in_flight_at(stored, received)


def settling_is_kept(point: Point, stored: Stored, _: Received) -> None:
    """The attempt is there, and whoever waited for it has not heard."""
    assert len(stored.of_kind("attempt-made")) >= point.hit


HITS: dict[str, Callable[[Point, Stored, Received], None]] = {
    "commit-before": commit_is_lost,
    "commit-during": commit_is_lost,
    "commit-after": commit_is_kept,
    "send-before": call_is_unread,
    "send-during": call_is_unread,
    "send-after": call_is_in_flight,
    "settling-before": call_is_in_flight,
    "settling-during": call_is_in_flight,
    "settling-after": settling_is_kept,
}


def test_each_of_the_nine_points_is_met_twice():
    """Before, during and after each of the commit, the send and the settling, in both stories."""
    nine = {f"{step}-{when}" for step in ("commit", "send", "settling") for when in ("before", "during", "after")}
    assert {(name, story) for name in nine for story in STORIES} == {(point.name, point.story) for point in POINTS}


@pytest.mark.parametrize("when", ["before", "during", "after"])
def test_killed_while_the_store_is_made(case: Prepare, uninterrupted, when):
    """A store is there as a whole or not at all."""
    prepared = case("one")
    assert KILLED == prepared.run(commit="create", when=when, hit=1).code
    assert Stored() == prepared.stored()
    require_whole(prepared, uninterrupted["one"], prepared.run(), Counter())


def test_a_run_goes_on_after_its_last_committed_step(case: Prepare):
    """Steps that are kept are not done again, and those that are not are done once."""
    prepared = case("one")
    assert KILLED == prepared.run(commit="emit", when="after", hit=2).code
    before = prepared.stored()
    assert [1, 2] == sorted(fact["step"] for fact in before.of_kind("step-taken"))
    assert 0 == prepared.run().code
    after = prepared.stored()
    assert [1, 2, 3, 4] == sorted(fact["step"] for fact in after.of_kind("step-taken"))
    assert set(before.facts) < set(after.facts)


@pytest.mark.parametrize("name", STORIES)
def test_killed_again_and_again(case: Prepare, uninterrupted, name):
    """However often it is killed, a run gets on, and ends like one that nobody interrupted."""
    prepared = case(name)
    in_flight: Counter[str] = Counter()
    # Each time it gets a few statements further than the time before.
    for statements in itertools.count(20, 17):
        ran = prepared.run(commit="statement", when="before", hit=statements)
        if ran.code != KILLED:
            break
        in_flight = in_flight_at(prepared.stored(), prepared.receiver.received())
    assert statements > 40
    require_whole(prepared, uninterrupted[name], ran, in_flight)


@pytest.mark.parametrize("when", ["before", "during", "after"])
def test_killed_in_an_outage(case: Prepare, uninterrupted, when):
    """An attempt that was turned away, and cut off before that was kept, is made again under its number."""
    prepared = case("one")
    # The first attempt is delivered; the third is the second of those that meet the outage.
    assert KILLED == prepared.run(commit="settle", when=when, hit=3).code
    made = 3 if when == "after" else 2
    assert made == len(prepared.stored().of_kind("attempt-made"))
    require_whole(prepared, uninterrupted["one"], prepared.run(), Counter())


def test_a_finished_run_repeats_its_verdict(case: Prepare, uninterrupted):
    """A store that holds a finished run gives the same verdict again, and nothing is sent."""
    prepared = case("one")
    first = prepared.run()
    stored, received = prepared.stored(), prepared.receiver.received()
    again = prepared.run()
    assert (first.code, first.out, first.err) == (again.code, again.out, again.err)
    assert (stored, received) == (prepared.stored(), prepared.receiver.received())


def test_killed_at_the_very_end(case: Prepare, uninterrupted):
    """A run that has sent everything and has not said so yet ends without sending anything."""
    prepared = case("one")
    settled = len(uninterrupted["one"].stored.of_kind("attempt-made"))
    assert KILLED == prepared.run(commit="settle", when="after", hit=settled).code
    assert not prepared.stored().finished
    received = prepared.receiver.received()
    require_whole(prepared, uninterrupted["one"], prepared.run(), Counter())
    assert received == prepared.receiver.received()


def test_a_stranger_kills_and_another_command_line_resumes(case: Prepare, uninterrupted):
    """The command as a user starts it resumes a run, with nothing of the tests in its process."""
    prepared = case("three", "received", 3)
    assert KILLED == prepared.run().code
    in_flight = in_flight_at(prepared.stored(), prepared.receiver.received())
    command = [sys.executable, "-m", "simulator", *prepared.arguments]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    require_whole(prepared, uninterrupted["three"], Ran(ended.returncode, ended.stdout, ended.stderr), in_flight)


def test_the_signal_is_the_one_that_cannot_be_caught():
    """The tests mean what `kill -9` means."""
    assert -signal.SIGKILL == KILLED
