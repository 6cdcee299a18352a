"""A run's facts as rows to read: who did what, and every attempt with its answer, decision and reason.

Rows stand in the order in which things began, which is the trace's order but for attempts whose answer took its time.
Nothing here knows how rows are drawn; `text` and `html` do that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from simulator.certificate.events import EventCode
from simulator.certificate.lifecycle import LIFECYCLE, Action
from simulator.redelivery.delivery import DeliveryState
from simulator.redelivery.outcome import OutcomeKind
from simulator.report.summary import Summary, decision_of
from simulator.report.wording import answer_of, deed_of, explanation_of, one_line, refusal_of, told_of
from simulator.sentence import Sentence, say
from simulator.trace.facts import AnsweredTooLate, AttemptMade, StatusUpdateEmitted, StepRefused, StepTaken


class Mark(StrEnum):
    """How something went, for colour and shape; SILENT is a retry for want of any answer."""

    DELIVERED = "delivered"
    RETRY = "retry"
    SILENT = "silent"
    REJECTED = "rejected"
    EXHAUSTED = "exhausted"
    LATE = "late"
    NEXT = "next"


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
    told = _told_by_step(summary)
    updates = {update.emitted.delivery: update.emitted for update in summary.updates}
    explained: dict[int, tuple[str, tuple[Sentence, ...]]] = {}
    rows: list[DeedRow | AttemptRow] = []
    for fact in sorted(summary.facts, key=lambda fact: fact.sort_key):
        if isinstance(fact, StepTaken):
            rows.append(DeedRow(fact.at, (deed_of(fact), told_of(tuple(told[fact.step]))), refused=False))
        elif isinstance(fact, StepRefused):
            rows.append(DeedRow(fact.at, (refusal_of(fact),), refused=True))
        elif isinstance(fact, AttemptMade):
            why = (fact.rule, explanation_of(fact))
            rows.append(_attempt_row(fact, *(("", ()) if explained.get(fact.delivery) == why else why)))
            explained[fact.delivery] = why
        elif isinstance(fact, AnsweredTooLate):
            rows.append(_late_row(fact, updates[fact.delivery], summary.header.attempts_max))
    return sorted(rows, key=lambda row: row.at)


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


# What each action is told as; the table of what may happen has one event for an action, whatever the state.
_EVENTS: dict[Action, EventCode] = {action: step.event for row in LIFECYCLE.values() for action, step in row.items()}


def _told_by_step(summary: Summary) -> dict[int, list[StatusUpdateEmitted]]:
    """The status updates that each step led to.

    Steps of one moment stand before all that follows from them, so the events say which is whose; one that is no
    step's own, such as sending right after signing, belongs to the step before it.
    """
    steps = [fact for fact in summary.facts if isinstance(fact, StepTaken)]
    told: dict[int, list[StatusUpdateEmitted]] = {step.step: [] for step in steps}
    for alias in dict.fromkeys(step.certificate for step in steps):
        left = [step for step in steps if step.certificate == alias]
        current: StepTaken | None = None
        for emitted in sorted((one.emitted for one in summary.updates), key=lambda one: one.delivery):
            if emitted.certificate != alias:
                continue
            own = next((step for step in left if _EVENTS[step.action] is emitted.event), None)
            if own is not None:
                current, left = own, left[left.index(own) + 1 :]
            if current is not None:
                told[current.step].append(emitted)
    return told
