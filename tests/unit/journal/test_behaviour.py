"""Which rule decides about a call: the most specific, then the newest, until it is spent."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from simulator.contract.reply import Result
from simulator.journal.behaviour import Answer, BehaviourRule, CallFacts, Match, Refuse, answer_to, turned_away

NOW = datetime(2024, 9, 2, 8, 0, tzinfo=UTC)
CALL = CallFacts(NOW, "SIGNAT", "TST-A", "c1", 2)


def rule(word: str, in_turn: bool = False, **match: object) -> BehaviourRule:
    """A rule that answers with this result code."""
    return BehaviourRule(Match(**match), (Answer(Result(word)),), in_turn)  # type: ignore[arg-type]


def answered(rules: list[BehaviourRule], call: CallFacts = CALL) -> str:
    """The result code of the answer."""
    return answer_to(rules, call, Counter())[1].word


def test_without_rules_the_answer_is_ok():
    """A mocked system is well unless told otherwise."""
    assert (None, Answer(Result("OK"))) == answer_to([], CALL, Counter())


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
    rules = [rule("Z"), BehaviourRule(Match(), (Answer(Result("A")), Refuse(), Answer(Result("B"))), in_turn=True)]
    taken: Counter[int] = Counter()
    seen = []
    for _ in range(5):
        place = turned_away(rules, CALL, taken)
        if place is None:
            place, answer = answer_to(rules, CALL, taken)
            seen.append(answer.word)
        else:
            seen.append("refused")
        taken[place] += 1
    assert ["A", "refused", "B", "Z", "Z"] == seen


def test_only_what_turns_away_altogether_stands_before_a_real_system():
    """A rule with an answer in it is the system's own doing."""
    assert BehaviourRule(Match(), (Refuse(),)).stands_before
    assert not BehaviourRule(Match(), (Refuse(), Answer()), in_turn=True).stands_before
