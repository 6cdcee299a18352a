"""Which error a call meets in the platform, if any."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from simulator.journal.behaviour import Answer, BehaviourRule, CallFacts, Match
from simulator.ntjp.routing import Failure, PlatformSetup, RoutingCatalogue, refusal
from simulator.ntjp.vp_codes import VpCode

NOW = datetime(2024, 9, 2, 6, 0, tzinfo=UTC)
CATALOGUE = RoutingCatalogue([("alfa", ("A1", "A2")), ("beta", ("B1", "A2"))])


def failure(code: VpCode, match: Match) -> Failure:
    """A failure of the platform for the calls that match."""
    return Failure(code, BehaviourRule(match, (Answer(),)))


def refused(*failures: Failure, unit: str = "A1", now: datetime = NOW) -> VpCode | None:
    """What a call to the unit meets."""
    return refusal(PlatformSetup(failures), CATALOGUE, CallFacts(now=now, unit=unit), unit)


def test_an_address_has_one_route_or_none_is_taken():
    """No system with the address is VP004, more than one VP006."""
    assert [None, VpCode.VP006, VpCode.VP004] == [refused(unit=unit) for unit in ("A1", "A2", "C1")]


def test_a_failure_has_its_window_and_its_units():
    """Before and after its window, and for other units, a call passes."""
    later = NOW + timedelta(hours=1)
    down = failure(VpCode.VP008, Match(units=frozenset({"A1"}), since=NOW, until=later))
    assert VpCode.VP008 is refused(down)
    assert refused(down, now=later) is None
    assert refused(down, now=NOW - timedelta(seconds=1)) is None
    assert refused(down, unit="B1") is None


def test_the_most_specific_failure_wins_then_the_last():
    """As behaviours do; and a failure comes before what is wrong with the route."""
    wide, narrow = failure(VpCode.VP012, Match()), failure(VpCode.VP007, Match(units=frozenset({"A1"})))
    assert VpCode.VP007 is refused(narrow, wide)
    assert VpCode.VP011 is refused(wide, failure(VpCode.VP011, Match()))
    assert VpCode.VP012 is refused(wide, unit="C1")
