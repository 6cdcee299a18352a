"""Sends a message over HTTP, and gives back what came: a `RawAnswer`, or a `NoAnswer` that says why none did.

Bytes leave exactly as they were handed in, and come back exactly as they arrived. No redirect is followed, no cookie
kept, nothing of the environment read. How long a whole exchange may take is the clock's business: it cancels `post`,
which closes its connection. See `tls` for certificates, `keeping` for connections and `silence` for failures.
"""

from __future__ import annotations

import io
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from types import TracebackType

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from simulator.contract.names import CONTENT_TYPE
from simulator.contract.reply import NoAnswer, OnTheWire, RawAnswer
from simulator.errors import UsageError
from simulator.sentence import Sentence, say
from simulator.wire.keeping import Connections
from simulator.wire.silence import PEER_FAILURES, silence
from simulator.wire.tls import TlsFiles, client_context

_OUR_HEADERS = {
    "Accept": "*/*",
    "Content-Type": CONTENT_TYPE,
    # Said in words, since some servers keep a connection open only for those who ask. Java's client says it too.
    "Connection": "keep-alive",
    # Bytes are kept as they came, so an answer that is compressed all the same is an unreadable one, of few bytes.
    "Accept-Encoding": "identity",
    "User-Agent": "webcert-simulator",
}
# They follow from the body, and another value would make another message.
_NOT_FOR_USERS = {"content-length", "transfer-encoding"}
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[^\x00-\x08\x0a-\x1f\x7f]*")
# aiohttp warns of bodies above this when they are given as bytes.
_LARGE_BODY = 1024 * 1024


@dataclass(frozen=True)
class ClientSettings:
    """How a caller calls: its certificates, its proxy, headers of its own, and its limits.

    `headers` win over ours. `answer_limit` is in bytes; `connections` is how many may be open at once.
    `connect_timeout` ends a connection that does not come about; 30 s is the default of CXF, which Webcert uses.
    `trusted` is an authority in PEM that is trusted besides, one of this program's own making.
    """

    tls: TlsFiles = field(default_factory=TlsFiles)
    proxy: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    answer_limit: int = 10 * 1024 * 1024
    connect_timeout: timedelta = timedelta(seconds=30)
    connections: int = 64
    trusted: bytes | None = None


class SoapClient:
    """Calls other systems, for the length of an `async with`; settings that cannot be used are refused at once."""

    def __init__(self, settings: ClientSettings) -> None:
        self._settings = settings
        self._headers = _with_headers_of_user(settings.headers)
        users: dict[str, str] = {}
        for name, value in settings.headers:
            users[name.lower()] = f"{users[name.lower()]}, {value}" if name.lower() in users else value
        # By lower-case name: the user's headers win over each call's, and those over ours.
        self._users_own = users
        self._ours = {name.lower(): value for name, value in _OUR_HEADERS.items()}
        self._proxy = URL(check_proxy(settings.proxy)) if settings.proxy else None
        self._tls = client_context(settings.tls, settings.trusted)
        self._connections: Connections | None = None

    async def __aenter__(self) -> SoapClient:
        seconds = self._settings.connect_timeout.total_seconds()
        self._connections = Connections(
            self._tls,
            self._settings.connections,
            headers=self._headers,
            proxy=self._proxy,
            # Waiting for a free connection, and for the answer, is counted by the exchange alone.
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=seconds),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connections is not None:
            await self._connections.close()

    async def post(
        self, url: str, body: bytes, headers: Mapping[str, str], passes: OnTheWire | None = None
    ) -> RawAnswer | NoAnswer:
        """Send these bytes to an address that `check_url` has passed; never raises for what the peer does.

        What passes is noted down at once, so that it is known too of a call that is cancelled.
        """
        assert self._connections is not None, "a SoapClient is used inside its `async with`"
        address, origin = _address(url)
        session = self._connections.session_for(origin)
        answer = None
        passes = passes or OnTheWire()
        passes.begins(self.headers_of(url, body, headers))
        self._connections.note_tls(passes)
        try:
            answer = await self._call(session, address, body, headers)
            passes.ends(answer)
            return answer
        except aiohttp.InvalidURL:
            raise
        except PEER_FAILURES as error:
            return silence(error, address, self._proxy)
        finally:
            self._connections.ended(session, origin, answer.headers if answer and answer.complete else None)

    def headers_of(self, url: str, body: bytes, headers: Mapping[str, str]) -> dict[str, str]:
        """All the headers of a call as they are on the wire, by lower-case name; see test_client."""
        return {
            "host": _address(url)[0].host_port_subcomponent or "",
            **self._ours,
            **{name.lower(): value for name, value in headers.items()},
            **self._users_own,
            "content-length": str(len(body)),
        }

    async def _call(
        self, session: aiohttp.ClientSession, url: URL, body: bytes, headers: Mapping[str, str]
    ) -> RawAnswer:
        if self._users_own:
            headers = {name: value for name, value in headers.items() if name.lower() not in self._users_own}
        data = body if len(body) <= _LARGE_BODY else io.BytesIO(body)
        async with session.post(url, data=data, headers=headers, allow_redirects=False) as response:
            answer_headers = _joined(response.raw_headers)
            limit = self._settings.answer_limit
            chunks: list[bytes] = []
            size = 0
            # aiohttp stops reading from the peer while a chunk waits here, so no more than the limit is ever held.
            while chunk := await response.content.readany():
                chunks.append(chunk)
                size += len(chunk)
                if size > limit:
                    response.close()
                    return RawAnswer(response.status, answer_headers, b"".join(chunks)[:limit], complete=False)
            return RawAnswer(response.status, answer_headers, b"".join(chunks))


@lru_cache(maxsize=256)
def _address(url: str) -> tuple[URL, URL]:
    """The address as it is written on the wire, and its origin."""
    address = URL(url, encoded=True)
    return address, address.origin()


def _joined(raw_headers: tuple[tuple[bytes, bytes], ...]) -> dict[str, str]:
    """Headers by lower-case name; several of one name are one list, as RFC 9110 has it."""
    joined: dict[str, str] = {}
    for raw_name, raw_value in raw_headers:
        # Latin-1 reads any byte, so that a header that a peer wrote in no encoding at all still can be shown.
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined


def _with_headers_of_user(headers: tuple[tuple[str, str], ...]) -> CIMultiDict[str]:
    for name, value in headers:
        if not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(value):
            raise UsageError(
                # Its value may be a password.
                say('the header "{name}" cannot be sent as it stands; write one line like X-Sender: test', name=name)
            )
        if name.lower() in _NOT_FOR_USERS:
            raise UsageError(say("the header {name} follows from the message; leave it out", name=name))
    all_headers = CIMultiDict(_OUR_HEADERS)
    for name, _ in headers:
        all_headers.popall(name, None)
    all_headers.extend(headers)
    return all_headers


def check_url(text: str) -> str:
    """The address as it is written on the wire; raises UsageError for what is not http(s)://host[:port]/path."""
    return _checked(text, "https://journal.example.se:8443/status")


def check_proxy(text: str) -> str:
    """The same for a proxy, which may carry a user and a password before its host."""
    return _checked(text, "http://proxy.example.se:3128", is_proxy=True)


def _checked(text: str, example: str, *, is_proxy: bool = False) -> str:
    try:
        url = URL(text)
        fault = _fault_of(text, url, is_proxy)
    except ValueError:
        fault = say("its host or its port cannot be read")
    if fault is not None:
        # A password must not be repeated where it may be copied into a ticket.
        shown = re.sub(r"//[^/]*@", "//…@", text)
        raise UsageError(
            say('"{text}" is no address: {fault}; write it like {example}', text=shown, fault=fault, example=example)
        )
    return str(url)


def _fault_of(text: str, url: URL, is_proxy: bool) -> Sentence | None:
    """What is wrong with an address, if anything."""
    if re.search(r"[\s\\<>\"]", text):
        return say("it holds a space, a backslash, a quotation mark or a bracket")
    if url.scheme not in ("http", "https") or not text.lower().startswith(("http://", "https://")):
        return say("it does not begin with http:// or https://")
    if not url.raw_host or not _is_host(url.raw_host):
        return say("it has no host that can be looked up")
    if not url.port:
        return say("its port is not a number from 1 to 65535")
    if url.fragment:
        return say("a part after # is never sent")
    if not is_proxy and (url.user is not None or url.password is not None):
        return say("a user and a password belong in a header, Authorization: Basic …")
    if is_proxy and (url.path not in ("", "/") or url.query_string):
        return say("a proxy has no path")
    return None


def _is_host(host: str) -> bool:
    if ":" in host or re.fullmatch(r"[0-9.]+", host):
        # Numbers that are no whole IP address, such as 127.1, mean different things to different systems.
        try:
            ipaddress.ip_address(host.partition("%")[0])
        except ValueError:
            return False
        return True
    # The limits of DNS: a label has at most 63 characters, a name 253.
    return len(host) <= 253 and all(re.fullmatch(r"[\w-]{1,63}", label) for label in host.rstrip(".").split("."))
