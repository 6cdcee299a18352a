"""What can be seen without a Windows: no call that it lacks, and files that are the same there."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

import pytest

import simulator

PACKAGE = Path(simulator.__file__).parent
PROJECT = PACKAGE.parent
# Python's documentation says of these "Availability: Unix".
MODULES = {"fcntl", "grp", "posix", "pty", "pwd", "resource", "syslog", "termios", "tty"}
CALLS = {
    "os": {"chown", "fork", "forkpty", "geteuid", "getegid", "getgid", "getpgid", "getuid", "killpg", "mkfifo",
           "setgid", "setpgid", "setsid", "setuid", "uname", "wait3", "wait4"},
    "signal": {"SIGALRM", "SIGHUP", "SIGKILL", "SIGQUIT", "SIGUSR1", "SIGUSR2", "alarm", "pause", "setitimer"},
    "socket": {"AF_UNIX", "SO_REUSEPORT", "fromfd"},
}  # fmt: skip
# They are there, and raise NotImplementedError, which has to be met.
RAISING = {"add_signal_handler"}


def modules() -> list[Path]:
    """All modules of the package but those of the server."""
    return [path for path in sorted(PACKAGE.rglob("*.py")) if "serve" not in path.parts and path.stem != "serve"]


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_nothing_is_called_that_windows_lacks(path: Path):
    """No module imports or calls what is there on Unix alone, and text is never read or written in a code page."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    meets = {
        name.id
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and node.type is not None
        for name in ast.walk(node.type)
        if isinstance(name, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            assert not {one.name.partition(".")[0] for one in node.names} & MODULES, node.lineno
        elif isinstance(node, ast.ImportFrom):
            assert (node.module or "").partition(".")[0] not in MODULES, node.lineno
        elif isinstance(node, ast.Attribute):
            if isinstance(node.value, ast.Name):
                assert node.attr not in CALLS.get(node.value.id, set()), node.lineno
            assert node.attr not in RAISING or "NotImplementedError" in meets, node.lineno
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("read_text", "write_text"):
            assert "encoding" in {one.arg for one in node.keywords}, node.lineno


def test_golden_traces_have_the_same_line_ends_everywhere():
    """Git leaves them with LF, whatever the system."""
    if not (PROJECT / ".git").exists():
        pytest.skip("no Git: the project is not a clone")
    files = [path.relative_to(PROJECT).as_posix() for path in (PROJECT / "scenarios").glob("*.golden.jsonl")]
    assert files
    ran = subprocess.run(
        ["git", "check-attr", "eol", *files], cwd=PROJECT, capture_output=True, encoding="utf-8", check=True
    )
    assert {"lf"} == {line.rpartition(": ")[2] for line in ran.stdout.splitlines()}


def test_time_zones_come_along():
    """Windows has no time zones of its own, so they are a dependency."""
    assert '"tzdata' in (PROJECT / "pyproject.toml").read_text(encoding="utf-8")
