"""`Simulation`, the public Python API: a mock Webcert, its clock, its store, and the journal systems it tells.

The one place where everything is put together, and with `clock` the only one that knows of modes. The command line,
the scenario player and tests are clients of it::

    async with Simulation(journal_systems=[JournalSystemSetup("alfa", units=("TSTNMT2321000156-ALMC",))]) as simulation:
        await simulation.do(deed)
        await simulation.drain()
        print(*await simulation.trace(), sep="\\n")
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import TracebackType
from typing import Self

from simulator.certificate.catalogue import DEFAULT_POLICY, Policy
from simulator.certificate.deeds import Deed
from simulator.certificate.identity import LogicalAddress
from simulator.certificate.mail import MailRule
from simulator.certificate.unit_mapping import UnitMapping
from simulator.clock import Clock, Gate, VirtualClock, WallClock, wall_now
from simulator.contract import names
from simulator.contract.reply import NoAnswer, OnTheWire, RawAnswer
from simulator.contract.schema import Contract, our_contract
from simulator.errors import UsageError
from simulator.journal.address_book import AddressBook, WayTo
from simulator.journal.behaviour import BehaviourRule
from simulator.journal.closed_doors import closed_doors
from simulator.journal.going_on import CallsThatGoOn
from simulator.journal.inbox import CallNumbers, Inbox
from simulator.journal.late_answers import LateAnswers
from simulator.journal.mocked import MockedJournalSystem
from simulator.journal.remote import RemoteJournalSystem
from simulator.journal.rulebook import Rulebook
from simulator.journal.server import serve
from simulator.journal.system import JournalSystem
from simulator.ntjp.relay import Relay, WithoutCorrelation
from simulator.ntjp.routing import PlatformSetup, RoutingCatalogue
from simulator.redelivery.coalescing import DEFAULT_WINDOW
from simulator.redelivery.delivery import Delivery
from simulator.redelivery.schedule import DEFAULT_SCHEDULE, RedeliverySchedule, schedule_named
from simulator.sentence import say
from simulator.settings import DEFAULT_START, DEFAULT_TIMEOUT, ClockMode, ClockSetting, Over
from simulator.store.memory import MemoryStore
from simulator.store.outbox import Call, Changes, Exchange, Outbox, RunKey, RunState, Store
from simulator.store.sql import SqlStore, open_engine
from simulator.trace.facts import Fact
from simulator.trace.jsonl import TraceHeader, trace_lines
from simulator.webcert.agenda import Agenda
from simulator.webcert.awaited_draft import AwaitedDraft, AwaitedDrafts
from simulator.webcert.dispatcher import Dispatcher, TagsUnderWay
from simulator.webcert.housekeeping import Housekeeping
from simulator.webcert.inbound import Inbound, Registers
from simulator.webcert.manual_redelivery import Choice, resend
from simulator.webcert.publisher import Publisher, Rules
from simulator.webcert.runner import Runner
from simulator.wire import interactions
from simulator.wire.client import ClientSettings, SoapClient
from simulator.wire.mangling import as_seen
from simulator.wire.tls_moods import TestAuthority, TlsMood

# Lines of behaviour as text, into the rules of a system that starts at a given moment; raises InputErrors, in a group.
BehaviourLanguage = Callable[[bytes], Callable[[datetime], tuple[BehaviourRule, ...]]]


@dataclass(frozen=True)
class JournalSystemSetup:
    """A journal system of a simulation: the units it serves, and how it behaves; with a `url` it is a real one.

    Units that are `not_integrated` are told nothing until a draft is begun there from the journal system. With a
    `platform` it is reached through the national platform.
    """

    name: str
    units: tuple[str, ...]
    behaviour: tuple[BehaviourRule, ...] = ()
    url: str | None = None
    not_integrated: tuple[str, ...] = ()
    platform: PlatformSetup | None = None


@dataclass(frozen=True)
class InboundSetup:
    """Where Webcert takes calls: CreateDraftCertificate, ListCertificatesForCareWithQA and SendMessageToCare.

    A `port` of 0 takes one that is free. `on_open` is told the address when calls are taken.
    """

    registers: Registers
    host: str = "127.0.0.1"
    port: int = 0
    on_open: Callable[[str], None] = lambda _: None


@dataclass(frozen=True)
class SimulationSetup:
    """All that makes a simulation what it is.

    `scenario` is the SHA-256 of what is played, by which a store knows a run again. `store` is a URL, or None for
    memory. `gate` is asked before each move of a `step` clock.
    """

    journal_systems: Sequence[JournalSystemSetup] = ()
    name: str = "simulation"
    scenario: str = ""
    start: datetime = DEFAULT_START
    clock: ClockSetting = field(default_factory=ClockSetting)
    over: Over = Over.MEMORY
    store: str | None = None
    schedule: RedeliverySchedule = field(default_factory=lambda: schedule_named(DEFAULT_SCHEDULE))
    policy: Policy = DEFAULT_POLICY
    # The day whose manners hold, None for today's; see certificate/manners.py.
    as_of: date | None = None
    change_window: timedelta = DEFAULT_WINDOW
    unit_mappings: tuple[UnitMapping, ...] = ()
    mail: tuple[MailRule, ...] = ()
    # From when until when the signing service is down: drafts go on, and nobody can sign.
    signing_down: tuple[tuple[datetime, datetime], ...] = ()
    # Drafts that a journal system will begin, with the names that the caller has for them.
    awaited_drafts: tuple[AwaitedDraft, ...] = ()
    # Where Webcert is called by others, if it is to be; and whom it can ask about then.
    inbound: InboundSetup | None = None
    seed: int = 0
    timeout: timedelta = DEFAULT_TIMEOUT
    client: ClientSettings = field(default_factory=ClientSettings)
    logical_address: LogicalAddress | None = None
    contract: Contract | None = None
    gate: Gate | None = None
    on_attempt: Callable[[Delivery], None] = lambda _: None
    # Reads the behaviour language; without it, behaviours cannot be changed over HTTP while it runs.
    language: BehaviourLanguage | None = None
    # Without it nothing is sent by itself; `Simulation.attempt` sends one delivery when it is asked to.
    sends: bool = True


class _InMemory:
    """Hands the same bytes over in process: a call goes on when its sender has given up, as it does on a wire."""

    foreign = False
    url = ""

    def __init__(self, system: MockedJournalSystem) -> None:
        self.name = system.name
        self._system = system
        self.calls = CallsThatGoOn()

    async def receive(self, body: bytes, headers: Mapping[str, str], passes: OnTheWire) -> RawAnswer | NoAnswer:
        # In memory nothing is added to the headers.
        passes.begins(headers)
        answer = await self.calls.carry_out(self._receive(body, headers))
        passes.ends(answer)
        return answer

    async def _receive(self, body: bytes, headers: Mapping[str, str]) -> RawAnswer | NoAnswer:
        return await as_seen(await self._system.receive(body, headers))


class Simulation:
    """A run: enter it, do things, let time pass, and read what happened."""

    clock: Clock
    outbox: Outbox

    def __init__(self, setup: SimulationSetup) -> None:
        self.setup = setup
        self._contract = setup.contract or our_contract()
        self._address_book = AddressBook()
        self._tags = TagsUnderWay()
        self._late_answers: list[LateAnswers] = []
        # Where the mocked systems listen, by name; empty in memory.
        self.addresses: dict[str, str] = {}
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        try:
            await self._open()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    async def _open(self) -> None:
        setup = self.setup
        store = _store(setup.store)
        self._stack.push_async_callback(store.close)
        self.outbox = await store.open_run(self._key())
        self.resumed_from: RunState = await self.outbox.state()
        self.clock = _clock(setup, self.resumed_from)
        self._stack.enter_context(self.clock.adopt(say("the story")))
        self._agenda_changed, self._settled = self.clock.signal(), self.clock.signal()
        self._agenda = Agenda(self.outbox, self._agenda_changed)
        await self._open_journal_systems()
        self._publisher = Publisher(
            clock=self.clock,
            outbox=self.outbox,
            agenda=self._agenda,
            address_book=self._address_book,
            rules=Rules(
                policy=setup.policy,
                as_of=setup.as_of,
                change_window=setup.change_window,
                unit_mappings=setup.unit_mappings,
                mail=setup.mail,
                signing_down=setup.signing_down,
                not_integrated=frozenset(unit for one in setup.journal_systems for unit in one.not_integrated),
                logical_address=setup.logical_address,
            ),
            seed=setup.seed,
            begins=setup.start,
        )
        await self._publisher.resume()
        self._dispatcher = self._new_dispatcher()
        self._steps_done = self.resumed_from.steps_done
        # Where others call Webcert; empty where nobody can.
        self.webcert_url = ""
        if setup.inbound is not None:
            await self._take_calls(setup.inbound)
        if setup.sends and not self.resumed_from.finished:
            self._start_sending()
            self._start_housekeeping()

    def _key(self) -> RunKey:
        setup = self.setup
        return RunKey(setup.name, setup.scenario, setup.seed, setup.schedule.name, setup.policy.name)

    async def _open_journal_systems(self) -> None:
        client = await self._stack.enter_async_context(SoapClient(self.setup.client))
        calls = await self.outbox.calls()
        numbers = CallNumbers(calls)
        made = {one.id: one.attempts_made for one in await self.outbox.deliveries()}
        # A call of an attempt that was cut off is made again, and must not count twice against a behaviour.
        earlier = [call for call in calls if (call.attempt or 0) <= made.get(call.delivery or 0, call.attempt or 0)]
        behind = [one for one in self.setup.journal_systems if one.platform is not None]
        catalogue = RoutingCatalogue((one.name, one.units) for one in behind)
        for one in self.setup.journal_systems:
            inbox = Inbox(one.name, self.outbox, numbers, earlier)
            rulebook = Rulebook(one.behaviour, max(inbox.taken, default=-1) + 1)
            system = await self._journal_system(one, inbox, rulebook, client)
            over_sockets = self.setup.over is Over.HTTP and one.url is None
            doors = closed_doors(one.name, one.behaviour if over_sockets else ())
            platform, timeout = one.platform, self.setup.timeout
            if platform is not None and platform.timeout is not None:
                timeout = min(timeout, platform.timeout)
            way = WayTo(
                system, inbox, rulebook, self.clock, self._contract, self._settled.set, seed=self.setup.seed,
                timeout=timeout, tls=await self._stack.enter_async_context(doors), within=platform is not None,
            )  # fmt: skip
            self._stack.push_async_callback(way.close)
            self._late_answers.append(way.late_answers)
            through = way if platform is None else Relay(way, platform, catalogue, self.clock)
            self._address_book.add(through, one.units)

    async def _journal_system(
        self, setup: JournalSystemSetup, inbox: Inbox, rulebook: Rulebook, client: SoapClient
    ) -> JournalSystem:
        if setup.url is not None:
            _refuse_behaviour_of_a_real_one(setup)
            real = RemoteJournalSystem(setup.name, setup.url, client)
            https = setup.url.lower().startswith("https:")
            return WithoutCorrelation(real) if https and setup.platform is not None else real
        mocked = MockedJournalSystem(
            inbox, rulebook, self.clock, self._contract, self._tags.find, self._settled.set, seed=self.setup.seed
        )  # fmt: skip
        self._late_answers.append(mocked.late_answers)
        if self.setup.over is Over.MEMORY:
            in_memory = _InMemory(mocked)
            self._stack.push_async_callback(in_memory.calls.close)
            return in_memory
        listener = await self._stack.enter_async_context(
            serve(mocked, self._contract, self.outbox, inbox, callers_may_leave=False, language=self._language())
        )
        self.addresses[setup.name] = listener.url
        return RemoteJournalSystem(setup.name, listener.url + names.SERVICE_PATH, client, foreign=False)

    def _language(self) -> Callable[[bytes], Sequence[BehaviourRule]] | None:
        """How lines of behaviour are read that come while it runs; their windows count from the start of the run."""
        language = self.setup.language
        return None if language is None else lambda text: language(text)(self.setup.start)

    def _new_dispatcher(self) -> Dispatcher:
        setup = self.setup
        return Dispatcher(
            clock=self.clock,
            agenda=self._agenda,
            address_book=self._address_book,
            contract=self._contract,
            schedule=setup.schedule,
            timeout=setup.timeout,
            seed=setup.seed,
            tags=self._tags,
            as_it_goes_out=self._publisher.as_it_goes_out,
        )

    def _start_sending(self) -> None:
        runner = Runner(
            clock=self.clock,
            agenda=self._agenda,
            dispatcher=self._dispatcher,
            agenda_changed=self._agenda_changed,
            settled=self._settled,
            on_attempt=self.setup.on_attempt,
        )
        task = self.clock.spawn(runner.run(), say("the sender of status updates"))
        self._stack.push_async_callback(_end, task)
        # Whatever the order in which things are closed, time does not run off while they are.
        self._stack.callback(self.clock.stop)

    async def _take_calls(self, setup: InboundSetup) -> None:
        inbound = Inbound(
            clock=self.clock,
            publisher=self._publisher,
            outbox=self.outbox,
            registers=setup.registers,
            policy=self.setup.policy,
            awaited=AwaitedDrafts(self.setup.awaited_drafts, self._publisher.certificates),
        )
        listener = interactions.serve(inbound.interactions(), host=setup.host, port=setup.port)
        self.webcert_url = (await self._stack.enter_async_context(listener)).url
        setup.on_open(self.webcert_url)

    def _start_housekeeping(self) -> None:
        housekeeping = Housekeeping(self.clock, self._publisher)
        task = self.clock.spawn(housekeeping.run(), say("the nightly work with drafts"))
        self._stack.push_async_callback(_end, task)
        self._stack.callback(self.clock.stop)

    @property
    def steps_done(self) -> int:
        """How many deeds were already kept when this simulation was opened: those are not to be done again."""
        return self.resumed_from.steps_done

    @property
    def is_finished(self) -> bool:
        """Whether the run had already ended when it was opened."""
        return self.resumed_from.finished

    async def do(self, deed: Deed) -> None:
        """Do something in Webcert, as the next step; the status updates that follow are under way.

        Raises ActionRefused.
        """
        self._steps_done += 1
        await self._publisher.do(deed, self._steps_done)

    async def resend(self, choice: Choice) -> list[Delivery]:
        """Tell events once more by hand, as the next step; raises ActionRefused."""
        self._steps_done += 1
        return await resend(choice, self._publisher, self.outbox, self.clock.now(), self._steps_done)

    async def await_draft(self, awaited: AwaitedDraft) -> None:
        """Wait on the wall, as the next step, for a journal system to begin a draft; raises ActionRefused."""
        self._steps_done += 1
        await self._publisher.await_draft(awaited, self._steps_done)

    async def attempt(self, delivery: Delivery) -> Delivery:
        """Make the next attempt of a delivery now, whatever the schedule says; for simulations that do not send."""
        return await self._dispatcher.attempt(delivery)

    async def wait_until(self, moment: datetime) -> None:
        """Let time pass until the moment."""
        await self.clock.sleep_until(moment, say("the next step of the story"))

    async def drain(self, until: datetime | None = None) -> bool:
        """Let time pass until no delivery and no late answer is left, at most until the moment; True when none is."""
        label = say("the end of the run")
        while await self._is_busy():
            if not await self.clock.wait(self._settled, until, label):
                return not await self._is_busy()
        return True

    async def _is_busy(self) -> bool:
        return any(late.is_answering for late in self._late_answers) or await self.outbox.waiting() > 0

    async def finish(self) -> None:
        """Keep that the run has ended: opened again, it repeats its result."""
        await self.outbox.commit(Changes(finished=True, clock=self.clock.now()))

    async def facts(self) -> list[Fact]:
        """What has happened so far, in the order of the trace."""
        return await self.outbox.facts()

    async def deliveries(self) -> list[Delivery]:
        """Every message and how far it has come."""
        return await self.outbox.deliveries()

    async def exchanges(self) -> list[Exchange]:
        """What came back for each attempt."""
        return await self.outbox.exchanges()

    async def calls(self, journal_system: str | None = None) -> list[Call]:
        """What the mocked journal systems have met, or one of them."""
        return [call for call in await self.outbox.calls() if journal_system in (None, call.journal_system)]

    @property
    def header(self) -> TraceHeader:
        """What the trace begins with."""
        setup = self.setup
        return TraceHeader(
            setup.name, setup.start, setup.seed, setup.schedule.name, setup.schedule.attempts_max, setup.policy.name
        )

    async def trace(self) -> list[str]:
        """The trace as canonical JSON lines."""
        return trace_lines(self.header, await self.facts())


@dataclass(frozen=True)
class StandaloneSetup:
    """A mocked journal system that stands alone, for somebody else's sender.

    `behaviour` makes the rules from the moment of the start; `on_call` hears of every call once it is kept.
    """

    behaviour: Callable[[datetime], tuple[BehaviourRule, ...]] | None = None
    host: str = "127.0.0.1"
    port: int = 0
    store: str | None = None
    contract: Contract | None = None
    on_call: Callable[[Call], None] = lambda _: None
    seed: int = 0
    language: BehaviourLanguage | None = None
    # With an authority it listens over TLS, which is good unless a mood says otherwise.
    authority: TestAuthority | None = None
    tls: TlsMood | None = None


@asynccontextmanager
async def standalone_journal_system(setup: StandaloneSetup) -> AsyncIterator[str]:
    """Listen for as long as the `async with` lasts; yields the address, like http://host:port."""
    contract = setup.contract or our_contract()
    store = _store(setup.store)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(store.close)
        outbox = await store.open_run(RunKey("journal", "", 0, "", ""))
        clock = WallClock(wall_now())
        earlier = await outbox.calls()
        inbox = Inbox("journal", outbox, CallNumbers(earlier), earlier, setup.on_call)
        start, language = clock.now(), setup.language
        rulebook = Rulebook(setup.behaviour(start) if setup.behaviour else (), max(inbox.taken, default=-1) + 1)
        system = MockedJournalSystem(inbox, rulebook, clock, contract, seed=setup.seed, stands_alone=True)
        listener = serve(
            system, contract, outbox, inbox, host=setup.host, port=setup.port, callers_may_leave=True,
            language=None if language is None else lambda text: language(text)(start),
            tls=None if setup.authority is None else setup.authority.server_side(setup.tls),
        )  # fmt: skip
        yield (await stack.enter_async_context(listener)).url


def _store(url: str | None) -> Store:
    return MemoryStore() if url is None else SqlStore(open_engine(url))


def _clock(setup: SimulationSetup, state: RunState) -> Clock:
    """The clock of the mode, at the moment where the run stands."""
    start = setup.start if state.clock is None else max(setup.start, state.clock)
    if setup.clock.flows:
        return WallClock(start, setup.clock.rate)
    return VirtualClock(start, setup.gate if setup.clock.mode is ClockMode.STEP else None)


def _refuse_behaviour_of_a_real_one(setup: JournalSystemSetup) -> None:
    for rule in setup.behaviour:
        if not rule.stands_before:
            raise UsageError(
                say("'{system}' is a real journal system, and answers as it likes; only what happens on the way to it "
                    "and back can stand before it", system=setup.name)
            )  # fmt: skip


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


__all__ = ["JournalSystemSetup", "Simulation", "SimulationSetup", "StandaloneSetup", "standalone_journal_system"]
