"""The window in which changes wait, Webcert's own tests of its filter among them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.certificate.events import EventCode
from simulator.certificate.identity import CertificateId, LogicalAddress
from simulator.redelivery.coalescing import NEWER_CHANGE, SIGNED, ChangeWindow, is_held, silenced
from simulator.redelivery.delivery import Delivery, DeliveryState

BEGINS = datetime(2024, 9, 2, 6, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
WINDOW = ChangeWindow(BEGINS)


def delivery(number: int, event: EventCode, minute: float, certificate: str = "c1", waits: bool = True) -> Delivery:
    """A delivery that has just been made; a change waits for its window unless it is FK7263's."""
    at = BEGINS + minute * MINUTE
    held = waits and event is EventCode.ANDRAT
    return Delivery(
        number, CertificateId(certificate), certificate, event, at, LogicalAddress("TST-UNIT"), "alfa", b"",
        DeliveryState.WAITING, 0, WINDOW.end(at) if held else at,
    )  # fmt: skip


def told(*deliveries: Delivery) -> list[int]:
    """Which of them are told."""
    quiet = silenced(deliveries)
    return [one.id for one in deliveries if one.id not in quiet]


@pytest.mark.parametrize(("minutes", "ends"), [(0, 5), (0.5, 5), (4.999, 5), (5, 10), (9, 10), (725.1, 730)])
def test_windows_follow_each_other_from_the_start(minutes, ends):
    """One interval serves all: a change waits at most five minutes, and one at an end waits for the next."""
    assert BEGINS + ends * MINUTE == WINDOW.end(BEGINS + minutes * MINUTE)


def test_a_window_of_no_length_lets_everything_through():
    """Nothing waits."""
    assert BEGINS == ChangeWindow(BEGINS, timedelta(0)).end(BEGINS)


@given(st.integers(0, 10**9), st.integers(1, 10**7))
def test_a_window_ends_after_the_moment_and_within_its_length(milliseconds, length):
    """A change never waits longer than one window, and never ends at its own moment."""
    moment, window = BEGINS + timedelta(milliseconds=milliseconds), timedelta(milliseconds=length)
    assert moment < ChangeWindow(BEGINS, window).end(moment) <= moment + window


# NotificationMessageDiscardFilterTest


def test_nothing_where_both_signed_and_saved_exist():
    """testReturnsNothingWhenBothSignedAndSavedExists: a change after the signing is not told; SIGNAT goes beside."""
    signing, change = delivery(1, EventCode.SIGNAT, 0), delivery(2, EventCode.ANDRAT, 1)
    assert {2: (1, SIGNED)} == silenced([signing, change])


def test_nothing_where_both_signed_and_saved_exist_saved_before():
    """testReturnsNothingWhenBothSignedAndSavedExistsAndratBeforeSignerat: nor is a change before it."""
    change, signing = delivery(1, EventCode.ANDRAT, 0), delivery(2, EventCode.SIGNAT, 1)
    assert {1: (2, SIGNED)} == silenced([change, signing])


def test_changes_and_signing_are_filtered_and_others_retained():
    """testFiltersOutAndratAndSignatButRetainsOthers: SKAPAT and RADERA pass, and no change does."""
    events = [EventCode.SKAPAT, EventCode.SIGNAT, EventCode.ANDRAT, EventCode.ANDRAT, EventCode.RADERA]
    window = [delivery(place, event, place / 10) for place, event in enumerate(events, start=1)]
    assert [1, 2, 5] == told(*window)


def test_the_latest_saved_is_returned():
    """testReturnsLatestSaved: of three changes out of order the newest by its event's moment is told."""
    window = [delivery(1, EventCode.ANDRAT, 2), delivery(2, EventCode.ANDRAT, 3), delivery(3, EventCode.ANDRAT, 1)]
    assert {1: (2, NEWER_CHANGE), 3: (2, NEWER_CHANGE)} == silenced(window)


def test_of_two_changes_at_one_moment_the_first_stays():
    """A tie is the first one's (Webcert's code)."""
    assert [1] == told(delivery(1, EventCode.ANDRAT, 1), delivery(2, EventCode.ANDRAT, 1))


def test_one_certificate_is_nothing_to_another():
    """A signing silences the changes of its own certificate alone."""
    window = [delivery(1, EventCode.ANDRAT, 0), delivery(2, EventCode.ANDRAT, 1, "c2"),
              delivery(3, EventCode.SIGNAT, 2, "c2")]  # fmt: skip
    assert [1, 3] == told(*window)


def test_fk7263_waits_for_nothing():
    """Changes that do not wait are told, whatever else happens at the same time."""
    window = [delivery(number, EventCode.ANDRAT, 1, waits=False) for number in range(3)]
    assert not any(map(is_held, window))
    assert [0, 1, 2, 9] == told(*window, delivery(9, EventCode.SIGNAT, 1))


@given(
    st.lists(
        st.tuples(st.sampled_from(EventCode), st.integers(0, 4), st.sampled_from(["c1", "c2"])), min_size=1, max_size=12
    )
)
def test_at_most_one_change_of_a_certificate_is_told(drawn):
    """In one window: one change where it was not signed, none where it was, and all that is no change."""
    window = [delivery(number, event, minute, one) for number, (event, minute, one) in enumerate(drawn, start=1)]
    left = [one for one in window if one.id in told(*window)]
    assert [one for one in window if one.event is not EventCode.ANDRAT] == [
        one for one in left if one.event is not EventCode.ANDRAT
    ]
    for certificate in ("c1", "c2"):
        of_it = [one for one in window if one.alias == certificate]
        changes = [one for one in of_it if one.event is EventCode.ANDRAT]
        kept = [one for one in left if one.alias == certificate and one.event is EventCode.ANDRAT]
        signed = any(one.event is EventCode.SIGNAT for one in of_it)
        assert (0 if signed or not changes else 1) == len(kept)
        assert all(one.occurred_at == max(change.occurred_at for change in changes) for one in kept)
