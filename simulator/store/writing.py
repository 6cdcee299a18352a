"""Writes what a commit keeps: rows for each statement, many at once, and where the run stands.

SQLAlchemy makes the statements; the rows go past it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Insert, Table, Update, bindparam, column, func, insert, update, values
from sqlalchemy.dialects import sqlite

from simulator.store import tables
from simulator.store.outbox import Changes
from simulator.store.rows import call_row, certificate_row, delivery_row, exchange_row, fact_row, settled_row
from simulator.store.tables import milliseconds

# A row's values, in the order of its statement's question marks; and the rows of a commit, statement by statement.
_Row = tuple[Any, ...]
Rows = tuple[list[_Row], ...]
# What a commit says of where its run stands.
Progress = dict[str, Any]

# So many rows of the widest table stay far below SQLite's limit for a statement's parameters.
_TOGETHER_MAX = 64


def rows_of(run: int, changes: Changes) -> Rows:
    """What a commit adds to the rows of each of `_STATEMENTS`."""
    return (
        [_put_certificate.row(certificate_row(run, one)) for one in changes.certificates],
        [_new_delivery.row(delivery_row(run, one)) for one in changes.emitted],
        [_settle_delivery.row(settled_row(run, one)) for one in changes.settled],
        [_write_message.row({"run": run, "id": one.id, "message": one.message}) for one in changes.written],
        [_new_fact.row(fact_row(run, one)) for one in changes.facts],
        [_new_exchange.row(exchange_row(run, one)) for one in changes.exchanges],
        [_new_call.row(call_row(run, one)) for one in changes.calls],
    )


def write(connection: Connection, together: list[tuple[Rows, Progress]]) -> None:
    """Write what was gathered, statement by statement; the rows of one in the order in which they came."""
    for statement, *rows in zip(_STATEMENTS, *(rows for rows, _ in together), strict=True):
        statement.write(connection, list(chain.from_iterable(rows)))
    # The newest word on where a run stands is the one that counts.
    newest: dict[int, Progress] = {}
    for _, progress in together:
        newest.setdefault(progress["run_"], {}).update(progress)
    for values_of_run in newest.values():
        connection.execute(_tell_progress, _UNTOLD | values_of_run)


def progress_of(run: int, changes: Changes) -> Progress:
    """What a commit says of where its run stands, as far as it says it."""
    values = {
        "run_": run,
        "steps_done_": changes.steps_done,
        "clock_": milliseconds(changes.clock),
        "finished_": changes.finished,
    }
    return {name: value for name, value in values.items() if value is not None}


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


_deliveries = tables.deliveries.c


def _update(*names: str) -> _Statement:
    """New values for deliveries that are known."""
    keys = ("run", "id")
    rows = (
        values(*(column(name, _deliveries[name].type) for name in (*keys, *names)), name="rows")
        .data([tuple(bindparam(f"{name}_", type_=_deliveries[name].type) for name in (*keys, *names))])
        .cte("settled")
    )
    return _Statement(
        update(tables.deliveries)
        .where(_deliveries.run == rows.c.run, _deliveries.id == rows.c.id)
        .values({name: rows.c[name] for name in names}),
        (*keys, *names),
    )


_settle_delivery, _write_message = _update("state", "attempts_made", "next_attempt_at"), _update("message")
_new_delivery, _new_fact = _insert(tables.deliveries), _insert(tables.facts, numbered="id")
_new_exchange, _new_call = _insert(tables.exchanges), _insert(tables.calls)
# In the order in which `rows_of` makes them.
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
