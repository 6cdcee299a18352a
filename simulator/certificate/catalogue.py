"""The certificate types by name and day, and the policies that say who may sign them and from when.

A type has the name that the users' forum gave it, the name that it was released under, Webcert's own, and the code that
the wire carries; all are accepted everywhere a type is named, in any case of letters, and FK7443 as 7443, too. Some
names mean a type on both of Webcert's paths, or in two versions: the day decides, unless a path is given. Who may sign,
and from when a type can be created, is a policy: the forum's slides say one thing, Webcert's code another, and both can
be played (docs/design.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from simulator.certificate.certificate_type import (
    AnnouncedType,
    CertificateType,
    Path,
    PatientDetail,
    Recipient,
)
from simulator.certificate.cs_types import CS_TYPES, FK7211, FK7443
from simulator.certificate.legacy_types import LEGACY_TYPES
from simulator.certificate.people import DOCTORS, Role
from simulator.errors import ActionRefused, UsageError
from simulator.nearest import nearest
from simulator.sentence import Sentence, say

# The words of the catalogue are passed on, so that its readers need this module alone.
__all__ = [
    "ANNOUNCED", "DEFAULT_POLICY", "FK7211", "FK7443", "FORUM_2024", "NAMES", "POLICIES", "TYPES", "TYPES_BY_KEY",
    "WEBCERT_7_7", "AnnouncedType", "CertificateType", "Path", "PatientDetail", "Policy", "Recipient",
    "check_available", "renewed_as", "type_meant", "type_named", "types_called",
]  # fmt: skip

TYPES: tuple[CertificateType, ...] = (*CS_TYPES, *LEGACY_TYPES)
TYPES_BY_KEY: Mapping[tuple[str, str, str], CertificateType] = MappingProxyType({kind.key: kind for kind in TYPES})

ANNOUNCED: tuple[AnnouncedType, ...] = (AnnouncedType("FK7269", ("AFU", "7269"), "Aktivitetsförmågeutredning", "2025"),)

# Every name that means something, announced types among them.
NAMES: tuple[str, ...] = tuple(
    dict.fromkeys([name for kind in TYPES for name in kind.names] + [name for one in ANNOUNCED for name in one.names])
)


@dataclass(frozen=True)
class Policy:
    """Who may sign what, and from when; what it does not say follows from the type itself.

    `signers` and `available_from` go by the type's name; `inactivated` types can no longer be created.
    """

    name: str
    signers: Mapping[str, frozenset[Role]]
    available_from: Mapping[str, date]
    inactivated: frozenset[str]

    def may_sign(self, kind: CertificateType) -> frozenset[Role]:
        """The roles that may sign this type."""
        return self.signers.get(kind.name, kind.signers)

    def may_revoke(self, kind: CertificateType) -> frozenset[Role]:
        """The roles that may revoke this type: those who sign it, unless the type says otherwise."""
        return self.may_sign(kind) if kind.revokers is None else kind.revokers

    def first_day_of(self, kind: CertificateType) -> date | None:
        """The first day on which the type can be created; None where it always could."""
        return self.available_from.get(kind.name, kind.active_from)

    def is_available(self, kind: CertificateType, day: date) -> bool:
        """Whether the type can be created on that day."""
        first = self.first_day_of(kind)
        return kind.name not in self.inactivated and (first is None or first <= day)


FORUM_2024 = Policy(
    "forum-2024",
    # Midwives sign FK7211 and not FK7443 (users' forum, March 2024). The forum names who is new among those who sign;
    # of private doctors it says nothing, and they go on as doctors do.
    signers={FK7443.name: DOCTORS | {Role.NURSE}},
    available_from={
        FK7443.name: date(2024, 9, 1),
        FK7211.name: date(2024, 9, 1),
        "FK7806": date(2024, 11, 1),
        "FK3225": date(2024, 11, 1),
        # "2025", no more.
        "FK3220": date(2025, 1, 1),
    },
    # Of what was in use before 2022 the forum names all but this one.
    inactivated=frozenset({"FK7263"}),
)
WEBCERT_7_7 = Policy(
    "webcert-7.7",
    signers={},
    available_from={},
    # INAKTIVERAD_INTYGSTYP (Webcert's code).
    inactivated=frozenset({"FK7263", "TS bas"}),
)

POLICIES: dict[str, Policy] = {policy.name: policy for policy in (FORUM_2024, WEBCERT_7_7)}
DEFAULT_POLICY = FORUM_2024


def types_called(word: str) -> tuple[CertificateType, ...]:
    """All types that go under this name, on both paths and in all versions; none where nobody knows it."""
    return tuple(kind for kind in TYPES if word.casefold() in _folded(kind.names))


def type_named(word: str, *, path: Path | None, day: date, policy: Policy) -> CertificateType:
    """The type that a name means on a day, which can be created then.

    Raises ActionRefused (`type-not-available`) where none can, and UsageError where nobody knows the name.
    """
    kind = type_meant(word, path=path, day=day, policy=policy)
    check_available(kind, day, policy)
    return kind


def type_meant(word: str, *, path: Path | None, day: date, policy: Policy) -> CertificateType:
    """The type that a name means on a day, whether it can be created then or not.

    Of those that can be created certificate-service's stands first, and of its versions the newest. Where none can
    be, it is the one that comes first. Raises as `type_named` does for announced types, unknown names, and a path
    that does not have the type.
    """
    called = types_called(word)
    if not called:
        raise _not_in_catalogue(word)
    on_path = [kind for kind in called if path in (None, kind.path)]
    if not on_path:
        raise ActionRefused(
            say("{type} does not exist on path {path}; it is on {paths}", type=called[0].name, path=str(path),
                paths=tuple(dict.fromkeys(str(kind.path) for kind in called))),
            rule="type-not-available",
        )  # fmt: skip
    available = [kind for kind in on_path if policy.is_available(kind, day)]
    if not available:
        return min(on_path, key=lambda kind: policy.first_day_of(kind) or date.min)
    return max(available, key=lambda kind: (kind.path is Path.CS, _version(kind)))


def renewed_as(kind: CertificateType, day: date, policy: Policy) -> CertificateType:
    """The type of a renewal: the parent's, unless it has moved to certificate-service meanwhile (Webcert's code)."""
    if kind.path is Path.CS:
        return kind
    moved = [
        one
        for one in TYPES
        if one.path is Path.CS and one.wire_code == kind.wire_code and policy.is_available(one, day)
    ]  # fmt: skip
    return max(moved, key=_version, default=kind)


def check_available(kind: CertificateType, day: date, policy: Policy) -> None:
    """Refuse to create what cannot be created on that day, in a sentence that says from when it can."""
    if not policy.is_available(kind, day):
        raise ActionRefused(_why_not(kind, day, policy), rule="type-not-available")


def _why_not(kind: CertificateType, day: date, policy: Policy) -> Sentence:
    first = policy.first_day_of(kind)
    if first is None or kind.name in policy.inactivated:
        return say("{type} is inactivated under {policy}: no new ones can be created", type=kind.name,
                   policy=policy.name)  # fmt: skip
    return say("{type} can be created from {first} under {policy}, and this is {day}", type=kind.name,
               first=first.isoformat(), policy=policy.name, day=day.isoformat())  # fmt: skip


def _not_in_catalogue(word: str) -> Exception:
    for one in ANNOUNCED:
        if word.casefold() in _folded(one.names):
            return ActionRefused(
                say("{type} ({name}) has been announced for {when}, but no code on the wire has been published, so it "
                    "cannot be used", type=one.name, name=one.display_name, when=one.expected),
                rule="type-not-available",
            )  # fmt: skip
    return UsageError(say("unknown certificate type '{word}'; {hint}", word=word, hint=nearest(word, NAMES)))


def _folded(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(name.casefold() for name in names)


def _version(kind: CertificateType) -> tuple[int, ...]:
    return tuple(int(part) for part in kind.version.split("."))
