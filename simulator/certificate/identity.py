"""Identities, checked once, at birth: HSA-ids, person ids and certificate ids.

A value of these types is well formed. Whether it may be used is another question: the simulator works with test
identities only, and `AllowedIdentities` is handed the set of them (see `scenario/cast.yaml` and the settings).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Self

from simulator.errors import IdentityError
from simulator.sentence import say

HSA_ID_ROOT = "1.2.752.129.2.1.4.1"
PERSON_NUMBER_ROOT = "1.2.752.129.2.1.3.1"
COORDINATION_NUMBER_ROOT = "1.2.752.129.2.1.3.3"

# A coordination number carries its day of birth plus 60 (Webcert's code).
COORDINATION_DAY_OFFSET = 60

# The one prefix under which test units and test staff stand in the national catalogue (RIV-TA).
TEST_HSA_PREFIX = "TST"


class HsaId(str):
    """An HSA-id: of a care provider, a care unit or a member of staff."""

    def __new__(cls, text: str) -> HsaId:
        if not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z-]{2,63}", text):
            raise IdentityError(
                say("'{text}' is no HSA-id; it is letters, digits and hyphens, like TSTNMT2321000156-ALMC", text=text)
            )
        return super().__new__(cls, text)

    @classmethod
    def as_received(cls, text: str) -> Self:
        """What a message carries, whatever it looks like: a receiver takes what the contract allows."""
        return str.__new__(cls, text)


class LogicalAddress(HsaId):
    """The HSA-id that a message is addressed to: the care unit that owns the certificate."""


class CertificateId(str):
    """The extension of intygs-id, a UUID in Webcert; any non-empty text on the wire."""

    def __new__(cls, text: str) -> CertificateId:
        if not text.strip():
            raise IdentityError(say("a certificate id cannot be empty"))
        return super().__new__(cls, text)

    @classmethod
    def as_received(cls, text: str) -> Self:
        """What a message carries, be it nothing."""
        return str.__new__(cls, text)


class PersonId(str):
    """A person number or a coordination number: twelve digits with a right check digit, no hyphen."""

    def __new__(cls, text: str) -> PersonId:
        digits = text.replace("-", "")
        if not re.fullmatch(r"[0-9]{12}", digits):
            # The text itself is not repeated: it may be a real person's number.
            raise IdentityError(say("a person id is twelve digits (yyyymmddnnnn), this one is not"))
        day = int(digits[6:8])
        if day > COORDINATION_DAY_OFFSET:
            day -= COORDINATION_DAY_OFFSET
        try:
            date(int(digits[:4]), int(digits[4:6]), day)
        except ValueError:
            raise IdentityError(say("a person id begins with a date of birth, this one does not")) from None
        if not _check_digit_holds(digits[2:]):
            raise IdentityError(say("the last digit of a person id is a check digit, and this one is wrong"))
        return super().__new__(cls, digits)

    @classmethod
    def as_received(cls, text: str) -> Self:
        """What a message carries, whatever its check digit says."""
        return str.__new__(cls, text)

    @property
    def is_coordination_number(self) -> bool:
        """True when the day of birth has 60 added to it."""
        return int(self[6:8]) > COORDINATION_DAY_OFFSET

    @property
    def root(self) -> str:
        """The OID that tells the two kinds apart on the wire."""
        return COORDINATION_NUMBER_ROOT if self.is_coordination_number else PERSON_NUMBER_ROOT


def _check_digit_holds(ten_digits: str) -> bool:
    """The Luhn rule over the ten last digits, as the Swedish tax agency defines it."""
    total = 0
    for index, digit in enumerate(ten_digits):
        product = int(digit) * (2 - index % 2)
        total += product - 9 if product > 9 else product
    return total % 10 == 0


@dataclass(frozen=True)
class AllowedIdentities:
    """The test identities that may be used; all others are refused, since they may be real.

    Person ids are listed one by one, never by series. Units may also be let in with `any_unit`,
    which never lets a person through.
    """

    person_ids: frozenset[str] = field(default_factory=frozenset)
    units: frozenset[str] = field(default_factory=frozenset)
    any_unit: bool = False

    def person(self, text: str) -> PersonId:
        """The person id, or an error when it is not one of the test persons."""
        person_id = PersonId(text)
        if person_id not in self.person_ids:
            raise IdentityError(
                say("this person id is not a known test person; use one of the cast, or list it under test_ids: in "
                    "the settings if it is a published test number")
            )  # fmt: skip
        return person_id

    def unit(self, text: str) -> HsaId:
        """The HSA-id of a unit or a care provider, or an error when it may be a real one."""
        hsa_id = HsaId(text)
        if self.any_unit or hsa_id in self.units or hsa_id.upper().startswith(TEST_HSA_PREFIX):
            return hsa_id
        raise IdentityError(
            say("'{unit}' may be a real unit: test units begin with {prefix}; --allow-units lets others in",
                unit=text, prefix=TEST_HSA_PREFIX)
        )  # fmt: skip
