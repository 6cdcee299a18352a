"""The window in which changes of a draft wait for each other (ANDRAT), so that one message stands for many.

One fixed interval serves all certificates at once. Within a window the newest change of a certificate, by its event's
moment, stands for the others; a signing silences them all, whether it came before or after, and goes at once itself.
Everything else goes straight through, and may overtake a change that waits (Webcert's code).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from simulator.certificate.events import EventCode
from simulator.redelivery.delivery import Delivery, DeliveryState

# The length of the window as Webcert is configured; its test environment has 30 s (Webcert's code).
DEFAULT_WINDOW = timedelta(minutes=5)


@dataclass(frozen=True)
class ChangeWindow:
    """Windows of one length, one after another from `begins` on; a length of zero lets everything through."""

    begins: datetime
    length: timedelta = DEFAULT_WINDOW

    def end(self, moment: datetime) -> datetime:
        """When the window ends in which the moment lies."""
        if not self.length:
            return moment
        return moment + self.length - (moment - self.begins) % self.length


# Why a change was not told: the newer one, or the signing, that silenced it.
NEWER_CHANGE = "newer-change"
SIGNED = "signed"


def silenced(window: Iterable[Delivery]) -> dict[int, tuple[int, str]]:
    """Which changes of one window are not told: by delivery, the one that silenced it, and why.

    Of two changes at the same moment the one that came first, that is the one with the lower number, stays.
    """
    found: dict[int, tuple[int, str]] = {}
    newest: dict[str, Delivery] = {}
    together = list(window)
    signings = {one.certificate_id: one for one in together if one.event is EventCode.SIGNAT}
    for one in sorted(together, key=lambda delivery: delivery.id):
        if not is_held(one):
            continue
        if one.certificate_id in signings:
            found[one.id] = (signings[one.certificate_id].id, SIGNED)
            continue
        held = newest.get(one.certificate_id)
        if held is None or one.occurred_at > held.occurred_at:
            newest[one.certificate_id] = one
            if held is not None:
                found[held.id] = (one.id, NEWER_CHANGE)
        else:
            found[one.id] = (held.id, NEWER_CHANGE)
    return found


def is_held(delivery: Delivery) -> bool:
    """Whether it is a change that waits for its window to end; one of FK7263 is told at its own moment."""
    return (
        delivery.event is EventCode.ANDRAT
        and delivery.state is DeliveryState.WAITING
        and delivery.attempts_made == 0
        and delivery.resend_of is None
        and delivery.next_attempt_at is not None
        and delivery.next_attempt_at > delivery.occurred_at
    )
