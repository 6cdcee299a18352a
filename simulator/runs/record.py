"""What is kept of a run: its settings, its verdicts, and each exchange with all that is needed to make it again.

Machine words, so in English, with a format version; what is for people is kept as sentences too, which can be said in
their language. The files are written by `folder`. A header that carries
a secret is kept by its name alone, since a run's folder is handed on with a ticket.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from simulator.redelivery.delivery import Delivery
from simulator.report.summary import decision_of, reason_of
from simulator.sentence import Sentence
from simulator.store.outbox import Exchange
from simulator.trace.facts import AttemptMade, Fact
from simulator.trace.jsonl import TraceHeader, digest, sentence_of, sentence_values, trace_lines, wire_time
from simulator.verdict import VERDICT_WORDS, Verdict, VerdictKind
from simulator.wire.client import ClientSettings
from simulator.wire.tls import holds_pem

RUN_FORMAT = 2

# What stands in the place of a secret.
HIDDEN = "…"
_SECRET = re.compile(r"auth|cookie|token|secret|password|key", re.IGNORECASE)


@dataclass(frozen=True)
class Way:
    """How calls were made: proxy, TLS files by their whole paths, and how many seconds an answer was waited for."""

    proxy: str | None = None
    cert: str | None = None
    key: str | None = None
    password_file: str | None = None
    ca: str | None = None
    timeout: float = 60.0
    cert_is_pem: bool = True

    @classmethod
    def of(cls, client: ClientSettings, timeout: timedelta) -> Way:
        """The way of these settings; a proxy's user and password are left out."""
        proxy = None if client.proxy is None else re.sub(r"//[^/@]*@", f"//{HIDDEN}@", client.proxy)
        files = (client.tls.cert, client.tls.key, client.tls.password_file, client.tls.ca)
        cert, key, password_file, ca = (None if one is None else str(one.resolve()) for one in files)
        is_pem = client.tls.cert is None or holds_pem(client.tls.cert)
        return cls(proxy, cert, key, password_file, ca, timeout.total_seconds(), is_pem)


@dataclass(frozen=True)
class KeptExchange:
    """One exchange; `number` counts from 1 within the run, in the order of the trace.

    `request` and `answer` are the names of the files with the bytes; `answer` is what Webcert was told, None where that
    was nothing. `own_answer` is what the journal system answered, where what stands in between has made another of it,
    or has lost it. `was_sent` is False where something stood before the journal system. `mocked` systems are gone with
    their run.
    """

    number: int
    name: str
    delivery: int
    attempt: int
    certificate: str
    event: str
    journal_system: str
    mocked: bool
    url: str
    sent_at: str
    was_sent: bool
    request: str
    request_headers: Mapping[str, str]
    request_sha256: str
    word: str
    http_status: int | None
    answer: str | None
    answer_headers: Mapping[str, str]
    answer_sha256: str | None
    silence: str | None
    detail: str
    milliseconds: float
    outcome: str
    rule: str
    reason: str
    decision: str
    # `reason` and `decision` as sentences.
    said: Mapping[str, Any]
    tls: Mapping[str, str]
    way: Way
    own_answer: str | None = None
    own_http_status: int | None = None
    own_headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def from_the_system(self) -> tuple[str | None, int | None, Mapping[str, str]]:
        """What the journal system itself answered: the file with the bytes, the status and the headers."""
        if self.own_answer is not None:
            return self.own_answer, self.own_http_status, self.own_headers
        return self.answer, self.http_status, self.answer_headers


@dataclass(frozen=True)
class KeptVerdict:
    """A verdict in words; `said` has `asked` and `found` as sentences."""

    verdict: str
    asked: str
    found: str
    said: Mapping[str, Any]
    path: str
    line: int

    @property
    def word(self) -> Sentence:
        """The verdict in a word, for people."""
        return VERDICT_WORDS[VerdictKind(self.verdict)]


@dataclass(frozen=True)
class KeptRun:
    """A run as it is kept; `began` is the machine's own time, `source` the scenario file it was played from."""

    name: str
    source: str | None
    began: str
    start: str
    seed: int
    schedule: str
    policy: str
    digest: str
    passed: bool
    verdicts: tuple[KeptVerdict, ...]
    exchanges: tuple[KeptExchange, ...]
    format: int = RUN_FORMAT

    def values(self) -> dict[str, Any]:
        """The run for JSON."""
        return asdict(self)


def said_of(kept: KeptVerdict | KeptExchange, name: str) -> Sentence:
    """What is kept as a sentence, under the name that its text has."""
    found: Sentence = sentence_of(kept.said[name])
    return found


def run_of(values: dict[str, Any]) -> KeptRun:
    """The run that JSON holds; raises KeyError or TypeError for what is none."""
    exchanges = tuple(KeptExchange(**one | {"way": Way(**one["way"])}) for one in values["exchanges"])
    verdicts = tuple(KeptVerdict(**one) for one in values["verdicts"])
    return KeptRun(**values | {"exchanges": exchanges, "verdicts": verdicts})


@dataclass(frozen=True)
class Evidence:
    """What is left of a run when it has ended. `real` names the journal systems that are somebody's own."""

    header: TraceHeader
    facts: Sequence[Fact]
    deliveries: Sequence[Delivery]
    exchanges: Sequence[Exchange]
    verdicts: Sequence[Verdict] = ()
    source: Path | None = None
    real: frozenset[str] = frozenset()
    way: Way = field(default_factory=Way)

    @property
    def trace(self) -> list[str]:
        """The trace as canonical lines."""
        return trace_lines(self.header, self.facts)


def record(evidence: Evidence, began: datetime) -> KeptRun:
    """What is to be kept of a run."""
    header = evidence.header
    return KeptRun(
        name=header.scenario,
        source=None if evidence.source is None else str(evidence.source),
        began=wire_time(began),
        start=wire_time(header.start),
        seed=header.seed,
        schedule=header.schedule,
        policy=header.policy,
        digest=digest(evidence.trace),
        passed=not any(one.failed for one in evidence.verdicts),
        verdicts=tuple(
            KeptVerdict(
                verdict=one.kind.value,
                asked=str(one.asked),
                found=str(one.found),
                said=_said(asked=one.asked, found=one.found),
                path=one.path,
                line=one.line,
            )
            for one in evidence.verdicts
        ),
        exchanges=tuple(_exchanges(evidence)),
    )


def _exchanges(evidence: Evidence) -> list[KeptExchange]:
    deliveries = {one.id: one for one in evidence.deliveries}
    by_attempt = {(one.delivery, one.attempt): one for one in evidence.exchanges}
    made = [fact for fact in sorted(evidence.facts, key=lambda fact: fact.sort_key) if isinstance(fact, AttemptMade)]
    return [
        _exchange(number, fact, deliveries[fact.delivery], by_attempt[fact.delivery, fact.attempt], evidence)
        for number, fact in enumerate(made, start=1)
    ]


def _exchange(
    number: int, fact: AttemptMade, delivery: Delivery, exchange: Exchange, evidence: Evidence
) -> KeptExchange:
    name = f"{delivery.id:04}-{delivery.event}-attempt-{exchange.attempt:02}"
    came, own = exchange.silence is None, exchange.own_answer
    return KeptExchange(
        number=number,
        name=name,
        delivery=delivery.id,
        attempt=exchange.attempt,
        certificate=delivery.alias,
        event=delivery.event,
        journal_system=delivery.journal_system,
        mocked=delivery.journal_system not in evidence.real,
        url=exchange.url,
        sent_at=wire_time(fact.sent_at),
        was_sent=exchange.outgoing is not None,
        request=f"{name}-request.xml",
        request_headers=_without_secrets(exchange.outgoing.headers) if exchange.outgoing else {},
        request_sha256=fact.request_sha256,
        word=fact.answer,
        http_status=exchange.http_status,
        answer=f"{name}-answer.xml" if came else None,
        answer_headers=_without_secrets(exchange.headers),
        answer_sha256=hashlib.sha256(exchange.body).hexdigest() if came else None,
        silence=exchange.silence,
        detail=exchange.detail,
        milliseconds=exchange.milliseconds,
        outcome=fact.outcome.value,
        rule=fact.rule,
        reason=str(reason_of(fact)),
        decision=str(decision_of(fact)),
        said=_said(reason=reason_of(fact), decision=decision_of(fact)),
        tls=dict(exchange.outgoing.tls) if exchange.outgoing else {},
        way=evidence.way,
        own_answer=f"{name}-own-answer.xml" if own else None,
        own_http_status=own.http_status if own else None,
        own_headers=_without_secrets(own.headers) if own else {},
    )


def _said(**sentences: Sentence) -> dict[str, Any]:
    return {name: sentence_values(sentence) for name, sentence in sentences.items()}


def _without_secrets(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: HIDDEN if _SECRET.search(name) else value for name, value in headers.items()}
