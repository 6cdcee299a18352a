"""Makes one attempt: sends the stored bytes, judges what comes back, settles the delivery, and keeps all of it.

It knows nothing of modes: how long an answer may take, and what time it is, is the clock's business. An attempt that
is cut off before its outcome is kept has not been made, and is made again under its number.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from simulator.chance import seeded_uuid
from simulator.clock import Clock, wall_seconds
from simulator.contract import names
from simulator.contract.envelope import breach_of, read_reply
from simulator.contract.reply import NoAnswer, NotSent, NotSentReason, OnTheWire, RawAnswer, Reply, answer_word
from simulator.contract.schema import Contract
from simulator.journal.address_book import AddressBook
from simulator.journal.system import Tag
from simulator.redelivery.delivery import Delivery, attempts_max, settle
from simulator.redelivery.outcome import Outcome, judge
from simulator.redelivery.schedule import RedeliverySchedule
from simulator.store.outbox import Changes, Exchange
from simulator.trace.facts import PLATFORM_SENDS, AttemptMade
from simulator.webcert.agenda import Agenda


@dataclass
class TagsUnderWay:
    """Which attempt an exchange under way belongs to, by its correlation id."""

    _tags: dict[str, Tag] = field(default_factory=dict)

    def put(self, key: str, tag: Tag) -> None:
        """Remember an exchange; the memory of an ended one stays until the system, too, is done with it."""
        self._tags[key] = tag

    def forget(self, key: str) -> None:
        """The exchange is over."""
        self._tags.pop(key, None)

    def find(self, key: str) -> Tag | None:
        """The attempt behind a correlation id, or None for a stranger's."""
        return self._tags.get(key)


class Dispatcher:
    """Sends deliveries to the journal systems."""

    def __init__(
        self,
        *,
        clock: Clock,
        agenda: Agenda,
        address_book: AddressBook,
        contract: Contract,
        schedule: RedeliverySchedule,
        timeout: timedelta,
        seed: int,
        tags: TagsUnderWay,
        as_it_goes_out: Callable[[Delivery], Delivery] = lambda delivery: delivery,
    ) -> None:
        self._clock = clock
        self._agenda = agenda
        self._address_book = address_book
        self._contract = contract
        self._schedule = schedule
        self._timeout = timeout
        self._seed = seed
        self._tags = tags
        # Writes a message, or gives a redelivery another address, where that is put off to the attempt.
        self._as_it_goes_out = as_it_goes_out

    async def attempt(self, delivery: Delivery) -> Delivery:
        """Make the next attempt of a delivery, and return it as it has been kept afterwards."""
        attempt = delivery.attempts_made + 1
        outgoing = self._as_it_goes_out(delivery)
        sent_at = self._clock.now()
        began = wall_seconds()
        passes = OnTheWire()
        answer = self._unsendable(delivery, outgoing) or await self._exchange(outgoing, attempt, passes)
        elapsed = (wall_seconds() - began) * 1000
        reply = read_reply(answer, self._contract) if isinstance(answer, RawAnswer) else answer
        outcome = judge(reply)
        settled = settle(delivery, outcome, sent_at, self._schedule)
        written = delivery.message is None
        if written:
            settled = replace(settled, message=outgoing.message)
        now = self._clock.now()
        fact = self._fact(outgoing, settled, sent_at, now, answer, reply, outcome)
        exchange = self._kept_exchange(outgoing, settled, answer, passes, elapsed)
        await self._agenda.commit(
            Changes(
                settled=(settled,),
                written=(settled,) if written else (),
                facts=(fact,),
                exchanges=(exchange,),
                clock=now,
            )
        )
        return settled

    def _unsendable(self, delivery: Delivery, outgoing: Delivery) -> NotSent | None:
        """What keeps the message from being sent, before anything is: the contract, which Webcert's sender checks.

        A redelivery of the stored message has passed here before.
        """
        if delivery.attempts_made > 0 and outgoing.message is delivery.message:
            return None
        assert outgoing.message is not None, "what goes out is written"
        breach = breach_of(outgoing.message, self._contract)
        return None if breach is None else NotSent(NotSentReason.INVALID_MESSAGE, breach)

    async def _exchange(self, delivery: Delivery, attempt: int, passes: OnTheWire) -> RawAnswer | NoAnswer:
        way = self._address_book.way_to(delivery.journal_system)
        key = seeded_uuid(self._seed, "exchange", delivery.id, attempt)
        self._tags.put(key, Tag(delivery.id, attempt))
        headers = self._headers(key)
        try:
            return await self._clock.exchange(
                key,
                way.send(delivery, attempt, headers, passes),
                timeout=way.patience(self._timeout),
                lane=delivery.journal_system,
                foreign=way.is_foreign,
            )
        except TimeoutError:
            return way.given_up(delivery, attempt, self._timeout)
        finally:
            self._tags.forget(key)

    def _headers(self, key: str) -> Mapping[str, str]:
        return {
            "content-type": names.CONTENT_TYPE,
            "soapaction": f'"{self._contract.soap_action}"',
            names.CORRELATION_HEADER: key,
        }

    def _fact(
        self,
        delivery: Delivery,
        settled: Delivery,
        sent_at: datetime,
        now: datetime,
        answer: RawAnswer | NoAnswer | NotSent,
        reply: Reply,
        outcome: Outcome,
    ) -> AttemptMade:
        assert delivery.next_attempt_at is not None, "a delivery without a next attempt is never due"
        sha256 = delivery.message_sha256
        assert sha256 is not None, "what goes out is written"
        raw = answer if isinstance(answer, RawAnswer) else None
        sent_again = not isinstance(answer, NotSent) and answer.sent_again
        return AttemptMade(
            at=now,
            delivery=delivery.id,
            attempt=settled.attempts_made,
            attempts_max=attempts_max(delivery, self._schedule),
            certificate=delivery.alias,
            event=delivery.event,
            journal_system=delivery.journal_system,
            due=delivery.next_attempt_at,
            sent_at=sent_at,
            answer=answer_word(reply),
            http_status=raw.http_status if raw else None,
            request_sha256=sha256,
            answer_sha256=hashlib.sha256(raw.body).hexdigest() if raw else None,
            outcome=outcome.kind,
            rule=outcome.rule,
            # Not the reply's own, and so no matter to the rules.
            facts={**outcome.facts, PLATFORM_SENDS: 2} if sent_again else outcome.facts,
            state=settled.state,
            next_attempt_at=settled.next_attempt_at,
            logical_address=delivery.logical_address,
        )

    def _kept_exchange(
        self,
        outgoing: Delivery,
        settled: Delivery,
        answer: RawAnswer | NoAnswer | NotSent,
        passes: OnTheWire,
        elapsed: float,
    ) -> Exchange:
        own = passes.answer
        raw = answer if isinstance(answer, RawAnswer) else RawAnswer(0)
        silence = None if isinstance(answer, RawAnswer) else answer
        return Exchange(
            delivery=settled.id,
            attempt=settled.attempts_made,
            url=self._address_book.way_to(outgoing.journal_system).system.url,
            http_status=raw.http_status or None,
            headers=raw.headers,
            body=raw.body,
            silence=answer_word(silence) if silence else None,
            detail=silence.detail if silence else "",
            milliseconds=round(elapsed, 3),
            outgoing=passes.sent,
            own_answer=own if own and (own.http_status, own.body) != (raw.http_status, raw.body) else None,
            request=outgoing.message if outgoing.message is not settled.message else None,
        )
