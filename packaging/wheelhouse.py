"""Gathers everything that an installation without a network needs into one folder, pinned and hashed.

    python packaging/wheelhouse.py dist/webcert_simulator-1.0-py3-none-any.whl dist/wheelhouse

The wheels are those of this Python and this platform, in the versions of constraints.txt; `requirements.txt` beside
them names each with its hash.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[1]


def main(wheel: Path, wheelhouse: Path) -> None:
    """Fill the folder anew."""
    shutil.rmtree(wheelhouse, ignore_errors=True)
    wheelhouse.mkdir(parents=True)
    # `pip wheel` rather than `pip download`: what has no wheel of its own is made into one.
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--wheel-dir", wheelhouse,
         "--constraint", PROJECT / "constraints.txt", f"{wheel.resolve()}[pytest]"],
        check=True,
    )  # fmt: skip
    lines = [_pinned(one) for one in sorted(wheelhouse.glob("*.whl"))]
    (wheelhouse / "requirements.txt").write_text("".join(lines), encoding="utf-8", newline="\n")


def _pinned(wheel: Path) -> str:
    name, version = wheel.name.split("-")[:2]
    extra = "[pytest]" if name == "webcert_simulator" else ""
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    return f"{name.replace('_', '-')}{extra}=={version} --hash=sha256:{digest}\n"


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
