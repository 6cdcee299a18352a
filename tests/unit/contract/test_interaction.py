"""What Webcert answers before anybody decides anything, and how a decision becomes an answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simulator.contract import names
from simulator.contract.create_draft import read_draft_answer, write_draft_request
from simulator.contract.envelope import open_answer
from simulator.contract.interaction import drafts_asked_for, messages_to_care
from simulator.contract.message_to_care import write_message
from simulator.contract.reply import Fault, Result
from simulator.contract.schema import our_contract
from tests.unit.contract.canned import DRAFT_ANSWER, DRAFT_REQUEST, MESSAGE

DRAFT = our_contract(names.CREATE_DRAFT)
REQUEST = write_draft_request(DRAFT_REQUEST, DRAFT)
LONG_AGO = b"9999-12-31T24:00:00"


class Decider:
    """Answers the same to everything, and remembers what it was asked."""

    def __init__(self, answer):
        self.answer = answer
        self.asked = []

    async def __call__(self, asked, headers):
        self.asked.append((asked, dict(headers)))
        return self.answer


async def test_a_call_is_a_value_and_the_decision_is_the_answer():
    """Whoever decides is given the request with the headers, and what it gives back is what the caller gets."""
    decider = Decider(DRAFT_ANSWER)
    raw = await drafts_asked_for(decider).answer(REQUEST, {"x-skltp-correlation-id": "k"})
    assert decider.asked == [(DRAFT_REQUEST, {"x-skltp-correlation-id": "k"})]
    assert (raw.http_status, raw.headers) == (200, {"content-type": names.CONTENT_TYPE})
    assert read_draft_answer(open_answer(raw.body, DRAFT)) == DRAFT_ANSWER


async def test_a_decision_may_be_a_fault():
    """A fault that is decided upon is sent with HTTP status 500."""
    fault = Fault("Server", "Stängt för kvällen")
    raw = await drafts_asked_for(Decider(fault)).answer(REQUEST, {})
    assert (raw.http_status, open_answer(raw.body, DRAFT)) == (500, fault)


ENVELOPE = '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">{}</s:Envelope>'


@pytest.mark.parametrize(
    ("body", "complete", "said"),
    [
        (b"", True, "The request is empty"),
        (REQUEST[:-20], True, "not well-formed"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", True, "has a DTD"),
        (REQUEST, False, "larger than"),
        (b"<a/>", True, "not a SOAP 1.1 envelope"),
        (ENVELOPE.format("").encode(), True, "no body"),
        (ENVELOPE.format("<s:Body/>").encode(), True, "The SOAP body is empty"),
        (ENVELOPE.format("<s:Body><a/></s:Body>").encode(), True, "something else than CreateDraftCertificate"),
        (write_message(MESSAGE, our_contract(names.MESSAGE_TO_CARE)), True, "something else than CreateDraft"),
        (REQUEST.replace(b"personal-id", b"person-id"), True, "Unmarshalling Error: "),
        (REQUEST.replace(b"LogicalAddress", b"PhysicalAddress"), True, "no LogicalAddress"),
    ],
)  # fmt: skip
async def test_what_cannot_be_taken_is_a_fault_of_the_client(body, complete, said):
    """A request that cannot be opened, or breaks the contract, gets a fault with its reason, and nobody decides."""
    decider = Decider(DRAFT_ANSWER)
    raw = await drafts_asked_for(decider).answer(body, {}, complete)
    fault = open_answer(raw.body, DRAFT)
    assert (raw.http_status, fault.code) == (500, "Client")
    assert said in fault.text
    assert not decider.asked


async def test_a_valid_moment_that_no_calendar_has_is_a_fault_of_the_client():
    """What the schemas let through and no value of ours can hold is not a fault of ours."""
    contract = our_contract(names.MESSAGE_TO_CARE)
    body = write_message(MESSAGE, contract).replace(b"2024-09-09T10:00:00", LONG_AGO)
    assert LONG_AGO in body
    raw = await messages_to_care(Decider(Result("OK"))).answer(body, {})
    fault = open_answer(raw.body, contract)
    assert (raw.http_status, fault.code) == (500, "Client")
    assert LONG_AGO.decode() in fault.text


async def test_no_person_is_named_in_a_fault():
    """A person's number that breaks the contract is not repeated."""
    body = REQUEST.replace(b">201212121212<", b">20121212-1212<")
    raw = await drafts_asked_for(Decider(DRAFT_ANSWER)).answer(body, {})
    assert b"1212" not in raw.body
    assert "extension" in open_answer(raw.body, DRAFT).text


async def test_an_answer_that_breaks_the_contract_never_leaves():
    """What cannot be said in the contract is a fault of the server's, as in Webcert's own stack."""
    answer = replace(DRAFT_ANSWER, result=Result("MAYBE"))
    raw = await drafts_asked_for(Decider(answer)).answer(REQUEST, {})
    fault = open_answer(raw.body, DRAFT)
    assert (raw.http_status, fault.code) == (500, "Server")
    assert fault.text.startswith("Marshalling Error: a message of ours breaks the contract")
