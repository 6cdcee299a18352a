"""Endpoints that answer as they like: real sockets, in a thread of their own."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import trustme
from cryptography.hazmat.primitives import serialization

Answer = Callable[[socket.socket, bytes], None]

OK = (
    b"<soap:Envelope xmlns:soap='http://schemas.xmlsoap.org/soap/envelope/'><soap:Body>"
    b"<r:CertificateStatusUpdateForCareResponse"
    b" xmlns:r='urn:riv:clinicalprocess:healthcond:certificate:CertificateStatusUpdateForCareResponder:3'>"
    b"<r:result><c:resultCode xmlns:c='urn:riv:clinicalprocess:healthcond:certificate:3'>OK</c:resultCode></r:result>"
    b"</r:CertificateStatusUpdateForCareResponse></soap:Body></soap:Envelope>"
)

FAULT = OK.replace(
    OK[OK.index(b"<r:Cert") : OK.index(b"</soap:Body>")],
    b"<soap:Fault><faultcode>soap:Client</faultcode><faultstring>No</faultstring></soap:Fault>",
)


def http(body: bytes, status: str = "200 OK", content_type: str = "text/xml") -> bytes:
    """A whole HTTP answer that closes the connection."""
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body


def always_ok(connection: socket.socket, _: bytes) -> None:
    """Answer that all is well, whatever comes."""
    connection.sendall(http(OK))


def as_a_journal_system(connection: socket.socket, request: bytes) -> None:
    """Answer OK to a status update, and a fault to what is none."""
    connection.sendall(http(FAULT, "500 No") if b"NoStatusUpdate" in request else http(OK))


def read_request(connection: socket.socket) -> bytes:
    """Read a request to the end of its body."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += _more(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")
    )
    while len(body) < length:
        body += _more(connection)
    return head + b"\r\n\r\n" + body


def _more(connection: socket.socket) -> bytes:
    """What comes next; a caller that has hung up sends nothing more, however often one asks."""
    part = connection.recv(65536)
    if not part:
        raise ConnectionError("the caller has hung up")
    return part


@contextmanager
def endpoint(answer: Answer, context: ssl.SSLContext | None = None) -> Iterator[tuple[int, list[bytes]]]:
    """Listen on a free port; yields the port and the requests that have come."""
    requests: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=handle, args=(connection,), daemon=True).start()

    def handle(plain: socket.socket) -> None:
        try:
            with context.wrap_socket(plain, server_side=True) if context else plain as connection:
                request = read_request(connection)
                requests.append(request)
                answer(connection, request)
        except OSError:
            pass

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1], requests
    finally:
        # A thread that waits in accept is not woken by close alone.
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def demanding_a_certificate() -> tuple[ssl.SSLContext, trustme.CA, trustme.LeafCert]:
    """The context of a server on this machine that demands a client certificate, its authority, and a client's."""
    ca = trustme.CA()
    client = ca.issue_cert("TSTNMT2321000156-B02", common_name="TSTNMT2321000156-B02")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ca.issue_cert("127.0.0.1").configure_cert(context)
    ca.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    return context, ca, client


@contextmanager
def tls_endpoint(folder: Path, locked: bool = False, answer: Answer = always_ok) -> Iterator[tuple[int, list[str]]]:
    """An endpoint that demands a client certificate, and the flags of a client that has one."""
    context, ca, client = demanding_a_certificate()
    key = serialization.load_pem_private_key(client.private_key_pem.bytes(), None)
    form = serialization.BestAvailableEncryption(b"se$cret") if locked else serialization.NoEncryption()
    ca.cert_pem.write_to_path(folder / "ca file.pem")
    (folder / "client.pem").write_bytes(b"".join(part.bytes() for part in client.cert_chain_pems))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, form)
    )
    (folder / "password.txt").write_text("se$cret\n")
    flags = ["--tls-ca", "ca file.pem", "--tls-cert", "client.pem", "--tls-key", "key.pem"]
    with endpoint(answer, context) as (port, _):
        yield port, flags + (["--tls-password-file", "password.txt"] if locked else [])
