"""Looks at the way to a server piece by piece: its name, its port, a proxy before it, and its TLS.

The client that sends messages says in one word why nothing came; here each piece is tried alone, so that the one that
fails can be named, and a certificate that is not trusted can still be shown. Everything ends within the time given.
"""

from __future__ import annotations

import base64
import contextlib
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cryptography import x509
from yarl import URL

# RFC 8446, section 4, and RFC 5246, section 7.4: the handshake message of a server that asks for a certificate.
_CERTIFICATE_REQUEST = 13
_HANDSHAKE = 22
# RFC 8446, section 4.2.4: the extension with the names of the issuers that a server takes.
_CERTIFICATE_AUTHORITIES = 47
_PROXY_ANSWER_MAX = 64 * 1024


@dataclass
class Seen:
    """What a handshake has shown, also where it failed: the server's chain, and whom it wants to see."""

    chain: list[x509.Certificate] = field(default_factory=list)
    version: str = ""
    cipher: str = ""
    asks_for_certificate: bool = False
    # The names of the issuers that the server takes, in DER; none where it does not say.
    issuers: list[bytes] = field(default_factory=list)


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a name; raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[4][0]) for address in found))


def connect(host: str, port: int, seconds: float) -> socket.socket:
    """A connection; raises OSError."""
    return socket.create_connection((host, port), timeout=seconds)


def tunnel(connection: socket.socket, proxy: URL, target: URL) -> tuple[int, str]:
    """Ask a proxy for the way to a server; returns its HTTP status and words, 0 where it does not speak HTTP."""
    request = f"CONNECT {_authority(target)} HTTP/1.1\r\nHost: {_authority(target)}\r\n"
    if proxy.user is not None:
        secret = base64.b64encode(f"{proxy.user}:{proxy.password or ''}".encode()).decode()
        request += f"Proxy-Authorization: Basic {secret}\r\n"
    connection.sendall(f"{request}\r\n".encode())
    answer = b""
    while b"\r\n\r\n" not in answer and len(answer) < _PROXY_ANSWER_MAX:
        part = connection.recv(4096)
        if not part:
            break
        answer += part
    words = answer.partition(b"\r\n")[0].decode("latin-1").split(" ", 2)
    if len(words) < 2 or not words[0].startswith("HTTP/") or not words[1].isdigit():
        return 0, ""
    return int(words[1]), words[2] if len(words) > 2 else ""


def _authority(url: URL) -> str:
    host = url.raw_host or ""
    return f"[{host}]:{url.port}" if ":" in host else f"{host}:{url.port}"


def shake_hands(connection: socket.socket, host: str, context: ssl.SSLContext, seen: Seen) -> None:
    """Make a handshake, and note in `seen` what it shows until it ends or fails; raises ssl.SSLError or OSError."""
    with _watched(context, seen):
        agreed = context.wrap_socket(connection, server_hostname=host)
    with agreed:
        seen.version = agreed.version() or ""
        cipher = agreed.cipher()
        seen.cipher = cipher[0] if cipher else ""
        seen.chain = _chain(agreed)


def _chain(agreed: ssl.SSLSocket) -> list[x509.Certificate]:
    """All that the server sent; Python 3.13 has a public name for it, before that there is one within."""
    ask = getattr(agreed, "get_unverified_chain", None) or getattr(agreed._sslobj, "get_unverified_chain", None)  # type: ignore[attr-defined]
    documents: list[bytes] = []
    for one in (ask() if ask else None) or []:
        documents.append(one if isinstance(one, bytes) else ssl.PEM_cert_to_DER_cert(one.public_bytes()))
    leaf = agreed.getpeercert(binary_form=True)
    if not documents and leaf:
        documents = [leaf]
    found = []
    for document in documents:
        with contextlib.suppress(ValueError):
            found.append(x509.load_der_x509_certificate(document))
    return found


@contextlib.contextmanager
def _watched(context: ssl.SSLContext, seen: Seen) -> Iterator[None]:
    """Note down whether the server asks for a certificate: OpenSSL's own callback is the only one to tell."""

    def note(_connection: Any, direction: str, version: Any, content: Any, message: Any, data: bytes) -> None:
        if direction == "read" and int(content) == _HANDSHAKE and int(message) == _CERTIFICATE_REQUEST:
            seen.asks_for_certificate = True
            with contextlib.suppress(IndexError, ValueError):
                seen.issuers = _issuers(data, int(version) == ssl.TLSVersion.TLSv1_3)

    # The name has an underscore, and is in every Python from 3.8 on; without it nothing is noted.
    known = hasattr(context, "_msg_callback")
    if known:
        context._msg_callback = note  # type: ignore[attr-defined]
    try:
        yield
    finally:
        if known:
            context._msg_callback = None  # type: ignore[attr-defined]


def _issuers(data: bytes, is_1_3: bool) -> list[bytes]:
    """The issuers in a CertificateRequest: the last field before TLS 1.3, an extension since."""
    # Type and length of the message come first.
    rest = data[4:]
    if not is_1_3:
        rest = _after(rest, 1)[1]
        rest = _after(rest, 2)[1]
        return _names(_after(rest, 2)[0])
    rest = _after(rest, 1)[1]
    extensions = _after(rest, 2)[0]
    while extensions:
        kind = int.from_bytes(extensions[:2], "big")
        content, extensions = _after(extensions[2:], 2)
        if kind == _CERTIFICATE_AUTHORITIES:
            return _names(_after(content, 2)[0])
    return []


def in_words(name: bytes) -> str:
    """A name in DER as RFC 4514 writes it; raises ValueError for what is none."""
    # cryptography reads a name only where it stands in something; a request for a certificate is the least of it.
    key = _der(0x30, _ED25519 + _der(0x03, bytes(33)))
    asked = _der(0x30, b"\x02\x01\x00" + name + key + b"\xa0\x00")
    request = _der(0x30, asked + _ED25519 + _der(0x03, bytes(65)))
    return x509.load_der_x509_csr(request).subject.rfc4514_string()


# RFC 8410, section 3: the algorithm whose keys are the shortest.
_ED25519 = bytes.fromhex("300506032b6570")


def _der(tag: int, content: bytes) -> bytes:
    """A value with its tag and its length, in as few bytes as can be."""
    length = len(content)
    size = (length.bit_length() + 7) // 8
    return bytes([tag, length] if length < 0x80 else [tag, 0x80 | size, *length.to_bytes(size, "big")]) + content


def _names(listed: bytes) -> list[bytes]:
    found = []
    while listed:
        name, listed = _after(listed, 2)
        found.append(name)
    return found


def _after(data: bytes, size: int) -> tuple[bytes, bytes]:
    """A field that begins with its length in so many bytes, and what comes after it."""
    if len(data) < size:
        raise ValueError("the message ends within a length")
    length = int.from_bytes(data[:size], "big")
    return data[size : size + length], data[size + length :]
