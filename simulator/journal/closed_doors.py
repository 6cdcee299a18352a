"""Servers that a careful sender cannot speak to over TLS, one for each mood that a mocked system may be in.

Where bytes travel over sockets, a call in such a mood meets a real handshake that fails; in memory the same is said
without one.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager

from simulator.contract import names
from simulator.journal.behaviour import BehaviourRule, TurnAway
from simulator.journal.remote import RemoteJournalSystem
from simulator.journal.system import JournalSystem
from simulator.wire.client import ClientSettings, SoapClient
from simulator.wire.listener import IncomingCall, SoapListener
from simulator.wire.mangling import Sent
from simulator.wire.tls_moods import TestAuthority, TlsMood


@asynccontextmanager
async def closed_doors(name: str, rules: Iterable[BehaviourRule]) -> AsyncIterator[dict[str, JournalSystem]]:
    """The doors of the system of this name, by mood; they are there for the length of the `async with`."""
    moods = {effect.tls for rule in rules for effect in rule.effects if isinstance(effect, TurnAway)} - {None}
    doors: dict[str, JournalSystem] = {}
    async with AsyncExitStack() as stack:
        if moods:
            authority = TestAuthority()
            # Trusted, so that nothing but the mood can be what is wrong.
            client = await stack.enter_async_context(SoapClient(ClientSettings(trusted=authority.pem)))
            for mood in sorted(one for one in moods if one is not None):
                listener = await stack.enter_async_context(_door(authority.server_side(TlsMood(mood))))
                url = listener.url + names.SERVICE_PATH
                doors[mood] = RemoteJournalSystem(name, url, client, foreign=False)
        yield doors


def _door(tls: ssl.SSLContext) -> SoapListener:
    async def receive(_: IncomingCall) -> Sent:
        raise AssertionError("nobody comes through a closed door")

    async def page(_: str, __: str) -> None:
        return None

    return SoapListener(receive, page, callers_may_leave=True, tls=tls)
