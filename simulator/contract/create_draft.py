"""CreateDraftCertificate: a journal system's wish for a draft, and Webcert's answer, as elements and back.

Read from what the schemas have found valid. What Webcert thinks of a wish is not known here; see `inbound`.
"""

from __future__ import annotations

from lxml import etree

from simulator.certificate.identity import HSA_ID_ROOT, HsaId, LogicalAddress, PersonId
from simulator.contract import names
from simulator.contract.elements import (
    content_element,
    extension_of,
    read_certificate_reference,
    read_code,
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
from simulator.contract.inbound import DraftAnswer, DraftRequest
from simulator.contract.message import write_answer, write_patient
from simulator.contract.message_reading import read_answer, read_patient
from simulator.contract.schema import Contract


def write_draft_request(asked: DraftRequest, contract: Contract) -> bytes:
    """The call of a journal system that wants a draft; raises ContractError where it would not be valid."""
    request = content_element(names.CREATE_DRAFT.request)
    wanted = sub(request, names.WANTED)
    write_code(wanted, names.WANTED_TYPE, asked.certificate_type)
    write_patient(wanted, names.WANTED_PATIENT, asked.person_id, asked.patient)
    staff = sub(wanted, names.WANTED_BY)
    write_id(staff, names.WANTED_BY_ID, HSA_ID_ROOT, asked.staff_id)
    write_text(staff, names.WANTED_BY_NAME, asked.staff_name)
    unit = sub(staff, names.WANTED_UNIT)
    write_id(unit, names.WANTED_UNIT_ID, HSA_ID_ROOT, asked.unit_id)
    write_text(unit, names.WANTED_UNIT_NAME, asked.unit_name)
    write_text(wanted, names.WANTED_REFERENCE, asked.care_reference)
    if asked.prefill is not None:
        prefill = sub(wanted, names.PREFILL)
        for answer in asked.prefill:
            write_answer(prefill, names.PREFILLED_ANSWER, answer)
    return write_content(request, contract, asked.logical_address)


def read_draft_request(request: etree._Element, logical_address: str) -> DraftRequest:
    """Read a valid request; what stands in its open places is passed over."""
    wanted = the(request, names.WANTED)
    patient = the(wanted, names.WANTED_PATIENT)
    staff = the(wanted, names.WANTED_BY)
    unit = the(staff, names.WANTED_UNIT)
    prefill = wanted.find(names.PREFILL)
    return DraftRequest(
        logical_address=LogicalAddress.as_received(logical_address),
        certificate_type=read_code(the(wanted, names.WANTED_TYPE)),
        person_id=PersonId.as_received(extension_of(patient, names.PERSON_ID)),
        patient=read_patient(patient),
        staff_id=HsaId.as_received(extension_of(staff, names.WANTED_BY_ID)),
        staff_name=text_of(staff, names.WANTED_BY_NAME),
        unit_id=HsaId.as_received(extension_of(unit, names.WANTED_UNIT_ID)),
        unit_name=text_of(unit, names.WANTED_UNIT_NAME),
        care_reference=wanted.findtext(names.WANTED_REFERENCE),
        prefill=None if prefill is None else tuple(map(read_answer, prefill.iterfind(names.PREFILLED_ANSWER))),
    )


def write_draft_answer(said: DraftAnswer, contract: Contract) -> bytes:
    """Webcert's answer; raises ContractError where it would not be valid."""
    response = content_element(names.CREATE_DRAFT.response)
    if said.certificate is not None:
        write_id(response, names.DRAFT_ID, said.certificate.root, said.certificate.id)
    write_result(response, names.DRAFT_RESULT, said.result)
    return write_content(response, contract)


def read_draft_answer(response: etree._Element) -> DraftAnswer:
    """Read a valid answer."""
    draft = response.find(names.DRAFT_ID)
    return DraftAnswer(
        result=read_result(the(response, names.DRAFT_RESULT)),
        certificate=None if draft is None else read_certificate_reference(draft),
    )
