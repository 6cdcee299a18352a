"""What a call says, as the facts that behaviours go by: from the message itself, and from what came before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from lxml import etree

from simulator.certificate.identity import HsaId
from simulator.certificate.people import Licence, Position, Staff, role_of
from simulator.contract import names
from simulator.contract.elements import at, child
from simulator.journal.behaviour import CallFacts
from simulator.journal.order import Taken, latest, orders_of

# What a message may lack and a journal system may miss; the words are those of behaviours.
PARTS = ("ref", "licence", "position")


def call_facts(
    element: etree._Element | None,
    said: Mapping[str, str],
    *,
    now: datetime,
    attempt: int,
    met: int,
    seed: int,
    taken: Sequence[Taken],
    problem: str | None = None,
) -> CallFacts:
    """The facts of a call; `element` is its status update, None where it could not be opened, and `said` what it says.

    `met` is how often the system, or the way to it, has met this event before: in earlier attempts, in the first of the
    platform's two sends, in redeliveries by hand. `taken` is what the system has taken of the same certificate.
    """
    event, occurred_at, certificate = said.get("event"), said.get("occurred_at"), said.get("certificate_id")
    last = latest(taken)
    is_later = last is not None and occurred_at is not None and last.occurred_at > occurred_at
    certificate_element = None if element is None else child(element, names.CERTIFICATE)
    issuer = at(certificate_element, names.CREATED_BY)
    kind = at(certificate_element, names.CERTIFICATE_TYPE, names.CODE)
    is_signed = at(certificate_element, names.SIGNED_AT) is not None
    return CallFacts(
        now=now,
        event=event,
        unit=said.get("unit"),
        certificate=certificate,
        attempt=attempt,
        type=None if kind is None else kind.text or "",
        role=None if issuer is None else role_of(_staff(issuer)).value,
        orders=orders_of(event, occurred_at, taken, is_signed=is_signed) if event and occurred_at else frozenset(),
        missing=frozenset() if element is None else _missing(element, issuer),
        taken=frozenset(one.event for one in taken),
        later=(last.event, last.occurred_at) if last is not None and is_later else None,
        problem=problem,
        invalid=problem is not None,
        seed=seed,
        # By the event, and not by a number of the run's: what happens to others would shift that.
        key=(certificate or "", event or "", occurred_at or "", attempt, met),
    )


def _staff(issuer: etree._Element) -> Staff:
    """The issuer, as far as the role follows from it; group prescription codes are not in the message's parts here."""
    return Staff(
        HsaId.as_received(""),
        "",
        tuple(Licence(_code(one), "") for one in issuer.iterchildren(names.LICENCE)),
        tuple(Position(_code(one), "") for one in issuer.iterchildren(names.POSITION)),
    )


def _missing(element: etree._Element, issuer: etree._Element | None) -> frozenset[str]:
    found = {
        "ref": child(element, names.CARE_REFERENCE),
        "licence": at(issuer, names.LICENCE, names.CODE),
        "position": at(issuer, names.POSITION, names.CODE),
    }
    return frozenset(part for part in PARTS if (one := found[part]) is None or not one.text)


def _code(element: etree._Element) -> str:
    code = child(element, names.CODE)
    return "" if code is None else code.text or ""
