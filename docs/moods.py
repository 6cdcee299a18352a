"""The tables of docs/reference/behaviours.md: each effect of the behaviour language, with what it leads to.

Every row is played: one line of behaviour against one status update, and what Webcert and the inbox make of it.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from tables import code, table

from simulator.journal.order import Order
from simulator.journal.presets import PRESETS
from simulator.journal.shape import Shape
from simulator.ntjp.vp_codes import VP_ERRORS, code_in
from simulator.redelivery.outcome import RULES_BY_NAME
from simulator.scenario.behaviour_words import ANSWER_WORDS, WIRE_WORDS
from simulator.scenario.cast import load_cast
from simulator.scenario.load import load_story
from simulator.scenario.play import Played, PlaySettings, play
from simulator.trace.facts import PLATFORM_SENDS, AttemptMade
from simulator.wire.tls_moods import TlsMood

ANSWERS = {
    "OK": "resultCode OK",
    "INFO": "resultCode INFO with a text",
    "TECHNICAL_ERROR": "resultCode ERROR with this errorId",
    "VALIDATION_ERROR": "resultCode ERROR with this errorId",
    "APPLICATION_ERROR": "resultCode ERROR with this errorId",
    "REVOKED": "resultCode ERROR with this errorId",
    "ERROR": "resultCode ERROR without an errorId",
    "FAULT": "a SOAP fault, HTTP status 500",
    "NEVER": "takes the message and never answers; the sender's time-out ends it",
    "LOST": "takes the message, and its answer is lost: the connection is reset",
    "REFUSE": "refuses the connection; the message does not reach the system",
}

WIRES = {
    "refused": "nobody listens",
    "unreachable": "there is no way to the host",
    "name-not-found": "the host's name is not known",
    "connect-timeout": "the connection does not come about in time",
    "reset-before-request": "the connection is reset before the request is read",
    "reset-after-request": "the connection is reset once the request has been read",
    "closed-after-request": "the connection is closed without a byte",
    "cut-half-way": "half of the answer comes, then the connection is closed",
    "garbage": "bytes that are no HTTP come",
    "length-too-long": "Content-Length says more than comes",
    "length-too-short": "Content-Length says less than comes",
}

MOODS = {
    TlsMood.EXPIRED: "the certificate has expired",
    TlsMood.WRONG_HOST: "the certificate is another host's",
    TlsMood.UNKNOWN_ISSUER: "an authority that nobody trusts has issued it",
    TlsMood.CLIENT_CERTIFICATE_DEMANDED: "the system demands a certificate of the sender, who shows none",
    TlsMood.CLIENT_CERTIFICATE_REFUSED: "the system trusts no authority that the sender could have",
    TlsMood.OLD_VERSION: "the system speaks nothing newer than TLS 1.1",
}

SHAPES = {
    Shape.BOM: "UTF-8 with a byte order mark",
    Shape.UTF_16: "UTF-16",
    Shape.LATIN_1: "ISO-8859-1",
    Shape.MIXED_PREFIXES: "another prefix, or none, at each level",
    Shape.FOREIGN_NAMESPACE: "the same elements in another namespace",
}

ORDERS = {
    Order.IN_ORDER: "everything is as it should be",
    Order.EARLY: "what must come before it has not come: SKAPAT for a draft, SIGNAT for a signed certificate and for a "
    "new question, NYFRFV for an answer, NYFRFM or NYFRFV for a question that is handled",
    Order.LATE: "a later event of the certificate, by tidpunkt, has been taken before it",
    Order.DUPLICATE: "the very same event has been taken already",
}


def answers() -> str:
    """The answers that have a name."""
    rows = [(code(word), ANSWERS[word], *_led_to(f"answer: {word}")) for word in ANSWER_WORDS]
    return table(("answer", "what the journal system does", "outcome", "rule", "taken"), rows)


def wire() -> str:
    """What can go wrong with a connection."""
    rows = [(code(word), WIRES[word], *_led_to(f"wire: {word}")) for word in WIRE_WORDS]
    return table(("wire", "what happens", "outcome", "rule", "taken"), rows)


def tls() -> str:
    """What can be wrong with TLS."""
    rows = [(code(word), MOODS[word], *_led_to(f"tls: {word}")[:2]) for word in TlsMood]
    return table(("tls", "what is wrong", "outcome", "rule"), rows)


def written() -> str:
    """Odd ways to write an OK."""
    rows = [(code(word), SHAPES[word], *_led_to(f"answer: {{written: {word}}}")[:2]) for word in Shape]
    return table(("written", "what it is", "outcome of an OK", "rule"), rows)


def statuses() -> str:
    """HTTP statuses with nothing in them, and with something."""
    lines = [
        *(f"answer: {{http: {status}}}" for status in (202, 204, 301, 401, 403, 404, 413, 429, 500, 502, 503)),
        "answer: {result: OK, http: 202}", "answer: {fault: Sorry, http: 200}",
        "answer: {http: 500, content_type: text/html, body: <html/>}",
    ]  # fmt: skip
    return table(("answer", "outcome", "rule"), [(code(line), *_led_to(line)[:2]) for line in lines])


def orders() -> str:
    """What a system can go by in the order of events."""
    return table(("order", "the event"), [(code(word), ORDERS[word]) for word in Order])


def vp_errors() -> str:
    """The platform's own errors, each played once against one status update."""
    rows = []
    for vp, error in VP_ERRORS.items():
        attempt = _first(_play("acts: once", f"{{ntjp: {{failures: [{{error: {vp}}}]}}}}"))
        rows.append((code(vp), error.fault_code, error.text, str(error.advice), attempt.outcome.value))
    return table(("error", "fault", "VP's text, after `VPnnn [NTJP] `", "what it asks", "Webcert"), rows)


def through_platform() -> str:
    """What becomes of a journal system's answer on its way through the platform."""
    lines = (
        "answer: OK", "answer: APPLICATION_ERROR", "answer: FAULT", "answer: {fault: Unmarshalling Error}",
        "answer: {fault: Unmarshalling Error, http: 200}",
        "answer: {http: 500, content_type: text/html, body: <html/>}",
        "answer: {http: 200, content_type: text/html, body: <html/>}", "answer: {http: 202}", "answer: {http: 404}",
        "answer: LOST", "wire: refused", "wire: connect-timeout", "wire: name-not-found", "wire: garbage",
        "tls: expired", "answer: NEVER",
    )  # fmt: skip
    rows = []
    for line in lines:
        played = _play(line, "ntjp")
        attempt = _first(played)
        vp = code_in(str(attempt.facts.get("fault_text", "")))
        taken = sum(len(call.acted_at) for call in played.calls if call.attempt == 1)
        sends = str(attempt.facts.get(PLATFORM_SENDS, 1))
        rows.append(
            (code(line), code(vp or attempt.answer), sends, str(taken), attempt.outcome.value, code(attempt.rule))
        )
    return table(("journal system, once", "Webcert has", "sends", "taken", "outcome", "rule"), rows)


def behaviour_presets() -> str:
    """The presets, with what is known and what is assumed."""
    rows = [(code(name), one.about, one.source, one.assumed or "–") for name, one in PRESETS.items()]
    return table(("preset", "the journal system", "known from", "assumed"), rows)


def _led_to(line: str) -> tuple[str, str, str]:
    played = _play(line)
    attempt = _first(played)
    taken = sum(len(call.acted_at) for call in played.calls if call.attempt == 1)
    inferred = " (inferred)" if RULES_BY_NAME[attempt.rule].inferred else ""
    return attempt.outcome.value, code(attempt.rule) + inferred, "yes" if taken else "no"


def _first(played: Played) -> AttemptMade:
    return next(fact for fact in played.facts if isinstance(fact, AttemptMade))


@cache
def _play(line: str, through: str = "null") -> Played:
    lines: Sequence[str] = (
        "format: 1", "name: One line of behaviour", "until: 2m",
        f"journal_systems: {{alfa: {{units: [ALMC], through: {through}, behaviour: [{{{line}, times: 1}}]}}}}",
        "steps: [create: {certificate: c1, type: FK7211, unit: ALMC, by: nurse, patient: alma}]",
        "expect: [attempt: {certificate: c1, event: SKAPAT, number: 1}]",
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mood.scenario.yaml"
        path.write_text("\n".join(lines), encoding="utf-8")
        return asyncio.run(play(load_story(path, load_cast()), PlaySettings()))
