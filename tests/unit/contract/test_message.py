"""A status update on the wire: the traps of the contract, each with its test, and a round trip for any message."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from xml.etree.ElementTree import canonicalize

import pytest
from hypothesis import given, settings

from simulator.certificate.catalogue import PatientDetail
from simulator.certificate.events import EventCode, StatusEvent
from simulator.certificate.identity import CertificateId, HsaId, LogicalAddress, PersonId
from simulator.certificate.people import LICENCES, CareProvider, CareUnit, Patient, Staff
from simulator.certificate.questions import QuestionCounts
from simulator.contract import names
from simulator.contract.envelope import breach_of, open_request, readdressed, unsigned, write_status_update
from simulator.contract.message import wire_moment, wire_second
from simulator.contract.message_reading import read_request
from simulator.contract.schema import our_contract
from simulator.contract.signature import NOT_A_SIGNATURE
from simulator.contract.status_update import PatientWords, StatusUpdate, patient_words
from tests.unit.contract.strategies import UPDATES


def test_whole_seconds_keep_their_decimals():
    """A moment without fractions still carries three decimals."""
    assert "2026-03-02T08:00:00.000" == wire_moment(datetime(2026, 3, 2, 7, 0, tzinfo=UTC))


def test_the_moment_of_signing_has_no_decimals():
    """signeringstidpunkt is in whole seconds."""
    assert "2026-07-02T09:00:00" == wire_second(datetime(2026, 7, 2, 7, 0, 0, 999_000, tzinfo=UTC))


def test_one_hour_a_year_is_ambiguous_on_the_wire():
    """Two moments an hour apart in the autumn carry the same text."""
    first = datetime(2024, 10, 27, 0, 30, tzinfo=UTC)
    assert wire_moment(first) == wire_moment(first + timedelta(hours=1)) == "2024-10-27T02:30:00.000"


@settings(max_examples=150, deadline=None)
@given(UPDATES)
def test_any_status_update_comes_back_as_it_went(update):
    """What is written is valid, and is read as the same value."""
    request = open_request(write_status_update(update), our_contract())
    assert request.schema_error is None
    assert update == read_request(request.element, request.logical_address)


@pytest.fixture
def update() -> StatusUpdate:
    """A signed certificate's status update."""
    unit = CareUnit(HsaId("TST-UNIT"), "Enhet", CareProvider(HsaId("TST-PROV"), "Vård"), "1627")
    staff = Staff(HsaId("TST-STAFF"), "Anna", (LICENCES["SJ"],))
    signed_at = datetime(2024, 9, 2, 6, 15, tzinfo=UTC)
    event = StatusEvent(EventCode.SIGNAT, signed_at, HsaId("TST-STAFF"))
    return StatusUpdate(
        logical_address=LogicalAddress("TST-UNIT"),
        certificate_id=CertificateId("c"),
        certificate_root="TST-UNIT",
        type_code="ITFP",
        type_name="Intyg",
        type_version="1.0",
        person_id=PersonId("191212121212"),
        created_by=staff,
        unit=unit,
        event=event,
        questions_sent=QuestionCounts(),
        questions_received=QuestionCounts(),
        signed_at=signed_at,
    )


def element(update: StatusUpdate):
    """The request element as it is sent."""
    return open_request(write_status_update(update), our_contract()).element


def test_the_root_of_a_certificate_id_is_its_unit(update):
    """Webcert puts the unit's HSA-id where an OID might be expected."""
    found = element(update).find(f"{names.CERTIFICATE}/{names.CERTIFICATE_ID}")
    assert ["TST-UNIT", "c"] == [child.text for child in found]


def test_sent_is_signed(update):
    """skickatTidpunkt is the moment of signing, also before anything is sent."""
    certificate = element(update).find(names.CERTIFICATE)
    assert certificate.findtext(names.SIGNED_AT) == certificate.findtext(names.SENT_AT) == "2024-09-02T08:15:00"


def test_a_draft_is_neither_signed_nor_sent(update):
    """Without a signature there are no moments and no underskrift."""
    certificate = element(replace(update, signed_at=None)).find(names.CERTIFICATE)
    assert [None] * 3 == [certificate.find(tag) for tag in (names.SIGNED_AT, names.SENT_AT, names.SIGNATURE_HOLDER)]


def test_who_signs_without_a_signature_signs_all_the_same(update):
    """A private doctor's certificate has both moments, and no underskrift."""
    certificate = element(replace(update, without_signature=True)).find(names.CERTIFICATE)
    assert certificate.findtext(names.SIGNED_AT) == certificate.findtext(names.SENT_AT) == "2024-09-02T08:15:00"
    assert certificate.find(names.SIGNATURE_HOLDER) is None


def test_the_signature_says_that_it_is_none(update):
    """The value of the XML signature decodes to words that say what it is not."""
    import base64

    value = element(update).find(f".//{{{names.XMLDSIG}}}SignatureValue")
    assert NOT_A_SIGNATURE == base64.b64decode(value.text).decode()


def test_the_certificate_is_frozen_by_signing(update):
    """The certificate in SKICKA is the one in SIGNAT, byte for byte."""
    from lxml import etree

    later = replace(update, event=replace(update.event, code=EventCode.SKICKA))
    first, second = (etree.tostring(element(one).find(names.CERTIFICATE), method="c14n") for one in (update, later))
    assert first == second


def test_names_and_addresses_of_patients_are_empty(update):
    """The certificate-service path leaves them empty for everyone, so protected persons look like others."""
    patient = element(update).find(f"{names.CERTIFICATE}/{names.PATIENT}")
    assert [""] * 5 == [child.text or "" for child in patient][1:]


PATIENT = Patient(
    PersonId("191212121212"), "Tolvan Mellan Tolvansson", address="Gatan 1", postal_code="12345", city="Orten"
)


@pytest.mark.parametrize(
    ("detail", "protected", "words"),
    [
        (PatientDetail.NOTHING, False, PatientWords()),
        (PatientDetail.NOTHING, True, PatientWords()),
        (
            PatientDetail.NAME_AND_ADDRESS, False,
            PatientWords("Tolvan", "Tolvansson", "Gatan 1", "12345", "Orten", "Mellan"),
        ),
        (
            PatientDetail.WITH_SOURCE, False,
            PatientWords("Tolvan", "Tolvansson", "Gatan 1", "12345", "Orten", "Mellan", "PU"),
        ),
        (
            PatientDetail.FROM_REGISTER, False,
            PatientWords("Tolvan", "Tolvansson", "Gatan 1", "12345", "Orten", "Mellan"),
        ),
        (PatientDetail.FROM_REGISTER, True, PatientWords(last_name="Skyddade personuppgifter")),
    ],
)  # fmt: skip
def test_what_is_said_of_the_patient(detail, protected, words):
    """By the certificate's type: nothing, name and address, with their source, or masked where protected."""
    assert words == patient_words(replace(PATIENT, protected=protected), detail)


def test_a_coordination_number_has_its_own_root(update):
    """Day of birth plus 60 means another OID."""
    found = element(replace(update, person_id=PersonId("195401875769")))
    assert "1.2.752.129.2.1.3.3" == found.findtext(f".//{names.PERSON_ID}/{names.ROOT}")


@pytest.mark.parametrize(
    ("unit", "breach"),
    [
        ({}, None),
        ({"workplace_code": ""}, "minLength"),
        ({"name": "Enhet\x01"}, "invalid Char value 1"),
        ({"name": "Enhet\ud800"}, "Invalid bytes"),
    ],
    ids=["nothing", "blank", "no character of XML", "half a character"],
)
def test_what_breaks_the_contract_is_found(update, unit, breach):
    """What a message cannot carry is said of its very bytes."""
    found = breach_of(write_status_update(replace(update, unit=replace(update.unit, **unit))), our_contract())
    assert found == breach if breach is None else breach in found


def test_another_address_changes_nothing_but_the_header(update):
    """A redelivery to a mapped unit is the stored message, but for its logical address."""
    document = write_status_update(update)
    moved = readdressed(document, LogicalAddress("TST-OTHER"))
    expected = document.replace(b"LogicalAddress>TST-UNIT<", b"LogicalAddress>TST-OTHER<")
    assert document != expected
    assert canonicalize(expected.decode()) == canonicalize(moved.decode())


def test_without_its_signature_a_message_is_valid_all_the_same(update):
    """The signature goes, and all else stays."""
    document = write_status_update(update)
    request = open_request(unsigned(document), our_contract())
    assert request.schema_error is None
    assert request.element.find(f"{names.CERTIFICATE}/{names.SIGNATURE_HOLDER}") is None
    lost = replace(update, without_signature=True)
    assert lost == read_request(request.element, request.logical_address)
    assert unsigned(document) == write_status_update(lost)
