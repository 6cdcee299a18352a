"""The words of judgement, with where they were asked for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from simulator.sentence import Sentence


class VerdictKind(StrEnum):
    """How a question was answered."""

    PASSED = "passed"
    FAILED = "failed"


@dataclass(frozen=True)
class Verdict:
    """One expectation, or one step, judged: what was asked, what was found, and the file and line that asked."""

    kind: VerdictKind
    asked: Sentence
    found: Sentence
    path: str
    line: int

    @property
    def failed(self) -> bool:
        """Whether this one counts against the run."""
        return self.kind is VerdictKind.FAILED
