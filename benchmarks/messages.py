"""What is sent: drafts of FK7443 that are created, as deeds for Webcert, as bytes, and as zeep's own values.

The certificates answer question 56 with two extents. Free text is left out, since zeep cannot write text into an
element that may also hold others, and both sides are to send the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import zeep
from lxml import etree
from zeep.helpers import serialize_object

from simulator.certificate.answers import DatePeriod, extent
from simulator.certificate.catalogue import FK7443
from simulator.certificate.lifecycle import Action
from simulator.contract import names
from simulator.contract.reading import read_xml
from simulator.contract.schema import packaged
from simulator.scenario.cast import load_cast
from simulator.simulation import JournalSystemSetup, Simulation, SimulationSetup
from simulator.webcert.publisher import Deed, Draft

WSDL = packaged("wsdl") / "CertificateStatusUpdateForCare.wsdl"
UNITS = ("ALMC", "ALVC", "BEMC", "BEVC")
STAFF = ("doctor", "nurse", "midwife", "care_admin")
_DAY = date(2024, 9, 2)

_cast = load_cast()


def addresses() -> tuple[str, ...]:
    """The logical addresses of all messages."""
    return tuple(_cast.units[name].hsa_id for name in UNITS)


def deeds(count: int) -> list[Deed]:
    """So many certificates to create: other units, patients and people from one to the next, and other periods."""
    patients = list(_cast.patients.values())
    return [
        Deed(
            Action.CREATE,
            f"c{number}",
            _cast.staff[STAFF[number // len(UNITS) % len(STAFF)]],
            Draft(
                FK7443,
                _cast.units[UNITS[number % len(UNITS)]],
                patients[number % len(patients)],
                answers=(
                    extent("HELA", _week(number), 1),
                    extent("HALVA", _week(number + 7), 2),
                ),
            ),
        )
        for number in range(count)
    ]


def _week(number: int) -> DatePeriod:
    first = _DAY + timedelta(days=number % 90)
    return DatePeriod(first, first + timedelta(days=6))


async def documents(count: int, seed: int) -> list[bytes]:
    """So many different messages as bytes."""
    setup = SimulationSetup(
        [JournalSystemSetup("receiver", addresses())], start=datetime(2024, 9, 2, 6, tzinfo=UTC), seed=seed, sends=False
    )  # fmt: skip
    async with Simulation(setup) as simulation:
        for deed in deeds(count):
            await simulation.do(deed)
        return [delivery.message for delivery in await simulation.deliveries()]


@dataclass(frozen=True)
class ZeepCall:
    """A message as zeep's client wants it: dictionaries and Python's own values, by the names of the contract."""

    arguments: dict[str, Any]


class ZeepReader:
    """Makes zeep's values of bytes, so that zeep says exactly what the bytes say."""

    def __init__(self, client: zeep.Client) -> None:
        self._schema = client.wsdl.types
        self._request = client.get_element(names.REQUEST)
        self._coded_value = client.get_element(names.CODED_VALUE)
        self._period = client.get_element(names.DATE_PERIOD)

    def calls(self, messages: Sequence[bytes]) -> list[ZeepCall]:
        """The messages as calls."""
        return [self._call(read_xml(message)) for message in messages]

    def _call(self, envelope: etree._Element) -> ZeepCall:
        element = envelope.find(f"{names.BODY}/{names.REQUEST}")
        values = serialize_object(self._request.parse(element, self._schema), dict)
        # zeep would write these with six decimals or none, which breaks the contract.
        values["handelse"]["tidpunkt"] = element.findtext(f"{names.EVENT}/{names.OCCURRED_AT}")
        # Elements that are there and empty are nothing to zeep, and would be left out.
        patient = values["intyg"]["patient"]
        patient |= dict.fromkeys(("fornamn", "efternamn", "postadress", "postnummer", "postort"), "")
        for answer in values["intyg"]["svar"]:
            for part in answer["delsvar"]:
                part["_value_1"] = [self._any(value) for value in part["_value_1"]]
        address = envelope.findtext(f"{names.HEADER}/{names.LOGICAL_ADDRESS}")
        return ZeepCall(values | {"_soapheaders": {"LogicalAddress": address}})

    def _any(self, value: dict[str, Any]) -> zeep.AnyObject:
        kind = self._coded_value if "codeSystem" in value else self._period
        return zeep.AnyObject(kind, kind(**value))
