"""The certificate types and who may do what with them.

A type has the name that the users' forum gave it, the name that it was released under, and the code that the wire
carries; all three are accepted everywhere a type is named (Webcert's code). Who may sign is a policy: the forum's
slides say one thing, Webcert's code another, and both can be played (docs/design.md).
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.certificate.answers import DIAGNOSIS, EXPECTED_BIRTH, EXTENT
from simulator.certificate.people import Role


@dataclass(frozen=True)
class CertificateType:
    """One certificate type, as the catalogue of Webcert has it (Webcert's code)."""

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

    @property
    def names(self) -> tuple[str, ...]:
        """All names under which the type is known."""
        return (self.name, self.released_as, self.wire_code)


_ACCESS_2024 = frozenset({Role.DOCTOR, Role.NURSE, Role.MIDWIFE, Role.CARE_ADMIN})

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
