"""The folder of a run: written once when the run has ended, and found again by its name.

`run.json` is the whole record; `trace.jsonl` and the scenario file lie beside it. In `exchanges/` each exchange has its
request, its answer, and `…-curl.sh` with the line that sends it again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from simulator.clock import SWEDISH_TIME
from simulator.errors import InputError, UsageError
from simulator.runs.curl import STAND_IN, curl_line
from simulator.runs.record import RUN_FORMAT, Evidence, KeptExchange, KeptRun, record, run_of
from simulator.sentence import say

RECORD = "run.json"
TRACE = "trace.jsonl"
EXCHANGES = "exchanges"
# The words for the newest run, and for those before it.
_LAST = re.compile(r"last(?:-(\d{1,3}))?")


def new_folder(runs: Path, name: str, now: datetime) -> Path:
    """Make the folder of a new run, `<time>-<name>`; a second run of the same second gets a number."""
    stamp = now.astimezone(SWEDISH_TIME).strftime("%Y-%m-%dT%H%M%S")
    slug = re.sub(r"[^\w.-]+", "-", name).strip("-.")[:80] or "run"
    is_new = not runs.exists()
    runs.mkdir(parents=True, exist_ok=True)
    if is_new:
        # Runs hold messages and the paths of keys, and are nobody's source code.
        (runs / ".gitignore").write_text("*\n", encoding="utf-8", newline="\n")
    for number in range(1, 1000):
        folder = runs / (f"{stamp}-{slug}" if number == 1 else f"{stamp}-{slug}-{number}")
        try:
            folder.mkdir()
        except FileExistsError:
            continue
        return folder
    raise FileExistsError(f"{runs / stamp}-{slug}")


def write_run(folder: Path, evidence: Evidence, began: datetime) -> KeptRun:
    """Write everything about a run into its folder; raises OSError where that cannot be."""
    run = record(evidence, began)
    exchanges = folder / EXCHANGES
    exchanges.mkdir(parents=True, exist_ok=True)
    (folder / TRACE).write_bytes("".join(f"{line}\n" for line in evidence.trace).encode())
    if evidence.source is not None and evidence.source.exists():
        # Not under its own name: a folder of scenarios that holds runs as well would play them again.
        (folder / "scenario.yaml").write_bytes(evidence.source.read_bytes())
    deliveries = {one.id: one for one in evidence.deliveries}
    made = {(one.delivery, one.attempt): one for one in evidence.exchanges}
    for one in run.exchanges:
        exchange = made[one.delivery, one.attempt]
        (exchanges / one.request).write_bytes(exchange.sent(deliveries[one.delivery]))
        if one.answer is not None:
            (exchanges / one.answer).write_bytes(exchange.body)
        if one.own_answer is not None and exchange.own_answer is not None:
            (exchanges / one.own_answer).write_bytes(exchange.own_answer.body)
        if one.was_sent:
            (exchanges / f"{one.name}-curl.sh").write_bytes(_script(one).encode())
    document = json.dumps(run.values(), ensure_ascii=False, indent=1)
    # Last of all: a folder without it is a run that was not written to its end.
    (folder / RECORD).write_bytes(document.encode("utf-8", "backslashreplace") + b"\n")
    return run


def _script(exchange: KeptExchange) -> str:
    lines = ["#!/bin/sh"]
    if exchange.mocked:
        lines += ["# The mocked journal system went with its run. First start one that answers as it did:"]
        lines += ["#   webcertsim journal --answers THE-FOLDER-OF-THE-RUN", f"# It listens on {STAND_IN}"]
    return "\n".join([*lines, 'cd "$(dirname "$0")" || exit', curl_line(exchange, exchange.request), ""])


def find_run(word: str, runs: Path) -> Path:
    """The folder of a run: a path, a name among the runs, `last` or `last-1`; raises UsageError with what there is."""
    path = Path(word)
    for folder in (path.parent if path.name == RECORD else path, runs / word):
        if (folder / RECORD).is_file():
            return folder
    known = sorted(_finished(runs))
    back = _LAST.fullmatch(word)
    if back and int(back[1] or 0) < len(known):
        return runs / known[-1 - int(back[1] or 0)]
    if not known:
        raise UsageError(say("there is no run '{run}'; {folder} holds none", run=word, folder=str(runs)))
    raise UsageError(
        say("there is no run '{run}'; the last ones in {folder} are {known}", run=word, folder=str(runs),
            known=tuple(known[-3:]))
    )  # fmt: skip


def _finished(runs: Path) -> Iterable[str]:
    return (path.parent.name for path in runs.glob(f"*/{RECORD}"))


def read_run(folder: Path) -> KeptRun:
    """Read a run back; raises InputError where its record is not what this program writes."""
    path = folder / RECORD
    try:
        values = json.loads(path.read_bytes())
        if values["format"] != RUN_FORMAT:
            raise InputError(
                say("the run has format {found}, this version reads {known}", found=values["format"], known=RUN_FORMAT),
                path,
            )
        return run_of(values)
    except OSError as error:
        raise InputError(say("the file cannot be read: {why}", why=error.strerror or str(error)), path) from None
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(say("this is not the record of a run: {what}", what=str(error)), path) from None


def find_exchange(run: KeptRun, word: str) -> KeptExchange:
    """The exchange of a run by its number or its name; raises UsageError with what there is."""
    for one in run.exchanges:
        if word in (str(one.number), one.name):
            return one
    raise UsageError(
        say("the run has no exchange '{exchange}'; they are numbered from 1 to {most}", exchange=word,
            most=len(run.exchanges))
    )  # fmt: skip


def file_of(folder: Path, name: str) -> Path:
    """Where an exchange's file lies."""
    return folder / EXCHANGES / name
