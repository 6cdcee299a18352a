"""What is expected of Webcert: what it told, in which order, what became of each delivery, and what it refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulator.certificate.sick_leave import sick_leave_of
from simulator.clock import swedish
from simulator.ntjp.vp_codes import code_in
from simulator.redelivery.delivery import DeliveryState
from simulator.scenario import expectations as ask
from simulator.scenario.evidence import Evidence, Unmet, require
from simulator.sentence import Sentence, say
from simulator.trace.facts import (
    PLATFORM_SENDS,
    AttemptMade,
    MailSent,
    StatusUpdateSilenced,
    StepRefused,
)


def _ended(evidence: Evidence, words: Any, state: DeliveryState) -> AttemptMade:
    """The attempt that ended a delivery as asked."""
    delivery = evidence.delivery(words)
    attempts = evidence.attempts[delivery.id]
    if delivery.state is not state:
        last = say("no attempt was made")
        if attempts:
            last = say("after attempt {attempt} of {most}: {answer}, rule {rule}", attempt=attempts[-1].attempt,
                       most=attempts[-1].attempts_max, answer=attempts[-1].answer, rule=attempts[-1].rule)  # fmt: skip
        raise Unmet(say("it is {state}; {last}", state=_STATES[delivery.state], last=last))
    require(say("the attempt"), words.attempt, attempts[-1].attempt)
    require(say("the moment"), words.at, attempts[-1].at)
    require(say("the rule"), getattr(words, "rule", None), attempts[-1].rule)
    require(say("the journal system"), getattr(words, "to", None), delivery.journal_system)
    return attempts[-1]


_STATES = {
    DeliveryState.WAITING: say("still waiting"),
    DeliveryState.DELIVERED: say("delivered"),
    DeliveryState.REJECTED: say("rejected"),
    DeliveryState.EXHAUSTED: say("exhausted"),
    DeliveryState.SILENCED: say("not told, since another message stands for it"),
}


def _at(attempt: AttemptMade) -> Sentence:
    return say("attempt {attempt} of {most}, {when}, rule {rule}", attempt=attempt.attempt, most=attempt.attempts_max,
               when=swedish(attempt.at), rule=attempt.rule)  # fmt: skip


def _delivered(evidence: Evidence, words: ask.Delivered) -> Sentence:
    return _at(_ended(evidence, words, DeliveryState.DELIVERED))


def _rejected(evidence: Evidence, words: ask.Rejected) -> Sentence:
    return _at(_ended(evidence, words, DeliveryState.REJECTED))


def _exhausted(evidence: Evidence, words: ask.Exhausted) -> Sentence:
    last = _ended(evidence, words, DeliveryState.EXHAUSTED)
    first = evidence.attempts[last.delivery][0]
    require(say("the time from the first attempt to the last"), words.after, last.sent_at - first.sent_at)
    return _at(last)


def _waiting(evidence: Evidence, words: ask.Waiting) -> Sentence:
    delivery = evidence.delivery(words)
    if delivery.state is not DeliveryState.WAITING or delivery.next_attempt_at is None:
        raise Unmet(say("it is {state}", state=_STATES[delivery.state]))
    require(say("the number of attempts made"), words.attempts_made, delivery.attempts_made)
    require(say("the next attempt"), words.next_attempt, delivery.next_attempt_at)
    return say("the next attempt is {when}", when=swedish(delivery.next_attempt_at))


def _silenced(evidence: Evidence, words: ask.Silenced) -> Sentence:
    delivery = evidence.delivery(words)
    for fact in evidence.of(StatusUpdateSilenced):
        if fact.delivery == delivery.id:
            require(say("the rule"), words.rule, fact.rule)
            return say("delivery {other} stands for it", other=fact.silenced_by)
    raise Unmet(say("it is {state}", state=_STATES[delivery.state]))


def _told(evidence: Evidence, words: ask.Told) -> Sentence:
    told = [one.event.value for one in evidence.told if one.alias == words.certificate]
    require(say("what was told"), [one.value for one in words.events], told)
    return say("told: {events}", events=tuple(told) or say("none"))


def _in_order(evidence: Evidence, words: ask.InOrder) -> Sentence:
    told = [f"{one.alias} {one.event.value}" for one in evidence.told]
    left = iter(told)
    for asked in words.events:
        if asked not in left:
            raise Unmet(say("{asked} does not come there; told were {told}", asked=asked, told=tuple(told)))
    return say("told: {events}", events=tuple(told))


def _mailed(evidence: Evidence, words: ask.Mailed) -> Sentence:
    mails = [one for one in evidence.of(MailSent) if (one.certificate, one.event) == (words.certificate, words.event)]
    require(say("the number of mails"), words.times, len(mails))
    return say("{times} mails", times=len(mails))


def _rehabstod(evidence: Evidence, words: ask.Rehabstod) -> Sentence:
    person_id = evidence.story.cast.patients[words.patient].person_id
    shown = sick_leave_of(person_id, list(evidence.certificates.values()))
    aliases = [one.alias for one in shown.certificates]
    require(say("what is shown"), words.certificates, aliases)
    require(say("the number of days"), words.days, len(shown.days))
    require(say("the first day"), words.first, shown.first)
    require(say("the last day"), words.last, shown.last)
    return say("{days} days, on {certificates}", days=len(shown.days), certificates=tuple(aliases) or say("none"))


def _attempt(evidence: Evidence, words: ask.AttemptWords) -> Sentence:
    attempts = evidence.attempts[evidence.delivery(words).id]
    if len(attempts) < words.number:
        raise Unmet(say("only {made} attempts were made", made=len(attempts)))
    attempt = attempts[words.number - 1]
    require(say("the moment"), words.at, attempt.sent_at)
    require(say("the answer"), words.answer, attempt.answer)
    require(say("the outcome"), words.outcome, attempt.outcome)
    require(say("the rule"), words.rule, attempt.rule)
    require(say("the platform's error"), words.vp, code_in(str(attempt.facts.get("fault_text", ""))))
    require(say("how often the platform sent it"), words.platform_sends, attempt.facts.get(PLATFORM_SENDS, 1))
    return _at(attempt)


def _not_emitted(evidence: Evidence, words: ask.NotEmitted) -> Sentence:
    for delivery in evidence.deliveries:
        if (delivery.alias, delivery.event) == (words.certificate, words.event):
            raise Unmet(say("it was told at {when}", when=swedish(delivery.occurred_at)))
    return say("it was never told")


def _refused(evidence: Evidence, words: ask.Refused) -> Sentence:
    by = None if words.by is None else evidence.story.cast.staff[words.by].hsa_id
    refusals = [
        one
        for one in evidence.of(StepRefused)
        if words.certificate in (None, one.certificate) and one.action is words.action and by in (None, one.by)
    ]
    if not refusals:
        raise Unmet(say("nothing of the kind was refused"))
    found = next((one for one in refusals if words.rule in (None, one.rule)), refusals[0])
    require(say("the rule"), words.rule, found.rule)
    return found.reason


def _state(evidence: Evidence, words: ask.StateWords) -> Sentence:
    certificate = evidence.certificates.get(words.certificate)
    if certificate is None:
        raise Unmet(say("the certificate was never created"))
    require(say("the state"), words.is_.value, certificate.state.value)
    return say("the state is {state}", state=certificate.state.value)


CHECKS: dict[str, Callable[[Evidence, Any], Sentence]] = {
    "delivered": _delivered,
    "rejected": _rejected,
    "exhausted": _exhausted,
    "waiting": _waiting,
    "silenced": _silenced,
    "told": _told,
    "in_order": _in_order,
    "mailed": _mailed,
    "rehabstod": _rehabstod,
    "attempt": _attempt,
    "not_emitted": _not_emitted,
    "refused": _refused,
    "state": _state,
}
