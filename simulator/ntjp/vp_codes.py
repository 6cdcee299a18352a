"""VP001 to VP015: the router's own errors, as SOAP faults with VP's wording, and what each asks of people.

A fault always has HTTP status 500; its text begins with the code and the platform's name, and its detail says which
address and contract it is about (VP's source: vp-messages.properties, VpSemanticErrorCodeEnum, SoapFaultHelper). The
wording is Swedish, as VP has it, whatever language a report is in. Pure values.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from simulator.contract.reply import Fault
from simulator.sentence import Sentence, say

# The platform's own name in its faults (VP's setting vp.instance.name).
PLATFORM_NAME = "NTJP"
_CLIENT, _SERVER = "Client", "Server"


class VpCode(StrEnum):
    """The errors that VP can answer with."""

    VP001 = "VP001"
    VP002 = "VP002"
    VP003 = "VP003"
    VP004 = "VP004"
    VP005 = "VP005"
    VP006 = "VP006"
    VP007 = "VP007"
    VP008 = "VP008"
    VP009 = "VP009"
    VP010 = "VP010"
    VP011 = "VP011"
    VP012 = "VP012"
    VP013 = "VP013"
    VP014 = "VP014"
    VP015 = "VP015"


@dataclass(frozen=True)
class VpError:
    """One error: whose fault SOAP calls it, VP's text and detail, and what it asks of people.

    In the detail `{summary}` is the contract, the address and, where VP names it, the caller; `{address}` is where the
    journal system is.
    """

    fault_code: str
    text: str
    detail: str
    advice: Sentence


VP_ERRORS: dict[VpCode, VpError] = {
    VpCode.VP001: VpError(
        _CLIENT, "Rivta-version saknas i anrop eller stöds ej av tjänsteplattformen.", "No RIV version configured",
        say("the platform knows no RIV-TA version of the call; Webcert's sender must be mended"),
    ),
    VpCode.VP002: VpError(
        _CLIENT, "Fel i klientcertifikat. Saknas, är av felaktig typ, eller är felaktigt utformad.",
        "No sender ID (SERIALNUMBER) found in certificate. ",
        say("the platform does not accept Webcert's client certificate; it must be replaced"),
    ),
    VpCode.VP003: VpError(
        _CLIENT, "Logisk adressat (ReceiverId) saknas i RivHeadern i inkommande meddelande.",
        "No receiverId (logical address) found in message header. ",
        say("the call has no logical address; Webcert's sender must be mended"),
    ),
    VpCode.VP004: VpError(
        _CLIENT,
        "Det finns inget vägval i tjänsteadresseringskatalogen som matchar anropets logiska adressat (ReceiverId) och "
        "tjänstekontrakt. Kontrollera uppgifterna i anropet och vid behov, beställ konfigurering i aktuell "
        "tjänsteplattform.",
        "No receiverId (logical address) found for {summary}",
        say("the platform has no route to the unit; order one in the routing catalogue (TAK), or redelivery runs out"),
    ),
    VpCode.VP005: VpError(
        _CLIENT, "Tjänsteproducenten stödjer inte anropets angivna rivta-version. Kontrollera uppgifterna.",
        "No receiverId (logical address) with matching Riv-version found for {summary}",
        say("the unit's route in the platform is of another RIV-TA version; have it mended in the routing catalogue"),
    ),
    VpCode.VP006: VpError(
        _SERVER,
        "Internt fel i tjänsteplattformen. Det finns fler än en tjänsteproducent definierad i "
        "tjänsteadresseringskatalogen som matchar logisk adressat (ReceiverId), tjänstekontrakt och dagens datum. "
        "Tyder på felkonfiguration. Rapportera felet till tjänsteplattformsförvaltningen.",
        "More than one receiverId (logical address) with matching Riv-version found for {summary}",
        say("the platform has more than one route to the unit; have one of them removed"),
    ),
    VpCode.VP007: VpError(
        _SERVER,
        "Tjänstekonsumenten saknar behörighet att anropa den logiska adressaten via detta tjänstekontrakt. "
        "Kontrollera uppgifterna och vid behov, tillse att det beställs konfiguration i aktuell tjänsteplattform.",
        "Authorization missing for {summary}, senderId: {sender}",
        say("Webcert is not authorised to call the unit; order it in the routing catalogue, or redelivery runs out"),
    ),
    VpCode.VP008: VpError(
        _SERVER,
        "Internt fel i tjänsteplattformen. Ingen kontakt med tjänsteadresseringskatalogen. Informera "
        "tjänsteplattformsförvaltningen.",
        "No contact with TAK at startup, and no local cache to fallback on, not possible to route call",
        say("the platform does not reach its routing catalogue; its operators must see to it"),
    ),
    VpCode.VP009: VpError(
        _SERVER, "Fel vid kontakt med tjänsteproducenten.",
        "Error connecting to service producer at address {address}",
        say("the platform could not reach the journal system, or could not pass its answer on; look there"),
    ),
    VpCode.VP010: VpError(
        _SERVER,
        "Internt fel i tjänsteplattformen. URL saknas för tjänsteproducenten i tjänsteplattformens "
        "tjänsteadresseringskatalog.",
        "Physical Address field is empty in Service Producer for {summary}",
        say("the unit's route in the platform has no address; have it mended in the routing catalogue"),
    ),
    VpCode.VP011: VpError(
        _CLIENT,
        "Anrop har gjorts utanför TLS vilket ej är tillåtet. Tjänstekonsumenten ska alltid använda TLS för säker "
        "kommunikation.",
        "Caller was not on the white list of accepted IP-addresses. ",
        say("the call came without TLS, or from an address that the platform does not accept"),
    ),
    VpCode.VP012: VpError(
        _SERVER, "Internt fel i tjänsteplattformen. Nödvändiga resurser saknas för att VP skall fungera.",
        "Server problem, VP does not have all necessary resources to operate. ",
        say("the platform itself is not well; its operators must see to it"),
    ),
    VpCode.VP013: VpError(
        _CLIENT,
        "Enligt tjänsteplattformens konfiguration saknar tjänstekonsumenten rätt att använda headern "
        "x-rivta-original-serviceconsumer-hsaid. Kontakta tjänsteplattformsförvaltningen.",
        "Sender is not approved to set header x-rivta-original-serviceconsumer-hsaid.",
        say("the caller may not name an original consumer; VP checks this only where it is configured to"),
    ),
    VpCode.VP014: VpError(
        _SERVER,
        "Anropsförmedlingen för den logiska adressaten har givit upphov till rundgång mellan tjänsteplattformar. "
        "Rapportera felet till tjänsteplattformsförvaltningen.",
        "",
        say("the platforms send the call in a circle; their operators must see to the routes"),
    ),
    # Newer than the wording that could be read: the meaning is known, these words are chosen.
    VpCode.VP015: VpError(
        _CLIENT, "Anropet är inte korrekt utformat och kan inte läsas.", "Request is not well formed",
        say("the platform cannot read the call; Webcert's sender must be mended"),
    ),
}  # fmt: skip

_SAID_BY_VP = re.compile(r"(VP0(?:0[1-9]|1[0-5])) \[")


def vp_fault(code: VpCode, summary: str = "", sender: str = "", address: str = "", cause: str = "") -> Fault:
    """The SOAP fault of an error; `cause` is added to its detail."""
    error = VP_ERRORS[code]
    detail = error.detail.format(summary=summary, sender=sender, address=address)
    return Fault(error.fault_code, f"{code} [{PLATFORM_NAME}] {error.text}", f"{detail}{cause}".strip())


def code_in(fault_text: str) -> VpCode | None:
    """Which of VP's errors a fault's text is, if it is one."""
    found = _SAID_BY_VP.match(fault_text)
    return VpCode(found[1]) if found else None
