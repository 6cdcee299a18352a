"""`--clock step`: a person presses Enter before each move of time, and sees what is waited for."""

from __future__ import annotations

import asyncio
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

    async def __call__(self, moment: datetime, what: Sentence) -> None:
        """Say what comes next, and wait for a word."""
        if self.is_running:
            return
        text = self.terminal.text(say("next: {when}, {what}  [Enter = go on, r = run to the end, q = quit] ",
                                      when=swedish(moment), what=what))  # fmt: skip
        self.terminal.err.print(text, end="", markup=False, soft_wrap=True)
        # The event loop must not stand still while a person thinks.
        answer = await asyncio.to_thread(sys.stdin.readline)
        if not answer:
            self.terminal.err.print()
            self.terminal.error(say("no more input: the run goes on to its end"))
        self.is_running = not answer or answer.strip().lower() == "r"
        if answer.strip().lower() == "q":
            raise Stopped
