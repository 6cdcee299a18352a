"""What `make dist` makes works in a virtual environment of its own, away from the checkout.

The wheel is made from the sdist, so both are tried. Its dependencies are borrowed from the environment that runs the
tests, because fetching them again takes longer than all the rest; that they are declared is shown by `make demo`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
# Making the wheel fetches its build system, which a slow network delays.
PATIENCE = 180.0


@dataclass(frozen=True)
class Installed:
    """The wheel in an environment of its own, and an empty folder to work in."""

    scripts: Path
    packages: Path
    folder: Path

    def __call__(self, name: str, *arguments: object) -> subprocess.CompletedProcess[str]:
        """Run a script of the environment there."""
        return run(self.scripts / name, *arguments, cwd=self.folder)


def run(*command: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a command that knows nothing of the checkout, and expect it to go well."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    ran = subprocess.run(
        list(map(str, command)), cwd=cwd, env=environment, capture_output=True, encoding="utf-8", timeout=PATIENCE,
        check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Make sdist and wheel, and install the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--outdir", folder, REPOSITORY, cwd=folder)
    (wheel,) = folder.glob("*.whl")
    root = folder / "venv"
    venv.create(root, with_pip=False)
    variables = {"base": str(root), "platbase": str(root)}
    scripts, packages = (Path(sysconfig.get_path(name, "venv", variables)) for name in ("scripts", "purelib"))
    python = scripts / Path(sys.executable).name
    run(sys.executable, "-m", "pip", "--python", python, "install", "--no-index", "--no-deps", wheel, cwd=folder)
    # What a .pth file adds comes after the environment's own packages, and .pth files found there are not followed:
    # a checkout that is installed as editable is not seen.
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    empty = folder / "empty"
    empty.mkdir()
    return Installed(scripts, packages, empty)


def test_the_program_is_the_wheels_own(installed: Installed):
    """What runs is the wheel's content and not the checkout's."""
    ran = installed("python", "-c", "import simulator; print(simulator.__file__)")
    assert Path(ran.stdout.strip()).is_relative_to(installed.packages)
    assert installed("webcertsim", "--version").stdout.startswith("webcertsim ")


def test_the_demo_is_inside(installed: Installed):
    """The demo finds its scenarios, its cast, the contract and the page's template, and speaks both languages."""
    swedish, english = (installed("webcertsim", "demo", "--lang", lang).stdout for lang in ("sv", "en"))
    assert "försök" in swedish.lower()
    assert "attempt" in english.lower()
    page = installed.folder / "webcertsim-demo" / "timeline.html"
    assert "<svg" in page.read_text(encoding="utf-8")


def test_what_the_demo_has_sent_is_valid(installed: Installed):
    """The contract is inside: each message of the demo validates against it."""
    installed("webcertsim", "demo")
    messages = sorted(installed.folder.glob("webcertsim-demo/*/exchanges/*-request.xml"))
    assert messages
    installed("webcertsim", "validate", *messages)


def test_every_scenario_is_inside(installed: Installed):
    """Each scenario of the checkout is in the wheel, and passes there."""
    scenarios = installed.packages / "simulator" / "scenarios"
    theirs = (REPOSITORY / "scenarios").rglob("*.scenario.yaml")
    names = {path.relative_to(REPOSITORY / "scenarios") for path in theirs}
    assert names == {path.relative_to(scenarios) for path in scenarios.rglob("*.scenario.yaml")}
    ran = installed("webcertsim", "run", scenarios, "--lang", "en")
    assert f"{len(names)} scenarios passed, 0 failed, 0 could not be read" in ran.stdout


def test_types_and_licence_are_inside(installed: Installed):
    """Whoever uses the Python API has its types, and everybody the licence."""
    assert (installed.packages / "simulator" / "py.typed").is_file()
    (licence,) = installed.packages.glob("webcert_simulator-*.dist-info/licenses/LICENSE")
    assert "Apache License" in licence.read_text(encoding="utf-8")
