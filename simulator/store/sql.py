"""The outbox in a database, through SQLAlchemy Core; SQLite in WAL mode, which survives a killed process.

All work with the database is done in one thread of its own, so that the event loop never waits for a disk.
Commits that come while another is under way are gathered into one transaction. Every rule about what is due lives in
`redelivery`; the queries here are held to it by a property test.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from datetime import date, datetime
from functools import cache
from operator import itemgetter
from typing import Any, TypeVar

import orjson
from sqlalchemy import (
    Connection,
    Engine,
    Insert,
    RowMapping,
    Update,
    bindparam,
    create_engine,
    event,
    func,
    insert,
    inspect,
    make_url,
    select,
    update,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import ArgumentError, DatabaseError, IntegrityError, NoSuchModuleError, OperationalError
from sqlalchemy.pool import QueuePool

from simulator.certificate.certificate import Certificate
from simulator.certificate.events import EventCode, Subject
from simulator.certificate.identity import CertificateId, HsaId, LogicalAddress
from simulator.certificate.manners import Rewriting
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

# A commit that waits to be written: its run, what it is, and who hears when it is kept.
_Waiting = tuple[int, Changes, asyncio.Future[None]]

# SQLite's limit for a statement's parameters is far above this; more ids to pass over than calls may be in flight
# never come.
_BESIDES_MAX = 1000


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
        """Keep the changes, together with all others that come before the present transaction has ended."""
        kept: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._gathered.append((run, changes, kept))
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
            await self.work(_write, [(run, changes) for run, changes, _ in together])
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
# Asked at every turn of the sender, and therefore made once.
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
_next_due = select(func.min(_table.next_attempt_at).label("moment")).where(
    _table.run == bindparam("run"),
    _table.next_attempt_at.is_not(None),
    _table.id.not_in(bindparam("besides", expanding=True)),
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

    async def next_due(self, besides: Collection[int] = ()) -> datetime | None:
        moment = (await self._rows(_next_due, {"run": self._run, "besides": _at_most(besides)}))[0]["moment"]
        return None if moment is None else moment_of(moment)

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
        return [Exchange(**_without_run(row) | {"headers": orjson.loads(row["headers"])}) for row in rows]

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


def _write(connection: Connection, together: list[tuple[int, Changes]]) -> None:
    """Write what was gathered, table by table; within a table in the order in which it came."""

    def rows(
        kind: Callable[[Changes], Iterable[Any]], as_row: Callable[[Any], dict[str, Any]], run_name: str = "run"
    ) -> list[dict[str, Any]]:
        return [as_row(one) | {run_name: run} for run, changes in together for one in kind(changes)]

    for statement, values in (
        (_put_certificate, rows(lambda changes: changes.certificates, _certificate_row)),
        (_new_delivery, rows(lambda changes: changes.emitted, _delivery_row)),
        (_settle_delivery, rows(lambda changes: changes.settled, _settled_row, "run_")),
        (_write_message, rows(lambda changes: changes.written, _message_row, "run_")),
        (_new_fact, rows(lambda changes: changes.facts, _fact_row)),
        (_new_exchange, rows(lambda changes: changes.exchanges, _exchange_row)),
        (_new_call, rows(lambda changes: changes.calls, _call_row)),
    ):
        if values:
            _write_rows(connection, statement, values)
    # The newest word on where a run stands is the one that counts.
    progress: dict[int, dict[str, Any]] = {}
    for run, changes in together:
        progress.setdefault(run, {}).update(_progress_row(changes))
    for run, values_of_run in progress.items():
        if values_of_run:
            connection.execute(update(tables.runs).where(tables.runs.c.id == run).values(**values_of_run))


def _write_rows(connection: Connection, statement: Insert | Update, rows: list[dict[str, Any]]) -> None:
    """Give the driver many rows at once, as it wants them.

    SQLAlchemy would look at each row by itself, which takes longer than SQLite needs to keep it.
    """
    text, values_of = _for_driver(statement, tuple(rows[0]))
    connection.exec_driver_sql(text, [values_of(row) for row in rows])


@cache
def _for_driver(statement: Insert | Update, names: tuple[str, ...]) -> tuple[str, Callable[[dict[str, Any]], Any]]:
    """The statement's text for rows with values of these names, and what puts them in its order."""
    compiled = statement.compile(dialect=sqlite.dialect(paramstyle="qmark"), column_keys=list(names))
    assert compiled.positiontup is not None, "a question mark goes by its place"
    return str(compiled), itemgetter(*compiled.positiontup)


_new_delivery, _new_fact = insert(tables.deliveries), insert(tables.facts)
_new_exchange, _new_call = insert(tables.exchanges), insert(tables.calls)
_new_certificate = sqlite.insert(tables.certificates)
_put_certificate = _new_certificate.on_conflict_do_update(
    index_elements=["run", "id"],
    set_={"state": _new_certificate.excluded.state, "body": _new_certificate.excluded.body},
)
_settle_delivery = (
    update(tables.deliveries)
    .where(tables.deliveries.c.run == bindparam("run_"), tables.deliveries.c.id == bindparam("id_"))
    .values(
        state=bindparam("state_"), attempts_made=bindparam("attempts_made_"), next_attempt_at=bindparam("next_")
    )
)  # fmt: skip

_write_message = (
    update(tables.deliveries)
    .where(tables.deliveries.c.run == bindparam("run_"), tables.deliveries.c.id == bindparam("id_"))
    .values(message=bindparam("message_"))
)  # fmt: skip


def _certificate_row(certificate: Certificate) -> dict[str, Any]:
    return {"id": certificate.id, "state": certificate.state, "body": certificate_json(certificate)}


def _delivery_row(delivery: Delivery) -> dict[str, Any]:
    return {
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


def _settled_row(delivery: Delivery) -> dict[str, Any]:
    return {
        "id_": delivery.id,
        "state_": delivery.state,
        "attempts_made_": delivery.attempts_made,
        "next_": milliseconds(delivery.next_attempt_at),
    }


def _message_row(delivery: Delivery) -> dict[str, Any]:
    return {"id_": delivery.id, "message_": delivery.message}


def _fact_row(fact: Fact) -> dict[str, Any]:
    return {"at": milliseconds(fact.at), "kind": fact.kind, "body": fact_line(fact)}


def _exchange_row(exchange: Exchange) -> dict[str, Any]:
    return vars(exchange) | {"headers": orjson.dumps(dict(exchange.headers)).decode()}


def _call_row(call: Call) -> dict[str, Any]:
    headers = orjson.dumps(dict(call.headers)).decode()
    acted_at = " ".join(str(milliseconds(moment)) for moment in call.acted_at)
    return vars(call) | {"headers": headers, "received_at": milliseconds(call.received_at), "acted_at": acted_at}


def _progress_row(changes: Changes) -> dict[str, Any]:
    values = {
        "steps_done": changes.steps_done,
        "clock": milliseconds(changes.clock),
        "finished": changes.finished,
    }
    return {name: value for name, value in values.items() if value is not None}
