"""What somebody does in Webcert, as a value: the action, to which certificate, by whom, and with what.

Nobody in particular is a doer too: time locks drafts, the recipient asks, a citizen sends. `course` says what follows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from simulator.certificate.answers import Answer
from simulator.certificate.catalogue import CertificateType
from simulator.certificate.certificate import Origin
from simulator.certificate.events import Subject
from simulator.certificate.lifecycle import Action
from simulator.certificate.people import CareUnit, Patient, Staff


@dataclass(frozen=True)
class Draft:
    """What is needed to create a certificate; with `complete`, what is not answered is answered in the ordinary way."""

    type: CertificateType
    unit: CareUnit
    patient: Patient
    care_reference: str | None = None
    answers: tuple[Answer, ...] = ()
    complete: bool = True
    origin: Origin = Origin.WEBCERT


@dataclass(frozen=True)
class Successor:
    """What is needed to make a certificate from another one, its parent; None takes what the parent has.

    `answers` take the place of the parent's to the same questions; with `blank`, nothing of the parent's is taken.
    The reference is never taken from the parent (Webcert's code).
    """

    parent: str
    unit: CareUnit | None = None
    care_reference: str | None = None
    answers: tuple[Answer, ...] = ()
    blank: bool = False


@dataclass(frozen=True)
class AskedAbout:
    """Which question, by its short name; with subject and last day of answer where it is put now."""

    question: str
    subject: Subject | None = None
    answer_due: date | None = None
    id: str | None = None


@dataclass(frozen=True)
class Deed:
    """What is done: `certificate` is the short name of the one it is done to, or of the new one.

    `by` is None where nobody is logged in, or with `by_same` whoever saved the certificate last. `at` is the unit where
    the doer works, the certificate's own unless given. `answers` go with changing, and replace those of the same
    questions; with `complete`, what is then still unanswered is answered in the ordinary way. `patient` and
    `care_reference` go with opening a certificate from the journal system.
    """

    action: Action
    certificate: str
    by: Staff | None = None
    by_same: bool = False
    at: CareUnit | None = None
    draft: Draft | None = None
    successor: Successor | None = None
    asked: AskedAbout | None = None
    answers: tuple[Answer, ...] = ()
    complete: bool = False
    # Another certificate whose answers fill the draft: the template that it is begun from, or a candidate.
    filled_from: str | None = None
    patient: Patient | None = None
    care_reference: str | None = None
