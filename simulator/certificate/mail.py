"""Mail instead of a message: questions and answers of the recipient reach some units as mail.

A unit that is not integrated gets mail; so does an integrated one whose certificates from before a day are to be
handled outside the journal system (Webcert's code). All other events have no mail in their place.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from simulator.certificate.certificate import Certificate
from simulator.certificate.events import EventCode

# What a unit hears of by mail when it gets no message (Webcert's code).
MAILED_EVENTS = frozenset({EventCode.NYFRFM, EventCode.NYSVFM})


@dataclass(frozen=True)
class MailRule:
    """From `since` on, certificates of these units or care providers that were issued before are handled by mail.

    Neither units nor care providers given means all (inferred from Webcert's code).
    """

    since: datetime
    units: frozenset[str] = frozenset()
    care_providers: frozenset[str] = frozenset()

    def covers(self, certificate: Certificate, now: datetime) -> bool:
        """Whether the recipient's questions about a certificate are mailed at this moment."""
        home = certificate.unit
        everyone = not self.units and not self.care_providers
        ours = home.hsa_id in self.units or home.care_provider.hsa_id in self.care_providers
        issued_at = certificate.signed_at or certificate.created_at
        return self.since <= now and issued_at < self.since and (everyone or ours)


def is_mailed(rules: Iterable[MailRule], certificate: Certificate, event: EventCode, now: datetime) -> bool:
    """Whether a rule puts mail in the place of the message."""
    return event in MAILED_EVENTS and any(rule.covers(certificate, now) for rule in rules)
