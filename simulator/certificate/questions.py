"""Questions about a certificate (ärenden): who asked, about what, and whether they are answered and handled.

The recipient asks the care unit, and the care unit asks the recipient. A status update counts both kinds; the counts
exclude each other and sum to the total. Reminders and answers are no questions and are not counted (Webcert's code).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from simulator.certificate.events import Subject


class Asker(StrEnum):
    """Who put a question."""

    RECIPIENT = "recipient"
    CARE = "care"


@dataclass(frozen=True)
class Question:
    """One question; `name` is a scenario's short name for it, `id` the message's own id.

    `answered` says that an answer in words has come; a question may be handled without one.
    """

    name: str
    id: str
    asker: Asker
    subject: Subject
    asked_at: datetime
    answer_due: date | None = None
    answered: bool = False
    handled: bool = False

    @property
    def is_complement(self) -> bool:
        """Whether it asks for a complement, which a new certificate can answer."""
        return self.subject is Subject.KOMPLT

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to see to it."""
        return not self.handled


@dataclass(frozen=True)
class QuestionCounts:
    """Questions in one direction; the three kinds exclude each other and sum to the total (Webcert's code)."""

    unanswered: int = 0
    answered: int = 0
    handled: int = 0

    @property
    def total(self) -> int:
        """All questions in this direction."""
        return self.unanswered + self.answered + self.handled


def counts(questions: tuple[Question, ...], asker: Asker) -> QuestionCounts:
    """Count the questions that one side has put."""
    asked = [question for question in questions if question.asker is asker]
    handled = sum(question.handled for question in asked)
    answered = sum(question.answered and not question.handled for question in asked)
    return QuestionCounts(len(asked) - handled - answered, answered, handled)


def open_complements(questions: tuple[Question, ...]) -> tuple[Question, ...]:
    """The requests for a complement that are not handled."""
    return tuple(question for question in questions if question.is_complement and question.is_open)


def questions_with(questions: tuple[Question, ...], *changed: Question) -> tuple[Question, ...]:
    """The questions with these in the place of those of the same name."""
    by_name = {question.name: question for question in changed}
    return tuple(by_name.get(question.name, question) for question in questions)


def all_handled(questions: tuple[Question, ...]) -> tuple[Question, ...]:
    """The questions, each of them handled."""
    return tuple(replace(question, handled=True) for question in questions)
