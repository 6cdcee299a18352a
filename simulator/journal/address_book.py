"""The way to the journal systems: which unit's updates go where, and what stands before a system.

An outage or a refused connection is met here, before mocked and real systems alike: the call goes no further.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from simulator.clock import Clock
from simulator.contract.message import wire_moment
from simulator.contract.reply import NoAnswer, RawAnswer, Silence
from simulator.journal.behaviour import BehaviourRule, CallFacts, turned_away
from simulator.journal.inbox import Inbox
from simulator.journal.system import JournalSystem
from simulator.redelivery.delivery import Delivery
from simulator.store.outbox import Call


class WayTo:
    """The way to one journal system."""

    def __init__(self, system: JournalSystem, inbox: Inbox, rules: Sequence[BehaviourRule], clock: Clock) -> None:
        self.system = system
        self._inbox = inbox
        self._rules = rules
        self._clock = clock

    async def send(self, delivery: Delivery, attempt: int, headers: Mapping[str, str]) -> RawAnswer | NoAnswer:
        """Send a message on its way, unless the way is closed; a call that is turned away is kept as well."""
        message = delivery.message
        assert message is not None, "what goes out is written"
        call = CallFacts(
            now=self._clock.now(),
            event=delivery.event,
            unit=delivery.logical_address,
            certificate=delivery.certificate_id,
            attempt=attempt,
        )
        rule = turned_away(self._rules, call, self._inbox.taken)
        if rule is None:
            return await self.system.receive(message, headers)
        await self._inbox.keep(
            Call(
                id=self._inbox.next_id(),
                journal_system=self.system.name,
                received_at=call.now,
                reached=False,
                headers=headers,
                body=message,
                problem=None,
                logical_address=delivery.logical_address,
                certificate_id=delivery.certificate_id,
                event=delivery.event,
                occurred_at=wire_moment(delivery.occurred_at),
                delivery=delivery.id,
                attempt=attempt,
                behaviour=rule,
                answer=Silence.REFUSED,
            )
        )
        return NoAnswer(Silence.REFUSED, "the behaviour of the journal system says so")


class AddressBook:
    """Which journal system serves which logical address."""

    def __init__(self) -> None:
        self._ways: dict[str, WayTo] = {}
        self._systems: dict[str, str] = {}

    def add(self, way: WayTo, logical_addresses: Sequence[str]) -> None:
        """Let a system serve these units."""
        self._ways[way.system.name] = way
        self._systems |= dict.fromkeys(logical_addresses, way.system.name)

    def system_for(self, logical_address: str) -> str | None:
        """The name of the system that serves a unit, or None where the unit is not integrated."""
        return self._systems.get(logical_address)

    def way_to(self, name: str) -> WayTo:
        """The way to a system."""
        return self._ways[name]
