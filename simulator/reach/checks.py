"""Goes the way to an endpoint step by step, and says of each step whether it holds.

What comes after a step that fails is not tried. Of messages two are sent at most: one status update of a test patient,
that a draft was created, and one that is no status update, which must be refused.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass

from cryptography import x509
from yarl import URL

from simulator.certificate.deeds import Deed
from simulator.certificate.events import EventCode
from simulator.clock import swedish
from simulator.contract import names
from simulator.contract.envelope import read_reply
from simulator.contract.reply import Answered, Fault, NoAnswer, RawAnswer, Result, Silence, Unreadable
from simulator.contract.schema import Contract, our_contract
from simulator.reach import advice
from simulator.reach.advice import Finding
from simulator.redelivery.outcome import OutcomeKind, judge
from simulator.report.summary import reason_for
from simulator.scenario.one_update import send_update
from simulator.sentence import Sentence, say
from simulator.simulation import SimulationSetup
from simulator.wire import probe
from simulator.wire.client import ClientSettings, SoapClient
from simulator.wire.tls import client_context
from simulator.wire.tls_facts import names_of

# A call that every SOAP server refuses: no contract has it.
NO_STATUS_UPDATE = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b'<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
    b'<reach:NoStatusUpdate xmlns:reach="urn:webcert-simulator:reach"/></soap:Body></soap:Envelope>'
)


@dataclass(frozen=True)
class Target:
    """Where to, as whom, and with what message: `deed` creates the draft that is told of."""

    url: str
    client: ClientSettings
    setup: SimulationSetup
    deed: Deed
    # For each step up to TLS; the message has the time-out of the setup.
    seconds: float = 10.0


async def reach(target: Target) -> AsyncIterator[Finding]:
    """The findings, in the order of the way; those that were not tried come last."""
    tried = []
    async for finding in _way(target):
        tried.append(finding.tried)
        yield finding
        if finding.holds is False:
            break
    url = URL(target.url, encoded=True)
    beside_the_point = {advice.PROXY} if target.client.proxy is None else set()
    if url.scheme == "http":
        beside_the_point |= {advice.SERVER, advice.CLIENT, advice.PROXY}
    for step in advice.ALL:
        if step not in tried and step not in beside_the_point:
            yield Finding(step, None, say("not tried"))


async def _way(target: Target) -> AsyncIterator[Finding]:
    url = URL(target.url, encoded=True)
    proxy = URL(target.client.proxy) if target.client.proxy else None
    first = proxy or url
    yield await _resolved(first, is_proxy=proxy is not None)
    connection = await _connected(first, target.seconds, is_proxy=proxy is not None)
    if isinstance(connection, Finding):
        yield connection
        return
    with connection:
        yield Finding(advice.CONNECTION, True, say("{host}, port {port}", host=first.host, port=first.port))
        if proxy is not None and url.scheme == "https":
            yield await _let_through(connection, proxy, url)
    seen = probe.Seen()
    if url.scheme == "https":
        yield await _trusted(target, url, proxy, seen)
    async for finding in _messages(target, url, seen):
        yield finding


async def _resolved(url: URL, *, is_proxy: bool) -> Finding:
    try:
        found = await asyncio.to_thread(probe.resolve, url.raw_host or "", url.port or 0)
    except OSError:
        what = say("nobody knows {host}", host=url.host)
        return Finding(advice.NAME, False, what, advice.CHECK_PROXY if is_proxy else advice.CHECK_NAME)
    return Finding(advice.NAME, True, say("{host} is {addresses}", host=url.host, addresses=tuple(found)))


async def _connected(url: URL, seconds: float, *, is_proxy: bool) -> socket.socket | Finding:
    where = {"host": url.host, "port": url.port}
    try:
        return await asyncio.to_thread(probe.connect, url.raw_host or "", url.port or 0, seconds)
    except ConnectionRefusedError:
        found = say("nobody listens on {host}, port {port}", **where)
    except TimeoutError:
        found = say("no answer from {host}, port {port}, within {seconds} s", seconds=round(seconds), **where)
    except OSError as error:
        found = say("{host}, port {port}: {why}", why=error.strerror or str(error), **where)
    return Finding(advice.CONNECTION, False, found, advice.CHECK_PROXY if is_proxy else advice.CHECK_PORT)


async def _let_through(connection: socket.socket, proxy: URL, url: URL) -> Finding:
    try:
        status, words = await asyncio.to_thread(probe.tunnel, connection, proxy, url)
    except OSError as error:
        return Finding(advice.PROXY, False, say("{why}", why=error.strerror or str(error)), advice.CHECK_PROXY)
    if 200 <= status < 300:
        return Finding(advice.PROXY, True, say("{proxy} leads to {host}", proxy=proxy.host, host=url.host))
    if not status:
        return Finding(advice.PROXY, False, say("what answers there is no HTTP proxy"), advice.CHECK_PROXY)
    found = say("the proxy refused the way to {host}: {status} {words}", host=url.host, status=status, words=words)
    to_do = advice.STATUSES[407] if status == 407 else say(
        "ask for {host}, port {port}, to be let through; many proxies let through to port 443 alone", host=url.host,
        port=url.port,
    )  # fmt: skip
    return Finding(advice.PROXY, False, found, to_do)


async def _trusted(target: Target, url: URL, proxy: URL | None, seen: probe.Seen) -> Finding:
    """The handshake as it will be, and where it fails one more that trusts everybody, to see the certificate."""
    context = client_context(target.client.tls)
    try:
        await asyncio.to_thread(_handshake, target, url, proxy, context, seen)
    except ssl.SSLCertVerificationError as error:
        await _look(target, url, proxy, seen)
        found, to_do = advice.VERIFICATION.get(
            error.verify_code, (say("{why}", why=error.verify_message), advice.GIVE_CA)
        )
        if to_do is advice.GIVE_CA and target.client.tls.ca is not None:
            to_do = say(
                "{file} (--tls-ca) does not lead to that issuer; ask for its certificate, with those above it up to "
                "the root, and put them there",
                file=str(target.client.tls.ca),
            )
        return Finding(advice.SERVER, False, say("{found}: {chain}", found=found, chain=_shown(seen)), to_do)
    except ssl.SSLError as error:
        return _broken_handshake(error, seen)
    except OSError as error:
        found = say("the handshake was broken off: {why}", why=error.strerror or str(error))
        return Finding(advice.SERVER, False, found, advice.USE_HTTP)
    what = say("{version}: {chain}", version=seen.version, chain=_shown(seen))
    return Finding(advice.SERVER, True, what)


def _broken_handshake(error: ssl.SSLError, seen: probe.Seen) -> Finding:
    reason = error.reason or str(error)
    alert = advice.of_alert(reason)
    if seen.asks_for_certificate and (alert is not None or "HANDSHAKE_FAILURE" in reason):
        found, to_do = alert or (say("no client certificate was sent"), advice.GIVE_CLIENT)
        return Finding(advice.CLIENT, False, found, to_do)
    if "WRONG_VERSION" in reason or "HTTP_REQUEST" in reason or "RECORD_LAYER" in reason:
        return Finding(advice.SERVER, False, say("what answers there does not speak TLS"), advice.USE_HTTP)
    return Finding(advice.SERVER, False, say("TLS failed: {why}", why=reason), advice.USE_HTTP)


def _handshake(target: Target, url: URL, proxy: URL | None, context: ssl.SSLContext, seen: probe.Seen) -> None:
    first = proxy or url
    with probe.connect(first.raw_host or "", first.port or 0, target.seconds) as connection:
        if proxy is not None:
            probe.tunnel(connection, proxy, url)
        probe.shake_hands(connection, url.raw_host or "", context, seen)


async def _look(target: Target, url: URL, proxy: URL | None, seen: probe.Seen) -> None:
    anybody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    anybody.check_hostname = False
    anybody.verify_mode = ssl.CERT_NONE  # It only looks: nothing is sent over this connection.
    try:
        await asyncio.to_thread(_handshake, target, url, proxy, anybody, seen)
    except OSError:
        return


def _shown(seen: probe.Seen) -> tuple[Sentence, ...]:
    """The chain, the server's own certificate first."""
    return tuple(
        say("{name} from {issuer}, valid {first} to {last}", name=_name(one), issuer=one.issuer.rfc4514_string(),
            first=swedish(one.not_valid_before_utc)[:10], last=swedish(one.not_valid_after_utc)[:10])
        for one in seen.chain
    ) or (say("it was not shown"),)  # fmt: skip


def _name(certificate: x509.Certificate) -> str:
    return ", ".join(names_of(certificate)) or certificate.subject.rfc4514_string()


async def _messages(target: Target, url: URL, seen: probe.Seen) -> AsyncIterator[Finding]:
    contract = target.setup.contract or our_contract()
    answer = await _send_update(target)
    if url.scheme == "https":
        yield _client_taken(target, seen, answer)
    content = read_reply(answer, contract).content if isinstance(answer, RawAnswer) else answer
    yield _soap(answer, content)
    yield _message(answer, contract)
    async with SoapClient(target.client) as client:
        headers = {"content-type": names.CONTENT_TYPE, "soapaction": '""'}
        try:
            async with asyncio.timeout(target.setup.timeout.total_seconds()):
                refusal = await client.post(target.url, NO_STATUS_UPDATE, headers)
        except TimeoutError:
            refusal = NoAnswer(Silence.TIMEOUT)
    yield _refusal(refusal, contract)


async def _send_update(target: Target) -> RawAnswer | NoAnswer:
    """Tell of a draft, and hand back what came."""
    sent = await send_update(target.setup, [target.deed], EventCode.SKAPAT, target.url, lambda _: None)
    exchange = sent.exchange
    if exchange.silence is not None:
        return NoAnswer(Silence(exchange.silence), exchange.detail)
    return RawAnswer(exchange.http_status or 0, exchange.headers, exchange.body)


def _client_taken(target: Target, seen: probe.Seen, answer: RawAnswer | NoAnswer) -> Finding:
    has_one = target.client.tls.cert is not None
    if isinstance(answer, NoAnswer):
        alert = advice.of_alert(answer.detail.upper().replace(" ", "_"))
        if alert is not None:
            return Finding(advice.CLIENT, False, *_with_issuers(alert, seen))
    elif answer.http_status >= 400:
        said = answer.body[:10_000].decode("latin-1").lower()
        if any(words in said for words in advice.NONE_SENT_WORDS):
            return Finding(advice.CLIENT, False, say("no client certificate was sent"), advice.GIVE_CLIENT)
        if any(words in said for words in advice.REFUSED_WORDS):
            alert = next((found, to_do) for part, found, to_do in advice.ALERTS if part == "CERTIFICATE")
            return Finding(advice.CLIENT, False, *_with_issuers(alert, seen))
    if not seen.asks_for_certificate:
        what = say("none is asked for, so the one that was given was not sent") if has_one else say("none is asked for")
        return Finding(advice.CLIENT, True, what)
    if not has_one:
        return Finding(advice.CLIENT, True, say("one is asked for, but it goes without"))
    return Finding(advice.CLIENT, True, say("one is asked for, and this one is taken"))


def _with_issuers(alert: tuple[Sentence, Sentence], seen: probe.Seen) -> tuple[Sentence, Sentence]:
    if not seen.issuers:
        return alert
    shown: list[str | Sentence] = []
    for one in seen.issuers[:_ISSUERS_SHOWN]:
        with contextlib.suppress(ValueError):
            shown.append(probe.in_words(one))
    more = len(seen.issuers) - len(shown)
    if more:
        shown.append(say("{count} more", count=more))
    return say("{found}; it takes those issued by {issuers}", found=alert[0], issuers=tuple(shown)), alert[1]


# A system of its own has one or two, a Windows server can have all that its operating system trusts.
_ISSUERS_SHOWN = 5


def _soap(answer: RawAnswer | NoAnswer, content: Result | Fault | Unreadable | NoAnswer) -> Finding:
    if isinstance(answer, NoAnswer):
        found = say("no answer: {kind} {detail}", kind=answer.kind, detail=answer.detail)
        return Finding(advice.SOAP, False, found, advice.SILENCES.get(answer.kind, advice.CHECK_PORT))
    if not isinstance(content, Unreadable):
        return Finding(advice.SOAP, True, say("HTTP {status}, a SOAP envelope", status=answer.http_status))
    said = answer.body[:10_000].decode("latin-1").lower()
    if any(words in said for words in advice.NOT_TLS_WORDS):
        return Finding(advice.SOAP, False, say("the port speaks TLS, and the address does not"), advice.USE_HTTPS)
    status = answer.http_status
    is_page = "html" in answer.headers.get("content-type", "").lower() or "<html" in said
    what = say("HTTP {status}, a web page and no SOAP", status=status) if is_page else say(
        "HTTP {status}, {bytes} bytes that are no SOAP", status=status, bytes=len(answer.body)
    )  # fmt: skip
    to_do = advice.CHECK_PATH if status < 400 else advice.STATUSES.get(status, advice.ANY_STATUS)
    return Finding(advice.SOAP, False, what, to_do)


def _message(answer: RawAnswer | NoAnswer, contract: Contract) -> Finding:
    assert isinstance(answer, RawAnswer), "without an answer nothing was SOAP"
    outcome = judge(read_reply(answer, contract))
    reason = reason_for(outcome.rule, outcome.facts)
    if outcome.kind is OutcomeKind.DELIVERED:
        return Finding(advice.MESSAGE, True, reason)
    to_do = say(
        "the endpoint answered as above; look into its log, and check that unit and patient are known there "
        "(--unit, --patient, --cast, --logical-address)"
    )
    return Finding(advice.MESSAGE, False, reason, to_do)


def _refusal(answer: RawAnswer | NoAnswer, contract: Contract) -> Finding:
    if isinstance(answer, NoAnswer):
        found = say("no answer: {kind} {detail}", kind=answer.kind, detail=answer.detail)
        return Finding(advice.REFUSAL, False, found, advice.SILENCES.get(answer.kind, advice.ANY_STATUS))
    read = read_reply(answer, contract)
    if judge(read).kind is OutcomeKind.DELIVERED:
        return Finding(advice.REFUSAL, False, say("it was answered like a status update"), advice.SERVES_ALL)
    assert isinstance(read, Answered)
    if isinstance(read.content, Fault):
        return Finding(advice.REFUSAL, True, say("a SOAP fault: {text}", text=read.content.text[:200]))
    return Finding(advice.REFUSAL, True, say("HTTP {status}", status=answer.http_status))
