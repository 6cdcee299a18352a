"""The people and places around a certificate: staff with their roles, care units, care providers and patients.

A role is not chosen: it follows from licences and positions, in the order in which Webcert asks (Webcert's code).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from simulator.certificate.identity import HsaId, PersonId


class Role(StrEnum):
    """What Webcert takes a member of staff to be; the values are the words of scenarios and reports."""

    DOCTOR = "doctor"
    PRIVATE_DOCTOR = "private_doctor"
    NURSE = "nurse"
    MIDWIFE = "midwife"
    DENTIST = "dentist"
    CARE_ADMIN = "care_admin"


# A private doctor may do to every type what a doctor may (Webcert's code, on both paths).
DOCTORS = frozenset({Role.DOCTOR, Role.PRIVATE_DOCTOR})
DOCTORS_AND_DENTISTS = DOCTORS | {Role.DENTIST}
# Those who work with every certificate beside them.
CARE_STAFF = frozenset({Role.NURSE, Role.MIDWIFE, Role.CARE_ADMIN})

# The roles that can be read from a message; nothing in it says that a doctor has a practice of her own.
ROLES_TOLD = tuple(role for role in Role if role is not Role.PRIVATE_DOCTOR)

# Those who sign without a signature: their certificates have no `underskrift` (Webcert's code).
SIGN_WITHOUT_SIGNATURE = frozenset({Role.PRIVATE_DOCTOR})


@dataclass(frozen=True)
class Licence:
    """A legitimerat yrke: its code on the wire and its name."""

    code: str
    name: str


# The code that each licence has on the wire (Webcert's code, HealthCareProfessionalLicence.java).
LICENCES: dict[str, Licence] = {
    licence.code: licence
    for licence in (
        Licence("AP", "Apotekare"),
        Licence("AT", "Arbetsterapeut"),
        Licence("AU", "Audionom"),
        Licence("BA", "Biomedicinsk analytiker"),
        Licence("BM", "Barnmorska"),
        Licence("DT", "Dietist"),
        Licence("FT", "Fysioterapeut"),
        Licence("HK", "Hälso- och sjukvårdskurator"),
        Licence("KP", "Kiropraktor"),
        Licence("LG", "Logoped"),
        Licence("LK", "Läkare"),
        Licence("NA", "Naprapat"),
        Licence("OP", "Optiker"),
        Licence("OT", "Ortopedingenjör"),
        Licence("PS", "Psykolog"),
        Licence("PT", "Psykoterapeut"),
        Licence("RC", "Receptarie"),
        Licence("RS", "Röntgensjuksköterska"),
        Licence("SF", "Sjukhusfysiker"),
        Licence("SG", "Sjukgymnast"),
        Licence("SJ", "Sjuksköterska"),
        Licence("TH", "Tandhygienist"),
        Licence("TL", "Tandläkare"),
    )
}

# Positions that make a doctor of someone without a licence: AT and BT (Webcert's code, rule 2).
DOCTOR_POSITIONS = frozenset({"204010", "203020"})

# Position and group prescription code that together make a doctor (Webcert's code, rule 3).
DOCTOR_POSITIONS_WITH_PRESCRIPTION = frozenset(
    {("203090", "9300005"), ("203090", "9400003"), ("204090", "9100009"), ("204090", "9200007")}
)


@dataclass(frozen=True)
class Position:
    """A befattning: its code in the national table, and its name."""

    code: str
    name: str


@dataclass(frozen=True)
class Staff:
    """A member of staff as HSA knows her; a doctor with a `private_practice` Webcert knows by herself, without HSA."""

    hsa_id: HsaId
    name: str
    licences: tuple[Licence, ...] = ()
    positions: tuple[Position, ...] = ()
    specialities: tuple[str, ...] = ()
    group_prescription_codes: tuple[str, ...] = ()
    private_practice: bool = False

    @property
    def role(self) -> Role:
        """The role that Webcert gives this person."""
        return role_of(self)


def role_of(staff: Staff) -> Role:
    """Say which role follows from licences and positions; the first rule that matches decides.

    Barnmorska is asked before Sjuksköterska, so that a midwife with both licences is a midwife.
    An AT doctor has no licence and is a doctor by position. Only `private_practice` makes a private doctor of a doctor
    with a licence, and no message says it: whoever reads the role from a message takes her for a doctor.
    """
    licences = {licence.code for licence in staff.licences}
    positions = {position.code for position in staff.positions}
    if "LK" in licences:
        return Role.PRIVATE_DOCTOR if staff.private_practice else Role.DOCTOR
    if "TL" in licences:
        return Role.DENTIST
    if positions & DOCTOR_POSITIONS:
        return Role.DOCTOR
    pairs = {(position, code) for position in positions for code in staff.group_prescription_codes}
    if pairs & DOCTOR_POSITIONS_WITH_PRESCRIPTION:
        return Role.DOCTOR
    if "BM" in licences:
        return Role.MIDWIFE
    if "SJ" in licences:
        return Role.NURSE
    return Role.CARE_ADMIN


@dataclass(frozen=True)
class CareProvider:
    """A vårdgivare."""

    hsa_id: HsaId
    name: str


@dataclass(frozen=True)
class CareUnit:
    """A vårdenhet or mottagning that certificates are issued at."""

    hsa_id: HsaId
    name: str
    care_provider: CareProvider
    workplace_code: str
    address: str = ""
    postal_code: str = ""
    city: str = ""
    phone: str = ""
    email: str | None = None


@dataclass(frozen=True)
class Patient:
    """A test person; names and address reach the wire for some types of the legacy path only (Webcert's code).

    `test_indicated` is the population register's own mark on a person who is none.
    """

    person_id: PersonId
    name: str
    protected: bool = False
    deceased: bool = False
    test_indicated: bool = False
    address: str = ""
    postal_code: str = ""
    city: str = ""

    @property
    def first_name(self) -> str:
        """The first of the names."""
        return self.name.split()[0]

    @property
    def middle_name(self) -> str | None:
        """What stands between the first and the last name, if anything."""
        return " ".join(self.name.split()[1:-1]) or None

    @property
    def last_name(self) -> str:
        """The last of the names."""
        return self.name.split()[-1]
