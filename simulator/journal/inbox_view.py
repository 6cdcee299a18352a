"""A mocked journal system's inbox as its user would look at it: certificates with their events, and what they say.

Made from the calls alone, so it can be made again from a stored run. It tells what came late, twice, out of order, and
what state a system believes a certificate is in; held against what Webcert told, it also tells what never came.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from simulator.certificate.certificate import CertificateState
from simulator.certificate.events import EventCode
from simulator.clock import SWEDISH_TIME
from simulator.store.outbox import Call
from simulator.trace.jsonl import wire_time

# Later than this is late: nothing that arrives at its first attempt takes so long, and the first redelivery does.
LATE_AFTER = timedelta(seconds=60)

# What each event says of its certificate; questions and answers say nothing of its state.
STATE_TOLD: Mapping[str, CertificateState] = {
    EventCode.SKAPAT: CertificateState.DRAFT,
    EventCode.ANDRAT: CertificateState.DRAFT,
    EventCode.KFSIGN: CertificateState.READY_TO_SIGN,
    EventCode.SIGNAT: CertificateState.SIGNED,
    EventCode.SKICKA: CertificateState.SENT,
    EventCode.MAKULE: CertificateState.REVOKED,
    EventCode.RADERA: CertificateState.DELETED,
}


@dataclass(frozen=True)
class EventSeen:
    """One event of a certificate at the journal system.

    `occurred_at` is its tidpunkt as text. `taken_at` are the moments at which the system acted upon it, none where it
    never did; `calls` is how many calls about it reached the system.
    """

    event: str
    occurred_at: str
    taken_at: tuple[datetime, ...]
    calls: int
    out_of_order: bool

    @property
    def times(self) -> int:
        """How often it was taken."""
        return len(self.taken_at)

    @property
    def delay(self) -> timedelta | None:
        """How long after the event it was first taken."""
        if not self.taken_at:
            return None
        try:
            occurred = datetime.fromisoformat(self.occurred_at).replace(tzinfo=SWEDISH_TIME)
        except ValueError:
            return None
        return self.taken_at[0] - occurred

    @property
    def late(self) -> bool:
        """Whether it was taken later than at its first attempt."""
        delay = self.delay
        return delay is not None and delay >= LATE_AFTER


@dataclass(frozen=True)
class CertificateSeen:
    """One certificate at the journal system, with its events by their tidpunkt."""

    certificate_id: str
    events: tuple[EventSeen, ...]

    @property
    def state(self) -> CertificateState:
        """What a system believes that goes by tidpunkt, as it should."""
        taken = [one for one in self.events if one.taken_at]
        return _state_after(taken)

    @property
    def state_by_arrival(self) -> CertificateState:
        """What a system believes that takes the last event to arrive for the last one to happen."""
        taken = [one for one in self.events if one.taken_at]
        return _state_after(sorted(taken, key=lambda one: one.taken_at[-1]))


def _state_after(events: Sequence[EventSeen]) -> CertificateState:
    states = [STATE_TOLD[one.event] for one in events if one.event in STATE_TOLD]
    return states[-1] if states else CertificateState.NONE


# What Webcert has told: certificate id, event, and tidpunkt as text.
Told = tuple[str, str, str]


def view_of(calls: Iterable[Call], told: Iterable[Told] = ()) -> list[CertificateSeen]:
    """The certificates of one journal system, in the order in which they were first heard of.

    What Webcert `told` and the system never took is there too, as an event without a moment.
    """
    found: dict[Told, list[Call]] = {}
    for call in calls:
        if call.certificate_id and call.event and call.occurred_at:
            found.setdefault((call.certificate_id, call.event, call.occurred_at), []).append(call)
    for one in told:
        found.setdefault(one, [])
    by_certificate: dict[str, list[tuple[Told, list[Call]]]] = {}
    for key, of_event in found.items():
        by_certificate.setdefault(key[0], []).append((key, of_event))
    return [CertificateSeen(one, _events(of_one)) for one, of_one in by_certificate.items()]


def _events(found: Sequence[tuple[Told, list[Call]]]) -> tuple[EventSeen, ...]:
    taken = {key: tuple(sorted(at for call in calls for at in call.acted_at)) for key, calls in found}
    return tuple(
        EventSeen(
            event=key[1],
            occurred_at=key[2],
            taken_at=taken[key],
            calls=sum(call.reached for call in calls),
            # A later event was taken before this one.
            out_of_order=bool(taken[key])
            and any(other[2] > key[2] and at and at[0] < taken[key][0] for other, at in taken.items()),
        )
        for key, calls in sorted(found, key=lambda one: one[0][2])
    )


def inbox_json(seen: Sequence[CertificateSeen]) -> str:
    """The inbox as JSON, without a person id."""
    return json.dumps([certificate_values(one) for one in seen], ensure_ascii=False, indent=1)


def certificate_values(one: CertificateSeen) -> dict[str, object]:
    """One certificate as plain values."""
    return {
        "certificate_id": one.certificate_id,
        "state": one.state.value,
        "state_by_arrival": one.state_by_arrival.value,
        "events": [
            {
                "event": event.event,
                "occurred_at": event.occurred_at,
                "taken_at": [wire_time(moment) for moment in event.taken_at],
                "times": event.times,
                "calls": event.calls,
                "late": event.late,
                "out_of_order": event.out_of_order,
            }
            for event in one.events
        ],
    }


def inbox_text(seen: Sequence[CertificateSeen]) -> str:
    """The inbox as plain text, for a browser or curl."""
    lines: list[str] = []
    for one in seen:
        by_arrival = one.state_by_arrival
        lines.append(f"{one.certificate_id}  {one.state}" + (f" ({by_arrival} by arrival)" * (by_arrival != one.state)))
        for event in one.events:
            marks = [
                word
                for word, holds in (
                    ("late", event.late), ("out of order", event.out_of_order), ("never taken", not event.times),
                    (f"taken {event.times} times", event.times > 1),
                )
                if holds
            ]  # fmt: skip
            when = ", ".join(wire_time(moment) for moment in event.taken_at) or "-"
            lines.append(f"  {event.event:<7} {event.occurred_at}  {when}  {'; '.join(marks)}".rstrip())
    return "\n".join(lines or ["nothing has been received"]) + "\n"
