"""Offers a mocked journal system on the wire: any path is taken, and `?wsdl` shows the contract."""

from __future__ import annotations

from simulator.contract.reply import NoAnswer, RawAnswer
from simulator.contract.schema import Contract
from simulator.contract.wsdl_pages import WsdlPages
from simulator.journal.mocked import MockedJournalSystem
from simulator.wire.listener import IncomingCall, SoapListener


def serve(
    system: MockedJournalSystem, contract: Contract, *, host: str = "127.0.0.1", port: int = 0, callers_may_leave: bool
) -> SoapListener:
    """A listener for the system, not yet started; `callers_may_leave` is False where a late answer must still come."""

    async def receive(call: IncomingCall) -> RawAnswer | NoAnswer:
        return await system.receive(call.body, call.headers, call.complete)

    return SoapListener(
        receive, pages=WsdlPages(contract.wsdl), host=host, port=port, callers_may_leave=callers_may_leave
    )
