"""Plays a story in a simulation: each deed at its moment, then until nothing is waiting, and then judges it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta

from simulator.certificate.catalogue import Policy
from simulator.certificate.certificate import Certificate
from simulator.certificate.deeds import Deed
from simulator.certificate.identity import LogicalAddress
from simulator.clock import Gate, swedish, wall_now, wall_sleep
from simulator.contract.schema import Contract
from simulator.errors import ActionRefused, UsageError
from simulator.redelivery.delivery import Delivery
from simulator.redelivery.schedule import RedeliverySchedule
from simulator.scenario.behaviour_file import behaviour_language
from simulator.scenario.evidence import Evidence
from simulator.scenario.expect import as_expected, judge_story
from simulator.scenario.story import Planned, Story
from simulator.sentence import Sentence, say
from simulator.settings import ClockMode, ClockSetting, Over
from simulator.simulation import InboundSetup, Simulation, SimulationSetup
from simulator.store.outbox import Call, Exchange
from simulator.trace.facts import Fact
from simulator.trace.jsonl import TraceHeader
from simulator.verdict import Verdict
from simulator.webcert.awaited_draft import AwaitedDraft
from simulator.webcert.inbound import Registers
from simulator.webcert.manual_redelivery import Choice
from simulator.wire.client import ClientSettings

# Long enough that an ordinary call is over, short enough that nobody has begun to wonder.
STILL_SECONDS = 5.0


@dataclass(frozen=True)
class ListenAt:
    """Where to listen, and who hears the address once calls are taken."""

    host: str
    port: int
    on_open: Callable[[str], None] = lambda _: None


@dataclass(frozen=True)
class PlaySettings:
    """What the command line decides about a run; None leaves the file's own word."""

    over: Over = Over.MEMORY
    clock: ClockSetting = field(default_factory=ClockSetting)
    store: str | None = None
    schedule: RedeliverySchedule | None = None
    policy: Policy | None = None
    timeout: timedelta | None = None
    client: ClientSettings = field(default_factory=ClientSettings)
    logical_address: LogicalAddress | None = None
    contract: Contract | None = None
    gate: Gate | None = None
    # Where Webcert takes calls during the run; a story that waits for a draft needs it.
    webcert: ListenAt | None = None
    on_attempt: Callable[[Delivery], None] = lambda _: None
    # Told where the mocked systems listen, by name, once they do.
    on_open: Callable[[dict[str, str]], None] = lambda _: None
    # Told what the clock waits for whenever nothing has happened for STILL_SECONDS on the wall.
    on_still: Callable[[list[Sentence]], None] = lambda _: None

    def telling(
        self, on_attempt: Callable[[Delivery], None], on_still: Callable[[list[Sentence]], None]
    ) -> PlaySettings:
        """The same, telling somebody how it goes."""
        return replace(self, on_attempt=on_attempt, on_still=on_still)


@dataclass(frozen=True)
class Played:
    """A story that has been played: what happened, byte for byte, and the verdicts."""

    story: Story
    header: TraceHeader
    facts: list[Fact]
    trace: list[str]
    deliveries: list[Delivery]
    exchanges: list[Exchange]
    calls: list[Call]
    verdicts: list[Verdict]
    drained: bool
    certificates: list[Certificate] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether every expectation holds and nothing was refused that nobody expected."""
        return not any(verdict.failed for verdict in self.verdicts)


async def play(story: Story, settings: PlaySettings) -> Played:
    """Play a story to its end; a run that a store has finished already is read back instead."""
    if settings.webcert is None and any(isinstance(one.deed, AwaitedDraft) for one in story.deeds):
        raise UsageError(
            say("'{name}' waits for a journal system to call Webcert; say where with --webcert-port", name=story.name)
        )
    story = _begun_in_time(story, settings)
    async with Simulation(_setup(story, settings)) as simulation, _watched(simulation, settings):
        settings.on_open(simulation.addresses)
        drained = True
        if not simulation.is_finished:
            for planned in story.deeds[simulation.steps_done :]:
                if story.until is not None and planned.at > story.until:
                    break
                await simulation.wait_until(planned.at)
                # What is refused is in the trace; whether it was expected is judged below.
                with suppress(ActionRefused):
                    await _take(simulation, planned.deed)
            # Time that passes after the last deed passes too: nights lock drafts and dispose of them.
            await simulation.wait_until(min(story.last_step_at, story.until or story.last_step_at))
            drained = await simulation.drain(story.until)
            await simulation.finish()
        facts = await simulation.facts()
        deliveries = await simulation.deliveries()
        calls = await simulation.calls()
        certificates = {one.alias: one for one in await simulation.outbox.certificates()}
        exchanges = await simulation.exchanges()
        evidence = Evidence(story, facts, deliveries, calls, certificates, exchanges)
        return Played(
            story, simulation.header, facts, await simulation.trace(), deliveries, exchanges, calls,
            as_expected(judge_story(evidence), story), drained, list(certificates.values()),
        )  # fmt: skip


async def _take(simulation: Simulation, deed: Planned) -> None:
    if isinstance(deed, Deed):
        await simulation.do(deed)
    elif isinstance(deed, Choice):
        await simulation.resend(deed)
    else:
        await simulation.await_draft(deed)


@asynccontextmanager
async def _watched(simulation: Simulation, settings: PlaySettings) -> AsyncIterator[None]:
    """Let somebody know what is waited for when the run stands still on the wall."""

    async def watch() -> None:
        while True:
            before = simulation.clock.now()
            await wall_sleep(STILL_SECONDS)
            if simulation.clock.now() == before:
                settings.on_still(simulation.clock.describe())

    watching = asyncio.create_task(watch())
    try:
        yield
    finally:
        watching.cancel()


def _setup(story: Story, settings: PlaySettings) -> SimulationSetup:
    return SimulationSetup(
        journal_systems=story.journal_systems,
        name=story.name,
        scenario=story.sha256,
        start=story.start,
        clock=settings.clock,
        over=settings.over,
        store=settings.store,
        schedule=settings.schedule or story.schedule,
        policy=settings.policy or story.policy,
        as_of=story.as_of,
        change_window=story.change_window,
        unit_mappings=story.unit_mappings,
        mail=story.mail,
        signing_down=story.signing_down,
        inbound=None if settings.webcert is None else _inbound(story, settings.webcert),
        awaited_drafts=tuple(one.deed for one in story.deeds if isinstance(one.deed, AwaitedDraft)),
        seed=story.seed,
        timeout=settings.timeout or story.timeout,
        client=settings.client,
        logical_address=settings.logical_address,
        contract=settings.contract,
        gate=settings.gate,
        on_attempt=settings.on_attempt,
        language=behaviour_language(story.cast, story.certificate_ids),
    )


def _inbound(story: Story, at: ListenAt) -> InboundSetup:
    """Webcert asks the cast: they are the ones whom its registers know."""
    cast = story.cast
    registers = Registers(
        staff={str(one.hsa_id): one for one in cast.staff.values()},
        units={str(one.hsa_id): one for one in cast.units.values()},
        patients={str(one.person_id): one for one in cast.patients.values()},
        commissions={str(cast.staff[name].hsa_id): units for name, units in cast.commissions.items()},
    )
    return InboundSetup(registers, at.host, at.port, at.on_open)


def _begun_in_time(story: Story, settings: PlaySettings) -> Story:
    """Let the story begin when it should: now in real time, and before a real endpoint never in the future."""
    now = wall_now().replace(microsecond=0)
    if settings.clock.mode is ClockMode.REAL:
        return story.moved_to(now)
    real = any(system.url is not None for system in story.journal_systems)
    last = story.last_step_at
    if not real or last <= now:
        return story
    if story.start_is_given:
        raise UsageError(
            say("'{name}' would send a real journal system events that are dated in the future, up to {last}; leave "
                "out start:, or set it further back", name=story.name, last=swedish(last))
        )  # fmt: skip
    return replace(story.moved_to(now - (last - story.start)), start_is_given=True)
