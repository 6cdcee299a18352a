"""What the flags of `webcertsim run` decide about a run."""

from __future__ import annotations

import argparse

from simulator.certificate.catalogue import POLICIES, Policy
from simulator.cli.contract import contract_of
from simulator.cli.sending import client_settings, logical_address_of, timeout_of
from simulator.cli.stepping import Stepper
from simulator.cli.terminal import Terminal
from simulator.cli.values import known_word
from simulator.clock import swedish, wall_now
from simulator.contract.names import INBOUND_PATHS
from simulator.errors import UsageError
from simulator.redelivery.schedule import RedeliverySchedule, schedule_named
from simulator.scenario.play import ListenAt, PlaySettings
from simulator.sentence import say
from simulator.settings import ClockMode, ClockSetting, Over, parse_clock
from simulator.wire.client import check_url


def urls_of(flags: list[str]) -> dict[str, str]:
    """The endpoints of `--journal`, by the name of the journal system."""
    urls: dict[str, str] = {}
    for flag in flags:
        name, equals, url = flag.partition("=")
        if not equals or not name:
            raise UsageError(say("--journal is NAME=URL, like alfa=https://host/path; '{flag}' is not", flag=flag))
        urls[name] = check_url(url)
    return urls


def play_settings(parsed: argparse.Namespace, terminal: Terminal) -> PlaySettings:
    """How the stories are played."""
    clock = parse_clock(parsed.clock)
    return PlaySettings(
        over=Over(parsed.over),
        clock=clock,
        store=parsed.store or _store_of_flowing_time(clock, terminal),
        schedule=_schedule(parsed.schedule),
        policy=_policy(parsed.policy),
        timeout=timeout_of(parsed),
        client=client_settings(parsed),
        logical_address=logical_address_of(parsed),
        contract=contract_of(parsed),
        gate=Stepper(terminal) if clock.mode is ClockMode.STEP else None,
        webcert=_webcert(parsed, terminal),
    )


def _webcert(parsed: argparse.Namespace, terminal: Terminal) -> ListenAt | None:
    """Where Webcert takes calls, if it is to."""
    if parsed.webcert_port is None:
        return None

    def on_open(url: str) -> None:
        terminal.say(say("Webcert takes calls at {url}", url=url))
        for path in INBOUND_PATHS:
            terminal.line(f"  {url}{path}")

    return ListenAt(parsed.webcert_host, parsed.webcert_port, on_open)


def _store_of_flowing_time(clock: ClockSetting, terminal: Terminal) -> str | None:
    """A run that takes its time is worth resuming: it is kept, in a file of its own."""
    if not clock.flows:
        return None
    stamp = swedish(wall_now()).replace(" ", "-").replace(":", "")
    url = f"sqlite:///webcertsim-{stamp}.db"
    terminal.say(say("the run is kept in {store}; the same command with --store {store} resumes it", store=url))
    return url


def _schedule(word: str | None) -> RedeliverySchedule | None:
    return None if word is None else schedule_named(word)


def _policy(word: str | None) -> Policy | None:
    return None if word is None else known_word("--policy", word, POLICIES)


def is_as_written(parsed: argparse.Namespace) -> bool:
    """Whether nothing on the command line makes another trace than the files say."""
    changed = (
        parsed.journal, parsed.schedule, parsed.policy, parsed.seed, parsed.timeout, parsed.logical_address,
        parsed.contract, parsed.cast, parsed.webcert_port,
    )  # fmt: skip
    return all(one is None or one == [] for one in changed) and not parse_clock(parsed.clock).flows
