"""What differs between two runs: their settings, their verdicts, and their exchanges, one sentence each. Pure.

Moments, durations and connections differ from run to run against a real endpoint and are not compared; a message's
bytes are compared only where both runs began at the same simulated moment, since a message carries its time.
"""

from __future__ import annotations

from collections.abc import Iterator

from simulator.runs.record import KeptExchange, KeptRun, said_of
from simulator.sentence import Sentence, say


def differences(one: KeptRun, other: KeptRun) -> Iterator[Sentence]:
    """Every difference, the first run's value first."""
    for name in ("name", "seed", "schedule", "policy"):
        yield from _different(say("{what}", what=name), getattr(one, name), getattr(other, name))
    yield from _verdicts(one, other)
    theirs = {(exchange.delivery, exchange.attempt): exchange for exchange in other.exchanges}
    for exchange in one.exchanges:
        match = theirs.pop((exchange.delivery, exchange.attempt), None)
        if match is None:
            yield say("{exchange} is in the first run alone: {word}", exchange=_called(exchange), word=exchange.word)
        else:
            yield from _exchange(exchange, match, same_start=one.start == other.start)
    for exchange in theirs.values():
        yield say("{exchange} is in the second run alone: {word}", exchange=_called(exchange), word=exchange.word)


def _different(what: Sentence, first: object, second: object) -> Iterator[Sentence]:
    if first != second:
        shown = ["–" if value is None else value for value in (first, second)]
        yield say("{what}: {first} | {second}", what=what, first=shown[0], second=shown[1])


def _verdicts(one: KeptRun, other: KeptRun) -> Iterator[Sentence]:
    first, second = ({verdict.asked: verdict for verdict in run.verdicts} for run in (one, other))
    for asked in first | second:
        mine, its = first.get(asked), second.get(asked)
        what = say("the expectation {asked}", asked=said_of(mine or second[asked], "asked"))
        yield from _different(what, mine and mine.word, its and its.word)
        if mine is not None and its is not None and mine.verdict == its.verdict == "failed":
            yield from _different(what, said_of(mine, "found"), said_of(its, "found"))


def _exchange(first: KeptExchange, second: KeptExchange, *, same_start: bool) -> Iterator[Sentence]:
    called = _called(first)
    found = [
        difference
        for what, name in (
            (say("event"), "event"),
            (say("journal system"), "journal_system"),
            # A mocked system has another port each time.
            *([] if first.mocked and second.mocked else [(say("address"), "url")]),
            (say("answer"), "word"),
            (say("HTTP status"), "http_status"),
            (say("rule"), "rule"),
            (say("decision"), "decision"),
            (say("TLS version"), "tls.version"),
            (say("the server's certificate"), "tls.server_sha256"),
        )
        for difference in _different(
            say("{exchange}: {what}", exchange=called, what=what), *_values(first, second, name)
        )
    ]
    if not found and first.answer_sha256 != second.answer_sha256:
        found.append(say("{exchange}: the answers' bytes differ", exchange=called))
    if same_start and first.request_sha256 != second.request_sha256:
        found.append(say("{exchange}: the requests' bytes differ", exchange=called))
    yield from found


def _values(first: KeptExchange, second: KeptExchange, name: str) -> tuple[object, object]:
    if name.startswith("tls."):
        return first.tls.get(name[4:]), second.tls.get(name[4:])
    if name in first.said:
        return said_of(first, name), said_of(second, name)
    return getattr(first, name), getattr(second, name)


def _called(exchange: KeptExchange) -> Sentence:
    return say("{event} {certificate} attempt {attempt}", event=exchange.event, certificate=exchange.certificate,
               attempt=exchange.attempt)  # fmt: skip
