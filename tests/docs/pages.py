"""The pages of the docs as a reader meets them: their blocks, examples, links and headings.

The conventions that make an example run are few. A block whose first line is `# file: NAME` is a file, there for all
that comes after it on the page. In a `console` block a line that begins with `$` is a command (`\\` at its end goes on
to the next line); what follows is all of its output, where `…` stands for anything: any lines when it stands alone,
any text within a line. A last line `# exit code N` says what it ends with when that is not 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

PROJECT = Path(__file__).parents[2]
WILD = "…"


@dataclass(frozen=True)
class Block:
    """A fenced block with the line of its first line."""

    language: str
    lines: tuple[str, ...]
    line: int

    @property
    def text(self) -> str:
        """The whole block."""
        return "".join(f"{line}\n" for line in self.lines)

    @property
    def file(self) -> str | None:
        """The name that the block is to be saved under."""
        found = re.fullmatch(r"# file: (\S+)", self.lines[0]) if self.lines else None
        return found[1] if found else None


@dataclass(frozen=True)
class Example:
    """A command of a `console` block with what it is said to print and to end with."""

    command: str
    shown: tuple[str, ...]
    code: int
    line: int


@dataclass(frozen=True)
class Page:
    """One Markdown file."""

    path: Path

    @property
    def name(self) -> str:
        """Its path in the project."""
        return self.path.relative_to(PROJECT).as_posix()

    @cached_property
    def text(self) -> str:
        """What stands in it."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def prose(self) -> str:
        """The page without its blocks."""
        return re.sub(r"^```.*?^```$", "", self.text, flags=re.DOTALL | re.MULTILINE)

    @cached_property
    def blocks(self) -> list[Block]:
        """The fenced blocks, in their order."""
        found: list[Block] = []
        language: str | None = None
        lines: list[str] = []
        for number, line in enumerate(self.text.splitlines(), start=1):
            if not line.startswith("```"):
                lines.append(line)
            elif language is None:
                language, lines = line.removeprefix("```"), []
            else:
                found.append(Block(language, tuple(lines), number - len(lines)))
                language = None
        assert language is None, f"{self.name}: the last block has no end"
        return found

    @cached_property
    def anchors(self) -> set[str]:
        """The anchors that GitHub gives the headings."""
        found: dict[str, int] = {}
        for heading in re.findall(r"^#+ (.+)$", self.prose, re.MULTILINE):
            text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
            anchor = re.sub(r"[^\w\- ]", "", text).replace(" ", "-")
            found[anchor] = found.get(anchor, -1) + 1
        return {
            f"{anchor}-{number}" if number else anchor for anchor, most in found.items() for number in range(most + 1)
        }

    @cached_property
    def links(self) -> list[str]:
        """Every link and picture that leads to a file."""
        found = re.findall(r"\]\(([^)\s]+)\)", self.prose)
        return [link for link in found if not re.match(r"[a-z]+:", link)]


PAGES = [Page(PROJECT / "README.md"), *(Page(path) for path in sorted((PROJECT / "docs").rglob("*.md")))]


def examples_of(block: Block) -> Iterator[Example]:
    """The commands of a `console` block."""
    starts = [place for place, line in enumerate(block.lines) if line.startswith("$ ")]
    assert starts[:1] == [0], f"line {block.line}: a console block begins with a command"
    for start, end in zip(starts, [*starts[1:], len(block.lines)], strict=True):
        lines = list(block.lines[start:end])
        command = lines.pop(0).removeprefix("$ ")
        while command.endswith("\\"):
            command = command.removesuffix("\\") + lines.pop(0).strip()
        code = re.fullmatch(r"# exit code (\d+)", lines[-1]) if lines else None
        shown = tuple(lines[:-1] if code else lines)
        yield Example(command, shown, int(code[1]) if code else 0, block.line + start)


def first_difference(shown: tuple[str, ...], printed: str) -> str | None:
    """What a page shows that was not printed there; None where it is all as it was printed."""
    wanted = [line.rstrip() for line in shown if line.strip()]
    real = [line.rstrip() for line in printed.splitlines() if line.strip()]
    if not wanted:
        return None
    place, free = 0, False
    for number, line in enumerate(wanted):
        if line == WILD:
            free = True
            continue
        segment = _segment(wanted, number) if free else [line]
        # After a wild line the first place counts where all that stands together fits.
        places = range(place, len(real)) if free else [place]
        found = next((one for one in places if _fits(segment, real[one:])), None)
        if found is None:
            return line
        place, free = found + 1, False
    return None if free or place == len(real) else f"nothing more, where it printed: {real[place]}"


def _segment(wanted: list[str], start: int) -> list[str]:
    end = next((place for place in range(start, len(wanted)) if wanted[place] == WILD), len(wanted))
    return wanted[start:end]


def _fits(segment: list[str], real: list[str]) -> bool:
    return len(segment) <= len(real) and all(map(_same, segment, real))


def _same(wanted: str, real: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, wanted.split(WILD))), real) is not None
