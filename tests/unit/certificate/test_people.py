"""A role follows from licences, positions and group prescription codes, in the order in which Webcert asks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simulator.certificate.identity import HsaId
from simulator.certificate.people import LICENCES, ROLES_TOLD, Position, Role, Staff, role_of

# Webcert's code, row by row; the first rule that matches decides.
ROLES = [
    # Rule 1: licences that decide at once.
    ("licence Läkare", ["LK"], [], [], Role.DOCTOR),
    ("licence Tandläkare", ["TL"], [], [], Role.DENTIST),
    ("Läkare is asked before Tandläkare", ["TL", "LK"], [], [], Role.DOCTOR),
    ("a doctor who is a nurse is a doctor", ["SJ", "LK"], [], [], Role.DOCTOR),
    ("a doctor who is a midwife is a doctor", ["BM", "LK"], [], [], Role.DOCTOR),
    ("a dentist with an AT position is a dentist", ["TL"], ["204010"], [], Role.DENTIST),
    ("a dentist in a student's position is a dentist", ["TL"], ["204090"], ["9200007"], Role.DENTIST),
    # Rule 2: positions that need no licence.
    ("AT", [], ["204010"], [], Role.DOCTOR),
    ("BT", [], ["203020"], [], Role.DOCTOR),
    ("AT beside another position", [], ["601010", "204010"], [], Role.DOCTOR),
    ("a nurse in an AT position is a doctor", ["SJ"], ["204010"], [], Role.DOCTOR),
    ("a midwife in a BT position is a doctor", ["BM"], ["203020"], [], Role.DOCTOR),
    # Rule 3: position and group prescription code together.
    ("within the EU", [], ["203090"], ["9300005"], Role.DOCTOR),
    ("outside the EU", [], ["203090"], ["9400003"], Role.DOCTOR),
    ("stand-in", [], ["204090"], ["9100009"], Role.DOCTOR),
    ("student", [], ["204090"], ["9200007"], Role.DOCTOR),
    ("one right pair among others", [], ["601010", "204090"], ["0000000", "9100009"], Role.DOCTOR),
    ("a nurse with a student's pair is a doctor", ["SJ"], ["204090"], ["9200007"], Role.DOCTOR),
    ("the position without the code", [], ["203090"], [], Role.CARE_ADMIN),
    ("the code without the position", [], [], ["9300005"], Role.CARE_ADMIN),
    ("the other position's code", [], ["203090"], ["9100009"], Role.CARE_ADMIN),
    ("the other position's code, turned round", [], ["204090"], ["9300005"], Role.CARE_ADMIN),
    ("a nurse with half a pair is a nurse", ["SJ"], ["203090"], [], Role.NURSE),
    # Rules 4 and 5: midwives are asked for before nurses.
    ("licence Barnmorska", ["BM"], [], [], Role.MIDWIFE),
    ("both licences, as midwives have", ["SJ", "BM"], [], [], Role.MIDWIFE),
    ("both licences, in the other order", ["BM", "SJ"], [], [], Role.MIDWIFE),
    ("licence Sjuksköterska", ["SJ"], [], [], Role.NURSE),
    # Rule 6: everybody else.
    ("nothing at all", [], [], [], Role.CARE_ADMIN),
    ("a licence that makes no role", ["PS"], [], [], Role.CARE_ADMIN),
    ("röntgensjuksköterska is no sjuksköterska", ["RS"], [], [], Role.CARE_ADMIN),
    ("a cook", [], ["601010"], [], Role.CARE_ADMIN),
]


def staff(licences: list[str], positions: list[str], codes: list[str]) -> Staff:
    """A member of staff with these licences, positions and group prescription codes."""
    return Staff(
        HsaId("TSTNMT2321000156-TEST"),
        "Test Person",
        licences=tuple(LICENCES[code] for code in licences),
        positions=tuple(Position(code, code) for code in positions),
        group_prescription_codes=tuple(codes),
    )


@pytest.mark.parametrize(
    ("licences", "positions", "codes", "role"), [row[1:] for row in ROLES], ids=[row[0] for row in ROLES]
)
def test_role(licences, positions, codes, role):
    """Each row of the rule gives its role."""
    assert role is role_of(staff(licences, positions, codes))
    assert role is staff(licences, positions, codes).role


def test_an_at_doctor_is_a_doctor_without_a_licence():
    """Messages from an AT doctor thus carry a position and no legitimeratYrke, the trap of Webcert's code"""
    at_doctor = staff([], ["204010"], [])
    assert () == at_doctor.licences
    assert Role.DOCTOR is at_doctor.role


@pytest.mark.parametrize(
    ("licences", "positions", "codes", "role"), [row[1:] for row in ROLES], ids=[row[0] for row in ROLES]
)
def test_a_private_practice_makes_a_private_doctor_of_a_licensed_doctor(licences, positions, codes, role):
    """Of all rows those with a doctor's licence have another role then, which is no role that a message tells."""
    found = replace(staff(licences, positions, codes), private_practice=True).role
    assert (Role.PRIVATE_DOCTOR if "LK" in licences else role) is found
    assert role in ROLES_TOLD
    assert Role.PRIVATE_DOCTOR not in ROLES_TOLD


@pytest.mark.parametrize("code", sorted(set(LICENCES) - {"LK", "TL", "BM", "SJ"}))
def test_no_other_licence_makes_a_role(code):
    """Four licences decide, and all the others leave a care administrator."""
    assert Role.CARE_ADMIN is staff([code], [], []).role


# Webcert's code, the licences with the code that each has on the wire.
WIRE_CODES = {
    "Apotekare": "AP",
    "Arbetsterapeut": "AT",
    "Audionom": "AU",
    "Barnmorska": "BM",
    "Biomedicinsk analytiker": "BA",
    "Dietist": "DT",
    "Fysioterapeut": "FT",
    "Hälso- och sjukvårdskurator": "HK",
    "Kiropraktor": "KP",
    "Logoped": "LG",
    "Läkare": "LK",
    "Naprapat": "NA",
    "Optiker": "OP",
    "Ortopedingenjör": "OT",
    "Psykolog": "PS",
    "Psykoterapeut": "PT",
    "Receptarie": "RC",
    "Röntgensjuksköterska": "RS",
    "Sjukgymnast": "SG",
    "Sjukhusfysiker": "SF",
    "Sjuksköterska": "SJ",
    "Tandhygienist": "TH",
    "Tandläkare": "TL",
}


def test_licences_and_their_codes():
    """Every licence has the code that Webcert gives it, and is looked up by that code."""
    assert WIRE_CODES == {licence.name: licence.code for licence in LICENCES.values()}
    assert set(WIRE_CODES.values()) == set(LICENCES)


def test_words_for_roles():
    """The words of scenarios and reports for roles are these six."""
    assert ["doctor", "private_doctor", "nurse", "midwife", "dentist", "care_admin"] == [str(role) for role in Role]
