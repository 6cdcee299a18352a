"""A journal system at the other end of a wire: somebody's own, or a mocked one of this process offered there."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.contract.reply import NoAnswer, OnTheWire, RawAnswer
from simulator.wire.client import SoapClient


class RemoteJournalSystem:
    """Posts each call to a URL; `foreign` is False only for a mocked system of this process."""

    def __init__(self, name: str, url: str, client: SoapClient, *, foreign: bool = True) -> None:
        self.name = name
        self.url = url
        self.foreign = foreign
        self._client = client

    async def receive(self, body: bytes, headers: Mapping[str, str], passes: OnTheWire) -> RawAnswer | NoAnswer:
        """Send the call and hand back what came."""
        return await self._client.post(self.url, body, headers, passes)
