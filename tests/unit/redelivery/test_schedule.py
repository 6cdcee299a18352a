"""The redelivery schedule: Webcert's template, the presets, and strategies from Python."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from tenacity import (
    RetryCallState,
    stop_after_attempt,
    stop_after_delay,
    stop_any,
    stop_before_delay,
    stop_never,
    stop_when_event_set,
    wait_chain,
    wait_combine,
    wait_exception,
    wait_exponential,
    wait_exponential_jitter,
    wait_fixed,
    wait_full_jitter,
    wait_incrementing,
    wait_none,
    wait_random,
    wait_random_exponential,
)

from simulator.errors import UsageError
from simulator.redelivery.schedule import (
    DEFAULT_SCHEDULE,
    PRESETS,
    RedeliverySchedule,
    from_strategies,
    parse_template,
    schedule_named,
)

# The template of Webcert's own NotificationRedeliveryStrategyStandardTest (Webcert's code).
STANDARD_TEST = "5#11:s,22:m,33:h,44:d"


def refusal(ask: Callable[[], object]) -> str:
    """The sentence with which something is refused."""
    with pytest.raises(UsageError) as raised:
        ask()
    return str(raised.value)


# Webcert's own tests


def test_webcerts_max_deliveries():
    """The number before # is all deliveries, the first included."""
    assert 5 == parse_template(STANDARD_TEST).attempts_max


@pytest.mark.parametrize(
    ("attempts_made", "delay"),
    [
        (1, timedelta(seconds=11)),
        (2, timedelta(minutes=22)),
        (3, timedelta(hours=33)),
        (4, timedelta(days=44)),
    ],
)
def test_webcerts_delays(attempts_made, delay):
    """Each attempt is followed by the pair of its own number."""
    assert delay == parse_template(STANDARD_TEST).delay_after(attempts_made)


@pytest.mark.parametrize("attempts_made", [5, 100])
def test_webcerts_last_pair_repeats(attempts_made):
    """Past the last pair the last pair is meant, however far past."""
    assert timedelta(days=44) == parse_template(STANDARD_TEST).delay_after(attempts_made)


def test_webcerts_invalid_template():
    """A template that ends in a comma is refused."""
    assert (
        "'30#1:m,' is no redelivery template: delay 2 is empty; a right one is 30#1:m,5:m,30:m,60:m,4:h,1:d"
    ) == refusal(lambda: parse_template("30#1:m,"))


# Presets


@pytest.mark.parametrize(
    ("name", "attempts_max", "last_attempt_after"),
    [
        ("forum-2022", 30, timedelta(days=24, hours=5, minutes=36)),
        ("forum-2022-redeliveries", 31, timedelta(days=25, hours=5, minutes=36)),
        ("webcert-7.7", 30, timedelta(days=24, hours=19, minutes=6)),
        ("webcert-2018", 31, timedelta(hours=25, minutes=3)),
    ],
)
def test_what_the_presets_sum_to(name, attempts_max, last_attempt_after):
    """Each preset has the documented number of attempts, the last of them the documented time after the first."""
    schedule = schedule_named(name)
    assert name == schedule.name
    assert attempts_max == schedule.attempts_max
    assert last_attempt_after == schedule.offsets()[-1]


def test_every_preset_has_its_sum_here():
    """No preset is added without saying what it comes to."""
    assert ["forum-2022", "forum-2022-redeliveries", "webcert-7.7", "webcert-2018"] == list(PRESETS)


def test_the_default_is_the_forums():
    """Who says nothing gets the schedule that the users' forum was told of."""
    assert "forum-2022" == DEFAULT_SCHEDULE


def test_the_forums_schedule_to_the_minute():
    """The first attempts are as on the slide: after 1 min, 5 min, 30 min, 60 min, 4 h, and then once a day."""
    first = datetime(2022, 6, 1, 8, 0, tzinfo=UTC)
    schedule = schedule_named("forum-2022")
    moments = [(first + offset).strftime("%d %H:%M") for offset in schedule.offsets()]
    expected = ["01 08:00", "01 08:01", "01 08:06", "01 08:36", "01 09:36", "01 13:36", "02 13:36", "03 13:36"]
    assert expected == moments[:8]
    assert "25 13:36" == moments[-1]


def test_the_two_readings_of_the_forum_differ_by_one_day_at_the_end():
    """30 deliveries or 30 redeliveries: all but the last attempt are the same."""
    as_deliveries, as_redeliveries = schedule_named("forum-2022"), schedule_named("forum-2022-redeliveries")
    assert (*as_deliveries.delays, timedelta(days=1)) == as_redeliveries.delays


# Templates


@pytest.mark.parametrize(
    ("template", "delays"),
    [
        ("1#1:m", ()),
        ("2#1:m", (timedelta(minutes=1),)),
        ("2#1:m,5:m,1:d", (timedelta(minutes=1),)),
        ("4#1:m,2:h", (timedelta(minutes=1), timedelta(hours=2), timedelta(hours=2))),
        ("3#1:d", (timedelta(seconds=86_400), timedelta(seconds=86_400))),
    ],
)
def test_delays_of_a_template(template, delays):
    """There is one delay fewer than attempts: the last pair stands in for lacking ones, superfluous ones are unused."""
    assert RedeliverySchedule(template, delays) == parse_template(template)


def test_the_longest_template():
    """99 deliveries of 99 days each is the most that a template can say."""
    assert 98 * timedelta(days=99) == parse_template("99#99:d").offsets()[-1]


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("30", "there is no # after the number of deliveries"),
        ("1:m,5:m", "there is no # after the number of deliveries"),
        ("#1:m", "the number of deliveries is '', and must be a whole number from 1 to 99"),
        ("0#1:m", "the number of deliveries is '0', and must be a whole number from 1 to 99"),
        ("100#1:m", "the number of deliveries is '100', and must be a whole number from 1 to 99"),
        ("-1#1:m", "the number of deliveries is '-1', and must be a whole number from 1 to 99"),
        ("030#1:m", "the number of deliveries is '030', and must be a whole number from 1 to 99"),
        (" 30#1:m", "the number of deliveries is ' 30', and must be a whole number from 1 to 99"),
        ("٣#1:m", "the number of deliveries is '٣', and must be a whole number from 1 to 99"),
        ("3٠#1:m", "the number of deliveries is '3٠', and must be a whole number from 1 to 99"),
        ("30#", "delay 1 is empty"),
        ("30#,1:m", "delay 1 is empty"),
        ("30#1:m,,5:m", "delay 2 is empty"),
        ("30#1:m,", "delay 2 is empty"),
        ("30#1m", "delay 1 is '1m', and not value:unit"),
        ("30#1:m,5", "delay 2 is '5', and not value:unit"),
        ("30#0:m", "delay 1 has the value '0', which must be a whole number from 1 to 99"),
        ("30#1:m,100:s", "delay 2 has the value '100', which must be a whole number from 1 to 99"),
        ("30#:m", "delay 1 has the value '', which must be a whole number from 1 to 99"),
        ("30#1.5:h", "delay 1 has the value '1.5', which must be a whole number from 1 to 99"),
        ("30#1:m, 5:m", "delay 2 has the value ' 5', which must be a whole number from 1 to 99"),
        ("30#1:w", "delay 1 has the unit 'w'; units are s, m, h and d"),
        ("30#1:M", "delay 1 has the unit 'M'; units are s, m, h and d"),
        ("30#1:", "delay 1 has the unit ''; units are s, m, h and d"),
        ("30#1:m\n", "delay 1 has the unit 'm\n'; units are s, m, h and d"),
        ("30#1:m#5:m", "delay 1 has the unit 'm#5:m'; units are s, m, h and d"),
    ],
)
def test_what_is_wrong_with_a_template(template, reason):
    """A refused template is told exactly what is wrong with it, and what a right one looks like."""
    expected = f"'{template}' is no redelivery template: {reason}; a right one is 30#1:m,5:m,30:m,60:m,4:h,1:d"
    assert expected == refusal(lambda: parse_template(template))


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("forum-2023", "forum-2022"),
        ("Forum-2022", "forum-2022"),
        ("forum-redeliveries", "forum-2022-redeliveries"),
        ("webcert7.7", "webcert-7.7"),
        ("webcert-2019", "webcert-2018"),
    ],
)
def test_an_unknown_name_is_told_the_nearest_preset(word, meant):
    """A slip of the pen gets the name that was meant."""
    assert f"'{word}' is neither a preset nor a template of redelivery; did you mean {meant}?" == refusal(
        lambda: schedule_named(word)
    )


@pytest.mark.parametrize("word", ["", "hourly", "{text}"])
def test_a_name_like_no_other_is_told_all_presets(word):
    """Where nothing is near, everything that there is is listed."""
    assert (
        f"'{word}' is neither a preset nor a template of redelivery; presets are forum-2022, forum-2022-redeliveries, "
        "webcert-7.7 and webcert-2018, a template is 30#1:m,5:m,30:m,60:m,4:h,1:d"
    ) == refusal(lambda: schedule_named(word))


def test_a_template_is_named_by_its_own_text():
    """What stands in a report is what the person wrote."""
    assert STANDARD_TEST == schedule_named(STANDARD_TEST).name


def test_a_broken_template_is_told_what_is_wrong_and_not_a_preset():
    """A text that is meant as a template is judged as one."""
    assert "delay 1 has the unit 'x'" in refusal(lambda: schedule_named("30#1:x"))
    assert "there is no #" in refusal(lambda: schedule_named("30"))


# Schedules


def test_offsets_begin_at_the_first_attempt():
    """There is one offset for each attempt, and the first is zero."""
    schedule = parse_template("3#1:m,5:m")
    assert (timedelta(0), timedelta(minutes=1), timedelta(minutes=6)) == schedule.offsets()


@pytest.mark.parametrize(("template", "attempts_made"), [("5#1:m", 0), ("5#1:m", -1), ("1#1:m", 1)])
def test_there_is_no_delay_before_the_first_attempt_or_after_the_only_one(template, attempts_made):
    """Asking for a delay that does not exist is a mistake of ours."""
    with pytest.raises(ValueError, match="no delay after"):
        parse_template(template).delay_after(attempts_made)


# Strategies from Python


@pytest.mark.parametrize(
    ("wait", "stop", "seconds"),
    [
        (wait_fixed(60), stop_after_attempt(4), [60, 60, 60]),
        (wait_fixed(timedelta(minutes=1)), stop_after_attempt(2), [60]),
        (wait_chain(wait_fixed(1), wait_fixed(2)), stop_after_attempt(4), [1, 2, 2]),
        (wait_exponential(multiplier=60, max=3600), stop_after_attempt(8), [60, 120, 240, 480, 960, 1920, 3600]),
        (wait_incrementing(10, 5), stop_after_attempt(4), [10, 15, 20]),
        (wait_fixed(1) + wait_incrementing(1, 1), stop_after_attempt(4), [2, 3, 4]),
        (wait_fixed(60), stop_after_delay(180), [60, 60, 60]),
        (wait_fixed(60), stop_before_delay(180), [60, 60]),
        (wait_fixed(60), stop_after_attempt(3) | stop_after_delay(600), [60, 60]),
        (wait_fixed(60), stop_after_attempt(3) & stop_after_delay(240), [60, 60, 60, 60]),
        (wait_fixed(60), stop_never | stop_after_attempt(2), [60]),
        (lambda state: state.attempt_number**2, stop_after_attempt(4), [1, 4, 9]),
        (lambda state: 10 + state.seconds_since_start, stop_after_attempt(4), [10, 20, 40]),
        (lambda state: 10 + state.idle_for, stop_after_attempt(3), [10, 20]),
        (wait_fixed(60), lambda state: state.attempt_number >= 2, [60]),
        (wait_fixed(0.0015), stop_after_attempt(2), [0.002]),
        (wait_none(), stop_after_attempt(1), []),
        (wait_fixed(1), stop_after_attempt(99), [1] * 98),
    ],
)
def test_strategies_that_depend_on_number_and_time_alone(wait, stop, seconds):
    """What tenacity would do becomes a table, in whole milliseconds."""
    expected = RedeliverySchedule("mine", tuple(timedelta(seconds=delay) for delay in seconds))
    assert expected == from_strategies(wait, stop, "mine")


AT_RANDOM = "it draws delays at random, and a schedule is the same each time"
OUTSIDE = "it asks for something outside the schedule"
ENDED_IN = "it asks what the attempt ended in, which is not known beforehand"


class WaitAndDraw(wait_random):
    """Somebody's own strategy, made from one that draws."""


@pytest.mark.parametrize(
    ("wait", "stop", "reason"),
    [
        (wait_random(1, 2), stop_after_attempt(3), f"wait_random cannot be a schedule: {AT_RANDOM}"),
        # Luck cannot save it: between 5 and 5 it always draws the same.
        (wait_random(5, 5), stop_after_attempt(3), f"wait_random cannot be a schedule: {AT_RANDOM}"),
        (
            wait_random_exponential(1, 9),
            stop_after_attempt(3),
            f"wait_random_exponential cannot be a schedule: {AT_RANDOM}",
        ),
        (wait_full_jitter(1, 9), stop_after_attempt(3), f"wait_random_exponential cannot be a schedule: {AT_RANDOM}"),
        (
            wait_exponential_jitter(),
            stop_after_attempt(3),
            f"wait_exponential_jitter cannot be a schedule: {AT_RANDOM}",
        ),
        (wait_fixed(3) + wait_random(0, 2), stop_after_attempt(3), f"wait_random cannot be a schedule: {AT_RANDOM}"),
        (
            wait_chain(wait_fixed(1), wait_combine(wait_fixed(1), wait_random(5, 5))),
            stop_after_attempt(3),
            f"wait_random cannot be a schedule: {AT_RANDOM}",
        ),
        # It would never come to draw.
        (wait_random(1, 2), stop_after_attempt(1), f"wait_random cannot be a schedule: {AT_RANDOM}"),
        (WaitAndDraw(1, 1), stop_after_attempt(3), f"WaitAndDraw cannot be a schedule: {AT_RANDOM}"),
        (wait_exception(lambda _: 5), stop_after_attempt(3), f"wait_exception cannot be a schedule: {ENDED_IN}"),
        (wait_fixed(1), stop_when_event_set(threading.Event()), f"stop_when_event_set cannot be a schedule: {OUTSIDE}"),
        (
            wait_fixed(1),
            stop_any(stop_after_attempt(3), stop_when_event_set(threading.Event())),
            f"stop_when_event_set cannot be a schedule: {OUTSIDE}",
        ),
        (wait_fixed(1), stop_never, "stop_never cannot be a schedule: it goes on after 99 attempts, which is the most"),
        (
            wait_fixed(1),
            stop_after_attempt(100),
            "stop_after_attempt cannot be a schedule: it goes on after 99 attempts, which is the most",
        ),
        (
            wait_none(),
            stop_after_attempt(3),
            "wait_none cannot be a schedule: after attempt 1 it gives 0.0 s; a delay is from 0.001 s to 99 days",
        ),
        (60, stop_after_attempt(3), "int cannot be a schedule: it is no strategy of tenacity"),
    ],
)
def test_tenacitys_strategies_that_no_table_can_stand_in_for(wait, stop, reason):
    """They are refused by name, however deep they are hidden, and not by the luck of a draw."""
    assert reason == refusal(lambda: from_strategies(wait, stop, "mine"))


@pytest.mark.parametrize(
    ("delay", "said"),
    [
        (-1, "gives -1 s"),
        (0, "gives 0 s"),
        (0.0004, "gives 0.0004 s"),
        (float("nan"), "gives nan s"),
        (float("inf"), "gives inf s"),
        (float("-inf"), "gives -inf s"),
        (99 * 86_400 + 1, "gives 8553601 s"),
        (10**400, f"gives {10**400} s"),
        (None, "gives None, which is no number of seconds"),
        (True, "gives True, which is no number of seconds"),
        ("60", "gives '60', which is no number of seconds"),
        (timedelta(minutes=1), "gives datetime.timedelta(seconds=60), which is no number of seconds"),
    ],
)
def test_delays_that_are_none(delay, said):
    """A delay is a positive number of seconds, and at most what a template can say."""

    def mine(state: RetryCallState) -> Any:
        return 60 if state.attempt_number < 2 else delay

    text = refusal(lambda: from_strategies(mine, stop_after_attempt(3), "mine"))
    assert f"mine cannot be a schedule: after attempt 2 it {said}" == text.split(";")[0]


@pytest.mark.parametrize(
    "attribute",
    [
        "outcome",
        "fn",
        "args",
        "kwargs",
        "retry_object",
        "start_time",
        "outcome_timestamp",
        "next_action",
        "get_fn_name",
    ],
)
def test_what_a_strategy_may_not_ask_for(attribute):
    """Only the attempt's number and the time elapsed are known before anything is sent."""

    def mine(state: RetryCallState) -> float:
        getattr(state, attribute)
        return 60

    assert (
        f"mine cannot be a schedule: it asks for '{attribute}'; "
        "only the attempt's number and the time elapsed are known beforehand"
    ) == refusal(lambda: from_strategies(mine, stop_after_attempt(3), "mine"))


@pytest.mark.parametrize("as_stop", [False, True])
def test_a_strategy_that_hides_what_it_asks_for_is_found_out(as_stop):
    """Swallowing the refusal does not help."""

    def mine(state: RetryCallState) -> float:
        try:
            return 60 if state.outcome is None else 61
        except Exception:
            return 60

    wait, stop = (wait_fixed(1), mine) if as_stop else (mine, stop_after_attempt(3))
    assert "mine cannot be a schedule: it asks for 'outcome'" in refusal(lambda: from_strategies(wait, stop, "mine"))


def test_a_strategy_cannot_write_down_what_it_has_done():
    """The attempt that it is shown is not its notebook."""

    def mine(state: RetryCallState) -> float:
        state.attempt_number = 7
        return 60

    assert "after attempt 1 it raises FrozenInstanceError" in refusal(
        lambda: from_strategies(mine, stop_after_attempt(3), "mine")
    )


def test_a_strategy_that_breaks_is_refused_with_its_error():
    """The person reads what went wrong in the strategy, and not a traceback of ours."""

    def mine(state: RetryCallState) -> float:
        return [1, 2][state.attempt_number]

    assert "mine cannot be a schedule: after attempt 2 it raises IndexError: list index out of range" == refusal(
        lambda: from_strategies(mine, stop_after_attempt(9), "mine")
    )


def test_a_strategy_that_changes_its_mind_is_refused():
    """A table that comes out differently when it is made again is no schedule."""
    numbers = count(1)

    def mine(_: RetryCallState) -> float:
        return next(numbers)

    assert (
        "mine with stop_after_attempt gives other delays when asked again; a schedule is the same each time"
    ) == refusal(lambda: from_strategies(mine, stop_after_attempt(3), "mine"))


def test_a_strategy_that_changes_its_mind_once_is_refused():
    """It is asked often enough that a coin which mostly falls the same way gives itself away."""
    # Twice for each of the twenty evaluations; this is its last answer that counts.
    asked = count(1)

    def mine(_: RetryCallState) -> float:
        return 61 if next(asked) == 39 else 60

    assert "gives other delays when asked again" in refusal(
        lambda: from_strategies(mine, stop_after_attempt(2), "mine")
    )
