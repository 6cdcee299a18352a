"""Drafts that a story expects from a journal system, so that it can go on with them when they come.

They are told before the story begins: a journal system may call earlier than the step that waits for it. The first
draft that fits takes the short name that the story has for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from simulator.certificate.catalogue import CertificateType


@dataclass(frozen=True)
class AwaitedDraft:
    """A draft of this type at this unit, known to the story as `alias`; `within` is time on the wall."""

    alias: str
    unit: str
    type: CertificateType
    within: timedelta


class AwaitedDrafts:
    """Those that have not come yet, and names for drafts that nobody awaits."""

    def __init__(self, awaited: Iterable[AwaitedDraft], taken: Iterable[str]) -> None:
        self._taken = set(taken)
        self._left = [one for one in awaited if one.alias not in self._taken]

    def alias_for(self, kind: CertificateType, unit: str) -> str:
        """The story's name for a draft that comes, or one that tells it apart; it is free until it is taken."""
        for one in self._left:
            if one.unit == unit and one.type.wire_code == kind.wire_code:
                return one.alias
        number = 1
        while f"draft-{number}" in self._taken:
            number += 1
        return f"draft-{number}"

    def take(self, alias: str) -> None:
        """The draft of this name has come."""
        self._taken.add(alias)
        self._left = [one for one in self._left if one.alias != alias]
