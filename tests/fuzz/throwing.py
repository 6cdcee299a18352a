"""Throws broken answers at the sender and broken requests at the journal server, over real sockets.

Every answer must end as an outcome with its rule. Every request must end as a SOAP answer, as an HTTP refusal, or in
silence where it was no HTTP; what was a sound POST must be kept byte for byte. No exception may escape, nothing may be
logged as our fault, and memory must stay bounded.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import resource
import sqlite3
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

from simulator.clock import VirtualClock
from simulator.contract.envelope import read_reply
from simulator.contract.reply import Answered, Fault, NoAnswer, RawAnswer, Result
from simulator.contract.schema import Contract, our_contract
from simulator.journal.behaviour import BehaviourRule
from simulator.journal.inbox import CallNumbers, Inbox
from simulator.journal.mocked import MockedJournalSystem
from simulator.journal.rulebook import Rulebook
from simulator.journal.server import serve
from simulator.redelivery.outcome import RULES_BY_NAME, judge
from simulator.scenario.behaviour_file import behaviour_language
from simulator.scenario.cast import load_cast
from simulator.store.outbox import RunKey
from simulator.store.sql import SqlStore, open_engine
from simulator.wire.client import ClientSettings, SoapClient
from tests.fuzz.material import answers_on_the_wire, requests_on_the_wire

START = datetime(2024, 9, 2, 6, 0, tzinfo=UTC)
# What the whole of a long run may take more at its end than after its first tenth, in MiB.
MEMORY_MAX = 96
# Hypothesis remembers what it has thrown within one go; a long run is many.
_BATCH = 1000
# Longer than any answer over loopback takes.
PATIENCE = 20.0


@contextmanager
def nothing_is_our_fault() -> Iterator[None]:
    """Fail where anything is logged as an error, or left to the loop."""
    found: list[str] = []

    class Listening(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(record.getMessage())

    handler = Listening(logging.ERROR)
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)
    assert not found, found


def throw(examples: int, thrown: Any, at: Callable[[Any], Awaitable[None]], loop: asyncio.AbstractEventLoop) -> None:
    """Throw so many examples, the same in every run."""
    for batch in range(-(-examples // _BATCH)):
        _throw_batch(min(_BATCH, examples - batch * _BATCH), batch, thrown, at, loop)


def _throw_batch(
    examples: int, number: int, thrown: Any, at: Callable[[Any], Awaitable[None]], loop: asyncio.AbstractEventLoop
) -> None:
    @seed(4711 + number)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(thrown)
    def run(one: Any) -> None:
        loop.run_until_complete(at(one))

    run()


class Memory:
    """Holds the highest memory of the process to what it was after the first tenth."""

    def __init__(self, examples: int) -> None:
        self._early = examples // 10
        self._thrown = 0
        self._then = 0

    def count(self) -> None:
        """One more was thrown."""
        self._thrown += 1
        if self._thrown == self._early:
            self._then = _high_water()

    def check(self) -> int:
        """How much more the rest has taken, in MiB."""
        grown = _high_water() - self._then
        assert grown <= MEMORY_MAX, f"memory grew by {grown} MiB"
        return grown


def _high_water() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def throw_answers(examples: int) -> tuple[Counter[str], int]:
    """Broken answers at the sender: how often each rule decided, and by how much memory grew."""
    rules: Counter[str] = Counter()
    memory = Memory(examples)
    to_be_sent = [b""]
    contract = our_contract()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
            await reader.readexactly(int(lengths[0].partition(b":")[2]))
            writer.write(to_be_sent[0])
            await writer.drain()
        writer.close()

    with nothing_is_our_fault(), asyncio.Runner() as runner:
        loop = runner.get_loop()
        server = loop.run_until_complete(asyncio.start_server(answer, "127.0.0.1", 0))
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        client = SoapClient(ClientSettings(answer_limit=64 * 1024))
        loop.run_until_complete(client.__aenter__())

        async def meet(document: bytes) -> None:
            to_be_sent[0] = document
            async with asyncio.timeout(PATIENCE):
                came = await client.post(url, b"<x/>", {})
            assert isinstance(came, RawAnswer | NoAnswer)
            outcome = judge(read_reply(came, contract) if isinstance(came, RawAnswer) else came)
            assert outcome.rule in RULES_BY_NAME
            rules[outcome.rule] += 1
            memory.count()

        throw(examples, answers_on_the_wire(), meet, loop)
        loop.run_until_complete(client.__aexit__(None, None, None))
        server.close()
    return rules, memory.check()


# Rules that ask for all that a rule can ask for, and answer at once, so that broken requests meet them too.
BEHAVIOUR = b"""
behaviour:
- {preset: strict, when: {chance: 0.5}}
- {preset: demands-order, when: {type: FK7443}}
- {preset: out-of-order-is-lost, when: {role: doctor}}
- {preset: info-to-late, when: {order: late}}
- {preset: no-signing-rights, when: {chance: 0.3}}
- {preset: takes-nothing-twice, when: {unit: ALMC}}
- {preset: fel-b, when: {missing: licence}}
- {answer: TECHNICAL_ERROR, acts: twice, when: {event: [SIGNAT, SKICKA], attempt: 2..99, not_before: SKAPAT}}
- {answer: {fault: No}, when: {certificate: c1, from: 1h, until: 2h}}
- {answer: OK, when: {chance: 0.5, attempt: 1..99, from: 0s, until: 99d}}
"""


def throw_requests(examples: int) -> tuple[Counter[str], int]:
    """Broken requests at the journal server: how often each kind of answer came, and by how much memory grew."""
    answers: Counter[str] = Counter()
    sound: Counter[bytes] = Counter()
    memory = Memory(examples)
    contract = our_contract()
    with nothing_is_our_fault(), asyncio.Runner() as runner, TemporaryDirectory() as folder:
        loop = runner.get_loop()
        path = Path(folder) / "calls.db"
        store = SqlStore(open_engine(f"sqlite:///{path}"))
        outbox = loop.run_until_complete(store.open_run(RunKey("journal", "", 0, "", "")))
        inbox = Inbox("journal", outbox, CallNumbers())
        language = behaviour_language(load_cast())
        rulebook = Rulebook(language(BEHAVIOUR)(START))
        system = MockedJournalSystem(inbox, rulebook, VirtualClock(START), contract, stands_alone=True)

        def read(text: bytes) -> tuple[BehaviourRule, ...]:
            rules = language(text)(START)
            # Read, and not obeyed: the next request must meet the system as it was.
            return rules[:0]

        listener = serve(system, contract, outbox, inbox, callers_may_leave=True, language=read)
        loop.run_until_complete(listener.start())
        port = int(listener.url.rpartition(":")[2])

        async def meet(request: tuple[bytes, bool]) -> None:
            document, is_sound = request
            async with asyncio.timeout(PATIENCE):
                came = await _ask(port, document, is_sound)
            if is_sound:
                body = document.partition(b"\r\n\r\n")[2]
                sound[_hash(_unchunked(body) if b"chunked" in document[:300] else body)] += 1
                answers[_word(came, contract)] += 1
            else:
                answers[came[9:12].decode("latin-1") if came.startswith(b"HTTP/") else "silence"] += 1
                assert b"Internal error" not in came
            memory.count()

        throw(examples, requests_on_the_wire(), meet, loop)
        loop.run_until_complete(listener.stop())
        loop.run_until_complete(store.close())
        grown = memory.check()
        with closing(sqlite3.connect(path)) as kept:
            lost = sound - Counter(_hash(body) for (body,) in kept.execute("SELECT body FROM calls"))
        assert not lost, f"{lost.total()} calls were lost"
    return answers, grown


def _hash(body: bytes) -> bytes:
    """A long run must not hold every body."""
    return hashlib.sha256(body).digest()


def _word(came: bytes, contract: Contract) -> str:
    """The answer to a sound call in a word; it is a result or a fault, which says what is wrong."""
    assert came.startswith(b"HTTP/1.1 "), came[:100]
    reply = read_reply(RawAnswer(int(came[9:12]), {}, came.partition(b"\r\n\r\n")[2]), contract)
    assert isinstance(reply, Answered)
    content = reply.content
    assert isinstance(content, Result | Fault), reply
    clear = content.text or getattr(content, "result_code", None)
    assert clear
    assert "internal error" not in str(clear).lower()
    return "fault" if isinstance(content, Fault) else str(content.error_id or content.result_code)


async def _ask(port: int, document: bytes, is_sound: bool) -> bytes:
    """Send the bytes and read to the end; of a broken request it is said that no more will come."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    came = b""
    try:
        writer.write(document)
        await writer.drain()
        while not _is_whole(came):
            # Half of a request waits for its other half; after a while it is said that none will come.
            try:
                chunk = await asyncio.wait_for(reader.read(65536), None if is_sound else 0.05)
            except TimeoutError:
                writer.write_eof()
                is_sound = True
                continue
            if not chunk:
                break
            came += chunk
    except ConnectionError:
        pass
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
    return came


def _is_whole(came: bytes) -> bool:
    head, end, body = came.partition(b"\r\n\r\n")
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            return bool(end) and len(body) >= int(line.partition(b":")[2])
    return False


def _unchunked(body: bytes) -> bytes:
    size, _, rest = body.partition(b"\r\n")
    try:
        return rest[: int(size, 16)]
    except ValueError:
        return rest
