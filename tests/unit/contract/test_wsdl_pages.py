"""The contract as tools read it from a journal system's address."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import zeep
from lxml import etree

from simulator.contract import names
from simulator.contract.reply import RawAnswer
from simulator.contract.schema import packaged
from simulator.contract.wsdl_pages import WsdlPages
from simulator.errors import InputError
from simulator.wire.listener import IncomingCall, SoapListener

URL = "http://journal.example.se:8080/status"

WSDL = """<wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/"
    xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:xs="http://www.w3.org/2001/XMLSchema"
    xmlns:t="urn:t" xmlns:a="urn:a" targetNamespace="urn:t">
  <wsdl:types><xs:schema targetNamespace="urn:t">
    <xs:import namespace="urn:a" schemaLocation="a.xsd"/>
  </xs:schema></wsdl:types>
  <wsdl:message name="Ask"><wsdl:part name="p" element="a:Ask"/></wsdl:message>
  <wsdl:portType name="P"><wsdl:operation name="Ask"><wsdl:input message="t:Ask"/></wsdl:operation></wsdl:portType>
  <wsdl:binding name="B" type="t:P">
    <soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
    <wsdl:operation name="Ask"><soap:operation soapAction="urn:ask"/>
      <wsdl:input><soap:body use="literal"/></wsdl:input></wsdl:operation>
  </wsdl:binding>
  <wsdl:service name="S"><wsdl:port name="P" binding="t:B"><soap:address location="http://nowhere/"/></wsdl:port>
  </wsdl:service>
</wsdl:definitions>"""


def schema(namespace: str, content: str) -> str:
    """A schema of this namespace."""
    return (
        f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:b="urn:b" targetNamespace="{namespace}">'
        f"{content}</xs:schema>"
    )


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """A small release as they are published: schemas in other folders, one including, two of one name."""
    wsdl = tmp_path / "interactions" / "Ask" / "Ask.wsdl"
    wsdl.parent.mkdir(parents=True)
    (tmp_path / "core").mkdir()
    wsdl.write_text(WSDL, encoding="UTF-8")
    (wsdl.parent / "a.xsd").write_text(
        schema(
            "urn:a",
            '<xs:import namespace="urn:b" schemaLocation="../../core/a.xsd"/>'
            '<xs:include schemaLocation="a å&amp;.xsd"/><xs:element name="Ask" type="b:Word"/>',
        ),
        encoding="UTF-8",
    )
    (wsdl.parent / "a å&.xsd").write_text(schema("urn:a", '<xs:element name="More" type="xs:string"/>'), "UTF-8")
    (tmp_path / "core" / "a.xsd").write_text(
        # The two import each other, as schemas may.
        schema(
            "urn:b",
            '<xs:import namespace="urn:a" schemaLocation="../interactions/Ask/a.xsd"/>'
            '<xs:import namespace="urn:c" schemaLocation="http://www.example.org/c.xsd"/>'
            '<xs:simpleType name="Word"><xs:restriction base="xs:string"/></xs:simpleType>',
        ),
        encoding="UTF-8",
    )
    (tmp_path / "secret.xsd").write_text(schema("urn:s", ""), encoding="UTF-8")
    return wsdl


def locations(page: bytes | None) -> list[str]:
    """Where a page sends its reader for more."""
    assert page is not None
    root = etree.fromstring(page)
    return [str(place) for place in root.xpath("//@schemaLocation | //*[local-name()='address']/@location")]


def all_locations(pages: WsdlPages) -> list[str]:
    """Every place that a reader of the WSDL comes to, in order."""
    found: list[str] = []
    waiting = ["wsdl"]
    while waiting:
        for place in locations(pages(waiting.pop(0), URL)):
            if place not in found:
                found.append(place)
                if place.startswith(f"{URL}?"):
                    waiting.append(urlsplit(place).query)
    return found


def test_every_reference_leads_back_to_the_address_asked(release):
    """The WSDL gives the address that was asked, and every schema of the disk is reached through it."""
    assert all_locations(WsdlPages(release)) == [
        f"{URL}?xsd=a.xsd",
        URL,
        f"{URL}?xsd=a-2.xsd",
        f"{URL}?xsd=a%20%C3%A5%26.xsd",
        "http://www.example.org/c.xsd",
    ]


@pytest.mark.parametrize("query", ["xsd=secret.xsd", "xsd=../../secret.xsd", "xsd=", "xsd", "x=y", "", "singleWsdl"])
def test_nothing_else_of_the_disk_is_served(release, query):
    """What the contract does not import does not exist, whatever path is asked for."""
    assert WsdlPages(release)(query, URL) is None


def test_an_address_cannot_break_the_page(release):
    """An address with characters of XML stands in the page as what it is."""
    odd = 'http://h/a"b<c>&d'
    assert odd in locations(WsdlPages(release)("WSDL", odd))


def test_a_release_without_its_schemas_is_refused(release):
    """A schema that is missing is named when the contract is loaded, not when a tool asks for it."""
    (release.parent / "a.xsd").unlink()
    with pytest.raises(InputError, match="give the whole release") as refused:
        WsdlPages(release)
    assert refused.value.path.endswith("a.xsd")


def test_pages_are_read_once(release):
    """What is served is what was there at the start, whatever becomes of the files."""
    pages = WsdlPages(release)
    release.unlink()
    assert pages("wsdl", URL) is not None


@pytest.fixture
async def served() -> AsyncIterator[str]:
    """The address of a journal system that shows our contract."""

    async def receive(call: IncomingCall) -> RawAnswer:
        return RawAnswer(200, {}, b"")

    pages = WsdlPages(packaged("wsdl") / "CertificateStatusUpdateForCare.wsdl")

    async def page(query: str, url: str) -> RawAnswer | None:
        found = pages(query, url)
        return RawAnswer(200, {"content-type": names.CONTENT_TYPE}, found) if found is not None else None

    async with SoapListener(receive, page, callers_may_leave=False) as listener:
        yield f"{listener.url}/status"


async def test_a_tool_reads_our_contract_from_the_address(served):
    """zeep, given nothing but the address, finds the operation, its SOAP action, and that same address."""
    client = await asyncio.to_thread(zeep.Client, f"{served}?wsdl")
    [service] = client.wsdl.services.values()
    [port] = service.ports.values()
    [operation] = port.binding._operations.values()
    assert port.binding_options["address"] == served
    assert operation.soapaction == names.SOAP_ACTION
    assert client.get_element(names.REQUEST).type.elements


def test_our_contracts_are_whole():
    """Every schema of our folder can be reached from the WSDL of one of the contracts."""
    folder = packaged("wsdl")
    queries = [
        parse_qs(urlsplit(place).query)
        for wsdl in sorted(folder.glob("*.wsdl"))
        for place in all_locations(WsdlPages(wsdl))
    ]
    reached = {query["xsd"][0] for query in queries if "xsd" in query}
    assert reached == {path.name for path in folder.glob("*.xsd")}
