"""What the nights do to drafts, and which night is the next."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from simulator.certificate.certificate import Certificate, CertificateState
from simulator.certificate.lifecycle import Action
from simulator.clock import SWEDISH_TIME
from simulator.webcert.housekeeping import next_night, next_turn
from tests.unit.certificate.stage import Stage


def local(text: str) -> datetime:
    """A moment in Sweden."""
    return datetime.fromisoformat(text).replace(tzinfo=SWEDISH_TIME)


def draft(created: str, state: CertificateState = CertificateState.DRAFT) -> Certificate:
    """A draft from this moment on."""
    stage = Stage()
    stage.create()
    return replace(stage.certificates["c1"], created_at=local(created), state=state)


@pytest.mark.parametrize("state", [state for state in CertificateState if not state.is_draft])
def test_the_nights_leave_all_but_drafts_alone(state):
    """What is signed, revoked or deleted has no turn."""
    assert next_turn(draft("2024-09-02T08:00:00", state)) is None
    assert next_night([draft("2024-09-02T08:00:00", state)]) is None


@pytest.mark.parametrize("state", [CertificateState.DRAFT, CertificateState.READY_TO_SIGN])
def test_a_draft_is_locked_after_a_fortnight(state):
    """Fourteen days after its creation, ready to sign or not."""
    assert (local("2024-09-16T08:00:00"), Action.LOCK) == next_turn(draft("2024-09-02T08:00:00", state))


@pytest.mark.parametrize(
    ("created", "turn"),
    [
        ("2024-09-02T08:00:00", "2024-12-02T08:00:00"),
        # The hour in Sweden stays, winter or summer.
        ("2024-08-31T08:00:00", "2024-11-30T08:00:00"),
        ("2024-11-30T08:00:00", "2025-02-28T08:00:00"),
        ("2023-11-30T08:00:00", "2024-02-29T08:00:00"),
        ("2024-12-31T23:30:00", "2025-03-31T23:30:00"),
    ],
)
def test_a_locked_draft_is_disposed_of_after_three_months(created, turn):
    """The same day three months on, or the month's last where it has no such day."""
    assert (local(turn), Action.DISPOSE) == next_turn(draft(created, CertificateState.LOCKED))


@pytest.mark.parametrize(
    ("created", "night"),
    [
        ("2024-09-02T08:00:00", "2024-09-17T02:00:00"),
        ("2024-09-02T01:00:00", "2024-09-16T02:00:00"),
        ("2024-09-02T02:00:00", "2024-09-16T02:00:00"),
        # The night on which the hour comes twice: the first of the two.
        ("2024-10-12T08:00:00", "2024-10-27T02:00:00"),
        ("2024-12-20T08:00:00", "2025-01-04T02:00:00"),
    ],
)
def test_the_next_night(created, night):
    """At two o'clock in Sweden, the first after the moment from which there is something to do."""
    assert local(night) == next_night([draft(created)])


def test_the_night_without_its_hour():
    """On the night when two o'clock does not exist, the work is done all the same before the next morning."""
    night = next_night([draft("2025-03-15T08:00:00")])
    assert local("2025-03-30T01:59:00") < night < local("2025-03-30T06:00:00")


def test_the_earliest_draft_decides():
    """Of several drafts the one whose turn comes first."""
    drafts = [draft("2024-09-20T08:00:00"), draft("2024-09-02T08:00:00"), draft("2024-09-10T08:00:00")]
    assert local("2024-09-17T02:00:00") == next_night(drafts)


def test_a_night_is_told_in_the_moments_own_zone():
    """A moment in UTC gives a night in UTC, so that traces have one zone."""
    one = draft("2024-09-02T08:00:00")
    night = next_night([replace(one, created_at=one.created_at.astimezone(UTC))])
    assert (timedelta(0), UTC) == (night - local("2024-09-17T02:00:00"), night.tzinfo)
