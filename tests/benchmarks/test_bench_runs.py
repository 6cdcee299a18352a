"""The benchmarks run to their end and tell every ratio; how fast anything is belongs to no test."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys

import pytest

from simulator.contract.schema import packaged

# What, ours a second, against what, theirs a second, the ratio with its least and most, what is wanted, whether it is.
ROW = re.compile(r"(\S.*?) +\d+  (\S.*?) +\d+  +\d+\.\d\d \(\d+\.\d\d–\d+\.\d\d\) +\d\.\d\d  (?:OK|BELOW)")


@pytest.fixture(scope="module")
def told() -> str:
    """What a quick run prints."""
    result = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick"],
        cwd=packaged("wsdl").parent,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def compared(told: str, ours: str) -> set[str]:
    """What ours was compared with, row by row."""
    rows = [found.groups() for found in map(ROW.fullmatch, told.splitlines()) if found]
    return {theirs for what, theirs in rows if what == ours}


def test_emission_is_compared(told):
    """Sending is compared with a bare client and with zeep's."""
    assert {"bare aiohttp client", "zeep's client"} == compared(told, "durable emission")


def test_reception_is_compared(told):
    """Receiving is compared with a bare server and with one that parses with zeep."""
    if not shutil.which("wrk"):
        assert "Reception is not measured: wrk is not installed" in told
        pytest.skip("wrk is not installed")
    assert {"bare aiohttp server", "aiohttp and zeep"} == compared(told, "mocked journal system")
