"""What is expected of a journal system: what it has met, what it sees, and what it believes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulator.clock import swedish
from simulator.contract import message
from simulator.contract.reply import Silence
from simulator.journal.inbox_view import CertificateSeen, view_of
from simulator.scenario import expectations as ask
from simulator.scenario.evidence import Evidence, Unmet, require
from simulator.sentence import Sentence, say
from simulator.trace.facts import AnsweredTooLate, AttemptMade


def _received(evidence: Evidence, words: ask.Received) -> Sentence:
    certificate = evidence.certificates.get(words.certificate or "")
    calls = [
        call
        for call in evidence.calls
        if call.journal_system == words.system
        and (words.certificate is None or (certificate is not None and call.certificate_id == certificate.id))
        and words.event in (None, call.event)
        and call.reached is (True if words.reached is None else words.reached)
    ]
    is_real = any(one.name == words.system and one.url is not None for one in evidence.story.journal_systems)
    # Of a call that has reached a real one, what it met on the way is kept, and the attempt says the same.
    found = _answers_of_a_real_one(evidence, words) if is_real and words.reached is not False else len(calls)
    require(say("the number of calls"), words.times, found)
    return say("{times} calls", times=found)


# What Webcert knows never to have reached the other end.
_UNREACHED = frozenset(
    {Silence.REFUSED, Silence.NAME_NOT_FOUND, Silence.UNREACHABLE, Silence.CONNECT_TIMEOUT, Silence.TLS_FAILURE,
     Silence.PROXY_FAILURE}
)  # fmt: skip


def _answers_of_a_real_one(evidence: Evidence, words: ask.Received) -> int:
    """How many calls have reached a real journal system, as far as the sender can tell; its inbox is its own."""
    turned_away = {(call.delivery, call.attempt) for call in evidence.calls if not call.reached}
    return sum(
        attempt.journal_system == words.system
        and words.certificate in (None, attempt.certificate)
        and words.event in (None, attempt.event)
        and attempt.answer not in _UNREACHED
        and (attempt.delivery, attempt.attempt) not in turned_away
        for attempt in evidence.of(AttemptMade)
    )


def _seen_at(evidence: Evidence, system: str, certificate: str) -> CertificateSeen | None:
    """A certificate as a mocked journal system sees it; what it was told and never took is there too."""
    deliveries = [one for one in evidence.deliveries if (one.journal_system, one.alias) == (system, certificate)]
    told = [(one.certificate_id, one.event, message.wire_moment(one.occurred_at)) for one in deliveries]
    ids = {certificate_id for certificate_id, _, _ in told}
    calls = [call for call in evidence.calls if call.journal_system == system and call.certificate_id in ids]
    return next(iter(view_of(calls, told)), None)


def _inbox(evidence: Evidence, words: ask.Inbox) -> Sentence:
    delivery = evidence.delivery(words)
    seen = _seen_at(evidence, words.system, words.certificate)
    key = (delivery.event, message.wire_moment(delivery.occurred_at))
    event = next((one for one in seen.events if (one.event, one.occurred_at) == key), None) if seen else None
    if event is None or delivery.journal_system != words.system:
        raise Unmet(say("it was not told to {system}", system=words.system))
    require(say("the number of times that it was taken"), words.times, event.times)
    require(say("late"), words.late, event.late)
    require(say("out of order"), words.out_of_order, event.out_of_order)
    return say("taken {times} times; late: {late}; out of order: {out_of_order}",
               times=event.times, late=event.late, out_of_order=event.out_of_order)  # fmt: skip


def _believes(evidence: Evidence, words: ask.Believes) -> Sentence:
    certificate = evidence.certificates.get(words.certificate)
    if certificate is None:
        raise Unmet(say("the certificate was never created"))
    seen = _seen_at(evidence, words.system, words.certificate) or CertificateSeen(certificate.id, ())
    require(say("the state"), words.state and words.state.value, seen.state.value)
    by_arrival = words.state_by_arrival and words.state_by_arrival.value
    require(say("the state by order of arrival"), by_arrival, seen.state_by_arrival.value)
    require(say("like Webcert"), words.like_webcert, seen.state is certificate.state)
    return say("{system} believes it to be {state}, Webcert has it as {ours}", system=words.system,
               state=seen.state.value, ours=certificate.state.value)  # fmt: skip


def _answered_too_late(evidence: Evidence, words: ask.AnsweredLate) -> Sentence:
    delivery = evidence.delivery(words)
    for late in evidence.of(AnsweredTooLate):
        if (late.delivery, late.attempt) == (delivery.id, words.attempt):
            require(say("the moment"), words.at, late.at)
            return say(
                "{answer} came at {when}, when Webcert no longer waited", answer=late.answer, when=swedish(late.at)
            )
    raise Unmet(say("no answer came too late"))


CHECKS: dict[str, Callable[[Evidence, Any], Sentence]] = {
    "received": _received,
    "answered_too_late": _answered_too_late,
    "inbox": _inbox,
    "believes": _believes,
}
