"""A status update on the wire: the traps of the contract, each with its test, and a round trip for any message."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.certificate.answers import Answer, CodedValue, DatePeriod
from simulator.certificate.certificate import QuestionCounts, Relation
from simulator.certificate.events import EventCode, StatusEvent, Subject
from simulator.certificate.identity import CertificateId, HsaId, LogicalAddress, PersonId
from simulator.certificate.people import LICENCES, CareProvider, CareUnit, Position, Staff
from simulator.clock import SWEDISH_TIME
from simulator.contract import names
from simulator.contract.envelope import open_request, write_status_update
from simulator.contract.message import read_request, wire_moment, wire_second
from simulator.contract.schema import our_contract
from simulator.contract.signature import NOT_A_SIGNATURE
from simulator.contract.status_update import StatusUpdate
from simulator.errors import ContractError


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


# Text that XML can carry and that comes back as it went: no control characters, no carriage return.
TEXT = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), min_size=1, max_size=20
)
HSA_IDS = st.from_regex(r"[0-9A-Z][0-9A-Z-]{2,20}", fullmatch=True).map(HsaId)
DATES = st.dates(date(1901, 1, 1), date(2199, 1, 1))
PERSONS = st.sampled_from(["191212121212", "195401875769"]).map(PersonId)


def _local(milliseconds: int) -> datetime:
    """A moment as it is read back: Swedish time, the first of two that look the same."""
    moment = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
    return moment.astimezone(SWEDISH_TIME).replace(fold=0)


MOMENTS = st.integers(0, 10**11).map(_local)
COUNTS = st.builds(QuestionCounts, *[st.integers(0, 99)] * 3)
VALUES = TEXT | st.builds(CodedValue, TEXT, TEXT, TEXT) | st.builds(DatePeriod, DATES, DATES)
ANSWERS = st.builds(
    Answer,
    st.integers(1, 99).map(str),
    st.lists(st.tuples(st.from_regex(r"[0-9]{1,2}\.[0-9]", fullmatch=True), VALUES), min_size=1, max_size=3).map(tuple),
    st.none() | st.integers(1, 5),
)
STAFF = st.builds(
    Staff,
    HSA_IDS,
    TEXT,
    st.lists(st.sampled_from(sorted(LICENCES.values(), key=lambda one: one.code)), max_size=3).map(tuple),
    st.lists(st.builds(Position, TEXT, TEXT), max_size=2).map(tuple),
    st.lists(TEXT, max_size=2).map(tuple),
)
UNITS = st.builds(
    CareUnit, HSA_IDS, TEXT, st.builds(CareProvider, HSA_IDS, TEXT), TEXT, TEXT, TEXT, TEXT, TEXT, st.none() | TEXT
)
EVENTS = st.builds(
    StatusEvent, st.sampled_from(EventCode), MOMENTS, st.none() | HSA_IDS, st.none() | st.sampled_from(Subject),
    st.none() | DATES,
)  # fmt: skip
RELATIONS = st.builds(
    Relation, st.just("FRLANG"), st.just("Förlänger"), HSA_IDS, TEXT.map(lambda text: CertificateId(f"x{text}"))
)
UPDATES = st.builds(
    StatusUpdate,
    HSA_IDS.map(LogicalAddress), TEXT.map(lambda text: CertificateId(f"x{text}")), TEXT, TEXT, TEXT, PERSONS, STAFF,
    UNITS, EVENTS, COUNTS, COUNTS, st.lists(ANSWERS, max_size=3).map(tuple),
    st.none() | MOMENTS.map(lambda moment: moment.replace(microsecond=0)), st.none() | RELATIONS, st.none() | TEXT,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(UPDATES)
def test_any_status_update_comes_back_as_it_went(update):
    """What is written is valid, and is read as the same value."""
    request = open_request(write_status_update(update, our_contract()), our_contract())
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
        LogicalAddress("TST-UNIT"), CertificateId("c"), "ITFP", "Intyg", "1.0", PersonId("191212121212"), staff, unit,
        event, QuestionCounts(), QuestionCounts(), (), signed_at,
    )  # fmt: skip


def element(update: StatusUpdate):
    """The request element as it is sent."""
    return open_request(write_status_update(update, our_contract()), our_contract()).element


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


def test_a_coordination_number_has_its_own_root(update):
    """Day of birth plus 60 means another OID."""
    found = element(replace(update, person_id=PersonId("195401875769")))
    assert "1.2.752.129.2.1.3.3" == found.findtext(f".//{names.PERSON_ID}/{names.ROOT}")


def test_what_breaks_the_contract_never_leaves(update):
    """A message that is not valid is our own fault, found before anything is sent."""
    unit = replace(update.unit, workplace_code="")
    with pytest.raises(ContractError, match="breaks the contract"):
        write_status_update(replace(update, unit=unit), our_contract())
