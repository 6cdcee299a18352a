"""The outbox: what a run keeps, and what can be relied on.

Promises, kept by every store and tested by one suite over all of them:

- `commit` is one transaction. When it returns, all of it is kept, and survives the death of this process;
  when it fails, or the process dies before, all of it is there or nothing is. Commits that are waiting at the same time
  may share a transaction; one that fails takes none of the others with it.
- A delivery, an exchange and a call are kept once: a commit that holds one that is there already fails.
- Nothing is sent before the commit of its delivery has returned; that is the agenda's half of the promise.
- `due` says nothing that `redelivery.delivery.is_due` does not say, in the order (moment, id).
- Nothing is forgotten: facts, exchanges and calls are appended and never changed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Protocol

from simulator.certificate.certificate import Certificate
from simulator.contract.reply import RawAnswer, Sent
from simulator.errors import SimulatorError, UsageError
from simulator.redelivery.delivery import Delivery
from simulator.sentence import say
from simulator.trace.facts import Fact


@dataclass(frozen=True)
class Exchange:
    """What came back for one attempt, as bytes; the request's bytes are the delivery's message, or `request`.

    `silence` says why nothing came, `detail` in the library's words. `milliseconds` is measured, and so is kept here
    and not in the trace. `outgoing` is None where the message never left: something stood before the journal system.
    `own_answer` is the system's own, where what stands in between has handed Webcert another, or none.
    """

    delivery: int
    attempt: int
    url: str
    http_status: int | None
    headers: Mapping[str, str]
    body: bytes
    silence: str | None
    detail: str
    milliseconds: float
    outgoing: Sent | None = None
    own_answer: RawAnswer | None = None
    # What was sent, where that was not the delivery's message.
    request: bytes | None = None

    def sent(self, delivery: Delivery) -> bytes:
        """The bytes that were sent in this attempt of the delivery."""
        sent = self.request or delivery.message
        assert sent is not None, "an attempt has sent something"
        return sent


@dataclass(frozen=True)
class Call:
    """One call that a mocked journal system, or the way to it, has met; the refused and the broken ones too.

    `id` counts from 1 within a run. `reached` is False where the call was turned away before the system saw it.
    `problem` says why the request was not taken for a status update. `behaviour` is the number of the rule that
    decided, None for the default. `answer` is the answer in a word. `acted_at` are the moments at which the system has
    acted upon the message, or will: none, one, or several; whatever the sender was told.
    """

    id: int
    journal_system: str
    received_at: datetime
    reached: bool
    headers: Mapping[str, str]
    body: bytes
    problem: str | None
    logical_address: str | None
    certificate_id: str | None
    event: str | None
    occurred_at: str | None
    delivery: int | None
    attempt: int | None
    behaviour: int | None
    answer: str
    acted_at: tuple[datetime, ...] = ()


@dataclass(frozen=True)
class Changes:
    """What is to be kept in one transaction.

    `emitted` are new deliveries, `settled` known ones after an attempt; `written` are settled ones whose message has
    come about. `steps_done` and `clock` are where the run
    stands now; None leaves them as they were.
    """

    certificates: tuple[Certificate, ...] = ()
    emitted: tuple[Delivery, ...] = ()
    settled: tuple[Delivery, ...] = ()
    written: tuple[Delivery, ...] = ()
    facts: tuple[Fact, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    calls: tuple[Call, ...] = ()
    steps_done: int | None = None
    clock: datetime | None = None
    finished: bool | None = None


@dataclass(frozen=True)
class RunKey:
    """What makes a run the run that it is: the same again resumes, another is an error.

    `scenario` is the SHA-256 of what was played.
    """

    name: str
    scenario: str
    seed: int
    schedule: str
    policy: str


def require_same_run(kept: RunKey, asked: RunKey) -> None:
    """Refuse to go on with a run that is not the one that was begun under this name; raises UsageError."""
    for one in fields(RunKey):
        its, asked_for = getattr(kept, one.name), getattr(asked, one.name)
        if its != asked_for:
            raise UsageError(
                say("the store holds another run of '{name}': its {what} is {kept}, now it is {asked}; use another "
                    "store, or the same command as before",
                    name=kept.name, what=one.name, kept=str(its), asked=str(asked_for))
            )  # fmt: skip


def kept_already() -> SimulatorError:
    """What a commit fails with that would keep something a second time."""
    return SimulatorError(say("the store already holds what was to be kept; only one process can work on a run"))


@dataclass(frozen=True)
class RunState:
    """Where a run stands: steps already committed, the clock's last committed moment, and whether it has ended."""

    steps_done: int = 0
    clock: datetime | None = None
    finished: bool = False


class Outbox(Protocol):
    """What one run keeps; see the promises above."""

    async def state(self) -> RunState:
        """Where the run stands."""
        ...

    async def commit(self, changes: Changes) -> None:
        """Keep the changes, all or none; raises SimulatorError where something of them is there already."""
        ...

    async def due(self, now: datetime, limit: int, besides: Collection[int] = ()) -> list[Delivery]:
        """The deliveries whose moment has come, earliest first; `besides` are ids to pass over."""
        ...

    async def waiting(self) -> int:
        """How many deliveries are not yet final."""
        ...

    async def certificates(self) -> list[Certificate]:
        """All certificates as they are now, in the order of their creation."""
        ...

    async def deliveries(self) -> list[Delivery]:
        """All deliveries as they are now, by id."""
        ...

    async def facts(self) -> list[Fact]:
        """All facts, in the order of the trace."""
        ...

    async def exchanges(self) -> list[Exchange]:
        """All exchanges by (delivery, attempt)."""
        ...

    async def calls(self) -> list[Call]:
        """All calls by id."""
        ...


class Store(Protocol):
    """Where runs are kept."""

    async def open_run(self, key: RunKey) -> Outbox:
        """The outbox of this run, new or resumed; raises UsageError where the store holds another."""
        ...

    async def close(self) -> None:
        """Finish what is under way and let go of files and connections."""
        ...
