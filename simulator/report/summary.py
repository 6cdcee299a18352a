"""A run as people look at it: its status updates with their attempts, a timeline, and the verdicts. Pure.

Made from the trace alone, and the inboxes from the calls, so that a report can be made again from a stored run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from string import Formatter
from typing import Any

from simulator.contract.message import wire_moment
from simulator.errors import InputError
from simulator.redelivery.delivery import DeliveryState
from simulator.redelivery.outcome import RULES_BY_NAME, OutcomeKind
from simulator.report.inboxes import CertificateAtSystem
from simulator.sentence import Sentence, say
from simulator.trace.facts import AnsweredTooLate, AttemptMade, Fact, StatusUpdateEmitted, StatusUpdateSilenced
from simulator.trace.jsonl import TraceHeader, digest, trace_lines
from simulator.verdict import Verdict


@dataclass(frozen=True)
class UpdateSummary:
    """One status update: what it told, how it went, attempt by attempt."""

    emitted: StatusUpdateEmitted
    attempts: tuple[AttemptMade, ...]
    late_answers: tuple[AnsweredTooLate, ...]
    silenced: StatusUpdateSilenced | None = None

    @property
    def state(self) -> DeliveryState:
        """Where its delivery stands."""
        if self.silenced is not None:
            return DeliveryState.SILENCED
        return self.attempts[-1].state if self.attempts else DeliveryState.WAITING


@dataclass(frozen=True)
class Summary:
    """A whole run; `files` are what was written about it, `seconds` is how long it took on the wall."""

    header: TraceHeader
    path: str
    facts: tuple[Fact, ...]
    updates: tuple[UpdateSummary, ...]
    verdicts: tuple[Verdict, ...]
    digest: str
    drained: bool = True
    files: tuple[str, ...] = field(default=())
    inboxes: tuple[CertificateAtSystem, ...] = ()
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        """Whether every verdict is good."""
        return not any(verdict.failed for verdict in self.verdicts)

    @property
    def ended_at(self) -> datetime:
        """The moment of the last thing that happened."""
        return max((fact.at for fact in self.facts), default=self.header.start)

    def took_again(self, attempt: AttemptMade) -> bool | None:
        """Whether a mocked system has in this attempt taken what it had taken before; None of one without an inbox."""
        at_system = next(
            (one for one in self.inboxes if (one.system, one.alias) == (attempt.journal_system, attempt.certificate)),
            None,
        )
        if at_system is None:
            return None
        told = next(one.emitted for one in self.updates if one.emitted.delivery == attempt.delivery)
        key = (told.event, wire_moment(told.at))
        taken_at = [at for one in at_system.seen.events if (one.event, one.occurred_at) == key for at in one.taken_at]
        by_then = [at for at in taken_at if at <= attempt.at]
        return len(by_then) > 1 and by_then[-1] >= attempt.sent_at

    def count(self, state: DeliveryState) -> int:
        """How many status updates stand there."""
        return sum(update.state is state for update in self.updates)


@dataclass(frozen=True)
class Unplayed:
    """A scenario file that could not be played, with every mistake that was found in it.

    `was_cut_off` is True for one that can be read, and for which there was no time; `is_our_fault` for one that the
    simulator itself could not read or play.
    """

    path: str
    problems: tuple[InputError, ...]
    was_cut_off: bool = False
    is_our_fault: bool = False


def summarise(
    header: TraceHeader, path: str, facts: Sequence[Fact], verdicts: Sequence[Verdict], *, drained: bool = True
) -> Summary:
    """Gather a run from its trace and its verdicts."""
    attempts: dict[int, list[AttemptMade]] = {}
    late: dict[int, list[AnsweredTooLate]] = {}
    for fact in facts:
        if isinstance(fact, AttemptMade):
            attempts.setdefault(fact.delivery, []).append(fact)
        elif isinstance(fact, AnsweredTooLate):
            late.setdefault(fact.delivery, []).append(fact)
    silenced = {fact.delivery: fact for fact in facts if isinstance(fact, StatusUpdateSilenced)}
    updates = tuple(
        UpdateSummary(
            one, tuple(attempts.get(one.delivery, ())), tuple(late.get(one.delivery, ())), silenced.get(one.delivery)
        )
        for one in facts
        if isinstance(one, StatusUpdateEmitted)
    )
    return Summary(
        header, path, tuple(facts), updates, tuple(verdicts), digest(trace_lines(header, facts)), drained
    )  # fmt: skip


def reason_of(attempt: AttemptMade) -> Sentence:
    """Why Webcert decided as it did after an attempt, in words a tester can act on."""
    return reason_for(attempt.rule, {"left": attempt.attempts_max - attempt.attempt, **attempt.facts})


def reason_for(rule: str, facts: Mapping[str, Any]) -> Sentence:
    """The reason of a rule, with the facts of one answer."""
    template = RULES_BY_NAME[rule].reason.template
    return Sentence(template, tuple((name, facts.get(name, "–")) for name in _places(template)))


def _places(template: str) -> list[str]:
    return [name for _, name, _, _ in Formatter().parse(template) if name]


def decision_of(attempt: AttemptMade) -> Sentence:
    """What Webcert does after an attempt."""
    if attempt.outcome is OutcomeKind.DELIVERED:
        return say("delivered")
    if attempt.outcome is OutcomeKind.REJECTED:
        left = attempt.attempts_max - attempt.attempt
        return say("given up at once, with {left} attempts left", left=left) if left else say("given up at once")
    if attempt.state is DeliveryState.EXHAUSTED:
        return say("exhausted: attempt {attempt} was the last", attempt=attempt.attempt)
    return say("sent again")
