"""The page that maps Webcert's tests to ours names tests that there are."""

from __future__ import annotations

import ast
import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
PAGE = TESTS.parent / "docs" / "reference" / "conformance.md"
ROWS = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")][2:]


def functions(path: Path) -> set[str]:
    """The test functions of a module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_row_has_a_test_or_a_reason():
    """Each of Webcert's tests is played, or it is said why nobody outside can see it."""
    for row in ROWS:
        ours = row.split("|")[2].strip()
        found = re.fullmatch(r"`([\w/]+\.py)::(\w+)`", ours)
        assert (found and found[2] in functions(TESTS / found[1])) or re.match(r"not seen: \w+", ours), row


def test_every_test_of_this_folder_stands_in_the_table():
    """What is played here is found from the page."""
    text = PAGE.read_text(encoding="utf-8")
    here = {name for path in Path(__file__).parent.glob("test_*.py") if path.name != Path(__file__).name
            for name in functions(path) if name.startswith("test_")}  # fmt: skip
    assert set() == {name for name in here if name not in text}
