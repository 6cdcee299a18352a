"""The families of errors, by what the reader can do about them.

Every error is made from a sentence with its facts: what is wrong, where it stands, and what would be right.
What a journal system answers is never an error here, however broken it is; that is an outcome.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterator
from pathlib import Path

from simulator.sentence import Sentence, say


class SimulatorError(Exception):
    """Something that the simulator cannot go on with; `sentence` says what, where and what would be right."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    def __str__(self) -> str:
        return str(self.sentence)


class UsageError(SimulatorError):
    """The command line, or the settings, ask for something that cannot be done (exit code 2)."""


class InputError(SimulatorError):
    """A file that a person wrote cannot be used (exit code 3); `path` and `line` say where."""

    def __init__(self, sentence: Sentence, path: Path | str = "", line: int | None = None) -> None:
        super().__init__(sentence)
        self.path = str(path)
        self.line = line

    @property
    def where(self) -> str:
        """File and line as editors and CI systems read them: `path:line`."""
        return f"{self.path}:{self.line}" if self.line else self.path

    def __str__(self) -> str:
        return f"{self.where}: {self.sentence}" if self.where else str(self.sentence)


class WrongValue(ValueError):
    """A value that cannot be what it is to be; a ValueError, so that pydantic says where in a file it stands."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


class IdentityError(SimulatorError):
    """An identity is malformed, or looks like a real person's or a real unit's."""


class ActionRefused(SimulatorError):
    """Webcert would not let this person do this to this certificate now; nothing has changed.

    `rule` is the name of the rule that refused, a fact that a scenario can expect.
    """

    def __init__(self, sentence: Sentence, rule: str) -> None:
        super().__init__(sentence)
        self.rule = rule


class ContractError(SimulatorError):
    """A message of ours breaks the contract: our own fault, found before anything was sent."""


def leaves(error: BaseException) -> Iterator[BaseException]:
    """The errors of a group, and of the groups within it."""
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            yield from leaves(one)
    else:
        yield error


def our_fault(error: BaseException) -> Sentence:
    """What is said of an error that nobody thought of, with the place in the code for a report."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else "?"
    return say("a fault of the simulator, not of yours: {what} ({place}); please report it with what you did",
               what=f"{type(error).__name__}: {' '.join(str(error).split())}", place=place)  # fmt: skip


class ClockStandsStill(SimulatorError):
    """Nobody is awake and nobody sleeps until a moment: time can never move again."""
