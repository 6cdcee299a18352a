"""For pytest: scenarios are tests, and tests get a mock Webcert that sends, and a journal system that receives.

`*.scenario.yaml` files are collected, each case as a test with its file and lines in the failure. The fixtures are
plain objects that work from functions and coroutines alike: what runs, runs in a thread of its own, so pytest-asyncio
is neither needed nor in the way, and with pytest-xdist each process has its own.
"""

from __future__ import annotations

import asyncio
import json
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from simulator.certificate.catalogue import DEFAULT_POLICY, type_named
from simulator.certificate.deeds import Draft
from simulator.certificate.events import EventCode
from simulator.chance import fresh_seed
from simulator.clock import SWEDISH_TIME, wall_now, wall_seconds
from simulator.contract.names import SERVICE_PATH
from simulator.scenario.behaviour_file import load_behaviour
from simulator.scenario.cast import Cast, load_cast
from simulator.scenario.load import load_stories
from simulator.scenario.one_update import SentUpdate, deeds_for, send_update
from simulator.scenario.play import Played, PlaySettings, play
from simulator.scenario.story import Story
from simulator.settings import DEFAULT_TIMEOUT, Over
from simulator.simulation import SimulationSetup, StandaloneSetup, standalone_journal_system
from simulator.store.outbox import Call
from simulator.wire.client import ClientSettings, check_url

__all__ = ["JournalSystem", "Webcert", "journal_system", "webcert", "webcert_cast"]

_PATTERN = ".scenario.yaml"
# How long anything that is waited for may take, unless a test says otherwise.
_PATIENCE = 10.0


def pytest_addoption(parser: pytest.Parser) -> None:
    """Say how scenarios are played, and whether they are collected at all."""
    group = parser.getgroup("webcertsim")
    group.addoption(
        "--webcert-over", choices=[str(one) for one in Over], default=str(Over.MEMORY),
        help="how bytes travel in the scenarios that are collected: memory or http",
    )  # fmt: skip
    parser.addini("webcert_scenarios", "whether *.scenario.yaml files are tests", type="bool", default=True)


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", "journal_system(behaviour): how the fixture of that name behaves, as in YAML")


# --- scenarios as tests ---


def pytest_collect_file(parent: pytest.Collector, file_path: Path) -> pytest.Collector | None:
    """Take scenario files for tests."""
    if file_path.name.endswith(_PATTERN) and parent.config.getini("webcert_scenarios"):
        return ScenarioFile.from_parent(parent, path=file_path)
    return None


class ScenarioFile(pytest.File):
    """A scenario file: a test for each of its cases."""

    def collect(self) -> Iterator[pytest.Item]:
        """Read the file; every mistake in it is said with its line."""
        try:
            stories = load_stories(_shown(self.path), load_cast(), environment=os.environ)
        except ExceptionGroup as group:
            raise self.CollectError("\n".join(map(str, group.exceptions))) from None
        for story in stories:
            yield ScenarioItem.from_parent(self, name=story.case or "scenario", story=story)


class ScenarioItem(pytest.Item):
    """A scenario that is played, and its expectations held against what happened."""

    def __init__(self, *, story: Story, **rest: Any) -> None:
        super().__init__(**rest)
        self._story = story
        # `-k smoke` finds those with the tag.
        self.extra_keyword_matches.update(story.tags)

    def runtest(self) -> None:
        """Play it."""
        over = Over(self.config.getoption("--webcert-over"))
        played = asyncio.run(play(self._story, PlaySettings(over=over)))
        if not played.passed:
            raise ExpectationsUnmet(played)
        if any(verdict.is_known_failure for verdict in played.verdicts):
            pytest.xfail(str(self._story.expect_failure))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """File and line of each expectation that does not hold; nothing of Python."""
        if isinstance(excinfo.value, ExpectationsUnmet):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where the test is, and what it is called."""
        return self.path, 0, self._story.name


class ExpectationsUnmet(AssertionError):
    """A scenario was played, and what it expects does not hold; `played` is all that happened."""

    def __init__(self, played: Played) -> None:
        unmet = [one for one in played.verdicts if one.failed]
        super().__init__("\n".join(f"{one.path}:{one.line}: {one.asked}: {one.found}" for one in unmet))
        self.played = played


def _shown(path: Path) -> Path:
    """The path as it is shortest from here, for lines that are read and clicked."""
    try:
        return path.relative_to(Path.cwd())
    except ValueError:
        return path


# --- fixtures ---


@pytest.fixture(scope="session")
def webcert_cast() -> Cast:
    """The built-in test people, units and patients."""
    return load_cast()


@pytest.fixture
def webcert(webcert_cast: Cast) -> Webcert:
    """A mock Webcert that plays scenarios, and sends single status updates to a journal system under test."""
    return Webcert(webcert_cast)


@pytest.fixture
def journal_system(
    request: pytest.FixtureRequest, webcert_cast: Cast, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[JournalSystem]:
    """A mocked journal system that listens on a free port for as long as the test goes on."""
    marker = request.node.get_closest_marker("journal_system")
    behaviour = [] if marker is None else marker.kwargs.get("behaviour", marker.args[0] if marker.args else [])
    rules = None
    if behaviour:
        file = tmp_path_factory.mktemp("webcert") / "behaviour.yaml"
        # JSON is YAML.
        file.write_text(json.dumps({"format": 1, "behaviour": behaviour}, ensure_ascii=False), encoding="utf-8")
        rules = load_behaviour(file, webcert_cast)
    system = JournalSystem()
    with _Running(standalone_journal_system(StandaloneSetup(behaviour=rules, on_call=system._met))) as url:
        system._url = url
        yield system


class Webcert:
    """A mock Webcert for tests; every method returns when all is done, and can be called from a coroutine too."""

    def __init__(self, cast: Cast) -> None:
        self._cast = cast

    def play(
        self,
        path: str | os.PathLike[str],
        *,
        journal: Mapping[str, str] | None = None,
        environment: Mapping[str, str] | None = None,
        client: ClientSettings | None = None,
        over: Over = Over.MEMORY,
    ) -> list[Played]:
        """Play a scenario file, every case of it, and raise ExpectationsUnmet where something does not hold.

        `journal` puts real endpoints in the place of mocked systems by name; `environment` has the file's variables.
        """
        variables = dict(os.environ) | dict(environment or {})
        stories = load_stories(Path(path), self._cast, dict(journal or {}), environment=variables)
        settings = PlaySettings(over=over, client=client or ClientSettings())
        played = [_here_or_there(play(story, settings)) for story in stories]
        for one in played:
            if not one.passed:
                raise ExpectationsUnmet(one)
        return played

    def send(
        self,
        url: str,
        event: str = "SIGNAT",
        *,
        type: str = "FK7443",  # noqa: A002 - It is the field's own word.
        by: str = "doctor",
        unit: str = "ALMC",
        patient: str = "tolvan",
        ref: str | None = None,
        client: ClientSettings | None = None,
        timeout: timedelta = DEFAULT_TIMEOUT,
    ) -> SentUpdate:
        """Send one status update to an endpoint; what came back, and what Webcert makes of it, is returned.

        Words are the cast's. Raises ActionRefused where somebody may not do what is told of.
        """
        day = wall_now().astimezone(SWEDISH_TIME).date()
        kind = type_named(type, path=None, day=day, policy=DEFAULT_POLICY)
        draft = Draft(kind, self._cast.units[unit], self._cast.patients[patient], ref)
        code = EventCode(event)
        deeds = deeds_for(code, self._cast.staff[by], draft, DEFAULT_POLICY, self._cast)
        setup = SimulationSetup(
            name=f"send {code}", seed=fresh_seed(), client=client or ClientSettings(), timeout=timeout
        )
        sent: SentUpdate = _here_or_there(send_update(setup, deeds, code, check_url(url), lambda _: None))
        return sent

    async def play_async(self, path: str | os.PathLike[str], **how: Any) -> list[Played]:
        """The same as `play`, for a coroutine whose loop must go on meanwhile: it serves what is tested."""
        return await asyncio.to_thread(self.play, path, **how)

    async def send_async(self, url: str, event: str = "SIGNAT", **how: Any) -> SentUpdate:
        """The same as `send`, for a coroutine whose loop must go on meanwhile: it serves what is tested."""
        return await asyncio.to_thread(self.send, url, event, **how)


class JournalSystem:
    """A mocked journal system that a sender under test can be pointed at."""

    def __init__(self) -> None:
        self._url = ""
        self._calls: list[Call] = []
        self._changed = threading.Condition()

    @property
    def url(self) -> str:
        """Where it takes status updates."""
        return self._url + SERVICE_PATH

    @property
    def received(self) -> Sequence[Call]:
        """Every call so far, the refused and the broken ones too."""
        with self._changed:
            return tuple(self._calls)

    def wait_for(self, count: int = 1, *, event: str | None = None, seconds: float = _PATIENCE) -> Sequence[Call]:
        """Wait until so many calls have come, of an event where one is named; AssertionError when they do not."""
        until = wall_seconds() + seconds

        def found() -> list[Call]:
            return [call for call in self._calls if event in (None, call.event)]

        with self._changed:
            while len(found()) < count:
                left = until - wall_seconds()
                if left <= 0:
                    came = ", ".join(f"{call.event} ({call.answer})" for call in self._calls) or "nothing"
                    raise AssertionError(f"{count} of {event or 'any event'} wanted in {seconds:g} s; came: {came}")
                self._changed.wait(left)
            return tuple(found())

    async def wait_for_async(self, count: int = 1, **how: Any) -> Sequence[Call]:
        """The same as `wait_for`, for a coroutine whose loop must go on meanwhile."""
        return await asyncio.to_thread(self.wait_for, count, **how)

    def _met(self, call: Call) -> None:
        with self._changed:
            self._calls.append(call)
            self._changed.notify_all()


class _Running:
    """Keeps an asynchronous context open in a thread with a loop of its own."""

    def __init__(self, context: AbstractAsyncContextManager[str]) -> None:
        self._context = context
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="webcertsim", daemon=True)

    def __enter__(self) -> str:
        self._thread.start()
        return asyncio.run_coroutine_threadsafe(self._context.__aenter__(), self._loop).result(_PATIENCE)

    def __exit__(self, *_: object) -> None:
        try:
            leaving = self._context.__aexit__(None, None, None)
            asyncio.run_coroutine_threadsafe(_wrapped(leaving), self._loop).result(_PATIENCE)
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(_PATIENCE)
            self._loop.close()


async def _wrapped(awaitable: Any) -> None:
    await awaitable


def _here_or_there(work: Any) -> Any:
    """Run a coroutine to its end; in a thread of its own where this one already runs a loop."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    found: list[Any] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            found.append(asyncio.run(work))
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if failed:
        raise failed[0]
    return found[0]
