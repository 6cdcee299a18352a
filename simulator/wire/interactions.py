"""Offers interactions of Webcert on one port, each on its own path and with its own `?wsdl`.

Other than a mocked journal system, which takes a status update on any path, Webcert answers where it says that it does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from simulator.contract import names
from simulator.contract.interaction import Interaction
from simulator.contract.reply import RawAnswer
from simulator.contract.wsdl_pages import WsdlPages
from simulator.wire.listener import IncomingCall, SoapListener


def serve(
    interactions: Sequence[Interaction[Any, Any]],
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    body_limit: int = 15 * 1024 * 1024,
) -> SoapListener:
    """A listener for the interactions, not yet started. A caller that leaves does not undo what it asked for."""
    offered = {one.path: (one, WsdlPages(one.contract.wsdl)) for one in interactions}
    paths = "".join(f"  {path}\n" for path in offered)

    async def receive(call: IncomingCall) -> RawAnswer:
        found = offered.get(call.path.rstrip("/"))
        if found is None:
            return RawAnswer(404, _TEXT, f"Nothing is answered here; call one of\n{paths}".encode())
        return await found[0].answer(call.body, call.headers, call.complete)

    async def page(query: str, url: str) -> RawAnswer | None:
        found = offered.get(urlsplit(url).path.rstrip("/"))
        document = None if found is None else found[1](query, url)
        return None if document is None else RawAnswer(200, _XML, document)

    return SoapListener(
        receive,
        page,
        host=host,
        port=port,
        body_limit=body_limit,
        callers_may_leave=False,
        about=f"This is a mocked Webcert of webcert-simulator.\n"
        f"POST a SOAP message to one of these paths; GET ?wsdl there shows its contract.\n{paths}",
    )


_TEXT = {"content-type": "text/plain; charset=UTF-8"}
_XML = {"content-type": names.CONTENT_TYPE}
