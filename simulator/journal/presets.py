"""Behaviours from the field, by name: what operators of Webcert have met, and what Webcert's own stub answers.

Each is a few rules like those that a file can state; a line that names a preset may narrow it with its own `when`.
`source` says what is known, and `assumed` what had to be chosen to make it playable.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from simulator.certificate.events import EventCode
from simulator.certificate.people import Role
from simulator.contract.reply import ErrorId, Fault, Result, ResultCode
from simulator.journal.behaviour import Answer, BehaviourRule, Match, TurnAway
from simulator.journal.delay import Lognormal
from simulator.journal.order import Order
from simulator.journal.recurrence import Recurring

FAULT_SERVER = "Server"
_OPERATORS = "Webcert's operators, 2015–2021"
_STUB = "Webcert's own stub of a journal system"


@dataclass(frozen=True)
class Preset:
    """A named behaviour: what the system does, in a sentence, and where that is known from."""

    about: str
    source: str
    rules: tuple[BehaviourRule, ...]
    assumed: str = ""


def _error(error_id: ErrorId, text: str | None = None) -> Answer:
    return Answer(Result(ResultCode.ERROR, text, error_id))


def _rule(answer: Answer | TurnAway, match: Match | None = None) -> BehaviourRule:
    return BehaviourRule(match or Match(), (answer,))


_NOT_FOUND = (
    "Certificate not found in COSMIC and ref field is missing, cannot store certificate. Possible race condition. "
    "Retry later when the certificate may have been stored in COSMIC. | Log Id: 01182b7d-9d19-4d5a-b892-18342670668c"
)
_ANDRAT = Match(events=frozenset({EventCode.ANDRAT}))
_LATE_TEXT = "Unexpected event: {later_event} of {later_at} has already arrived"
_OUT_OF_ORDER = frozenset({Order.EARLY, Order.LATE})

PRESETS: Mapping[str, Preset] = {
    "fel-a": Preset(
        "Fel A: TECHNICAL_ERROR with the text “Unspecified service error”, to every call.",
        f"{_OPERATORS}: two regions",
        (_rule(_error(ErrorId.TECHNICAL_ERROR, "Unspecified service error")),),
    ),
    "fel-b": Preset(
        "Fel B: TECHNICAL_ERROR, “Certificate not found … ref field is missing”, until SIGNAT has come.",
        f"{_OPERATORS}: Cosmic",
        (_rule(_error(ErrorId.TECHNICAL_ERROR, _NOT_FOUND), Match(not_before=EventCode.SIGNAT)),),
        "that SIGNAT is what makes the certificate known",
    ),
    "fel-c": Preset(
        "Fel C: a SOAP fault from an uncaught NullPointerException, with a Java exception as its detail.",
        f"{_OPERATORS}: Cosmic",
        (_rule(Answer(Fault(FAULT_SERVER, "java.lang.NullPointerException", "java.lang.NullPointerException\n\tat "
                            "StatusUpdateResponder.certificateStatusUpdateForCare(Unknown Source)"))),),
        "the wording of the detail",
    ),
    "out-of-order-is-lost": Preset(
        "Answers APPLICATION_ERROR to events that come out of order, and so loses them.",
        f"{_OPERATORS}: VAS after a stop",
        (_rule(_error(ErrorId.APPLICATION_ERROR, "Events in wrong order"), Match(orders=_OUT_OF_ORDER)),),
        "the text, and that an event that comes before what must precede it counts too",
    ),
    "info-to-late": Preset(
        "Answers INFO to an event when a later one has already arrived, and names that one.",
        _OPERATORS,
        (_rule(Answer(Result(ResultCode.INFO, _LATE_TEXT)), Match(orders=frozenset({Order.LATE}))),),
        "the wording",
    ),
    "no-signing-rights": Preset(
        "Nurses and midwives have no right to sign here: what they have signed gets VALIDATION_ERROR.",
        "the users' forum, 2024: every vendor must see to their right to sign",
        (_rule(_error(ErrorId.VALIDATION_ERROR, "The issuer has no right to sign this certificate"),
               Match(roles=frozenset({Role.NURSE.value, Role.MIDWIFE.value}),
                     events=frozenset({EventCode.SIGNAT, EventCode.SKICKA, EventCode.MAKULE}))),),
        "the answer of such a system",
    ),
    "strict": Preset(
        "A strict validator: a fault “Unmarshalling Error” for what breaks the contract, VALIDATION_ERROR without ref.",
        "none; made from what Webcert's classification makes of it",
        (
            _rule(Answer(Fault(FAULT_SERVER, "Unmarshalling Error: {problem}")), Match(invalid=True)),
            _rule(_error(ErrorId.VALIDATION_ERROR, "ref is missing"), Match(missing=frozenset({"ref"}))),
        ),
        "all of it",
    ),
    "takes-nothing-twice": Preset(
        "Cannot take a message twice: APPLICATION_ERROR to the second, as when Webcert never got the first answer.",
        "none; a unique key in a receiver's database",
        (_rule(_error(ErrorId.APPLICATION_ERROR, "The event is already registered"),
               Match(orders=frozenset({Order.DUPLICATE}))),),
        "all of it",
    ),
    "demands-order": Preset(
        "Demands order: TECHNICAL_ERROR until what must come before the event has come.",
        "none; the contract's own advice for what may succeed later",
        (_rule(_error(ErrorId.TECHNICAL_ERROR, "An earlier event is missing"),
               Match(orders=frozenset({Order.EARLY}))),),
        "all of it; what the unit was told by mail, or before it was integrated, never comes, and what must follow it "
        "is held up until the schedule ends",
    ),
    "slow": Preset(
        "Slow: half of the answers take more than 20 s, some more than the 60 s that Webcert waits, none over 3 min.",
        "none; lognormal, as response times are",
        (_rule(Answer(delay=Lognormal(timedelta(seconds=20), 0.8, timedelta(minutes=3)))),),
        "all of it",
    ),
    "closed-at-night": Preset(
        "Closed each night from 22:00, for eight hours: connections are refused.",
        "none; service windows of regions are announced by date alone",
        (_rule(TurnAway(), Match(recurring=Recurring("0 22 * * *", timedelta(hours=8)))),),
        "the hours",
    ),
    "stub-0": Preset("OK.", _STUB, (_rule(Answer(Result(ResultCode.OK))),)),
    "stub-1": Preset("TECHNICAL_ERROR with fel B's text, to ANDRAT alone.", _STUB,
                     (_rule(_error(ErrorId.TECHNICAL_ERROR, _NOT_FOUND), _ANDRAT),)),
    "stub-2": Preset("TECHNICAL_ERROR without a text.", _STUB, (_rule(_error(ErrorId.TECHNICAL_ERROR)),)),
    "stub-3": Preset("TECHNICAL_ERROR with fel A's text.", _STUB,
                     (_rule(_error(ErrorId.TECHNICAL_ERROR, "Unspecified service error")),)),
    "stub-4": Preset("A SOAP fault, HTTP status 500.", _STUB,
                     (_rule(Answer(Fault(FAULT_SERVER, "This is an emulated error from the stub, should result in a "
                                         "500 Server Error"))),)),
    "stub-5": Preset("TECHNICAL_ERROR with fel B's text, to every event.", _STUB,
                     (_rule(_error(ErrorId.TECHNICAL_ERROR, _NOT_FOUND)),)),
    "stub-6": Preset("APPLICATION_ERROR.", _STUB,
                     (_rule(_error(ErrorId.APPLICATION_ERROR, "Something went terribly wrong!")),)),
    "stub-7": Preset("VALIDATION_ERROR.", _STUB, (_rule(_error(ErrorId.VALIDATION_ERROR, "This does not validate!")),)),
    "stub-8": Preset("INFO.", _STUB, (_rule(Answer(Result(ResultCode.INFO, "Thank you!"))),)),
}  # fmt: skip
