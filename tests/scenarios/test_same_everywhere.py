"""The same scenario and seed give the same trace, whatever the process, its environment, or the way of the bytes."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from simulator.trace.jsonl import digest
from tests.scenarios.stories import SCENARIOS, play_file

STORY = SCENARIOS / "several-systems-one-moment.scenario.yaml"

PLAY = """
import sys
from pathlib import Path
from tests.scenarios.stories import play_file
from simulator.settings import Over
from simulator.trace.jsonl import digest
print(digest(play_file(Path(sys.argv[1]), over=Over(sys.argv[2])).trace))
"""


@pytest.mark.parametrize("over", ["memory", "http"])
@pytest.mark.parametrize(
    "environment",
    [
        {"TZ": "UTC", "LC_ALL": "C", "PYTHONHASHSEED": "0"},
        {"TZ": "Pacific/Auckland", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"},
        {"TZ": "America/New_York", "LC_ALL": "POSIX", "PYTHONHASHSEED": "4711"},
    ],
    ids=lambda environment: environment["TZ"],
)
def test_another_process_leaves_the_same_trace(environment, over):
    """Time zone, locale, hash seed and the way of the bytes leave no mark in a trace."""
    result = subprocess.run(
        [sys.executable, "-c", PLAY, str(STORY), over],
        env=os.environ | environment,
        cwd=SCENARIOS.parent,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert digest(play_file(STORY).trace) == result.stdout.strip()


def test_ten_runs_over_http_are_one():
    """Sockets answer in any order; the trace has one."""
    digests = {digest(play_file(STORY, over="http").trace) for _ in range(10)}
    assert len(digests) == 1


def test_another_seed_is_another_run():
    """The certificate ids follow from the seed, so another seed leaves another trace."""
    assert digest(play_file(STORY, seed=1).trace) != digest(play_file(STORY, seed=2).trace)
