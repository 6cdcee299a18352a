"""One value of each message of the three ways in: what callers ask in the tests, and what they are answered."""

from __future__ import annotations

from datetime import UTC, date, datetime

from simulator.certificate.answers import Answer, CodedValue, DatePeriod
from simulator.certificate.certificate import Relation
from simulator.certificate.events import EventCode, StatusEvent, Subject
from simulator.certificate.identity import CertificateId, HsaId, LogicalAddress, PersonId
from simulator.certificate.people import LICENCES, CareProvider, CareUnit, Staff
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
from simulator.contract.reply import Result, ResultCode
from simulator.contract.status_update import PatientWords, StatedCertificate

UNIT = LogicalAddress("TSTNMT2321000156-ALMC")
NURSE = HsaId("TSTNMT2321000156-SKAA")
PATIENT = PersonId("201212121212")
ISSUED = CertificateReference(UNIT, CertificateId("6d30f9a0-0000-4000-8000-000000000002"))
MORNING = datetime(2024, 9, 2, 8, 15, tzinfo=SWEDISH_TIME)

DRAFT_REQUEST = DraftRequest(
    logical_address=UNIT,
    certificate_type=Code("ITFP", names.CERTIFICATE_TYPE_CODE_SYSTEM, "Intyg tillfällig föräldrapenning"),
    person_id=PATIENT,
    patient=PatientWords("Lilltolvan", "Tolvansson", "Storgatan 1", "12345", "Småmåla"),
    staff_id=NURSE,
    staff_name="Anna Sjuksköterska",
    unit_id=UNIT,
    unit_name="Alfa Medicincentrum",
    care_reference="ärende <1>",
    prefill=(
        Answer("55", (("55.1", "Feber & hosta"),)),
        Answer(
            "56",
            (
                ("56.1", CodedValue("HALVA", "KV_FKMU_0008", "Halva den ordinarie tiden")),
                ("56.2", DatePeriod(date(2024, 9, 2), date(2024, 9, 6))),
            ),
            1,
        ),
    ),
)
DRAFT_ANSWER = DraftAnswer(Result(ResultCode.INFO, "Ett utkast <finns> redan"), ISSUED)

LIST_REQUEST = ListRequest(
    logical_address=UNIT,
    person_id=PATIENT,
    unit_ids=(UNIT, HsaId("TSTNMT2321000156-ALAM")),
    care_provider_id=HsaId("TSTNMT2321000156-ALFA"),
    since=datetime(2024, 9, 1, tzinfo=SWEDISH_TIME),
    until=datetime(2024, 9, 30, 23, 59, 59, tzinfo=SWEDISH_TIME),
)
CERTIFICATE = StatedCertificate(
    certificate_id=ISSUED.id,
    certificate_root=UNIT,
    type_code="ITFP",
    type_name="Intyg tillfällig föräldrapenning",
    type_version="1.0",
    person_id=PATIENT,
    created_by=Staff(NURSE, "Anna Sjuksköterska", (LICENCES["SJ"],)),
    unit=CareUnit(UNIT, "Alfa Medicincentrum", CareProvider(HsaId("TSTNMT2321000156-ALFA"), "Alfa Regionen"), "1627"),
    answers=DRAFT_REQUEST.prefill or (),
    signed_at=MORNING,
    relation=Relation("KOMPLT", "Kompletterar", UNIT, CertificateId("parent")),
)
LIST = CertificateList(
    (
        ListedCertificate(
            certificate=CERTIFICATE,
            events=(
                StatusEvent(EventCode.SKAPAT, MORNING.replace(hour=7, microsecond=5000), NURSE),
                StatusEvent(EventCode.NYFRFM, MORNING.replace(day=9), None, Subject.KOMPLT, date(2024, 10, 1)),
            ),
            questions_sent=ListedCounts(),
            questions_received=ListedCounts(total=2, unanswered=2, answered=1, handled=1),
            care_reference="ärende <1>",
        ),
    )
)

MESSAGE = MessageToCare(
    logical_address=UNIT,
    message_id="1f7e4b1c-0000-4000-8000-000000000001",
    sent_at=datetime(2024, 9, 9, 8, 0, tzinfo=UTC).astimezone(SWEDISH_TIME),
    certificate=ISSUED,
    person_id=PATIENT,
    recipient_address=UNIT,
    subject=Code("KOMPLT", names.SUBJECT_CODE_SYSTEM, "Komplettering"),
    text="Vi behöver veta mer",
    sender=Code("FKASSA", names.PARTY_CODE_SYSTEM, "Försäkringskassan"),
    reference="FK-4711",
    heading="Komplettering",
    reminds_of="1f7e4b1c",
    answers=MessageReference("1f7e4b1c-0000-4000-8000-000000000002", "WC-1"),
    contact=("Försäkringskassan", "123 45 Provstad"),
    complements=(Complement("56", "Vilka dagar?", 1), Complement("55", "Hur länge?")),
    answer_due=date(2024, 10, 1),
)
MESSAGE_ANSWER = Result(ResultCode.OK)
