"""The terminal: where sentences become text, and where it is known whether anybody watches."""

from __future__ import annotations

import os
import sys
from typing import TextIO

from rich.console import Console
from rich.text import Text

from simulator.errors import our_fault
from simulator.locale import Language, text_of
from simulator.sentence import Sentence

# Wide enough for the timeline when nobody's terminal says how wide it is.
WIDTH_WITHOUT_TERMINAL = 120


class _Console(Console):
    """A console that lets it be known that nobody reads any more; rich would end the program with a failure."""

    def on_broken_pipe(self) -> None:
        raise


class Terminal:
    """Output for people: results to standard output, errors and progress to standard error."""

    def __init__(self, language: Language) -> None:
        self.language = language
        # Rich minds NO_COLOR itself; logs of CI systems show what a terminal would read, letter by letter.
        plain = True if os.environ.get("CI") else None
        # Text is text: without emoji=False a mistake in line 100 would stand in "file" and a picture of the number.
        self.out = _Console(highlight=False, emoji=False, width=_width(sys.stdout), no_color=plain)
        self.err = _Console(stderr=True, highlight=False, emoji=False, width=_width(sys.stderr), no_color=plain)

    @property
    def is_watched(self) -> bool:
        """Whether somebody sits there: progress is for them alone."""
        return sys.stderr.isatty() and not os.environ.get("CI")

    def text(self, sentence: Sentence) -> str:
        """The sentence in the user's language."""
        return text_of(sentence, self.language)

    def say(self, sentence: Sentence) -> None:
        """Print a sentence as a line of the result."""
        self.line(_capitalised(self.text(sentence)))

    def line(self, text: str = "") -> None:
        """Print a line as it is: no markup, no wrapping, so that it can be copied and searched."""
        self.out.print(text, markup=False, soft_wrap=True)

    def marked(self, sign: str, style: str, sentence: Sentence) -> None:
        """Print a sentence behind a coloured sign."""
        line = Text(f"{sign} ", style)
        self.out.print(line.append(_capitalised(self.text(sentence)), "default"), soft_wrap=True)

    def error(self, sentence: Sentence, where: str = "") -> None:
        """Print what is wrong, on one line, with its file and line first."""
        prefix = f"{where}: " if where else "webcertsim: "
        self.err.print(prefix + self.text(sentence), markup=False, soft_wrap=True)

    def our_fault(self, error: BaseException) -> None:
        """Own up to a fault of the simulator, on one line."""
        self.error(our_fault(error))


def _width(stream: TextIO) -> int | None:
    return None if stream.isatty() else WIDTH_WITHOUT_TERMINAL


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
