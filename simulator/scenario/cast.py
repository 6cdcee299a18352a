"""The cast: test people, units and patients by short name; the user's own is laid over the built-in one.

The cast is also what decides which identities are test identities: whoever is in the built-in cast, and whoever the
settings list. A cast of the user's own adds names, not permissions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

import simulator.scenario
from simulator.certificate.identity import AllowedIdentities, HsaId, PersonId
from simulator.certificate.people import LICENCES, CareProvider, CareUnit, Patient, Position, Staff
from simulator.errors import IdentityError, InputError
from simulator.nearest import nearest
from simulator.scenario.mistakes import mistakes, texts_not_for_messages
from simulator.scenario.yaml_file import YamlFile, read_yaml
from simulator.sentence import say

BUILT_IN = Path(simulator.scenario.__file__).parent / "cast.yaml"


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CareProviderWords(_Words):
    """A care provider."""

    hsa_id: str
    name: str


class UnitWords(_Words):
    """A care unit; what it leaves out comes from unit_defaults."""

    hsa_id: str
    name: str
    care_provider: str
    workplace_code: str | None = None
    address: str | None = None
    postal_code: str | None = None
    city: str | None = None
    phone: str | None = None
    email: str | None = None


class UnitDefaults(_Words):
    """What units have unless they say otherwise."""

    workplace_code: str = Field("1627", min_length=1)
    address: str = ""
    postal_code: str = ""
    city: str = ""
    phone: str = ""


class StaffWords(_Words):
    """A member of staff: licences by code (SJ, BM, LK, …), positions as code: name; a private practice as true.

    `commissions` are the units, by name, where she has one; everywhere when not given.
    """

    hsa_id: str
    name: str
    licences: list[str] = []
    positions: dict[str, str] = {}
    specialities: list[str] = []
    group_prescription_codes: list[str] = []
    private_practice: bool = False
    commissions: list[str] | None = None


class PatientWords(_Words):
    """A patient: one of the published test persons."""

    person_id: str
    name: str
    protected: bool = False
    deceased: bool = False
    test_indicated: bool = False
    address: str | None = None
    postal_code: str | None = None
    city: str | None = None


class AddressDefaults(_Words):
    """Where everybody lives who lives nowhere else."""

    address: str = ""
    postal_code: str = ""
    city: str = ""


class CastWords(_Words):
    """A cast file as it is written."""

    format: Literal[1]
    care_providers: dict[str, CareProviderWords] = {}
    units: dict[str, UnitWords] = {}
    unit_defaults: UnitDefaults = Field(default_factory=lambda: UnitDefaults.model_validate({}))
    staff: dict[str, StaffWords] = {}
    patients: dict[str, PatientWords] = {}
    patient_defaults: AddressDefaults = Field(default_factory=AddressDefaults)


@dataclass(frozen=True)
class Cast:
    """Everybody and everything by short name; `commissions` has the units of those who are not at home in all."""

    units: dict[str, CareUnit]
    staff: dict[str, Staff]
    patients: dict[str, Patient]
    care_providers: dict[str, CareProvider]
    commissions: dict[str, frozenset[CareUnit]] = field(default_factory=dict)


def load_cast(own: Path | None = None, *, test_ids: frozenset[str] = frozenset(), allow_units: bool = False) -> Cast:
    """The built-in cast with the user's own over it; raises the InputErrors of a file as one ExceptionGroup.

    `test_ids` are person ids that the settings let in beside those of the built-in cast.
    """
    built_in = read_yaml(BUILT_IN)
    words = _words(built_in)
    allowed = AllowedIdentities(
        person_ids=frozenset(PersonId(one.person_id) for one in words.patients.values())
        | frozenset(PersonId(one) for one in test_ids),
        units=frozenset(one.hsa_id for one in words.units.values())
        | frozenset(one.hsa_id for one in words.care_providers.values()),
        any_unit=allow_units,
    )
    cast = _Reader(built_in, words, allowed).read()
    if own is None:
        return cast
    file = read_yaml(own)
    reader = _Reader(file, _words(file), allowed)
    reader.care_providers = _Reader(built_in, words, allowed).care_providers | reader.care_providers
    over = reader.read(cast.units)
    return Cast(
        cast.units | over.units,
        cast.staff | over.staff,
        cast.patients | over.patients,
        cast.care_providers | over.care_providers,
        over.commissions,
    )


def _words(file: YamlFile) -> CastWords:
    try:
        words = CastWords.model_validate(file.content)
    except ValidationError as error:
        raise ExceptionGroup("cast", mistakes(file, CastWords, error)) from None
    problems = [file.error(location, sentence) for location, sentence in texts_not_for_messages(file)]
    if problems:
        raise ExceptionGroup("cast", problems)
    return words


class _Reader:
    """Turns words into values, and gathers every mistake instead of stopping at the first."""

    def __init__(self, file: YamlFile, words: CastWords, allowed: AllowedIdentities) -> None:
        self._file = file
        self._words = words
        self._allowed = allowed
        self._mistakes: list[InputError] = []
        self.care_providers = words.care_providers

    def read(self, known_units: Mapping[str, CareUnit] | None = None) -> Cast:
        """The cast of the file; its staff may have commissions at units that are known from elsewhere, too."""
        cast = Cast(
            {name: unit for name in self._words.units if (unit := self._try(self._unit, "units", name))},
            {name: staff for name in self._words.staff if (staff := self._try(self._staff, "staff", name))},
            {name: one for name in self._words.patients if (one := self._try(self._patient, "patients", name))},
            {
                name: one
                for name in self._words.care_providers
                if (one := self._try(self._care_provider, "care_providers", name))
            },
        )
        units = {**(known_units or {}), **cast.units}
        commissions = {name: found for name in cast.staff if (found := self._commissions(name, units)) is not None}
        if self._mistakes:
            raise ExceptionGroup("cast", self._mistakes)
        return replace(cast, commissions=commissions)

    def _commissions(self, name: str, units: Mapping[str, CareUnit]) -> frozenset[CareUnit] | None:
        words = self._words.staff[name].commissions
        for place, word in enumerate(words or ()):
            if word not in units:
                sentence = say("unknown unit '{word}'; {hint}", word=word, hint=nearest(word, units))
                self._mistakes.append(self._file.error(("staff", name, "commissions", place), sentence))
        return None if words is None else frozenset(units[word] for word in words if word in units)

    def _try(self, read: Any, section: str, name: str) -> Any:
        try:
            return read(name)
        except IdentityError as error:
            self._mistakes.append(self._file.error((section, name), error.sentence))
        except InputError as error:
            self._mistakes.append(error)
        return None

    def _unit(self, name: str) -> CareUnit:
        words, defaults = self._words.units[name], self._words.unit_defaults
        if words.care_provider not in self.care_providers:
            raise self._file.error(
                ("units", name, "care_provider"),
                say("unknown care provider '{word}'; {hint}", word=words.care_provider,
                    hint=nearest(words.care_provider, self.care_providers)),
            )  # fmt: skip
        provider = self.care_providers[words.care_provider]
        given = words.model_dump(exclude_none=True, exclude={"hsa_id", "care_provider"})
        return CareUnit(
            hsa_id=self._allowed.unit(words.hsa_id),
            care_provider=self._provider(provider),
            **(defaults.model_dump() | given),
        )

    def _staff(self, name: str) -> Staff:
        words = self._words.staff[name]
        for place, code in enumerate(words.licences):
            if code not in LICENCES:
                raise self._file.error(
                    ("staff", name, "licences", place),
                    say("unknown licence '{word}'; {hint}", word=code, hint=nearest(code, LICENCES)),
                )
        if words.private_practice and "LK" not in words.licences:
            # Without a licence Webcert lets no private doctor in (Webcert's code).
            raise self._file.error(
                ("staff", name, "private_practice"),
                say("a private practice is a licensed doctor's: write LK among the licences, or leave this out"),
            )
        return Staff(
            hsa_id=HsaId(words.hsa_id),
            name=words.name,
            licences=tuple(LICENCES[code] for code in words.licences),
            positions=tuple(Position(code, text) for code, text in words.positions.items()),
            specialities=tuple(words.specialities),
            group_prescription_codes=tuple(words.group_prescription_codes),
            private_practice=words.private_practice,
        )

    def _patient(self, name: str) -> Patient:
        words = self._words.patients[name]
        home = self._words.patient_defaults.model_dump() | words.model_dump(
            include={"address", "postal_code", "city"}, exclude_none=True
        )
        return Patient(
            self._allowed.person(words.person_id), words.name, words.protected, words.deceased, words.test_indicated,
            **home,
        )  # fmt: skip

    def _care_provider(self, name: str) -> CareProvider:
        return self._provider(self._words.care_providers[name])

    def _provider(self, words: CareProviderWords) -> CareProvider:
        return CareProvider(self._allowed.unit(words.hsa_id), words.name)
