"""What a call says, as the facts that behaviours go by: from the message itself, and from what came before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from lxml import etree

from simulator.certificate.identity import HsaId
from simulator.certificate.people import Licence, Position, Staff, role_of
from simulator.contract import names
from simulator.contract.message import wire_facts
from simulator.journal.behaviour import CallFacts
from simulator.journal.order import Taken, latest, order_of

# What a message may lack and a journal system may miss; the words are those of behaviours.
PARTS = ("ref", "licence", "position")


def call_facts(
    element: etree._Element | None,
    *,
    now: datetime,
    attempt: int,
    seed: int,
    delivery: int | None,
    taken: Sequence[Taken],
    problem: str | None = None,
) -> CallFacts:
    """The facts of a call; `element` is its status update, None where it could not be opened.

    `taken` is what the system has taken of the same certificate; `delivery` is known for calls of our own sender.
    """
    said: Mapping[str, str] = {} if element is None else wire_facts(element)
    event, occurred_at, certificate = said.get("event"), said.get("occurred_at"), said.get("certificate_id")
    last = latest(taken)
    is_later = last is not None and occurred_at is not None and last.occurred_at > occurred_at
    of_message = (delivery,) if delivery is not None else (certificate or "", event or "", occurred_at or "")
    issuer = None if element is None else element.find(f"{names.CERTIFICATE}/{names.CREATED_BY}")
    return CallFacts(
        now=now,
        event=event,
        unit=said.get("unit"),
        certificate=certificate,
        attempt=attempt,
        type=None
        if element is None
        else element.findtext(f"{names.CERTIFICATE}/{names.CERTIFICATE_TYPE}/{names.CODE}"),
        role=None if issuer is None else role_of(_staff(issuer)).value,
        order=order_of(event, occurred_at, taken) if event and occurred_at else None,
        missing=frozenset() if element is None else _missing(element, issuer),
        taken=frozenset(one.event for one in taken),
        later=(last.event, last.occurred_at) if last is not None and is_later else None,
        problem=problem,
        invalid=problem is not None,
        seed=seed,
        key=(*of_message, attempt),
    )


def _staff(issuer: etree._Element) -> Staff:
    """The issuer, as far as the role follows from it; group prescription codes are not in the message's parts here."""
    return Staff(
        HsaId.as_received(""),
        "",
        tuple(Licence(one.findtext(names.CODE) or "", "") for one in issuer.iterfind(names.LICENCE)),
        tuple(Position(one.findtext(names.CODE) or "", "") for one in issuer.iterfind(names.POSITION)),
    )


def _missing(element: etree._Element, issuer: etree._Element | None) -> frozenset[str]:
    found = {
        "ref": element.findtext(names.CARE_REFERENCE),
        "licence": None if issuer is None else issuer.findtext(names.LICENCE + "/" + names.CODE),
        "position": None if issuer is None else issuer.findtext(names.POSITION + "/" + names.CODE),
    }
    return frozenset(part for part in PARTS if not found[part])
