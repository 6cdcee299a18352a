"""The format of a scenario file, version 1: every word that can stand in one.

The JSON Schema for editors is made from these classes. Names of people, units and certificates are only words here;
`load` turns them into the cast's.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from simulator.scenario.behaviour_words import Behaviour
from simulator.scenario.expectations import Expectation
from simulator.scenario.times import Day, Length, LengthOrMoment, Moment
from simulator.scenario.words import ExactlyOne, Words


class JournalSystemWords(Words):
    """A journal system: mocked, or with a url a real one."""

    units: list[str] = Field(min_length=1)
    url: str | None = None
    behaviour: list[Behaviour] = Field(default_factory=list)


# --- what happens ---


class ExtentWords(Words):
    """How much of the ordinary time, between which days."""

    code: Literal["EN_ATTONDEL", "EN_FJARDEDEL", "HALVA", "TRE_FJARDEDELAR", "HELA"] = "HELA"
    from_: Day = Field(alias="from")
    until: Day


class AnswersWords(Words):
    """What the certificate says: each certificate type has its own questions."""

    expected_birth: Day | None = Field(None, description="FK7211: a date")
    diagnosis: str | None = Field(None, description="FK7443: free text")
    extent: list[ExtentWords] | None = Field(None, description="FK7443: how much, and when")


class Create(Words):
    """Create a draft; `answers` are complete unless given or `none`."""

    certificate: str
    type: str
    unit: str
    by: str
    patient: str
    ref: str | None = Field(None, description="the journal system's own reference")
    answers: AnswersWords | Literal["complete", "none"] = "complete"


class Change(Words):
    """Change a draft; without answers it is saved as it is, which Webcert tells all the same."""

    certificate: str
    by: str
    answers: AnswersWords | None = None


class Do(Words):
    """Do something to a certificate."""

    certificate: str
    by: str


class Step(ExactlyOne):
    """One step: somebody does something, or time passes."""

    wait: Length | None = None
    at: LengthOrMoment | None = Field(None, description="wait until this moment, or this long after the start")
    create: Create | None = None
    change: Change | None = None
    mark_ready_to_sign: Do | None = None
    sign: Do | None = None
    send: Do | None = None
    revoke: Do | None = None
    delete: Do | None = None


class Scenario(Words):
    """A scenario file."""

    format: Literal[1]
    name: str = Field(min_length=1)
    description: str | None = None
    start: Moment | None = Field(None, description="Swedish time; 2 September 2024 08:00 unless given")
    until: LengthOrMoment | None = Field(None, description="end the run here, whatever is still waiting")
    seed: int = Field(0, ge=0, lt=2**63)
    schedule: str | None = Field(None, description="a preset or a template")
    policy: str | None = None
    timeout: Length | None = Field(None, description="how long Webcert waits for an answer; 60s unless given")
    journal_systems: dict[str, JournalSystemWords] = Field(min_length=1)
    steps: list[Step] = Field(min_length=1)
    expect: Annotated[list[Expectation], BeforeValidator(lambda value: [] if value is None else value)] = Field(
        default_factory=list
    )
