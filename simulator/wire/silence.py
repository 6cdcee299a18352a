"""Why no answer came: every failure that a peer can cause, named in one place.

aiohttp, the operating system and OpenSSL each have their own words; the rest of the simulator knows `Silence` alone.
Nothing here judges: what a silence means for a delivery is `redelivery.outcome`'s work.
"""

from __future__ import annotations

import errno
import ssl

import aiohttp
from aiohttp.http_exceptions import HttpProcessingError
from yarl import URL

from simulator.contract.reply import NoAnswer, Silence

# What a call may raise on a peer's account; anything else is a fault of ours and goes its way.
PEER_FAILURES = (aiohttp.ClientError, HttpProcessingError, OSError, TimeoutError)

_UNREACHABLE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL, errno.EACCES, errno.EPERM}
# Windows' numbers for the same, which Python does not translate: network and host unreachable, and a connection
# that was given up after 21 seconds, which Windows does on its own before our 30 are over.
_WINDOWS_UNREACHABLE = {1231, 1232}
_WINDOWS_TIMEOUT = 121
# The wording may quote what the peer sent; a report has room for a line or two.
_LONGEST_WORDING = 300


def silence(error: BaseException, url: URL, proxy: URL | None) -> NoAnswer:
    """Name what kept the answer of a call to this address from coming."""
    return NoAnswer(_kind(error, url, proxy), _wording(error))


def _kind(error: BaseException, url: URL, proxy: URL | None) -> Silence:
    if _is_proxys(error, url, proxy):
        return Silence.PROXY_FAILURE
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return Silence.NAME_NOT_FOUND
    if isinstance(error, aiohttp.ClientSSLError) or _was_refused_by_tls(error):
        return Silence.TLS_FAILURE
    if isinstance(error, aiohttp.ClientConnectorError):
        return _kind_at_connecting(error.os_error, url)
    # The only time-out of the client itself is that of connecting; the exchange's own cancels instead.
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return Silence.CONNECT_TIMEOUT
    if isinstance(error, (aiohttp.ClientResponseError, HttpProcessingError)):
        return Silence.NOT_HTTP
    return Silence.BROKEN


def _is_proxys(error: BaseException, url: URL, proxy: URL | None) -> bool:
    """Whether the proxy failed us, and not the one behind it."""
    if isinstance(error, (aiohttp.ClientProxyConnectionError, aiohttp.ClientHttpProxyError)):
        return True
    # A proxy whose name is not found, or whose own TLS fails, is told from the one behind it by its name alone.
    to_proxy = proxy is not None and proxy.host != url.host
    return to_proxy and isinstance(error, aiohttp.ClientConnectorError) and error.host == proxy.host  # type: ignore[union-attr]


def _was_refused_by_tls(error: BaseException) -> bool:
    """Whether the peer said no in TLS after the handshake, as TLS 1.3 does when it misses our certificate."""
    cause = error.__cause__
    return isinstance(cause, ssl.SSLError) and not isinstance(cause, (ssl.SSLEOFError, ssl.SSLZeroReturnError))


def _kind_at_connecting(error: OSError, url: URL) -> Silence:
    on_windows = getattr(error, "winerror", None)
    if isinstance(error, ConnectionRefusedError):
        return Silence.REFUSED
    if isinstance(error, TimeoutError) or on_windows == _WINDOWS_TIMEOUT:
        return Silence.CONNECT_TIMEOUT
    if error.errno in _UNREACHABLE or on_windows in _WINDOWS_UNREACHABLE:
        return Silence.UNREACHABLE
    if url.scheme == "https":
        # The connection stood, and was closed before the handshake was over.
        return Silence.TLS_FAILURE
    return Silence.BROKEN


def _wording(error: BaseException) -> str:
    """What to show people, on one line: the cause's own words, since those of aiohttp print objects of Python."""
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return "the connection was closed before an answer had come"
    cause = error.__cause__ or (error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error)
    text = cause.message if isinstance(cause, HttpProcessingError) else str(cause)
    return " ".join(text.split())[:_LONGEST_WORDING] or type(cause).__name__
