"""The project's own scenario files, and how tests play them."""

from __future__ import annotations

import asyncio
from pathlib import Path

from simulator.contract.schema import packaged
from simulator.scenario.cast import load_cast
from simulator.scenario.load import FILE_PATTERN, load_story
from simulator.scenario.play import Played, PlaySettings, play

SCENARIOS = packaged("scenarios")
FILES = sorted(SCENARIOS.rglob(FILE_PATTERN))
NAMES = [path.name.removesuffix(".scenario.yaml") for path in FILES]


def play_file(path: Path, seed: int | None = None, **settings: object) -> Played:
    """Play one file to its end."""
    return asyncio.run(play(load_story(path, load_cast(), seed=seed), PlaySettings(**settings)))  # type: ignore[arg-type]


def golden_of(path: Path) -> Path:
    """Where the golden trace of a scenario lies."""
    return path.with_name(path.name.replace(".scenario.yaml", ".golden.jsonl"))
