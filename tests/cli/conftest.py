"""Runs commands as a user would, and keeps what they print."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from simulator.cli.main import main


@dataclass(frozen=True)
class Ran:
    """What a command ended with."""

    code: int
    out: str
    err: str


@pytest.fixture
def webcertsim(capsys, monkeypatch, tmp_path) -> Callable[..., Ran]:
    """Run a command in an empty folder, in English."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object, lang: str = "en") -> Ran:
        capsys.readouterr()
        try:
            code = main([*map(str, arguments), "--lang", lang])
        except SystemExit as ended:
            code = int(ended.code or 0)
        captured = capsys.readouterr()
        assert "Traceback" not in captured.out + captured.err
        return Ran(int(code), captured.out, captured.err)

    return run


SCENARIO = """\
format: 1
name: A story
start: 2024-09-02T08:00:00
journal_systems:
  alfa:
    units: [ALMC]
steps:
  - create: {certificate: c1, type: FK7443, unit: ALMC, by: nurse, patient: lilltolvan}
  - wait: 15m
  - sign: {certificate: c1, by: nurse}
expect:
  - delivered: {certificate: c1, event: SIGNAT, attempt: 1}
"""


@pytest.fixture
def scenario(tmp_path) -> Callable[..., Path]:
    """Write a good scenario with one thing exchanged for another."""

    def write(old: str = "", new: str = "", name: str = "story.scenario.yaml") -> Path:
        assert old in SCENARIO
        path = tmp_path / name
        path.write_text(SCENARIO.replace(old, new, 1) if old else SCENARIO, encoding="utf-8")
        return path

    return write
