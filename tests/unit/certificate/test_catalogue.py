"""The certificate types under all their names, and the policies that say who may sign them."""

from __future__ import annotations

import pytest

from simulator.certificate.answers import DIAGNOSIS, EXPECTED_BIRTH, EXTENT
from simulator.certificate.catalogue import (
    DEFAULT_POLICY,
    FK7211,
    FK7443,
    FORUM_2024,
    POLICIES,
    TYPES,
    TYPES_BY_NAME,
    WEBCERT_7_7,
)
from simulator.certificate.people import Role

DOCTOR, NURSE, MIDWIFE, DENTIST, CARE_ADMIN = Role.DOCTOR, Role.NURSE, Role.MIDWIFE, Role.DENTIST, Role.CARE_ADMIN


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("FK7443", FK7443),
        ("FK7472", FK7443),
        ("ITFP", FK7443),
        ("FK7211", FK7211),
        ("FK7210", FK7211),
        ("IGRAV", FK7211),
    ],
)
def test_a_type_has_three_names(name, meant):
    """The forum's name, the name of the release and the code on the wire all mean the type."""
    assert meant is TYPES_BY_NAME[name]
    assert name in meant.names


def test_no_name_means_two_types():
    """There are as many names as the types have together."""
    assert sum(len(kind.names) for kind in TYPES) == len(TYPES_BY_NAME)


@pytest.mark.parametrize(
    ("kind", "code", "display_name"),
    [(FK7443, "ITFP", "Intyg tillfällig föräldrapenning"), (FK7211, "IGRAV", "Intyg om graviditet")],
)
def test_what_the_wire_says_of_a_type(kind, code, display_name):
    """The code and its text are those of the code table, which lacks the "om" of FK7443's own name."""
    assert (code, display_name, "1.0") == (kind.wire_code, kind.display_name, kind.version)


@pytest.mark.parametrize(
    ("kind", "questions"), [(FK7443, (DIAGNOSIS, EXTENT)), (FK7211, (EXPECTED_BIRTH,))], ids=["FK7443", "FK7211"]
)
def test_the_questions_of_a_type(kind, questions):
    """FK7443 asks for diagnosis and extent, FK7211 for the expected birth (Webcert's code)."""
    assert questions == kind.questions


@pytest.mark.parametrize(("kind", "at_once"), [(FK7443, True), (FK7211, False)], ids=["FK7443", "FK7211"])
def test_which_types_are_sent_right_after_signing(kind, at_once):
    """Webcert sends FK7443 by itself, and leaves FK7211 to the person (Webcert's code)."""
    assert at_once is kind.sent_after_signing


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.name)
def test_both_types_go_to_the_insurance_agency(kind):
    """The recipient is Försäkringskassan."""
    assert "FKASSA" == kind.recipient


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.name)
def test_who_has_access(kind):
    """Everybody but dentists has access to these two types (Webcert's code)."""
    assert {DOCTOR, NURSE, MIDWIFE, CARE_ADMIN} == kind.access


@pytest.mark.parametrize(
    ("policy", "kind", "signers"),
    [
        (FORUM_2024, FK7443, {DOCTOR, NURSE}),
        (FORUM_2024, FK7211, {DOCTOR, NURSE, MIDWIFE}),
        (WEBCERT_7_7, FK7443, {DOCTOR, NURSE, MIDWIFE}),
        (WEBCERT_7_7, FK7211, {DOCTOR, NURSE, MIDWIFE}),
    ],
    ids=["forum-2024 FK7443", "forum-2024 FK7211", "webcert-7.7 FK7443", "webcert-7.7 FK7211"],
)
def test_who_may_sign(policy, kind, signers):
    """The forum lets nurses sign FK7443 and midwives only FK7211; Webcert's code lets both sign both."""
    assert signers == policy.may_sign(kind)


def test_the_policies_by_name():
    """There are two policies, and the forum's is the default."""
    assert {"forum-2024": FORUM_2024, "webcert-7.7": WEBCERT_7_7} == POLICIES
    assert FORUM_2024 is DEFAULT_POLICY


@pytest.mark.parametrize("policy", POLICIES.values(), ids=lambda policy: policy.name)
@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.name)
def test_whoever_may_sign_has_access(policy, kind):
    """No policy lets anybody sign what they cannot open."""
    assert policy.may_sign(kind) <= kind.access
