"""Whatever template is written and whatever strategy is given, the table of delays is what it says."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tenacity import (
    Retrying,
    stop_after_attempt,
    wait_chain,
    wait_combine,
    wait_exponential,
    wait_fixed,
    wait_incrementing,
)

from simulator.errors import UsageError
from simulator.redelivery.schedule import PRESETS, RedeliverySchedule, from_strategies, parse_template, schedule_named

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}

# Webcert's own pattern of a template (NotificationRedeliveryStrategy, STRATEGY_TEMPLATE_FORMAT_REGEX).
WEBCERTS_PATTERN = re.compile(r"[1-9][0-9]?#([1-9][0-9]?:[smhd],)*([1-9][0-9]?:[smhd])")

attempts = st.integers(min_value=1, max_value=99)
pairs = st.lists(st.tuples(st.integers(min_value=1, max_value=99), st.sampled_from("smhd")), min_size=1, max_size=110)


def written(attempts_max: int, its_pairs: list[tuple[int, str]]) -> str:
    """The template with these numbers."""
    return f"{attempts_max}#{','.join(f'{value}:{unit}' for value, unit in its_pairs)}"


templates = st.builds(written, attempts, pairs)


@given(attempts, pairs)
def test_delays_are_those_of_a_naive_model(attempts_max, its_pairs):
    """Attempt n is followed by pair n, or by the last pair where there are not as many."""
    expected = []
    for attempt in range(1, attempts_max):
        value, unit = its_pairs[attempt - 1] if attempt <= len(its_pairs) else its_pairs[-1]
        expected.append(timedelta(seconds=value * SECONDS[unit]))
    schedule = parse_template(written(attempts_max, its_pairs))
    assert tuple(expected) == schedule.delays
    assert attempts_max == schedule.attempts_max


@given(templates)
def test_a_valid_template_round_trips(template):
    """A schedule carries its template as its name, and that makes the same schedule again."""
    schedule = schedule_named(template)
    assert template == schedule.name
    assert schedule == parse_template(schedule.name)


@given(templates)
def test_offsets_strictly_increase(template):
    """No two attempts are due at the same moment, and there is an offset for each."""
    schedule = parse_template(template)
    offsets = schedule.offsets()
    assert timedelta(0) == offsets[0]
    assert schedule.attempts_max == len(offsets)
    assert all(earlier < later for earlier, later in pairwise(offsets))
    assert schedule.delays == tuple(later - earlier for earlier, later in pairwise(offsets))


@given(templates.filter(lambda template: not template.startswith("1#")), st.integers(min_value=1, max_value=500))
def test_there_is_a_delay_after_every_attempt(template, attempts_made):
    """Past the end of the table the last delay repeats."""
    schedule = parse_template(template)
    expected = schedule.delays[attempts_made - 1] if attempts_made <= len(schedule.delays) else schedule.delays[-1]
    assert expected == schedule.delay_after(attempts_made)


def accepted(text: str) -> bool:
    """Whether the text is taken for a template; anything raised but a UsageError fails the test."""
    try:
        parse_template(text)
    except UsageError:
        return False
    return True


@given(st.text(max_size=20))
def test_every_refusal_repeats_what_was_written(text):
    """The sentence can be said, whatever braces or quotes stand in the text."""
    assume(not WEBCERTS_PATTERN.fullmatch(text))
    with pytest.raises(UsageError) as raised:
        parse_template(text)
    assert str(raised.value).startswith(f"'{text}' is no redelivery template: ")


@given(st.text(alphabet="0123456789#:,smhdw -x", max_size=20) | st.text(max_size=20))
def test_a_text_is_a_template_to_us_when_it_is_one_to_webcert(text):
    """Webcert's pattern decides, for whatever is written."""
    assert (WEBCERTS_PATTERN.fullmatch(text) is not None) == accepted(text)


@given(templates, st.data())
def test_a_slip_in_a_template_is_judged_as_webcert_judges_it(template, data):
    """One character put in, left out or exchanged makes another template, or none."""
    place = data.draw(st.integers(min_value=0, max_value=len(template)))
    left_out = data.draw(st.integers(min_value=0, max_value=1))
    put_in = data.draw(st.text(alphabet="0123456789#:,smhdw ٣\n", max_size=1))
    slip = template[:place] + put_in + template[place + left_out :]
    assert (WEBCERTS_PATTERN.fullmatch(slip) is not None) == accepted(slip)


@given(st.text(max_size=30))
def test_no_name_raises_anything_but_a_usage_error(text):
    """Whatever a person writes for a schedule is one, or is refused in a sentence."""
    try:
        schedule = schedule_named(text)
    except UsageError:
        assert text not in PRESETS
        assert not WEBCERTS_PATTERN.fullmatch(text)
    else:
        assert text == schedule.name


seconds = st.integers(min_value=1, max_value=86_400)
simple_waits = st.one_of(
    st.builds(wait_fixed, seconds),
    st.builds(wait_incrementing, seconds, st.integers(min_value=0, max_value=3600)),
    st.builds(wait_exponential, multiplier=seconds, max=seconds, min=seconds),
)
waits = st.one_of(
    simple_waits,
    st.lists(simple_waits, min_size=1, max_size=5).map(lambda several: wait_chain(*several)),
    st.lists(simple_waits, min_size=1, max_size=3).map(lambda several: wait_combine(*several)),
)


@given(waits, attempts)
def test_the_table_is_what_tenacity_itself_would_sleep(wait, attempts_max):
    """tenacity, run with a call that always fails, sleeps exactly the delays of the table."""
    slept: list[float] = []
    schedule = from_strategies(wait, stop_after_attempt(attempts_max), "mine")

    def fail() -> None:
        raise ConnectionError

    retrying = Retrying(wait=wait, stop=stop_after_attempt(attempts_max), sleep=slept.append, reraise=True)
    with pytest.raises(ConnectionError):
        retrying(fail)
    assert RedeliverySchedule("mine", tuple(timedelta(seconds=delay) for delay in slept)) == schedule


@given(st.floats(), attempts)
def test_any_number_is_a_delay_or_is_refused(delay, attempts_max):
    """Negative numbers, none, NaN and infinity never get into a table."""
    assume(attempts_max > 1)
    try:
        schedule = from_strategies(lambda _: delay, stop_after_attempt(attempts_max), "mine")
    except UsageError:
        assert not 0.001 <= delay <= 99 * 86_400
    else:
        assert all(timedelta(milliseconds=1) <= one <= timedelta(days=99) for one in schedule.delays)
        assert {timedelta(milliseconds=round(delay * 1000))} == set(schedule.delays)
