"""Prefill that journal systems may send: whatever the contract lets through becomes the draft's answers."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import httpx
from hypothesis import example, given, settings

from simulator.certificate.answers import Answer, Quantity
from simulator.contract import names
from simulator.contract.create_draft import write_draft_request
from simulator.contract.schema import our_contract
from simulator.simulation import Simulation
from simulator.store.certificates import certificate_json, parse_certificate
from tests.inbound.conftest import SETUP
from tests.inbound.reading import certificate, told
from tests.unit.contract.canned import DRAFT_REQUEST
from tests.unit.contract.strategies import ANSWERS, st


@settings(max_examples=25)
@example((Answer("1", (("1.1", Quantity(float("nan"), "%")), ("1.2", Quantity(float("-inf"), "%")))),))
@given(st.lists(ANSWERS, max_size=4).map(tuple))
def test_any_prefill(prefill: tuple[Answer, ...]):
    """The answers of a wish are the draft's, in its own order, are told as they came, and can be kept by a store."""
    request = write_draft_request(replace(DRAFT_REQUEST, prefill=prefill), our_contract(names.CREATE_DRAFT))

    async def asked() -> None:
        async with Simulation(SETUP) as simulation, httpx.AsyncClient() as client:
            answer = await client.post(simulation.webcert_url + names.CREATE_DRAFT_PATH, content=request)
            assert ">OK<" in answer.text
            (update,) = await told(simulation)
            made = await certificate(simulation)
            assert sorted(map(repr, prefill)) == sorted(map(repr, made.answers))
            # Compared as text: what is not a number equals nothing, not even itself.
            assert repr(update.answers) == repr(made.answers)
            assert repr(parse_certificate(certificate_json(made))) == repr(made)

    asyncio.run(asked())
