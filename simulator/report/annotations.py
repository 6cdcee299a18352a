"""What does not hold, at its file and line, as GitHub and GitLab show it beside the changed lines of a file.

GitHub reads workflow commands from the log; GitLab reads a Code Quality report. Machine formats, so in English.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from simulator.report.summary import Summary, Unplayed
from simulator.report.wording import one_line

# GitHub shows ten of a kind for each step, and takes the rest for noise; all are printed all the same.


@dataclass(frozen=True)
class Annotation:
    """One thing that does not hold."""

    path: str
    line: int
    title: str
    text: str


def failures_of(results: Sequence[Summary | Unplayed], root: Path) -> Iterator[Annotation]:
    """What does not hold, in the order of the results; paths are seen from `root` where they lie below it."""
    for result in results:
        if isinstance(result, Unplayed):
            for problem in result.problems:
                path = _from_root(problem.path or result.path, root)
                yield Annotation(path, problem.line or 1, "scenario cannot be played", one_line(str(problem.sentence)))
            continue
        for verdict in result.verdicts:
            if verdict.failed:
                text = one_line(f"{verdict.asked}: {verdict.found}")
                title = one_line(result.header.scenario)
                yield Annotation(_from_root(verdict.path, root), verdict.line, title, text)


def render_commands(results: Sequence[Summary | Unplayed], root: Path) -> Iterator[str]:
    """GitHub's workflow commands, one a line."""
    for one in failures_of(results, root):
        properties = f"file={_property(one.path)},line={one.line},title={_property(one.title)}"
        yield f"::error {properties}::{_data(one.text)}"


def render_code_quality(results: Sequence[Summary | Unplayed], root: Path) -> str:
    """GitLab's Code Quality report: the subset of Code Climate's format that it reads."""
    issues = [
        {
            "description": f"{one.title}: {one.text}",
            "check_name": "webcertsim",
            "fingerprint": hashlib.sha256(f"{one.path}\n{one.line}\n{one.text}".encode()).hexdigest(),
            "severity": "major",
            "location": {"path": one.path, "lines": {"begin": one.line}},
        }
        for one in failures_of(results, root)
    ]
    return json.dumps(issues, ensure_ascii=False, indent=1) + "\n"


def _from_root(path: str, root: Path) -> str:
    try:
        return Path(os.path.abspath(path)).relative_to(root).as_posix()
    except ValueError:
        return path


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
