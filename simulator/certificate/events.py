"""The twelve things that Webcert tells a journal system about a certificate.

Codes and display names are the ones on the wire (Webcert's code); the enum Webcert uses for its own screen is another.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from simulator.certificate.identity import HsaId


class EventCode(StrEnum):
    """KV händelse: the code of an event."""

    SKAPAT = "SKAPAT"
    ANDRAT = "ANDRAT"
    RADERA = "RADERA"
    KFSIGN = "KFSIGN"
    SIGNAT = "SIGNAT"
    SKICKA = "SKICKA"
    MAKULE = "MAKULE"
    NYFRFM = "NYFRFM"
    NYFRFV = "NYFRFV"
    NYSVFM = "NYSVFM"
    HANFRFM = "HANFRFM"
    HANFRFV = "HANFRFV"

    @property
    def display_name(self) -> str:
        """The Swedish text that goes with the code in every message."""
        return _DISPLAY_NAMES[self]


_DISPLAY_NAMES = {
    EventCode.SKAPAT: "Intygsutkast skapas",
    EventCode.ANDRAT: "Intygsutkast ändrat",
    EventCode.RADERA: "Intygsutkast raderat",
    EventCode.KFSIGN: "Intygsutkast klart för signering",
    EventCode.SIGNAT: "Intyg signerat",
    EventCode.SKICKA: "Intyg skickat till mottagare",
    EventCode.MAKULE: "Intyg eller intygsutkast makulerat",
    EventCode.NYFRFM: "Ny fråga från mottagare",
    EventCode.NYFRFV: "Ny fråga från vården",
    EventCode.NYSVFM: "Nytt svar från mottagare",
    EventCode.HANFRFM: "Hanterad fråga från mottagare",
    EventCode.HANFRFV: "Hanterad fråga från vården",
}


class Subject(StrEnum):
    """KV ämne: what a question is about; it travels on NYFRFM alone (Webcert's code)."""

    AVSTMN = "AVSTMN"
    KONTKT = "KONTKT"
    OVRIGT = "OVRIGT"
    PAMINN = "PAMINN"
    KOMPLT = "KOMPLT"

    @property
    def display_name(self) -> str:
        """The Swedish text that goes with the code."""
        return _SUBJECT_NAMES[self]


_SUBJECT_NAMES = {
    Subject.AVSTMN: "Avstämningsmöte",
    Subject.KONTKT: "Kontakt",
    Subject.OVRIGT: "Övrigt",
    Subject.PAMINN: "Påminnelse",
    Subject.KOMPLT: "Komplettering",
}


@dataclass(frozen=True)
class StatusEvent:
    """One thing that happened to a certificate; `occurred_at` is aware and has whole milliseconds."""

    code: EventCode
    occurred_at: datetime
    handled_by: HsaId | None = None
    subject: Subject | None = None
    answer_due: date | None = None
