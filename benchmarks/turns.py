"""Taking turns: senders that are processes of their own, and what each does before it is measured."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any, TypeVar

from simulator.cli.main import GARBAGE_THRESHOLD

T = TypeVar("T")


def clear_the_table() -> None:
    """Let the garbage collector forget what was loaded and left before, so that it costs no side anything.

    And let it look for garbage as seldom as in the program itself, on every side.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_THRESHOLD)


class Sender:
    """A process that measures when it is its turn."""

    def __init__(self) -> None:
        self._process = ProcessPoolExecutor(1, mp_context=get_context("spawn"))

    def __enter__(self) -> Sender:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.shutdown()

    def measure(self, send: Callable[..., T], *values: Any) -> T:
        """What the function finds out there."""
        return self._process.submit(send, *values).result()

    def measure_async(self, send: Callable[..., Coroutine[Any, Any, T]], *values: Any) -> T:
        """The same for a coroutine function, in a loop of its own."""
        return self.measure(_in_a_loop, send, *values)


def _in_a_loop(send: Callable[..., Coroutine[Any, Any, T]], *values: Any) -> T:
    return asyncio.run(send(*values))


async def in_flight(work: Iterable[T], do: Callable[[T], Awaitable[None]], limit: int) -> None:
    """Do all of the work, so many pieces at a time."""
    left = iter(work)

    async def take() -> None:
        for one in left:
            await do(one)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(limit):
            tasks.create_task(take())
