"""The terminal: where sentences become text, and where it is known whether anybody watches."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO, cast

from rich.console import Console
from rich.text import Text

from simulator.errors import UsageError, our_fault
from simulator.locale import Language, text_of
from simulator.sentence import Sentence, say

# Wide enough for the timeline when nobody's terminal says how wide it is.
WIDTH_WITHOUT_TERMINAL = 120


class _Stream:
    """A standard stream that outlives its reader: what is printed after that goes nowhere.

    Where standard output cannot be written to for another reason, such as a full disk, it raises UsageError once.
    """

    def __init__(self, stream: TextIO, *, is_result: bool) -> None:
        self._stream = stream
        self._is_result = is_result

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        with self._minding():
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with self._minding():
            self._stream.flush()

    @contextmanager
    def _minding(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            # What is left in the buffer goes there too, instead of failing once more when Python ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())
            # Whoever read us has read enough; what the command ends with is still to be known.
            if self._is_result and not isinstance(error, BrokenPipeError):
                raise UsageError(
                    say("standard output cannot be written to: {why}", why=error.strerror or str(error))
                ) from None


class Terminal:
    """Output for people: results to standard output, errors and progress to standard error."""

    def __init__(self, language: Language) -> None:
        self.language = language
        # Rich minds NO_COLOR itself; logs of CI systems show what a terminal would read, letter by letter.
        plain = True if os.environ.get("CI") else None
        # Text is text: without emoji=False a mistake in line 100 would stand in "file" and a picture of the number.
        out, err = (_Stream(one, is_result=one is sys.stdout) for one in (sys.stdout, sys.stderr))
        self.out = Console(
            file=cast(TextIO, out), highlight=False, emoji=False, width=_width(sys.stdout), no_color=plain
        )
        self.err = Console(
            file=cast(TextIO, err), highlight=False, emoji=False, width=_width(sys.stderr), no_color=plain
        )

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
