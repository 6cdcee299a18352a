"""Every row of the rules is played by a scenario that asks for just that row (`rows`)."""

from __future__ import annotations

from functools import cache

import pytest

from simulator.certificate.events import EventCode
from simulator.certificate.lifecycle import LIFECYCLE, Action
from simulator.certificate.manners import CHANGES
from simulator.scenario.cast import load_cast
from simulator.scenario.load import load_story
from simulator.scenario.model import Step
from simulator.scenario.yaml_file import read_yaml
from tests.scenarios.rows import ROWS
from tests.scenarios.stories import FILES, NAMES, SCENARIOS

PLAYED = [(section, *row) for section, rows in ROWS.items() for row in rows]


@cache
def asked_in(path) -> list[list[str]]:
    """What a scenario expects, each in the words of ROWS."""
    return [_in_words(asked.expectation) for asked in load_story(path, load_cast()).asked]


def _in_words(expectation) -> list[str]:
    words = getattr(expectation, expectation.said).model_dump(exclude_unset=True, mode="json", by_alias=True)
    about = [words.pop(key) for key in ("certificate", "event", "action") if key in words]
    events = words.pop("events", None)
    if events is not None:
        about += [", ".join(events)] if expectation.said == "in_order" else events
    values = [f"{key}={_value(value)}" for key, value in words.items()]
    return [" ".join([expectation.said, *about]), *values]


def _value(value) -> str:
    return (
        "/".join(str(value[key]) for key in ("code", "to", "root") if key in value)
        if isinstance(value, dict)
        else (str(value))
    )


@pytest.mark.parametrize(("section", "row", "scenario", "asks"), PLAYED, ids=lambda value: str(value)[:60])
def test_every_row_is_played(section, row, scenario, asks):
    """The scenario of a row expects what the row says."""
    path = SCENARIOS / "events" / f"{scenario}.scenario.yaml"
    found = [one for one in asked_in(path) if _says(one, asks)]
    assert found, f"{section}, {row}: {scenario} does not ask '{asks}'"


def _says(expectation: list[str], asks: str) -> bool:
    """Whether an expectation has all the words of a row, and its head exactly."""
    head, *values = expectation
    if not asks.startswith(head):
        return False
    left = f"{asks.removeprefix(head)} "
    for value in values:
        left = left.replace(f" {value} ", " ", 1)
    return not left.strip()


def test_every_scenario_of_events_plays_a_row():
    """No scenario lies there whose row is not named."""
    named = {f"events/{scenario}" for _, _, scenario, _ in PLAYED}
    # These two show what is beside the rows.
    beside = {"events/changes/same-moment", "events/legacy/cannot-complement"}
    assert named | beside == {name for name in NAMES if name.startswith("events/")}


@pytest.mark.parametrize("event", EventCode)
def test_every_event_has_a_scenario_of_its_own(event):
    """There is a scenario that is called as the event is, and it delivers it."""
    path = SCENARIOS / "events" / f"{event.value.lower()}.scenario.yaml"
    assert any(f" {event.value}" in one[0] for one in asked_in(path))


def test_every_action_is_played():
    """Every action that a story can take is taken by some scenario, and so is every one that time takes."""
    taken = {step for path in FILES for one in read_yaml(path).content["steps"] for step in one}
    by_time = {Action.LOCK, Action.DISPOSE}
    waited_for = {"await_draft"}
    assert {field.alias or name for name, field in Step.model_fields.items()} - waited_for == taken
    assert {action.value for row in LIFECYCLE.values() for action in row} - by_time <= taken


def test_every_change_of_manners_has_a_scenario_on_both_sides_of_its_date():
    """Each change is played as of the day before, and as of its day."""
    wanted = {f"as-of/{change.name}-{side}" for change in CHANGES for side in ("before", "after")}
    assert wanted <= set(NAMES)
    for change in CHANGES:
        days = [
            load_story(SCENARIOS / "as-of" / f"{change.name}-{side}.scenario.yaml", load_cast()).as_of
            for side in ("before", "after")
        ]
        assert (change.since - days[0]).days == 1
        assert days[1] == change.since


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.name)
def test_a_change_is_seen_in_the_trace_or_in_the_messages(change):
    """The expectations on the two sides of a date are not the same."""
    before, after = (
        asked_in(SCENARIOS / "as-of" / f"{change.name}-{side}.scenario.yaml") for side in ("before", "after")
    )
    assert before != after
