"""Writes what the docs say straight from the program: pictures, tables, the reference of the format, its JSON Schema.

Run it as `python docs/generate.py`; with `--check` nothing is written, and it fails with a diff where something is
stale. A generated part of a page stands between `<!-- generated: NAME -->` and `<!-- end -->`; the rest of the page is
written by hand and left alone. The same program gives the same bytes every time.
"""

from __future__ import annotations

import argparse
import asyncio
import difflib
import re
import sys
from collections.abc import Callable
from pathlib import Path

import event_pages
import format_words
import incidents
import moods
import pictures
import tables

from simulator.certificate.events import EventCode
from simulator.clock import swedish
from simulator.contract.schema import packaged
from simulator.redelivery.schedule import schedule_named
from simulator.report.picture import draw
from simulator.report.summary import summarise
from simulator.report.wording import length_of_time
from simulator.scenario.cast import load_cast
from simulator.scenario.load import load_story
from simulator.scenario.play import PlaySettings, play

DOCS = Path(__file__).parent
PROJECT = DOCS.parent

EVENT_PAGES = DOCS / "reference" / "events"

SECTION = re.compile(r"<!-- generated: ([a-z-]+) -->\n.*?<!-- end -->", re.DOTALL)

SECTIONS: dict[str, Callable[[], str]] = {
    "answers": moods.answers,
    "attempts": tables.attempts,
    "behaviour-presets": moods.behaviour_presets,
    "certificate-capabilities": tables.certificate_capabilities,
    "certificate-dates": tables.certificate_dates,
    "certificate-forms": tables.certificate_forms,
    "certificate-types": tables.certificate_types,
    "command-summaries": tables.command_summaries,
    "commands": tables.commands,
    "conditions": tables.conditions,
    "events": tables.events,
    "exit-codes": tables.exit_codes,
    "incidents": incidents.section,
    "orders": moods.orders,
    "patients": tables.patients,
    "presets": tables.presets,
    "rules": tables.rules,
    "staff": tables.staff,
    "states": tables.states,
    "statuses": moods.statuses,
    "summer-time": tables.summer_time,
    "through-platform": moods.through_platform,
    "tls": moods.tls,
    "trace-facts": tables.trace_facts,
    "transitions": tables.transitions,
    "units": tables.units,
    "vp-errors": moods.vp_errors,
    "who-may-do-what": tables.who_may_do_what,
    "wire": moods.wire,
    "words-of-format": format_words.words_of_format,
    "written": moods.written,
}


def main() -> int:
    """Write everything, or say what is stale."""
    parser = argparse.ArgumentParser(description="Write the generated parts of the docs.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail with a diff where something is stale")
    check: bool = parser.parse_args().check
    stale = False
    for path, wanted in _wanted().items():
        present = path.read_text(encoding="utf-8") if path.exists() else ""
        if present == wanted:
            continue
        stale = True
        name = path.relative_to(PROJECT).as_posix()
        if check:
            lines = difflib.unified_diff(present.splitlines(), wanted.splitlines(), name, f"{name} (new)", lineterm="")
            print(*lines, sep="\n")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted, encoding="utf-8", newline="\n")
            print(f"written: {name}")
    if check and stale:
        print("stale; run: python docs/generate.py", file=sys.stderr)
    return int(check and stale)


def _wanted() -> dict[Path, str]:
    """Every generated file, and every page with a generated part, as it is to be."""
    wanted = {
        DOCS / "images" / "lifecycle.svg": pictures.lifecycle_svg(),
        DOCS / "images" / "nurse-fk7443-outage.svg": _run_picture("nurse-fk7443-outage"),
        **{DOCS / "images" / incidents.FOLDER / name: svg for name, svg in incidents.images().items()},
        DOCS / "reference" / "scenario.schema.json": format_words.scenario_schema(),
        EVENT_PAGES / "README.md": event_pages.index(),
        **{EVENT_PAGES / f"{event}.md": event_pages.page(event) for event in EventCode},
    }
    used: set[str] = set()
    for page in [PROJECT / "README.md", *sorted(DOCS.rglob("*.md"))]:
        text = page.read_text(encoding="utf-8")
        names = SECTION.findall(text)
        if names:
            used.update(names)
            wanted[page] = SECTION.sub(lambda found: _section(found[1]), text)
    assert used == set(SECTIONS), f"no page has the sections {sorted(set(SECTIONS) - used)}"
    return wanted


def _section(name: str) -> str:
    return f"<!-- generated: {name} -->\n\n{SECTIONS[name]()}\n\n<!-- end -->"


def _run_picture(name: str) -> str:
    played = asyncio.run(play(load_story(packaged("scenarios") / f"{name}.scenario.yaml", load_cast()), PlaySettings()))
    header = played.header
    summary = summarise(header, str(played.story.path), played.facts, played.verdicts)
    last = length_of_time(schedule_named(header.schedule).offsets()[-1])
    subtitle = (
        f"From {swedish(header.start)[:16]}, schedule {header.schedule}: {header.attempts_max} attempts, "
        f"the last {last} after the first"
    )
    return pictures.run_svg(draw(summary, str), header.scenario, subtitle)


if __name__ == "__main__":
    sys.exit(main())
