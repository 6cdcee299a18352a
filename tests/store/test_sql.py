"""What only a database can get wrong: files that are no stores, other processes, and failures that tell too much."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from simulator.cli.exit_codes import ExitCode
from simulator.cli.main import main
from simulator.errors import UsageError
from simulator.store import tables
from simulator.store.sql import SqlStore, open_engine, require_only
from tests.scenarios.stories import FILES
from tests.store.places import KEY, in_sqlite
from tests.store.test_outbox import something


@contextmanager
def database(path: Path) -> Iterator[sqlite3.Connection]:
    """The file, as a program that is not ours opens it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


async def open_and_close(url: str) -> None:
    """Open a run in a store, and close the store again, whatever came of it."""
    store = SqlStore(open_engine(url))
    try:
        await store.open_run(KEY)
    finally:
        await store.close()


async def refusal(url: str) -> str:
    """The sentence with which a store is refused; a look at its runs is refused with the same."""
    with pytest.raises(UsageError) as raised:
        await open_and_close(url)
    with pytest.raises(UsageError) as looked:
        await require_only(url, [KEY.name])
    assert str(raised.value) == str(looked.value)
    assert "\n" not in str(raised.value)
    return str(raised.value)


# What is no store


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("run.db", "is no store; a store is a URL like sqlite:///run.db"),
        ("", "is no store"),
        ("sqlite:/run.db", "is no store"),
        ("mysql://user:secret@host/runs", "stores are SQLite for now: sqlite:///run.db"),
        ("postgresql://user:secret@host/runs", "stores are SQLite for now"),
        ("sqlite+nonsense:///run.db", "cannot be opened"),
    ],
)
async def test_a_url_that_is_no_store_is_refused(url, words):
    """What would be right is said, and a password is not repeated."""
    sentence = await refusal(url)
    assert words in sentence
    assert "secret" not in sentence


async def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path):
    """A file of somebody else's is not touched."""
    path = tmp_path / "letter.txt"
    path.write_bytes(b"Dear Sir or Madam, " * 1000)
    assert "file is not a database" in await refusal(f"sqlite:///{path}")
    assert b"Dear Sir or Madam, " * 1000 == path.read_bytes()


async def test_a_database_of_somebody_elses_is_refused_and_left_alone(tmp_path):
    """No table of ours is put beside those of another program."""
    path = tmp_path / "theirs.db"
    with database(path) as theirs:
        theirs.execute("CREATE TABLE patients (id INTEGER)")
    assert "was not made by webcertsim" in await refusal(f"sqlite:///{path}")
    with database(path) as theirs:
        assert [("patients",)] == theirs.execute("SELECT name FROM sqlite_master").fetchall()


async def test_a_newer_format_is_refused(tmp_path):
    """A store of a later version is not guessed at."""
    path = tmp_path / "run.db"
    await open_and_close(f"sqlite:///{path}")
    with database(path) as newer:
        newer.execute("UPDATE store_format SET format = ?", (tables.STORE_FORMAT + 1,))
    assert f"has format {tables.STORE_FORMAT + 1}, this version reads {tables.STORE_FORMAT}" in await refusal(
        f"sqlite:///{path}"
    )


@pytest.mark.parametrize("where", ["missing/run.db", ".", "file/run.db"])
async def test_a_place_where_nothing_can_be_written_is_refused(tmp_path, where):
    """A folder that is not there, a folder instead of a file, a file instead of a folder."""
    (tmp_path / "file").write_text("")
    assert "unable to open database file" in await refusal(f"sqlite:///{tmp_path / where}")


async def test_a_store_that_may_only_be_read_keeps_nothing_more(tmp_path):
    """What is in it can still be looked at, and the first commit fails with a sentence."""
    async with in_sqlite(tmp_path).run() as outbox:
        await outbox.commit(something(1))
    store = SqlStore(open_engine(f"sqlite:///file:{tmp_path / 'run.db'}?mode=ro&uri=true"))
    outbox = await store.open_run(KEY)
    assert 1 == await outbox.waiting()
    with pytest.raises(UsageError, match="cannot be written: attempt to write a readonly database"):
        await outbox.commit(something(2))
    await store.close()


async def test_an_empty_file_is_a_new_store(tmp_path):
    """What mktemp leaves can be used."""
    (tmp_path / "run.db").touch()
    async with in_sqlite(tmp_path).run() as outbox:
        await outbox.commit(something(1))
        assert 1 == await outbox.waiting()


async def test_a_store_with_runs_of_other_scenarios_is_refused(tmp_path):
    """Who gives the store of another scenario is told which one it is of."""
    url = f"sqlite:///{tmp_path / 'run.db'}"
    await open_and_close(url)
    await require_only(url, [KEY.name, "Another story"])
    with pytest.raises(UsageError, match="the store holds another run, of 'A story'"):
        await require_only(url, ["Another story"])


# What survives


async def test_what_is_committed_is_there_for_everyone(tmp_path):
    """When a commit returns, another process finds it."""
    async with in_sqlite(tmp_path).run() as outbox:
        await outbox.commit(something(1))
        with database(tmp_path / "run.db") as other:
            assert [(1,)] == other.execute("SELECT id FROM deliveries").fetchall()


async def test_commits_that_wait_share_a_transaction(tmp_path):
    """A hundred commits at the same time cost two transactions: the first that comes, and all the others."""
    engine = open_engine(f"sqlite:///{tmp_path / 'run.db'}")
    commits: list[object] = []
    store = SqlStore(engine)
    outbox = await store.open_run(KEY)
    event.listen(engine, "commit", commits.append)
    # The first is under way when the others come.
    first = asyncio.ensure_future(outbox.commit(something(1)))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await asyncio.gather(first, *(outbox.commit(something(number)) for number in range(2, 101)))
    await store.close()
    assert 2 == len(commits)


async def test_closing_waits_for_what_is_under_way(tmp_path):
    """Nothing that was asked to be kept is lost by closing."""
    store = SqlStore(open_engine(f"sqlite:///{tmp_path / 'run.db'}"))
    outbox = await store.open_run(KEY)
    commits = [asyncio.ensure_future(outbox.commit(something(number))) for number in range(1, 11)]
    await asyncio.sleep(0)
    await store.close()
    assert [None] * 10 == await asyncio.gather(*commits)
    with database(tmp_path / "run.db") as other:
        assert (10,) == other.execute("SELECT count(*) FROM deliveries").fetchone()


async def test_a_lock_of_somebody_else_is_waited_for(tmp_path):
    """Who looks into a store with a tool of his own holds a run up, and does not end it."""
    async with in_sqlite(tmp_path).run() as outbox:
        with database(tmp_path / "run.db") as other:
            other.execute("BEGIN IMMEDIATE")
            commit = asyncio.ensure_future(outbox.commit(something(1)))
            await asyncio.wait([commit], timeout=0.1)
            assert not commit.done()
            other.execute("ROLLBACK")
            await commit
        assert 1 == await outbox.waiting()


async def test_two_who_begin_a_store_at_the_same_time_share_it(tmp_path):
    """The tables are made once, whoever comes first."""
    url = f"sqlite:///{tmp_path / 'run.db'}"
    ends: list[BaseException | None] = []

    def begin() -> None:
        try:
            asyncio.run(open_and_close(url))
            ends.append(None)
        except BaseException as error:
            ends.append(error)

    threads = [threading.Thread(target=begin) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [None] * 4 == ends
    with database(tmp_path / "run.db") as other:
        assert [(KEY.name,)] == other.execute("SELECT name FROM runs").fetchall()


# What goes wrong later


async def test_a_table_that_is_gone_is_said(tmp_path):
    """A commit that the database will not take fails as a whole, with the database's own words."""
    async with in_sqlite(tmp_path).run() as outbox:
        with database(tmp_path / "run.db") as other:
            other.execute("DROP TABLE exchanges")
        with pytest.raises(UsageError, match="cannot be written: no such table: exchanges"):
            await outbox.commit(something(1))
        assert [] == await outbox.deliveries()


async def test_a_failure_does_not_quote_messages(tmp_path):
    """Messages hold person ids, and an error's text may end up in a log."""
    store = SqlStore(open_engine(f"sqlite:///{tmp_path / 'run.db'}"))
    with pytest.raises(OperationalError) as raised:
        await store.work(
            lambda connection: connection.execute(text("INSERT INTO x VALUES (:y)"), {"y": "191212121212"})
        )
    assert "191212121212" not in str(raised.value)
    await store.close()


@pytest.mark.parametrize("where", ["letter.txt", "missing/run.db"])
def test_the_command_line_says_it_in_one_line(where, tmp_path, capsys):
    """A store that cannot be opened ends the command with exit code 2 and one sentence."""
    (tmp_path / "letter.txt").write_text("Dear Sir or Madam, " * 100)
    assert ExitCode.USAGE == main(["run", str(FILES[0]), "--store", f"sqlite:///{tmp_path / where}", "--lang", "en"])
    said = capsys.readouterr().err
    assert said.startswith(f"webcertsim: 'sqlite:///{tmp_path / where}' cannot be opened: ")
    assert 1 == said.count("\n")
