"""Runs the command that pip installed, in a process of its own, as a shell or a pipeline would."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

from tests.cli.conftest import Ran

COMMAND = Path(sys.executable).with_name("webcertsim")


def installed(line: str, folder: Path, **environment: str) -> Ran:
    """Run a command line in a folder, without a terminal."""
    ran = subprocess.run(
        [COMMAND, *shlex.split(line)], cwd=folder, capture_output=True, encoding="utf-8", timeout=60, check=False,
        env={**os.environ, "COLUMNS": "120", **environment},
    )  # fmt: skip
    assert "Traceback" not in ran.stdout + ran.stderr
    return Ran(ran.returncode, ran.stdout, ran.stderr)
