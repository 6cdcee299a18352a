"""Identities are checked once, at birth, and only test identities are let in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.certificate.identity import (
    COORDINATION_NUMBER_ROOT,
    HSA_ID_ROOT,
    PERSON_NUMBER_ROOT,
    AllowedIdentities,
    CertificateId,
    HsaId,
    LogicalAddress,
    PersonId,
)
from simulator.errors import IdentityError

# The fictitious patients of Inera's own test data (Webcert's code).
PATIENTS = (
    "191212121212",
    "201212121212",
    "194011306125",
    "194112128154",
    "194012019149",
    "194111299055",
    "194110147495",
    "194110299221",
    "195401875769",
    "195401232540",
    "190005259809",
    "198901192396",
    "200210282398",
    "200210292389",
    "197901242391",
    "197901252382",
    "199606282391",
    "199606292382",
    "201111042386",
)


def naive_check_digit(nine_digits: str) -> str:
    """The Luhn rule as it is taught: 2, 1, 2, … times the digits, the products' digits added, up to the next ten."""
    products = "".join(str(int(digit) * factor) for digit, factor in zip(nine_digits, [2, 1] * 5, strict=False))
    return str(-sum(int(digit) for digit in products) % 10)


dates_of_birth = st.dates().map(lambda day: f"{day:%Y%m%d}".rjust(8, "0"))
serials = st.integers(min_value=0, max_value=999).map("{:03}".format)


@pytest.mark.parametrize("text", PATIENTS)
def test_ineras_test_patients_are_person_ids(text):
    """Every published test patient has a person id of ours."""
    assert text == PersonId(text)


@given(dates_of_birth, serials)
def test_one_check_digit_of_ten_is_right(born, serial):
    """A date of birth and a serial number make a person id with the Luhn digit, and with no other."""
    right = naive_check_digit(born[2:] + serial)
    assert born + serial + right == PersonId(born + serial + right)
    for wrong in set("0123456789") - {right}:
        with pytest.raises(IdentityError, match="check digit"):
            PersonId(born + serial + wrong)


@given(dates_of_birth, serials, st.integers(min_value=2, max_value=11), st.integers(min_value=1, max_value=9))
def test_a_slip_in_one_digit_is_noticed(born, serial, place, change):
    """The check digit finds every single wrong digit, of those that it counts: all but the century."""
    text = born + serial + naive_check_digit(born[2:] + serial)
    slip = text[:place] + str((int(text[place]) + change) % 10) + text[place + 1 :]
    with pytest.raises(IdentityError):
        PersonId(slip)


@given(dates_of_birth, serials)
def test_a_coordination_number_has_sixty_added_to_its_day(born, serial):
    """The day of birth tells the two kinds apart, and so the OID on the wire."""
    coordination = f"{born[:6]}{int(born[6:]) + 60}{serial}"
    person = PersonId(born + serial + naive_check_digit(born[2:] + serial))
    coordinated = PersonId(coordination + naive_check_digit(coordination[2:]))
    assert (False, "1.2.752.129.2.1.3.1") == (person.is_coordination_number, person.root)
    assert (True, "1.2.752.129.2.1.3.3") == (coordinated.is_coordination_number, coordinated.root)


def test_sams_coordination_number():
    """195401875769 was born on the 27th, and is a coordination number."""
    assert PersonId("195401875769").is_coordination_number
    assert COORDINATION_NUMBER_ROOT == PersonId("195401875769").root


def test_tolvans_person_number():
    """191212121212 is a person number."""
    assert not PersonId("191212121212").is_coordination_number
    assert PERSON_NUMBER_ROOT == PersonId("191212121212").root


def test_a_hyphen_is_left_out():
    """People write person ids with a hyphen, and the wire does not."""
    assert "191212121212" == PersonId("19121212-1212")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1212121212",
        "1912121212123",
        "19121212121a",
        "19121212121²",
        "１９１２１２１２１２１２",
        " 191212121212",
        "191212121212\n",
    ],
)
def test_twelve_digits_are_no_more_and_no_less(text):
    """Ten digits, letters, blanks and other scripts' digits make no person id."""
    with pytest.raises(IdentityError, match="twelve digits"):
        PersonId(text)


@pytest.mark.parametrize(
    "born",
    ["19121312", "19120012", "19121200", "19121232", "19230229", "19121260", "19121292", "00001212"],
)
def test_a_person_id_begins_with_a_day_that_there_was(born):
    """A thirteenth month, a 29th of February in a common year, or day 60 are nobody's birthday."""
    with pytest.raises(IdentityError, match="date of birth"):
        PersonId(born + "121" + naive_check_digit(born[2:] + "121"))


def test_a_refusal_does_not_repeat_the_person_id():
    """What is refused may be a real person's number, and errors end up in logs."""
    for text in ("191212121213", "19121212121", "191213121212"):
        with pytest.raises(IdentityError) as raised:
            PersonId(text)
        assert text not in str(raised.value)
    with pytest.raises(IdentityError) as raised:
        AllowedIdentities().person("191212121212")
    assert "191212121212" not in str(raised.value)


@pytest.mark.parametrize(
    "text", ["TSTNMT2321000156-ALMC", "SE4815162344-1A02", "SE2321000016-39KJ", "tst", "1AB", "A" * 64]
)
def test_what_an_hsa_id_is(text):
    """Letters, digits and hyphens, 3 to 64 of them, and no hyphen first."""
    assert text == HsaId(text)
    assert text == LogicalAddress(text)


@pytest.mark.parametrize("text", ["", "AB", "-AB", "A" * 65, "TST ALMC", "TST_ALMC", "TSTÅ", "TST-ALMC\n", "TST/../x"])
def test_what_an_hsa_id_is_not(text):
    """Anything else is refused, and repeated, since no person hides in it."""
    with pytest.raises(IdentityError) as raised:
        HsaId(text)
    assert f"'{text}' is no HSA-id; it is letters, digits and hyphens, like TSTNMT2321000156-ALMC" == str(raised.value)


def test_a_logical_address_is_an_hsa_id():
    """A message is addressed to a unit."""
    assert isinstance(LogicalAddress("TSTNMT2321000156-ALMC"), HsaId)


def test_the_hsa_root():
    """The OID of HSA-ids is the one of Webcert's code"""
    assert "1.2.752.129.2.1.4.1" == HSA_ID_ROOT


@pytest.mark.parametrize("text", ["", " ", "\t\n"])
def test_a_certificate_id_is_not_empty(text):
    """Any other text may be one, since the wire allows it."""
    with pytest.raises(IdentityError, match="cannot be empty"):
        CertificateId(text)
    assert "no uuid" == CertificateId("no uuid")


# Who and what is let in


def test_a_listed_person_is_let_in():
    """Test persons are listed one by one."""
    allowed = AllowedIdentities(person_ids=frozenset({"191212121212"}))
    assert PersonId("191212121212") == allowed.person("19121212-1212")


def test_a_person_who_is_not_listed_is_refused():
    """A well-formed number that nobody listed may be a real person's."""
    allowed = AllowedIdentities(person_ids=frozenset({"191212121212"}))
    with pytest.raises(IdentityError, match="not a known test person"):
        allowed.person("201212121212")


def test_letting_any_unit_in_lets_no_person_in():
    """--allow-units is about units alone."""
    with pytest.raises(IdentityError, match="not a known test person"):
        AllowedIdentities(any_unit=True).person("191212121212")


@pytest.mark.parametrize("text", ["TSTNMT2321000156-ALMC", "tstnmt2321000156-almc", "TST"])
def test_a_test_unit_is_let_in_by_its_prefix(text):
    """Test units begin with TST, in capitals or not."""
    assert text == AllowedIdentities().unit(text)


def test_a_unit_of_the_cast_is_let_in():
    """Inera's own test units do not all begin with TST, and are listed."""
    allowed = AllowedIdentities(units=frozenset({"SE4815162344-1A02"}))
    assert HsaId("SE4815162344-1A02") == allowed.unit("SE4815162344-1A02")


def test_a_unit_that_may_be_real_is_refused():
    """The refusal says which unit, what a test unit looks like, and what lets others in."""
    with pytest.raises(IdentityError) as raised:
        AllowedIdentities().unit("SE2321000016-39KJ")
    assert ("'SE2321000016-39KJ' may be a real unit: test units begin with TST; --allow-units lets others in") == str(
        raised.value
    )


def test_any_unit_may_be_let_in():
    """A vendor's own test unit is let in by whoever says so."""
    assert "SE2321000016-39KJ" == AllowedIdentities(any_unit=True).unit("SE2321000016-39KJ")


def test_a_malformed_unit_is_never_let_in():
    """What is no HSA-id does not become one by being allowed."""
    with pytest.raises(IdentityError, match="is no HSA-id"):
        AllowedIdentities(any_unit=True).unit("not a unit")
