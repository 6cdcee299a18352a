"""A sentence for people, kept apart from the language that it will be said in.

Rules and errors say what is the case as a template and its facts; the template is English and is also the key
of the translation. The edge (`simulator.locale`) makes the text, in Swedish or English. Nothing here translates.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Sentence:
    """A template with named places in braces, and the facts that fill them.

    A fact may itself be a sentence, or a tuple of sentences and strings, which is read as a list ("a, b and c").
    """

    template: str
    facts: tuple[tuple[str, Any], ...] = ()

    def __str__(self) -> str:
        """The sentence in English, for logs, machine formats and Python tracebacks."""
        return self.template.format(**{name: _english(value) for name, value in self.facts})


def say(template: str, /, **facts: Any) -> Sentence:
    """Make a sentence; the template is what translators see, so it must be a literal string."""
    # By name, so that a sentence that comes back from JSON is the same one.
    return Sentence(template, tuple(sorted(facts.items())))


def _english(value: Any) -> Any:
    if isinstance(value, tuple):
        return join_words([str(part) for part in value], "and")
    return value


def join_words(words: list[str], conjunction: str) -> str:
    """Read a list aloud: nothing, "a", "a and b", "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {conjunction} {words[-1]}"
