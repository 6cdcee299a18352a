"""A story: a scenario that can be played, with people instead of names and moments instead of lengths of time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from simulator.certificate.catalogue import Policy
from simulator.journal.behaviour import BehaviourRule, Match
from simulator.redelivery.schedule import RedeliverySchedule
from simulator.scenario.cast import Cast
from simulator.scenario.expectations import Expectation
from simulator.simulation import JournalSystemSetup
from simulator.webcert.publisher import Deed


@dataclass(frozen=True)
class PlannedDeed:
    """Something that somebody does, when, and where that was written."""

    at: datetime
    deed: Deed
    line: int


@dataclass(frozen=True)
class Asked:
    """An expectation and its line."""

    expectation: Expectation
    line: int


@dataclass(frozen=True)
class Story:
    """A scenario that can be played. `sha256` is of the file as it is, by which a store knows it again.

    `certificate_ids` are the ids on the wire of the certificates by their short names.
    """

    path: Path
    name: str
    sha256: str
    start: datetime
    # A start that the file gives is kept; one that it does not give may be moved (docs/design.md).
    start_is_given: bool
    until: datetime | None
    seed: int
    schedule: RedeliverySchedule
    policy: Policy
    timeout: timedelta
    journal_systems: tuple[JournalSystemSetup, ...]
    deeds: tuple[PlannedDeed, ...]
    asked: tuple[Asked, ...]
    cast: Cast
    certificate_ids: Mapping[str, str] = field(default_factory=dict)

    def moved_to(self, start: datetime) -> Story:
        """The same story, beginning at another moment."""
        by = start - self.start
        return replace(
            self,
            start=start,
            until=None if self.until is None else self.until + by,
            deeds=tuple(replace(one, at=one.at + by) for one in self.deeds),
            journal_systems=tuple(
                replace(one, behaviour=tuple(_moved(rule, by) for rule in one.behaviour))
                for one in self.journal_systems
            ),
        )


def _moved(rule: BehaviourRule, by: timedelta) -> BehaviourRule:
    return replace(rule, match=_moved_match(rule.match, by), within=_moved_match(rule.within, by))


def _moved_match(match: Match, by: timedelta) -> Match:
    since = None if match.since is None else match.since + by
    until = None if match.until is None else match.until + by
    return replace(match, since=since, until=until)
