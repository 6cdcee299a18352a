"""The words of `expect:` in a scenario file: what can be asked of a run. `expect` answers them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from simulator.certificate.certificate import CertificateState
from simulator.certificate.events import EventCode
from simulator.certificate.lifecycle import Action
from simulator.ntjp.vp_codes import VpCode
from simulator.redelivery.outcome import OutcomeKind
from simulator.scenario.times import Day, Length, Moment
from simulator.scenario.words import ExactlyOne, RoleTold, TypeWord, Words

_COUNTS = r"^\d+/\d+/\d+/\d+$"


class OfUpdate(Words):
    """Which status update is meant; `occurrence` counts those with the same event, from 1."""

    certificate: str
    event: EventCode
    occurrence: int = Field(1, ge=1)


class Delivered(OfUpdate):
    """It arrived."""

    attempt: int | None = Field(None, ge=1)
    at: Moment | None = Field(None, description="when the answer came")
    rule: str | None = None
    to: str | None = Field(None, description="the journal system")


class Rejected(OfUpdate):
    """Webcert gave up at once."""

    attempt: int | None = Field(None, ge=1)
    at: Moment | None = None
    rule: str | None = None


class Exhausted(OfUpdate):
    """The last attempt of the schedule was spent."""

    attempt: int | None = Field(None, ge=1)
    at: Moment | None = None
    after: Length | None = Field(None, description="from the first attempt to the last")


class Waiting(OfUpdate):
    """It is still waiting when the run ends."""

    attempts_made: int | None = None
    next_attempt: Moment | None = None


class Silenced(OfUpdate):
    """A change was not told, since another message stands for it."""

    rule: str | None = Field(None, description="newer-change or signed")


class Told(Words):
    """All that the journal systems were told of a certificate, in the order of the events; silenced changes not."""

    certificate: str
    events: list[EventCode]


class InOrder(Words):
    """These were told one after another, whatever came between: `c2 SIGNAT`, `c1 HANFRFM`, …."""

    events: list[Annotated[str, Field(pattern=r"^\S+ [A-Z]+$")]] = Field(min_length=2)


class Mailed(Words):
    """The unit was told by mail."""

    certificate: str
    event: EventCode
    times: int = Field(1, ge=0)


class Counts(OfUpdate):
    """The question counts that the message carries: total/unanswered/answered/handled."""

    sent: Annotated[str, Field(pattern=_COUNTS)] | None = Field(None, description="the care unit's questions")
    received: Annotated[str, Field(pattern=_COUNTS)] | None = Field(None, description="the recipient's questions")
    attempt: int | None = Field(None, ge=1, description="as it was sent at this attempt")


class Rehabstod(Words):
    """What Rehabstöd shows of a patient when the run ends: on which certificates, and which days of sick-leave."""

    patient: str
    certificates: list[str] | None = None
    days: int | None = Field(None, ge=0, description="how many days are covered")
    first: Day | None = None
    last: Day | None = None


class RelationWords(Words):
    """What the certificate was made from."""

    code: str
    to: str = Field(description="a certificate")
    root: str | None = Field(None, description="a unit")


class AttemptWords(OfUpdate):
    """One attempt went like this."""

    number: int = Field(ge=1)
    at: Moment | None = Field(None, description="when it was sent")
    answer: str | None = None
    outcome: OutcomeKind | None = None
    rule: str | None = None
    vp: VpCode | None = Field(None, description="the platform's own error")
    platform_sends: Literal[1, 2] | None = Field(
        None, description="how often the platform sent it to the journal system"
    )


class NotEmitted(Words):
    """This event was never told."""

    certificate: str
    event: EventCode


class Refused(Words):
    """Webcert did not let somebody do something; a refusal that nobody expects fails the run."""

    action: Action
    certificate: str | None = None
    by: str | None = None
    rule: str | None = None


class StateWords(Words):
    """Where the certificate stands when the run ends."""

    certificate: str
    is_: CertificateState = Field(alias="is")


class Issuer(OfUpdate):
    """Who issued it, as the message says (skapadAv)."""

    staff: str | None = None
    role: RoleTold | None = None
    licence: str | list[str] | None = Field(None, description="the codes of legitimeratYrke; [] means none")
    position: str | list[str] | None = Field(None, description="the codes of befattning; [] means none")


class MessageWords(OfUpdate):
    """What the message says, as it stands on the wire."""

    type: TypeWord | None = None
    version: str | None = None
    unit: str | None = None
    occurred_at: str | None = Field(None, description="the text of tidpunkt")
    signed_at: str | None = Field(None, description="the text of signeringstidpunkt; '' means absent")
    sent_at: str | None = Field(None, description="the text of skickatTidpunkt; '' means absent")
    handled_by: str | None = Field(None, description="a member of staff, or nobody")
    ref: str | None = Field(None, description="'' means absent")
    subject: str | None = Field(None, description="the code of amne; '' means absent")
    answer_due: str | None = Field(None, description="the text of sistaDatumForSvar; '' means absent")
    relation: RelationWords | Literal["none"] | None = None
    patient: str | None = Field(None, description="the person id, as one of the cast's patients")
    patient_name: str | None = Field(None, description="first, middle and last name; '' means all empty")
    address: str | None = Field(None, description="postal address; '' means empty")
    logical_address: str | None = Field(None, description="the unit that it is addressed to")
    signature: bool | None = Field(None, description="whether there is a signature")
    attempt: int | None = Field(None, ge=1, description="as it was sent at this attempt")
    answers: dict[str, str] | None = Field(None, description="delsvar by id, as text; '' means not answered")


class Received(Words):
    """How many calls the journal system has met that match."""

    system: str
    times: int = Field(ge=0)
    certificate: str | None = None
    event: EventCode | None = None
    reached: bool | None = Field(
        None, description="false: those that were turned away before it; otherwise those that were not"
    )


class Inbox(OfUpdate):
    """How a status update came to stand in the inbox of a mocked journal system, as its user sees it."""

    system: str
    times: int | None = Field(None, ge=0, description="how often the system acted upon it; 0 is never")
    late: bool | None = Field(None, description="whether it came later than at the first attempt")
    out_of_order: bool | None = Field(None, description="whether a later event of the certificate had come before it")


class Believes(Words):
    """Which state a mocked journal system believes a certificate to be in, when the run ends."""

    system: str
    certificate: str
    state: CertificateState | None = Field(None, description="for a system that goes by tidpunkt, as it should")
    state_by_arrival: CertificateState | None = Field(
        None, description="for a system that takes the last event to arrive for the last one to happen"
    )
    like_webcert: bool | None = Field(None, description="whether it is the state that Webcert has it in")


class AnsweredLate(OfUpdate):
    """The journal system answered an attempt that Webcert had already given up."""

    attempt: int = Field(ge=1)
    at: Moment | None = None


class Expectation(ExactlyOne):
    """One thing that must hold when the run has ended."""

    delivered: Delivered | None = None
    rejected: Rejected | None = None
    exhausted: Exhausted | None = None
    waiting: Waiting | None = None
    silenced: Silenced | None = None
    told: Told | None = None
    in_order: InOrder | None = None
    mailed: Mailed | None = None
    counts: Counts | None = None
    rehabstod: Rehabstod | None = None
    attempt: AttemptWords | None = None
    not_emitted: NotEmitted | None = None
    refused: Refused | None = None
    state: StateWords | None = None
    issuer: Issuer | None = None
    message: MessageWords | None = None
    received: Received | None = None
    answered_too_late: AnsweredLate | None = None
    inbox: Inbox | None = None
    believes: Believes | None = None
