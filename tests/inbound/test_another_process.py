"""A journal system in another process begins a draft that a scenario of the installed command waits for."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from simulator.contract import names
from simulator.contract.create_draft import write_draft_request
from simulator.contract.envelope import open_answer
from simulator.contract.inbound import DraftRequest, ListedCertificate
from simulator.contract.list_with_qa import read_list, write_list_request
from simulator.contract.reply import Fault
from simulator.contract.schema import our_contract
from tests.unit.contract.canned import DRAFT_REQUEST, LIST_REQUEST, NURSE, PATIENT

SCRIPT = Path(__file__).with_name("journal_system.py")
PATIENCE = 60.0
CATCH_UPS_MOST = 200

WISH = replace(DRAFT_REQUEST, care_reference="besök-4711", prefill=None)

STORY = """\
format: 1
name: A draft from elsewhere
journal_systems:
  alfa:
    units: [ALMC]
    not_integrated: [ALMC]{url}
steps:
  - await_draft: {{unit: ALMC, type: FK7443, as: c1, within: {within}}}
  - wait: 1h
  - change: {{certificate: c1, by: same}}
  - wait: 1h
  - change: {{certificate: c1, by: same, answers: complete}}
  - wait: 1h
  - sign: {{certificate: c1, by: same}}
  - wait: 1d
  - receive_question: {{certificate: c1, question: q1, subject: KOMPLT}}
  - wait: 1d
  - remind: {{certificate: c1, question: q1}}
  - wait: 1d
  - handle_received: {{certificate: c1, question: q1, by: nurse}}
  - wait: 1d
  - revoke: {{certificate: c1, by: same}}
expect:
  - told: {{certificate: c1, events: [SKAPAT, ANDRAT, ANDRAT, SIGNAT, SKICKA, NYFRFM, NYFRFM, HANFRFM, MAKULE]}}
  - message: {{certificate: c1, event: MAKULE, ref: besök-4711}}
"""


class Process:
    """A program that has been started, with its lines one by one."""

    def __init__(self, command: list[object], folder: Path) -> None:
        self.process = subprocess.Popen(
            list(map(str, command)), cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, encoding="utf-8", env=os.environ | {"PYTHONUTF8": "1"},
        )  # fmt: skip

    def line(self) -> str:
        """The next line that it prints."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().rstrip("\n")

    def told(self, line: str) -> None:
        """Give it a line."""
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def rest(self) -> tuple[int, str]:
        """Wait for its end: the exit code, and what it has printed since."""
        out, _ = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out


class JournalSystem(Process):
    """The journal system, running; `url` is where it takes status updates."""

    def __init__(self, folder: Path, *requests: bytes) -> None:
        files = [folder / f"request-{number}.xml" for number, _ in enumerate(requests)]
        for file, request in zip(files, requests, strict=True):
            file.write_bytes(request)
        super().__init__([sys.executable, SCRIPT, folder, *files], folder)
        self.url = f"http://127.0.0.1:{int(self.line())}/status-updates"
        self._record = folder / "received.jsonl"

    def calls(self, address: str) -> Any:
        """Let it send its next request there: HTTP status and body."""
        self.told(address)
        return json.loads(self.line())

    @property
    def received(self) -> list[dict[str, str]]:
        """What it has been told so far."""
        return [json.loads(line) for line in self._record.read_text(encoding="ascii").splitlines()]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Start programs, which end with the test."""
    started: list[Process] = []

    def begin(kind: Callable[..., Process], *arguments: object) -> Process:
        started.append(kind(*arguments))
        return started[-1]

    yield begin
    for one in started:
        one.process.terminate()
        with suppress(ValueError):
            one.process.communicate(timeout=PATIENCE)


@pytest.fixture
def story(tmp_path: Path) -> Callable[..., Path]:
    """Write the story; a `url` stands in the file."""

    def write(*, url: str | None = None, within: str = "60s") -> Path:
        path = tmp_path / "story.scenario.yaml"
        line = "" if url is None else f"\n    url: {url}"
        path.write_text(STORY.format(url=line, within=within), encoding="utf-8")
        return path

    return write


def webcertsim(folder: Path, *arguments: object) -> Process:
    """The installed command, in English."""
    command = shutil.which("webcertsim", path=str(Path(sys.executable).parent))
    assert command is not None, "webcertsim is not installed beside this Python"
    return Process([command, *arguments, "--lang", "en"], folder)


def wish(asked: DraftRequest) -> bytes:
    """A wish for a draft, as a caller sends it."""
    return write_draft_request(asked, our_contract(names.CREATE_DRAFT))


def wish_for_a_list() -> bytes:
    """A wish for all that has happened to the patient's certificates at the unit."""
    asked = replace(LIST_REQUEST, since=None, until=None)
    return write_list_request(asked, our_contract(names.LIST_WITH_QA))


def listed(answer: str) -> tuple[ListedCertificate, ...]:
    """What the answer lists."""
    opened = open_answer(answer.encode(), our_contract(names.LIST_WITH_QA))
    assert not isinstance(opened, Fault)
    return read_list(opened).certificates


def where(run: Process) -> dict[str, str]:
    """The addresses that the command prints when it takes calls, by path."""
    first = run.line()
    assert first.startswith("Webcert takes calls at http://127.0.0.1:"), first + run.rest()[1]
    base = first.removeprefix("Webcert takes calls at ")
    found = {path: run.line().strip() for path in names.INBOUND_PATHS}
    assert found == {path: base + path for path in names.INBOUND_PATHS}
    return found


@pytest.mark.parametrize("named", ["--journal", "url"])
def test_every_update_that_it_receives_carries_its_reference(start, story, tmp_path, named):
    """A journal system elsewhere begins the draft, and is told its whole life under its own reference."""
    refused = replace(WISH, certificate_type=replace(WISH.certificate_type, code="X"))
    journal = start(JournalSystem, tmp_path, wish(refused), wish(WISH))
    if named == "url":
        arguments: list[object] = [story(url=journal.url)]
    else:
        arguments = [story(), "--journal", f"alfa={journal.url}"]
    run = start(webcertsim, tmp_path, "run", *arguments, "--webcert-port", "0")
    addresses = where(run)

    address = addresses[names.CREATE_DRAFT_PATH]
    assert "APPLICATION_ERROR" in journal.calls(address)["body"]
    assert journal.received == []
    answer = journal.calls(address)
    code, printed = run.rest()

    assert (answer["http"], code) == (200, 0), printed
    assert "1 scenarios passed, 0 failed" in printed
    events = ["SKAPAT", "ANDRAT", "ANDRAT", "SIGNAT", "SKICKA", "NYFRFM", "NYFRFM", "HANFRFM", "MAKULE"]
    assert [one["event"] for one in journal.received] == events
    assert {one["ref"] for one in journal.received} == {"besök-4711"}
    (made,) = {one["certificate"] for one in journal.received}
    assert made in answer["body"]
    assert {(one["patient"], one["by"]) for one in journal.received} == {(PATIENT, NURSE)}


def test_it_catches_up(start, story, tmp_path):
    """While the story waits for another draft, what has happened to the first one can be asked for."""
    other = replace(WISH, certificate_type=replace(WISH.certificate_type, code="IGRAV"), care_reference="other")
    journal = start(JournalSystem, tmp_path, wish(other), *[wish_for_a_list()] * CATCH_UPS_MOST)
    run = start(webcertsim, tmp_path, "run", story(), "--journal", f"alfa={journal.url}", "--webcert-port", "0")
    addresses = where(run)
    first = journal.calls(addresses[names.CREATE_DRAFT_PATH])["body"]
    # Its SKAPAT is on its way, and is listed once it has been tried.
    lists = (listed(journal.calls(addresses[names.LIST_WITH_QA_PATH])["body"]) for _ in range(CATCH_UPS_MOST))
    (item,) = next(found for found in lists if found)
    assert item.certificate.certificate_id in first
    assert ([one.code for one in item.events], item.care_reference) == (["SKAPAT"], "other")


def test_no_draft_comes(start, story, tmp_path):
    """A draft that does not come in time fails the run, and the report says what was waited for."""
    run = start(webcertsim, tmp_path, "run", story(within="1s"), "--webcert-port", "0")
    where(run)
    code, printed = run.rest()
    assert code == 1
    assert "no journal system has begun a draft of FK7443 at TSTNMT2321000156-ALMC within 1 s" in printed
    assert "Traceback" not in printed


@pytest.mark.parametrize(
    ("flags", "text"),
    [
        ([], "say where with --webcert-port"),
        (["--webcert-port", "65536"], "--webcert-port is a whole number from 0 to 65535"),
        (["--webcert-port", "-1"], "--webcert-port is a whole number from 0 to 65535"),
        (["--webcert-port", "x"], "--webcert-port"),
        (["--webcert-port", "0", "--webcert-host", "192.0.2.1"], "this machine has no such address"),
    ],
)
def test_nowhere_to_call(start, story, tmp_path, flags, text):
    """Where nobody could call, the run is not begun, and the command line is what is wrong."""
    code, printed = start(webcertsim, tmp_path, "run", story(), *flags).rest()
    assert (code, text in printed, "Traceback" in printed) == (2, True, False), printed


def test_a_unit_that_nobody_serves(start, story, tmp_path):
    """A story cannot wait for a draft at a unit of which nobody is told."""
    path = story()
    path.write_text(path.read_text(encoding="utf-8").replace("{unit: ALMC", "{unit: ALVC"), encoding="utf-8")
    code, printed = start(webcertsim, tmp_path, "run", path, "--webcert-port", "0").rest()
    assert (code, "story.scenario.yaml:8: no journal system of this file serves ALVC" in printed) == (3, True), printed
