"""Every message of every scenario is the contract's: for our schema, for the published one, and for another reader."""

from __future__ import annotations

from functools import cache

import pytest
import zeep

from simulator.contract import message, message_reading, names
from simulator.contract.envelope import open_request, write_status_update
from simulator.contract.reading import read_xml
from simulator.contract.schema import Contract, our_contract, packaged, published_contract
from simulator.contract.status_update import StatusUpdate
from tests.scenarios.stories import FILES, NAMES, messages_of, play_file

EVERY_SCENARIO = pytest.mark.parametrize("path", FILES, ids=NAMES)


@cache
def messages(path) -> list[bytes]:
    """The messages that a scenario sends; one may send none."""
    return [document for _, _, document in messages_of(play_file(path))]


@cache
def zeep_client() -> zeep.Client:
    """A reader that we did not write, with our WSDL."""
    return zeep.Client(str(packaged("wsdl") / "CertificateStatusUpdateForCare.wsdl"))


def errors_of(document: bytes, contract: Contract) -> list[str]:
    """Everything that a contract holds against an envelope."""
    envelope = read_xml(document)
    parts = [envelope.find(f"{names.HEADER}/{names.LOGICAL_ADDRESS}"), envelope.find(f"{names.BODY}/*")]
    return [error.text for part in parts for error in contract.errors(part)]


@EVERY_SCENARIO
def test_every_message_is_valid(path):
    """Every message is valid against wsdl/, header and body."""
    assert [[] for _ in messages(path)] == [errors_of(document, our_contract()) for document in messages(path)]


@EVERY_SCENARIO
def test_every_message_is_valid_for_the_published_contract(path, oracle):
    """Every message is valid against the published release, header and body."""
    published = published_contract(oracle)
    assert [[] for _ in messages(path)] == [errors_of(document, published) for document in messages(path)]


@EVERY_SCENARIO
def test_what_we_write_we_read(path):
    """A message that is read and written again is the same, byte for byte, with or without its signature."""
    for document in messages(path):
        request = open_request(document, our_contract())
        update = message_reading.read_request(request.element, request.logical_address)
        assert document == write_status_update(update)


@EVERY_SCENARIO
def test_zeep_reads_the_same_values(path):
    """A reader that we did not write finds in each message what we meant."""
    client = zeep_client()
    kind = client.get_element(names.REQUEST)
    for document in messages(path):
        request = read_xml(document).find(f"{names.BODY}/{names.REQUEST}")
        read = kind.parse(request, client.wsdl.types)
        require_same(read, message_reading.read_request(request, ""), request)


def require_same(read, update: StatusUpdate, request) -> None:
    """Hold zeep's values against ours, element by element."""
    certificate = read.intyg
    assert update.certificate_id == certificate["intygs-id"].extension
    assert update.certificate_root == certificate["intygs-id"].root
    assert (update.type_code, update.type_name) == (certificate.typ.code, certificate.typ.displayName)
    assert update.type_version == certificate.version
    assert (update.person_id.root, update.person_id) == (
        certificate.patient["person-id"].root, certificate.patient["person-id"].extension,
    )  # fmt: skip
    staff = certificate.skapadAv
    assert update.unit.hsa_id == staff.enhet["enhets-id"].extension
    assert (update.created_by.hsa_id, update.created_by.name) == (
        staff["personal-id"].extension,
        staff.fullstandigtNamn,
    )
    assert [one.code for one in update.created_by.positions] == [one.code for one in staff.befattning]
    assert [one.code for one in update.created_by.licences] == [one.code for one in staff.legitimeratYrke]
    assert list(update.created_by.specialities) == [one.displayName for one in staff.specialistkompetens]
    assert (update.unit.name, update.unit.workplace_code) == (
        staff.enhet.enhetsnamn,
        staff.enhet.arbetsplatskod.extension,
    )
    assert update.unit.care_provider.hsa_id == staff.enhet.vardgivare["vardgivare-id"].extension
    assert update.event.code == read.handelse.handelsekod.code
    assert update.event.code.display_name == read.handelse.handelsekod.displayName
    assert message.wire_moment(update.event.occurred_at)[:23] == request.findtext(f"{names.EVENT}/{names.OCCURRED_AT}")
    assert update.event.occurred_at.replace(tzinfo=None) == read.handelse.tidpunkt
    assert update.event.handled_by == (read.hanteratAv.extension if read.hanteratAv is not None else None)
    assert update.event.subject == (read.handelse.amne.code if read.handelse.amne is not None else None)
    assert update.event.answer_due == read.handelse.sistaDatumForSvar
    related = [(one.typ.code, one["intygs-id"].extension) for one in certificate.relation]
    assert related == ([(update.relation.code, update.relation.certificate_id)] if update.relation else [])
    assert update.care_reference == read.ref
    signed_at = update.signed_at.replace(tzinfo=None) if update.signed_at else None
    assert (signed_at, signed_at) == (certificate.signeringstidpunkt, certificate.skickatTidpunkt)
    assert certificate.underskrift is None or signed_at is not None
    for ours, theirs in (
        (update.questions_sent, read.skickadeFragor),
        (update.questions_received, read.mottagnaFragor),
    ):
        assert (ours.total, ours.unanswered, ours.answered, ours.handled) == (
            theirs.totalt, theirs.ejBesvarade, theirs.besvarade, theirs.hanterade,
        )  # fmt: skip
    assert [(one.question, one.instance) for one in update.answers] == [
        (one.id, one.instans) for one in certificate.svar
    ]
    assert [[part for part, _ in one.parts] for one in update.answers] == [
        [part.id for part in one.delsvar] for one in certificate.svar
    ]
