"""`--clock step`: a person presses Enter before each move of time, and sees what is waited for."""

from __future__ import annotations

import asyncio
import io
import os
import sys
from dataclasses import dataclass
from datetime import datetime

from simulator.cli.terminal import Terminal
from simulator.clock import swedish
from simulator.sentence import Sentence, say


class Stopped(KeyboardInterrupt):
    """The person has seen enough."""


@dataclass
class Stepper:
    """The gate of a step clock: Enter goes on, r runs to the end, q ends it."""

    terminal: Terminal
    is_running: bool = False
    # What was typed ahead.
    _typed: str = ""

    async def __call__(self, moment: datetime, what: Sentence) -> None:
        """Say what comes next, and wait for a word."""
        if self.is_running:
            return
        prompt = self.terminal.text(say("next: {when}, {what}  [Enter = go on, r = run to the end, q = quit] ",
                                        when=swedish(moment), what=what))  # fmt: skip
        while True:
            self.terminal.err.print(prompt, end="", markup=False, soft_wrap=True)
            answer = await self._line()
            if not answer:
                self.terminal.err.print()
                self.terminal.error(say("no more input: the run goes on to its end"))
            word = answer.strip().lower()
            if word == "q":
                raise Stopped
            if word in ("", "r"):
                self.is_running = not answer or word == "r"
                return
            self.terminal.error(say("'{word}' is no answer here; press Enter, or write r or q", word=word))

    async def _line(self) -> str:
        """What the person types up to Enter; nothing where no more will come."""
        try:
            number = sys.stdin.fileno()
        except io.UnsupportedOperation:
            # Not the process's own input, and so never waited for.
            return sys.stdin.readline()
        while "\n" not in self._typed and (more := await _read(number)):
            self._typed += more.decode(errors="replace")
        line, end, self._typed = self._typed.partition("\n")
        return line + end


async def _read(number: int) -> bytes:
    """Wait for bytes while the event loop goes on, so that Ctrl-C is obeyed before the next Enter."""
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    try:
        loop.add_reader(number, ready.set)
    except NotImplementedError:
        # Windows, where only sockets can be waited for.
        return await asyncio.to_thread(os.read, number, 4096)
    except PermissionError:
        # A file, which is always ready.
        return os.read(number, 4096)
    try:
        await ready.wait()
        return os.read(number, 4096)
    finally:
        loop.remove_reader(number)
