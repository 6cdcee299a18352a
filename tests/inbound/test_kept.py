"""What calls have brought about is kept in a store, and a run goes on with it; on clocks that flow it is the same."""

from __future__ import annotations

import pytest

from simulator.certificate.lifecycle import Action
from simulator.settings import parse_clock
from tests.inbound.reading import certificate, done, told


async def test_a_run_that_is_resumed(running, tmp_path):
    """Drafts, their references and the ids of messages are there again, and so is whether a unit is integrated."""
    store = f"sqlite:///{tmp_path}/run.db"
    async with running(store=store) as webcert:
        await webcert.create_draft(ref="vår-1")
        await done(webcert.simulation, Action.CHANGE, Action.SIGN)
        made = (await certificate(webcert.simulation)).id
        await webcert.write(made, message_id="m-1")
        await webcert.write(made, message_id="m-2", subject="PAMINN", reminds_of="m-1")
    async with running(store=store) as webcert:
        for known in ("m-1", "m-2"):
            assert (await webcert.write(made, message_id=known))["resultCode"] == "INFO"
        again = await webcert.write(made, message_id="m-3", subject="PAMINN", reminds_of="m-1")
        assert again["resultCode"] == "OK"
        assert (await webcert.create_draft())["intygs-id"]["extension"] != made
        updates = await told(webcert.simulation)
    assert {"vår-1"} == {one.care_reference for one in updates if one.certificate_id == made}
    assert ["SKAPAT", "SIGNAT", "SKICKA", "NYFRFM", "NYFRFM", "NYFRFM"] == [
        one.event.code for one in updates if one.certificate_id == made
    ]


@pytest.mark.parametrize("clock", ["1h=1s", "real"])
async def test_clocks_that_flow(running, clock):
    """Where time flows by itself, calls are answered and told of as where it jumps."""
    async with running(clock=parse_clock(clock)) as webcert:
        await webcert.create_draft(ref="vår-1")
        assert ["vår-1"] == [one.care_reference for one in await told(webcert.simulation)]
