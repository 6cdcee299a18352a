"""Whatever can be kept, drawn by Hypothesis: every field of every value, with what gives databases trouble."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from simulator.certificate.answers import Answer, CodedValue, DatePeriod, PartialDate, Quantity
from simulator.certificate.catalogue import TYPES
from simulator.certificate.certificate import Certificate, CertificateState, Origin, Relation
from simulator.certificate.events import EventCode, Subject
from simulator.certificate.identity import CertificateId, HsaId, LogicalAddress, PersonId
from simulator.certificate.lifecycle import Action
from simulator.certificate.manners import Rewriting
from simulator.certificate.people import LICENCES, CareProvider, CareUnit, Patient, Position, Role, Staff
from simulator.certificate.questions import Asker, Question
from simulator.contract.reply import RawAnswer, Silence
from simulator.redelivery.delivery import Delivery, DeliveryState
from simulator.redelivery.outcome import OutcomeKind
from simulator.sentence import Sentence
from simulator.store.outbox import Call, Exchange
from simulator.trace.facts import (
    AnsweredTooLate,
    AttemptMade,
    Fact,
    MailSent,
    RedeliveryOrdered,
    StatusUpdateEmitted,
    StatusUpdateSilenced,
    StepRefused,
    StepTaken,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Whole milliseconds from 1971 to 2105, summer time and the hours that exist twice among them.
moments = st.integers(min_value=10**9 * 32, max_value=10**9 * 4260).map(
    lambda milliseconds: EPOCH + timedelta(milliseconds=milliseconds)
)
days = moments.map(lambda moment: moment.date())

# Anything but a zero character, which no XML can carry.
texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12) | st.sampled_from(
    [
        "",
        "å",
        "Östersund, Åsa \"citat\" 'och' \\",
        "𝔘𝔫𝔦",
        "null",
        "1",
        "2024-09-02",
        "a\r\nb\u2028c",
        "--'; DROP TABLE runs",
    ]
)
words = texts.map(lambda text: text.strip() or "x")
numbers = st.integers(min_value=0, max_value=2**31 - 1)
ids = st.integers(min_value=1, max_value=2**31 - 1)
mappings = st.dictionaries(texts, texts, max_size=3)
hsa_ids = st.from_regex(r"[0-9A-Za-z][0-9A-Za-z-]{2,30}", fullmatch=True).map(HsaId)
logical_addresses = hsa_ids.map(LogicalAddress)
certificate_ids = words.map(CertificateId)
person_ids = st.sampled_from(["191212121212", "201212121212"]).map(PersonId)

staff = st.builds(
    Staff,
    hsa_ids,
    texts,
    st.lists(st.sampled_from(list(LICENCES.values())), max_size=2).map(tuple),
    st.lists(st.builds(Position, texts, texts), max_size=2).map(tuple),
    st.lists(texts, max_size=2).map(tuple),
    st.lists(texts, max_size=2).map(tuple),
)
units = st.builds(
    CareUnit,
    hsa_ids,
    texts,
    st.builds(CareProvider, hsa_ids, texts),
    texts,
    address=texts,
    city=texts,
    email=st.none() | texts,
)
patients = st.builds(Patient, person_ids, texts, st.booleans(), st.booleans(), st.booleans(), texts, texts, texts)
answer_values = (
    texts
    | st.builds(CodedValue, texts, texts, texts)
    | st.builds(DatePeriod, days, days)
    | st.builds(PartialDate, texts)
    | st.builds(Quantity, st.floats(allow_nan=False, allow_infinity=False), texts)
)
answers = st.builds(
    Answer,
    texts,
    st.lists(st.tuples(texts, answer_values), max_size=3).map(tuple),
    st.none() | numbers,
)
questions = st.builds(
    Question,
    texts,
    texts,
    st.sampled_from(Asker),
    st.sampled_from(Subject),
    moments,
    st.none() | days,
    st.booleans(),
    st.booleans(),
)
certificates = st.builds(
    Certificate,
    id=certificate_ids,
    alias=texts,
    type=st.sampled_from(TYPES),
    unit=units,
    patient=patients,
    state=st.sampled_from(CertificateState),
    saved_by=staff,
    answers=st.lists(answers, max_size=3).map(tuple),
    signed_at=st.none() | moments,
    care_reference=st.none() | texts,
    relation=st.none() | st.builds(Relation, texts, texts, texts, certificate_ids),
    created_at=moments,
    questions=st.lists(questions, max_size=3).map(tuple),
    origin=st.sampled_from(Origin),
    last_event_at=st.none() | moments,
)


@st.composite
def _deliveries(draw: st.DrawFn) -> Delivery:
    """A delivery that can be: a next attempt is planned for those who wait, and for no others."""
    state = draw(st.sampled_from(DeliveryState))
    # Only a redelivery by hand that has not been tried is not written yet.
    resend_of = draw(st.none() | ids)
    unwritten = resend_of is not None and draw(st.booleans())
    return Delivery(
        id=draw(ids),
        certificate_id=draw(certificate_ids),
        alias=draw(texts),
        event=draw(st.sampled_from(EventCode)),
        occurred_at=draw(moments),
        logical_address=draw(logical_addresses),
        journal_system=draw(texts),
        message=None if unwritten else draw(st.binary(max_size=40)),
        state=state,
        attempts_made=draw(numbers),
        next_attempt_at=draw(moments) if state is DeliveryState.WAITING else None,
        handled_by=draw(st.none() | hsa_ids),
        subject=draw(st.none() | st.sampled_from(Subject)),
        answer_due=draw(st.none() | days),
        rewriting=draw(st.sampled_from(Rewriting)),
        redelivery_address=draw(st.none() | logical_addresses),
        attempts_most=draw(st.none() | ids),
        resend_of=resend_of,
    )


deliveries = _deliveries()

# JSON sorts the facts of a sentence by name; a template finds them by name.
_plain_sentences = st.builds(
    Sentence,
    texts,
    st.dictionaries(texts, texts | numbers | st.lists(texts, max_size=2).map(tuple), max_size=2).map(
        lambda facts: tuple(sorted(facts.items()))
    ),
)
sentences = _plain_sentences | st.builds(
    Sentence, texts, st.tuples(st.tuples(texts, st.lists(_plain_sentences, max_size=2).map(tuple)))
)
hashes = st.binary(min_size=32, max_size=32).map(bytes.hex)

_of_step = {
    "at": moments,
    "step": numbers,
    "action": st.sampled_from(Action),
    "certificate": texts,
    "by": st.none() | texts,
    "role": st.none() | st.sampled_from(Role),
}
facts: st.SearchStrategy[Fact] = st.one_of(
    st.builds(
        StepTaken,
        **_of_step,
        type=texts,
        unit=texts,
        state=st.sampled_from(CertificateState),
        parent=st.none() | texts,
        question=st.none() | texts,
    ),
    st.builds(StepRefused, **_of_step, rule=texts, reason=sentences),
    st.builds(
        StatusUpdateEmitted,
        at=moments,
        delivery=ids,
        certificate=texts,
        certificate_id=texts,
        event=st.sampled_from(EventCode),
        journal_system=texts,
        logical_address=texts,
        message_sha256=st.none() | hashes,
        message_bytes=st.none() | numbers,
        step=numbers,
        due=moments,
        resend_of=st.none() | ids,
    ),
    st.builds(
        AttemptMade,
        at=moments,
        delivery=ids,
        attempt=numbers,
        attempts_max=numbers,
        certificate=texts,
        event=st.sampled_from(EventCode),
        journal_system=texts,
        due=moments,
        sent_at=moments,
        answer=texts,
        http_status=st.none() | numbers,
        request_sha256=hashes,
        answer_sha256=st.none() | hashes,
        outcome=st.sampled_from(OutcomeKind),
        rule=texts,
        facts=st.dictionaries(texts, texts | numbers, max_size=3),
        state=st.sampled_from(DeliveryState),
        next_attempt_at=st.none() | moments,
        logical_address=texts,
    ),
    st.builds(
        StatusUpdateSilenced,
        at=moments,
        delivery=ids,
        certificate=texts,
        event=st.sampled_from(EventCode),
        silenced_by=ids,
        rule=texts,
    ),
    st.builds(MailSent, at=moments, certificate=texts, event=st.sampled_from(EventCode), unit=texts, step=numbers),
    st.builds(
        RedeliveryOrdered,
        at=moments,
        step=numbers,
        deliveries=st.lists(ids, max_size=4).map(tuple),
        activate_at=moments,
    ),
    st.builds(AnsweredTooLate, at=moments, delivery=ids, attempt=numbers, journal_system=texts, answer=texts),
)

exchanges = st.builds(
    Exchange,
    delivery=ids,
    attempt=ids,
    url=texts,
    http_status=st.none() | st.integers(min_value=100, max_value=599),
    headers=mappings,
    body=st.binary(max_size=40),
    silence=st.none() | st.sampled_from(Silence),
    detail=texts,
    milliseconds=st.floats(min_value=0, max_value=1e9),
    request=st.none() | st.binary(max_size=40),
    own_answer=st.none() | st.builds(RawAnswer, http_status=numbers, headers=mappings, body=st.binary(max_size=40)),
)
calls = st.builds(
    Call,
    id=ids,
    journal_system=texts,
    received_at=moments,
    reached=st.booleans(),
    headers=mappings,
    body=st.binary(max_size=40),
    problem=st.none() | texts,
    logical_address=st.none() | texts,
    certificate_id=st.none() | texts,
    event=st.none() | texts,
    occurred_at=st.none() | texts,
    delivery=st.none() | ids,
    attempt=st.none() | ids,
    behaviour=st.none() | numbers,
    answer=texts,
)
