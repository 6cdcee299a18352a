"""Holds what was expected against what happened: every expectation gets a verdict with its file and line.

The evidence is the trace, the messages as bytes, and the calls that mocked systems have met; nothing is asked of a
running simulation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, TypeVar

from lxml import etree

from simulator.certificate.answers import CodedValue, DatePeriod
from simulator.certificate.catalogue import types_called
from simulator.certificate.certificate import Certificate, Relation
from simulator.certificate.identity import PersonId
from simulator.certificate.questions import QuestionCounts
from simulator.certificate.sick_leave import sick_leave_of
from simulator.clock import swedish
from simulator.contract import message, names
from simulator.contract.reading import read_xml
from simulator.contract.reply import Silence
from simulator.journal.inbox_view import CertificateSeen, view_of
from simulator.ntjp.vp_codes import code_in
from simulator.redelivery.delivery import Delivery, DeliveryState
from simulator.scenario import expectations as ask
from simulator.scenario.story import Asked, Story
from simulator.scenario.words import Words
from simulator.sentence import Sentence, say
from simulator.store.outbox import Call, Exchange
from simulator.trace.facts import (
    PLATFORM_SENDS,
    AnsweredTooLate,
    AttemptMade,
    Fact,
    MailSent,
    StatusUpdateSilenced,
    StepRefused,
)
from simulator.verdict import Verdict, VerdictKind

F = TypeVar("F", bound=Fact)


class _Unmet(Exception):
    """An expectation does not hold; the sentence says what was found instead."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Evidence:
    """What happened in a run."""

    story: Story
    facts: list[Fact]
    deliveries: list[Delivery]
    calls: list[Call]
    certificates: Mapping[str, Certificate]
    exchanges: list[Exchange]

    def of(self, kind: type[F]) -> list[F]:
        """The facts of one kind, in their order."""
        return [fact for fact in self.facts if isinstance(fact, kind)]

    @cached_property
    def told(self) -> list[Delivery]:
        """What was told, in the order of the events; neither what was silenced, nor what was told once more."""
        return [one for one in self.deliveries if one.state is not DeliveryState.SILENCED and one.resend_of is None]

    @cached_property
    def attempts(self) -> dict[int, list[AttemptMade]]:
        """The attempts of each delivery, in their order."""
        found: dict[int, list[AttemptMade]] = {delivery.id: [] for delivery in self.deliveries}
        for fact in self.of(AttemptMade):
            found[fact.delivery].append(fact)
        return found

    def delivery(self, asked: ask.OfUpdate) -> Delivery:
        """The delivery that an expectation is about."""
        of_certificate = [one for one in self.deliveries if one.alias == asked.certificate]
        found = [one for one in of_certificate if one.event == asked.event]
        if len(found) < asked.occurrence:
            told = tuple(one.event.value for one in of_certificate)
            raise _Unmet(
                say("there is no such status update; those of {certificate}: {told}",
                    certificate=asked.certificate, told=told or say("none"))
            )  # fmt: skip
        return found[asked.occurrence - 1]


def judge_story(evidence: Evidence) -> list[Verdict]:
    """One verdict an expectation, and a failed one for each refusal that nobody expected."""
    verdicts = [_judge(evidence, asked) for asked in evidence.story.asked]
    return verdicts + _unexpected_refusals(evidence)


def as_expected(verdicts: list[Verdict], story: Story) -> list[Verdict]:
    """The verdicts of a story whose failure is expected: what does not hold is known, and that all holds is news."""
    if story.expect_failure is None:
        return verdicts
    reason = say("expected to fail: {reason}", reason=story.expect_failure)
    if any(one.failed for one in verdicts):
        return [
            replace(one, kind=VerdictKind.FAILED_AS_EXPECTED, found=say("{found} ({why})", found=one.found, why=reason))
            if one.failed
            else one
            for one in verdicts
        ]
    surprise = say("everything holds; take expect_failure out")
    return [*verdicts, Verdict(VerdictKind.FAILED, reason, surprise, str(story.path), 1)]


def _judge(evidence: Evidence, asked: Asked) -> Verdict:
    expectation = asked.expectation
    words = getattr(expectation, expectation.said)
    try:
        found = _CHECKS[expectation.said](evidence, words)
        kind = VerdictKind.PASSED
    except _Unmet as unmet:
        found, kind = unmet.sentence, VerdictKind.FAILED
    return Verdict(kind, _question(expectation.said, words), found, str(asked.place.path), asked.place.line)


def _question(said: str, words: Words) -> Sentence:
    given = words.model_dump(exclude_unset=True, by_alias=True, mode="python")
    facts = tuple(f"{name}={_shown(value)}" for name, value in given.items())
    return say("{said}: {facts}", said=said, facts=" ".join(facts))


def _shown(value: Any) -> str:
    if isinstance(value, datetime):
        return swedish(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_shown, value))}]"
    if isinstance(value, tuple):
        return " ".join(_shown(one) for one in value if one is not None)
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name}: {_shown(one)}' for name, one in value.items())}}}"
    return length_text(value) if isinstance(value, timedelta) else str(value)


def length_text(length: timedelta) -> str:
    """A length of time as people read it: `24d 5h 36m`."""
    seconds = int(length.total_seconds())
    parts = (("d", seconds // 86_400), ("h", seconds // 3600 % 24), ("m", seconds // 60 % 60), ("s", seconds % 60))
    text = " ".join(f"{number}{unit}" for unit, number in parts if number)
    milliseconds = round(length.total_seconds() * 1000) % 1000
    return " ".join(part for part in (text, f"{milliseconds}ms" if milliseconds else "") if part) or "0s"


def _require(what: Sentence, asked: Any, found: Any) -> None:
    if asked is not None and asked != found:
        raise _Unmet(say("{what} is {found}, not {asked}", what=what, found=_shown(found), asked=_shown(asked)))


def _ended(evidence: Evidence, words: Any, state: DeliveryState) -> AttemptMade:
    """The attempt that ended a delivery as asked."""
    delivery = evidence.delivery(words)
    attempts = evidence.attempts[delivery.id]
    if delivery.state is not state:
        last = say("no attempt was made")
        if attempts:
            last = say("after attempt {attempt} of {most}: {answer}, rule {rule}", attempt=attempts[-1].attempt,
                       most=attempts[-1].attempts_max, answer=attempts[-1].answer, rule=attempts[-1].rule)  # fmt: skip
        raise _Unmet(say("it is {state}; {last}", state=_STATES[delivery.state], last=last))
    _require(say("the attempt"), words.attempt, attempts[-1].attempt)
    _require(say("the moment"), words.at, attempts[-1].at)
    _require(say("the rule"), getattr(words, "rule", None), attempts[-1].rule)
    _require(say("the journal system"), getattr(words, "to", None), delivery.journal_system)
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
    _require(say("the time from the first attempt to the last"), words.after, last.sent_at - first.sent_at)
    return _at(last)


def _waiting(evidence: Evidence, words: ask.Waiting) -> Sentence:
    delivery = evidence.delivery(words)
    if delivery.state is not DeliveryState.WAITING or delivery.next_attempt_at is None:
        raise _Unmet(say("it is {state}", state=_STATES[delivery.state]))
    _require(say("the number of attempts made"), words.attempts_made, delivery.attempts_made)
    _require(say("the next attempt"), words.next_attempt, delivery.next_attempt_at)
    return say("the next attempt is {when}", when=swedish(delivery.next_attempt_at))


def _silenced(evidence: Evidence, words: ask.Silenced) -> Sentence:
    delivery = evidence.delivery(words)
    for fact in evidence.of(StatusUpdateSilenced):
        if fact.delivery == delivery.id:
            _require(say("the rule"), words.rule, fact.rule)
            return say("delivery {other} stands for it", other=fact.silenced_by)
    raise _Unmet(say("it is {state}", state=_STATES[delivery.state]))


def _told(evidence: Evidence, words: ask.Told) -> Sentence:
    told = [one.event.value for one in evidence.told if one.alias == words.certificate]
    _require(say("what was told"), [one.value for one in words.events], told)
    return say("told: {events}", events=tuple(told) or say("none"))


def _in_order(evidence: Evidence, words: ask.InOrder) -> Sentence:
    told = [f"{one.alias} {one.event.value}" for one in evidence.told]
    left = iter(told)
    for asked in words.events:
        if asked not in left:
            raise _Unmet(say("{asked} does not come there; told were {told}", asked=asked, told=tuple(told)))
    return say("told: {events}", events=tuple(told))


def _mailed(evidence: Evidence, words: ask.Mailed) -> Sentence:
    mails = [one for one in evidence.of(MailSent) if (one.certificate, one.event) == (words.certificate, words.event)]
    _require(say("the number of mails"), words.times, len(mails))
    return say("{times} mails", times=len(mails))


def _counts(evidence: Evidence, words: ask.Counts) -> Sentence:
    update = message.read_request(_request(evidence, words, words.attempt), "")
    for what, asked, found in (
        (say("the count of questions sent"), words.sent, update.questions_sent),
        (say("the count of questions received"), words.received, update.questions_received),
    ):
        _require(what, asked, _counted(found))
    return say("sent {sent}, received {received}", sent=_counted(update.questions_sent),
               received=_counted(update.questions_received))  # fmt: skip


def _counted(counts: QuestionCounts) -> str:
    return f"{counts.total}/{counts.unanswered}/{counts.answered}/{counts.handled}"


def _rehabstod(evidence: Evidence, words: ask.Rehabstod) -> Sentence:
    person_id = evidence.story.cast.patients[words.patient].person_id
    shown = sick_leave_of(person_id, list(evidence.certificates.values()))
    aliases = [one.alias for one in shown.certificates]
    _require(say("what is shown"), words.certificates, aliases)
    _require(say("the number of days"), words.days, len(shown.days))
    _require(say("the first day"), words.first, shown.first)
    _require(say("the last day"), words.last, shown.last)
    return say("{days} days, on {certificates}", days=len(shown.days), certificates=tuple(aliases) or say("none"))


def _attempt(evidence: Evidence, words: ask.AttemptWords) -> Sentence:
    attempts = evidence.attempts[evidence.delivery(words).id]
    if len(attempts) < words.number:
        raise _Unmet(say("only {made} attempts were made", made=len(attempts)))
    attempt = attempts[words.number - 1]
    _require(say("the moment"), words.at, attempt.sent_at)
    _require(say("the answer"), words.answer, attempt.answer)
    _require(say("the outcome"), words.outcome, attempt.outcome)
    _require(say("the rule"), words.rule, attempt.rule)
    _require(say("the platform's error"), words.vp, code_in(str(attempt.facts.get("fault_text", ""))))
    _require(say("how often the platform sent it"), words.platform_sends, attempt.facts.get(PLATFORM_SENDS, 1))
    return _at(attempt)


def _not_emitted(evidence: Evidence, words: ask.NotEmitted) -> Sentence:
    for delivery in evidence.deliveries:
        if (delivery.alias, delivery.event) == (words.certificate, words.event):
            raise _Unmet(say("it was told at {when}", when=swedish(delivery.occurred_at)))
    return say("it was never told")


def _refused(evidence: Evidence, words: ask.Refused) -> Sentence:
    by = None if words.by is None else evidence.story.cast.staff[words.by].hsa_id
    refusals = [
        one
        for one in evidence.of(StepRefused)
        if words.certificate in (None, one.certificate) and one.action is words.action and by in (None, one.by)
    ]
    if not refusals:
        raise _Unmet(say("nothing of the kind was refused"))
    found = next((one for one in refusals if words.rule in (None, one.rule)), refusals[0])
    _require(say("the rule"), words.rule, found.rule)
    return found.reason


def _state(evidence: Evidence, words: ask.StateWords) -> Sentence:
    certificate = evidence.certificates.get(words.certificate)
    if certificate is None:
        raise _Unmet(say("the certificate was never created"))
    _require(say("the state"), words.is_.value, certificate.state.value)
    return say("the state is {state}", state=certificate.state.value)


def _envelope(evidence: Evidence, words: ask.OfUpdate, attempt: int | None = None) -> etree._Element:
    """The message as it was stored, or as one attempt sent it."""
    delivery = evidence.delivery(words)
    if attempt is not None:
        found = [one for one in evidence.exchanges if (one.delivery, one.attempt) == (delivery.id, attempt)]
        if not found:
            raise _Unmet(say("there was no attempt {attempt}", attempt=attempt))
        return read_xml(found[0].sent(delivery))
    if delivery.message is None:
        raise _Unmet(say("it is not written before its first attempt"))
    return read_xml(delivery.message)


def _request(evidence: Evidence, words: ask.OfUpdate, attempt: int | None = None) -> etree._Element:
    request = _envelope(evidence, words, attempt).find(f"{names.BODY}/{names.REQUEST}")
    assert request is not None, "what we sent is a status update"
    return request


def _issuer(evidence: Evidence, words: ask.Issuer) -> Sentence:
    update = message.read_request(_request(evidence, words), "")
    staff = update.created_by
    if words.staff is not None:
        _require(say("the issuer"), str(evidence.story.cast.staff[words.staff].hsa_id), str(staff.hsa_id))
    _require(say("the role"), None if words.role is None else words.role.value, staff.role.value)
    _require_codes(say("the licence"), words.licence, [licence.code for licence in staff.licences])
    _require_codes(say("the position"), words.position, [position.code for position in staff.positions])
    return say("{name} ({id})", name=staff.name, id=staff.hsa_id)


def _require_codes(what: Sentence, asked: str | list[str] | None, found: list[str]) -> None:
    """One code must be among those found; a list must be all of them."""
    if isinstance(asked, list):
        _require(what, sorted(asked), sorted(found))
    elif asked is not None and asked not in found:
        _require(what, asked, ", ".join(found) or "-")


def _message(evidence: Evidence, words: ask.MessageWords) -> Sentence:
    envelope = _envelope(evidence, words, words.attempt)
    request = envelope.find(f"{names.BODY}/{names.REQUEST}")
    assert request is not None, "what we sent is a status update"
    address = envelope.findtext(f"{names.HEADER}/{names.LOGICAL_ADDRESS}") or ""
    update = message.read_request(request, address)
    certificate = request.find(names.CERTIFICATE)
    assert certificate is not None
    called = types_called(words.type or "")
    cast = evidence.story.cast
    said, event = update.patient, request.find(names.EVENT)
    assert event is not None
    name = " ".join(part for part in (said.first_name, said.middle_name, said.last_name) if part)
    for what, asked, found in (
        (say("the type"), called[0].wire_code if called else words.type, update.type_code),
        (say("the version"), words.version, update.type_version),
        (say("the unit"), _hsa_id(evidence, words.unit), str(update.unit.hsa_id)),
        (say("tidpunkt"), words.occurred_at, message.wire_facts(request).get("occurred_at")),
        (say("signeringstidpunkt"), words.signed_at, certificate.findtext(names.SIGNED_AT) or ""),
        (say("skickatTidpunkt"), words.sent_at, certificate.findtext(names.SENT_AT) or ""),
        (say("hanteratAv"), str(cast.staff[words.handled_by].hsa_id) if words.handled_by in cast.staff
         else words.handled_by, str(update.event.handled_by or NOBODY)),
        (say("amne"), words.subject, event.findtext(f"{names.SUBJECT}/{names.CODE}") or ""),
        (say("sistaDatumForSvar"), words.answer_due, event.findtext(names.ANSWER_DUE) or ""),
        (say("the patient"), words.patient, _patient_name(evidence, update.person_id, words.patient)),
        (say("the patient's name"), words.patient_name, name),
        (say("the patient's address"), words.address, said.address),
        (say("the logical address"), _hsa_id(evidence, words.logical_address), address),
        (say("the signature"), words.signature, certificate.find(names.SIGNATURE_HOLDER) is not None),
        (say("the relation"), _relation_asked(evidence, words.relation),
         _relation_found(update.relation, words.relation)),
        (say("ref"), words.ref, update.care_reference or ""),
    ):  # fmt: skip
        _require(what, asked, found)
    answered = {part: value for answer in update.answers for part, value in answer.parts}
    for part, text in (words.answers or {}).items():
        _require(say("delsvar {part}", part=part), text, _answer_text(answered.get(part)))
    return say("the message says so")


# What an expectation calls the one who is not named in a message.
NOBODY = "nobody"


def _relation_asked(evidence: Evidence, words: ask.RelationWords | str | None) -> Any:
    if not isinstance(words, ask.RelationWords):
        return words
    parent = evidence.certificates.get(words.to)
    return (words.code, None if parent is None else str(parent.id), _hsa_id(evidence, words.root))


def _relation_found(relation: Relation | None, words: ask.RelationWords | str | None) -> Any:
    if relation is None:
        return "none"
    asks_for_root = isinstance(words, ask.RelationWords) and words.root is not None
    return (relation.code, str(relation.certificate_id), relation.certificate_root if asks_for_root else None)


def _patient_name(evidence: Evidence, person_id: PersonId, asked: str | None) -> str:
    """What the cast calls a patient; a person id is said to nobody."""
    patients = evidence.story.cast.patients
    known = [name for name, patient in patients.items() if patient.person_id == person_id]
    return asked if asked in known else next(iter(known), "–")


def _hsa_id(evidence: Evidence, unit: str | None) -> str | None:
    return str(evidence.story.cast.units[unit].hsa_id) if unit in evidence.story.cast.units else unit


def _answer_text(value: Any) -> str:
    if isinstance(value, CodedValue):
        return value.code
    if isinstance(value, DatePeriod):
        return f"{value.start.isoformat()}--{value.end.isoformat()}"
    return value or ""


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
    _require(say("the number of calls"), words.times, found)
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
        raise _Unmet(say("it was not told to {system}", system=words.system))
    _require(say("the number of times that it was taken"), words.times, event.times)
    _require(say("late"), words.late, event.late)
    _require(say("out of order"), words.out_of_order, event.out_of_order)
    return say("taken {times} times; late: {late}; out of order: {out_of_order}",
               times=event.times, late=event.late, out_of_order=event.out_of_order)  # fmt: skip


def _believes(evidence: Evidence, words: ask.Believes) -> Sentence:
    certificate = evidence.certificates.get(words.certificate)
    if certificate is None:
        raise _Unmet(say("the certificate was never created"))
    seen = _seen_at(evidence, words.system, words.certificate) or CertificateSeen(certificate.id, ())
    _require(say("the state"), words.state and words.state.value, seen.state.value)
    by_arrival = words.state_by_arrival and words.state_by_arrival.value
    _require(say("the state by order of arrival"), by_arrival, seen.state_by_arrival.value)
    _require(say("like Webcert"), words.like_webcert, seen.state is certificate.state)
    return say("{system} believes it to be {state}, Webcert has it as {ours}", system=words.system,
               state=seen.state.value, ours=certificate.state.value)  # fmt: skip


def _answered_too_late(evidence: Evidence, words: ask.AnsweredLate) -> Sentence:
    delivery = evidence.delivery(words)
    for late in evidence.of(AnsweredTooLate):
        if (late.delivery, late.attempt) == (delivery.id, words.attempt):
            _require(say("the moment"), words.at, late.at)
            return say(
                "{answer} came at {when}, when Webcert no longer waited", answer=late.answer, when=swedish(late.at)
            )
    raise _Unmet(say("no answer came too late"))


_CHECKS: dict[str, Callable[[Evidence, Any], Sentence]] = {
    "delivered": _delivered,
    "rejected": _rejected,
    "exhausted": _exhausted,
    "waiting": _waiting,
    "silenced": _silenced,
    "told": _told,
    "in_order": _in_order,
    "mailed": _mailed,
    "counts": _counts,
    "rehabstod": _rehabstod,
    "attempt": _attempt,
    "not_emitted": _not_emitted,
    "refused": _refused,
    "state": _state,
    "issuer": _issuer,
    "message": _message,
    "received": _received,
    "answered_too_late": _answered_too_late,
    "inbox": _inbox,
    "believes": _believes,
}


def _unexpected_refusals(evidence: Evidence) -> list[Verdict]:
    expected = [
        (asked.expectation.refused.certificate, asked.expectation.refused.action)
        for asked in evidence.story.asked
        if asked.expectation.refused is not None
    ]

    def is_expected(one: StepRefused) -> bool:
        return any(action is one.action and alias in (None, one.certificate) for alias, action in expected)

    return [
        Verdict(
            VerdictKind.FAILED,
            say("step {step}: {action} {certificate}", step=one.step, action=one.action.value,
                certificate=one.certificate),
            one.reason,
            str(evidence.story.deeds[one.step - 1].place.path),
            evidence.story.deeds[one.step - 1].place.line,
        )
        for one in evidence.of(StepRefused)
        # What came from elsewhere was answered there, and is no step of the story's.
        if one.step and not is_expected(one)
    ]  # fmt: skip
