"""The three ways in to Webcert over HTTP, called by zeep, which makes its client from the address alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
import zeep
import zeep.exceptions

from simulator.contract import names
from simulator.contract.create_draft import write_draft_request
from simulator.contract.interaction import drafts_asked_for, lists_asked_for, messages_to_care
from simulator.contract.reply import Fault
from simulator.contract.schema import our_contract
from simulator.wire.interactions import serve
from tests.unit.contract.canned import (
    DRAFT_ANSWER,
    DRAFT_REQUEST,
    LIST,
    LIST_REQUEST,
    MESSAGE,
    MESSAGE_ANSWER,
    NURSE,
    PATIENT,
    UNIT,
)

PATHS = {
    "CreateDraftCertificate": names.CREATE_DRAFT_PATH,
    "ListCertificatesForCareWithQA": names.LIST_WITH_QA_PATH,
    "SendMessageToCare": names.MESSAGE_TO_CARE_PATH,
}
SOAP = {"content-type": names.CONTENT_TYPE}


class Webcert:
    """A listener with canned answers, and what it was asked."""

    def __init__(self):
        self.url = ""
        self.asked = []
        self.fault = None

    def answering(self, answer):
        """Decide always the same, or the fault that is wished for."""

        async def decide(asked, headers):
            self.asked.append(asked)
            return self.fault or answer

        return decide

    async def call(self, interaction, **parts):
        """Let zeep call an interaction, with no other knowledge than its address."""
        address = f"{self.url}{PATHS[interaction]}?wsdl"
        client = await asyncio.to_thread(zeep.Client, address)
        try:
            return await asyncio.to_thread(client.service[interaction], _soapheaders={"LogicalAddress": UNIT}, **parts)
        finally:
            client.transport.session.close()


@pytest.fixture
async def webcert() -> AsyncIterator[Webcert]:
    """A mocked Webcert that says the same to everybody."""
    found = Webcert()
    interactions = [
        drafts_asked_for(found.answering(DRAFT_ANSWER)),
        lists_asked_for(found.answering(LIST)),
        messages_to_care(found.answering(MESSAGE_ANSWER)),
    ]
    async with serve(interactions) as listener:
        found.url = listener.url
        yield found


def hsa_id(value):
    """An HSA-id as zeep takes it."""
    return {"root": "1.2.752.129.2.1.4.1", "extension": value}


def person(value):
    """A person id as zeep takes it."""
    return {"root": "1.2.752.129.2.1.3.1", "extension": value}


def code(value):
    """A code as zeep takes it."""
    return {"code": value.code, "codeSystem": value.code_system, "displayName": value.display_name}


async def test_zeep_asks_for_a_draft(webcert):
    """What zeep asks for is what Webcert is asked, but for the prefill, and zeep reads which draft was made."""
    wanted = {
        "typAvIntyg": code(DRAFT_REQUEST.certificate_type),
        "patient": {
            "person-id": person(PATIENT),
            "fornamn": "Lilltolvan",
            "efternamn": "Tolvansson",
            "postadress": "Storgatan 1",
            "postnummer": "12345",
            "postort": "Småmåla",
        },
        "skapadAv": {
            "personal-id": hsa_id(NURSE),
            "fullstandigtNamn": "Anna Sjuksköterska",
            "enhet": {"enhets-id": hsa_id(UNIT), "enhetsnamn": "Alfa Medicincentrum"},
        },
        "ref": DRAFT_REQUEST.care_reference,
        "forifyllnad": {"svar": [{"id": "55", "delsvar": [{"id": "55.1"}]}]},
    }
    answer = await webcert.call("CreateDraftCertificate", intyg=wanted)
    (asked,) = webcert.asked
    assert [(one.question, one.parts) for one in asked.prefill] == [("55", (("55.1", ""),))]
    assert (asked.care_reference, asked.patient, asked.staff_id) == ("ärende <1>", DRAFT_REQUEST.patient, NURSE)
    assert (asked.certificate_type, asked.unit_id, asked.logical_address) == (
        DRAFT_REQUEST.certificate_type, UNIT, UNIT,
    )  # fmt: skip
    assert answer["intygs-id"]["extension"] == DRAFT_ANSWER.certificate.id
    assert (answer["result"]["resultCode"], answer["result"]["resultText"]) == ("INFO", "Ett utkast <finns> redan")


async def test_zeep_asks_for_a_list(webcert):
    """zeep asks for everything that can be asked, and reads a certificate with its events and counts."""
    answer = await webcert.call(
        "ListCertificatesForCareWithQA",
        **{
            "person-id": person(PATIENT),
            "enhets-id": [hsa_id(unit) for unit in LIST_REQUEST.unit_ids],
            "vardgivar-id": hsa_id(LIST_REQUEST.care_provider_id),
            "fromTidpunkt": "2024-09-01T00:00:00",
            "tomTidpunkt": "2024-09-30T23:59:59",
        },
    )
    assert webcert.asked == [LIST_REQUEST]
    (item,) = answer["list"]["item"]
    first, second = item["handelser"]["handelse"]
    assert (first["handelsekod"]["code"], first["handelsekod"]["displayName"]) == ("SKAPAT", None)
    assert first["hanteratAv"]["extension"] == NURSE
    assert (second["amne"]["code"], second["sistaDatumForSvar"].isoformat()) == ("KOMPLT", "2024-10-01")
    assert item["mottagnaFragor"]["totalt"] == item["mottagnaFragor"]["ejBesvarade"] == 2
    assert item["intyg"]["intygs-id"]["extension"] == DRAFT_ANSWER.certificate.id
    assert item["intyg"]["underskrift"] is not None
    assert item["ref"] == "ärende <1>"


async def test_zeep_writes_to_care(webcert):
    """zeep sends a message with everything in it, and reads the verdict."""
    answer = await webcert.call(
        "SendMessageToCare",
        **{
            "meddelande-id": MESSAGE.message_id,
            "referens-id": MESSAGE.reference,
            "skickatTidpunkt": "2024-09-09T10:00:00",
            "intygs-id": {"root": UNIT, "extension": MESSAGE.certificate.id},
            "patientPerson-id": person(PATIENT),
            "logiskAdressMottagare": UNIT,
            "amne": code(MESSAGE.subject),
            "rubrik": MESSAGE.heading,
            "meddelande": MESSAGE.text,
            "paminnelseMeddelande-id": MESSAGE.reminds_of,
            "svarPa": {"meddelande-id": MESSAGE.answers.message_id, "referens-id": MESSAGE.answers.reference},
            "skickatAv": {"part": code(MESSAGE.sender), "kontaktInfo": list(MESSAGE.contact)},
            "komplettering": [
                {"frage-id": one.question, "instans": one.instance, "text": one.text} for one in MESSAGE.complements
            ],
            "sistaDatumForSvar": "2024-10-01",
        },
    )
    assert webcert.asked == [MESSAGE]
    assert answer["result"]["resultCode"] == "OK"


async def test_zeep_reads_a_fault(webcert):
    """A fault becomes zeep's own exception, with code and text."""
    webcert.fault = Fault("Client", "Vårdgivare eller enhet måste anges")
    with pytest.raises(zeep.exceptions.Fault) as raised:
        await webcert.call("ListCertificatesForCareWithQA", **{"person-id": person(PATIENT)})
    assert (raised.value.code, raised.value.message) == ("soap:Client", "Vårdgivare eller enhet måste anges")


async def test_each_path_has_its_own_contract(webcert):
    """An interaction answers on its own path alone, and a message that belongs on another gets a fault."""
    request = write_draft_request(DRAFT_REQUEST, our_contract(names.CREATE_DRAFT))
    async with httpx.AsyncClient() as client:
        found = {
            path: await client.post(webcert.url + path, content=request, headers=SOAP)
            for path in (names.CREATE_DRAFT_PATH, f"{names.CREATE_DRAFT_PATH}/", names.MESSAGE_TO_CARE_PATH)
        }
    assert [answer.status_code for answer in found.values()] == [200, 200, 500]
    assert "something else than SendMessageToCare" in found[names.MESSAGE_TO_CARE_PATH].text


@pytest.mark.parametrize("path", ["/", "/services", "/services/create-draft-certificate/v1.0", "/%00"])
async def test_nothing_is_answered_elsewhere(webcert, path):
    """A call to another path is told where to call, and there is no contract there."""
    async with httpx.AsyncClient() as client:
        answer = await client.post(webcert.url + path, content=b"<a/>", headers=SOAP)
        page = await client.get(f"{webcert.url}{path}?wsdl")
    assert (answer.status_code, page.status_code) == (404, 404)
    assert all(known in answer.text for known in PATHS.values())
    assert not webcert.asked


async def test_who_only_looks_is_told_what_is_here(webcert):
    """A browser sees which paths there are."""
    async with httpx.AsyncClient() as client:
        page = await client.get(webcert.url)
    assert page.status_code == 200
    assert "mocked Webcert" in page.text
    assert all(path in page.text for path in PATHS.values())


@pytest.mark.parametrize("interaction", PATHS)
async def test_every_schema_is_served_beside_its_contract(webcert, interaction):
    """The contract gives the very address that it was asked for at, and leads to schemas that are there."""
    address = f"{webcert.url}{PATHS[interaction]}"
    async with httpx.AsyncClient() as client:
        wsdl = await client.get(f"{address}?wsdl")
        schema = await client.get(f"{address}?xsd=core-3.xsd")
        draft_only = await client.get(f"{address}?xsd=core-3.3.xsd")
    assert f'location="{address}"' in wsdl.text
    assert schema.status_code == 200
    assert (draft_only.status_code == 200) is (interaction == "CreateDraftCertificate")


async def test_a_body_beyond_the_limit_is_a_fault():
    """What is too large is said to be too large, in the form that SOAP callers understand."""
    decided = []

    async def decide(asked, headers):
        decided.append(asked)
        return DRAFT_ANSWER

    async with serve([drafts_asked_for(decide)], body_limit=1000) as listener, httpx.AsyncClient() as client:
        answer = await client.post(listener.url + names.CREATE_DRAFT_PATH, content=b" " * 2000, headers=SOAP)
    assert (answer.status_code, "larger than" in answer.text) == (500, True)
    assert not decided


async def test_a_decision_that_fails_is_our_fault(caplog):
    """An error of ours becomes a fault of the server that tells nothing of what was asked."""

    async def decide(asked, headers):
        raise ValueError(asked.patient.person_id)

    request = write_draft_request(DRAFT_REQUEST, our_contract(names.CREATE_DRAFT))
    async with serve([drafts_asked_for(decide)]) as listener, httpx.AsyncClient() as client:
        answer = await client.post(listener.url + names.CREATE_DRAFT_PATH, content=request, headers=SOAP)
    assert (answer.status_code, "soap:Server" in answer.text) == (500, True)
    assert PATIENT not in answer.text + caplog.text
