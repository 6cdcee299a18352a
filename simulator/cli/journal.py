"""`webcertsim journal`: a mocked journal system alone, that a real sender can be pointed at."""

from __future__ import annotations

import argparse
import asyncio
import signal
from pathlib import Path
from typing import Any

from simulator.cli.exit_codes import ExitCode
from simulator.cli.options import Text, add_cast, add_contract, cast_of, contract_of
from simulator.cli.run import write_report
from simulator.cli.terminal import Terminal
from simulator.clock import swedish
from simulator.contract import names
from simulator.errors import UsageError
from simulator.journal.listing import call_line
from simulator.journal.server import BEHAVIOURS
from simulator.scenario.behaviour_file import behaviour_language, load_behaviour
from simulator.sentence import say
from simulator.simulation import StandaloneSetup, standalone_journal_system
from simulator.wire.tls_moods import TestAuthority, TlsMood

SUMMARY = say("Start a mocked journal system alone, that a real sender can be pointed at.")
EXAMPLE = "journal --port 8080"


def add_arguments(parser: argparse.ArgumentParser, text: Text) -> None:
    """The flags of this command."""
    parser.add_argument("--port", type=int, default=8080, metavar="P", help=text(say("the port; 0 takes any free one")))
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        metavar="HOST",
        help=text(say("the address to listen on; 0.0.0.0 is every one of this machine")),
    )
    parser.add_argument(
        "--behaviour", type=Path, metavar="FILE", help=text(say("a YAML file with behaviour:, as in a scenario"))
    )
    parser.add_argument(
        "--tls",
        choices=["good", *TlsMood],
        help=text(say("listen over TLS with a certificate made for the occasion, good or wrong in this way")),
    )
    parser.add_argument(
        "--tls-files",
        type=Path,
        metavar="FOLDER",
        help=text(say("where to write authority.pem, for the sender to trust, and client.pem, for it to show")),
    )
    parser.add_argument("--seed", type=int, default=0, metavar="N", help=text(say("the seed of chance")))
    parser.add_argument("--store", metavar="URL", help=text(say("keep what is received, like sqlite:///inbox.db")))
    add_cast(parser, text)
    add_contract(parser, text)


def run(parsed: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Listen until the user breaks off, and say of every call what it was and what was answered."""
    if not 0 <= parsed.port <= 65535:
        raise UsageError(say("--port is a number from 0 to 65535, not {port}", port=parsed.port))
    asyncio.run(_serve(parsed, terminal))
    return ExitCode.OK


async def _serve(parsed: argparse.Namespace, terminal: Terminal) -> None:
    cast = cast_of(parsed)
    authority = TestAuthority() if parsed.tls else None
    if authority is not None and parsed.tls_files is not None:
        write_report(parsed.tls_files / "authority.pem", authority.pem.decode())
        write_report(parsed.tls_files / "client.pem", authority.client_pem().decode())
    setup = StandaloneSetup(
        behaviour=load_behaviour(parsed.behaviour, cast) if parsed.behaviour else None,
        host=parsed.host,
        port=parsed.port,
        store=parsed.store,
        contract=contract_of(parsed),
        seed=parsed.seed,
        language=behaviour_language(cast),
        authority=authority,
        tls=TlsMood(parsed.tls) if parsed.tls not in (None, "good") else None,
        on_call=lambda call: terminal.line(call_line(call, swedish(call.received_at))),
    )
    async with standalone_journal_system(setup) as url:
        address = url + names.SERVICE_PATH
        terminal.say(say("a mocked journal system listens on {address}", address=address))
        terminal.say(say("the contract: {address}?wsdl", address=address))
        terminal.say(say("what it has received: {url}/?calls, and one call's bytes: {url}/?call=1", url=url))
        terminal.say(
            say("its inbox as a user sees it: {url}/?inbox=text, and its behaviours: {behaviours}", url=url,
                behaviours=url + BEHAVIOURS)
        )  # fmt: skip
        terminal.say(say("end it with Ctrl-C"))
        await _until_broken_off()
    terminal.line()


async def _until_broken_off() -> None:
    """Until Ctrl-C, or a polite end from outside; Windows knows the first alone."""
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in ("SIGINT", "SIGTERM"):
        number: Any = getattr(signal, name)
        try:
            loop.add_signal_handler(number, over.set)
        except NotImplementedError:
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(over.set))
    await over.wait()
