"""The format of a scenario file, version 1: every word that can stand in one.

The JSON Schema for editors is made from these classes. Names of people, units and certificates are only words here;
`load` turns them into the cast's.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from simulator.certificate.catalogue import Path
from simulator.certificate.events import EventCode
from simulator.errors import WrongValue
from simulator.scenario.behaviour_words import Behaviour, Window
from simulator.scenario.expectations import Expectation
from simulator.scenario.platform_words import Through
from simulator.scenario.times import Day, Length, LengthOrMoment, Moment, check_window
from simulator.scenario.words import ExactlyOne, TypeWord, Words
from simulator.sentence import say


class JournalSystemWords(Words):
    """A journal system: mocked, or with a url a real one."""

    units: list[str] = Field(min_length=1)
    not_integrated: list[str] = Field(
        default_factory=list, description="those of its units that are told nothing until it has begun a draft there"
    )
    url: str | None = None
    through: Through | None = Field(
        None, description="what stands in between: `ntjp`, the national platform, with its failures if any"
    )
    behaviour: list[Behaviour] = Field(default_factory=list)


# --- what happens ---


class ExtentWords(Words):
    """How much of the ordinary time, between which days."""

    code: Literal["EN_ATTONDEL", "EN_FJARDEDEL", "HALVA", "TRE_FJARDEDELAR", "HELA"] = "HELA"
    from_: Day = Field(alias="from")
    until: Day


class SickLeaveWords(Words):
    """How much the capacity for work is reduced, between which days: what Rehabstöd goes by."""

    code: str = Field("HELT_NEDSATT", description="HELT_NEDSATT, TRE_FJARDEDEL, HALFTEN or EN_FJARDEDEL")
    from_: Day = Field(alias="from")
    until: Day


class DiagnosisWords(Words):
    """A diagnosis: its code of ICD-10-SE, and its text."""

    code: str | None = Field(None, description="the code, without its full stop: M545")
    text: str | None = Field(None, description="the text; the code's own where it is known")


class DelsvarWords(Words):
    """What a delsvar holds where it is no plain text: a code, a period, or a number with its unit."""

    code: str | None = None
    code_system: str | None = Field(None, description="the code system's id; the ordinary one unless given")
    text: str | None = Field(None, description="the code's text; the ordinary one unless given")
    from_: Day | None = Field(None, alias="from")
    until: Day | None = None
    number: float | None = None
    unit: str | None = None

    @model_validator(mode="after")
    def _is_one_kind(self) -> Self:
        given = {field for field in type(self).model_fields if getattr(self, field) is not None}
        kinds = ({"code"}, {"from_", "until"}, {"number", "unit"})
        allowed = ({"code", "code_system", "text"}, {"from_", "until"}, {"number", "unit"})
        if not any(kind <= given <= most for kind, most in zip(kinds, allowed, strict=True)):
            raise WrongValue(say("a delsvar is {{code}}, {{from, until}} or {{number, unit}}"))
        return self


DelsvarValue = bool | int | float | str | DelsvarWords


class AnswersWords(Words):
    """What the certificate says: each certificate type has its own questions."""

    expected_birth: Day | None = Field(None, description="FK7211: a date")
    diagnosis: str | DiagnosisWords | list[DiagnosisWords] | None = Field(
        None, description="FK7443: free text; other types: diagnoses with their codes, the first one first"
    )
    extent: list[ExtentWords] | None = Field(None, description="FK7443: how much, and when")
    sick_leave: list[SickLeaveWords] | None = Field(
        None, description="FK7804, AG7804 and FK7263: how much the patient is on sick-leave, and when"
    )
    delsvar: dict[str, DelsvarValue | list[DelsvarValue]] | None = Field(
        None, description="any delsvar by its id; a list answers its question several times"
    )


class Create(Words):
    """Create a draft; what `answers` do not say is answered in the ordinary way, unless they are `none`."""

    certificate: str
    type: TypeWord
    path: Path | None = Field(None, description="`cs` or `legacy`, for a type that is on both; today's unless given")
    unit: str
    by: str
    patient: str
    ref: str | None = Field(None, description="the journal system's own reference")
    answers: AnswersWords | Literal["complete", "none"] = "complete"
    from_: Literal["webcert", "journal_system"] = Field(
        "webcert", alias="from", description="where it is begun; a draft from the journal system integrates its unit"
    )
    filled_from: str | None = Field(None, description="another certificate, the template that gives it its answers")


class Change(Words):
    """Change a draft; without answers it is saved as it is, which Webcert tells all the same."""

    certificate: str
    by: str
    answers: AnswersWords | Literal["complete"] | None = None
    filled_from: str | None = Field(None, description="another certificate, a candidate that gives it its answers")


class Do(Words):
    """Do something to a certificate; `at` is the unit where the doer works, the certificate's own unless given."""

    certificate: str
    by: str
    at: str | None = None


class Send(Words):
    """Send a certificate to its recipient; without `by` it is the citizen who does."""

    certificate: str
    by: str | None = None
    at: str | None = None


class Open(Words):
    """Open a certificate from the journal system; the first `ref` stays, and another patient changes a draft."""

    certificate: str
    by: str
    ref: str | None = None
    patient: str | None = Field(None, description="the patient's new person id, as one of the cast's")


class Succeed(Words):
    """Make a new certificate, `certificate`, of another one; what is not given is the other one's."""

    certificate: str
    of: str
    by: str
    at: str | None = None
    unit: str | None = None
    ref: str | None = Field(None, description="never the parent's")
    answers: AnswersWords | Literal["copied", "none"] = "copied"


class ReceiveQuestion(Words):
    """The recipient asks; `question` is the short name that later steps use."""

    certificate: str
    question: str
    subject: Literal["KOMPLT", "KONTKT", "OVRIGT", "AVSTMN"]
    answer_due: Day | None = None


class Remind(Words):
    """The recipient reminds of a question."""

    certificate: str
    question: str
    answer_due: Day | None = None


class ReceiveAnswer(Words):
    """The recipient answers a question of the care unit's."""

    certificate: str
    question: str


class Ask(Words):
    """The care unit asks the recipient."""

    certificate: str
    question: str
    by: str
    subject: Literal["KONTKT", "OVRIGT", "AVSTMN"] = "OVRIGT"


class AboutQuestion(Words):
    """Somebody answers a question, or marks it as handled or not handled."""

    certificate: str
    question: str
    by: str


class OneEvent(Words):
    """One event of a certificate; `occurrence` counts those of its kind, from 1."""

    certificate: str
    event: EventCode
    occurrence: int = Field(1, ge=1)


class ResendWords(Words):
    """Have events told once more by hand; units and care providers need a period, which alone says nothing of whose."""

    event: OneEvent | None = Field(None, description="this one alone, however it ended")
    certificates: list[str] = Field(default_factory=list)
    units: list[str] = Field(default_factory=list)
    care_provider: str | None = None
    states: list[Literal["delivered", "rejected", "exhausted"]] = Field(
        ["rejected", "exhausted"], description="how they ended"
    )
    from_: LengthOrMoment | None = Field(None, alias="from")
    until: LengthOrMoment | None = None
    activate_at: LengthOrMoment | None = Field(None, description="the first attempt; only for units and care providers")

    @model_validator(mode="after")
    def _says_whose(self) -> Self:
        if sum(map(bool, (self.event, self.certificates, self.units, self.care_provider))) != 1:
            raise WrongValue(say("say whose events: one of event, certificates, units and care_provider"))
        return self


class AwaitDraft(Words):
    """Wait for a journal system to begin a draft (CreateDraftCertificate); the story goes on with it as `as`."""

    unit: str
    type: TypeWord
    as_: str = Field(alias="as")
    within: Length = Field(timedelta(minutes=10), description="on the wall")


class Step(ExactlyOne):
    """One step: somebody does something, or time passes."""

    wait: Length | None = None
    at: LengthOrMoment | None = Field(None, description="wait until this moment, or this long after the start")
    create: Create | None = None
    change: Change | None = None
    mark_ready_to_sign: Do | None = None
    sign: Do | None = None
    send: Send | None = None
    revoke: Do | None = None
    delete: Do | None = None
    open: Open | None = None
    replace: Succeed | None = None
    renew: Succeed | None = None
    complement: Succeed | None = None
    copy_: Succeed | None = Field(None, alias="copy")
    receive_question: ReceiveQuestion | None = None
    remind: Remind | None = None
    receive_answer: ReceiveAnswer | None = None
    ask: Ask | None = None
    answer: AboutQuestion | None = None
    handle_received: AboutQuestion | None = None
    unhandle_received: AboutQuestion | None = None
    handle_sent: AboutQuestion | None = None
    unhandle_sent: AboutQuestion | None = None
    resend: ResendWords | None = None
    await_draft: AwaitDraft | None = None


class UnitMappingWords(Words):
    """A unit, or all of a care provider's, goes on as another unit from a moment on."""

    unit: str | None = None
    care_provider: str | None = None
    to: str
    from_: LengthOrMoment = Field(alias="from")
    issued: Window | None = Field(None, description="only certificates issued in this window")

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if (self.unit is None) == (self.care_provider is None):
            raise WrongValue(say("a mapping is of a unit or of a care provider"))
        return self


class DownWindow(Words):
    """From when until when something is down."""

    from_: LengthOrMoment = Field(alias="from")
    until: LengthOrMoment

    @model_validator(mode="after")
    def _opens(self) -> Self:
        check_window(self.from_, self.until)
        return self


class MailInstead(Words):
    """From a moment on, questions about what was issued before go by mail; all units unless some are named."""

    from_: LengthOrMoment = Field(alias="from")
    units: list[str] = Field(default_factory=list)
    care_providers: list[str] = Field(default_factory=list)


Scalar = str | int | float | bool


class Scenario(Words):
    """A scenario file."""

    format: Literal[1]
    include: str | list[str] = Field(
        default_factory=list, description="other files whose words stand before this one's; paths from this file"
    )
    tags: list[str] = Field(default_factory=list, description="what `run --tag` chooses by")
    parameters: dict[str, Scalar] = Field(
        default_factory=dict, description="values for ${NAME}, unless a case gives another"
    )
    cases: list[dict[str, Scalar]] = Field(
        default_factory=list, description="a row for each time it is played: case, its name, and its parameters"
    )
    expect_failure: str | None = Field(
        None, min_length=1, description="why an expectation is known not to hold; when all hold, the scenario fails"
    )
    name: str = Field(min_length=1)
    description: str | None = None
    start: Moment | None = Field(None, description="Swedish time; 2 September 2024 08:00 unless given")
    until: LengthOrMoment | None = Field(None, description="end the run here, whatever is still waiting")
    seed: int = Field(0, ge=0, lt=2**63)
    schedule: str | None = Field(None, description="a preset or a template")
    policy: str | None = None
    as_of: Day | None = Field(None, description="Webcert's manners of that day; today's unless given")
    change_window: Length | None = Field(None, description="how long changes wait for each other; 5m unless given")
    stand_alone_units: list[str] = Field(default_factory=list, description="units without any journal system")
    unit_mappings: list[UnitMappingWords] = Field(default_factory=list)
    mail_instead: list[MailInstead] = Field(default_factory=list)
    signing_service_down: list[DownWindow] = Field(
        default_factory=list, description="when nobody can sign; drafts go on, and a signature is refused"
    )
    timeout: Length | None = Field(None, description="how long Webcert waits for an answer; 60s unless given")
    journal_systems: dict[str, JournalSystemWords] = Field(min_length=1)
    steps: list[Step] = Field(min_length=1)
    expect: Annotated[list[Expectation], BeforeValidator(lambda value: [] if value is None else value)] = Field(
        default_factory=list
    )
