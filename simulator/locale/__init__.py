"""Makes text of sentences, in Swedish or English. The templates are English; `sv.po` has the Swedish ones.

The catalogue is read as it is written (Babel), so there is no compiled file to forget.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po

from simulator.sentence import Sentence, join_words


class Language(StrEnum):
    """The languages that people are spoken to in."""

    SWEDISH = "sv"
    ENGLISH = "en"


# What makes text of sentences in the language of whoever reads it.
Text = Callable[[Sentence], str]

_AND = {Language.SWEDISH: "och", Language.ENGLISH: "and"}


def text_of(sentence: Sentence | str, language: Language) -> str:
    """The sentence in a language; a template that has no translation is said in English."""
    if isinstance(sentence, str):
        return sentence
    template = _templates(language).get(sentence.template, sentence.template)
    return template.format(**{name: _fact(value, language) for name, value in sentence.facts})


def _fact(value: Any, language: Language) -> Any:
    if isinstance(value, Sentence):
        return text_of(value, language)
    if isinstance(value, tuple):
        return join_words([str(_fact(part, language)) for part in value], _AND[language])
    return value


@cache
def _templates(language: Language) -> dict[str, str]:
    if language is Language.ENGLISH:
        return {}
    with (Path(__file__).parent / f"{language}.po").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id and message.string}
