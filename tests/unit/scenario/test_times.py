"""Moments and lengths of time as people write them."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.scenario.times import parse_moment
from simulator.settings import parse_clock, parse_length


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2024-09-02T08:00:00", "2024-09-02T06:00:00"),
        ("2024-09-02 08:00", "2024-09-02T06:00:00"),
        ("2024-01-02T08:00:00", "2024-01-02T07:00:00"),
        ("2024-09-02T08:00:00+05:00", "2024-09-02T03:00:00"),
        ("2024-09-02T08:00:00Z", "2024-09-02T08:00:00"),
        ("2024-10-27T02:30:00", "2024-10-27T00:30:00"),  # the first of two
        ("2024-10-27T02:30:00+01:00", "2024-10-27T01:30:00"),  # the second
    ],
)
def test_a_moment_is_swedish_time(text, utc):
    """Without an offset it is Swedish time, and of two the first."""
    assert datetime.fromisoformat(utc).replace(tzinfo=UTC) == parse_moment(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2024-03-31T02:30:00", "does not exist in Sweden"),
        ("2024-02-30T08:00:00", "is no moment"),
        ("today", "is no moment"),
        ("0001-01-01T00:00:00", "between the years"),
        ("9999-12-31T23:59:59", "between the years"),
        ("2024-09-02T08:00:00.0005", "parts of a millisecond"),
    ],
)
def test_a_moment_that_cannot_be_is_refused(text, words):
    """What is wrong is said in the error."""
    with pytest.raises(ValueError, match=words):
        parse_moment(text)


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("15m", 900), ("2h30m", 9000), ("26d", 2246400), ("1.5h", 5400), ("250ms", 0.25)]
)
def test_a_length_of_time(text, seconds):
    """Numbers with units add up."""
    assert timedelta(seconds=seconds) == parse_length(text)


@given(st.text(max_size=20))
def test_any_text_is_a_length_or_a_value_error(text):
    """Nothing else is ever raised, and no length leaves the calendar."""
    with contextlib.suppress(ValueError):
        assert timedelta() <= parse_length(text) <= timedelta(days=36525)


@given(st.text(max_size=30))
def test_any_text_is_a_moment_or_a_value_error(text):
    """Nothing else is ever raised."""
    with contextlib.suppress(ValueError):
        assert parse_moment(text).tzinfo is UTC


def test_a_rate_is_simulated_time_by_real_time():
    """A day in ten seconds is 8,640 times as fast."""
    assert 8640 == parse_clock("1d=10s").rate
