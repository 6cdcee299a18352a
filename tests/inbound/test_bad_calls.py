"""What is no call that Webcert understands gets a fault or a clear text, and Webcert goes on."""

from __future__ import annotations

import gzip

import httpx
import pytest

from simulator.contract import names
from simulator.contract.create_draft import write_draft_request
from simulator.contract.schema import our_contract
from tests.inbound.callers import LILLTOLVAN, PATHS
from tests.unit.contract.canned import DRAFT_REQUEST

SOAP = {"content-type": names.CONTENT_TYPE}
REQUEST = write_draft_request(DRAFT_REQUEST, our_contract(names.CREATE_DRAFT))
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>'

BODIES = {
    "nothing": (b"", "empty"),
    "no XML": (b"{}", "XML"),
    "half a message": (REQUEST[: len(REQUEST) // 2], "XML"),
    "entities": (LAUGHS, "DTD"),
    "no envelope": (b"<a/>", "not a SOAP 1.1 envelope"),
    "no address": (REQUEST.replace(b"itr:LogicalAddress", b"itr:Other"), "LogicalAddress"),
    "against the schema": (REQUEST.replace(b"fornamn", b"formamn"), "Unmarshalling Error"),
    "a person id of too few digits": (REQUEST.replace(LILLTOLVAN.encode(), b"2012"), "Unmarshalling Error"),
    "bytes": (bytes(range(256)) * 40, "XML"),
    "compressed": (gzip.compress(REQUEST), "XML"),
}


@pytest.fixture
async def http():
    """A caller that sends whatever it likes."""
    async with httpx.AsyncClient() as client:
        yield client


@pytest.mark.parametrize("path", PATHS.values())
@pytest.mark.parametrize("name", BODIES)
async def test_broken_messages(webcert, http, caplog, path, name):
    """A message that cannot be understood is a SOAP fault of the caller's; it changes nothing and logs no traceback."""
    body, text = BODIES[name]
    answer = await http.post(webcert.url + path, content=body, headers=SOAP)
    assert (answer.status_code, "soap:Client" in answer.text) == (500, True)
    assert path != names.CREATE_DRAFT_PATH or text in answer.text
    assert "Traceback" not in answer.text + caplog.text
    assert LILLTOLVAN not in answer.text + caplog.text
    assert (await webcert.create_draft())["result"]["resultCode"] == "OK"


async def test_large_messages(webcert, http):
    """A message beyond the limit is a fault that says so; a large one below it is read."""
    address = webcert.url + names.CREATE_DRAFT_PATH
    too_large = await http.post(address, content=REQUEST + b" " * (16 * 1024 * 1024), headers=SOAP, timeout=60)
    assert (too_large.status_code, "larger than" in too_large.text) == (500, True)
    large = await http.post(address, content=REQUEST + b" " * (8 * 1024 * 1024), headers=SOAP, timeout=60)
    assert large.status_code == 200


@pytest.mark.parametrize("path", ["/", "/services/create-draft-certificate/v1.0", "/services/nothing/v3.0"])
async def test_another_path(webcert, http, path):
    """Who calls elsewhere is told in words where to call."""
    answer = await http.post(webcert.url + path, content=REQUEST, headers=SOAP)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/plain; charset=UTF-8")
    assert all(known in answer.text for known in PATHS.values())


@pytest.mark.parametrize("path", ["/", *PATHS.values()])
async def test_who_only_looks(webcert, http, path):
    """GET changes nothing and tells where to call; other methods are not allowed."""
    page = await http.get(webcert.url + path)
    assert (page.status_code, names.CREATE_DRAFT_PATH in page.text) == (200, True)
    assert (await http.put(webcert.url + path, content=REQUEST)).status_code == 405
    assert await webcert.simulation.outbox.certificates() == []
