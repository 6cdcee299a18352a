"""Taking calls: our mocked journal system, a bare aiohttp server, and an aiohttp server that parses with zeep.

Ours parses, validates, keeps each call in SQLite and answers. Each is a process of its own, all are called by wrk with
the same messages on 64 connections.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from benchmarks.emission import IN_FLIGHT
from benchmarks.messages import documents
from benchmarks.peers import running
from benchmarks.ratios import Comparison

_SCRIPT = Path(__file__).with_name("wrk.lua")


def why_not() -> str | None:
    """Why reception cannot be measured here, if it cannot."""
    return None if shutil.which("wrk") else "wrk is not installed (apt-get install wrk)"


def compare(count: int, rounds: int, seconds: int, folder: Path) -> list[Comparison]:
    """Let wrk call each in turn for so long; the first round warms up and does not count."""
    messages = folder / "messages"
    messages.write_bytes(b"".join(b"%d\n%s\n" % (len(one), one) for one in asyncio.run(documents(count, seed=0))))
    store = folder / "reception.db"
    ours: list[float] = []
    fixed: list[float] = []
    with_zeep: list[float] = []
    answered = 0
    with running("journal", f"sqlite:///{store}") as journal, running("fixed") as bare, running("zeep") as zeep:
        for number in range(rounds + 1):
            length = seconds if number else 1
            speed, requests = _wrk(journal, messages, length)
            ours.append(speed)
            answered += requests
            fixed.append(_wrk(bare, messages, length)[0])
            with_zeep.append(_wrk(zeep, messages, length)[0])
    with closing(sqlite3.connect(store)) as kept:
        (calls,) = kept.execute("SELECT count(*) FROM calls WHERE answer = 'OK'").fetchone()
    assert calls >= answered, "every call that was answered is kept"
    return [
        Comparison("mocked journal system", "bare aiohttp server", ours[1:], fixed[1:], wanted=0.2),
        Comparison("mocked journal system", "aiohttp and zeep", ours[1:], with_zeep[1:], wanted=3),
    ]


def _wrk(url: str, messages: Path, seconds: int) -> tuple[float, int]:
    """Answers a second, and how many there were."""
    command = ["wrk", "-t1", f"-c{IN_FLIGHT}", f"-d{seconds}s", "-s", str(_SCRIPT), url, "--", str(messages)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = json.loads(said.splitlines()[-1])
    assert not found["refused"], f"{found['refused']} calls were not answered with 200"
    assert not found["broken"], f"{found['broken']} calls were not answered"
    return found["requests"] / found["microseconds"] * 1e6, found["requests"]
