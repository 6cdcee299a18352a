"""The certificate types and who may do what with them.

A type has the name that the users' forum gave it, the name that it was released under, and the code that the wire
carries; all three are accepted everywhere a type is named (Webcert's code). Who may sign is a policy: the forum's
slides say one thing, Webcert's code another, and both can be played (docs/design.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from simulator.certificate.answers import DIAGNOSIS, EXPECTED_BIRTH, EXTENT
from simulator.certificate.events import Subject
from simulator.certificate.people import Role


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
class CertificateType:
    """One certificate type on one of Webcert's paths, as the catalogue has it (Webcert's code)."""

    name: str
    released_as: str
    wire_code: str
    display_name: str
    version: str
    recipient: str
    questions: tuple[str, ...]
    # Webcert sends some types to the recipient right after signing (Webcert's code, "Auto-send").
    sent_after_signing: bool
    # Roles that have access to the type: who may not sign may still draft.
    access: frozenset[Role]
    path: Path = Path.CS
    # Roles that may work with it when the patient's identity is protected (Webcert's code).
    access_to_protected: frozenset[Role] = frozenset({Role.DOCTOR, Role.DENTIST})
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
    # Questions whose answers a renewal does not take from its parent (Webcert's code).
    not_copied_at_renewal: frozenset[str] = frozenset()
    # Changes of its drafts wait for each other; FK7263 alone tells every one at once (Webcert's code).
    changes_wait: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """All names under which the type is known."""
        return (self.name, self.released_as, self.wire_code)


_ACCESS_2024 = frozenset({Role.DOCTOR, Role.NURSE, Role.MIDWIFE, Role.CARE_ADMIN})
_SIGNERS_2024 = frozenset({Role.DOCTOR, Role.NURSE, Role.MIDWIFE})

FK7443 = CertificateType(
    name="FK7443",
    released_as="FK7472",
    wire_code="ITFP",
    # The code table's text; the model's own name has an "om" in it (Webcert's code).
    display_name="Intyg tillfällig föräldrapenning",
    version="1.0",
    recipient="FKASSA",
    questions=(DIAGNOSIS, EXTENT),
    sent_after_signing=True,
    access=_ACCESS_2024,
    access_to_protected=_SIGNERS_2024,
    can_be_renewed=True,
    can_be_complemented=True,
    can_be_reminded=True,
    not_copied_at_renewal=frozenset({EXTENT}),
)
FK7211 = CertificateType(
    name="FK7211",
    released_as="FK7210",
    wire_code="IGRAV",
    display_name="Intyg om graviditet",
    version="1.0",
    recipient="FKASSA",
    questions=(EXPECTED_BIRTH,),
    sent_after_signing=False,
    access=_ACCESS_2024,
    access_to_protected=_SIGNERS_2024,
)

TYPES: tuple[CertificateType, ...] = (FK7443, FK7211)
TYPES_BY_NAME: dict[str, CertificateType] = {name: kind for kind in TYPES for name in kind.names}


@dataclass(frozen=True)
class Policy:
    """Who may sign what; the rest follows from access to the type."""

    name: str
    signers: dict[str, frozenset[Role]]

    def may_sign(self, certificate_type: CertificateType) -> frozenset[Role]:
        """The roles that may sign, and so also revoke, this type."""
        return self.signers[certificate_type.name]


FORUM_2024 = Policy(
    "forum-2024",
    {
        FK7443.name: frozenset({Role.DOCTOR, Role.NURSE}),
        FK7211.name: frozenset({Role.DOCTOR, Role.NURSE, Role.MIDWIFE}),
    },
)
WEBCERT_7_7 = Policy(
    "webcert-7.7",
    {kind.name: frozenset({Role.DOCTOR, Role.NURSE, Role.MIDWIFE}) for kind in TYPES},
)

POLICIES: dict[str, Policy] = {policy.name: policy for policy in (FORUM_2024, WEBCERT_7_7)}
DEFAULT_POLICY = FORUM_2024
