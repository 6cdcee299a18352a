"""A file with the behaviour of one journal system, for a mocked one that stands alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from simulator.errors import InputError
from simulator.journal.behaviour import BehaviourRule
from simulator.scenario.behaviour import behaviour_rule
from simulator.scenario.behaviour_words import Behaviour
from simulator.scenario.cast import Cast
from simulator.scenario.words import Words
from simulator.scenario.yaml_file import mistakes, nearest, read_yaml
from simulator.sentence import say


class BehaviourFile(Words):
    """A behaviour file: the same lines as under a journal system of a scenario."""

    format: Literal[1]
    behaviour: list[Behaviour]


def load_behaviour(path: Path, cast: Cast) -> Callable[[datetime], tuple[BehaviourRule, ...]]:
    """The file's rules, for a system that starts at a given moment; raises its mistakes as one ExceptionGroup.

    `when: unit:` takes names of the cast; `when: certificate:` takes ids as they stand on the wire.
    """
    file = read_yaml(path)
    try:
        words = BehaviourFile.model_validate(file.content)
    except ValidationError as error:
        raise ExceptionGroup(str(path), mistakes(file, BehaviourFile, error)) from None
    problems: list[InputError] = []
    for place, one in enumerate(words.behaviour):
        units = [one.when.unit] if isinstance(one.when.unit, str) else one.when.unit or []
        for unit in units:
            if unit not in cast.units:
                hint = say(
                    "unknown {what} '{word}'; {hint}", what=say("unit"), word=unit, hint=nearest(unit, cast.units)
                )
                problems.append(file.error(("behaviour", place, "when", "unit"), hint))
    if problems:
        raise ExceptionGroup(str(path), problems)

    def wire_name(kind: str, word: str) -> str:
        return cast.units[word].hsa_id if kind == "unit" else word

    def rules(start: datetime) -> tuple[BehaviourRule, ...]:
        return tuple(
            behaviour_rule(one, start, file.line(("behaviour", place)), wire_name)
            for place, one in enumerate(words.behaviour)
        )

    return rules
