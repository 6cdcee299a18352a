"""The words of judgement, with where they were asked for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from simulator.sentence import Sentence, say


class VerdictKind(StrEnum):
    """How a question was answered."""

    PASSED = "passed"
    FAILED = "failed"
    # It does not hold, and the scenario says that this is known.
    FAILED_AS_EXPECTED = "failed-as-expected"


# In a word, for people.
VERDICT_WORDS: dict[VerdictKind, Sentence] = {
    VerdictKind.PASSED: say("OK"),
    VerdictKind.FAILED: say("FAIL"),
    VerdictKind.FAILED_AS_EXPECTED: say("KNOWN"),
}


@dataclass(frozen=True)
class Verdict:
    """One expectation, or one step, judged: what was asked, what was found, and the file and line that asked."""

    kind: VerdictKind
    asked: Sentence
    found: Sentence
    path: str
    line: int

    @property
    def holds(self) -> bool:
        """Whether what was asked is so."""
        return self.kind is VerdictKind.PASSED

    @property
    def is_known_failure(self) -> bool:
        """Whether it does not hold, as its scenario says."""
        return self.kind is VerdictKind.FAILED_AS_EXPECTED

    @property
    def failed(self) -> bool:
        """Whether this one counts against the run."""
        return self.kind is VerdictKind.FAILED
