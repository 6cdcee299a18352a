"""What Rehabstöd would show: a patient's sick-leave, by the certificates that remain.

Drafts are not there, nor are certificates that have been revoked, or replaced by one that is signed and stands; so a
replacement can make a sick-leave longer or shorter (users' forum).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain

from simulator.certificate.answers import DatePeriod
from simulator.certificate.certificate import Certificate, RelationKind
from simulator.certificate.form_questions import SICK_LEAVE_WORD

# The types that Rehabstöd reads.
SHOWN_CODES = frozenset({"LISJP", "FK7263"})


@dataclass(frozen=True)
class SickLeave:
    """A patient's sick-leave: the certificates that it rests on, and the days that they cover, each counted once."""

    certificates: tuple[Certificate, ...]
    days: frozenset[date]

    @property
    def first(self) -> date | None:
        """The first day, or None where there is none."""
        return min(self.days, default=None)

    @property
    def last(self) -> date | None:
        """The last day, or None where there is none."""
        return max(self.days, default=None)


def sick_leave_of(person_id: str, certificates: Collection[Certificate]) -> SickLeave:
    """What is shown of a patient."""
    shown = tuple(
        one
        for one in certificates
        if one.patient.person_id == person_id
        and one.type.wire_code in SHOWN_CODES
        and one.state.is_signed
        and not any(other.state.is_signed and other.is_made_from(one, RelationKind.REPLACES) for other in certificates)
    )
    return SickLeave(shown, frozenset(chain.from_iterable(map(_days, shown))))


def _days(certificate: Certificate) -> list[date]:
    questions = {one.id for one in certificate.type.questions if one.word == SICK_LEAVE_WORD}
    periods = [
        value
        for answer in certificate.answers
        if answer.question in questions
        for _, value in answer.parts
        if isinstance(value, DatePeriod)
    ]
    return [
        period.start + timedelta(days=number)
        for period in periods
        for number in range((period.end - period.start).days + 1)
    ]
