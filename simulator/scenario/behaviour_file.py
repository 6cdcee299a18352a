"""A file with the behaviour of one journal system, for a mocked one that stands alone, and the same by REST."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from simulator.errors import InputError
from simulator.journal.behaviour import BehaviourRule
from simulator.scenario.behaviour import Names, behaviour_rules, unknown_words
from simulator.scenario.behaviour_words import Behaviour
from simulator.scenario.cast import Cast
from simulator.scenario.mistakes import mistakes
from simulator.scenario.words import Words
from simulator.scenario.yaml_file import YamlFile, read_yaml, read_yaml_text
from simulator.sentence import Sentence, say

# From the start of the system to its rules.
RulesFrom = Callable[[datetime], tuple[BehaviourRule, ...]]


class BehaviourFile(Words):
    """A behaviour file: the same lines as under a journal system of a scenario."""

    format: Literal[1]
    behaviour: list[Behaviour]


def load_behaviour(path: Path, cast: Cast) -> RulesFrom:
    """The file's rules, for a system that starts at a given moment; raises its mistakes as one ExceptionGroup.

    `when: unit:` takes the cast's names and HSA-ids; `when: certificate:` takes ids as they stand on the wire.
    """
    return _rules(read_yaml(path), BehaviourFile, cast, None)


def behaviour_language(
    cast: Cast, certificates: Mapping[str, str] | None = None
) -> Callable[[bytes], RulesFrom]:  # fmt: skip
    """What reads lines of behaviour that come while a system runs: one line, or `behaviour:` with several.

    `certificates` are the short names of a scenario, with their ids on the wire; None for a system that stands alone.
    """

    def read(text: bytes) -> RulesFrom:
        file = read_yaml_text(text, Path("behaviour"))
        is_several = isinstance(file.content, Mapping) and "behaviour" in file.content
        return _rules(file, _Several if is_several else Behaviour, cast, certificates)

    return read


# These keep a connection from coming about, and whoever listens alone on one port has only connections that did.
_BEFORE_THE_CONNECTION = ("unreachable", "name-not-found", "connect-timeout")


def _impossible_alone(words: Behaviour) -> Iterator[tuple[str, Sentence]]:
    """What a system that stands alone cannot do: which key, and what would do instead."""
    if words.wire in _BEFORE_THE_CONNECTION:
        yield (
            "wire",
            say("a system that stands alone cannot do '{word}', since the sender has reached it by then; write "
                "'reset-before-request', or point the sender at an address where nobody is", word=words.wire),
        )  # fmt: skip
    if words.tls is not None:
        yield (
            "tls",
            say("a system that stands alone has one TLS for all calls; start it with --tls {mood}, or write 'wire: "
                "reset-before-request'", mood=words.tls),
        )  # fmt: skip


class _Several(Words):
    format: Literal[1] = 1
    behaviour: list[Behaviour]


def _rules(file: YamlFile, model: type[Words], cast: Cast, certificates: Mapping[str, str] | None) -> RulesFrom:
    try:
        words: Any = model.model_validate(file.content)
    except ValidationError as error:
        raise ExceptionGroup(str(file.path), mistakes(file, model, error)) from None
    lines: list[Behaviour] = [words] if isinstance(words, Behaviour) else words.behaviour
    names: Names = {
        "unit": {name: str(unit.hsa_id) for name, unit in cast.units.items()},
        "certificate": certificates,
    }
    places: list[tuple[str | int, ...]] = (
        [()] if isinstance(words, Behaviour) else [("behaviour", place) for place in range(len(lines))]
    )
    problems: list[InputError] = [
        file.error((*place, "when", key), sentence)
        for place, one in zip(places, lines, strict=True)
        for key, sentence in unknown_words(one.when, names)
    ]
    if certificates is None:
        problems += [
            file.error((*place, key), sentence)
            for place, one in zip(places, lines, strict=True)
            for key, sentence in _impossible_alone(one)
        ]
    if problems:
        raise ExceptionGroup(str(file.path), problems)

    def rules(start: datetime) -> tuple[BehaviourRule, ...]:
        return tuple(
            rule
            for place, one in zip(places, lines, strict=True)
            for rule in behaviour_rules(one, start, file.line(place), names)
        )

    return rules
