"""PHP's SoapClient calls a mock Webcert that runs: a draft, a list and messages, with what follows from each."""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator
from typing import Any

import pytest

from simulator.certificate.lifecycle import Action
from simulator.contract.names import CREATE_DRAFT_PATH, LIST_WITH_QA_PATH, MESSAGE_TO_CARE_PATH
from simulator.simulation import Simulation
from tests.inbound.callers import wanted_draft
from tests.inbound.conftest import SETUP
from tests.inbound.reading import certificate, done, told
from tests.interop.conftest import PATIENCE, PHP
from tests.unit.contract.canned import DRAFT_REQUEST, MESSAGE, NURSE, UNIT

PATHS = {
    "CreateDraftCertificate": CREATE_DRAFT_PATH,
    "ListCertificatesForCareWithQA": LIST_WITH_QA_PATH,
    "SendMessageToCare": MESSAGE_TO_CARE_PATH,
}
NO_ANSWER = {"svarPa": None, "paminnelseMeddelande-id": None}


class Webcert:
    """A mock Webcert that runs in this process, and PHP to call it with."""

    def __init__(self, php: str, simulation: Simulation) -> None:
        self._php = php
        self.simulation = simulation

    async def called(self, call: str, **changes: Any) -> dict[str, Any]:
        """What PHP makes of the answer; it reads the contract from Webcert itself."""
        address = self.simulation.webcert_url + PATHS[call]
        command = [self._php, "-d", "display_errors=stderr", str(PHP / "caller.php"), f"{address}?wsdl", call, address]
        ran = await asyncio.to_thread(
            subprocess.run, [*command, json.dumps(changes)],
            capture_output=True, encoding="utf-8", timeout=PATIENCE, check=False,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stdout + ran.stderr
        printed: dict[str, Any] = json.loads(ran.stdout)
        return printed

    async def wrote(self, **changes: Any) -> dict[str, Any]:
        """The result of a message about the draft that has become a certificate."""
        made = await certificate(self.simulation)
        about = {"intygs-id": {"root": UNIT, "extension": made.id}, **changes}
        answer = await self.called("SendMessageToCare", **about)
        result: dict[str, Any] = answer["answer"]["result"]
        return result


@pytest.fixture
async def webcert(php: str) -> AsyncIterator[Webcert]:
    """A mock Webcert with one mocked journal system."""
    async with Simulation(SETUP) as simulation:
        yield Webcert(php, simulation)


async def test_a_draft_and_what_is_told_of_it(webcert: Webcert):
    """The draft that PHP asks for has its prefill and its reference, and so has the status update that follows."""
    answer = (await webcert.called("CreateDraftCertificate"))["answer"]
    assert answer["result"] == {"resultCode": "OK"}
    (update,) = await told(webcert.simulation)
    assert update.certificate_id == answer["intygs-id"]["extension"]
    assert (answer["intygs-id"]["root"], update.logical_address, update.event.handled_by) == (UNIT, UNIT, NURSE)
    assert (update.care_reference, update.answers) == (DRAFT_REQUEST.care_reference, DRAFT_REQUEST.prefill)


async def test_a_refusal(webcert: Webcert):
    """PHP reads why no draft was made."""
    refused = await webcert.called("CreateDraftCertificate", **wanted_draft("X"))
    assert refused["answer"] == {
        "result": {
            "resultCode": "ERROR",
            "resultText": "The certificate type X is not supported",
            "errorId": "APPLICATION_ERROR",
        }
    }


async def test_a_list_after_a_life(webcert: Webcert):
    """PHP reads the certificate with all that has happened to it and its counts, or the fault of a wish for nobody."""
    await webcert.called("CreateDraftCertificate")
    await done(webcert.simulation, Action.CHANGE, Action.SIGN)
    assert (await webcert.wrote(**NO_ANSWER))["resultCode"] == "OK"
    assert await webcert.simulation.drain()
    answer = (await webcert.called("ListCertificatesForCareWithQA"))["answer"]
    (item,) = answer["list"]["item"]
    happened = item["handelser"]["handelse"]
    assert ["SKAPAT", "SIGNAT", "SKICKA", "NYFRFM"] == [one["handelsekod"]["code"] for one in happened]
    assert (happened[-1]["amne"]["code"], happened[-1]["sistaDatumForSvar"]) == ("KOMPLT", "2024-10-01")
    assert {"totalt": 1, "ejBesvarade": 1, "besvarade": 0, "hanterade": 0} == item["mottagnaFragor"]
    assert item["ref"] == DRAFT_REQUEST.care_reference
    nobodys = {"enhets-id": None, "vardgivar-id": None}
    assert (await webcert.called("ListCertificatesForCareWithQA", **nobodys))["fault"]["code"] == "soap:Client"


async def test_messages_of_a_recipient(webcert: Webcert):
    """A question is taken once, a reminder of it too, and an answer to a question that nobody put is refused."""
    await webcert.called("CreateDraftCertificate")
    await done(webcert.simulation, Action.CHANGE, Action.SIGN)
    asked = [await webcert.wrote(**NO_ANSWER) for _ in range(2)]
    reminder = {
        "meddelande-id": "m-2", "svarPa": None, "paminnelseMeddelande-id": MESSAGE.message_id,
        "amne": {"code": "PAMINN", "codeSystem": "ffa59d8f-8d7e-46ae-ac9e-31804e8e8499"},
    }  # fmt: skip
    reminded, answered = await webcert.wrote(**reminder), await webcert.wrote(**{"meddelande-id": "m-3"})
    assert ["OK", "INFO", "OK"] == [one["resultCode"] for one in (*asked, reminded)]
    assert (answered["resultCode"], answered["errorId"]) == ("ERROR", "VALIDATION_ERROR")
    assert ["KOMPLT", "PAMINN"] == [one.event.subject for one in (await told(webcert.simulation))[-2:]]
