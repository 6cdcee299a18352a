"""What was measured, and how it is told: for each comparison the median of the rounds' ratios, with least and most."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Comparison:
    """Ours against a baseline: messages a second in each round, and the ratio that is wanted at least."""

    name: str
    baseline_name: str
    ours: list[float]
    baseline: list[float]
    wanted: float

    @property
    def ratios(self) -> list[float]:
        """Ours by the baseline's, round by round: the two of a round ran one after the other."""
        return [ours / baseline for ours, baseline in zip(self.ours, self.baseline, strict=True)]

    @property
    def ratio(self) -> float:
        """The median of the rounds."""
        return median(self.ratios)

    @property
    def is_below(self) -> bool:
        """Whether ours is slower than is wanted."""
        return self.ratio < self.wanted

    def row(self) -> tuple[str, ...]:
        """The comparison as a line of the table."""
        return (
            self.name,
            f"{median(self.ours):.0f}",
            self.baseline_name,
            f"{median(self.baseline):.0f}",
            f"{self.ratio:.2f} ({min(self.ratios):.2f}–{max(self.ratios):.2f})",
            f"{self.wanted:.2f}",
            "BELOW" if self.is_below else "OK",
        )


_HEAD = ("what", "ours/s", "against", "theirs/s", "ratio (least–most)", "wanted", "")
# Words stand to the left, numbers to the right.
_WORDS = {0, 2, 6}


def table(comparisons: Iterable[Comparison]) -> str:
    """All comparisons, one a line, in columns."""
    rows = [_HEAD, *(comparison.row() for comparison in comparisons)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column in _WORDS else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )
