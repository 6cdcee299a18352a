"""When a connection may be used for a second call.

A status update must never be sent twice by the wire, so a call on a connection that turns out to be closed can neither
be repeated nor be called broken: the peer may have read it, or may have closed before it came. Therefore a connection
is used again only towards a peer that keeps its connections open, which is known when it says so in its answer, or
when one was seen to lie open for a while. Everybody else gets a new connection for each call; see `client`.
"""

from __future__ import annotations

import asyncio
import select
import ssl
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from weakref import WeakSet

import aiohttp
from aiohttp.connector import Connection
from yarl import URL

from simulator.clock import wall_seconds
from simulator.contract.reply import OnTheWire
from simulator.wire.tls_facts import tls_facts

# A server that closes after its answer, and does not say so, does it at once; the rest is for the way there.
_TRIAL_SECONDS = 0.1
# Half of the shortest time that a server can state in a Keep-Alive header, which counts whole seconds.
_IDLE_SECONDS = 0.5


@dataclass
class _Peer:
    """How one origin treats its connections, as far as it is known."""

    keeps: bool = False
    # When the connection on trial has lain open long enough to be used again; None while it is in use.
    trial_over: float | None = 0.0


# aiohttp hands its connection back before the answer has been read, so the connector notes down what is of interest.
_passes: ContextVar[OnTheWire] = ContextVar("what passes in the call")


class Connections:
    """Two pools towards the same peers: in `kept` connections are used again, in `fresh` never."""

    def __init__(self, tls: ssl.SSLContext, limit: int, **session: Any) -> None:
        self._peers: dict[URL, _Peer] = {}
        self._transports: WeakSet[asyncio.Transport] = WeakSet()
        self._kept = aiohttp.ClientSession(
            connector=_KeepingConnector(
                self._peers, self._transports, ssl=tls, limit=limit, keepalive_timeout=_IDLE_SECONDS
            ),
            **session,
        )
        self._fresh = aiohttp.ClientSession(
            connector=_NotingConnector(self._transports, ssl=tls, limit=limit, force_close=True), **session
        )

    async def close(self) -> None:
        """Close every connection."""
        await self._kept.close()
        await self._fresh.close()
        # A call that was given up has asked for the end of TLS, and its peer may never answer that either.
        for transport in list(self._transports):
            transport.abort()

    def note_tls(self, passes: OnTheWire) -> None:
        """Say where the TLS of this task's next call is noted down."""
        _passes.set(passes)

    def session_for(self, origin: URL) -> aiohttp.ClientSession:
        """The pool that the next call to this origin belongs to."""
        peer = self._peers.get(origin)
        if peer is None:
            peer = self._peers[origin] = _Peer()
        if peer.keeps:
            return self._kept
        if peer.trial_over is not None and wall_seconds() >= peer.trial_over:
            peer.trial_over = None
            return self._kept
        return self._fresh

    def ended(self, session: aiohttp.ClientSession, origin: URL, headers: Mapping[str, str] | None) -> None:
        """Learn from a call that has ended; `headers` is None when no whole answer came."""
        peer = self._peers[origin]
        if headers is not None and "keep-alive" in headers.get("connection", "").lower():
            peer.keeps = True
        elif session is self._kept:
            peer.keeps = peer.keeps and headers is not None
            peer.trial_over = wall_seconds() + _TRIAL_SECONDS


class _NotingConnector(aiohttp.TCPConnector):
    """Notes down what TLS has agreed on, and which connections there have been."""

    def __init__(self, transports: WeakSet[asyncio.Transport], **options: Any) -> None:
        super().__init__(**options)
        self._transports = transports

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Any],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - The parameter is aiohttp's.
    ) -> Connection:
        connection = await super().connect(req, traces, timeout)
        passes = _passes.get(None)
        if connection.transport is None:
            return connection
        self._transports.add(connection.transport)
        agreed = connection.transport.get_extra_info("ssl_object")
        if passes is not None and agreed is not None:
            passes.agreed(tls_facts(agreed))
        return connection


class _KeepingConnector(_NotingConnector):
    """Hands a connection out again only if it still is open, and notes that its peer keeps them."""

    def __init__(self, peers: dict[URL, _Peer], transports: WeakSet[asyncio.Transport], **options: Any) -> None:
        super().__init__(transports, **options)
        self._known_peers = peers
        self._used: WeakSet[Any] = WeakSet()

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Any],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - The parameter is aiohttp's.
    ) -> Connection:
        while True:
            connection = await super().connect(req, traces, timeout)
            protocol = connection.protocol
            if protocol not in self._used:
                self._used.add(protocol)
                return connection
            if not _has_something_to_read(connection):
                self._known_peers[req.url.origin()].keeps = True
                return connection
            connection.close()


def _has_something_to_read(connection: Connection) -> bool:
    """Whether the system has something for us: on an idle connection, its end, which the loop has not seen yet."""
    transport = connection.transport
    if transport is None or transport.is_closing():
        return True
    number = transport.get_extra_info("socket").fileno()
    if not hasattr(select, "poll"):
        return bool(select.select([number], [], [], 0)[0])
    # Where there is poll, select knows no numbers above 1023.
    poll = select.poll()
    poll.register(number, select.POLLIN)
    return bool(poll.poll(0))
