"""How an event stands to those that a journal system has taken before."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from simulator.certificate.events import EventCode
from simulator.journal.order import Order, Taken, must_come_before, orders_of

AT = datetime(2024, 9, 2, tzinfo=UTC)


def taken(words: str) -> list[Taken]:
    """Events with the last digit as their tidpunkt, like `SKAPAT1 SIGNAT2`."""
    return [Taken(one[:-1], one[-1], AT) for one in words.split()]


@pytest.mark.parametrize(
    ("before", "event", "occurred_at", "orders"),
    [
        ("", "SKAPAT", "1", {Order.IN_ORDER}),
        ("", "ANDRAT", "2", {Order.EARLY}),
        ("SKAPAT1", "ANDRAT", "2", {Order.IN_ORDER}),
        ("SKAPAT1 ANDRAT3", "ANDRAT", "2", {Order.LATE}),
        ("SKAPAT1 ANDRAT3", "ANDRAT", "3", {Order.DUPLICATE}),
        ("SKAPAT1", "SKICKA", "3", {Order.EARLY}),
        ("SIGNAT2", "SKICKA", "3", {Order.IN_ORDER}),
        ("SKAPAT1 SKICKA3", "SIGNAT", "2", {Order.LATE}),
        ("SKICKA3", "SIGNAT", "2", {Order.EARLY, Order.LATE}),
        ("SKICKA3 SKAPAT1 SIGNAT2", "SKAPAT", "1", {Order.DUPLICATE}),
        ("SIGNAT2 MAKULE6", "HANFRFM", "5", {Order.EARLY, Order.LATE}),
        ("SIGNAT2 MAKULE6 NYFRFM4", "HANFRFM", "5", {Order.LATE}),
        ("SIGNAT2 MAKULE6", "NYFRFM", "7", {Order.IN_ORDER}),
    ],
)
def test_an_event_is_in_order_early_late_or_a_duplicate(before, event, occurred_at, orders):
    """By tidpunkt, and by what must come before it; early and late are not each other's contrary."""
    assert orders == orders_of(event, occurred_at, taken(before))


@pytest.mark.parametrize(
    ("event", "needed"),
    [
        ("SKAPAT", set()),
        ("ANDRAT", {"SKAPAT"}),
        ("KFSIGN", {"SKAPAT"}),
        ("RADERA", {"SKAPAT"}),
        ("SIGNAT", {"SKAPAT"}),
        ("SKICKA", {"SIGNAT"}),
        ("MAKULE", {"SIGNAT"}),
        ("NYFRFM", {"SIGNAT"}),
        ("NYFRFV", {"SIGNAT"}),
        ("NYSVFM", {"NYFRFV"}),
        ("HANFRFM", {"NYFRFM", "NYFRFV"}),
        ("HANFRFV", {"NYFRFV"}),
    ],
)
def test_what_must_come_before(event, needed):
    """An event is early after all that does not count, and not after any one of those that do."""
    others = [one for one in EventCode if one not in {*needed, event}]
    is_early = Order.EARLY in orders_of(event, "2", [Taken(one, "1", AT) for one in others])
    assert bool(needed) is is_early
    for one in needed:
        assert {Order.IN_ORDER} == orders_of(event, "2", [Taken(one, "1", AT)])


def test_every_event_has_what_must_come_before_it():
    """All but the first, whichever events the contract has."""
    assert [EventCode.SKAPAT] == [event for event in EventCode if not must_come_before(event)]


def test_a_locked_draft_can_be_revoked():
    """Its message says that it was never signed, and nothing but SKAPAT must come before."""
    assert {Order.IN_ORDER} == orders_of("MAKULE", "3", taken("SKAPAT1"), is_signed=False)
    assert {Order.EARLY} == orders_of("MAKULE", "3", taken("SKAPAT1"), is_signed=True)
    assert {Order.EARLY} == orders_of("MAKULE", "3", [], is_signed=False)


def test_an_unknown_event_waits_for_nothing():
    """Of an event that the contract does not have nobody knows what comes before."""
    assert {Order.IN_ORDER} == orders_of("FLYTTAT", "1", [])
