"""How a journal system behaves: rules that match a call, and what they make of it.

A rule matches on what the message says, on what the system has taken before, on the attempt, on windows of time and on
chance, and stops after a number of calls. The most specific rule wins, and among equals the newest, that is the last
written. Its effect either turns the call away before the system (`TurnAway`), or is how the system answers (`Answer`).
Nothing here does anything: it says what is to be done.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from simulator.chance import draw
from simulator.contract.reply import Fault, RawAnswer, Result, ResultCode, Silence
from simulator.journal.delay import Delay, is_none, length_of
from simulator.journal.order import Order
from simulator.journal.recurrence import Recurring
from simulator.journal.shape import Shape
from simulator.wire.mangling import Wrong
from simulator.wire.tls_moods import TlsMood


@dataclass(frozen=True)
class Match:
    """What a call must be for a rule to apply; an empty set or None matches everything.

    `missing` are parts that the message must lack, any of them. `not_before` is an event that the system must not yet
    have taken of this certificate. `chance` is a share of the calls, from 0 to 1. `invalid` asks for messages that
    break the contract, which no other rule ever sees.
    """

    events: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    certificates: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    orders: frozenset[Order] = frozenset()
    missing: frozenset[str] = frozenset()
    attempts: frozenset[int] = frozenset()
    not_before: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    recurring: Recurring | None = None
    chance: float | None = None
    invalid: bool = False

    @property
    def specificity(self) -> int:
        """How many criteria are given; chance is none, since it says nothing of the call."""
        window = self.since is not None or self.until is not None or self.recurring is not None
        sets = (self.events, self.units, self.certificates, self.types, self.roles, self.orders, self.missing)
        return sum(map(bool, (*sets, self.attempts, self.not_before, window, self.invalid)))


@dataclass(frozen=True)
class CallFacts:
    """What a rule can go by: `certificate` is the id on the wire, `type` and `event` codes, `attempt` counts from 1.

    `missing` names what the message lacks of what it may have. `taken` are the events that the system has taken of
    this certificate, `later` one that happened after this one, with its moment. `seed` and `key` are what chance
    draws by: the run, and this call of this event.
    """

    now: datetime
    event: str | None = None
    unit: str | None = None
    certificate: str | None = None
    attempt: int | None = None
    type: str | None = None
    role: str | None = None
    orders: frozenset[Order] = frozenset()
    missing: frozenset[str] = frozenset()
    taken: frozenset[str] = frozenset()
    later: tuple[str, str] | None = None
    problem: str | None = None
    invalid: bool = False
    seed: int = 0
    key: tuple[str | int, ...] = ()


@dataclass(frozen=True)
class TurnAway:
    """The call does not reach the system; `silence` is what the sender makes of it.

    With a `tls` mood it is the secure connection that does not come about.
    """

    silence: Silence = Silence.REFUSED
    tls: TlsMood | None = None


@dataclass(frozen=True)
class Acts:
    """What the system does with the message, whatever it answers: it takes it so many times, so long after."""

    times: int = 1
    after: timedelta = timedelta()


@dataclass(frozen=True)
class Answer:
    """The system takes the message and answers: as the contract has it, with a fault, or with any bytes.

    Without `content` the answer is the system's own, and the rest is what happens to it on its way: so it can stand
    before a real system too. `delay` is how long it takes, `dribble` how long its bytes take once the first has come;
    with `never` no answer comes at all. Without `acts` the system acts once upon what it does not answer with an error.
    """

    content: Result | Fault | RawAnswer | None = None
    http_status: int | None = None
    shape: Shape | None = None
    delay: Delay = timedelta()
    never: bool = False
    wrong: Wrong | None = None
    dribble: timedelta | None = None
    acts: Acts | None = None

    @property
    def word(self) -> str:
        """The answer in a word, as listings and traces have it."""
        if self.never:
            return "never"
        if self.wrong is not None:
            return self.wrong.value
        if self.content is None:
            return ResultCode.OK
        if isinstance(self.content, Result):
            return self.content.error_id or self.content.result_code or "no-result-code"
        return "fault" if isinstance(self.content, Fault) else f"http-{self.content.http_status}"

    @property
    def stands_before(self) -> bool:
        """Whether it can happen on the way to and from a real system, which answers and acts as it likes."""
        shaped = self.shape is not None or self.http_status is not None
        sent_on = self.acts is None or (self.acts.times > 0 and not self.acts.after)
        return self.content is None and not shaped and sent_on

    def acted(self, now: datetime) -> tuple[datetime, ...]:
        """The moments at which the system acts upon the message."""
        if self.acts is not None:
            return (now + self.acts.after,) * self.acts.times
        good = (ResultCode.OK, ResultCode.INFO)
        takes = self.content is None or (isinstance(self.content, Result) and self.content.result_code in good)
        return (now,) if takes else ()


Effect = TurnAway | Answer
E = TypeVar("E", TurnAway, Answer)


@dataclass(frozen=True)
class BehaviourRule:
    """One line of behaviour: when it applies, and its effects in turn.

    With `in_turn` each call takes the next effect, and the rule is spent after the last one; without, its one effect
    goes on for ever, or for so many `times`. `within` must match as well. `written` is the line as it was written,
    by which chance knows the rule wherever it stands; `line` is where it was.
    """

    match: Match
    effects: tuple[Effect, ...]
    in_turn: bool = False
    line: int | None = None
    times: int | None = None
    within: Match = field(default_factory=Match)
    written: str = ""

    @property
    def stands_before(self) -> bool:
        """Whether the whole rule takes place before the system, so that it can stand before a real one."""
        asks_the_system = any(
            one.orders or one.not_before is not None or one.invalid for one in (self.match, self.within)
        )
        return not asks_the_system and all(
            isinstance(effect, TurnAway) or effect.stands_before for effect in self.effects
        )

    @property
    def specificity(self) -> int:
        """How many criteria are given."""
        return self.match.specificity + self.within.specificity

    def effect(self, taken: int) -> Effect | None:
        """What the rule does with the next call, when it has decided so many; None when it is spent."""
        if not self.in_turn:
            return self.effects[0] if self.times is None or taken < self.times else None
        return self.effects[taken] if taken < len(self.effects) else None

    def matches(self, call: CallFacts) -> bool:
        """Whether it applies to a call."""
        if call.invalid is not (self.match.invalid or self.within.invalid):
            return False
        return all(_matches(match, call) and self._is_drawn(match, call) for match in (self.match, self.within))

    def _is_drawn(self, match: Match, call: CallFacts) -> bool:
        return match.chance is None or draw(call.seed, "behaviour", self.written, *call.key) < match.chance

    def delay(self, answer: Answer, call: CallFacts) -> timedelta:
        """How long the answer to this call takes."""
        if is_none(answer.delay) or isinstance(answer.delay, timedelta):
            return length_of(answer.delay, 0)
        return length_of(answer.delay, draw(call.seed, "delay", self.written, *call.key))


# The system's own answer, where no rule says anything.
_OWN = Answer()

# The rules of a system by their numbers; None is one that was taken away while it ran.
Rules = Sequence[BehaviourRule | None]


def turned_away(rules: Rules, call: CallFacts, taken: Mapping[int, int]) -> tuple[int, TurnAway] | None:
    """How a call is turned away before the system sees it, with the rule's number; None where the way is open.

    `taken` says how many calls each rule has decided before.
    """
    return _choose(rules, TurnAway, call, taken)


def answer_to(rules: Rules, call: CallFacts, taken: Mapping[int, int]) -> tuple[int | None, Answer]:
    """The system's own answer to a call, with the number of the rule that gave it; OK where no rule applies."""
    chosen = _choose(rules, Answer, call, taken)
    return (None, _OWN) if chosen is None else chosen


def _choose(rules: Rules, kind: type[E], call: CallFacts, taken: Mapping[int, int]) -> tuple[int, E] | None:
    best: tuple[int, int, E] | None = None
    for number, rule in enumerate(rules):
        effect = None if rule is None else rule.effect(taken.get(number, 0))
        if rule is None or not isinstance(effect, kind) or (best is not None and rule.specificity < best[0]):
            continue
        if rule.matches(call):
            best = (rule.specificity, number, effect)
    return None if best is None else best[1:]


def _matches(match: Match, call: CallFacts) -> bool:
    return (
        (not match.events or call.event in match.events)
        and (not match.units or call.unit in match.units)
        and (not match.certificates or call.certificate in match.certificates)
        and (not match.types or call.type in match.types)
        and (not match.roles or call.role in match.roles)
        and (not match.orders or bool(match.orders & call.orders))
        and (not match.missing or bool(match.missing & call.missing))
        and (not match.attempts or call.attempt in match.attempts)
        and (match.not_before is None or match.not_before not in {call.event, *call.taken})
        and (match.since is None or match.since <= call.now)
        and (match.until is None or call.now < match.until)
        and (match.recurring is None or match.recurring.covers(call.now))
    )
