"""Peers for the tests of the wire: raw servers on a socket that do exactly what they are told.

Nothing of aiohttp is on their side, so that they can be as wrong as the test wants.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from simulator.clock import wall_sleep

Manner = Callable[["Line"], Awaitable[None]]

OK_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
KEPT_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok"


@dataclass
class Peer:
    """What a raw server has seen."""

    url: str = ""
    connections: int = 0
    requests: list[bytes] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)


@dataclass(eq=False)
class Line:
    """One connection, seen from the server's side."""

    peer: Peer
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def request(self) -> bytes:
        """Read one whole request, head and body; raises IncompleteReadError when the caller has gone."""
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = 0
        for line in head.split(b"\r\n"):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        whole = head + await self.reader.readexactly(length)
        self.peer.requests.append(whole)
        return whole

    async def say(self, data: bytes) -> None:
        """Write bytes as they are."""
        self.writer.write(data)
        await self.writer.drain()

    def reset(self) -> None:
        """Cut the connection off with a reset."""
        sock = self.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


@asynccontextmanager
async def raw_server(manner: Manner, tls: ssl.SSLContext | None = None) -> AsyncIterator[Peer]:
    """A server that treats every connection in this manner, and closes it afterwards."""
    peer = Peer()
    at_work: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        at_work.add(task)
        peer.connections += 1
        line = Line(peer, reader, writer)
        peer.lines.append(line)
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await manner(line)
        writer.close()
        at_work.discard(task)

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    peer.url = f"{'https' if tls else 'http'}://localhost:{port}/journal"
    try:
        yield peer
    finally:
        server.close()
        for task in at_work:
            task.cancel()
        await asyncio.gather(*at_work, return_exceptions=True)
        # Connections that were reset report their end on the next turn of the loop.
        await wall_sleep(0)


def answers_once(data: bytes) -> Manner:
    """Read one request, write these bytes, and close without a word about it."""

    async def manner(line: Line) -> None:
        await line.request()
        await line.say(data)

    return manner


def answers_all(data: bytes) -> Manner:
    """Answer every request of a connection with these bytes."""

    async def manner(line: Line) -> None:
        while True:
            await line.request()
            await line.say(data)

    return manner


async def never_answers(line: Line) -> None:
    """Read the request, then wait until the caller leaves."""
    await line.request()
    await line.reader.read()


async def tunnels(line: Line) -> None:
    """Do as a proxy does with CONNECT: lead on to the port that was asked for, on this machine."""
    target = (await line.request()).split(b" ")[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", int(target.rpartition(b":")[2]))
    await line.say(b"HTTP/1.1 200 Connection established\r\n\r\n")

    async def leads(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await source.read(65536):
                target.write(data)
                await target.drain()
        target.close()

    try:
        await asyncio.gather(leads(line.reader, writer), leads(reader, line.writer))
    finally:
        writer.close()


def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])
