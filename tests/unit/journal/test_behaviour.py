"""Which rule decides about a call: the most specific, then the newest, until it is spent."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from simulator.contract.reply import Fault, Result
from simulator.journal.behaviour import Acts, Answer, BehaviourRule, CallFacts, Match, TurnAway, answer_to, turned_away
from simulator.journal.delay import Lognormal, Uniform
from simulator.journal.order import Order
from simulator.journal.recurrence import Recurring
from simulator.journal.rulebook import Rulebook
from simulator.wire.mangling import Wrong

NOW = datetime(2024, 9, 2, 8, 0, tzinfo=UTC)
CALL = CallFacts(
    NOW,
    "SIGNAT",
    "TST-A",
    "c1",
    2,
    "ITFP",
    "nurse",
    frozenset({Order.LATE}),
    frozenset({"ref"}),
    frozenset({"SKAPAT"}),
    key=(7, 2),
)
NIGHT = Recurring("0 9 * * *", timedelta(hours=2))


def rule(word: str, in_turn: bool = False, **match: object) -> BehaviourRule:
    """A rule that answers with this result code."""
    return BehaviourRule(Match(**match), (Answer(Result(word)),), in_turn)  # type: ignore[arg-type]


def answered(rules: list[BehaviourRule], call: CallFacts = CALL) -> str:
    """The result code of the answer."""
    return answer_to(rules, call, Counter())[1].word


def test_without_rules_the_answer_is_ok():
    """A mocked system is well unless told otherwise."""
    assert (None, Answer()) == answer_to([], CALL, Counter())
    assert "OK" == answered([])


@pytest.mark.parametrize(
    ("match", "applies"),
    [
        ({"events": frozenset({"SIGNAT", "SKICKA"})}, True),
        ({"events": frozenset({"SKICKA"})}, False),
        ({"units": frozenset({"TST-A"})}, True),
        ({"units": frozenset({"TST-B"})}, False),
        ({"certificates": frozenset({"c1"})}, True),
        ({"certificates": frozenset({"c2"})}, False),
        ({"attempts": frozenset({1, 2})}, True),
        ({"attempts": frozenset({1})}, False),
        ({"since": NOW}, True),
        ({"since": NOW + timedelta(milliseconds=1)}, False),
        ({"until": NOW + timedelta(milliseconds=1)}, True),
        ({"until": NOW}, False),
        ({"events": frozenset({"SIGNAT"}), "attempts": frozenset({1})}, False),
        ({"types": frozenset({"ITFP"})}, True),
        ({"types": frozenset({"IGRAV"})}, False),
        ({"roles": frozenset({"nurse", "midwife"})}, True),
        ({"roles": frozenset({"doctor"})}, False),
        ({"orders": frozenset({Order.LATE})}, True),
        ({"orders": frozenset({Order.EARLY})}, False),
        ({"missing": frozenset({"ref", "licence"})}, True),
        ({"missing": frozenset({"licence"})}, False),
        ({"not_before": "SKICKA"}, True),
        ({"not_before": "SKAPAT"}, False),
        ({"not_before": "SIGNAT"}, False),
        ({"recurring": NIGHT}, True),
        ({"recurring": Recurring("30 10 * * *", timedelta(hours=23))}, False),
        ({"chance": 1.0}, True),
        ({"chance": 0.0}, False),
        ({"invalid": True}, False),
    ],
)
def test_every_criterion_must_hold(match, applies):
    """A rule applies where all that it asks for holds; a window has its first moment and not its last."""
    assert ("INFO" if applies else "OK") == answered([rule("INFO", **match)])


def test_the_most_specific_rule_wins():
    """Two criteria beat one, wherever they stand."""
    specific = rule("A", events=frozenset({"SIGNAT"}), attempts=frozenset({2}))
    general = rule("B", events=frozenset({"SIGNAT"}))
    assert "A" == answered([specific, general]) == answered([general, specific])


def test_among_equals_the_newest_wins():
    """The rule that was written last decides."""
    assert "B" == answered([rule("A"), rule("B")])


def test_a_list_is_used_up():
    """Each call takes the next effect; after the last the rule is as if it were not there."""
    rules = [rule("Z"), BehaviourRule(Match(), (Answer(Result("A")), TurnAway(), Answer(Result("B"))), in_turn=True)]
    taken: Counter[int] = Counter()
    seen = []
    for _ in range(5):
        turned = turned_away(rules, CALL, taken)
        if turned is None:
            place, answer = answer_to(rules, CALL, taken)
            seen.append(answer.word)
        else:
            place = turned[0]
            seen.append("refused")
        taken[place] += 1
    assert ["A", "refused", "B", "Z", "Z"] == seen


def test_a_rule_is_spent_after_its_times():
    """A rule with `times` decides so many calls, and then the next one takes over."""
    rules = [rule("Z"), BehaviourRule(Match(), (Answer(Result("A")),), times=2)]
    assert ["A", "A", "Z"] == [answer_to(rules, CALL, Counter({1: taken}))[1].word for taken in range(3)]


def test_a_preset_is_narrowed_by_its_line():
    """Both the preset's own criteria and those of the line must hold, and all of them count."""
    narrowed = BehaviourRule(
        Match(frozenset({"SIGNAT"})), (Answer(Result("A")),), within=Match(attempts=frozenset({2}))
    )
    assert 2 == narrowed.specificity
    assert "A" == answered([narrowed, rule("B", events=frozenset({"SIGNAT"}))])
    assert "OK" == answered([replace(narrowed, within=Match(attempts=frozenset({3})))])


def test_a_broken_message_is_met_by_those_rules_alone_that_ask_for_one():
    """What breaks the contract gets VALIDATION_ERROR, whatever the other rules say."""
    broken = replace(CALL, invalid=True)
    assert "A" == answered([rule("B"), rule("A", invalid=True), rule("C")], broken)
    assert "OK" == answered([rule("B")], broken)


@pytest.mark.parametrize(
    ("effect", "stands"),
    [
        (TurnAway(), True),
        (Answer(never=True), True),
        (Answer(delay=timedelta(seconds=90)), True),
        (Answer(wrong=Wrong.CUT), True),
        (Answer(dribble=timedelta(seconds=9)), True),
        (Answer(acts=Acts(2)), True),
        (Answer(acts=Acts(1, timedelta(seconds=1))), False),
        (Answer(Result("OK")), False),
        (Answer(http_status=502), False),
    ],
)
def test_what_is_not_the_systems_own_doing_stands_before_a_real_one(effect, stands):
    """Wire, time and lost answers can stand before a real system; what it answers and how it acts cannot."""
    assert stands is BehaviourRule(Match(), (effect,)).stands_before
    assert not BehaviourRule(Match(orders=frozenset({Order.LATE})), (effect,)).stands_before


@pytest.mark.parametrize(
    ("answer", "moments"),
    [
        (Answer(), 1),
        (Answer(Result("INFO")), 1),
        (Answer(never=True), 1),
        (Answer(wrong=Wrong.RESET), 1),
        (Answer(Result("ERROR", None, "TECHNICAL_ERROR")), 0),
        (Answer(Fault("Server", "no")), 0),
        (Answer(Fault("Server", "no"), acts=Acts()), 1),
        (Answer(acts=Acts(2)), 2),
        (Answer(acts=Acts(0)), 0),
    ],
)
def test_a_system_acts_upon_what_it_does_not_refuse(answer, moments):
    """An error means that nothing was done; a lost answer does not; and a rule can say otherwise."""
    assert (NOW,) * moments == answer.acted(NOW)


def test_chance_follows_from_the_seed_the_rule_and_the_attempt_alone():
    """Other rules, and what was drawn before, change no draw; another seed, attempt or rule does."""
    drawn = BehaviourRule(Match(chance=0.5), (Answer(Result("A")),), written="{}")
    calls = [replace(CALL, key=(delivery, 1)) for delivery in range(400)]
    alone = [answered([drawn], call) for call in calls]
    assert alone == [answered([rule("B", events=frozenset({"SKICKA"})), drawn], call) for call in reversed(calls)][::-1]
    assert 150 < alone.count("A") < 250
    assert alone != [answered([drawn], replace(call, seed=1)) for call in calls]
    assert alone != [answered([replace(drawn, written="{ }")], call) for call in calls]
    assert alone != [answered([drawn], replace(call, key=(call.key[0], 2))) for call in calls]


def test_a_drawn_delay_stays_within_its_bounds():
    """Uniform stays between its two lengths; lognormal has its median in the middle, and its cap."""
    second = timedelta(seconds=1)
    calls = [replace(CALL, key=(delivery, 1)) for delivery in range(1000)]

    def drawn(delay: object) -> list[timedelta]:
        answer = Answer(delay=delay)  # type: ignore[arg-type]
        made = BehaviourRule(Match(), (answer,))
        return [made.delay(answer, call) for call in calls]

    even = drawn(Uniform(second, 5 * second))
    assert second <= min(even) < 1.1 * second
    assert 4.9 * second < max(even) <= 5 * second
    skew = sorted(drawn(Lognormal(20 * second, 0.8, 60 * second)))
    assert 18 * second < skew[500] < 22 * second
    assert 60 * second == skew[-1] == skew[-30]
    assert all(not length % timedelta(milliseconds=1) for length in [*even, *skew])
    assert drawn(second) == [second] * 1000


def test_a_rule_keeps_its_number_while_others_come_and_go():
    """A number is never used again, so what was counted stays true."""
    rulebook = Rulebook([rule("A"), rule("B")], known=4)
    assert rulebook.remove(0)
    assert not rulebook.remove(0)
    assert not rulebook.remove(3)
    assert 4 == rulebook.add(rule("C"))
    assert [1, 4] == [number for number, _ in rulebook.numbered]
    rulebook.clear()
    assert [] == rulebook.numbered
    assert 5 == rulebook.add(rule("D"))
