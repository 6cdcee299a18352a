"""What time does to drafts: it locks them after a fortnight, and disposes of them after three months.

Both are nightly work. The clock is asked to wake us only when there is a draft that a night will touch, so that a run
can come to its end. The recurring moment is an APScheduler trigger, asked for its next time; nothing else of it runs.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import takewhile

from apscheduler.triggers.cron import CronTrigger

from simulator.certificate.certificate import Certificate, CertificateState
from simulator.certificate.deeds import Deed
from simulator.certificate.lifecycle import Action
from simulator.clock import SWEDISH_TIME, Clock
from simulator.sentence import say
from simulator.webcert.publisher import Publisher

# A draft that nobody has signed for so long is locked, and later disposed of (Webcert's code).
LOCKED_AFTER = timedelta(days=14)
DISPOSED_OF_AFTER_MONTHS = 3

# Webcert does it at night; the hour is ours.
NIGHTLY = CronTrigger(hour=2, minute=0, timezone=SWEDISH_TIME)


def next_turn(certificate: Certificate) -> tuple[datetime, Action] | None:
    """What the nights will do to a certificate next, and from which moment on; None where they leave it alone."""
    created = certificate.created_at
    if not certificate.state.is_draft:
        return None
    if certificate.state is not CertificateState.LOCKED:
        return created + LOCKED_AFTER, Action.LOCK
    return _months_later(created, DISPOSED_OF_AFTER_MONTHS), Action.DISPOSE


def _months_later(moment: datetime, months: int) -> datetime:
    """The same hour in Sweden so many months on; of a month without that day, its last one."""
    local = moment.astimezone(SWEDISH_TIME)
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    day = min(local.day, monthrange(year, month + 1)[1])
    return local.replace(year=year, month=month + 1, day=day).astimezone(moment.tzinfo)


def next_night(certificates: Iterable[Certificate]) -> datetime | None:
    """The first night that has something to do."""
    turns = [turn for one in certificates if (turn := next_turn(one)) is not None]
    if not turns:
        return None
    earliest = min(moment for moment, _ in turns)
    night: datetime | None = NIGHTLY.get_next_fire_time(None, earliest)
    assert night is not None, "there is always another night"
    return night.astimezone(earliest.tzinfo)


class Housekeeping:
    """Does the nightly work for as long as it runs."""

    def __init__(self, clock: Clock, publisher: Publisher) -> None:
        self._clock = clock
        self._publisher = publisher

    async def run(self) -> None:
        """Wait for the next night that has something to do, do it, and wait again."""
        label = say("the next night with drafts to see to")
        while True:
            looked_at = self._clock.now()
            night = next_night(self._publisher.drafts.values())
            while await self._clock.wait(self._publisher.changed, night, label):
                # Only a draft that is new can have an earlier night.
                night = min(filter(None, (night, next_night(self._begun_since(looked_at)))), default=None)
                looked_at = self._clock.now()
            await self._clean()

    def _begun_since(self, moment: datetime) -> Iterator[Certificate]:
        """The newest drafts; they stand last."""
        return takewhile(lambda one: one.created_at >= moment, reversed(self._publisher.drafts.values()))

    async def _clean(self) -> None:
        now = self._clock.now()
        for certificate in list(self._publisher.drafts.values()):
            turn = next_turn(certificate)
            if turn is not None and turn[0] <= now:
                await self._publisher.do(Deed(turn[1], certificate.alias))
