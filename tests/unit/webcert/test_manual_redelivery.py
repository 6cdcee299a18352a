"""Redelivery by hand: Webcert's limits, and which events a choice means."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from simulator.certificate.events import EventCode
from simulator.certificate.identity import LogicalAddress
from simulator.certificate.people import CareUnit
from simulator.errors import ActionRefused
from simulator.redelivery.delivery import Delivery, DeliveryState
from simulator.webcert.manual_redelivery import Choice, check_choice, chosen
from tests.unit.certificate.stage import CAST, HOME, NOW, Stage

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
UNIT = frozenset({str(HOME.hsa_id)})
PROVIDER = str(HOME.care_provider.hsa_id)


@pytest.mark.parametrize(
    ("choice", "rule"),
    [
        (Choice(units=UNIT), "no-period"),
        (Choice(units=UNIT, since=NOW), "no-period"),
        (Choice(care_provider=PROVIDER, until=NOW), "no-period"),
        (Choice(units=UNIT, since=NOW, until=NOW - SECOND), "period-reversed"),
        (Choice(units=UNIT, since=NOW - 7 * DAY - SECOND, until=NOW), "period-too-long"),
        (Choice(units=UNIT, since=NOW - 7 * DAY, until=NOW), None),
        (Choice(care_provider=PROVIDER, since=NOW - DAY - SECOND, until=NOW), "period-too-long"),
        (Choice(care_provider=PROVIDER, since=NOW - DAY, until=NOW), None),
        (Choice(units=UNIT, since=NOW - 365 * DAY - SECOND, until=NOW - 364 * DAY), "period-too-old"),
        (Choice(units=UNIT, since=NOW - 365 * DAY, until=NOW - 364 * DAY), None),
        (Choice(certificates=frozenset({"c1"})), None),
        (Choice(delivery=1), None),
        (Choice(certificates=frozenset({"c1"}), activate_at=NOW + DAY), "no-activation-time"),
        (Choice(delivery=1, activate_at=NOW + DAY), "no-activation-time"),
        (Choice(units=UNIT, since=NOW - DAY, until=NOW, activate_at=NOW + DAY), None),
        (Choice(care_provider=PROVIDER, since=NOW - DAY, until=NOW, activate_at=NOW + DAY), None),
    ],
)
def test_the_limits(choice, rule):
    """Units get seven days, care providers one, both at most 365 days back; certificates need no period, nor wait."""
    if rule is None:
        check_choice(choice, NOW)
    else:
        with pytest.raises(ActionRefused) as refused:
            check_choice(choice, NOW)
        assert rule == refused.value.rule


def certificates():
    """One at home, one elsewhere, one at another care provider's."""
    stage = Stage()
    for alias, unit in (("c1", "ALMC"), ("c2", "ALVC"), ("c3", "BEVC")):
        stage.create(alias=alias, unit=CAST.units[unit])
    return stage.certificates


CERTIFICATES = certificates()


def unit_of(delivery: Delivery) -> CareUnit:
    """The unit under which an event is kept: here the certificate's own."""
    return CERTIFICATES[delivery.alias].unit


def delivery(number: int, alias: str = "c1", state: str = "rejected", days_ago: float = 0, **more) -> Delivery:
    """A delivery that has ended, unless its state is another."""
    return Delivery(
        number, CERTIFICATES[alias].id, alias, EventCode.SKAPAT, NOW - days_ago * DAY, LogicalAddress("TST-UNIT"),
        "alfa", b"", DeliveryState(state), 1, None, **more,
    )  # fmt: skip


ALL = [
    delivery(1), delivery(2, "c2"), delivery(3, "c3", "exhausted"), delivery(4, "c1", "delivered", 2),
    delivery(5, "c1", "waiting"), delivery(6, "c1", "silenced"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("choice", "ids"),
    [
        (Choice(certificates=frozenset({"c1"})), [1, 4]),
        (Choice(certificates=frozenset({"c1"}), states=frozenset({DeliveryState.DELIVERED})), [4]),
        # Neither what is under way nor what is not told can be chosen.
        (Choice(certificates=frozenset({"c1"}), states=frozenset(DeliveryState)), [1, 4]),
        (Choice(units=UNIT, since=NOW - DAY, until=NOW + SECOND), [1]),
        (Choice(units=UNIT, since=NOW - 3 * DAY, until=NOW), [4]),
        (Choice(care_provider=PROVIDER, since=NOW, until=NOW + DAY), [1, 2]),
        (Choice(delivery=3), [3]),
        (Choice(event=("c1", EventCode.SKAPAT, 1)), [1]),
        (Choice(event=("c1", EventCode.SKAPAT, 2)), [4]),
        (Choice(event=("c1", EventCode.SKAPAT, 5)), []),
        (Choice(event=("c2", EventCode.SIGNAT, 1)), []),
        (Choice(delivery=5), []),
    ],
)
def test_what_a_choice_means(choice, ids):
    """By whose it is, how it ended, and the event's moment: from the first of the period, and before its last."""
    assert ids == [one.id for one in chosen(choice, ALL, unit_of)]


def test_an_event_counts_as_its_newest_delivery():
    """An event that has been told again goes by how that ended, and is passed over while it is under way."""
    original = delivery(1)
    again = replace(delivery(7, state="delivered"), resend_of=1)
    choice = Choice(certificates=frozenset({"c1"}))
    assert [7] == [one.id for one in chosen(choice, [original, again], unit_of)]
    under_way = replace(again, state=DeliveryState.WAITING)
    assert [] == chosen(choice, [original, under_way], unit_of)
