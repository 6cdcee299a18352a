"""The catalogue of certificate types as of a day, for people and for programs.

For people it is two tables: what each type is and can be used for, and who may draft and sign it. For programs it is
one JSON value with everything that the catalogue knows, forms included.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulator.certificate.answers import FormQuestion
from simulator.certificate.catalogue import ANNOUNCED, TYPES, AnnouncedType, CertificateType, Policy
from simulator.certificate.lifecycle import ROLE_NAMES
from simulator.certificate.people import Role
from simulator.locale import Language, text_of
from simulator.sentence import Sentence, say

Say = Callable[[Sentence], str]


def print_catalogue(day: date, policy: Policy, console: Console, language: Language) -> None:
    """Print both tables as of a day; a type that cannot be created then says from when it can."""

    def plain(sentence: Sentence) -> str:
        return text_of(sentence, language)

    def words(sentence: Sentence) -> str:
        text = plain(sentence)
        return text[:1].upper() + text[1:]

    title = say("certificate types on {day} under {policy}", day=day.isoformat(), policy=policy.name)
    console.print(Text(words(title), "bold"))
    console.print()
    rows = [_type_cells(kind, day, policy, plain) for kind in TYPES] + [
        _announced_cells(one, plain) for one in ANNOUNCED
    ]
    _print(console, [words(head) for head in _TYPE_HEADS], rows)
    console.print()
    console.print(Text(words(say("who may draft (D), sign (S) and revoke (R)")), "bold"))
    console.print()
    heads = (say("type"), say("path"), say("version"), *(ROLE_NAMES[role] for role in Role))
    rows = [[kind.name, str(kind.path), kind.version, *_rights_cells(kind, policy)] for kind in TYPES]
    _print(console, [words(head) for head in heads], rows)


_TYPE_HEADS = (
    say("type"), say("other names"), say("code"), say("version"), say("path"), say("recipient"), say("available"),
    say("what can be done"),
)  # fmt: skip


def _print(console: Console, heads: list[str], rows: list[list[str]]) -> None:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for place, head in enumerate(heads):
        # The last column takes what is left, and wraps.
        table.add_column(head, overflow="fold", no_wrap=place < len(heads) - 1)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)


def _type_cells(kind: CertificateType, day: date, policy: Policy, plain: Say) -> list[str]:
    others = [name for name in kind.names if name not in (kind.name, kind.wire_code)]
    return [
        kind.name, ", ".join(others), kind.wire_code, kind.version, str(kind.path), kind.recipient.code or "–",
        plain(availability(kind, day, policy)), ", ".join(plain(one) for one in capabilities(kind)),
    ]  # fmt: skip


def _announced_cells(one: AnnouncedType, plain: Say) -> list[str]:
    return [
        one.name, ", ".join(one.other_names), "–", "–", "–", "–", one.expected,
        plain(say("announced; no code on the wire is published, so it cannot be used")),
    ]  # fmt: skip


def availability(kind: CertificateType, day: date, policy: Policy) -> Sentence:
    """Whether a type can be created on a day, or from when."""
    first = policy.first_day_of(kind)
    if kind.name in policy.inactivated:
        return say("inactivated")
    if first is None:
        return say("always")
    if first <= day:
        return say("since {day}", day=first.isoformat())
    return say("from {day}", day=first.isoformat())


def capabilities(kind: CertificateType) -> tuple[Sentence, ...]:
    """What can be done with a type beside drafting, signing, replacing and revoking it."""
    subjects = tuple(one.value for one in sorted(kind.recipient_asks_about))
    rows = (
        (kind.sent_after_signing, say("sent at signing")),
        (kind.can_be_sent and not kind.sent_after_signing, say("sent")),
        (not kind.can_be_sent, say("never sent")),
        (kind.can_be_renewed, say("renewed")),
        (kind.can_be_complemented, say("complemented")),
        (kind.can_be_reminded, say("reminded of")),
        (bool(subjects), say("asked about by the recipient ({subjects})", subjects=subjects)),
        (kind.care_may_ask, say("asked about by the care unit")),
        (kind.for_deceased, say("for the deceased")),
        (kind.one_for_each_patient, say("one for each patient")),
    )
    return tuple(words for holds, words in rows if holds)


def _rights_cells(kind: CertificateType, policy: Policy) -> list[str]:
    return ["".join(word[0].upper() for word in rights(kind, policy, role)) or "–" for role in Role]


def rights(kind: CertificateType, policy: Policy, role: Role) -> tuple[str, ...]:
    """What a role may do with a type: draft (and change, delete, send), sign, revoke."""
    rows = (
        ("draft", kind.access),
        ("sign", policy.may_sign(kind)),
        ("revoke", policy.may_revoke(kind)),
    )  # fmt: skip
    return tuple(word for word, allowed in rows if role in allowed)


# --- for programs ---


def catalogue_json(day: date, policy: Policy) -> dict[str, Any]:
    """Everything that the catalogue knows, as of a day."""
    return {
        "at": day.isoformat(),
        "policy": policy.name,
        "types": [_type_json(kind, day, policy) for kind in TYPES],
        "announced": [
            {"names": list(one.names), "display_name": one.display_name, "expected": one.expected} for one in ANNOUNCED
        ],
    }


def _type_json(kind: CertificateType, day: date, policy: Policy) -> dict[str, Any]:
    first = policy.first_day_of(kind)
    return {
        "name": kind.name,
        "released_as": kind.released_as,
        "names": list(kind.names),
        "code": kind.wire_code,
        "display_name": kind.display_name,
        "version": kind.version,
        "path": str(kind.path),
        "recipient": {"code": kind.recipient.code, "name": kind.recipient.name},
        "available": policy.is_available(kind, day),
        "available_from": None if first is None else first.isoformat(),
        "inactivated": kind.name in policy.inactivated,
        "can_be_sent": kind.can_be_sent,
        "sent_after_signing": kind.sent_after_signing,
        "can_be_renewed": kind.can_be_renewed,
        "can_be_complemented": kind.can_be_complemented,
        "can_be_reminded": kind.can_be_reminded,
        "recipient_asks_about": sorted(one.value for one in kind.recipient_asks_about),
        "care_may_ask": kind.care_may_ask,
        "for_deceased": kind.for_deceased,
        "one_for_each_patient": kind.one_for_each_patient,
        "within_care_provider": kind.within_care_provider,
        "patient_detail": str(kind.patient_detail),
        "roles": {str(role): list(rights(kind, policy, role)) for role in Role},
        "roles_for_protected": [str(role) for role in Role if role in kind.access_to_protected],
        "questions": [_question_json(question) for question in kind.questions],
    }


def _question_json(question: FormQuestion) -> dict[str, Any]:
    return {
        "id": question.id,
        "meaning": question.meaning,
        "word": question.word,
        "published": question.published,
        "delsvar": [
            {
                "id": part.id,
                "kind": str(part.kind),
                "code_system": None if part.code_system is None else part.code_system.id,
            }
            for part in question.parts
        ],
    }
