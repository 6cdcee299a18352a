"""The behaviours of one journal system, which can change while it runs.

A rule keeps its number for as long as the system lives, and no other ever gets it: calls are kept with the number of
the rule that decided, and how often a rule has decided is counted from them.
"""

from __future__ import annotations

from collections.abc import Iterable

from simulator.journal.behaviour import Answer, BehaviourRule, Rules


class Rulebook:
    """The rules by their numbers, from 0; `known` is how many numbers earlier calls may have used."""

    def __init__(self, rules: Iterable[BehaviourRule] = (), known: int = 0) -> None:
        self._rules: list[BehaviourRule | None] = list(rules)
        self._rules += [None] * (known - len(self._rules))

    @property
    def rules(self) -> Rules:
        """All rules; the place of one is its number."""
        return self._rules

    @property
    def numbered(self) -> list[tuple[int, BehaviourRule]]:
        """The rules that are there, with their numbers."""
        return [(number, rule) for number, rule in enumerate(self._rules) if rule is not None]

    @property
    def has_answers(self) -> bool:
        """Whether any rule says what becomes of an answer."""
        return any(isinstance(effect, Answer) for _, rule in self.numbered for effect in rule.effects)

    def add(self, rule: BehaviourRule) -> int:
        """Add a rule, the newest now; returns its number."""
        self._rules.append(rule)
        return len(self._rules) - 1

    def remove(self, number: int) -> bool:
        """Take a rule away; False where there is none of that number."""
        if not 0 <= number < len(self._rules) or self._rules[number] is None:
            return False
        self._rules[number] = None
        return True

    def clear(self) -> None:
        """Take all rules away: the system is well again."""
        self._rules = [None] * len(self._rules)
