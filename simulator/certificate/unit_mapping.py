"""Unit mapping ("avbolagisering"): a unit, or all of a care provider's, goes on under another HSA-id from a day on.

The first delivery of a status update goes to the unit that issued the certificate, a redelivery to the unit that it
has been mapped to (inferred from Webcert's code).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from simulator.certificate.certificate import Certificate
from simulator.certificate.people import CareUnit


@dataclass(frozen=True)
class UnitMapping:
    """From `since` on, `unit` (or every unit of `care_provider`) is mapped to another unit.

    With `issued_since` and `issued_until` only certificates that were signed, or created as drafts, in between.
    """

    to: CareUnit
    since: datetime
    unit: str | None = None
    care_provider: str | None = None
    issued_since: datetime | None = None
    issued_until: datetime | None = None

    def covers(self, certificate: Certificate, now: datetime) -> bool:
        """Whether a certificate's unit is mapped at this moment."""
        issued_at = certificate.signed_at or certificate.created_at
        home = certificate.unit
        return (
            self.since <= now
            and (home.hsa_id == self.unit or home.care_provider.hsa_id == self.care_provider)
            and (self.issued_since is None or self.issued_since <= issued_at)
            and (self.issued_until is None or issued_at < self.issued_until)
        )


def mapped_unit(mappings: Iterable[UnitMapping], certificate: Certificate, now: datetime) -> CareUnit | None:
    """The unit that the certificate's own is mapped to, or None where it is itself."""
    return next((one.to for one in mappings if one.covers(certificate, now)), None)
