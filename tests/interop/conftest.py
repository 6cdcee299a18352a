"""A sender and a journal system that are neither ours nor Python: PHP's SOAP client and SOAP server.

Where PHP is not installed these tests are skipped. They start the installed command `webcertsim` as a user would.
PHP goes by our contract, and in some tests by the published one (`--oracle DIR`).
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).parents[2]
PHP = Path(__file__).parent / "php"
INTERACTION = "CertificateStatusUpdateForCareInteraction"
# For everything that is waited for here; a busy machine takes some seconds to start Python.
PATIENCE = 60.0


@dataclass(frozen=True)
class Installed:
    """The installed command."""

    path: str

    def __call__(self, *arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
        """Run it to its end, in English."""
        return subprocess.run(
            [self.path, *map(str, arguments), "--lang", "en"],
            cwd=cwd, capture_output=True, encoding="utf-8", timeout=PATIENCE, check=False,
        )  # fmt: skip


@pytest.fixture(scope="session")
def webcertsim() -> Installed:
    """The command `webcertsim`, as it was installed beside this Python."""
    path = shutil.which("webcertsim", path=str(Path(sys.executable).parent))
    assert path is not None, "webcertsim is not installed beside this Python"
    return Installed(path)


@pytest.fixture(scope="session")
def php() -> str:
    """The command `php`, when it can speak SOAP."""
    path = shutil.which("php")
    if path is None:
        pytest.skip("no PHP: install php-cli and php-soap")
    modules = subprocess.run([path, "-m"], capture_output=True, text=True, timeout=PATIENCE, check=True).stdout
    if "soap" not in modules.split():
        pytest.skip("PHP without SOAP: install php-soap")
    return path


@pytest.fixture(scope="module")
def wsdl(request: pytest.FixtureRequest) -> Path:
    """The contract that PHP goes by: ours, unless a test asks for others with `either_contract`."""
    if getattr(request, "param", "ours") == "ours":
        return REPOSITORY / "wsdl" / "CertificateStatusUpdateForCare.wsdl"
    oracle: Path = request.getfixturevalue("oracle")
    return oracle / "interactions" / INTERACTION / f"{INTERACTION}_3.2_RIVTABP21.wsdl"


either_contract = pytest.mark.parametrize("wsdl", ["ours", "published"], indirect=True)


@dataclass(frozen=True)
class PhpJournalSystem:
    """A journal system made with PHP's SoapServer, running."""

    url: str
    record: Path

    def received(self) -> list[Any]:
        """What PHP has made of the messages so far."""
        return [json.loads(line) for line in self.record.read_text(encoding="ascii").split("\n") if line]


@pytest.fixture(scope="module")
def running_journal_system(php: str, wsdl: Path, tmp_path_factory) -> Iterator[PhpJournalSystem]:
    """PHP's own web server with the journal system."""
    folder = tmp_path_factory.mktemp("php")
    record = folder / "received.jsonl"
    with php_server(php, folder / "log.txt", WSDL=str(wsdl), RECORD=str(record)) as address:
        yield PhpJournalSystem(f"{address}/status-updates", record)


@pytest.fixture
def journal_system(running_journal_system: PhpJournalSystem) -> PhpJournalSystem:
    """The journal system, before it has received anything."""
    running_journal_system.record.write_bytes(b"")
    return running_journal_system


@contextmanager
def php_server(php: str, log: Path, **environment: str) -> Iterator[str]:
    """Run server.php, and yield its address; PHP cannot choose a free port itself, so another may be quicker."""
    for _ in range(5):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{probe.getsockname()[1]}"
        # Whatever PHP complains of belongs in its log, and not in an answer.
        arguments = [php, "-d", "display_errors=stderr", "-S", address, str(PHP / "server.php")]
        with log.open("wb") as output:
            process = subprocess.Popen(arguments, env=os.environ | environment, stdout=output, stderr=output)
        try:
            if wait_for("started", log, process):
                yield f"http://{address}"
                return
        finally:
            process.terminate()
            process.wait(PATIENCE)
    pytest.fail(f"PHP's web server did not start: {log.read_text()}")


def wait_for(words: str, log: Path, process: subprocess.Popen[bytes]) -> bool:
    """Whether a program has written these words to its log before it ended, or patience did."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if words in log.read_text(encoding="utf-8"):
            return True
        if process.poll() is not None:
            return False
        time.sleep(0.02)
    return False
