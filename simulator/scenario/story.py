"""A story: a scenario that can be played, with people instead of names and moments instead of lengths of time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from simulator.certificate.catalogue import Policy
from simulator.certificate.deeds import Deed
from simulator.certificate.mail import MailRule
from simulator.certificate.unit_mapping import UnitMapping
from simulator.journal.behaviour import BehaviourRule, Match
from simulator.ntjp.routing import PlatformSetup
from simulator.redelivery.schedule import RedeliverySchedule
from simulator.scenario.cast import Cast
from simulator.scenario.expectations import Expectation
from simulator.scenario.yaml_file import Place
from simulator.simulation import JournalSystemSetup
from simulator.webcert.awaited_draft import AwaitedDraft
from simulator.webcert.manual_redelivery import Choice

# What a step of a story can be: something done to a certificate, an operator's choice, or a wait for somebody else.
Planned = Deed | Choice | AwaitedDraft


@dataclass(frozen=True)
class PlannedDeed:
    """Something that somebody does, when, and where that was written."""

    at: datetime
    deed: Planned
    place: Place


@dataclass(frozen=True)
class Asked:
    """An expectation and where it was written."""

    expectation: Expectation
    place: Place


@dataclass(frozen=True)
class Story:
    """A scenario that can be played. `sha256` is of all that it was made of, by which a store knows it.

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
    as_of: date | None
    change_window: timedelta
    unit_mappings: tuple[UnitMapping, ...]
    mail: tuple[MailRule, ...]
    signing_down: tuple[tuple[datetime, datetime], ...]
    timeout: timedelta
    journal_systems: tuple[JournalSystemSetup, ...]
    deeds: tuple[PlannedDeed, ...]
    # The moment of the last step, which may be one that only waits.
    last_step_at: datetime
    asked: tuple[Asked, ...]
    cast: Cast
    certificate_ids: Mapping[str, str] = field(default_factory=dict)
    tags: frozenset[str] = frozenset()
    case: str | None = None
    # Why an expectation is known not to hold.
    expect_failure: str | None = None

    def moved_to(self, start: datetime) -> Story:
        """The same story, beginning at another moment."""
        by = start - self.start
        return replace(
            self,
            start=start,
            until=None if self.until is None else self.until + by,
            deeds=tuple(replace(one, at=one.at + by, deed=_moved_deed(one.deed, by)) for one in self.deeds),
            last_step_at=self.last_step_at + by,
            unit_mappings=tuple(
                replace(
                    one,
                    since=one.since + by,
                    issued_since=_later(one.issued_since, by),
                    issued_until=_later(one.issued_until, by),
                )
                for one in self.unit_mappings
            ),
            mail=tuple(replace(one, since=one.since + by) for one in self.mail),
            signing_down=tuple((since + by, until + by) for since, until in self.signing_down),
            journal_systems=tuple(
                replace(
                    one,
                    behaviour=tuple(_moved(rule, by) for rule in one.behaviour),
                    platform=_moved_platform(one.platform, by),
                )
                for one in self.journal_systems
            ),
        )


def _later(moment: datetime | None, by: timedelta) -> datetime | None:
    return None if moment is None else moment + by


def _moved_deed(deed: Planned, by: timedelta) -> Planned:
    if not isinstance(deed, Choice):
        return deed
    return replace(
        deed, since=_later(deed.since, by), until=_later(deed.until, by), activate_at=_later(deed.activate_at, by)
    )


def _moved(rule: BehaviourRule, by: timedelta) -> BehaviourRule:
    return replace(rule, match=_moved_match(rule.match, by), within=_moved_match(rule.within, by))


def _moved_platform(platform: PlatformSetup | None, by: timedelta) -> PlatformSetup | None:
    if platform is None:
        return None
    return replace(
        platform, failures=tuple(replace(one, rule=_moved(one.rule, by)) for one in platform.failures)
    )  # fmt: skip


def _moved_match(match: Match, by: timedelta) -> Match:
    return replace(match, since=_later(match.since, by), until=_later(match.until, by))
