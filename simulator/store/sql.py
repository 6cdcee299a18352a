"""The outbox in a database, through SQLAlchemy Core; SQLite in WAL mode, which survives a killed process.

All work with the database is done in one thread of its own, so that the event loop never waits for a disk.
Commits that come while another is under way are gathered into one transaction. Every rule about what is due lives in
`redelivery`; the queries here are held to it by a property test.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import (
    Connection,
    Engine,
    RowMapping,
    bindparam,
    create_engine,
    event,
    func,
    insert,
    inspect,
    make_url,
    select,
)
from sqlalchemy.exc import ArgumentError, DatabaseError, IntegrityError, NoSuchModuleError, OperationalError
from sqlalchemy.pool import QueuePool

from simulator.certificate.certificate import Certificate
from simulator.errors import UsageError
from simulator.redelivery.delivery import Delivery
from simulator.sentence import say
from simulator.store import tables
from simulator.store.certificates import parse_certificate
from simulator.store.outbox import Call, Changes, Exchange, RunKey, RunState, kept_already, require_same_run
from simulator.store.rows import call_of, delivery_of, exchange_of
from simulator.store.tables import milliseconds, moment_of
from simulator.store.writing import Progress, Rows, progress_of, rows_of, write
from simulator.trace.facts import Fact
from simulator.trace.jsonl import parse_fact

T = TypeVar("T")

# A commit that waits to be written, and who hears when it is kept.
_Waiting = tuple[Rows, Progress, asyncio.Future[None]]

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
        self._gathered.append((rows_of(run, changes), progress_of(run, changes), kept))
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
            await self.work(write, [(rows, progress) for rows, progress, _ in together])
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
        return [delivery_of(row) for row in await self._rows(_due, asked)]

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
        return [delivery_of(row) for row in await self._all(tables.deliveries, tables.deliveries.c.id)]

    async def facts(self) -> list[Fact]:
        rows = await self._all(tables.facts, tables.facts.c.id)
        return sorted((parse_fact(row["body"]) for row in rows), key=lambda fact: fact.sort_key)

    async def exchanges(self) -> list[Exchange]:
        table = tables.exchanges
        rows = await self._all(table, table.c.delivery, table.c.attempt)
        return [exchange_of(row) for row in rows]

    async def calls(self) -> list[Call]:
        rows = await self._all(tables.calls, tables.calls.c.id)
        return [call_of(row) for row in rows]

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
