"""PHP's SoapClient asks Webcert for a draft and for a list, and writes to care."""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from simulator.contract.interaction import drafts_asked_for, lists_asked_for, messages_to_care
from simulator.contract.names import CREATE_DRAFT_PATH, LIST_WITH_QA_PATH, MESSAGE_TO_CARE_PATH
from simulator.contract.reply import Fault
from simulator.wire.interactions import serve
from tests.interop.conftest import PATIENCE, PHP, REPOSITORY
from tests.unit.contract.canned import (
    DRAFT_ANSWER,
    DRAFT_REQUEST,
    LIST,
    LIST_REQUEST,
    MESSAGE,
    MESSAGE_ANSWER,
    NURSE,
)

# Where each call is taken, and which release of its contract is the published one.
CALLS = {
    "CreateDraftCertificate": (CREATE_DRAFT_PATH, "3.3"),
    "ListCertificatesForCareWithQA": (LIST_WITH_QA_PATH, "3.3"),
    "SendMessageToCare": (MESSAGE_TO_CARE_PATH, "2.0"),
}


class Webcert:
    """A mocked Webcert with canned answers in this process, and PHP to call it with."""

    def __init__(self, php: str) -> None:
        self.php = php
        self.url = ""
        self.asked: list[Any] = []
        self.fault: Fault | None = None

    def answering(self, answer: Any) -> Any:
        """Decide always the same, or the fault that is wished for."""

        async def decide(asked: Any, headers: Any) -> Any:
            self.asked.append(asked)
            return self.fault or answer

        return decide

    async def called(self, call: str, wsdl: Path | None = None) -> dict[str, Any]:
        """What PHP makes of the answer; it reads the contract from Webcert unless it is given as a file."""
        address = self.url + CALLS[call][0]
        where = [f"{address}?wsdl", call] if wsdl is None else [str(wsdl), call, address]
        ran = await asyncio.to_thread(
            subprocess.run,
            [self.php, "-d", "display_errors=stderr", str(PHP / "caller.php"), *where],
            capture_output=True, encoding="utf-8", timeout=PATIENCE, check=False,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stdout + ran.stderr
        printed: dict[str, Any] = json.loads(ran.stdout)
        return printed


@pytest.fixture
async def webcert(php: str) -> AsyncIterator[Webcert]:
    """A mocked Webcert that says the same to everybody."""
    found = Webcert(php)
    interactions = [
        drafts_asked_for(found.answering(DRAFT_ANSWER)),
        lists_asked_for(found.answering(LIST)),
        messages_to_care(found.answering(MESSAGE_ANSWER)),
    ]
    async with serve(interactions) as listener:
        found.url = listener.url
        yield found


async def test_php_asks_for_a_draft(webcert: Webcert):
    """What PHP has made from our contract arrives as it was meant, prefill and all, and PHP reads which draft it is."""
    answer = (await webcert.called("CreateDraftCertificate"))["answer"]
    assert webcert.asked == [DRAFT_REQUEST]
    assert DRAFT_ANSWER.certificate is not None
    assert answer["intygs-id"]["extension"] == DRAFT_ANSWER.certificate.id
    assert answer["result"] == {"resultCode": "INFO", "resultText": "Ett utkast <finns> redan"}


async def test_php_asks_for_a_list(webcert: Webcert):
    """PHP reads a certificate with its answers and signature, its events, its counts and its reference."""
    answer = (await webcert.called("ListCertificatesForCareWithQA"))["answer"]
    assert webcert.asked == [LIST_REQUEST]
    (item,) = answer["list"]["item"]
    first, second = item["handelser"]["handelse"]
    assert "displayName" not in first["handelsekod"]
    assert (first["handelsekod"]["code"], first["hanteratAv"]["extension"]) == ("SKAPAT", NURSE)
    assert (second["amne"]["code"], second["sistaDatumForSvar"]) == ("KOMPLT", "2024-10-01")
    assert {"totalt": 2, "ejBesvarade": 2, "besvarade": 1, "hanterade": 1} == item["mottagnaFragor"]
    assert "Signature" in item["intyg"]["underskrift"]
    assert [question["id"] for question in item["intyg"]["svar"]] == ["55", "56"]
    assert item["ref"] == "ärende <1>"


async def test_php_writes_to_care(webcert: Webcert):
    """A message with everything in it arrives as it was meant, and PHP reads the verdict."""
    answer = (await webcert.called("SendMessageToCare"))["answer"]
    assert webcert.asked == [MESSAGE]
    assert answer == {"result": {"resultCode": "OK"}}


async def test_php_reads_a_fault(webcert: Webcert):
    """A fault of Webcert becomes PHP's own exception, with code and text."""
    webcert.fault = Fault("Client", "Vårdgivare eller enhet måste anges")
    fault = (await webcert.called("ListCertificatesForCareWithQA"))["fault"]
    assert fault == {"code": "soap:Client", "text": "Vårdgivare eller enhet måste anges"}


@pytest.mark.parametrize("call", CALLS)
async def test_a_caller_built_on_our_file_of_the_contract(webcert: Webcert, call: str):
    """Who has our contract as files need not ask Webcert for it."""
    assert "answer" in await webcert.called(call, REPOSITORY / "wsdl" / f"{call}.wsdl")


@pytest.mark.parametrize("call", CALLS)
async def test_a_caller_built_on_the_published_contract(webcert: Webcert, call: str, oracle: Path):
    """A caller that was made for the real Webcert can call this one, and asks it the same."""
    wsdl = oracle / "interactions" / f"{call}Interaction" / f"{call}Interaction_{CALLS[call][1]}_RIVTABP21.wsdl"
    assert "answer" in await webcert.called(call, wsdl)
    assert webcert.asked in ([DRAFT_REQUEST], [LIST_REQUEST], [MESSAGE])
