"""PHP's SoapClient sends status updates to `webcertsim journal`."""

from __future__ import annotations

import json
import re
import subprocess
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.interop.conftest import PATIENCE, PHP, Installed, either_contract, wait_for

# The journal system goes by the certificate's id, so that each test asks for its own answer.
BEHAVIOUR = """\
format: 1
behaviour:
  - {answer: INFO, when: {certificate: answer-INFO}}
  - {answer: ERROR, when: {certificate: answer-ERROR}}
  - {answer: TECHNICAL_ERROR, when: {certificate: answer-TECHNICAL_ERROR}}
  - {answer: VALIDATION_ERROR, when: {certificate: answer-VALIDATION_ERROR}}
  - {answer: APPLICATION_ERROR, when: {certificate: answer-APPLICATION_ERROR}}
  - {answer: REVOKED, when: {certificate: answer-REVOKED}}
  - {answer: {fault: Stängt för kvällen}, when: {certificate: answer-FAULT}}
  - {answer: REFUSE, when: {certificate: answer-REFUSE}}
"""


@dataclass(frozen=True)
class MockedJournalSystem:
    """`webcertsim journal`, running in a process of its own, and PHP to call it with."""

    address: str
    php: str

    def call(self, message: str, certificate: str, *contract: object) -> dict[str, Any]:
        """Let PHP send a message of client.php, and return what it makes of the answer."""
        url = f"{self.address}/any/path"
        where = [*map(str, contract), message, certificate, url] if contract else [f"{url}?wsdl", message, certificate]
        ran = subprocess.run(
            [self.php, "-d", "display_errors=stderr", str(PHP / "client.php"), *where],
            capture_output=True, encoding="utf-8", timeout=PATIENCE, check=True,
        )  # fmt: skip
        printed: dict[str, Any] = json.loads(ran.stdout)
        return printed

    def get(self, query: str) -> bytes:
        """A page of the journal system."""
        with urllib.request.urlopen(f"{self.address}/?{query}", timeout=PATIENCE) as answer:
            return bytes(answer.read())

    def calls_about(self, certificate: str) -> list[dict[str, Any]]:
        """What it has received about a certificate."""
        return [call for call in json.loads(self.get("calls")) if call["certificate_id"] == certificate]


@pytest.fixture(scope="module")
def journal(php: str, webcertsim: Installed, tmp_path_factory) -> Iterator[MockedJournalSystem]:
    """The mocked journal system, started as the README says."""
    folder = tmp_path_factory.mktemp("journal")
    (folder / "behaviour.yaml").write_text(BEHAVIOUR, encoding="utf-8")
    log = folder / "log.txt"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [webcertsim.path, "journal", "--port", "0", "--behaviour", "behaviour.yaml", "--lang", "en"],
            cwd=folder, stdout=output, stderr=output,
        )  # fmt: skip
    try:
        assert wait_for("?wsdl", log, process), log.read_text(encoding="utf-8")
        address = re.search(r"http://127\.0\.0\.1:\d+", log.read_text(encoding="utf-8"))
        assert address is not None
        yield MockedJournalSystem(address[0], php)
    finally:
        process.terminate()
        assert process.wait(PATIENCE) == 0


@pytest.mark.parametrize(("message", "event"), [("draft", "SKAPAT"), ("signed", "SIGNAT")])
def test_a_message_from_php_arrives(journal: MockedJournalSystem, webcertsim: Installed, tmp_path, message, event):
    """A message that PHP has made from our contract is listed with what it says, and its bytes are valid."""
    assert {"result": {"resultCode": "OK"}} == journal.call(message, f"arrives-{message}")
    (call,) = journal.calls_about(f"arrives-{message}")
    assert (event, "TSTNMT2321000156-ALMC", "OK") == (call["event"], call["logical_address"], call["answer"])
    (tmp_path / "message.xml").write_bytes(journal.get(f"call={call['id']}"))
    ran = webcertsim("validate", "message.xml", cwd=tmp_path)
    assert (0, "message.xml: valid\n") == (ran.returncode, ran.stdout)


@pytest.mark.parametrize(
    ("answer", "seen"),
    [
        ("OK", {"resultCode": "OK"}),
        ("INFO", {"resultCode": "INFO", "resultText": "Thank you"}),
        ("ERROR", {"resultCode": "ERROR"}),
        *(
            (error, {"resultCode": "ERROR", "resultText": "The journal system says no", "errorId": error})
            for error in ("TECHNICAL_ERROR", "VALIDATION_ERROR", "APPLICATION_ERROR", "REVOKED")
        ),
    ],
)
def test_php_reads_every_answer(journal: MockedJournalSystem, answer, seen):
    """Each result code and error id comes out of PHP as it went in."""
    assert {"result": seen} == journal.call("signed", f"answer-{answer}")


def test_php_reads_a_fault(journal: MockedJournalSystem):
    """A SOAP fault becomes PHP's own exception, with code and text."""
    expected = {"code": "soap:Server", "text": "Stängt för kvällen"}
    assert {"fault": expected} == journal.call("signed", "answer-FAULT")


def test_php_sees_a_refusal(journal: MockedJournalSystem):
    """A call that is refused has no answer in it that PHP could read."""
    assert {"fault": {"code": "HTTP", "text": "Error Fetching http headers"}} == journal.call("draft", "answer-REFUSE")


def test_a_careless_message_is_told_what_is_wrong(journal: MockedJournalSystem):
    """A moment as PHP writes it has no milliseconds: the answer names the element, and the call is kept."""
    result = journal.call("careless", "careless")["result"]
    assert "VALIDATION_ERROR" == result["errorId"]
    assert "tidpunkt" in result["resultText"]
    (call,) = journal.calls_about("careless")
    assert "tidpunkt" in call["problem"]


@either_contract
def test_a_sender_built_on_a_file_of_the_contract(journal: MockedJournalSystem, wsdl: Path):
    """Who has the contract as files, be it ours or the published one, need not ask the journal system for it."""
    certificate = f"by-{wsdl.parent.name}"
    assert {"result": {"resultCode": "OK"}} == journal.call("signed", certificate, wsdl)
    assert 1 == len(journal.calls_about(certificate))
