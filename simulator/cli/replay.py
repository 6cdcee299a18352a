"""`webcertsim emit --replay`: sends a request that was kept once more, the same bytes over the same way.

A request that lies in a run's folder brings its address, its headers, its certificates and its proxy along; what the
command line says stands before that. Nothing about redelivery is known here: one call, one answer, one decision.
"""

from __future__ import annotations

import argparse
import asyncio
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from simulator.cli.contract import contract_of
from simulator.cli.exit_codes import ExitCode
from simulator.cli.pretty import pretty
from simulator.cli.sending import client_settings, timeout_of
from simulator.cli.terminal import Terminal
from simulator.contract import names
from simulator.contract.envelope import read_reply
from simulator.contract.reply import NoAnswer, RawAnswer, Silence
from simulator.contract.schema import our_contract
from simulator.errors import InputError, UsageError
from simulator.redelivery.outcome import OutcomeKind, judge
from simulator.report.summary import reason_for
from simulator.runs.folder import EXCHANGES, RECORD, read_run
from simulator.runs.record import HIDDEN, KeptExchange, Way
from simulator.sentence import Sentence, say
from simulator.settings import DEFAULT_TIMEOUT
from simulator.wire.client import ClientSettings, SoapClient, check_url
from simulator.wire.tls import TlsFiles

# They follow from the message and the address, and are made anew.
_MADE_ANEW = {"content-length", "host"}
_DECISIONS: dict[OutcomeKind, Sentence] = {
    OutcomeKind.DELIVERED: say("delivered"),
    OutcomeKind.RETRY: say("sent again"),
    OutcomeKind.REJECTED: say("given up at once"),
}


@dataclass(frozen=True)
class _Request:
    url: str
    body: bytes
    headers: dict[str, str]
    client: ClientSettings
    timeout: timedelta


async def replay(parsed: argparse.Namespace, terminal: Terminal) -> ExitCode:
    """Send it, and show what came."""
    request = _request(parsed)
    contract = contract_of(parsed) or our_contract()
    terminal.say(say("request to {url}", url=request.url))
    terminal.line(pretty(request.body))
    terminal.line()
    async with SoapClient(request.client) as client:
        answer: RawAnswer | NoAnswer
        try:
            async with asyncio.timeout(request.timeout.total_seconds()):
                answer = await client.post(request.url, request.body, request.headers)
        except TimeoutError:
            answer = NoAnswer(Silence.TIMEOUT)
    if isinstance(answer, NoAnswer):
        terminal.say(say("no answer: {kind} {detail}", kind=answer.kind, detail=answer.detail))
        outcome = judge(answer)
    else:
        terminal.say(say("answer: HTTP {status}, {bytes} bytes", status=answer.http_status, bytes=len(answer.body)))
        terminal.line(pretty(answer.body))
        outcome = judge(read_reply(answer, contract))
    terminal.line()
    reason = reason_for(outcome.rule, outcome.facts)
    terminal.say(say("{decision}: {reason} (rule {rule})", decision=_DECISIONS[outcome.kind], reason=reason,
                     rule=outcome.rule))  # fmt: skip
    return ExitCode.OK if outcome.kind is OutcomeKind.DELIVERED else ExitCode.FAILED


def _request(parsed: argparse.Namespace) -> _Request:
    path: Path = parsed.replay
    try:
        body = path.read_bytes()
    except OSError as error:
        raise InputError(say("the file cannot be read: {why}", why=error.strerror or str(error)), path) from None
    kept = _kept(path)
    settings = client_settings(parsed)
    url = parsed.to or (kept.url if kept is not None and not kept.mocked else None)
    if url is None:
        raise UsageError(say("{path} does not say where it was sent; give --to", path=str(path)))
    way = kept.way if kept is not None else Way()
    headers = _headers(kept, {name.lower() for name, _ in settings.headers})
    waited = timedelta(seconds=way.timeout) if kept is not None else DEFAULT_TIMEOUT
    return _Request(check_url(url), body, headers, _along(way, settings), timeout_of(parsed) or waited)


def _kept(path: Path) -> KeptExchange | None:
    """What a run knows of the request, when it lies in the folder of one."""
    folder = path.resolve().parent
    if folder.name != EXCHANGES or not (folder.parent / RECORD).is_file():
        return None
    return next((one for one in read_run(folder.parent).exchanges if one.request == path.name), None)


def _headers(kept: KeptExchange | None, given: set[str]) -> dict[str, str]:
    if kept is None:
        return {"content-type": names.CONTENT_TYPE, "soapaction": f'"{our_contract().soap_action}"'}
    wanted = {name: value for name, value in kept.request_headers.items() if name not in _MADE_ANEW | given}
    for name, value in wanted.items():
        if value == HIDDEN:
            raise UsageError(
                say("the header {name} was sent, but is secret and was not kept; give it with --header", name=name)
            )
    return wanted


def _along(way: Way, given: ClientSettings) -> ClientSettings:
    """The way as it was, unless the command line names certificates or a proxy of its own."""
    files = (way.cert, way.key, way.password_file, way.ca)
    tls = given.tls if given.tls != TlsFiles() else TlsFiles(*(None if one is None else Path(one) for one in files))
    proxy = given.proxy or way.proxy
    if proxy is not None and HIDDEN in proxy:
        raise UsageError(say("the proxy's user and password were not kept; give the proxy with --proxy"))
    return ClientSettings(tls=tls, proxy=proxy, headers=given.headers)
