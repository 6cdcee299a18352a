"""Values of messages for Hypothesis: whatever the contracts can carry and bring back as it went."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from simulator.certificate.answers import Answer, CodedValue, DatePeriod, PartialDate, Quantity
from simulator.certificate.certificate import Relation
from simulator.certificate.events import EventCode, StatusEvent, Subject
from simulator.certificate.identity import CertificateId, HsaId, LogicalAddress, PersonId
from simulator.certificate.people import LICENCES, CareProvider, CareUnit, Position, Staff
from simulator.certificate.questions import QuestionCounts
from simulator.clock import SWEDISH_TIME
from simulator.contract import names
from simulator.contract.inbound import (
    CertificateList,
    CertificateReference,
    Code,
    Complement,
    DraftAnswer,
    DraftRequest,
    ListedCertificate,
    ListedCounts,
    ListRequest,
    MessageReference,
    MessageToCare,
)
from simulator.contract.reply import ErrorId, Result, ResultCode
from simulator.contract.status_update import PatientWords, StatedCertificate, StatusUpdate

# Text that XML can carry and that comes back as it went: no control characters, no carriage return.
TEXT_CHARACTERS = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")
TEXT = st.text(TEXT_CHARACTERS, min_size=1, max_size=20)
HSA_IDS = st.from_regex(r"[0-9A-Z][0-9A-Z-]{2,20}", fullmatch=True).map(HsaId)
DATES = st.dates(date(1901, 1, 1), date(2199, 1, 1))
PERSONS = st.sampled_from(["191212121212", "195401875769"]).map(PersonId)


def _local(milliseconds: int) -> datetime:
    """A moment as it is read back: Swedish time, the first of two that look the same."""
    moment = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
    return moment.astimezone(SWEDISH_TIME).replace(fold=0)


MOMENTS = st.integers(0, 10**11).map(_local)
COUNTS = st.builds(QuestionCounts, *[st.integers(0, 99)] * 3)
VALUES = (
    TEXT
    | st.builds(CodedValue, TEXT, TEXT, TEXT)
    | st.builds(DatePeriod, DATES, DATES)
    | DATES.map(lambda day: PartialDate(day.isoformat()))
    | st.sampled_from([PartialDate("2024"), PartialDate("2024-05")])
    | st.builds(Quantity, st.floats(allow_nan=False), TEXT)
)
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
SECONDS = MOMENTS.map(lambda moment: moment.replace(microsecond=0))
CERTIFICATE_IDS = TEXT.map(lambda text: CertificateId(f"x{text}"))
ADDRESSES = HSA_IDS.map(LogicalAddress)
MAYBE_TEXT = st.none() | TEXT
PATIENTS = st.builds(PatientWords, TEXT, TEXT, TEXT, TEXT, TEXT, MAYBE_TEXT, MAYBE_TEXT)
STATED = {
    "certificate_id": CERTIFICATE_IDS,
    "certificate_root": TEXT,
    "type_code": TEXT,
    "type_name": TEXT,
    "type_version": TEXT,
    "person_id": PERSONS,
    "created_by": STAFF,
    "unit": UNITS,
    "answers": st.lists(ANSWERS, max_size=3).map(tuple),
    "signed_at": st.none() | SECONDS,
    "without_signature": st.booleans(),
    "relation": st.none() | RELATIONS,
    "patient": PATIENTS,
}


def can_be(stated: StatedCertificate) -> bool:
    """Whether it is signed, where it is signed without a signature."""
    return stated.signed_at is not None or not stated.without_signature


CERTIFICATES = st.builds(StatedCertificate, **STATED).filter(can_be)
UPDATES = st.builds(
    StatusUpdate,
    **STATED,
    logical_address=ADDRESSES,
    event=EVENTS,
    questions_sent=COUNTS,
    questions_received=COUNTS,
    care_reference=st.none() | TEXT,
).filter(can_be)

# What journal systems and recipients ask, and what they are answered.

CODES = st.builds(Code, TEXT, TEXT, MAYBE_TEXT)
REFERENCES = st.builds(CertificateReference, TEXT, st.text(TEXT_CHARACTERS, max_size=20).map(CertificateId.as_received))
RESULTS = st.builds(Result, st.sampled_from(ResultCode), MAYBE_TEXT, st.none() | st.sampled_from(ErrorId))
DRAFT_REQUESTS = st.builds(
    DraftRequest, ADDRESSES, CODES, PERSONS, PATIENTS, HSA_IDS, TEXT, HSA_IDS, TEXT, MAYBE_TEXT,
    st.none() | st.lists(ANSWERS, max_size=3).map(tuple),
)  # fmt: skip
DRAFT_ANSWERS = st.builds(DraftAnswer, RESULTS, st.none() | REFERENCES)
LIST_REQUESTS = st.builds(
    ListRequest, ADDRESSES, PERSONS, st.lists(HSA_IDS, max_size=3).map(tuple), st.none() | HSA_IDS,
    st.none() | SECONDS, st.none() | SECONDS,
)  # fmt: skip
LISTED_COUNTS = st.builds(ListedCounts, *[st.integers(-9, 99)] * 4)
LISTS = st.builds(
    CertificateList,
    st.lists(
        st.builds(
            ListedCertificate, CERTIFICATES, st.lists(EVENTS, max_size=3).map(tuple), LISTED_COUNTS, LISTED_COUNTS,
            MAYBE_TEXT,
        ),
        max_size=2,
    ).map(tuple),
)  # fmt: skip
MESSAGES = st.builds(
    MessageToCare,
    logical_address=ADDRESSES,
    message_id=TEXT,
    sent_at=SECONDS,
    certificate=REFERENCES,
    person_id=PERSONS,
    recipient_address=TEXT,
    subject=st.builds(Code, TEXT, st.just(names.SUBJECT_CODE_SYSTEM), MAYBE_TEXT),
    text=TEXT,
    sender=st.builds(Code, TEXT, st.just(names.PARTY_CODE_SYSTEM), MAYBE_TEXT),
    reference=MAYBE_TEXT,
    heading=MAYBE_TEXT,
    reminds_of=MAYBE_TEXT,
    answers=st.none() | st.builds(MessageReference, TEXT, MAYBE_TEXT),
    contact=st.lists(TEXT, max_size=3).map(tuple),
    complements=st.lists(
        st.builds(Complement, st.integers(0, 99).map(str), TEXT, st.none() | st.integers(-9, 99)), max_size=3
    ).map(tuple),
    answer_due=st.none() | DATES,
)
