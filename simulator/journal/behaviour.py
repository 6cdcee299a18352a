"""How a mocked journal system behaves: rules that match a call, and what they make of it.

A rule matches on what the message says (event, unit, certificate), on the attempt, and on a window of time, and
stops after a number of calls. The most specific rule wins, and among equals the newest, that is the last written.
What no rule matches is answered OK. Nothing here does anything: it says what is to be done.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from simulator.contract.reply import Fault, RawAnswer, Result


@dataclass(frozen=True)
class Match:
    """What a call must be for a rule to apply; an empty set or None matches everything."""

    events: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    certificates: frozenset[str] = frozenset()
    attempts: frozenset[int] = frozenset()
    since: datetime | None = None
    until: datetime | None = None

    @property
    def specificity(self) -> int:
        """How many criteria are given."""
        window = self.since is not None or self.until is not None
        return sum(map(bool, (self.events, self.units, self.certificates, self.attempts, window)))


@dataclass(frozen=True)
class CallFacts:
    """What a rule can go by: `certificate` is the id on the wire, `attempt` counts from 1."""

    now: datetime
    event: str | None = None
    unit: str | None = None
    certificate: str | None = None
    attempt: int | None = None


@dataclass(frozen=True)
class Refuse:
    """The connection is refused; nothing reaches the system."""


@dataclass(frozen=True)
class Answer:
    """The system takes the message and answers: as the contract has it, with a fault, or with any bytes.

    `delay` is how long it takes; with `never` no answer comes at all, and `content` is not sent.
    """

    content: Result | Fault | RawAnswer = field(default_factory=lambda: Result("OK"))
    http_status: int | None = None
    delay: timedelta = timedelta()
    never: bool = False

    @property
    def word(self) -> str:
        """The answer in a word, as listings and traces have it."""
        if self.never:
            return "never"
        if isinstance(self.content, Result):
            return self.content.error_id or self.content.result_code or "no-result-code"
        return "fault" if isinstance(self.content, Fault) else f"http-{self.content.http_status}"


Effect = Refuse | Answer
E = TypeVar("E", Refuse, Answer)


@dataclass(frozen=True)
class BehaviourRule:
    """One line of behaviour: when it applies, and its effects in turn.

    With `in_turn` each call takes the next effect, and the rule is spent after the last one; without, its one effect
    goes on for ever. `line` is where it was written.
    """

    match: Match
    effects: tuple[Effect, ...]
    in_turn: bool = False
    line: int | None = None

    @property
    def stands_before(self) -> bool:
        """Whether the whole rule takes place before the system, so that it can stand before a real one."""
        return all(isinstance(effect, Refuse) for effect in self.effects)

    def effect(self, taken: int) -> Effect | None:
        """What the rule does with the next call, when it has decided so many; None when it is spent."""
        if not self.in_turn:
            return self.effects[0]
        return self.effects[taken] if taken < len(self.effects) else None


def turned_away(rules: Sequence[BehaviourRule], call: CallFacts, taken: Mapping[int, int]) -> int | None:
    """The place of the rule that turns a call away before the system sees it; None where the way is open.

    `taken` says how many calls each rule has decided before.
    """
    chosen = _choose(rules, Refuse, call, taken)
    return None if chosen is None else chosen[0]


def answer_to(
    rules: Sequence[BehaviourRule], call: CallFacts, taken: Mapping[int, int]
) -> tuple[int | None, Answer]:  # fmt: skip
    """The system's own answer to a call, with the place of the rule that gave it; OK where no rule applies."""
    chosen = _choose(rules, Answer, call, taken)
    return (None, Answer()) if chosen is None else chosen


def _choose(
    rules: Sequence[BehaviourRule], kind: type[E], call: CallFacts, taken: Mapping[int, int]
) -> tuple[int, E] | None:
    best: tuple[int, int, E] | None = None
    for place, rule in enumerate(rules):
        effect = rule.effect(taken.get(place, 0))
        if not isinstance(effect, kind) or not _matches(rule.match, call):
            continue
        if best is None or rule.match.specificity >= best[0]:
            best = (rule.match.specificity, place, effect)
    return None if best is None else best[1:]


def _matches(match: Match, call: CallFacts) -> bool:
    return (
        (not match.events or call.event in match.events)
        and (not match.units or call.unit in match.units)
        and (not match.certificates or call.certificate in match.certificates)
        and (not match.attempts or call.attempt in match.attempts)
        and (match.since is None or match.since <= call.now)
        and (match.until is None or call.now < match.until)
    )
