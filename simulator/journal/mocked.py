"""A mocked journal system: opens each call, keeps it, and answers as its behaviour says.

It is strict: what is no status update gets a SOAP fault, what breaks the contract gets VALIDATION_ERROR, and both are
kept. Everything else is answered by the first rule that decides, or OK.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from simulator.clock import Clock
from simulator.contract import names
from simulator.contract.envelope import FAULT_CLIENT, Request, open_request, unreadable, write_fault, write_result
from simulator.contract.message_reading import wire_facts
from simulator.contract.reading import UnreadableXml
from simulator.contract.reply import ErrorId, Fault, NoAnswer, RawAnswer, Result, ResultCode, Silence, Unreadability
from simulator.contract.schema import Contract
from simulator.journal.behaviour import Acts, Answer, CallFacts, TurnAway, answer_to, turned_away
from simulator.journal.call_facts import call_facts
from simulator.journal.inbox import Inbox
from simulator.journal.late_answers import LateAnswers
from simulator.journal.rulebook import Rulebook
from simulator.journal.shape import shaped
from simulator.journal.system import Tag
from simulator.sentence import say
from simulator.store.outbox import Call
from simulator.wire.mangling import DROPS, Dribbled, Mangled, Sent

_HEADERS = {"content-type": names.CONTENT_TYPE}
# An answer with one of these has no body, whatever it is given (RFC 9110, 15.3.5 and 15.4.5).
_WITHOUT_BODY = (204, 304)
_NOT_TAKEN = Acts(times=0)


@dataclass(frozen=True)
class _Opened:
    """A call as far as it could be read."""

    request: Request | None
    facts: Mapping[str, str]
    problem: str | None
    refusal: Answer | None


class MockedJournalSystem:
    """One mocked system. `tag_of` finds what the sender knows of a call by its correlation id."""

    foreign = False
    url = ""

    def __init__(
        self,
        inbox: Inbox,
        rulebook: Rulebook,
        clock: Clock,
        contract: Contract,
        tag_of: Callable[[str], Tag | None] = lambda _: None,
        answered: Callable[[], None] = lambda: None,
        *,
        seed: int = 0,
        stands_alone: bool = False,
    ) -> None:
        self.name = inbox.name
        self.rulebook = rulebook
        self._inbox = inbox
        self.late_answers = LateAnswers(inbox, clock, answered)
        self._clock = clock
        self._contract = contract
        self._tag_of = tag_of
        self._seed = seed
        # Nothing stands before a system that stands alone: it has to turn calls away itself.
        self._stands_alone = stands_alone

    async def receive(self, body: bytes, headers: Mapping[str, str], complete: bool = True) -> Sent:
        """Take a call; a body that is not `complete` was cut at the limit."""
        key = headers.get(names.CORRELATION_HEADER, "")
        tag = self._tag_of(key)
        opened = self._open(body, complete)
        facts = self._facts(opened, tag)
        if self._stands_alone:
            turned = turned_away(self.rulebook.rules, facts, self._inbox.taken)
            if turned is not None:
                number, away = turned
                await self._inbox.keep(self._call(opened, body, headers, tag, facts, number, away))
                return NoAnswer(away.silence)
        number_or_none, answer = self._answer(opened, facts)
        delay = self._delay(number_or_none, answer, facts)
        await self._inbox.keep(self._call(opened, body, headers, tag, facts, number_or_none, answer))
        if not answer.never and not delay and answer.dribble is None:
            return _sent(answer, facts)
        return await self._answer_later(answer, delay, facts, key, tag)

    async def _answer_later(
        self, answer: Answer, delay: timedelta, facts: CallFacts, key: str, tag: Tag | None
    ) -> Sent:  # fmt: skip
        label = say("{system} takes its time to answer", system=self.name)
        if answer.never:
            async with self._clock.doze(key, None, label):
                return NoAnswer(Silence.TIMEOUT)
        awaited = await self._take_time(answer, delay, key, tag) if delay else True
        sent = _sent(answer, facts)
        if answer.dribble is None or not awaited or not isinstance(sent, RawAnswer):
            return sent
        return Dribbled(sent, lambda: self._take_time(answer, (answer.dribble or timedelta()) / DROPS, key, tag))

    async def _take_time(self, answer: Answer, length: timedelta, key: str, tag: Tag | None) -> bool:
        """Let time pass before the answer goes on; False when the sender no longer waits."""
        label = say("{system} takes its time to answer", system=self.name)
        return await self.late_answers.take_time(length, key, tag, answer.word, label)

    def _open(self, body: bytes, complete: bool) -> _Opened:
        try:
            if not complete:
                raise UnreadableXml(Unreadability.TOO_LARGE, "")
            request = open_request(body, self._contract)
        except UnreadableXml as error:
            fault = unreadable(error, self._contract)
            return _Opened(None, {}, fault.text, Answer(fault))
        if request.schema_error is not None:
            result = Result(ResultCode.ERROR, request.schema_error, ErrorId.VALIDATION_ERROR)
            return _Opened(request, wire_facts(request.element), request.schema_error, Answer(result))
        if not request.logical_address:
            text = "The SOAP header has no LogicalAddress"
            return _Opened(request, wire_facts(request.element), text, Answer(Fault(FAULT_CLIENT, text)))
        return _Opened(request, wire_facts(request.element), None, None)

    def _facts(self, opened: _Opened, tag: Tag | None) -> CallFacts:
        now, met = self._clock.now(), self._inbox.times_seen(opened.facts)
        attempt = tag.attempt if tag else met + 1
        if not self.rulebook.rules:
            # Nobody asks.
            return CallFacts(now=now, attempt=attempt)
        return call_facts(
            opened.request.element if opened.request else None,
            opened.facts,
            now=now,
            attempt=attempt,
            met=met,
            seed=self._seed,
            taken=self._inbox.taken_of(opened.facts.get("certificate_id"), now),
            problem=opened.request.schema_error if opened.request else None,
        )

    def _answer(self, opened: _Opened, facts: CallFacts) -> tuple[int | None, Answer]:
        if opened.refusal is None:
            return answer_to(self.rulebook.rules, facts, self._inbox.taken)
        if facts.invalid:
            number, answer = answer_to(self.rulebook.rules, facts, self._inbox.taken)
            if number is not None:
                # Whatever it says to it, it cannot act upon a message that breaks the contract.
                return number, replace(answer, acts=answer.acts or _NOT_TAKEN)
        return None, opened.refusal

    def _delay(self, number: int | None, answer: Answer, facts: CallFacts) -> timedelta:
        rule = None if number is None else self.rulebook.rules[number]
        return timedelta() if rule is None else rule.delay(answer, facts)

    def _call(
        self,
        opened: _Opened,
        body: bytes,
        headers: Mapping[str, str],
        tag: Tag | None,
        facts: CallFacts,
        behaviour: int | None,
        decided: Answer | TurnAway,
    ) -> Call:
        """The call as it is kept, with what was decided about it."""
        return Call(
            id=self._inbox.next_id(),
            journal_system=self.name,
            received_at=facts.now,
            reached=isinstance(decided, Answer),
            headers=headers,
            body=body,
            problem=opened.problem,
            logical_address=opened.request.logical_address if opened.request else None,
            certificate_id=opened.facts.get("certificate_id"),
            event=opened.facts.get("event"),
            occurred_at=opened.facts.get("occurred_at"),
            delivery=tag.delivery if tag else None,
            attempt=facts.attempt,
            behaviour=behaviour,
            answer=decided.silence if isinstance(decided, TurnAway) else decided.word,
            acted_at=() if isinstance(decided, TurnAway) else decided.acted(facts.now),
        )


_ACCEPTED = Result(ResultCode.OK)


def _sent(answer: Answer, facts: CallFacts) -> Sent:
    raw = _raw(answer, facts)
    return raw if answer.wrong is None else Mangled(raw, answer.wrong)


def _raw(answer: Answer, facts: CallFacts) -> RawAnswer:
    content = answer.content or _ACCEPTED
    if isinstance(content, RawAnswer):
        raw = content
    elif isinstance(content, Fault):
        # RIV-TA 2.1, rule 1: every fault has HTTP status 500.
        fault = replace(content, text=_worded(content.text, facts))
        raw = RawAnswer(answer.http_status or 500, _HEADERS, write_fault(fault))
    else:
        result = content if content.text is None else replace(content, text=_worded(content.text, facts))
        raw = RawAnswer(answer.http_status or 200, _HEADERS, write_result(result))
    if raw.http_status in _WITHOUT_BODY:
        return replace(raw, body=b"")
    return raw if answer.shape is None else replace(raw, body=shaped(raw.body, answer.shape))


def _worded(text: str, facts: CallFacts) -> str:
    """A text with what it tells of the call in its places, as the presets use them."""
    event, occurred_at = facts.later or ("", "")
    for place, value in (("later_event", event), ("later_at", occurred_at), ("problem", facts.problem or "")):
        text = text.replace(f"{{{place}}}", value)
    return text
