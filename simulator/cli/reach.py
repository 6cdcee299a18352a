"""`webcertsim reach`: can the endpoint be reached, and if not, where does it end and what is there to do?"""

from __future__ import annotations

import argparse
import asyncio

from simulator.certificate.catalogue import DEFAULT_POLICY, type_named
from simulator.certificate.deeds import Deed, Draft
from simulator.certificate.lifecycle import Action
from simulator.chance import fresh_seed
from simulator.cli.contract import add_contract, contract_of
from simulator.cli.exit_codes import ExitCode
from simulator.cli.people import add_cast, cast_of
from simulator.cli.sending import add_sending, client_settings, logical_address_of, timeout_of
from simulator.cli.terminal import Terminal
from simulator.cli.values import known_word
from simulator.clock import SWEDISH_TIME, wall_now
from simulator.locale import Text
from simulator.reach.advice import Finding
from simulator.reach.checks import Target, reach
from simulator.sentence import say
from simulator.settings import DEFAULT_TIMEOUT
from simulator.simulation import SimulationSetup
from simulator.wire.client import SoapClient, check_url

SUMMARY = say("Try the way to an endpoint step by step, from its name to its answer, and say what to do where it ends.")
EXAMPLE = "reach http://127.0.0.1:8080/"

_SIGNS = {True: ("✓", "green"), False: ("✗", "red"), None: ("–", "dim")}


def add_arguments(parser: argparse.ArgumentParser, text: Text) -> None:
    """The flags of this command."""
    parser.add_argument("url", metavar="URL", help=text(say("the endpoint, exactly as it is to be called")))
    parser.add_argument("--unit", default="ALMC", metavar="UNIT", help=text(say("where, a name of the cast")))
    parser.add_argument(
        "--patient", default="tolvan", metavar="PATIENT", help=text(say("for whom, a name of the cast"))
    )
    add_cast(parser, text)
    add_contract(parser, text)
    add_sending(parser, text)


def run(parsed: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Print a line for each step, as soon as it is known."""
    return asyncio.run(_reach(parsed, terminal))


async def _reach(parsed: argparse.Namespace, terminal: Terminal) -> ExitCode:
    holds = True
    async for finding in reach(_target(parsed)):
        _show(finding, terminal)
        holds = holds and finding.holds is not False
    terminal.line()
    terminal.say(say("the endpoint is reached") if holds else say("the endpoint is not reached as it should be"))
    return ExitCode.OK if holds else ExitCode.FAILED


def _target(parsed: argparse.Namespace) -> Target:
    cast = cast_of(parsed)
    url = check_url(parsed.url)
    unit = known_word("--unit", parsed.unit, cast.units)
    patient = known_word("--patient", parsed.patient, cast.patients)
    today = wall_now().astimezone(SWEDISH_TIME).date()
    kind = type_named("FK7443", path=None, day=today, policy=DEFAULT_POLICY)
    client = client_settings(parsed)
    # Refuses files that cannot be used before anything is tried.
    SoapClient(client)
    setup = SimulationSetup(
        name="reach",
        seed=fresh_seed(),
        timeout=timeout_of(parsed) or DEFAULT_TIMEOUT,
        client=client,
        logical_address=logical_address_of(parsed),
        contract=contract_of(parsed),
    )
    doctor = cast.staff["doctor"]
    deed = Deed(Action.CREATE, "c1", doctor, draft=Draft(kind, unit, patient))
    return Target(url, client, setup, deed)


def _show(finding: Finding, terminal: Terminal) -> None:
    sign, style = _SIGNS[finding.holds]
    terminal.marked(sign, style, say("{tried}: {found}", tried=finding.tried, found=finding.found))
    if finding.advice is not None:
        terminal.line(f"    → {terminal.text(finding.advice)}")
