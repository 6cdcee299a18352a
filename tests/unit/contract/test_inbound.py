"""The three ways in to Webcert on the wire: round trips for any value, and the traps of each contract."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from lxml import etree

from simulator.certificate.identity import HsaId
from simulator.certificate.questions import QuestionCounts
from simulator.clock import SWEDISH_TIME
from simulator.contract import names
from simulator.contract.create_draft import (
    read_draft_answer,
    read_draft_request,
    write_draft_answer,
    write_draft_request,
)
from simulator.contract.elements import read_day, read_moment
from simulator.contract.envelope import open_answer, open_request, write_fault
from simulator.contract.inbound import CertificateList, DraftAnswer, ListedCounts
from simulator.contract.list_with_qa import read_list, read_list_request, write_list, write_list_request
from simulator.contract.message_to_care import read_message, read_message_answer, write_message, write_message_answer
from simulator.contract.reading import UnreadableXml
from simulator.contract.reply import Fault, Result, ResultCode, Unreadability
from simulator.contract.schema import our_contract
from simulator.errors import ContractError
from tests.unit.contract import strategies
from tests.unit.contract.canned import CERTIFICATE, DRAFT_REQUEST, LIST, LIST_REQUEST, MESSAGE

DRAFT = our_contract(names.CREATE_DRAFT)
LISTING = our_contract(names.LIST_WITH_QA)
CARE = our_contract(names.MESSAGE_TO_CARE)


def answered(document, contract):
    """The valid answer in a document."""
    found = open_answer(document, contract)
    assert not isinstance(found, Fault)
    return found


def asked(document, contract):
    """The valid request in a document, and its address."""
    request = open_request(document, contract)
    assert request.schema_error is None
    return request.element, request.logical_address


@settings(max_examples=100)
@given(strategies.DRAFT_REQUESTS)
def test_any_wish_for_a_draft_comes_back_as_it_went(value):
    """What a journal system asks for is valid, and is read as the same value."""
    assert value == read_draft_request(*asked(write_draft_request(value, DRAFT), DRAFT))


@settings(max_examples=100)
@given(strategies.DRAFT_ANSWERS)
def test_any_answer_to_it_comes_back_as_it_went(value):
    """What Webcert says of the wish is valid, and is read as the same value."""
    assert value == read_draft_answer(answered(write_draft_answer(value, DRAFT), DRAFT))


@settings(max_examples=100)
@given(strategies.LIST_REQUESTS)
def test_any_question_for_a_list_comes_back_as_it_went(value):
    """Whose certificates are asked for is valid, and is read as the same value."""
    assert value == read_list_request(*asked(write_list_request(value, LISTING), LISTING))


@settings(max_examples=100)
@given(strategies.LISTS)
def test_any_list_comes_back_as_it_went(value):
    """A list is valid, and is read as the same value."""
    assert value == read_list(answered(write_list(value, LISTING), LISTING))


@settings(max_examples=100)
@given(strategies.MESSAGES)
def test_any_message_to_care_comes_back_as_it_went(value):
    """A recipient's message is valid, and is read as the same value."""
    assert value == read_message(*asked(write_message(value, CARE), CARE))


@settings(max_examples=50)
@given(strategies.RESULTS)
def test_any_answer_to_a_message_comes_back_as_it_went(value):
    """What Webcert says of the message is valid, and is read as the same value."""
    assert value == read_message_answer(answered(write_message_answer(value, CARE), CARE))


# Traps.


def test_no_prefill_is_not_an_empty_one():
    """A journal system that has no answers to give leaves the element out; an empty one is kept as empty."""
    for prefill in (None, ()):
        element, address = asked(write_draft_request(replace(DRAFT_REQUEST, prefill=prefill), DRAFT), DRAFT)
        assert read_draft_request(element, address).prefill == prefill


def test_an_event_of_a_list_has_no_name_of_its_code():
    """Webcert writes the code of a listed event without its text."""
    element = answered(write_list(LIST, LISTING), LISTING)
    codes = list(element.iter(names.EVENT_CODE))
    assert codes
    assert not [code for code in codes if code.find(names.DISPLAY_NAME) is not None]


def test_who_caused_a_listed_event_stands_inside_it():
    """The two hanteratAv are of different namespaces; a list has the one of the event."""
    element = answered(write_list(LIST, LISTING), LISTING)
    assert [event.findtext(f"{names.EVENT_HANDLED_BY}/{names.EXTENSION}") for event in element.iter(names.LISTED_EVENT)]
    assert element.find(f".//{names.HANDLED_BY}") is None


def test_counts_of_a_list_need_not_add_up():
    """A handled question may be counted as answered too: what is written is what is given."""
    counts = ListedCounts(total=2, unanswered=1, answered=2, handled=2)
    listed = replace(LIST.certificates[0], questions_received=counts)
    found = read_list(answered(write_list(CertificateList((listed,)), LISTING), LISTING))
    assert found.certificates[0].questions_received == counts
    assert QuestionCounts(1, 2, 2).total != counts.total


def test_the_digest_of_a_listed_certificate_is_true():
    """The test signature of a signed certificate holds for the element as it stands in the list."""
    signed = replace(LIST.certificates[0], certificate=CERTIFICATE)
    assert CERTIFICATE.signed_at is not None
    element = answered(write_list(CertificateList((signed,)), LISTING), LISTING)
    certificate = element.find(f"{names.LIST}/{names.LISTED}/{names.LISTED_CERTIFICATE}")
    holder = certificate.find(names.SIGNATURE_HOLDER)
    said = holder.findtext(f".//{{{names.XMLDSIG}}}DigestValue")
    certificate.remove(holder)
    canonical = etree.tostring(certificate, method="c14n", exclusive=True)
    assert said == base64.b64encode(hashlib.sha256(canonical).digest()).decode()


def test_a_list_with_a_code_that_is_none_of_ours_cannot_be_read():
    """The contract lets any code through, and a value of ours does not."""
    document = write_list(LIST, LISTING).replace(b">SKAPAT<", b">SKAPAD<")
    with pytest.raises(UnreadableXml) as refused:
        read_list(answered(document, LISTING))
    assert "SKAPAD" in refused.value.detail


def test_the_end_of_a_day_is_the_beginning_of_the_next():
    """24:00:00 is a time of day to XML Schema."""
    assert read_moment(" 2024-12-31T24:00:00 ") == datetime(2025, 1, 1, tzinfo=SWEDISH_TIME)


@pytest.mark.parametrize("text", ["9999-12-31T24:00:00", "0000-01-01T00:00:00"])
def test_a_moment_beyond_the_calendar_is_said_to_be_one(text):
    """A moment that no value of ours can hold is an unreadable request, not a fault of ours."""
    with pytest.raises(UnreadableXml) as refused:
        read_moment(text)
    assert refused.value.reason is Unreadability.INVALID


def test_a_day_may_stand_between_blanks():
    """The contract allows blanks around a date."""
    assert read_day("\n 2024-05-13 ") == date(2024, 5, 13)


def test_a_comment_inside_a_text_hides_nothing():
    """What stands after a comment or an instruction is read as well."""
    document = write_message(replace(MESSAGE, text="Vi behöver veta mer"), CARE)
    commented = document.replace(b"veta mer", b"veta<!-- a -->\xc2\xa0<?b c?>mer")
    element, address = asked(commented, CARE)
    assert read_message(element, address).text == "Vi behöver veta\xa0mer"


def test_a_code_system_that_is_fixed_may_be_left_empty():
    """An empty element stands for the value that the contract fixes."""
    document = write_message(MESSAGE, CARE).replace(names.SUBJECT_CODE_SYSTEM.encode(), b"")
    assert read_message(*asked(document, CARE)).subject.code_system == names.SUBJECT_CODE_SYSTEM


def test_what_breaks_the_contract_never_leaves():
    """A request with an empty HSA-id is stopped where it is written."""
    with pytest.raises(ContractError, match="breaks the contract"):
        write_list_request(replace(LIST_REQUEST, unit_ids=(HsaId.as_received(""),)), LISTING)


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (b"", Unreadability.EMPTY),
        (b"<a>", Unreadability.NOT_XML),
        (b"<a/>", Unreadability.NOT_SOAP),
        (write_message_answer(Result(ResultCode.OK), CARE), Unreadability.FOREIGN),
        (
            write_draft_answer(DraftAnswer(Result(ResultCode.OK)), DRAFT).replace(b">OK<", b">NO<"),
            Unreadability.INVALID,
        ),
    ],
)
def test_an_answer_that_is_none_is_said_to_be_none(document, reason):
    """A caller learns why it cannot read what it was answered."""
    with pytest.raises(UnreadableXml) as refused:
        open_answer(document, DRAFT)
    assert refused.value.reason is reason


def test_a_fault_is_an_answer():
    """A caller gets a fault as a value."""
    fault = Fault("Client", "Nej", "därför")
    assert open_answer(write_fault(fault), DRAFT) == fault


def test_a_list_may_be_missing():
    """The contract lets an answer be without its list, which is read as an empty one."""
    empty = write_list(CertificateList(), LISTING)
    without = etree.fromstring(empty)
    parent = without.find(f".//{names.LIST_WITH_QA.response}")
    parent.remove(parent.find(names.LIST))
    for document in (empty, etree.tostring(without)):
        assert read_list(answered(document, LISTING)) == CertificateList()


def test_the_published_contracts_take_what_we_write(oracle):
    """Requests and answers of all three are valid for the published release as well."""
    from simulator.contract.schema import published_contract

    draft, listing, care = (
        published_contract(oracle, name) for name in (names.CREATE_DRAFT, names.LIST_WITH_QA, names.MESSAGE_TO_CARE)
    )
    asked(write_draft_request(DRAFT_REQUEST, draft), draft)
    asked(write_list_request(LIST_REQUEST, listing), listing)
    asked(write_message(MESSAGE, care), care)
    answered(write_list(LIST, listing), listing)
    assert (draft.soap_action, listing.soap_action, care.soap_action) == (
        DRAFT.soap_action,
        LISTING.soap_action,
        CARE.soap_action,
    )
