"""Which certificates a unit mapping covers, and which events go by mail."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from simulator.certificate.events import EventCode
from simulator.certificate.mail import MailRule, is_mailed
from simulator.certificate.unit_mapping import UnitMapping, mapped_unit
from tests.unit.certificate.stage import CAST, HOME, NOW, Stage

DAY = timedelta(days=1)
THERE = CAST.units["BEVC"]
OTHER = CAST.units["ALVC"]


def issued(days: int, signed: bool = True, unit=HOME):
    """A certificate that was created some days ago, and perhaps signed a day later."""
    stage = Stage()
    stage.create(unit=unit)
    at = NOW - days * DAY
    return replace(stage.certificates["c1"], created_at=at, signed_at=at + DAY if signed else None)


@pytest.mark.parametrize(
    ("mapping", "is_mapped"),
    [
        (UnitMapping(THERE, NOW, unit=HOME.hsa_id), True),
        (UnitMapping(THERE, NOW + DAY, unit=HOME.hsa_id), False),
        (UnitMapping(THERE, NOW, unit=OTHER.hsa_id), False),
        (UnitMapping(THERE, NOW, care_provider=HOME.care_provider.hsa_id), True),
        (UnitMapping(THERE, NOW, care_provider=THERE.care_provider.hsa_id), False),
        (UnitMapping(THERE, NOW, unit=HOME.hsa_id, issued_since=NOW - 9 * DAY), True),
        (UnitMapping(THERE, NOW, unit=HOME.hsa_id, issued_since=NOW - 8 * DAY), False),
        (UnitMapping(THERE, NOW, unit=HOME.hsa_id, issued_until=NOW - 9 * DAY), False),
        (UnitMapping(THERE, NOW, unit=HOME.hsa_id, issued_until=NOW - 8 * DAY), True),
    ],
)
def test_what_a_mapping_covers(mapping, is_mapped):
    """By unit or care provider, from its day on, and only what was issued in its window: signed nine days ago."""
    assert (THERE if is_mapped else None) == mapped_unit([mapping], issued(10), NOW)


def test_a_draft_was_issued_when_it_was_created():
    """Without a signature the creation counts; the first mapping that covers it decides."""
    late = UnitMapping(OTHER, NOW, unit=HOME.hsa_id, issued_since=NOW - 9 * DAY)
    assert THERE == mapped_unit([late, UnitMapping(THERE, NOW, unit=HOME.hsa_id)], issued(10, signed=False), NOW)


HANDLED_BY_MAIL = MailRule(NOW - DAY)


@pytest.mark.parametrize("event", list(EventCode))
def test_which_events_have_mail_in_their_place(event):
    """The recipient's questions and answers, and nothing else (Webcert's code)."""
    assert (event in ("NYFRFM", "NYSVFM")) == is_mailed([HANDLED_BY_MAIL], issued(10), event, NOW)


@pytest.mark.parametrize(
    ("rule", "mailed"),
    [
        (MailRule(NOW), True),
        (MailRule(NOW + DAY), False),
        (MailRule(NOW - 9 * DAY), False),
        (MailRule(NOW - 8 * DAY), True),
        (MailRule(NOW, units=frozenset({str(HOME.hsa_id)})), True),
        (MailRule(NOW, units=frozenset({str(OTHER.hsa_id)})), False),
        (MailRule(NOW, care_providers=frozenset({str(HOME.care_provider.hsa_id)})), True),
        (MailRule(NOW, care_providers=frozenset({str(THERE.care_provider.hsa_id)})), False),
    ],
)
def test_which_certificates_are_handled_by_mail(rule, mailed):
    """What was issued before the rule's day, from that day on, of the units and care providers named, or of all."""
    assert mailed == is_mailed([rule], issued(10), EventCode.NYFRFM, NOW)
