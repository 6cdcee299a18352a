"""Measures and tells: `python -m benchmarks` takes a minute or two, `--quick` a few seconds, and means little.

Ends with 0 whatever the ratios are: it is a measurement, and says itself where one is below what is wanted.
"""

from __future__ import annotations

import argparse
import os
import platform
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import emission, reception
from benchmarks.ratios import Comparison, table


@dataclass(frozen=True)
class Size:
    """How much is measured: different messages, rounds, and seconds of wrk in each."""

    messages: int
    rounds: int
    seconds: int


# So many that what happens once, such as getting to know a peer, weighs little.
FULL = Size(messages=3000, rounds=3, seconds=2)
QUICK = Size(messages=200, rounds=1, seconds=1)


def main() -> None:
    """Measure all comparisons in one run, and print them."""
    asking = argparse.ArgumentParser(prog="python -m benchmarks", description="How fast, against peers, in one run.")
    asking.add_argument("--quick", action="store_true", help="a look only: too short to mean much")
    size = QUICK if asking.parse_args().quick else FULL
    print(
        f"{size.messages} different messages, {emission.IN_FLIGHT} in flight, rounds in turns: {size.rounds}; "
        f"Python {platform.python_version()}, {os.cpu_count()} processors",
        flush=True,
    )
    comparisons = _measure(size)
    print(table(comparisons))
    below = [comparison for comparison in comparisons if comparison.is_below]
    if below:
        print(f"{len(below)} of {len(comparisons)} ratios are below what is wanted.")


def _measure(size: Size) -> list[Comparison]:
    with TemporaryDirectory() as folder:
        comparisons = emission.compare(size.messages, size.rounds, Path(folder))
        missing = reception.why_not()
        if missing is None:
            return comparisons + reception.compare(size.messages, size.rounds, size.seconds, Path(folder))
    print(f"Reception is not measured: {missing}.")
    return comparisons


if __name__ == "__main__":
    main()
