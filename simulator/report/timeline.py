"""A run's facts as rows to read: who did what, and every attempt with its answer, decision and reason.

Rows stand in the order in which things began, which is the trace's order but for attempts whose answer took its time.
Nothing here knows how rows are drawn; `text` and `html` do that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from simulator.clock import swedish
from simulator.redelivery.coalescing import NEWER_CHANGE, SIGNED
from simulator.redelivery.delivery import DeliveryState
from simulator.redelivery.outcome import OutcomeKind
from simulator.report.summary import Summary, decision_of
from simulator.report.wording import answer_of, deed_of, explanation_of, one_line, refusal_of, told_of
from simulator.sentence import Sentence, say
from simulator.trace.facts import (
    AnsweredTooLate,
    AttemptMade,
    MailSent,
    RedeliveryOrdered,
    StatusUpdateEmitted,
    StatusUpdateSilenced,
    StepRefused,
    StepTaken,
)

SILENCE_REASONS: dict[str, Sentence] = {
    NEWER_CHANGE: say("a newer change of the same draft in the same window stands for it"),
    SIGNED: say("the certificate was signed in the same window, which silences its changes"),
}


class Mark(StrEnum):
    """How something went, for colour and shape; SILENT is a retry for want of any answer."""

    DELIVERED = "delivered"
    RETRY = "retry"
    SILENT = "silent"
    REJECTED = "rejected"
    EXHAUSTED = "exhausted"
    LATE = "late"
    NEXT = "next"
    SILENCED = "silenced"


@dataclass(frozen=True)
class DeedRow:
    """Somebody did something, or was not let do it."""

    at: datetime
    said: tuple[Sentence, ...]
    refused: bool


@dataclass(frozen=True)
class AttemptRow:
    """An attempt, or an answer that came too late for one.

    `explanation` is empty, and `rule` too, where both are as for the delivery's previous attempt.
    """

    at: datetime
    mark: Mark
    update: str
    attempt: str
    answer: str
    decision: Sentence
    next_attempt_at: datetime | None = None
    rule: str = ""
    explanation: tuple[Sentence, ...] = ()

    @property
    def delay(self) -> timedelta | None:
        """How long after this attempt the next one is made."""
        return None if self.next_attempt_at is None else self.next_attempt_at - self.at


def mark_of(attempt: AttemptMade) -> Mark:
    """How an attempt went."""
    if attempt.state is DeliveryState.EXHAUSTED:
        return Mark.EXHAUSTED
    if attempt.outcome is OutcomeKind.RETRY:
        return Mark.SILENT if attempt.http_status is None else Mark.RETRY
    return Mark(attempt.outcome.value)


def rows_of(summary: Summary) -> list[DeedRow | AttemptRow]:
    """The whole run, row by row."""
    updates = {update.emitted.delivery: update.emitted for update in summary.updates}
    explained: dict[int, tuple[str, tuple[Sentence, ...]]] = {}
    rows: list[DeedRow | AttemptRow] = []
    for fact in sorted(summary.facts, key=lambda fact: fact.sort_key):
        if isinstance(fact, StepTaken):
            rows.append(DeedRow(fact.at, (deed_of(fact), _told(summary, fact)), refused=False))
        elif isinstance(fact, RedeliveryOrdered):
            rows.append(DeedRow(fact.at, (_ordered(fact),), refused=False))
        elif isinstance(fact, StatusUpdateSilenced):
            rows.append(_silenced_row(fact))
        elif isinstance(fact, StepRefused):
            rows.append(DeedRow(fact.at, (refusal_of(fact),), refused=True))
        elif isinstance(fact, AttemptMade):
            why = (fact.rule, explanation_of(fact, summary.took_again))
            rows.append(_attempt_row(fact, *(("", ()) if explained.get(fact.delivery) == why else why)))
            explained[fact.delivery] = why
        elif isinstance(fact, AnsweredTooLate):
            rows.append(_late_row(fact, updates[fact.delivery], summary.header.attempts_max))
    return sorted(rows, key=lambda row: row.at)


def _told(summary: Summary, step: StepTaken) -> Sentence:
    """What follows from a step; one that is no step of the story's, of its own certificate at its own moment."""

    def follows(fact: StatusUpdateEmitted | MailSent) -> bool:
        if fact.step != step.step:
            return False
        return step.step > 0 or (fact.certificate == step.certificate and fact.at >= step.at)

    return told_of(
        step,
        tuple(one.emitted for one in summary.updates if follows(one.emitted)),
        tuple(one for one in summary.facts if isinstance(one, MailSent) and follows(one)),
    )


def _ordered(fact: RedeliveryOrdered) -> Sentence:
    return say("an operator has {number} status updates sent once more, from {when} on",
               number=len(fact.deliveries), when=swedish(fact.activate_at))  # fmt: skip


def _silenced_row(fact: StatusUpdateSilenced) -> AttemptRow:
    return AttemptRow(
        at=fact.at,
        mark=Mark.SILENCED,
        update=f"{fact.event} {one_line(fact.certificate)}",
        attempt="–",
        answer="",
        decision=say("not told"),
        rule=fact.rule,
        explanation=(SILENCE_REASONS[fact.rule],),
    )


def _attempt_row(fact: AttemptMade, rule: str, explanation: tuple[Sentence, ...]) -> AttemptRow:
    return AttemptRow(
        at=fact.sent_at,
        mark=mark_of(fact),
        update=f"{fact.event} {one_line(fact.certificate)}",
        attempt=f"{fact.attempt}/{fact.attempts_max}",
        answer=one_line(answer_of(fact)),
        decision=decision_of(fact),
        next_attempt_at=fact.next_attempt_at,
        rule=rule,
        explanation=explanation,
    )


def _late_row(fact: AnsweredTooLate, emitted: StatusUpdateEmitted, attempts_max: int) -> AttemptRow:
    return AttemptRow(
        at=fact.at,
        mark=Mark.LATE,
        update=f"{emitted.event} {one_line(emitted.certificate)}",
        attempt=f"{fact.attempt}/{attempts_max}",
        answer=one_line(fact.answer),
        decision=say("too late"),
        explanation=(say("Webcert had already stopped waiting for this answer"),),
    )
