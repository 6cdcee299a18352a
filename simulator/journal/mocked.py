"""A mocked journal system: opens each call, keeps it, and answers as its behaviour says.

It is strict: what is no status update gets a SOAP fault, what breaks the contract gets VALIDATION_ERROR, and both are
kept. Everything else is answered by the first rule that decides, or OK.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from simulator.clock import Clock
from simulator.contract import names
from simulator.contract.envelope import FAULT_CLIENT, Request, open_request, unreadable, write_fault, write_result
from simulator.contract.message import wire_facts
from simulator.contract.reading import UnreadableXml
from simulator.contract.reply import ErrorId, Fault, NoAnswer, RawAnswer, Result, ResultCode, Silence, Unreadability
from simulator.contract.schema import Contract
from simulator.journal.behaviour import Answer, BehaviourRule, CallFacts, answer_to, turned_away
from simulator.journal.inbox import Inbox
from simulator.journal.system import Tag
from simulator.sentence import say
from simulator.store.outbox import Call
from simulator.trace.facts import AnsweredTooLate

_HEADERS = {"content-type": names.CONTENT_TYPE}


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
        rules: Sequence[BehaviourRule],
        clock: Clock,
        contract: Contract,
        tag_of: Callable[[str], Tag | None] = lambda _: None,
        answered: Callable[[], None] = lambda: None,
        *,
        stands_alone: bool = False,
    ) -> None:
        self.name = inbox.name
        self._inbox = inbox
        self._rules = rules
        self._clock = clock
        self._contract = contract
        self._tag_of = tag_of
        self._answered = answered
        self._answering = 0
        # Nothing stands before a system that stands alone: it has to turn calls away itself.
        self._stands_alone = stands_alone

    @property
    def is_answering(self) -> bool:
        """Whether an answer is still to come, be it to a sender that has given up."""
        return self._answering > 0

    async def receive(self, body: bytes, headers: Mapping[str, str], complete: bool = True) -> RawAnswer | NoAnswer:
        """Take a call; a body that is not `complete` was cut at the limit."""
        key = headers.get(names.CORRELATION_HEADER, "")
        tag = self._tag_of(key)
        opened = self._open(body, complete)
        attempt = tag.attempt if tag else self._inbox.times_seen(*_identity(opened.facts)) + 1
        facts = self._facts(opened, attempt)
        refusal = turned_away(self._rules, facts, self._inbox.taken) if self._stands_alone else None
        if refusal is not None:
            await self._inbox.keep(self._call(opened, body, headers, tag, attempt, refusal, None))
            return NoAnswer(Silence.REFUSED)
        behaviour, answer = self._answer(opened, facts)
        await self._inbox.keep(self._call(opened, body, headers, tag, attempt, behaviour, answer))
        if not answer.never and not answer.delay:
            return _raw(answer)
        return await self._answer_later(answer, key, tag)

    async def _answer_later(self, answer: Answer, key: str, tag: Tag | None) -> RawAnswer | NoAnswer:
        label = say("{system} takes its time to answer", system=self.name)
        if answer.never:
            async with self._clock.doze(key, None, label):
                return NoAnswer(Silence.TIMEOUT)
        self._answering += 1
        try:
            async with self._clock.doze(key, answer.delay, label) as awaited:
                if not awaited and tag is not None:
                    late = AnsweredTooLate(self._clock.now(), tag.delivery, tag.attempt, self.name, answer.word)
                    await self._inbox.keep_late_answer(late)
        finally:
            self._answering -= 1
            self._answered()
        return _raw(answer)

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

    def _facts(self, opened: _Opened, attempt: int) -> CallFacts:
        return CallFacts(
            now=self._clock.now(),
            event=opened.facts.get("event"),
            unit=opened.facts.get("unit"),
            certificate=opened.facts.get("certificate_id"),
            attempt=attempt,
        )

    def _answer(self, opened: _Opened, facts: CallFacts) -> tuple[int | None, Answer]:
        if opened.refusal is not None:
            return None, opened.refusal
        return answer_to(self._rules, facts, self._inbox.taken)

    def _call(
        self,
        opened: _Opened,
        body: bytes,
        headers: Mapping[str, str],
        tag: Tag | None,
        attempt: int,
        behaviour: int | None,
        answer: Answer | None,
    ) -> Call:
        return Call(
            id=self._inbox.next_id(),
            journal_system=self.name,
            received_at=self._clock.now(),
            reached=answer is not None,
            headers=headers,
            body=body,
            problem=opened.problem,
            logical_address=opened.request.logical_address if opened.request else None,
            certificate_id=opened.facts.get("certificate_id"),
            event=opened.facts.get("event"),
            occurred_at=opened.facts.get("occurred_at"),
            delivery=tag.delivery if tag else None,
            attempt=attempt,
            behaviour=behaviour,
            answer=answer.word if answer else Silence.REFUSED,
        )


def _identity(facts: Mapping[str, str]) -> tuple[str | None, str | None, str | None]:
    return facts.get("certificate_id"), facts.get("event"), facts.get("occurred_at")


def _raw(answer: Answer) -> RawAnswer:
    content = answer.content
    if isinstance(content, RawAnswer):
        return content
    if isinstance(content, Fault):
        # RIV-TA 2.1, rule 1: every fault has HTTP status 500.
        return RawAnswer(answer.http_status or 500, _HEADERS, write_fault(content))
    return RawAnswer(answer.http_status or 200, _HEADERS, write_result(content))
