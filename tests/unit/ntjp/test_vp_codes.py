"""The table of VP's errors: codes, faults, and how they are known again."""

from __future__ import annotations

import pytest

from simulator.contract.envelope import read_reply, write_fault
from simulator.contract.reply import Answered, Fault, RawAnswer
from simulator.contract.schema import our_contract
from simulator.ntjp.vp_codes import VP_ERRORS, VpCode, code_in, vp_fault
from simulator.redelivery.outcome import OutcomeKind, judge

CLIENT = {"VP001", "VP002", "VP003", "VP004", "VP005", "VP011", "VP013", "VP015"}
SERVER = {"VP006", "VP007", "VP008", "VP009", "VP010", "VP012", "VP014"}


def test_there_are_fifteen_errors_and_soap_blames_who_vp_blames():
    """Each code has its row, and the fault's code is the one of VP's own table, VP007's Server included."""
    assert list(VpCode) == list(VP_ERRORS) == [f"VP{number:03}" for number in range(1, 16)]
    assert {code for code, error in VP_ERRORS.items() if error.fault_code == "Client"} == CLIENT
    assert {code for code, error in VP_ERRORS.items() if error.fault_code == "Server"} == SERVER


@pytest.mark.parametrize("code", VpCode)
def test_every_fault_is_read_and_sent_again(code):
    """On the wire it is a SOAP fault that Webcert reads, knows by its code, and retries."""
    fault = vp_fault(code, "serviceNamespace: x, receiverId: y", "z", "https://a")
    reply = read_reply(RawAnswer(500, {}, write_fault(fault)), our_contract())
    assert isinstance(reply, Answered)
    assert isinstance(reply.content, Fault)
    assert fault.text == reply.content.text
    assert fault.detail.split() == reply.content.detail.split()
    assert code is code_in(reply.content.text)
    assert (OutcomeKind.RETRY, "soap-fault") == (judge(reply).kind, judge(reply).rule)


def test_details_name_what_they_are_about():
    """A detail names the contract and the unit; that of VP007 the caller too; that of VP009 the address and why."""
    summary = "serviceNamespace: urn:x, receiverId: TST-1"
    assert summary in vp_fault(VpCode.VP004, summary).detail
    assert f"Authorization missing for {summary}, senderId: TST-2" == vp_fault(VpCode.VP007, summary, "TST-2").detail
    detail = vp_fault(VpCode.VP009, address="https://a", cause=". VP_PRODUCER_EXCEPTION_HTTP_STATUS=404").detail
    assert "Error connecting to service producer at address https://a. VP_PRODUCER_EXCEPTION_HTTP_STATUS=404" == detail


@pytest.mark.parametrize("text", ["", "VP016 [NTJP] x", "VP000 [NTJP]", "VP009", "a VP009 [NTJP]", "vp009 [NTJP]"])
def test_other_faults_are_not_taken_for_the_platforms(text):
    """Only a text that begins as VP's do is the platform's own."""
    assert code_in(text) is None
