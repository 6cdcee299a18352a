"""Where the suite opens its stores: each kind by its name, to be opened, closed, and opened again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from simulator.store.memory import MemoryStore
from simulator.store.outbox import Outbox, RunKey, Store
from simulator.store.sql import SqlStore, open_engine

KEY = RunKey(name="A story", scenario="5f0c", seed=4711, schedule="forum-2022", policy="forum-2024")


@dataclass(frozen=True)
class Place:
    """Somewhere that keeps runs; `store` opens it, as another process would."""

    store: Callable[[], Store]

    @asynccontextmanager
    async def run(self, key: RunKey = KEY) -> AsyncIterator[Outbox]:
        """The outbox of a run, in a store that is opened and closed for it."""
        store = self.store()
        try:
            yield await store.open_run(key)
        finally:
            await store.close()


def in_memory(_: Path) -> Place:
    """Memory does not survive its process, and so a store of memory is opened again by asking the same one."""
    store = MemoryStore()
    return Place(lambda: store)


def in_sqlite(folder: Path) -> Place:
    """A file."""
    return Place(lambda: SqlStore(open_engine(f"sqlite:///{folder / 'run.db'}")))


# A store that is written tomorrow gets a line here, and has to keep the same promises.
PLACES: dict[str, Callable[[Path], Place]] = {"memory": in_memory, "sqlite": in_sqlite}


@dataclass(frozen=True)
class Kept:
    """All that an outbox holds."""

    state: Any
    certificates: Any
    deliveries: Any
    facts: Any
    exchanges: Any
    calls: Any


async def all_of(outbox: Outbox) -> Kept:
    """Ask an outbox for everything."""
    return Kept(**{one.name: await getattr(outbox, one.name)() for one in fields(Kept)})
