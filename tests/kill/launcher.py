"""Runs `webcertsim` in processes that can kill themselves at a chosen moment of their work with the database.

It reads one order a line, as JSON: the `arguments` of the command, the `folder` for `sender.pid`, `out.txt` and
`err.txt`, and perhaps when to kill, as `kill`. The command is imported once, and each order is carried out in a fork,
since to import it all takes longer than to play a story. It answers with the exit code, or with the number of the
signal, negative.
"""

from __future__ import annotations

import io
import json
import os
import signal
import sys
import threading
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.pool import Pool

from simulator.cli.main import main
from simulator.contract.schema import packaged

# The statements that a commit which emits, and one which settles, begin with; and one from their middle.
FIRST = {"emit": "INSERT INTO certificates", "settle": "WITH settled", "create": "CREATE TABLE store_format"}
MIDDLE = {"emit": "INSERT INTO facts", "settle": "INSERT INTO facts", "create": "CREATE TABLE facts"}

# No story takes so long, and a fork that hangs must not hang the tests.
SECONDS_MAX = 60


def kill_myself() -> None:
    """As `kill -9` does: nothing is tidied up, and nobody is told."""
    os.kill(os.getpid(), signal.SIGKILL)


class Killing:
    """Counts the commits of one kind, and kills before, during or after the one of the given number.

    `commit` is what the commit does: emit, settle, or create the store; with `statement` it is any statement, and the
    number counts statements.
    """

    def __init__(self, commit: str, when: str, hit: int) -> None:
        self._commit = commit
        self._when = when
        self._left = hit
        # Whether the transaction under way is one of those that count.
        self._counts = False
        event.listen(Engine, "before_cursor_execute", self._before_statement)
        event.listen(Engine, "begin", self._begun)
        event.listen(Pool, "checkin", self._given_back)

    def _begun(self, _: Connection) -> None:
        self._counts = False

    def _before_statement(self, _: Connection, __: Any, statement: str, *___: Any) -> None:
        if self._commit == "statement":
            self._hit()
            return
        text = statement.strip()
        if text.startswith(FIRST[self._commit]):
            self._counts = True
            if self._when == "before":
                self._hit()
        elif self._counts and self._when == "during" and text.startswith(MIDDLE[self._commit]):
            self._hit()

    def _given_back(self, *_: Any) -> None:
        """The transaction is over: its connection is back, and whoever waits for it has not heard of it yet."""
        if self._counts and self._when == "after":
            self._hit()
        self._counts = False

    def _hit(self) -> None:
        self._left -= 1
        if self._left == 0:
            kill_myself()


def carry_out(order: dict[str, Any]) -> int:
    """Run one command in this process."""
    folder = Path(order["folder"])
    for stream, name in ((sys.stdout, "out.txt"), (sys.stderr, "err.txt")):
        file = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(file, stream.fileno())
    (folder / "sender.pid").write_text(str(os.getpid()))
    signal.alarm(SECONDS_MAX)
    if order["kill"] is not None:
        Killing(**order["kill"])
    code = main(order["arguments"])
    sys.stdout.flush()
    sys.stderr.flush()
    return code


def warm_up() -> None:
    """Play something once, so that what is loaded when it is first needed is there in every fork."""
    with redirect_stdout(io.StringIO()):
        main(["run", str(packaged("scenarios") / "info-is-success.scenario.yaml")])
    assert threading.active_count() == 1, "a process with threads cannot be forked"


def launch() -> None:
    """Carry out orders until there are no more."""
    warm_up()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            code = 4
            try:
                code = carry_out(json.loads(line))
            finally:
                os._exit(code)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    launch()
