"""Golden traces: what a scenario's run is held to, byte for byte, beside its own expectations.

A golden trace lies beside its scenario, `NAME.golden.jsonl`, or `NAME.CASE.golden.jsonl` for a case. Where there is
none, nothing is asked.
"""

from __future__ import annotations

import re
from itertools import zip_longest
from pathlib import Path

from simulator.scenario.play import Played
from simulator.scenario.story import Story
from simulator.sentence import say
from simulator.verdict import Verdict, VerdictKind


def golden_path(story: Story) -> Path:
    """Where the golden trace of a story lies."""
    stem = story.path.name.removesuffix(".yaml").removesuffix(".scenario")
    case = "" if story.case is None else "." + re.sub(r"[^\w-]+", "-", story.case)
    return story.path.with_name(f"{stem}{case}.golden.jsonl")


def differing(played: Played) -> Verdict | None:
    """A failed verdict at the first line that is not as in the golden trace, or None where there is no difference."""
    path = golden_path(played.story)
    if not path.is_file():
        return None
    golden = path.read_text(encoding="utf-8").splitlines()
    for number, (wanted, found) in enumerate(zip_longest(golden, played.trace), start=1):
        if wanted != found:
            what = say("now it is {found}", found=found) if found else say("now the trace has ended before")
            return Verdict(VerdictKind.FAILED, say("the trace is the golden one"), what, str(path), number)
    return None


def write_golden(played: Played) -> Path | None:
    """Write the golden trace anew; returns where, or None where it was the same already."""
    path = golden_path(played.story)
    document = "".join(f"{line}\n" for line in played.trace).encode()
    if path.is_file() and path.read_bytes() == document:
        return None
    path.write_bytes(document)
    return path
