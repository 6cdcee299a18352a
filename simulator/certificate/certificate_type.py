"""What a certificate type is: its names, its path through Webcert, its form, and what may be done with it.

The rows themselves stand in `cs_types` and `legacy_types`; `catalogue` finds them by name and day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from simulator.certificate.answers import Form
from simulator.certificate.events import Subject
from simulator.certificate.people import DOCTORS_AND_DENTISTS, Role


class Path(StrEnum):
    """Which of Webcert's two code paths carries a type: they differ in what a journal system sees (`manners`)."""

    # The certificate lives in certificate-service, and Webcert passes on what happens to it.
    CS = "cs"
    # The certificate lives in Webcert's own database.
    LEGACY = "legacy"


class PatientDetail(StrEnum):
    """What a message says of the patient beside the person id (Webcert's code); certificate-service says nothing."""

    NOTHING = "nothing"
    NAME_AND_ADDRESS = "name-and-address"
    # As name and address, with kallaAdressuppgifter (DB and DOI).
    WITH_SOURCE = "with-source"
    # Name and address from the population register, unless the identity is protected.
    FROM_REGISTER = "from-register"


@dataclass(frozen=True)
class Recipient:
    """Who a certificate is for: the code that Webcert has, and the name."""

    code: str
    name: str


FKASSA = Recipient("FKASSA", "Försäkringskassan")
TRANSP = Recipient("TRANSP", "Transportstyrelsen")
SKR = Recipient("SKR", "Sveriges Kommuner och Regioner")
SKATTEVERKET = Recipient("SKV", "Skatteverket")
SOCIALSTYRELSEN = Recipient("SOS", "Socialstyrelsen")
ARBETSFORMEDLINGEN = Recipient("AF", "Arbetsförmedlingen")
# Legacy AG1-14 and AG7804 name nobody (Webcert's code): the patient takes them to the employer.
NOBODY = Recipient("", "")


@dataclass(frozen=True)
class CertificateType:
    """One certificate type on one of Webcert's paths, in one version, as the catalogue has it (Webcert's code)."""

    # The users' forum's name where it has one, then the name that it was released under, and Webcert's own.
    name: str
    released_as: str
    module_id: str
    wire_code: str
    display_name: str
    version: str
    recipient: Recipient
    questions: Form
    # Who may sign, unless a policy says otherwise.
    signers: frozenset[Role]
    # Who may draft, change, delete and send, those who sign among them.
    access: frozenset[Role]
    path: Path = Path.CS
    # Who may revoke: those who sign, unless it is said here.
    revokers: frozenset[Role] | None = None
    # Webcert sends some types to the recipient right after signing (Webcert's code, "Auto-send").
    sent_after_signing: bool = False
    # Roles that may work with it when the patient's identity is protected (Webcert's code).
    access_to_protected: frozenset[Role] = DOCTORS_AND_DENTISTS
    # Whether it may be created for somebody who has died.
    for_deceased: bool = False
    # One certificate of the type for each patient and care provider (DB, DOI).
    one_for_each_patient: bool = False
    # Seen and worked with only within the care provider where it was made (users' forum: DB, DOI).
    within_care_provider: bool = False
    # AG1-14 and AG7804 go to the employer by way of the patient, and are never sent.
    can_be_sent: bool = True
    can_be_renewed: bool = False
    # The recipient may ask for a complement (KOMPLT); a signed complement is sent at once.
    can_be_complemented: bool = False
    can_be_reminded: bool = False
    # What else the recipient may ask about.
    recipient_asks_about: frozenset[Subject] = frozenset()
    # Whether the care unit may put questions to the recipient.
    care_may_ask: bool = False
    patient_detail: PatientDetail = PatientDetail.NOTHING
    # Changes of its drafts wait for each other; FK7263 alone tells every one at once (Webcert's code).
    changes_wait: bool = True
    # The first day on which it can be created (certificate-service's active-from); None where it always could.
    active_from: date | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """All names under which the type is known, each once; those of Försäkringskassan also as a number alone."""
        full = (self.name, self.released_as, self.wire_code, self.module_id)
        # The case of letters makes no other name.
        known: dict[str, str] = {}
        for name in (*full, *(name.removeprefix("FK") for name in full)):
            known.setdefault(name.casefold(), name)
        return tuple(known.values())

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells one row of the catalogue from all others: name, path and version."""
        return self.name, str(self.path), self.version


@dataclass(frozen=True)
class AnnouncedType:
    """A type that Inera has announced and that has no code on the wire yet, so that no message can carry it."""

    name: str
    other_names: tuple[str, ...]
    display_name: str
    expected: str

    @property
    def names(self) -> tuple[str, ...]:
        """All names under which it has been spoken of."""
        return (self.name, *self.other_names)
