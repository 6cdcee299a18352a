"""What is played while senders are killed, and the processes that it takes."""

from __future__ import annotations

import json
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.kill import receiver as receiver_program

ROOT = Path(__file__).parents[2]

# One journal system, down from 08:10 to 11:00: calls one after another, and delays that have to be kept.
ONE_SYSTEM = """\
format: 1
name: A journal system that was down, and a sender that is killed
start: 2024-09-02T08:00:00
journal_systems:
  alfa:
    units: [ALMC]
    behaviour:
      - outage: {from: 10m, until: 3h}
steps:
  - create: {certificate: c1, type: FK7443, unit: ALMC, by: nurse, patient: lilltolvan}
  - wait: 15m
  - sign: {certificate: c1, by: nurse}
  - create: {certificate: c2, type: FK7211, unit: ALMC, by: midwife, patient: tolvan}
  - wait: 1d
  - sign: {certificate: c2, by: midwife}
expect:
  - delivered: {certificate: c1, event: SKAPAT, attempt: 1}
  - delivered: {certificate: c1, event: SIGNAT, attempt: 6, at: 2024-09-02T13:51:00}
  - delivered: {certificate: c1, event: SKICKA, attempt: 6, at: 2024-09-02T13:51:00.001}
  - delivered: {certificate: c2, event: SKAPAT, attempt: 6, at: 2024-09-02T13:51:00}
  - delivered: {certificate: c2, event: SIGNAT, attempt: 1, at: 2024-09-03T08:15:00}
"""

# Three journal systems at the same moments, of which one is down later: calls at the same time, and commits that share
# transactions.
THREE_SYSTEMS = """\
format: 1
name: Three journal systems at one moment, and a sender that is killed
start: 2024-09-02T08:00:00
schedule: webcert-7.7
journal_systems:
  alfa: {units: [ALMC]}
  beta:
    units: [BEMC]
    behaviour:
      - outage: {from: 5m, until: 20m}
  zeta: {units: [ZEAM]}
steps:
  - create: {certificate: a, type: FK7443, unit: ALMC, by: nurse, patient: lilltolvan}
  - create: {certificate: b, type: FK7443, unit: BEMC, by: doctor, patient: emilia}
  - create: {certificate: z, type: FK7211, unit: ZEAM, by: midwife, patient: alma}
  - sign: {certificate: a, by: nurse}
  - sign: {certificate: z, by: midwife}
  - wait: 10m
  - sign: {certificate: b, by: doctor}
expect:
  - delivered: {certificate: a, event: SKICKA, attempt: 1}
  - delivered: {certificate: b, event: SKICKA, attempt: 4, at: 2024-09-02T09:16:00.001}
  - delivered: {certificate: z, event: SIGNAT, attempt: 1}
"""

STORIES = {"one": ONE_SYSTEM, "three": THREE_SYSTEMS}
SYSTEMS = {"one": ["alfa"], "three": ["alfa", "beta", "zeta"]}


@dataclass(frozen=True)
class Received:
    """What a receiver has on its disk: the bodies of all whole requests, and the moment at which it killed."""

    bodies: Counter[str]
    killed: list[str]


@dataclass
class Receiver:
    """A receiver's process."""

    folder: Path
    port: int

    def received(self) -> Received:
        """Its record, once all calls that were made before are over."""
        # It takes one call after another, and hangs up on this one.
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
            connection.sendall(b"are all calls over?\r\n\r\n")
            connection.recv(1)
        record = self.folder / "received.jsonl"
        lines = [json.loads(line) for line in record.read_text().splitlines()] if record.exists() else []
        return Received(
            Counter(line["body"] for line in lines if "body" in line),
            [line["killed"] for line in lines if "killed" in line],
        )


@contextmanager
def receiving(folder: Path, moment: str = "never", hit: int = 0) -> Iterator[Receiver]:
    """A receiver that kills the sender at a moment of its call number `hit`, or never."""
    command = [sys.executable, "-S", receiver_program.__file__, str(folder), moment, str(hit)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield Receiver(folder, int(process.stdout.readline()))
        finally:
            process.kill()


@dataclass
class Launcher:
    """The launcher's process; each run is a process of its own."""

    process: subprocess.Popen[str]

    def run(self, folder: Path, arguments: list[str], kill: Mapping[str, Any] | None = None) -> Ran:
        """Run a command, and wait for its end."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        order = {"arguments": arguments, "folder": str(folder), "kill": kill}
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        code = int(self.process.stdout.readline())
        return Ran(code, (folder / "out.txt").read_text(), (folder / "err.txt").read_text())


@dataclass(frozen=True)
class Ran:
    """How a command ended: its exit code, or the number of a signal, negative; and what it said."""

    code: int
    out: str
    err: str

    @property
    def digest(self) -> str:
        """The trace's digest, as the command prints it."""
        return re.findall(r"\b[0-9a-f]{64}\b", self.out)[0]


@contextmanager
def launching() -> Iterator[Launcher]:
    """A launcher, ready when the first command is given."""
    command = [sys.executable, "-m", "tests.kill.launcher"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Launcher(process)
        finally:
            process.kill()


@dataclass(frozen=True)
class Row:
    """A delivery in a store, with the numbers of its attempts that are kept."""

    message: str
    state: str
    attempts_made: int
    exchanges: list[int]


@dataclass(frozen=True)
class Stored:
    """What a store's file holds, read without the simulator."""

    steps_done: int = 0
    finished: bool = False
    deliveries: dict[int, Row] = field(default_factory=dict)
    facts: list[str] = field(default_factory=list)

    @property
    def settled(self) -> Counter[str]:
        """How many attempts of each message are kept."""
        return Counter({row.message: row.attempts_made for row in self.deliveries.values()})

    def of_kind(self, kind: str) -> list[dict[str, Any]]:
        """The facts of one kind."""
        return [fact for fact in map(json.loads, self.facts) if fact["kind"] == kind]


def stored(path: Path) -> Stored:
    """Read a store as it lies there, from a copy, so that the sender finds it as it was left."""
    with tempfile.TemporaryDirectory() as folder:
        for file in path.parent.glob(f"{path.name}*"):
            shutil.copy(file, folder)
        with closing(sqlite3.connect(Path(folder, path.name))) as connection:
            if not connection.execute("SELECT name FROM sqlite_master").fetchall():
                return Stored()
            runs = connection.execute("SELECT steps_done, finished FROM runs").fetchall()
            if not runs:
                return Stored()
            exchanges = connection.execute("SELECT delivery, attempt FROM exchanges ORDER BY attempt").fetchall()
            return Stored(
                steps_done=runs[0][0],
                finished=bool(runs[0][1]),
                deliveries={
                    number: Row(message.decode(), state, made, [attempt for of, attempt in exchanges if of == number])
                    for number, message, state, made in connection.execute(
                        "SELECT id, message, state, attempts_made FROM deliveries ORDER BY id"
                    )
                },
                facts=sorted(body for (body,) in connection.execute("SELECT body FROM facts")),
            )


@dataclass
class Case:
    """One story with its store and its receiver, to be run again and again."""

    name: str
    folder: Path
    launcher: Launcher
    receiver: Receiver

    def __post_init__(self) -> None:
        self.scenario.write_text(STORIES[self.name])

    @property
    def scenario(self) -> Path:
        """The file that is played."""
        return self.folder / "story.scenario.yaml"

    @property
    def store(self) -> Path:
        """The file that the run is kept in."""
        return self.folder / "run.db"

    @property
    def arguments(self) -> list[str]:
        """The command line, the same each time."""
        url = f"http://127.0.0.1:{self.receiver.port}"
        journals = [word for name in SYSTEMS[self.name] for word in ("--journal", f"{name}={url}/{name}")]
        store = ["--store", f"sqlite:///{self.store}"]
        return ["run", str(self.scenario), *journals, "--clock", "jump", *store, "--lang", "en", "--no-runs"]

    def run(self, **kill: Any) -> Ran:
        """Run the command, perhaps to be killed."""
        return self.launcher.run(self.folder, self.arguments, kill or None)

    def stored(self) -> Stored:
        """What the store holds now."""
        return stored(self.store)
