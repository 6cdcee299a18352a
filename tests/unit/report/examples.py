"""Runs made by hand from facts, so that reports are tested without a simulation.

A run is told as in a diary: a step, the status update that follows, its attempts, with the default schedule's delays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from simulator.certificate.certificate import CertificateState
from simulator.certificate.events import EventCode
from simulator.certificate.lifecycle import Action
from simulator.certificate.people import Role
from simulator.errors import InputError
from simulator.redelivery.coalescing import NEWER_CHANGE, SIGNED
from simulator.redelivery.delivery import DeliveryState
from simulator.redelivery.outcome import RULES_BY_NAME, OutcomeKind
from simulator.redelivery.schedule import schedule_named
from simulator.report.summary import Summary, Unplayed, summarise
from simulator.sentence import say
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
from simulator.trace.jsonl import TraceHeader
from simulator.verdict import Verdict, VerdictKind

# Eight o'clock in Sweden.
START = datetime(2024, 9, 2, 6, 0, tzinfo=UTC)
SCHEDULE = schedule_named("forum-2022")
MESSAGE_SHA256 = "ab" * 32
UNIT = "TSTNMT2321000156-ALMC"
NURSE = "TSTNMT2321000156-1079"
PATH = "scenarios/example.scenario.yaml"

# What a stranger may send: markup of three kinds, a terminal's escape sequence, a text turned around, and a NUL.
EVIL = "<script>alert(1)</script> [bold red]& \"'{fact}\x1b[31m\u202eevil\x00\r\nsecond line"

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass
class Diary:
    """Writes the facts of a run down, one after another."""

    facts: list[Fact] = field(default_factory=list)
    deliveries: int = 0
    steps: int = 0

    def step(self, at: datetime, action: Action, state: CertificateState, certificate: str = "c1") -> None:
        """Somebody does something."""
        self.steps += 1
        self.facts.append(
            StepTaken(at, self.steps, action, certificate, "FK7443", UNIT, NURSE, Role.NURSE, state)
        )  # fmt: skip

    def refused(self, at: datetime, action: Action, certificate: str = "c1") -> None:
        """Somebody is not let do something."""
        self.steps += 1
        reason = say(
            "a {role} may not {action} {type} under {policy}; {who} may",
            role=say("midwife"),
            action=say("sign"),
            type="FK7443",
            policy="forum-2024",
            who=(say("doctor"), say("nurse")),
        )
        self.facts.append(
            StepRefused(at, self.steps, action, certificate, NURSE, Role.MIDWIFE, "role-may-not", reason)
        )  # fmt: skip

    def told(
        self, at: datetime, event: EventCode, certificate: str = "c1", system: str = "alfa", step: int | None = None
    ) -> int:
        """A status update of a step, the last one unless given, is put into the outbox; returns its number."""
        self.deliveries += 1
        identity = f"id-of-{certificate}"
        self.facts.append(
            StatusUpdateEmitted(
                at,
                self.deliveries,
                certificate,
                identity,
                event,
                system,
                UNIT,
                MESSAGE_SHA256,
                4711,
                self.steps if step is None else step,
                at,
            )
        )
        return self.deliveries

    def attempts(self, delivery: int, rules: Sequence[str], took: timedelta = timedelta(), **facts: Any) -> None:
        """The attempts of one status update, by the rules that judged them; the facts are the last one's."""
        told = next(one for one in self.facts if isinstance(one, StatusUpdateEmitted) and one.delivery == delivery)
        due = told.at
        for number, name in enumerate(rules, start=1):
            rule = RULES_BY_NAME[name]
            state = _state(rule.kind, number)
            following = due + SCHEDULE.delay_after(number) if state is DeliveryState.WAITING else None
            answer, http_status, usual = _ANSWERS[name]
            self.facts.append(
                AttemptMade(
                    at=due + took,
                    delivery=delivery,
                    attempt=number,
                    attempts_max=30,
                    certificate=told.certificate,
                    event=told.event,
                    journal_system=told.journal_system,
                    due=due,
                    sent_at=due,
                    answer=answer,
                    http_status=http_status,
                    request_sha256=MESSAGE_SHA256,
                    answer_sha256=None if http_status is None else "cd" * 32,
                    outcome=rule.kind,
                    rule=name,
                    facts=usual | (facts if number == len(rules) else {}),
                    state=state,
                    next_attempt_at=following,
                    logical_address=UNIT,
                )
            )
            if following is not None:
                due = following

    def late(self, at: datetime, delivery: int, attempt: int) -> None:
        """An answer comes when nobody waits for it."""
        self.facts.append(AnsweredTooLate(at, delivery, attempt, "alfa", "OK"))

    def silenced(self, at: datetime, delivery: int, by: int, rule: str) -> None:
        """Another status update stands for one that waited."""
        told = next(one for one in self.facts if isinstance(one, StatusUpdateEmitted) and one.delivery == delivery)
        self.facts.append(StatusUpdateSilenced(at, delivery, told.certificate, told.event, by, rule))

    def by_nobody(self, at: datetime, action: Action, state: CertificateState, question: str | None = None) -> None:
        """Something happens that nobody does who is logged in."""
        self.steps += 1
        self.facts.append(
            StepTaken(at, self.steps, action, "c1", "FK7443", UNIT, None, None, state, question=question)
        )  # fmt: skip

    def mailed(self, at: datetime, event: EventCode) -> None:
        """The unit gets mail."""
        self.facts.append(MailSent(at, "c1", event, UNIT, self.steps))

    def ordered(self, at: datetime, *deliveries: int) -> None:
        """An operator has something sent once more."""
        self.steps += 1
        self.facts.append(RedeliveryOrdered(at, self.steps, deliveries, at + HOUR))

    def summary(self, name: str, *verdicts: Verdict, drained: bool = True) -> Summary:
        """The run, gathered."""
        header = TraceHeader(name, START, 0, "forum-2022", 30, "forum-2024")
        facts = sorted(self.facts, key=lambda fact: fact.sort_key)
        return summarise(header, PATH, facts, verdicts, drained=drained)


# For each rule: the answer in a word, its HTTP status, and the facts that the rule goes by.
_ANSWERS: dict[str, tuple[str, int | None, dict[str, Any]]] = {
    "ok": ("OK", 200, {"result_code": "OK"}),
    "connection-refused": ("refused", None, {}),
    "timeout": ("timeout", None, {}),
    "technical-error": ("TECHNICAL_ERROR", 200, {"result_code": "ERROR", "error_id": "TECHNICAL_ERROR"}),
    "http-status": ("not-xml", 502, {"http_status": 502}),
    "soap-fault": ("fault", 500, {"fault_code": "Server", "fault_text": "Internal error", "http_status": 500}),
    "marshalling-fault": (
        "fault",
        500,
        {
            "fault_code": "Server",
            "fault_text": "Unmarshalling Error: unexpected element",
            "words": "Unmarshalling Error",
            "http_status": 500,
        },
    ),
    "answer-foreign": ("foreign", 200, {"http_status": 200}),
}


def _state(kind: OutcomeKind, number: int) -> DeliveryState:
    if kind is OutcomeKind.RETRY:
        return DeliveryState.EXHAUSTED if number == 30 else DeliveryState.WAITING
    return DeliveryState(kind.value)


def passed(line: int = 20) -> Verdict:
    """An expectation that holds."""
    found = say(
        "attempt {attempt} of {most}, {when}, rule {rule}", attempt=6, most=30, when="2024-09-02 13:51:00", rule="ok"
    )
    asked = say("{said}: {facts}", said="delivered", facts="certificate=c1 event=SIGNAT")
    return Verdict(VerdictKind.PASSED, asked, found, PATH, line)


def failed(line: int = 21) -> Verdict:
    """An expectation that does not."""
    found = say("{what} is {found}, not {asked}", what=say("the attempt"), found="6", asked="5")
    asked = say("{said}: {facts}", said="delivered", facts="certificate=c1 event=SIGNAT attempt=5")
    return Verdict(VerdictKind.FAILED, asked, found, PATH, line)


def outage() -> Summary:
    """The main story: an outage from 08:10 to 11:00, and both status updates of 08:15 arrive at the sixth attempt."""
    diary = Diary()
    diary.step(START, Action.CREATE, CertificateState.DRAFT)
    diary.attempts(diary.told(START, EventCode.SKAPAT), ["ok"])
    signed = START + 15 * MINUTE
    diary.step(signed, Action.SIGN, CertificateState.SENT)
    for event, moment in ((EventCode.SIGNAT, signed), (EventCode.SKICKA, signed + timedelta(milliseconds=1))):
        diary.attempts(diary.told(moment, event), ["connection-refused"] * 5 + ["ok"])
    return diary.summary("A nurse signs FK7443 while the journal system is down", passed(), passed(22))


def at_one_moment() -> Summary:
    """A draft is created and signed at the same moment: both steps stand before what follows from them."""
    diary = Diary()
    diary.step(START, Action.CREATE, CertificateState.DRAFT)
    diary.step(START, Action.SIGN, CertificateState.SENT)
    for number, event in enumerate((EventCode.SKAPAT, EventCode.SIGNAT, EventCode.SKICKA)):
        at = START + number * timedelta(milliseconds=1)
        diary.attempts(diary.told(at, event, step=1 if event is EventCode.SKAPAT else 2), ["ok"])
    return diary.summary("In a hurry")


def exhausted() -> Summary:
    """Thirty attempts in vain, of several kinds, one of them with a text of the journal system's own."""
    diary = Diary()
    diary.step(START, Action.SIGN, CertificateState.SIGNED)
    delivery = diary.told(START, EventCode.SIGNAT)
    rules = ["connection-refused"] * 3 + ["http-status"] * 2 + ["soap-fault"] * 3 + ["technical-error"] * 22
    diary.attempts(delivery, rules, text="Certificate not found in COSMIC")
    return diary.summary("Nobody repairs the journal system", failed())


def rejected() -> Summary:
    """One status update is given up at its second attempt, for the words of a fault, another for foreign XML."""
    diary = Diary()
    diary.step(START, Action.SIGN, CertificateState.SIGNED)
    delivery = diary.told(START, EventCode.SIGNAT)
    diary.attempts(delivery, ["technical-error", "marshalling-fault"])
    other = diary.told(START + MINUTE, EventCode.SKICKA)
    diary.attempts(other, ["answer-foreign"])
    return diary.summary("A fault with the wrong words", passed())


def refused() -> Summary:
    """A midwife may not sign FK7443, and so nothing is sent."""
    diary = Diary()
    diary.step(START, Action.CREATE, CertificateState.DRAFT)
    diary.attempts(diary.told(START, EventCode.SKAPAT), ["ok"])
    diary.refused(START + MINUTE, Action.SIGN)
    return diary.summary("A midwife tries to sign FK7443", passed())


def only_refused() -> Summary:
    """Nothing that the midwife tries is let through, and no message is ever written."""
    diary = Diary()
    diary.refused(START, Action.SIGN)
    return diary.summary("A midwife tries to sign FK7443, and no more")


def too_late() -> Summary:
    """The first attempt is answered when the sender has given up; the second gets through, and the run is cut short."""
    diary = Diary()
    diary.step(START, Action.SIGN, CertificateState.SIGNED)
    delivery = diary.told(START, EventCode.SIGNAT)
    diary.attempts(delivery, ["timeout"], took=MINUTE)
    diary.late(START + 90 * timedelta(seconds=1), delivery, 1)
    return diary.summary("A slow journal system", drained=False)


def window() -> Summary:
    """Two changes wait in one window, and the signing in it silences both; a question comes by mail."""
    diary = Diary()
    changes = []
    for number in range(2):
        at = START + number * MINUTE
        diary.step(at, Action.CHANGE, CertificateState.DRAFT)
        changes.append(diary.told(at, EventCode.ANDRAT))
    diary.silenced(START + MINUTE, changes[0], changes[1], NEWER_CHANGE)
    diary.step(START + 2 * MINUTE, Action.SIGN, CertificateState.SIGNED)
    signing = diary.told(START + 2 * MINUTE, EventCode.SIGNAT)
    diary.silenced(START + 2 * MINUTE, changes[1], signing, SIGNED)
    diary.attempts(signing, ["ok"])
    diary.by_nobody(START + HOUR, Action.RECEIVE_QUESTION, CertificateState.SENT, "q1")
    diary.mailed(START + HOUR, EventCode.NYFRFM)
    diary.ordered(START + 2 * HOUR, signing)
    return diary.summary("Changes wait for each other", passed())


def evil() -> Summary:
    """Everything that a stranger may choose is evil: the fault, the certificate's name, the scenario's name."""
    diary = Diary()
    diary.step(START, Action.SIGN, CertificateState.SIGNED, certificate=EVIL)
    delivery = diary.told(START, EventCode.SIGNAT, certificate=EVIL, system=EVIL)
    diary.attempts(delivery, ["http-status", "soap-fault"], fault_code=EVIL, fault_text=EVIL)
    verdict = Verdict(VerdictKind.FAILED, say("{said}: {facts}", said="attempt", facts=EVIL),
                      say("it is {state}", state=EVIL), EVIL, 7)  # fmt: skip
    return diary.summary(EVIL, verdict)


def unplayed() -> Unplayed:
    """A file with two mistakes."""
    return Unplayed(
        "scenarios/wrong.scenario.yaml",
        (
            InputError(
                say("unknown word '{word}'; {hint}", word="stepz", hint="steps"), "scenarios/wrong.scenario.yaml", 3
            ),
            InputError(say("the file is empty"), "scenarios/wrong.scenario.yaml"),
        ),
    )


def all_runs() -> list[Summary]:
    """Every example."""
    return [outage(), exhausted(), rejected(), refused(), only_refused(), too_late(), window(), evil()]
