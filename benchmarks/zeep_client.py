"""zeep's own client, and the messages as the values that it writes: dictionaries of Python's own values."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from xml.etree.ElementTree import canonicalize

import requests
import zeep
from lxml import etree
from requests.adapters import HTTPAdapter
from zeep.helpers import serialize_object
from zeep.transports import Transport

from benchmarks.turns import clear_the_table
from simulator.contract import names
from simulator.contract.reading import read_xml
from simulator.contract.schema import packaged

WSDL = str(packaged("wsdl") / "CertificateStatusUpdateForCare.wsdl")
_OPERATION = "CertificateStatusUpdateForCare"

# One message: the arguments of the operation.
Call = dict[str, Any]


def send(documents: list[bytes], url: str, in_flight: int) -> float:
    """Messages a second, from values to the answer's values; making the values of the bytes is not counted.

    zeep sends over requests in as many threads as may be under way. Its other client, over httpx and asyncio, sends
    a third as many.
    """
    with _client(url, in_flight) as client, ThreadPoolExecutor(in_flight) as threads:
        calls = _calls(client, documents)
        _require_same(client, documents[0], calls[0])

        def code(call: Call) -> str:
            return str(client.service[_OPERATION](**call).result.resultCode)

        clear_the_table()
        began = time.perf_counter()
        codes = set(threads.map(code, calls))
        seconds = time.perf_counter() - began
    assert codes == {"OK"}
    return len(calls) / seconds


@contextmanager
def _client(url: str, in_flight: int) -> Iterator[zeep.Client]:
    with requests.Session() as http:
        http.mount("http://", HTTPAdapter(pool_connections=1, pool_maxsize=in_flight))
        client = zeep.Client(WSDL, transport=Transport(session=http))
        client.service._binding_options["address"] = url
        yield client


def _calls(client: zeep.Client, documents: list[bytes]) -> list[Call]:
    """What zeep has to be told to say exactly what the bytes say."""
    request = client.get_element(names.REQUEST)
    coded_value, period = client.get_element(names.CODED_VALUE), client.get_element(names.DATE_PERIOD)

    def any_object(value: dict[str, Any]) -> zeep.AnyObject:
        kind = coded_value if "codeSystem" in value else period
        return zeep.AnyObject(kind, kind(**value))

    def call(envelope: etree._Element) -> Call:
        element = envelope.find(f"{names.BODY}/{names.REQUEST}")
        values = serialize_object(request.parse(element, client.wsdl.types), dict)
        # zeep would write a moment with six decimals or none, which breaks the contract.
        values["handelse"]["tidpunkt"] = element.findtext(f"{names.EVENT}/{names.OCCURRED_AT}")
        # Elements that are there and empty are nothing to zeep, and would be left out.
        values["intyg"]["patient"] |= dict.fromkeys(("fornamn", "efternamn", "postadress", "postnummer", "postort"), "")
        for part in (part for answer in values["intyg"]["svar"] for part in answer["delsvar"]):
            part["_value_1"] = [any_object(value) for value in part["_value_1"]]
        address = envelope.findtext(f"{names.HEADER}/{names.LOGICAL_ADDRESS}")
        return values | {"_soapheaders": {"LogicalAddress": address}}

    return [call(read_xml(document)) for document in documents]


def _require_same(client: zeep.Client, document: bytes, call: Call) -> None:
    """Make sure that zeep writes what we wrote, whatever prefixes it gives."""
    written = etree.tostring(client.create_message(client.service, _OPERATION, **call))
    ours, theirs = (canonicalize(one.decode(), rewrite_prefixes=True) for one in (document, written))
    assert ours == theirs
