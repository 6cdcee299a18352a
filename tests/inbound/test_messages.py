"""SendMessageToCare on a running mock Webcert: a recipient asks, reminds and answers."""

from __future__ import annotations

import pytest

from simulator.certificate.events import Subject
from simulator.certificate.lifecycle import Action
from simulator.certificate.questions import QuestionCounts
from tests.inbound.callers import DOCTOR, NURSE
from tests.inbound.reading import certificate, done, told


async def sent(webcert, kind="LISJP", by="doctor"):
    """A certificate that has been sent, begun by a journal system; its id."""
    await webcert.create_draft(kind, by={"doctor": DOCTOR, "nurse": NURSE}[by], ref="vår-1")
    await done(webcert.simulation, Action.CHANGE, Action.SIGN, by=by)
    made = await certificate(webcert.simulation)
    if not made.type.sent_after_signing:
        await done(webcert.simulation, Action.SEND, by=by)
    return made.id


async def test_a_question_a_reminder_and_what_is_told_of_them(webcert):
    """A question is told as NYFRFM with its subject and last day; a reminder too, as PAMINN, and is not counted."""
    made = await sent(webcert)
    first = await webcert.write(made, message_id="m-1", due="2024-10-01")
    again = await webcert.write(made, message_id="m-2", subject="PAMINN", reminds_of="m-1", due="2024-10-08")
    assert ("OK", "OK") == (first["resultCode"], again["resultCode"])
    asked, reminded = (await told(webcert.simulation))[-2:]
    assert (asked.event.code, asked.event.subject, str(asked.event.answer_due)) == ("NYFRFM", "KOMPLT", "2024-10-01")
    assert (reminded.event.code, reminded.event.subject, str(reminded.event.answer_due)) == (
        "NYFRFM", Subject.PAMINN, "2024-10-08",
    )  # fmt: skip
    assert QuestionCounts(unanswered=1) == asked.questions_received == reminded.questions_received
    assert {(None, "vår-1")} == {(one.event.handled_by, one.care_reference) for one in (asked, reminded)}


@pytest.mark.parametrize("known_by", ["id", "name"])
async def test_an_answer_to_a_question_of_the_unit(webcert, known_by):
    """An answer is told as NYSVFM; it says which question by the message's id, or by the name that a story gave it."""
    made = await sent(webcert)
    await done(webcert.simulation, Action.ASK, by="doctor", asked="q1")
    (question,) = (await certificate(webcert.simulation)).questions
    answer = await webcert.write(made, message_id="m-1", subject="OVRIGT", answers=getattr(question, known_by))
    assert answer["resultCode"] == "OK"
    update = (await told(webcert.simulation))[-1]
    assert (update.event.code, update.event.subject, update.event.handled_by) == ("NYSVFM", None, None)
    assert update.questions_sent == QuestionCounts(answered=1)


@pytest.mark.parametrize("kind", ["question", "reminder", "answer"])
async def test_the_same_message_twice(webcert, kind):
    """A message whose id has been received already is answered with INFO, and nothing more is told."""
    made = await sent(webcert)
    await webcert.write(made, message_id="m-1")
    await done(webcert.simulation, Action.ASK, by="doctor", asked="q1")
    own = (await certificate(webcert.simulation)).question("q1").id
    parts = {
        "question": {"message_id": "m-1"},
        "reminder": {"message_id": "m-2", "subject": "PAMINN", "reminds_of": "m-1"},
        "answer": {"message_id": "m-3", "subject": "OVRIGT", "answers": own},
    }[kind]
    await webcert.write(made, **parts)
    before = len(await told(webcert.simulation))
    again = await webcert.write(made, **parts)
    assert (again["resultCode"], again["errorId"]) == ("INFO", None)
    assert parts["message_id"] in again["resultText"]
    assert len(await told(webcert.simulation)) == before


async def test_the_same_message_about_something_else(webcert):
    """That a message has been received is asked first, whatever it is about the second time."""
    made = await sent(webcert)
    await webcert.write(made, message_id="m-1")
    assert (await webcert.write("unknown", message_id="m-1"))["resultCode"] == "INFO"
    await done(webcert.simulation, Action.REVOKE, by="doctor")
    assert (await webcert.write(made, message_id="m-1"))["resultCode"] == "INFO"
    assert (await webcert.write(made, message_id="m-2"))["errorId"] == "VALIDATION_ERROR"


async def test_certificates_that_nobody_can_write_about(webcert):
    """A certificate that is unknown, or not signed, is a validation error."""
    unknown = await webcert.write("unknown", message_id="m-1")
    await webcert.create_draft()
    draft = await webcert.write((await certificate(webcert.simulation)).id, message_id="m-2")
    for answer in (unknown, draft):
        assert (answer["resultCode"], answer["errorId"]) == ("ERROR", "VALIDATION_ERROR")
        assert "no signed certificate" in answer["resultText"]


@pytest.mark.parametrize(
    ("kind", "by", "parts", "text"),
    [
        ("ITFP", "nurse", {"subject": "KONTKT"}, "does not ask about KONTKT for FK7443; it asks about KOMPLT"),
        ("ITFP", "nurse", {"subject": "AVSTMN"}, "does not ask about AVSTMN"),
        ("IGRAV", "nurse", {"subject": "KOMPLT"}, None),
        ("LISJP", "doctor", {"subject": "PAMINN", "reminds_of": "m-0"}, "has no question m-0"),
        ("LISJP", "doctor", {"subject": "PAMINN"}, "has no question m-1"),
        ("LISJP", "doctor", {"subject": "OVRIGT", "answers": "m-0"}, "has no question m-0"),
        ("LISJP", "doctor", {"subject": "XYZ"}, "known are"),
    ],
)  # fmt: skip
async def test_what_a_type_does_not_take(webcert, kind, by, parts, text):
    """A subject that the type does not support, and a message about one that is unknown, are validation errors."""
    await webcert.create_draft(kind, by={"doctor": DOCTOR, "nurse": NURSE}[by])
    await done(webcert.simulation, Action.CHANGE, Action.SIGN, by=by)
    made = await certificate(webcert.simulation)
    if not made.type.sent_after_signing:
        await done(webcert.simulation, Action.SEND, by=by)
    before = len(await told(webcert.simulation))
    answer = await webcert.write(made.id, message_id="m-1", **parts)
    assert (answer["resultCode"], answer["errorId"]) == ("ERROR", "VALIDATION_ERROR")
    assert text is None or text in answer["resultText"]
    assert len(await told(webcert.simulation)) == before
