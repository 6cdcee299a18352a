"""Offers a mocked journal system on the wire: any path is taken, `?wsdl` shows the contract, `?calls` the inbox."""

from __future__ import annotations

from urllib.parse import parse_qs

from simulator.contract import names
from simulator.contract.reply import NoAnswer, RawAnswer
from simulator.contract.schema import Contract
from simulator.contract.wsdl_pages import WsdlPages
from simulator.journal.listing import calls_json
from simulator.journal.mocked import MockedJournalSystem
from simulator.store.outbox import Outbox
from simulator.wire.listener import IncomingCall, SoapListener


def serve(
    system: MockedJournalSystem,
    contract: Contract,
    outbox: Outbox,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    callers_may_leave: bool,
) -> SoapListener:
    """A listener for the system, not yet started; `callers_may_leave` is False where a late answer must still come."""
    wsdl = WsdlPages(contract.wsdl)

    async def receive(call: IncomingCall) -> RawAnswer | NoAnswer:
        return await system.receive(call.body, call.headers, call.complete)

    async def page(query: str, url: str) -> RawAnswer | None:
        asked = parse_qs(query, keep_blank_values=True)
        if "calls" in asked:
            calls = [call for call in await outbox.calls() if call.journal_system == system.name]
            return RawAnswer(200, {"content-type": "application/json; charset=UTF-8"}, calls_json(calls).encode())
        if "call" in asked:
            wanted = asked["call"][0]
            found = [call for call in await outbox.calls() if str(call.id) == wanted]
            return RawAnswer(200, {"content-type": names.CONTENT_TYPE}, found[0].body) if found else None
        document = wsdl(query, url)
        return None if document is None else RawAnswer(200, {"content-type": names.CONTENT_TYPE}, document)

    return SoapListener(receive, page, host=host, port=port, callers_may_leave=callers_may_leave)
