"""`webcertsim emit`: sends one status update to one URL, now, and shows everything about it."""

from __future__ import annotations

import argparse
import asyncio
import pathlib

from simulator.certificate.catalogue import DEFAULT_POLICY, NAMES, POLICIES, Path, type_named
from simulator.certificate.deeds import Draft
from simulator.certificate.lifecycle import TOLD_EVENTS
from simulator.chance import fresh_seed
from simulator.cli.contract import add_contract, contract_of
from simulator.cli.exit_codes import ExitCode
from simulator.cli.keeping import RunsKept, add_runs, say_kept, way_of
from simulator.cli.people import add_cast, cast_of
from simulator.cli.pretty import pretty
from simulator.cli.replay import replay
from simulator.cli.sending import add_sending, client_settings, logical_address_of, timeout_of
from simulator.cli.terminal import Terminal
from simulator.cli.values import SEED_MAX, known_word, message_text, one_of, whole_number
from simulator.clock import SWEDISH_TIME, swedish, wall_now
from simulator.errors import ActionRefused, UsageError
from simulator.locale import Text
from simulator.report.summary import decision_of, reason_of
from simulator.runs.record import Evidence
from simulator.scenario.one_update import deeds_for, send_update
from simulator.sentence import Sentence, say
from simulator.settings import DEFAULT_TIMEOUT
from simulator.simulation import SimulationSetup
from simulator.store.outbox import Exchange
from simulator.trace.facts import AttemptMade
from simulator.wire.client import check_url

SUMMARY = say("Send one status update to one URL, now; print the request, the answer and Webcert's decision.")
EXAMPLE = "emit --to http://127.0.0.1:8080/ --event SIGNAT --type FK7443 --by nurse"


def add_arguments(parser: argparse.ArgumentParser, text: Text) -> None:
    """The flags of this command."""
    parser.add_argument("--to", metavar="URL", help=text(say("the endpoint, exactly as it is to be called")))
    parser.add_argument(
        "--replay",
        type=pathlib.Path,
        metavar="FILE",
        help=text(say("send this request again, byte for byte, as it was sent unless other flags say otherwise")),
    )
    parser.add_argument(
        "--event", default="SIGNAT", metavar="CODE", help=text(say("what happened: {events}", events=TOLD_EVENTS))
    )
    parser.add_argument(
        "--type",
        default="FK7443",
        metavar="TYPE",
        help=text(say("the certificate type: {types}", types=NAMES)),
    )
    parser.add_argument(
        "--path",
        type=one_of("--path", Path),
        metavar="|".join(Path),
        help=text(say("Webcert's path, for a type that is on both; today's unless given")),
    )
    parser.add_argument("--by", default="doctor", metavar="STAFF", help=text(say("who did it, a name of the cast")))
    parser.add_argument("--unit", default="ALMC", metavar="UNIT", help=text(say("where, a name of the cast")))
    parser.add_argument(
        "--patient", default="tolvan", metavar="PATIENT", help=text(say("for whom, a name of the cast"))
    )
    parser.add_argument(
        "--ref",
        type=message_text("--ref"),
        metavar="TEXT",
        help=text(say("the journal system's own reference")),
    )
    parser.add_argument(
        "--policy",
        default=DEFAULT_POLICY.name,
        metavar="NAME",
        help=text(say("who may sign what: {known}", known=tuple(POLICIES))),
    )
    parser.add_argument(
        "--seed",
        type=whole_number("--seed", 0, SEED_MAX),
        metavar="N",
        help=text(say("the seed of the certificate's id; a new one each time unless given")),
    )
    add_cast(parser, text)
    add_contract(parser, text)
    add_sending(parser, text)
    add_runs(parser, text)


def run(parsed: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Send it, and show it."""
    if parsed.replay is not None:
        return asyncio.run(replay(parsed, terminal))
    if parsed.to is None:
        raise UsageError(say("--to is missing: give the address of the endpoint, or --replay with a kept request"))
    try:
        return asyncio.run(_emit(parsed, terminal))
    except ActionRefused as refused:
        terminal.error(refused.sentence)
        return ExitCode.FAILED


async def _emit(parsed: argparse.Namespace, terminal: Terminal) -> ExitCode:
    began = wall_now()
    kept = RunsKept.of(parsed)
    cast = cast_of(parsed)
    event = known_word("--event", parsed.event, {str(one): one for one in TOLD_EVENTS})
    policy = known_word("--policy", parsed.policy, POLICIES)
    path = None if parsed.path is None else Path(parsed.path)
    kind = type_named(parsed.type, path=path, day=began.astimezone(SWEDISH_TIME).date(), policy=policy)
    by = known_word("--by", parsed.by, cast.staff)
    unit = known_word("--unit", parsed.unit, cast.units)
    draft = Draft(kind, unit, known_word("--patient", parsed.patient, cast.patients), parsed.ref)
    setup = SimulationSetup(
        name=f"emit {event}",
        policy=policy,
        seed=fresh_seed() if parsed.seed is None else parsed.seed,
        timeout=timeout_of(parsed) or DEFAULT_TIMEOUT,
        client=client_settings(parsed),
        logical_address=logical_address_of(parsed),
        contract=contract_of(parsed),
    )

    def written(message: bytes) -> None:
        terminal.say(say("request to {url}", url=parsed.to))
        terminal.line(pretty(message))
        waiting.start()

    waiting = terminal.err.status(terminal.text(say("waiting for the answer")))
    deeds = deeds_for(event, by, draft, policy, cast)
    try:
        sent = await send_update(setup, deeds, event, check_url(parsed.to), written)
    finally:
        waiting.stop()
    _show(sent.exchange, sent.attempt, terminal)
    real = frozenset({sent.delivery.journal_system})
    evidence = Evidence(sent.header, sent.facts, [sent.delivery], [sent.exchange], real=real, way=way_of(parsed))
    say_kept(kept.keep(evidence, f"emit-{event}", began), terminal)
    return ExitCode.OK if sent.attempt.outcome == "delivered" else ExitCode.FAILED


def _show(exchange: Exchange, attempt: AttemptMade, terminal: Terminal) -> None:
    terminal.line()
    if exchange.silence:
        terminal.say(say("no answer: {kind} {detail}", kind=exchange.silence, detail=exchange.detail))
    else:
        terminal.say(
            say("answer: HTTP {status}, {bytes} bytes, after {milliseconds} ms", status=exchange.http_status,
                bytes=len(exchange.body), milliseconds=round(exchange.milliseconds))
        )  # fmt: skip
        terminal.line(pretty(exchange.body))
    terminal.line()
    terminal.say(say("{decision}: {reason} (rule {rule})", decision=decision_of(attempt), reason=reason_of(attempt),
                     rule=attempt.rule))  # fmt: skip
    if attempt.next_attempt_at is not None:
        terminal.say(_next(attempt))


def _next(attempt: AttemptMade) -> Sentence:
    assert attempt.next_attempt_at is not None
    return say("Webcert's attempt {attempt} of {most} would come {when}", attempt=attempt.attempt + 1,
               most=attempt.attempts_max, when=swedish(attempt.next_attempt_at))  # fmt: skip
