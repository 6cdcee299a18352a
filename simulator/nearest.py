"""The nearest known word, for sentences about an unknown one: every such sentence ends in what would be right."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from simulator.sentence import Sentence, say


def nearest(word: str, known: Iterable[str]) -> Sentence:
    """The words that are known, the nearest first of all: the end of a sentence about an unknown one."""
    words = sorted(set(known))
    close = closest(word, words)
    if close:
        return say("did you mean '{nearest}'?", nearest=close[0])
    return say("known are {known}", known=tuple(words))


def closest(word: str, known: Iterable[str]) -> list[str]:
    """The known word that looks most like this one, whatever the case of its letters; none if none does."""
    by_case = {one.lower(): one for one in sorted(known)}
    return [by_case[one] for one in difflib.get_close_matches(word.lower(), by_case, 1, 0.5)]
