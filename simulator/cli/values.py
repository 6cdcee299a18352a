"""What the values of flags may be: words, numbers and lengths of time, and what is said of one that cannot be used."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import TypeVar

from simulator.characters import not_in_xml
from simulator.errors import UsageError, WrongValue
from simulator.nearest import nearest
from simulator.sentence import say
from simulator.settings import parse_length

T = TypeVar("T")

# What a store can keep of a seed.
SEED_MAX = 2**63 - 1
PORT_MAX = 65535


def known_word(flag: str, word: str, known: Mapping[str, T]) -> T:
    """What a word of a flag stands for; raises UsageError with the nearest one that is known."""
    if word not in known:
        raise UsageError(say("{flag}: unknown word '{word}'; {hint}", flag=flag, word=word, hint=nearest(word, known)))
    return known[word]


def one_of(flag: str, words: Iterable[str]) -> Callable[[str], str]:
    """The type of a flag that takes one of a few words."""
    known = {str(word): str(word) for word in words}
    return lambda word: known_word(flag, word, known)


def whole_number(flag: str, lowest: int, highest: int | None = None) -> Callable[[str], int]:
    """The type of a flag that takes a whole number, both ends among those that may be."""

    def number(word: str) -> int:
        # Python would take 1_000 and the digits of every script for numbers as well.
        found = int(word) if word.isascii() and word.isdigit() else None
        if found is not None and found >= lowest and (highest is None or found <= highest):
            return found
        if highest is None:
            raise UsageError(say("{flag} is a whole number from {lowest} on, not '{word}'",
                                 flag=flag, lowest=lowest, word=word))  # fmt: skip
        raise UsageError(say("{flag} is a whole number from {lowest} to {highest}, not '{word}'",
                             flag=flag, lowest=lowest, highest=highest, word=word))  # fmt: skip

    return number


def message_text(flag: str) -> Callable[[str], str]:
    """The type of a flag whose text stands in a message."""

    def text(word: str) -> str:
        what = not_in_xml(word)
        if what is not None:
            raise UsageError(say("{flag}: {what}", flag=flag, what=what))
        return word

    return text


def length_flag(flag: str, value: str) -> timedelta:
    """A flag that is a length of time; more than none."""
    try:
        length = parse_length(value)
    except WrongValue as error:
        raise UsageError(say("{flag}: {what}", flag=flag, what=error.sentence)) from None
    if not length:
        raise UsageError(say("{flag} must be longer than no time at all", flag=flag))
    return length
