"""Shows on standard error how far a run has come, when somebody watches and it takes long enough to wonder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from simulator.cli.terminal import Terminal
from simulator.clock import swedish
from simulator.redelivery.delivery import Delivery, DeliveryState
from simulator.sentence import Sentence, say


@dataclass
class RunProgress:
    """Counts what is told to it, and shows it."""

    terminal: Terminal
    progress: Progress | None = None
    attempts: int = 0
    ended: int = 0
    has_said_still: bool = False

    def scenario(self, name: str) -> None:
        """A scenario begins."""
        self._show(name)

    def attempt(self, delivery: Delivery) -> None:
        """An attempt has ended."""
        self.attempts += 1
        self.ended += delivery.state is not DeliveryState.WAITING
        moment = delivery.next_attempt_at
        self._show(
            self.terminal.text(
                say("{attempts} attempts, {ended} status updates done, next {when}",
                    attempts=self.attempts, ended=self.ended, when=swedish(moment) if moment else "–")
            )
        )  # fmt: skip

    def still(self, waits: list[Sentence]) -> None:
        """Nothing has happened for a while: say what is waited for, in a line of its own where nobody watches."""
        text = self.terminal.text(say("the clock stands still; {waits}", waits=tuple(waits[:3])))
        if self.progress is not None:
            self._show(text)
        elif not self.has_said_still:
            self.has_said_still = True
            self.terminal.err.print(text, markup=False, soft_wrap=True)

    def _show(self, text: str) -> None:
        if self.progress is not None:
            self.progress.update(self.progress.task_ids[0], description=text)


@contextmanager
def run_progress(terminal: Terminal, *, quiet: bool = False) -> Iterator[RunProgress]:
    """A line that is there while the run goes on; nothing where nobody watches."""
    if quiet or not terminal.is_watched:
        yield RunProgress(terminal)
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=terminal.err, transient=True) as progress:
        progress.add_task("")
        yield RunProgress(terminal, progress)
