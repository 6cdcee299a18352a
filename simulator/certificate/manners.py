"""Webcert's manners: what a journal system sees differently by code path, and by date.

Two code paths tell the same things in different ways, and both have changed over the years. `manners` gives those of
a path as of a day: today's, unless `as_of` brings an earlier day back. Each row of `CHANGES` is one difference that a
journal system could see, with the day from which it is as today; before that day it was as the row says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Any

from simulator.certificate.catalogue import Path
from simulator.sentence import Sentence, say


class CountsTold(StrEnum):
    """On which events the question counts are told; elsewhere they are zero."""

    ALWAYS = "always"
    ON_QUESTIONS = "on-questions"
    NEVER = "never"


class Closing(StrEnum):
    """What the parent's journal system is told when a signed child closes the complement questions."""

    ONCE = "once"
    EACH = "each"
    NOT_AT_ALL = "not-at-all"


class Rewriting(StrEnum):
    """When a message is not sent as it was stored, but written again from the certificate as it is then."""

    NEVER = "never"
    # With the time of the attempt as the event's moment.
    EACH_RETRY = "each-retry"
    # When it is picked up for its first attempt, with the event's own moment: a redelivery by hand.
    FIRST_ATTEMPT = "first-attempt"
    # A redelivery is the stored message without its signature.
    UNSIGNED_RETRY = "unsigned-retry"


@dataclass(frozen=True)
class Manners:
    """How one path tells what happens, as of one day; the defaults are certificate-service's today (Webcert's code)."""

    # Whether a journal system is told anything.
    tells: bool = True
    # legitimeratYrke of the one who issued it.
    licences: bool = True
    counts: CountsTold = CountsTold.ALWAYS
    # At signing: SIGNAT, then the parent's HANFRFM, then SKICKA; or SKICKA before the parent's.
    sends_before_closing: bool = False
    closing: Closing = Closing.ONCE
    # At revocation open questions are handled first and in silence, or after MAKULE with an event each.
    tells_closing_at_revocation: bool = False
    tells_reopening: bool = True
    # The parent's questions are reopened and told of one after another, otherwise all of them before the first is told.
    reopens_one_by_one: bool = False
    # Only the newest complement reopens its parent's questions.
    reopens_for_newest_only: bool = False
    # amne and sistaDatumForSvar on NYFRFM.
    subject: bool = True
    # The journal system's own reference.
    care_reference: bool = True
    # hanteratAv of the message, as such.
    handled_by: bool = True
    # hanteratAv even where nobody is logged in; whom it named is not known, the issuer is assumed.
    handled_by_of_nobody: bool = False
    # hanteratAv when the journal system creates the draft.
    handled_by_of_journal_system: bool = True
    # A question of the care unit that is handled is told as HANFRFV, otherwise as HANFRFM.
    tells_sent_question_apart: bool = True
    # The relation's root is the parent's unit, otherwise the new certificate's.
    relation_root_of_parent: bool = True
    # The message names the unit that the certificate's own has been mapped to.
    speaks_of_mapped_unit: bool = False
    # What stands for a workplace code that is blank.
    blank_workplace_code: str = ""
    # A deleted draft can be told of once more in full; otherwise there is only the row of the event.
    keeps_deleted_drafts: bool = True
    # A message that does not arrive is sent again.
    redelivers: bool = True
    rewriting: Rewriting = Rewriting.NEVER
    # A redelivery goes to the unit that the certificate's own has been mapped to.
    redelivers_to_mapped_unit: bool = True


_TODAY: Mapping[Path, Manners] = MappingProxyType(
    {
        Path.CS: Manners(),
        Path.LEGACY: Manners(
            licences=False,
            counts=CountsTold.ON_QUESTIONS,
            sends_before_closing=True,
            closing=Closing.EACH,
            tells_closing_at_revocation=True,
            reopens_one_by_one=True,
            reopens_for_newest_only=True,
            handled_by_of_journal_system=False,
            relation_root_of_parent=False,
            speaks_of_mapped_unit=True,
            blank_workplace_code="TEMPORARY ARBETSPLATSKOD",
            keeps_deleted_drafts=False,
        ),
    }
)


@dataclass(frozen=True)
class Change:
    """One change that a journal system could see.

    `since` is the first day on which it is as today. `before` are the manners until then, from `first` on where they
    had not always been so. `assumed` says what the source leaves open.
    """

    name: str
    since: date
    path: Path
    before: Mapping[str, Any]
    what: Sentence
    first: date = date.min
    assumed: Sentence | None = None

    def holds(self, day: date) -> bool:
        """Whether the earlier manners held on that day."""
        return self.first <= day < self.since


# Webcert's own history, as far as a journal system sees it (Webcert's code).
CHANGES: tuple[Change, ...] = (
    Change(
        "outer-handled-by", date(2020, 2, 1), Path.LEGACY, {"handled_by": False},
        say("hanteratAv is in the message; before, it was not"),
        assumed=say("the month is known, the day is not"),
    ),
    Change(
        "signature-on-redelivery", date(2021, 10, 1), Path.LEGACY, {"rewriting": Rewriting.UNSIGNED_RETRY},
        say("a redelivery carries the signature; at first it was left out"), first=date(2021, 3, 1),
        assumed=say("the day on which it came back is not known"),
    ),
    Change(
        "first-events", date(2024, 4, 1), Path.CS, {"tells": False},
        say("status updates come; before, none did"),
        assumed=say("April or May is known, the day is not"),
    ),
    Change(
        "care-reference", date(2024, 5, 28), Path.CS, {"care_reference": False},
        say("ref is in the message; before, it was not"),
    ),
    Change(
        "handled-by-of-nobody", date(2024, 6, 4), Path.CS, {"handled_by_of_nobody": True},
        say("hanteratAv is left out where nobody is logged in; before, it was there"),
        assumed=say("whom it named is not known; the issuer is taken"),
    ),
    Change(
        "counts", date(2024, 10, 11), Path.CS, {"counts": CountsTold.NEVER},
        say("questions are counted; before, all counts were zero"),
    ),
    Change(
        "handled-sent-question", date(2024, 10, 16), Path.CS, {"tells_sent_question_apart": False},
        say("a handled question of the care unit comes as HANFRFV; before, as HANFRFM"),
    ),
    Change(
        "closing-at-signing", date(2024, 11, 1), Path.CS, {"closing": Closing.NOT_AT_ALL},
        say("HANFRFM comes on the parent when the child is signed; before, nothing did"),
    ),
    Change(
        "redelivery", date(2025, 2, 25), Path.CS, {"redelivers": False},
        say("a message that does not arrive is sent again; before, it was sent once"),
    ),
    Change(
        "reopening-at-revocation", date(2025, 11, 12), Path.CS, {"tells_reopening": False},
        say("NYFRFM comes on the parent when a complementing child is revoked; before, nothing did"),
    ),
    Change(
        "subject", date(2025, 12, 19), Path.CS, {"subject": False},
        say("NYFRFM carries amne and sistaDatumForSvar; before, it did not"),
    ),
    Change(
        "mapped-unit", date(2026, 1, 30), Path.CS, {"redelivers_to_mapped_unit": False},
        say("a redelivery goes to the unit that the certificate's has been mapped to; before, to its own"),
    ),
    Change(
        "stored-message", date(2026, 6, 10), Path.CS, {"rewriting": Rewriting.EACH_RETRY},
        say("a redelivery sends the stored message; before, it was written anew, with the time of the attempt"),
    ),
)  # fmt: skip


@cache
def manners(path: Path, as_of: date | None = None) -> Manners:
    """The manners of a path as of a day, or today's."""
    found = _TODAY[path]
    for change in CHANGES:
        if as_of is not None and change.path is path and change.holds(as_of):
            found = replace(found, **change.before)
    return found
