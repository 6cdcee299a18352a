"""The way to the journal systems: which unit's updates go where, and what stands before a system.

An outage or a refused connection is met here, before mocked and real systems alike: the call goes no further. Before a
real system the way also does what a mocked one does itself: it is late with an answer, loses it, or breaks it off.
Whoever stands between sender and system, such as the national platform, is a `Way` around another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from lxml import etree

from simulator.clock import Clock
from simulator.contract import names
from simulator.contract.envelope import read_reply
from simulator.contract.message import wire_moment
from simulator.contract.message_reading import wire_facts
from simulator.contract.reading import read_xml
from simulator.contract.reply import NoAnswer, OnTheWire, RawAnswer, Silence, answer_word
from simulator.contract.schema import Contract
from simulator.journal.behaviour import Answer, CallFacts, TurnAway, answer_to, turned_away
from simulator.journal.call_facts import call_facts
from simulator.journal.going_on import CallsThatGoOn
from simulator.journal.inbox import Inbox
from simulator.journal.late_answers import LateAnswers
from simulator.journal.rulebook import Rulebook
from simulator.journal.system import JournalSystem, Tag
from simulator.redelivery.delivery import Delivery
from simulator.sentence import say
from simulator.settings import DEFAULT_TIMEOUT
from simulator.store.outbox import Call
from simulator.wire.mangling import DROPS, Mangled

_WHY = "the behaviour of the journal system says so"


class Way(Protocol):
    """A way to a journal system, be it straight or through others.

    An exchange `is_foreign` when the sender and a real system alone take part, so that it is timed by the wall.
    """

    @property
    def system(self) -> JournalSystem:
        """The journal system at its end."""
        ...

    @property
    def is_foreign(self) -> bool:
        """Whether time is the wall's."""
        ...

    async def send(
        self, delivery: Delivery, attempt: int, headers: Mapping[str, str], passes: OnTheWire
    ) -> RawAnswer | NoAnswer:
        """Send a message on its way, and note down what passes over the wire."""
        ...

    def patience(self, sender: timedelta) -> timedelta:
        """How long until somebody gives up, when the sender waits so long."""
        ...

    def given_up(self, delivery: Delivery, attempt: int, sender: timedelta) -> RawAnswer | NoAnswer:
        """What the sender has of an attempt when nothing came in that time."""
        ...


@dataclass(frozen=True)
class _OnItsWay:
    """One attempt of a delivery, as the way sees it."""

    delivery: Delivery
    message: bytes
    attempt: int
    headers: Mapping[str, str]
    facts: CallFacts


class WayTo:
    """The straight way to one journal system; `timeout` is how long a real one may take, in wall seconds.

    With `within` it is part of another way, whose exchange is timed by the clock: what is foreign is then timed here.
    """

    def __init__(
        self,
        system: JournalSystem,
        inbox: Inbox,
        rulebook: Rulebook,
        clock: Clock,
        contract: Contract,
        answered: Callable[[], None] = lambda: None,
        *,
        seed: int = 0,
        timeout: timedelta = DEFAULT_TIMEOUT,
        tls: Mapping[str, JournalSystem] | None = None,
        within: bool = False,
    ) -> None:
        self.system = system
        self._within = within
        self._inbox = inbox
        self._rulebook = rulebook
        self._clock = clock
        self._contract = contract
        self.late_answers = LateAnswers(inbox, clock, answered)
        self._calls = CallsThatGoOn()
        self._seed = seed
        self._timeout = timeout
        # Where bytes travel over sockets, a server of each TLS mood that the rules ask for.
        self._tls = tls or {}

    @property
    def is_foreign(self) -> bool:
        """Whether an exchange is between the sender and the real system alone, so that it is timed by the wall."""
        return self.system.foreign and not self._rulebook.has_answers and not self._within

    async def send(
        self, delivery: Delivery, attempt: int, headers: Mapping[str, str], passes: OnTheWire
    ) -> RawAnswer | NoAnswer:
        """Send a message on its way, unless the way is closed; a call that is turned away is kept as well."""
        message = delivery.message
        assert message is not None, "what goes out is written"
        if not self._rulebook.numbered and not self._within:
            return await self.system.receive(message, headers, passes)
        call = _OnItsWay(delivery, message, attempt, headers, self.facts_of(delivery, attempt))
        turned = turned_away(self._rulebook.rules, call.facts, self._inbox.taken)
        if turned is not None:
            return await self._turn_away(call, *turned)
        if not self.system.foreign:
            return await self.system.receive(message, headers, passes)
        number, passing = answer_to(self._rulebook.rules, call.facts, self._inbox.taken)
        answer = await self._over_the_wire(call, passes)
        if number is None:
            return answer
        for _ in range(1, 1 if passing.acts is None else passing.acts.times):
            answer = await self._over_the_wire(call, passes)
        await self._keep(call, number, reached=True, answer=passing.word)
        return await self._calls.carry_out(self._spoil(call, number, passing, answer))

    async def close(self) -> None:
        """Let go of the answers that nobody waits for any more."""
        await self._calls.close()

    def patience(self, sender: timedelta) -> timedelta:
        """As long as the sender waits: nobody here gives up before."""
        return sender

    def given_up(self, _delivery: Delivery, _attempt: int, _sender: timedelta) -> NoAnswer:
        """It was the sender who gave up."""
        return NoAnswer(Silence.TIMEOUT)

    async def keep_turned_away(
        self, delivery: Delivery, attempt: int, headers: Mapping[str, str], word: str
    ) -> None:  # fmt: skip
        """Keep a call that somebody before this way has turned away, with the answer in a word."""
        assert delivery.message is not None, "what goes out is written"
        call = _OnItsWay(delivery, delivery.message, attempt, headers, self.facts_of(delivery, attempt))
        await self._keep(call, None, reached=False, answer=word)

    async def _turn_away(self, call: _OnItsWay, number: int, away: TurnAway) -> NoAnswer:
        await self._keep(call, number, reached=False, answer=away.silence)
        closed_door = self._tls.get(away.tls or "")
        if closed_door is not None:
            tried = await closed_door.receive(call.message, call.headers, OnTheWire())
            assert isinstance(tried, NoAnswer), "a server with wrong TLS answers nobody"
            return tried
        return NoAnswer(away.silence, f"TLS: {away.tls}; {_WHY}" if away.tls else _WHY)

    async def _over_the_wire(self, call: _OnItsWay, passes: OnTheWire) -> RawAnswer | NoAnswer:
        """Hand the message to a real system, which has as long as the sender, by the wall."""
        receive = self.system.receive(call.message, call.headers, passes)
        if self.is_foreign:
            return await receive
        key = call.headers.get(names.CORRELATION_HEADER, "")
        lane = f"{self.system.name} over the wire"
        try:
            return await self._clock.exchange(
                f"{key} over the wire", receive, timeout=self._timeout, lane=lane, foreign=True
            )
        except TimeoutError:
            return NoAnswer(Silence.TIMEOUT)

    async def _spoil(
        self, call: _OnItsWay, number: int, passing: Answer, answer: RawAnswer | NoAnswer
    ) -> RawAnswer | NoAnswer:
        """Let happen to a real system's answer what the rule says, before the sender has it."""
        rule = self._rulebook.rules[number]
        assert rule is not None, "a rule that has just decided"
        delays = [rule.delay(passing, call.facts)]
        if passing.dribble is not None:
            delays += [passing.dribble / DROPS] * DROPS
        label = say("the way from {system} is slow", system=self.system.name)
        key = call.headers.get(names.CORRELATION_HEADER, "")
        if passing.never:
            async with self._clock.doze(key, None, label):
                return NoAnswer(Silence.TIMEOUT, _WHY)
        tag = Tag(call.delivery.id, call.attempt) if isinstance(answer, RawAnswer) else None
        word = answer_word(read_reply(answer, self._contract) if isinstance(answer, RawAnswer) else answer)
        for delay in filter(None, delays):
            if not await self.late_answers.take_time(delay, key, tag, word, label):
                return NoAnswer(Silence.TIMEOUT, _WHY)
        if passing.wrong is None or isinstance(answer, NoAnswer):
            return answer
        return Mangled(answer, passing.wrong).seen

    def facts_of(self, delivery: Delivery, attempt: int) -> CallFacts:
        """What behaviours can go by, of an attempt that is made now."""
        assert delivery.message is not None, "what goes out is written"
        now, element = self._clock.now(), _element(delivery.message)
        said = {} if element is None else wire_facts(element)
        return call_facts(
            element,
            said,
            now=now,
            attempt=attempt,
            met=self._inbox.times_seen(said),
            seed=self._seed,
            taken=self._inbox.taken_of(delivery.certificate_id, now),
        )

    async def _keep(self, call: _OnItsWay, number: int | None, *, reached: bool, answer: str) -> None:
        delivery = call.delivery
        await self._inbox.keep(
            Call(
                id=self._inbox.next_id(),
                journal_system=self.system.name,
                received_at=call.facts.now,
                reached=reached,
                headers=call.headers,
                body=call.message,
                problem=None,
                logical_address=delivery.logical_address,
                certificate_id=delivery.certificate_id,
                event=delivery.event,
                occurred_at=wire_moment(delivery.occurred_at),
                delivery=delivery.id,
                attempt=call.attempt,
                behaviour=number,
                answer=answer,
            )
        )


def _element(message: bytes) -> etree._Element | None:
    """The status update in a message of ours."""
    return read_xml(message).find(f"{names.BODY}/{names.REQUEST}")


class AddressBook:
    """Which journal system serves which logical address."""

    def __init__(self) -> None:
        self._ways: dict[str, Way] = {}
        self._systems: dict[str, str] = {}

    def add(self, way: Way, logical_addresses: Sequence[str]) -> None:
        """Let a system serve these units."""
        self._ways[way.system.name] = way
        self._systems |= dict.fromkeys(logical_addresses, way.system.name)

    def system_for(self, logical_address: str) -> str | None:
        """The name of the system that serves a unit, or None where the unit is not integrated."""
        return self._systems.get(logical_address)

    def way_to(self, name: str) -> Way:
        """The way to a system."""
        return self._ways[name]
