"""SendMessageToCare: a recipient's question, answer or reminder, and whether Webcert took it, as elements and back.

Read from what the schemas have found valid. What kind of message it is, and whether its certificate takes it, is not
known here; see `inbound`.
"""

from __future__ import annotations

from lxml import etree

from simulator.certificate.identity import LogicalAddress, PersonId
from simulator.contract import names
from simulator.contract.elements import (
    content_element,
    extension_of,
    read_certificate_reference,
    read_code,
    read_day,
    read_moment,
    read_result,
    sub,
    text_of,
    the,
    write_code,
    write_id,
    write_result,
    write_text,
)
from simulator.contract.envelope import write_content
from simulator.contract.inbound import Complement, MessageReference, MessageToCare
from simulator.contract.message import wire_second
from simulator.contract.reply import Result
from simulator.contract.schema import Contract


def write_message(asked: MessageToCare, contract: Contract) -> bytes:
    """The call of a recipient; raises ContractError where it would not be valid."""
    request = content_element(names.MESSAGE_TO_CARE.request)
    write_text(request, names.MESSAGE_ID, asked.message_id)
    write_text(request, names.MESSAGE_REFERENCE, asked.reference)
    write_text(request, names.MESSAGE_SENT_AT, wire_second(asked.sent_at))
    write_id(request, names.MESSAGE_CERTIFICATE, asked.certificate.root, asked.certificate.id)
    write_id(request, names.MESSAGE_PERSON, asked.person_id.root, asked.person_id)
    write_text(request, names.MESSAGE_ADDRESS, asked.recipient_address)
    write_code(request, names.MESSAGE_SUBJECT, asked.subject)
    write_text(request, names.MESSAGE_HEADING, asked.heading)
    write_text(request, names.MESSAGE_TEXT, asked.text)
    write_text(request, names.MESSAGE_REMINDS_OF, asked.reminds_of)
    if asked.answers is not None:
        answered = sub(request, names.MESSAGE_ANSWERS)
        write_text(answered, names.ANSWERED_ID, asked.answers.message_id)
        write_text(answered, names.ANSWERED_REFERENCE, asked.answers.reference)
    sender = sub(request, names.MESSAGE_SENDER)
    write_code(sender, names.MESSAGE_PARTY, asked.sender)
    for line in asked.contact:
        write_text(sender, names.MESSAGE_CONTACT, line)
    for complement in asked.complements:
        element = sub(request, names.COMPLEMENT)
        write_text(element, names.COMPLEMENT_QUESTION, complement.question)
        write_text(
            element, names.COMPLEMENT_INSTANCE, None if complement.instance is None else str(complement.instance)
        )
        write_text(element, names.COMPLEMENT_TEXT, complement.text)
    write_text(request, names.MESSAGE_ANSWER_DUE, None if asked.answer_due is None else asked.answer_due.isoformat())
    return write_content(request, contract, asked.logical_address)


def read_message(request: etree._Element, logical_address: str) -> MessageToCare:
    """Read a valid request; what stands in its open places is passed over."""
    sender = the(request, names.MESSAGE_SENDER)
    answered = request.find(names.MESSAGE_ANSWERS)
    due = request.findtext(names.MESSAGE_ANSWER_DUE)
    return MessageToCare(
        logical_address=LogicalAddress.as_received(logical_address),
        message_id=text_of(request, names.MESSAGE_ID),
        reference=request.findtext(names.MESSAGE_REFERENCE),
        sent_at=read_moment(text_of(request, names.MESSAGE_SENT_AT)),
        certificate=read_certificate_reference(the(request, names.MESSAGE_CERTIFICATE)),
        person_id=PersonId.as_received(extension_of(request, names.MESSAGE_PERSON)),
        recipient_address=text_of(request, names.MESSAGE_ADDRESS),
        subject=read_code(the(request, names.MESSAGE_SUBJECT), names.SUBJECT_CODE_SYSTEM),
        heading=request.findtext(names.MESSAGE_HEADING),
        text=text_of(request, names.MESSAGE_TEXT),
        reminds_of=request.findtext(names.MESSAGE_REMINDS_OF),
        answers=None if answered is None else _read_answered(answered),
        sender=read_code(the(sender, names.MESSAGE_PARTY), names.PARTY_CODE_SYSTEM),
        contact=tuple(line.text or "" for line in sender.iterfind(names.MESSAGE_CONTACT)),
        complements=tuple(map(_read_complement, request.iterfind(names.COMPLEMENT))),
        answer_due=None if due is None else read_day(due),
    )


def write_message_answer(said: Result, contract: Contract) -> bytes:
    """Webcert's answer; raises ContractError where it would not be valid."""
    response = content_element(names.MESSAGE_TO_CARE.response)
    write_result(response, names.MESSAGE_RESULT, said)
    return write_content(response, contract)


def read_message_answer(response: etree._Element) -> Result:
    """Read a valid answer."""
    return read_result(the(response, names.MESSAGE_RESULT))


def _read_answered(element: etree._Element) -> MessageReference:
    return MessageReference(text_of(element, names.ANSWERED_ID), element.findtext(names.ANSWERED_REFERENCE))


def _read_complement(element: etree._Element) -> Complement:
    instance = element.findtext(names.COMPLEMENT_INSTANCE)
    return Complement(
        question=text_of(element, names.COMPLEMENT_QUESTION),
        text=text_of(element, names.COMPLEMENT_TEXT),
        instance=None if instance is None else int(instance),
    )
