"""How the questions of a form are made: one function for each kind that several forms have.

An ordinary answer is part of the question, so that a certificate can be complete without anybody's help.
"""

from __future__ import annotations

from simulator.certificate.answers import CodeSystem, FormQuestion, Kind, Part
from simulator.certificate.code_systems import BASIS

# Words of scenarios for questions.
EXPECTED_BIRTH, DIAGNOSIS, EXTENT, SICK_LEAVE_WORD = "expected_birth", "diagnosis", "extent", "sick_leave"

# The longest text that FK7472's question 55.1 takes, and how far back its care may begin (Webcert's code).
DIAGNOSIS_LENGTH_MAX = 318
CARE_DAYS_BACK_MAX = 90
# Most free texts of certificate-service take so much (Webcert's code).
TEXT_LENGTH_MAX = 4000

# Half a pregnancy from the day of the certificate: always within "today to one year ahead" (Webcert's code).
DAYS_TO_EXPECTED_BIRTH = 140
# An ordinary certificate is for two weeks of sick-leave, or a week of care.
SICK_LEAVE_DAYS = 14
CARE_DAYS = 7


def text(
    question: str,
    meaning: str,
    ordinary: str,
    *,
    published: bool = True,
    word: str | None = None,
    length_max: int | None = None,
) -> FormQuestion:
    """A free text."""
    parts = (Part(f"{question}.1", Kind.TEXT, ordinary, length_max=length_max),)
    return FormQuestion(question, meaning, parts, word=word, published=published)


def yes_or_no(question: str, meaning: str, ordinary: bool, *, published: bool = True) -> FormQuestion:
    """Yes or no."""
    return FormQuestion(question, meaning, (Part(f"{question}.1", Kind.YES_OR_NO, ordinary),), published=published)


def code(question: str, meaning: str, ordinary: str, system: CodeSystem, *, numbered: bool = False) -> FormQuestion:
    """A code of a system."""
    return FormQuestion(
        question, meaning, (Part(f"{question}.1", Kind.CODE, ordinary, system),), numbered=numbered
    )  # fmt: skip


def day(question: str, meaning: str, ordinary: int, *, word: str | None = None, published: bool = True) -> FormQuestion:
    """A day, counted from the certificate's own."""
    return FormQuestion(
        question, meaning, (Part(f"{question}.1", Kind.DAY, ordinary),), word=word, published=published
    )  # fmt: skip


def basis(question: str = "1") -> FormQuestion:
    """What the statement is based on, and when; it can be several things."""
    return FormQuestion(
        question,
        "what the statement is based on",
        (Part(f"{question}.1", Kind.CODE, "UNDERSOKNING", BASIS), Part(f"{question}.2", Kind.DAY, 0)),
        numbered=True,
    )


def diagnosis(question: str, ordinary: str, system: CodeSystem, *, numbered: bool = True) -> FormQuestion:
    """A coded diagnosis: .1 is its text and .2 its code; certificate-service numbers them (Webcert's code)."""
    return FormQuestion(
        question,
        "diagnosis",
        (
            Part(f"{question}.2", Kind.CODE, ordinary, system),
            Part(f"{question}.1", Kind.TEXT, system.codes[ordinary]),
        ),
        word=DIAGNOSIS,
        numbered=numbered,
    )


def sick_leave(system: CodeSystem) -> FormQuestion:
    """Question 32: how much the capacity for work is reduced, and when."""
    return FormQuestion(
        "32",
        "how much the capacity for work is reduced, and when",
        (
            Part("32.1", Kind.CODE, "HELT_NEDSATT", system),
            Part("32.2", Kind.PERIOD, (0, SICK_LEAVE_DAYS - 1)),
        ),
        word=SICK_LEAVE_WORD,
        numbered=True,
        copied_at_renewal=False,
    )
