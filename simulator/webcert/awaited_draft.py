"""Drafts that a story expects from a journal system, so that it can go on with them when they come.

They are told before the story begins: a journal system may call earlier than the step that waits for it. The first
draft that fits takes the short name that the story has for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

from simulator.certificate.catalogue import CertificateType


@dataclass(frozen=True)
class AwaitedDraft:
    """A draft of this type at this unit, known to the story as `alias`; `within` is time on the wall."""

    alias: str
    unit: str
    type: CertificateType
    within: timedelta


class AwaitedDrafts:
    """Those that have not come yet, and names for drafts that nobody awaits.

    `taken` are the names that certificates have by now, those of the story among them.
    """

    def __init__(self, awaited: Iterable[AwaitedDraft], taken: Collection[str]) -> None:
        self._awaited = tuple(awaited)
        self._taken = taken

    def alias_for(self, kind: CertificateType, unit: str) -> str:
        """The story's name for a draft that comes, or one that tells it apart; it is free until a draft has it."""
        for one in self._awaited:
            if one.alias not in self._taken and one.unit == unit and one.type.wire_code == kind.wire_code:
                return one.alias
        names = (f"draft-{number}" for number in count(1))
        return next(name for name in names if name not in self._taken)
