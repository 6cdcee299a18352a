"""Installing without a network, away from the checkout: from the wheelhouse alone, into an empty environment."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.dist.test_wheel import REPOSITORY, run
from tests.docs.pages import Page

# Making the wheelhouse fetches some thirty wheels, which a slow network delays.
PATIENCE = 400.0
PAGE = Page(REPOSITORY / "docs" / "how-to" / "test-with-pytest.md")


@dataclass(frozen=True)
class Apart:
    """An environment that was filled from a wheelhouse alone, and an empty folder to work in."""

    scripts: Path
    folder: Path

    def __call__(self, name: str, *arguments: object) -> subprocess.CompletedProcess[str]:
        """Run a script of the environment there."""
        return run(self.scripts / name, *arguments, cwd=self.folder)


def without_network(*command: object, cwd: Path) -> None:
    """Run pip as somebody whose settings say nothing, with no index to be reached."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PIP_"))}
    ran = subprocess.run(
        list(map(str, command)), cwd=cwd, env=environment | {"PIP_CONFIG_FILE": os.devnull}, capture_output=True,
        encoding="utf-8", timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.fixture(scope="module")
def wheelhouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheelhouse as `make dist` makes it."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--wheel", "--outdir", folder, REPOSITORY, cwd=folder)
    (wheel,) = folder.glob("*.whl")
    made = folder / "wheelhouse"
    subprocess.run(
        [sys.executable, REPOSITORY / "packaging" / "wheelhouse.py", wheel, made], check=True, timeout=PATIENCE
    )
    return made


@pytest.fixture(scope="module")
def apart(wheelhouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Apart:
    """Install as the docs say."""
    folder = tmp_path_factory.mktemp("apart")
    venv.create(folder / "venv", with_pip=True)
    scripts = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
    without_network(
        scripts / "python", "-m", "pip", "install", "--no-index", "--find-links", wheelhouse,
        "webcert-simulator[pytest]", cwd=folder,
    )  # fmt: skip
    empty = folder / "work"
    empty.mkdir()
    return Apart(scripts, empty)


def test_everything_is_pinned_and_hashed(wheelhouse: Path, apart: Apart):
    """The list beside the wheels names each of them with its hash, and pip takes it for complete."""
    requirements = wheelhouse / "requirements.txt"
    lines = requirements.read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(list(wheelhouse.glob("*.whl")))
    assert all("==" in line and " --hash=sha256:" in line for line in lines)
    without_network(
        apart.scripts / "python", "-m", "pip", "install", "--dry-run", "--ignore-installed", "--require-hashes",
        "--no-index", "--find-links", wheelhouse, "-r", requirements, cwd=apart.folder,
    )  # fmt: skip


def test_the_demo_and_a_run(apart: Apart):
    """What a new user tries first works, and a run is found again."""
    apart("webcertsim", "demo")
    page = next(block for block in PAGE.blocks if block.file == "scenarios/outage.scenario.yaml")
    (apart.folder / "outage.scenario.yaml").write_text(page.text, encoding="utf-8")
    assert "1 scenarios passed" in apart("webcertsim", "run", "outage.scenario.yaml", "--lang", "en").stdout
    assert "SKAPAT" in apart("webcertsim", "show", "last", "5", "--lang", "en").stdout
    assert "$schema" in apart("webcertsim", "schema").stdout


def test_an_example_project(apart: Apart):
    """The project of the docs, with three scenarios and two tests in Python, passes."""
    project = apart.folder / "project"
    for block in PAGE.blocks:
        if block.file is not None and not block.file.startswith("wrong/"):
            path = project / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
    ran = apart("python", "-m", "pytest", "-q", "project")
    assert "6 passed, 1 xfailed" in ran.stdout
