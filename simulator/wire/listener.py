"""Takes calls over HTTP and hands their bytes to whoever answers: a mocked journal system, or Webcert itself.

Every POST becomes an `IncomingCall`, however large, slow or broken its body is; what it means is not known here.
A `RawAnswer` is written as it stands, a `NoAnswer` cuts the connection off, and what is `Mangled` or `Dribbled` goes
wrong as it says. GET shows pages, `?wsdl` among them; below `/api/` whoever answers may take other calls.
Strangers may call: heads, bodies and waiting are bounded, and what they do wrong never prints a traceback.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import re
import socket
import ssl
import struct
import sys
import traceback
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from multidict import CIMultiDict

from simulator.contract.names import CONTENT_TYPE
from simulator.contract.reply import RawAnswer
from simulator.errors import UsageError
from simulator.sentence import say
from simulator.wire.mangling import Dribbled, Mangled, Sent

_log = logging.getLogger(__name__)

# aiohttp has no limit for a body that comes drop by drop; a head that does is ended by the idle time below.
_BODY_SECONDS = 60.0
# Longer than callers of .NET keep an idle connection (60 s), so that it is they who close it, at a time of their own.
_IDLE_SECONDS = 75.0
# What a request line and a header may hold, and how many headers there may be: aiohttp's own limits, held fast here.
_LINE_BYTES, _FIELD_BYTES, _FIELDS = 8190, 8190, 128
# Who sends more than the limit is listened to for so long after the answer, so that it can be read before the end.
_LINGER_SECONDS = 10.0
# How long `stop` waits for calls that are being answered at this moment; aiohttp waits twice before it breaks off.
_STOP_SECONDS = 0.25
# A burst of new connections waits here; the system may allow fewer.
_BACKLOG = 1024

# These belong to one connection or follow from the body, so they are written here and never by whoever answers.
_WRITTEN_HERE = {"connection", "content-length", "keep-alive", "transfer-encoding", "upgrade"}
# These have no body, whatever they are given (RFC 9110, 15.3.5 and 15.4.5).
_NO_BODY = (204, 304)
# Below this path are calls that are no SOAP.
_API = "/api/"
# What a Host header may hold when an address is made from it.
_HOST = re.compile(r"[\w.:\[\]-]{1,255}")

_HELP = """This is a mocked journal system of webcert-simulator.
POST a SOAP message here, on any path. GET ?wsdl shows the contract, ?calls what has been received.
"""

_OUR_FAULT = RawAnswer(
    500,
    {"content-type": CONTENT_TYPE},
    b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b'<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><soap:Fault>'
    b"<faultcode>soap:Server</faultcode><faultstring>Internal error in the simulator</faultstring>"
    b"</soap:Fault></soap:Body></soap:Envelope>",
)


@dataclass(frozen=True, slots=True)
class IncomingCall:
    """A call as it came; `headers` have lower-case names.

    `complete` is False when the body was cut: it was larger than the limit, too slow, damaged, or its caller left.
    """

    path: str
    headers: Mapping[str, str]
    body: bytes
    complete: bool


Api = Callable[[str, str, bytes], Awaitable[RawAnswer | None]]


class SoapListener:
    """Listens on one port, for the length of an `async with` or from `start` to `stop`.

    `page` makes the page for the query of a GET (`wsdl`, `xsd=…`) and the address that it was asked for at; without a
    query a GET shows `about`. `body_limit` is in bytes; 15 MiB is the national platform's default. With
    `callers_may_leave`, a call whose caller closes the connection is cancelled; without, it runs on, as a late answer
    of a mocked system must.
    """

    def __init__(
        self,
        receive: Callable[[IncomingCall], Awaitable[Sent]],
        page: Callable[[str, str], Awaitable[RawAnswer | None]],
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        body_limit: int = 15 * 1024 * 1024,
        callers_may_leave: bool,
        api: Api | None = None,
        tls: ssl.SSLContext | None = None,
        about: str = _HELP,
    ) -> None:
        self._receive = receive
        self._page = page
        self._host = host
        self._port = port
        self._body_limit = body_limit
        self._callers_may_leave = callers_may_leave
        self._api = api
        self._tls = tls
        self._about = about
        self._runner: web.ServerRunner | None = None

    async def start(self) -> None:
        """Begin to listen; raises UsageError when the address cannot be had."""
        server = web.Server(
            self._handle,
            handler_cancellation=self._callers_may_leave,
            access_log=None,
            logger=_CallersFaults(_log),
            auto_decompress=False,
            keepalive_timeout=_IDLE_SECONDS,
            lingering_time=_LINGER_SECONDS,
            max_line_size=_LINE_BYTES,
            max_field_size=_FIELD_BYTES,
            max_headers=_FIELDS,
        )
        runner = web.ServerRunner(server, shutdown_timeout=_STOP_SECONDS)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self._port, backlog=_BACKLOG, ssl_context=self._tls).start()
        except OSError as error:
            await runner.cleanup()
            raise _no_place(self._host, self._port, error) from error
        self._port = runner.addresses[0][1]
        self._runner = runner

    async def stop(self) -> None:
        """Close the port; calls that are not answered within half a second are broken off."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    @property
    def url(self) -> str:
        """Where it listens: http://host:port, without a path."""
        # An address that stands for all of the machine's own cannot be called; this one always can.
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self._host, self._host)  # noqa: S104 - Only read here.
        scheme = "https" if self._tls else "http"
        return f"{scheme}://[{host}]:{self._port}" if ":" in host else f"{scheme}://{host}:{self._port}"

    async def __aenter__(self) -> SoapListener:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        try:
            if self._api is not None and request.path.startswith(_API):
                return await self._answer_api(self._api, request)
            if request.method == "POST":
                return await self._answer_call(request)
            if request.method in ("GET", "HEAD"):
                return await self._show_page(request)
        except Exception as error:
            _tell(error)
            return _Written(_OUR_FAULT, keep_open=False)
        return _Written(_text(405, "POST a SOAP message, or GET ?wsdl.\n", allow="GET, HEAD, POST"), keep_open=False)

    async def _answer_api(self, api: Api, request: web.BaseRequest) -> web.StreamResponse:
        body, complete = await self._body(request)
        if not complete:
            return _Written(_text(413, "The body is too large, or did not come whole.\n"), keep_open=False)
        answer = await api(request.method, request.path, body)
        return _Written(answer or _text(404, "There is no such page here.\n"), keep_open=answer is not None)

    async def _body(self, request: web.BaseRequest) -> tuple[bytes, bool]:
        content = request.content
        if content.is_eof():
            body = content.read_nowait()
            return body, len(body) <= self._body_limit
        return await self._rest_of_body(request)

    async def _answer_call(self, request: web.BaseRequest) -> web.StreamResponse:
        body, complete = await self._body(request)
        headers = request.headers
        by_name = {name.lower(): _readable(value) for name, value in headers.items()}
        if len(by_name) < len(headers):
            by_name = {name: ", ".join(map(_readable, headers.getall(name))) for name in by_name}
        answer = await self._receive(IncomingCall(request.path, by_name, body[: self._body_limit], complete))
        if isinstance(answer, RawAnswer):
            return _Written(answer, keep_open=complete)
        if isinstance(answer, Dribbled):
            return _WrittenInDrops(answer)
        _break_off(request.transport, answer.written if isinstance(answer, Mangled) else None)
        # The connection is gone then, and what is written here with it.
        return _Written(_OUR_FAULT, keep_open=False)

    async def _rest_of_body(self, request: web.BaseRequest) -> tuple[bytes, bool]:
        """Wait for a body that has not come whole with its head; what came counts, whatever becomes of the rest."""
        if request.headers.get("Expect", "").lower() == "100-continue":
            # .NET and curl hold a body back until they are told to go on.
            await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        chunks: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(_BODY_SECONDS):
                while size <= self._body_limit:
                    chunk = await request.content.readany()
                    if not chunk:
                        return b"".join(chunks), True
                    chunks.append(chunk)
                    size += len(chunk)
        except (TimeoutError, OSError, web.RequestPayloadError, HttpProcessingError):
            pass
        return b"".join(chunks), False

    async def _show_page(self, request: web.BaseRequest) -> web.StreamResponse:
        query = request.rel_url.raw_query_string
        if not query:
            return _Written(_text(200, self._about))
        host = request.headers.get("Host", "")
        base = f"http://{host}" if _HOST.fullmatch(host) else self.url
        page = await self._page(query, base + request.rel_url.raw_path)
        if page is None:
            return _Written(_text(404, "There is no such page here; GET ?wsdl shows the contract.\n"))
        return _Written(page)


def _readable(value: str) -> str:
    """A header's value as text that can be kept; aiohttp takes it for UTF-8, and leaves surrogates where it is none."""
    if value.isascii():
        return value
    raw = value.encode("utf-8", "surrogateescape")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        # It reads any byte.
        return raw.decode("latin-1")


class _Written(web.StreamResponse):
    """A `RawAnswer` on its way out: its own headers, those of the connection, and its bytes, with one write.

    aiohttp's own response would add headers that nobody asked for, and take a quarter longer.
    """

    def __init__(self, answer: RawAnswer, *, keep_open: bool = True) -> None:
        super().__init__(status=answer.http_status)
        self._answer = answer
        self._keep_open = keep_open

    @property
    def keep_alive(self) -> bool | None:
        return self._keep_open

    async def prepare(self, request: web.BaseRequest) -> None:
        """Write everything; aiohttp calls this first of all."""
        self._keep_open = self._keep_open and request.keep_alive
        writer = request.writer
        try:
            await writer.write_headers(f"HTTP/1.1 {self.status} {self.reason}", self._all_headers())
        except ValueError as error:
            # A line break in a header, which would make two of one. Nothing has left yet.
            _tell(error)
            self._answer = _OUR_FAULT
            self.set_status(_OUR_FAULT.http_status)
            await writer.write_headers(f"HTTP/1.1 {self.status} {self.reason}", self._all_headers())
        without_body = request.method == "HEAD" or self.status in _NO_BODY
        await writer.write_eof(b"" if without_body else self._answer.body)

    def _all_headers(self) -> CIMultiDict[str]:
        answer = self._answer
        headers = CIMultiDict(
            (name, value) for name, value in answer.headers.items() if name.lower() not in _WRITTEN_HERE
        )
        # Said in words, so that a careful client uses the connection again; see `keeping`.
        headers["Connection"] = "keep-alive" if self._keep_open else "close"
        if self.status not in _NO_BODY:
            headers["Content-Length"] = str(len(answer.body))
        return headers

    async def write_eof(self, data: bytes = b"") -> None:
        """Nothing is left to write."""


class _WrittenInDrops(_Written):
    """An answer whose body comes drop by drop; it ends early where nobody waits for it any more."""

    def __init__(self, dribbled: Dribbled) -> None:
        super().__init__(dribbled.answer, keep_open=False)
        self._dribbled = dribbled

    async def prepare(self, request: web.BaseRequest) -> None:
        """Write the head at once, and each drop after its pause."""
        self._keep_open = False
        writer = request.writer
        await writer.write_headers(f"HTTP/1.1 {self.status} {self.reason}", self._all_headers())
        writer.send_headers()
        for drop in self._dribbled.drops:
            awaited = await self._dribbled.pause()
            if not awaited or request.transport is None or request.transport.is_closing():
                _break_off(request.transport, None)
                return
            if drop:
                await writer.write(drop)
        await writer.write_eof(b"")


class _CallersFaults(logging.LoggerAdapter[logging.Logger]):
    """Says in one line what aiohttp would print with a traceback: that a caller sent garbage."""

    def log(self, level: int, msg: object, *args: object, exc_info: Any = None, **_: Any) -> None:
        self.logger.log(min(level, logging.INFO), f"{msg} (%s)", *args, type(exc_info).__name__)


def _tell(error: Exception) -> None:
    """Log a fault of ours: what and where, but not its message, which may quote the body and a person's number."""
    where = "".join(traceback.format_tb(error.__traceback__))
    _log.error("internal error while answering a call: %s\n%s", type(error).__name__, where)


def _text(status: int, text: str, **headers: str) -> RawAnswer:
    return RawAnswer(status, {"content-type": "text/plain; charset=UTF-8", **headers}, text.encode())


def _break_off(transport: asyncio.Transport | None, last_words: bytes | None) -> None:
    """End a connection with these bytes; without any it is cut off, so that its other end sees a reset."""
    if transport is None:
        return
    if last_words is not None:
        transport.write(last_words)
        transport.close()
        return
    # Lingering for no time at all makes the system send a reset; Windows has shorter numbers for it.
    linger = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    transport.abort()


def _no_place(host: str, port: int, error: OSError) -> UsageError:
    """Why nobody can listen there, and what to do."""
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        why = say("this machine has no such address; use 127.0.0.1, or 0.0.0.0 for all of its addresses")
    elif error.errno == errno.EADDRINUSE:
        why = say("another program uses the port; stop that one, choose another port, or 0 for any free one")
    elif isinstance(error, PermissionError):
        why = say("the port is kept for administrators; choose one above 1023, or 0 for any free one")
    else:
        why = say("{text}", text=str(error))
    return UsageError(say("nobody can listen on {host}, port {port}: {why}", host=host, port=port, why=why))
