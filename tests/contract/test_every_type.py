"""Every certificate type, as a draft and signed, is a message that the contract takes: ours, and the published one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from simulator.certificate.answers import complete_answers
from simulator.certificate.catalogue import TYPES, CertificateType
from simulator.certificate.certificate import Certificate, CertificateState
from simulator.certificate.events import EventCode, StatusEvent
from simulator.certificate.identity import CertificateId
from simulator.certificate.manners import manners
from simulator.contract import message_reading, names
from simulator.contract.envelope import open_request, write_status_update
from simulator.contract.reading import read_xml
from simulator.contract.schema import our_contract, published_contract
from simulator.contract.status_update import StatusUpdate, status_update_of
from simulator.scenario.cast import load_cast

MOMENT = datetime(2025, 10, 20, 8, 15, tzinfo=UTC)
EVERY_TYPE = pytest.mark.parametrize("kind", TYPES, ids=lambda kind: "-".join(kind.key))
DRAFT_AND_SIGNED = pytest.mark.parametrize("signed", [False, True], ids=["draft", "signed"])


def update_of(kind: CertificateType, signed: bool) -> StatusUpdate:
    """What is told of a certificate of the type with all its answers, created or signed, in its path's manners."""
    cast = load_cast()
    certificate = Certificate(
        id=CertificateId("9b4a3f5e-0000-4000-8000-000000000001"),
        alias="c1",
        type=kind,
        unit=cast.units["ALMC"],
        patient=cast.patients["tolvan"],
        state=CertificateState.SIGNED if signed else CertificateState.DRAFT,
        saved_by=cast.staff["doctor"],
        answers=complete_answers(kind.questions, MOMENT.date()),
        created_at=MOMENT,
        signed_at=MOMENT if signed else None,
    )
    code = EventCode.SIGNAT if signed else EventCode.SKAPAT
    event = StatusEvent(code, MOMENT, handled_by=certificate.saved_by.hsa_id)
    return status_update_of(certificate, event, manners(kind.path))


@EVERY_TYPE
@DRAFT_AND_SIGNED
def test_a_message_of_every_type_is_valid(kind, signed):
    """Our schema takes it, with an answer to every question and delsvar of the form."""
    document = write_status_update(update_of(kind, signed))
    request = read_xml(document).find(f"{names.BODY}/{names.REQUEST}")
    assert [] == our_contract().errors(request)
    written = [(one.get("id"), part.get("id")) for one in request.iter(names.ANSWER) for part in one.iter(names.PART)]
    assert written == [(question.id, part.id) for question in kind.questions for part in question.parts]


@EVERY_TYPE
@DRAFT_AND_SIGNED
def test_a_message_of_every_type_is_valid_for_the_published_contract(kind, signed, oracle):
    """The published release takes it too."""
    document = write_status_update(update_of(kind, signed))
    request = read_xml(document).find(f"{names.BODY}/{names.REQUEST}")
    assert [] == published_contract(oracle).errors(request)


@EVERY_TYPE
@DRAFT_AND_SIGNED
def test_what_is_written_of_every_type_is_read_again(kind, signed):
    """Codes, periods, partial dates and quantities come back as they were."""
    document = write_status_update(update_of(kind, signed))
    request = open_request(document, our_contract())
    read = message_reading.read_request(request.element, request.logical_address)
    assert update_of(kind, signed).answers == read.answers
    assert document == write_status_update(read)
