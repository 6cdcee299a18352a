"""The reports that a command writes beside what it prints."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from simulator.cli.terminal import Terminal
from simulator.errors import UsageError
from simulator.report.annotations import render_code_quality, render_commands
from simulator.report.html import render_html
from simulator.report.inboxes import inboxes_of
from simulator.report.json_report import render_json
from simulator.report.junit import render_junit
from simulator.report.summary import Summary, Unplayed, summarise
from simulator.scenario.play import Played
from simulator.sentence import say

# Where GitLab's own examples have it.
CODE_QUALITY = Path("gl-code-quality-report.json")


def summary_of(played: Played) -> Summary:
    """What reports need of a run."""
    systems = [one.name for one in played.story.journal_systems if one.url is None]
    inboxes = inboxes_of(systems, played.calls, played.deliveries, played.certificates)
    summary = summarise(played.header, str(played.story.path), played.facts, played.verdicts, drained=played.drained)
    return replace(summary, inboxes=inboxes)


def write_reports(parsed: argparse.Namespace, results: Sequence[Summary | Unplayed], terminal: Terminal) -> None:
    """Write the reports that were asked for."""
    summaries = [one for one in results if isinstance(one, Summary)]
    renderers: list[tuple[Path | None, Callable[[], str]]] = [
        (parsed.junit, lambda: render_junit(results)),
        (parsed.html, lambda: render_html(summaries, terminal.language)),
        (parsed.json, lambda: render_json(results)),
        (CODE_QUALITY if parsed.annotations == "gitlab" else None, lambda: render_code_quality(results, Path.cwd())),
    ]
    for path, render in renderers:
        if path is not None:
            write_report(path, render())
            terminal.say(say("written: {path}", path=str(path)))
    if parsed.annotations == "github":
        for line in render_commands(results, Path.cwd()):
            terminal.line(line)


def write_report(path: Path, text: str) -> None:
    """Write a report where the user wants it, with the folders on the way."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(
            say("{path} cannot be written: {why}", path=str(path), why=error.strerror or str(error))
        ) from None
