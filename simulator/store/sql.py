"""The outbox in a database, through SQLAlchemy Core; SQLite in WAL mode, which survives a killed process.

All work with the database is done in one thread of its own, so that the event loop never waits for a disk.
Commits that come while another is under way are gathered into one transaction. Every rule about what is due lives in
`redelivery`; the queries here are held to it by a property test.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from datetime import date, datetime
from itertools import chain
from operator import itemgetter
from typing import Any, TypeVar

import orjson
from sqlalchemy import (
    Connection,
    Engine,
    Insert,
    RowMapping,
    Table,
    Update,
    bindparam,
    column,
    create_engine,
    event,
    func,
    insert,
    inspect,
    make_url,
    select,
    update,
    values,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import ArgumentError, DatabaseError, IntegrityError, NoSuchModuleError, OperationalError
from sqlalchemy.pool import QueuePool

from simulator.certificate.certificate import Certificate
from simulator.certificate.events import EventCode, Subject
from simulator.certificate.identity import CertificateId, HsaId, LogicalAddress
from simulator.certificate.manners import Rewriting
from simulator.contract.reply import RawAnswer, Sent
from simulator.errors import UsageError
from simulator.redelivery.delivery import Delivery, DeliveryState
from simulator.sentence import say
from simulator.store import tables
from simulator.store.certificates import certificate_json, parse_certificate
from simulator.store.outbox import Call, Changes, Exchange, RunKey, RunState, kept_already, require_same_run
from simulator.store.tables import milliseconds, moment_of
from simulator.trace.facts import Fact
from simulator.trace.jsonl import fact_line, parse_fact

T = TypeVar("T")

# A row's values, in the order of its statement's question marks; and the rows of a commit, statement by statement.
_Row = tuple[Any, ...]
_Rows = tuple[list[_Row], ...]
# What a commit says of where its run stands.
_Progress = dict[str, Any]
# A commit that waits to be written, and who hears when it is kept.
_Waiting = tuple[_Rows, _Progress, asyncio.Future[None]]

# SQLite's limit for a statement's parameters is far above this; more ids to pass over than calls may be in flight
# never come.
_BESIDES_MAX = 1000

# So many rows of the widest table stay far below SQLite's limit for a statement's parameters.
_TOGETHER_MAX = 64


def open_engine(url: str) -> Engine:
    """The engine for a store's URL, with SQLite set to survive a killed process; raises UsageError with an example."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise UsageError(say("'{url}' is no store; a store is a URL like sqlite:///run.db", url=url)) from None
    if parsed.get_backend_name() != "sqlite":
        raise UsageError(
            say("stores are SQLite for now: sqlite:///run.db; '{url}' is not", url=parsed.render_as_string())
        )
    try:
        engine = create_engine(
            parsed,
            poolclass=QueuePool,
            pool_size=1,
            max_overflow=0,
            connect_args={"timeout": 30},
            # A failure's text must not quote what was to be written: messages hold person ids.
            hide_parameters=True,
        )
    except (ArgumentError, NoSuchModuleError) as error:
        raise UsageError(say("'{url}' cannot be opened: {why}", url=url, why=str(error))) from None

    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _: Any) -> None:
    # Python's driver would begin transactions by itself, and only before rows are written: tables would be made outside
    # of any, and a process killed meanwhile would leave half a store. `_begin` does it instead.
    connection.isolation_level = None
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        # What is committed survives the process; only the machine's own fall could take the last of it.
        connection.execute("PRAGMA synchronous=NORMAL")
        # The log goes into the database at 40 MB and not at 4: whoever waits for a commit waits for that, too.
        connection.execute("PRAGMA wal_autocheckpoint=10000")
        connection.execute("PRAGMA foreign_keys=ON")
    except Exception:
        connection.close()
        raise


def _begin(connection: Connection) -> None:
    # For writing from the start: who only reads first can be refused the right to write afterwards.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


async def require_only(url: str, names: Collection[str]) -> None:
    """Refuse a store that holds runs of other scenarios than those that are about to be played."""
    store = SqlStore(open_engine(url))
    try:
        others = sorted(set(await store.open(_names_of_runs)) - set(names))
    finally:
        await store.close()
    if others:
        raise UsageError(
            say("the store holds another run, of {others}; use another store, or the same command as before",
                others=tuple(f"'{name}'" for name in others))
        )  # fmt: skip


def _names_of_runs(connection: Connection) -> list[str]:
    _require_our_tables(connection)
    return list(connection.execute(select(tables.runs.c.name)).scalars())


class SqlStore:
    """The runs of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        # SQLite's connections belong to a thread; one is enough, and keeps the order of what is asked.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._gathered: list[_Waiting] = []
        self._writing: asyncio.Task[None] | None = None

    async def open_run(self, key: RunKey) -> SqlOutbox:
        return SqlOutbox(self, await self.open(_open_run, key))

    async def close(self) -> None:
        if self._writing is not None:
            await self._writing
        # In the store's thread, and so after all that it was asked before.
        await asyncio.get_running_loop().run_in_executor(self._thread, self._engine.dispose)
        self._thread.shutdown()

    async def open(self, job: Callable[..., T], *values: Any) -> T:
        """Do the first work with a database, which may turn out to be none, or out of reach; raises UsageError then."""
        try:
            return await self.work(job, *values)
        except DatabaseError as error:
            raise UsageError(
                say("'{url}' cannot be opened: {why}", url=self._engine.url.render_as_string(), why=str(error.orig))
            ) from None

    async def work(self, job: Callable[..., T], *values: Any) -> T:
        """Do something with a connection, in the store's thread and in a transaction."""

        def _in_transaction() -> T:
            with self._engine.begin() as connection:
                return job(connection, *values)

        return await asyncio.get_running_loop().run_in_executor(self._thread, _in_transaction)

    async def commit(self, run: int, changes: Changes) -> None:
        """Keep the changes, together with all others that come before the present transaction has ended.

        The rows are made here and not in the store's thread: two threads that both want the interpreter are slower
        than one, and so the other does nothing but hand them to the database.
        """
        kept: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._gathered.append((_rows_of(run, changes), _progress_of(run, changes), kept))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_gathered())
        await kept

    async def _write_gathered(self) -> None:
        try:
            while self._gathered:
                together, self._gathered = self._gathered, []
                await self._keep(together)
        finally:
            self._writing = None

    async def _keep(self, together: list[_Waiting]) -> None:
        """Write the changes in one transaction; where that fails, each in its own: only the guilty one fails."""
        try:
            await self.work(_write, [(rows, progress) for rows, progress, _ in together])
        except Exception as error:
            if len(together) > 1:
                for one in together:
                    await self._keep([one])
                return
            if not together[0][2].done():
                together[0][2].set_exception(self._explained(error))
        else:
            for _, _, kept in together:
                if not kept.done():
                    kept.set_result(None)

    def _explained(self, error: Exception) -> Exception:
        """What can be said of a failed commit to somebody who knows no SQL."""
        if isinstance(error, IntegrityError):
            return kept_already()
        if isinstance(error, OperationalError):
            # The disk is full, the file may only be read, or somebody else has locked it for half a minute.
            path = self._engine.url.render_as_string()
            return UsageError(say("{path} cannot be written: {why}", path=path, why=str(error.orig)))
        return error


def _open_run(connection: Connection, key: RunKey) -> int:
    _require_our_tables(connection)
    row = connection.execute(select(tables.runs).where(tables.runs.c.name == key.name)).mappings().first()
    names = [one.name for one in fields(RunKey)]
    if row is None:
        values = {name: getattr(key, name) for name in names}
        result = connection.execute(insert(tables.runs).values(**values, steps_done=0, finished=False))
        return int(result.inserted_primary_key[0])  # type: ignore[index]
    require_same_run(RunKey(**{name: row[name] for name in names}), key)
    return int(row["id"])


_table = tables.deliveries.c
_due = (
    select(tables.deliveries)
    .where(
        _table.run == bindparam("run"),
        _table.next_attempt_at <= bindparam("now"),
        _table.id.not_in(bindparam("besides", expanding=True)),
    )
    .order_by(_table.next_attempt_at, _table.id)
    .limit(bindparam("most"))
)


class SqlOutbox:
    """One run in a database."""

    def __init__(self, store: SqlStore, run: int) -> None:
        self._store = store
        self._run = run

    async def commit(self, changes: Changes) -> None:
        await self._store.commit(self._run, changes)

    async def state(self) -> RunState:
        rows = await self._rows(select(tables.runs).where(tables.runs.c.id == self._run))
        row = rows[0]
        clock = None if row["clock"] is None else moment_of(row["clock"])
        return RunState(row["steps_done"], clock, row["finished"])

    async def due(self, now: datetime, limit: int, besides: Collection[int] = ()) -> list[Delivery]:
        asked = {"run": self._run, "now": milliseconds(now), "besides": _at_most(besides), "most": limit}
        return [_delivery(row) for row in await self._rows(_due, asked)]

    async def waiting(self) -> int:
        table = tables.deliveries.c
        asked = select(func.count().label("waiting")).where(
            table.run == self._run, table.next_attempt_at.is_not(None)
        )  # fmt: skip
        return int((await self._rows(asked))[0]["waiting"])

    async def certificates(self) -> list[Certificate]:
        rows = await self._all(tables.certificates, tables.certificates.c.number)
        return [parse_certificate(row["body"]) for row in rows]

    async def deliveries(self) -> list[Delivery]:
        return [_delivery(row) for row in await self._all(tables.deliveries, tables.deliveries.c.id)]

    async def facts(self) -> list[Fact]:
        rows = await self._all(tables.facts, tables.facts.c.id)
        return sorted((parse_fact(row["body"]) for row in rows), key=lambda fact: fact.sort_key)

    async def exchanges(self) -> list[Exchange]:
        table = tables.exchanges
        rows = await self._all(table, table.c.delivery, table.c.attempt)
        return [
            Exchange(
                **_without_run(row)
                | {
                    "headers": orjson.loads(row["headers"]),
                    "outgoing": _sent(row["outgoing"]),
                    "own_answer": _answer(row["own_answer"]),
                }
            )
            for row in rows
        ]

    async def calls(self) -> list[Call]:
        rows = await self._all(tables.calls, tables.calls.c.id)
        return [
            Call(
                **_without_run(row)
                | {
                    "headers": orjson.loads(row["headers"]),
                    "received_at": moment_of(row["received_at"]),
                    "acted_at": tuple(moment_of(int(count)) for count in row["acted_at"].split()),
                }
            )
            for row in rows
        ]

    async def _all(self, table: Any, *order: Any) -> list[RowMapping]:
        return await self._rows(select(table).where(table.c.run == self._run).order_by(*order))

    async def _rows(self, asked: Any, values: dict[str, Any] | None = None) -> list[RowMapping]:
        return await self._store.work(lambda connection: list(connection.execute(asked, values).mappings()))


def _at_most(besides: Collection[int]) -> list[int]:
    if len(besides) > _BESIDES_MAX:
        raise ValueError(f"at most {_BESIDES_MAX} deliveries can be passed over, not {len(besides)}")
    return sorted(besides)


def _require_our_tables(connection: Connection) -> None:
    """Make the tables in an empty database; refuse a database, or a format, that is not ours."""
    present = set(inspect(connection).get_table_names())
    if not present:
        tables.metadata.create_all(connection)
        connection.execute(insert(tables.store_format).values(format=tables.STORE_FORMAT))
    elif tables.store_format.name not in present:
        raise UsageError(say("this database was not made by webcertsim; give the URL of a new one"))
    else:
        found = connection.execute(select(tables.store_format.c.format)).scalar()
        if found != tables.STORE_FORMAT:
            raise UsageError(
                say("the store has format {found}, this version reads {known}; use the version that made it",
                    found=found, known=tables.STORE_FORMAT)
            )  # fmt: skip


def _delivery(row: RowMapping) -> Delivery:
    next_attempt_at = row["next_attempt_at"]
    return Delivery(
        id=row["id"],
        certificate_id=CertificateId(row["certificate_id"]),
        alias=row["alias"],
        event=EventCode(row["event"]),
        occurred_at=moment_of(row["occurred_at"]),
        logical_address=LogicalAddress(row["logical_address"]),
        journal_system=row["journal_system"],
        message=row["message"],
        state=DeliveryState(row["state"]),
        attempts_made=row["attempts_made"],
        next_attempt_at=None if next_attempt_at is None else moment_of(next_attempt_at),
        handled_by=HsaId.as_received(row["handled_by"]) if row["handled_by"] else None,
        subject=Subject(row["subject"]) if row["subject"] else None,
        answer_due=date.fromisoformat(row["answer_due"]) if row["answer_due"] else None,
        rewriting=Rewriting(row["rewriting"]),
        redelivery_address=LogicalAddress(row["redelivery_address"]) if row["redelivery_address"] else None,
        attempts_most=row["attempts_most"],
        resend_of=row["resend_of"],
    )


def _without_run(row: RowMapping) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "run"}


def _rows_of(run: int, changes: Changes) -> _Rows:
    """What a commit adds to the rows of each of `_STATEMENTS`."""
    return (
        [_put_certificate.row(_certificate_row(run, one)) for one in changes.certificates],
        [_new_delivery.row(_delivery_row(run, one)) for one in changes.emitted],
        [_settle_delivery.row(_settled_row(run, one)) for one in changes.settled],
        [_write_message.row({"run": run, "id": one.id, "message": one.message}) for one in changes.written],
        [_new_fact.row(_fact_row(run, one)) for one in changes.facts],
        [_new_exchange.row(_exchange_row(run, one)) for one in changes.exchanges],
        [_new_call.row(_call_row(run, one)) for one in changes.calls],
    )


def _write(connection: Connection, together: list[tuple[_Rows, _Progress]]) -> None:
    """Write what was gathered, statement by statement; the rows of one in the order in which they came."""
    for statement, *rows in zip(_STATEMENTS, *(rows for rows, _ in together), strict=True):
        statement.write(connection, list(chain.from_iterable(rows)))
    # The newest word on where a run stands is the one that counts.
    newest: dict[int, _Progress] = {}
    for _, progress in together:
        newest.setdefault(progress["run_"], {}).update(progress)
    for values_of_run in newest.values():
        connection.execute(_tell_progress, _UNTOLD | values_of_run)


class _Statement:
    """Writes rows, many of them at once.

    SQLAlchemy would look at each row by itself, which takes longer than SQLite needs to keep it. And Python's driver
    lets go of the interpreter at each execution, which a busy event loop gives back late: a row that is executed by
    itself waits for that longer than it takes to write.
    """

    def __init__(self, statement: Insert | Update, names: Sequence[str]) -> None:
        # An update says itself what it sets.
        columns = list(names) if isinstance(statement, Insert) else None
        compiled = statement.compile(dialect=sqlite.dialect(paramstyle="qmark"), column_keys=columns)
        assert compiled.positiontup is not None, "a question mark goes by its place"
        # An update keeps the columns' own names for itself; its parameters have a line after theirs.
        self.row: Callable[[dict[str, Any]], _Row] = itemgetter(*(name.rstrip("_") for name in compiled.positiontup))
        self._marks = f"({', '.join('?' * len(names))})"
        before, self._after = str(compiled).split(self._marks)
        assert "?" not in before + self._after, "a row is written as one group of question marks"
        self._before = before

    def write(self, connection: Connection, rows: Sequence[_Row]) -> None:
        """Write rows with values in the order that `row` gives them."""
        first = 0
        while first < len(rows):
            # By powers of two, so that there are few texts, and the driver knows them all.
            count = min(1 << (len(rows) - first).bit_length() - 1, _TOGETHER_MAX)
            some = rows[first : first + count]
            connection.exec_driver_sql(self._text(count), tuple(chain.from_iterable(some)))
            first += count

    def _text(self, count: int) -> str:
        return f"{self._before}{', '.join([self._marks] * count)}{self._after}"


def _insert(table: Table, *, numbered: str | None = None) -> _Statement:
    """New rows; the database gives each the next number, where there is a column for it."""
    return _Statement(insert(table), [name for name in table.columns.keys() if name != numbered])  # noqa: SIM118


_new_certificate = sqlite.insert(tables.certificates)
_put_certificate = _Statement(
    _new_certificate.on_conflict_do_update(
        index_elements=["run", "id"],
        set_={"state": _new_certificate.excluded.state, "body": _new_certificate.excluded.body},
    ),
    ("run", "id", "state", "body"),
)


def _update(*names: str) -> _Statement:
    """New values for deliveries that are known."""
    keys = ("run", "id")
    rows = (
        values(*(column(name, _table[name].type) for name in (*keys, *names)), name="rows")
        .data([tuple(bindparam(f"{name}_", type_=_table[name].type) for name in (*keys, *names))])
        .cte("settled")
    )
    return _Statement(
        update(tables.deliveries)
        .where(_table.run == rows.c.run, _table.id == rows.c.id)
        .values({name: rows.c[name] for name in names}),
        (*keys, *names),
    )


_settle_delivery, _write_message = _update("state", "attempts_made", "next_attempt_at"), _update("message")
_new_delivery, _new_fact = _insert(tables.deliveries), _insert(tables.facts, numbered="id")
_new_exchange, _new_call = _insert(tables.exchanges), _insert(tables.calls)
# In the order in which `_rows_of` makes them.
_STATEMENTS = (
    _put_certificate, _new_delivery, _settle_delivery, _write_message, _new_fact, _new_exchange, _new_call
)  # fmt: skip

_run = tables.runs.c
_UNTOLD = dict.fromkeys(("steps_done_", "clock_", "finished_"))
_tell_progress = (
    update(tables.runs)
    .where(_run.id == bindparam("run_"))
    .values({
        one.name: func.coalesce(bindparam(f"{one.name}_", type_=one.type), one)
        for one in (_run.steps_done, _run.clock, _run.finished)
    })
)  # fmt: skip


def _certificate_row(run: int, certificate: Certificate) -> dict[str, Any]:
    return {"run": run, "id": certificate.id, "state": certificate.state, "body": certificate_json(certificate)}


def _delivery_row(run: int, delivery: Delivery) -> dict[str, Any]:
    return {
        "run": run,
        "id": delivery.id,
        "certificate_id": delivery.certificate_id,
        "alias": delivery.alias,
        "event": delivery.event,
        "occurred_at": milliseconds(delivery.occurred_at),
        "logical_address": delivery.logical_address,
        "journal_system": delivery.journal_system,
        "message": delivery.message,
        "state": delivery.state,
        "attempts_made": delivery.attempts_made,
        "next_attempt_at": milliseconds(delivery.next_attempt_at),
        "handled_by": delivery.handled_by,
        "subject": delivery.subject,
        "answer_due": delivery.answer_due.isoformat() if delivery.answer_due else None,
        "rewriting": delivery.rewriting,
        "redelivery_address": delivery.redelivery_address,
        "attempts_most": delivery.attempts_most,
        "resend_of": delivery.resend_of,
    }


def _settled_row(run: int, delivery: Delivery) -> dict[str, Any]:
    return {
        "run": run,
        "id": delivery.id,
        "state": delivery.state,
        "attempts_made": delivery.attempts_made,
        "next_attempt_at": milliseconds(delivery.next_attempt_at),
    }


def _fact_row(run: int, fact: Fact) -> dict[str, Any]:
    return {"run": run, "at": milliseconds(fact.at), "kind": fact.kind, "body": fact_line(fact)}


def _exchange_row(run: int, exchange: Exchange) -> dict[str, Any]:
    outgoing = None if exchange.outgoing is None else orjson.dumps(vars(exchange.outgoing), default=dict).decode()
    return {
        "run": run,
        **vars(exchange),
        "headers": _headers_json(exchange.headers),
        "outgoing": outgoing,
        "own_answer": _answer_json(exchange.own_answer),
    }


def _call_row(run: int, call: Call) -> dict[str, Any]:
    return {
        "run": run,
        **vars(call),
        "headers": _headers_json(call.headers),
        "received_at": milliseconds(call.received_at),
        "acted_at": " ".join(str(milliseconds(moment)) for moment in call.acted_at),
    }


def _sent(text: str | None) -> Sent | None:
    return None if text is None else Sent(**orjson.loads(text))


def _answer_json(answer: RawAnswer | None) -> str | None:
    if answer is None:
        return None
    values = [answer.http_status, dict(answer.headers), answer.body.decode("latin-1"), answer.complete]
    return orjson.dumps(values).decode()


def _answer(text: str | None) -> RawAnswer | None:
    if text is None:
        return None
    http_status, headers, body, complete = orjson.loads(text)
    return RawAnswer(http_status, headers, body.encode("latin-1"), complete)


def _headers_json(headers: Mapping[str, str]) -> str:
    return orjson.dumps(dict(headers)).decode()


def _progress_of(run: int, changes: Changes) -> _Progress:
    values = {
        "run_": run,
        "steps_done_": changes.steps_done,
        "clock_": milliseconds(changes.clock),
        "finished_": changes.finished,
    }
    return {name: value for name, value in values.items() if value is not None}
