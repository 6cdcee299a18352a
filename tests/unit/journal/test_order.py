"""How an event stands to those that a journal system has taken before."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from simulator.certificate.events import EventCode
from simulator.journal.order import Order, Taken, must_come_before, order_of

AT = datetime(2024, 9, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("taken", "event", "occurred_at", "order"),
    [
        ("", "SKAPAT", "1", Order.IN_ORDER),
        ("", "ANDRAT", "2", Order.EARLY),
        ("SKAPAT1", "ANDRAT", "2", Order.IN_ORDER),
        ("SKAPAT1 ANDRAT3", "ANDRAT", "2", Order.LATE),
        ("SKAPAT1 ANDRAT3", "ANDRAT", "3", Order.DUPLICATE),
        ("SKAPAT1", "SKICKA", "3", Order.EARLY),
        ("SIGNAT2", "SKICKA", "3", Order.IN_ORDER),
        ("SKICKA3", "SIGNAT", "2", Order.LATE),
        ("SKICKA3 SKAPAT1 SIGNAT2", "SKAPAT", "1", Order.DUPLICATE),
    ],
)
def test_an_event_is_in_order_early_late_or_a_duplicate(taken, event, occurred_at, order):
    """By tidpunkt, and by what must come before it."""
    before = [Taken(one[:-1], one[-1], AT) for one in taken.split()]
    assert order is order_of(event, occurred_at, before)


def test_every_event_has_what_must_come_before_it():
    """All but the first, whichever events the contract has."""
    assert [EventCode.SKAPAT] == [event for event in EventCode if must_come_before(event) is None]
