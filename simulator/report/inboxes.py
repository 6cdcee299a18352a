"""The inboxes of mocked journal systems as reports show them: each certificate as its user there sees it. Pure.

What the system believes is held against what Webcert has; what came late, twice, out of order or never is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from simulator.certificate.certificate import Certificate
from simulator.contract.message import wire_moment
from simulator.journal.inbox_view import CertificateSeen, view_of
from simulator.redelivery.delivery import Delivery
from simulator.sentence import Sentence, say
from simulator.store.outbox import Call


@dataclass(frozen=True)
class CertificateAtSystem:
    """One certificate at one journal system, beside Webcert's own."""

    system: str
    alias: str
    seen: CertificateSeen
    webcert_state: str

    @property
    def believes(self) -> Sentence:
        """What the system takes it to be."""
        state, by_arrival = self.seen.state.value, self.seen.state_by_arrival.value
        if by_arrival != state:
            return say("believes {state}, by order of arrival {by_arrival}; Webcert has {ours}",
                       state=state, by_arrival=by_arrival, ours=self.webcert_state)  # fmt: skip
        if state != self.webcert_state:
            return say("believes {state}; Webcert has {ours}", state=state, ours=self.webcert_state)
        return say("believes {state}, like Webcert", state=state)

    @property
    def is_remarkable(self) -> bool:
        """Whether anything is not as it should be."""
        agrees = self.seen.state.value == self.seen.state_by_arrival.value == self.webcert_state
        return not agrees or any(one.late or one.out_of_order or one.times != 1 for one in self.seen.events)


def inboxes_of(
    systems: Iterable[str], calls: Sequence[Call], deliveries: Sequence[Delivery], certificates: Iterable[Certificate]
) -> tuple[CertificateAtSystem, ...]:
    """Every certificate that these systems were told of."""
    by_id = {str(one.id): one for one in certificates}
    found = []
    for system in systems:
        told = [
            (str(one.certificate_id), one.event.value, wire_moment(one.occurred_at))
            for one in deliveries
            if one.journal_system == system
        ]
        for seen in view_of((call for call in calls if call.journal_system == system), told):
            certificate = by_id.get(seen.certificate_id)
            if certificate is not None:
                found.append(CertificateAtSystem(system, certificate.alias, seen, certificate.state.value))
    return tuple(found)
