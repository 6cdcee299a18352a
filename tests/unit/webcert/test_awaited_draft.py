"""Which draft a story takes for the one that it awaits."""

from __future__ import annotations

from datetime import timedelta

from simulator.certificate.catalogue import FK7211, FK7443, TYPES_BY_KEY
from simulator.webcert.awaited_draft import AwaitedDraft, AwaitedDrafts

HERE, THERE = "TSTNMT2321000156-ALMC", "TSTNMT2321000156-ALAM"
LISJP_OLD, LISJP_NEW = TYPES_BY_KEY["FK7804", "legacy", "1.2"], TYPES_BY_KEY["FK7804", "cs", "2.0"]


def awaited(alias, kind=FK7443, unit=HERE):
    """A draft that a story awaits."""
    return AwaitedDraft(alias, unit, kind, timedelta(seconds=1))


def test_the_first_that_fits_takes_the_name():
    """Type and unit decide, and of several that fit the first in the story comes first."""
    taken = []
    drafts = AwaitedDrafts([awaited("a", FK7211), awaited("b", unit=THERE), awaited("c"), awaited("d")], taken)
    assert drafts.alias_for(FK7443, HERE) == "c"
    taken.append("c")
    assert drafts.alias_for(FK7443, HERE) == "d"
    assert drafts.alias_for(FK7443, THERE) == "b"
    assert drafts.alias_for(FK7211, HERE) == "a"


def test_a_draft_that_was_refused_is_awaited_on():
    """A name is taken by a certificate, and not by the wish for one."""
    drafts = AwaitedDrafts([awaited("c")], [])
    assert ["c", "c"] == [drafts.alias_for(FK7443, HERE) for _ in range(2)]


def test_a_draft_that_nobody_awaits_is_told_apart():
    """It gets the first name of its kind that no certificate has, also one that comes from elsewhere."""
    taken = {"draft-1": 1, "draft-3": 3}
    drafts = AwaitedDrafts([], taken)
    assert drafts.alias_for(FK7443, HERE) == "draft-2"
    taken["draft-2"] = 2
    assert drafts.alias_for(FK7443, HERE) == "draft-4"


def test_a_type_that_stands_on_both_paths():
    """A story that awaits a type gets it in whichever version it is begun."""
    assert AwaitedDrafts([awaited("c", LISJP_OLD)], []).alias_for(LISJP_NEW, HERE) == "c"
