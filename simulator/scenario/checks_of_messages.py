"""What is expected of a message: whom it names, what it counts, and what it says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lxml import etree

from simulator.certificate.answers import CodedValue, DatePeriod
from simulator.certificate.catalogue import types_called
from simulator.certificate.certificate import Relation
from simulator.certificate.identity import PersonId
from simulator.certificate.questions import QuestionCounts
from simulator.contract import message_reading, names
from simulator.contract.reading import UnreadableXml, read_xml
from simulator.scenario import expectations as ask
from simulator.scenario.evidence import Evidence, Unmet, require
from simulator.sentence import Sentence, say


def _envelope(evidence: Evidence, words: ask.OfUpdate, attempt: int | None = None) -> etree._Element:
    """The message as it was stored, or as one attempt sent it."""
    delivery = evidence.delivery(words)
    if attempt is not None:
        found = [one for one in evidence.exchanges if (one.delivery, one.attempt) == (delivery.id, attempt)]
        if not found:
            raise Unmet(say("there was no attempt {attempt}", attempt=attempt))
        return _read(found[0].sent(delivery))
    if delivery.message is None:
        raise Unmet(say("it is not written before its first attempt"))
    return _read(delivery.message)


def _read(message: bytes) -> etree._Element:
    try:
        return read_xml(message)
    except UnreadableXml as error:
        raise Unmet(say("the message is no XML: {why}", why=error.detail)) from None


def _request(evidence: Evidence, words: ask.OfUpdate, attempt: int | None = None) -> etree._Element:
    request = _envelope(evidence, words, attempt).find(f"{names.BODY}/{names.REQUEST}")
    assert request is not None, "what we sent is a status update"
    return request


def _counts(evidence: Evidence, words: ask.Counts) -> Sentence:
    update = message_reading.read_request(_request(evidence, words, words.attempt), "")
    for what, asked, found in (
        (say("the count of questions sent"), words.sent, update.questions_sent),
        (say("the count of questions received"), words.received, update.questions_received),
    ):
        require(what, asked, _counted(found))
    return say("sent {sent}, received {received}", sent=_counted(update.questions_sent),
               received=_counted(update.questions_received))  # fmt: skip


def _counted(counts: QuestionCounts) -> str:
    return f"{counts.total}/{counts.unanswered}/{counts.answered}/{counts.handled}"


def _issuer(evidence: Evidence, words: ask.Issuer) -> Sentence:
    update = message_reading.read_request(_request(evidence, words), "")
    staff = update.created_by
    if words.staff is not None:
        require(say("the issuer"), str(evidence.story.cast.staff[words.staff].hsa_id), str(staff.hsa_id))
    require(say("the role"), None if words.role is None else words.role.value, staff.role.value)
    _require_codes(say("the licence"), words.licence, [licence.code for licence in staff.licences])
    _require_codes(say("the position"), words.position, [position.code for position in staff.positions])
    return say("{name} ({id})", name=staff.name, id=staff.hsa_id)


def _require_codes(what: Sentence, asked: str | list[str] | None, found: list[str]) -> None:
    """One code must be among those found; a list must be all of them."""
    if isinstance(asked, list):
        require(what, sorted(asked), sorted(found))
    elif asked is not None and asked not in found:
        require(what, asked, ", ".join(found) or "-")


def _message(evidence: Evidence, words: ask.MessageWords) -> Sentence:
    envelope = _envelope(evidence, words, words.attempt)
    request = envelope.find(f"{names.BODY}/{names.REQUEST}")
    assert request is not None, "what we sent is a status update"
    address = envelope.findtext(f"{names.HEADER}/{names.LOGICAL_ADDRESS}") or ""
    update = message_reading.read_request(request, address)
    certificate = request.find(names.CERTIFICATE)
    assert certificate is not None
    called = types_called(words.type or "")
    cast = evidence.story.cast
    said, event = update.patient, request.find(names.EVENT)
    assert event is not None
    name = " ".join(part for part in (said.first_name, said.middle_name, said.last_name) if part)
    for what, asked, found in (
        (say("the type"), called[0].wire_code if called else words.type, update.type_code),
        (say("the version"), words.version, update.type_version),
        (say("the unit"), _hsa_id(evidence, words.unit), str(update.unit.hsa_id)),
        (say("tidpunkt"), words.occurred_at, message_reading.wire_facts(request).get("occurred_at")),
        (say("signeringstidpunkt"), words.signed_at, certificate.findtext(names.SIGNED_AT) or ""),
        (say("skickatTidpunkt"), words.sent_at, certificate.findtext(names.SENT_AT) or ""),
        (say("hanteratAv"), str(cast.staff[words.handled_by].hsa_id) if words.handled_by in cast.staff
         else words.handled_by, str(update.event.handled_by or NOBODY)),
        (say("amne"), words.subject, event.findtext(f"{names.SUBJECT}/{names.CODE}") or ""),
        (say("sistaDatumForSvar"), words.answer_due, event.findtext(names.ANSWER_DUE) or ""),
        (say("the patient"), words.patient, _patient_name(evidence, update.person_id, words.patient)),
        (say("the patient's name"), words.patient_name, name),
        (say("the patient's address"), words.address, said.address),
        (say("the logical address"), _hsa_id(evidence, words.logical_address), address),
        (say("the signature"), words.signature, certificate.find(names.SIGNATURE_HOLDER) is not None),
        (say("the relation"), _relation_asked(evidence, words.relation),
         _relation_found(update.relation, words.relation)),
        (say("ref"), words.ref, update.care_reference or ""),
    ):  # fmt: skip
        require(what, asked, found)
    answered = {part: value for answer in update.answers for part, value in answer.parts}
    for part, text in (words.answers or {}).items():
        require(say("delsvar {part}", part=part), text, _answer_text(answered.get(part)))
    return say("the message says so")


# What an expectation calls the one who is not named in a message.
NOBODY = "nobody"


def _relation_asked(evidence: Evidence, words: ask.RelationWords | str | None) -> Any:
    if not isinstance(words, ask.RelationWords):
        return words
    parent = evidence.certificates.get(words.to)
    return (words.code, None if parent is None else str(parent.id), _hsa_id(evidence, words.root))


def _relation_found(relation: Relation | None, words: ask.RelationWords | str | None) -> Any:
    if relation is None:
        return "none"
    asks_for_root = isinstance(words, ask.RelationWords) and words.root is not None
    return (relation.code, str(relation.certificate_id), relation.certificate_root if asks_for_root else None)


def _patient_name(evidence: Evidence, person_id: PersonId, asked: str | None) -> str:
    """What the cast calls a patient; a person id is said to nobody."""
    patients = evidence.story.cast.patients
    known = [name for name, patient in patients.items() if patient.person_id == person_id]
    return asked if asked in known else next(iter(known), "–")


def _hsa_id(evidence: Evidence, unit: str | None) -> str | None:
    return str(evidence.story.cast.units[unit].hsa_id) if unit in evidence.story.cast.units else unit


def _answer_text(value: Any) -> str:
    if isinstance(value, CodedValue):
        return value.code
    if isinstance(value, DatePeriod):
        return f"{value.start.isoformat()}--{value.end.isoformat()}"
    return value or ""


CHECKS: dict[str, Callable[[Evidence, Any], Sentence]] = {
    "counts": _counts,
    "issuer": _issuer,
    "message": _message,
}
