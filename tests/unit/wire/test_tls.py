"""Certificates, keys and passwords as people hand them over, and what a handshake makes of them."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
import tempfile
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

from simulator.clock import wall_now
from simulator.contract.reply import NoAnswer, RawAnswer, Silence
from simulator.errors import UsageError
from simulator.wire.client import ClientSettings, SoapClient
from simulator.wire.tls import TlsFiles, client_context
from tests.unit.wire.peers import KEPT_ANSWER, OK_ANSWER, Line, answers_all, answers_once, raw_server, tunnels

PASSWORD = "hemligt lösen"


@pytest.fixture(scope="module")
def region() -> trustme.CA:
    """The authority that issued every certificate of these tests, but one."""
    return trustme.CA()


@pytest.fixture(scope="module")
def ours(region: trustme.CA) -> trustme.LeafCert:
    """Our own certificate with its key."""
    return region.issue_cert("webcert.example.se")


@pytest.fixture
def folder(tmp_path: Path, region: trustme.CA, ours: trustme.LeafCert) -> Path:
    """What a person has got by mail: certificates and keys in every form, right and wrong."""
    chain = b"".join(blob.bytes() for blob in ours.cert_chain_pems)
    key_pem = ours.private_key_pem.bytes()
    key = serialization.load_pem_private_key(key_pem, None)
    certificate = x509.load_pem_x509_certificate(chain)
    locked = serialization.BestAvailableEncryption(PASSWORD.encode())
    write = {
        "both.pem": key_pem + chain,
        "cert.pem": chain,
        "key.pem": key_pem,
        "locked-key.pem": key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption_algorithm=locked
        ),
        "other-key.pem": region.issue_cert("other.example.se").private_key_pem.bytes(),
        # The name is meant to mislead: content decides.
        "bundle.pem": pkcs12.serialize_key_and_certificates(None, key, certificate, None, locked),
        "open.p12": pkcs12.serialize_key_and_certificates(None, key, certificate, None, serialization.NoEncryption()),
        "no-key.p12": pkcs12.serialize_key_and_certificates(
            None, None, certificate, None, serialization.NoEncryption()
        ),
        "cert.der": certificate.public_bytes(serialization.Encoding.DER),
        "store.jks": b"\xfe\xed\xfe\xed\x00\x00\x00\x02",
        "ca.pem": "# Utfärdare för test, åäö\n".encode() + region.cert_pem.bytes(),
        "ca.der": x509.load_pem_x509_certificate(region.cert_pem.bytes()).public_bytes(serialization.Encoding.DER),
        "password": PASSWORD.encode() + b"\r\nanother line\n",
        "password-16": PASSWORD.encode("utf-16"),
        "wrong": b"fel\n",
        "empty": b"",
        "blank": b"\n",
        "damaged.pem": chain.replace(b"MII", b"XXX", 1),
        "damaged-key.pem": key_pem.replace(b"\n", b"\nAAAA", 1),
        "damaged.p12": pkcs12.serialize_key_and_certificates(None, key, certificate, None, locked)[:200],
        "note.txt": b"hello",
    }
    for name, content in write.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "folder").mkdir()
    return tmp_path


def files(folder: Path, **names: str) -> TlsFiles:
    """Files of this folder, by name."""
    return TlsFiles(**{option: folder / name for option, name in names.items()})


def server_side(certificate: trustme.LeafCert, asks: trustme.CA | None = None) -> ssl.SSLContext:
    """The TLS side of a journal system, which may ask for a certificate of the caller's."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    if asks is not None:
        asks.configure_trust(context)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


async def call(tls: ssl.SSLContext, settings: ClientSettings) -> RawAnswer | NoAnswer:
    """One call to a journal system with this TLS side."""
    async with raw_server(answers_once(OK_ANSWER), tls) as peer, SoapClient(settings) as client:
        return await client.post(peer.url, b"<a/>", {})


@pytest.mark.parametrize(
    "names",
    [
        pytest.param({"cert": "both.pem"}, id="one PEM with both"),
        pytest.param({"cert": "cert.pem", "key": "key.pem"}, id="PEM and its key"),
        pytest.param({"cert": "cert.pem", "key": "locked-key.pem", "password_file": "password"}, id="locked key"),
        pytest.param({"cert": "both.pem", "password_file": "password"}, id="a password that is not needed"),
        pytest.param({"cert": "bundle.pem", "password_file": "password"}, id="PKCS#12"),
        pytest.param({"cert": "bundle.pem", "password_file": "password-16"}, id="password written by Windows"),
        pytest.param({"cert": "open.p12"}, id="PKCS#12 without a password"),
    ],
)
async def test_a_journal_system_that_asks_for_a_certificate_gets_it(folder, region, names):
    """In every form that people have it in, our certificate opens a journal system with mutual TLS."""
    settings = ClientSettings(tls=files(folder, ca="ca.pem", **names))
    answer = await call(server_side(region.issue_cert("localhost"), asks=region), settings)
    assert isinstance(answer, RawAnswer)


async def test_an_authority_may_be_der(folder, region):
    """The authority's certificate is read in DER too, as Windows exports it."""
    settings = ClientSettings(tls=files(folder, ca="ca.der"))
    assert isinstance(await call(server_side(region.issue_cert("localhost")), settings), RawAnswer)


async def test_an_issuing_authority_is_enough(tmp_path, region):
    """Trust may be given to an issuing authority without its root."""
    issuing = region.create_child_ca()
    (tmp_path / "issuing.pem").write_bytes(issuing.cert_pem.bytes())
    settings = ClientSettings(tls=TlsFiles(ca=tmp_path / "issuing.pem"))
    assert isinstance(await call(server_side(issuing.issue_cert("localhost")), settings), RawAnswer)


async def test_a_missing_certificate_is_a_failure_of_tls(folder, region):
    """A journal system that misses our certificate fails in TLS, also when it says so after the handshake."""
    tls = server_side(region.issue_cert("localhost"), asks=region)

    def refuses(port: socket.socket) -> None:
        # asyncio's own server hangs up without the alert that every other server sends.
        line = tls.wrap_socket(port.accept()[0], server_side=True, do_handshake_on_connect=False)
        with pytest.raises(ssl.SSLError):
            line.do_handshake()
        # What came meanwhile is read, since a reset could overtake the alert.
        with socket.socket(fileno=line.detach()) as bare:
            bare.shutdown(socket.SHUT_WR)
            while bare.recv(65536):
                pass

    with socket.create_server(("127.0.0.1", 0)) as port:
        server = asyncio.create_task(asyncio.to_thread(refuses, port))
        async with SoapClient(ClientSettings(tls=files(folder, ca="ca.pem"))) as client:
            answer = await client.post(f"https://localhost:{port.getsockname()[1]}/", b"<a/>", {})
        await server
    assert answer == NoAnswer(Silence.TLS_FAILURE)


async def test_a_stranger_is_not_trusted(folder):
    """A server whose issuer we do not know gets no message."""
    settings = ClientSettings(tls=files(folder, ca="ca.pem"))
    async with raw_server(answers_once(OK_ANSWER), server_side(trustme.CA().issue_cert("localhost"))) as peer:
        async with SoapClient(settings) as client:
            answer = await client.post(peer.url, b"<a/>", {})
        assert peer.requests == []
    assert answer == NoAnswer(Silence.TLS_FAILURE)
    assert isinstance(answer, NoAnswer)
    assert "unable to get local issuer certificate" in answer.detail


async def test_the_system_does_not_trust_a_region(region):
    """Without an authority of our own, the system's trust holds, which knows nothing of this one."""
    assert await call(server_side(region.issue_cert("localhost")), ClientSettings()) == NoAnswer(Silence.TLS_FAILURE)


async def test_an_expired_server_is_not_trusted(folder, region):
    """A server whose certificate has expired gets no message, and its date is to blame."""
    old = region.issue_cert("localhost", not_after=wall_now() - timedelta(days=1))
    answer = await call(server_side(old), ClientSettings(tls=files(folder, ca="ca.pem")))
    assert answer == NoAnswer(Silence.TLS_FAILURE)
    assert isinstance(answer, NoAnswer)
    assert "expired" in answer.detail


async def test_a_server_of_another_name_is_not_trusted(folder, region):
    """A certificate for another host gets no message."""
    settings = ClientSettings(tls=files(folder, ca="ca.pem"))
    assert await call(server_side(region.issue_cert("other.se")), settings) == NoAnswer(Silence.TLS_FAILURE)


async def test_a_server_without_tls_is_a_failure_of_tls():
    """An https address where plain HTTP is spoken fails in TLS."""

    async def finds_it_bad(line: Line) -> None:
        await line.reader.read(10)
        await line.say(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")

    async with raw_server(finds_it_bad) as peer, SoapClient(ClientSettings()) as client:
        answer = await client.post(peer.url.replace("http:", "https:"), b"", {})
    assert answer == NoAnswer(Silence.TLS_FAILURE)


async def test_a_connection_closed_in_the_handshake_is_a_failure_of_tls():
    """A server that hangs up before the handshake is over fails in TLS."""

    async def hangs_up(line: Line) -> None:
        await line.reader.read(10)

    async with raw_server(hangs_up) as peer, SoapClient(ClientSettings()) as client:
        answer = await client.post(peer.url.replace("http:", "https:"), b"", {})
    assert answer == NoAnswer(Silence.TLS_FAILURE)


async def test_an_answer_cut_off_in_tls_is_broken(folder, region):
    """A connection that breaks once TLS stands is broken, and TLS is not to blame."""
    tls = server_side(region.issue_cert("localhost"))
    settings = ClientSettings(tls=files(folder, ca="ca.pem"))
    half = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok"
    async with raw_server(answers_once(half), tls) as peer, SoapClient(settings) as client:
        assert await client.post(peer.url, b"", {}) == NoAnswer(Silence.BROKEN)


async def test_a_tls_connection_is_used_again(folder, region):
    """Over TLS a promised connection is used again as well, which saves a handshake for each call."""
    tls = server_side(region.issue_cert("localhost"))
    settings = ClientSettings(tls=files(folder, ca="ca.pem"))
    async with raw_server(answers_all(KEPT_ANSWER), tls) as peer, SoapClient(settings) as client:
        for _ in range(10):
            assert isinstance(await client.post(peer.url, b"", {}), RawAnswer)
    assert peer.connections < 5


async def test_a_tunnel_through_a_proxy_is_as_safe(folder, region):
    """Through a proxy the journal system's own certificate is asked for, and ours is given to it alone."""
    tls = server_side(region.issue_cert("localhost"), asks=region)
    async with raw_server(answers_once(OK_ANSWER), tls) as peer, raw_server(tunnels) as proxy:
        through = proxy.url.removesuffix("/journal").replace("localhost", "127.0.0.1")
        ours = ClientSettings(tls=files(folder, ca="ca.pem", cert="both.pem"), proxy=through)
        async with SoapClient(ours) as client:
            assert isinstance(await client.post(peer.url, b"<a/>", {}), RawAnswer)
        async with SoapClient(ClientSettings(proxy=through)) as client:
            assert await client.post(peer.url, b"<a/>", {}) == NoAnswer(Silence.TLS_FAILURE)
    assert proxy.requests[0].startswith(b"CONNECT localhost:")
    assert len(peer.requests) == 1


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ({"cert": "gone.pem"}, "gone.pem (--tls-cert) does not exist"),
        ({"cert": "folder"}, "folder (--tls-cert) is a folder"),
        ({"cert": "note.txt"}, "is neither PEM nor PKCS#12"),
        ({"cert": "empty"}, "is neither PEM nor PKCS#12"),
        ({"cert": "store.jks"}, "keytool -importkeystore"),
        ({"cert": "cert.der"}, "is a certificate in DER without its key"),
        ({"cert": "key.pem"}, "holds no certificate"),
        ({"cert": "damaged.pem", "key": "key.pem"}, "holds a damaged certificate"),
        ({"cert": "cert.pem"}, "give the key with --tls-key"),
        ({"cert": "cert.pem", "key": "gone.pem"}, "gone.pem (--tls-key) does not exist"),
        ({"cert": "cert.pem", "key": "note.txt"}, "note.txt (--tls-key) holds no private key"),
        ({"cert": "cert.pem", "key": "damaged-key.pem"}, "holds a damaged key"),
        (
            {"cert": "cert.pem", "key": "other-key.pem"},
            "other-key.pem (--tls-key) does not belong to the first certificate",
        ),
        ({"cert": "cert.pem", "key": "locked-key.pem"}, "give it with --tls-password-file"),
        ({"cert": "cert.pem", "key": "locked-key.pem", "password_file": "wrong"}, "is not opened by the password in"),
        ({"cert": "bundle.pem"}, "give it with --tls-password-file"),
        ({"cert": "bundle.pem", "password_file": "wrong"}, "is not opened by the password in"),
        ({"cert": "bundle.pem", "password_file": "gone"}, "gone (--tls-password-file) does not exist"),
        ({"cert": "bundle.pem", "password_file": "empty"}, "empty (--tls-password-file) is empty"),
        ({"cert": "bundle.pem", "password_file": "blank"}, "blank (--tls-password-file) is empty"),
        ({"cert": "damaged.p12", "password_file": "password"}, "the file itself must be whole"),
        ({"cert": "open.p12", "key": "key.pem"}, "leave --tls-key out"),
        ({"cert": "no-key.p12"}, "export it again with the private key"),
        ({"key": "key.pem"}, "--tls-key is given without --tls-cert"),
        ({"password_file": "password"}, "--tls-password-file is given without --tls-cert"),
        ({"ca": "gone.pem"}, "gone.pem (--tls-ca) does not exist"),
        ({"ca": "note.txt"}, "note.txt (--tls-ca) holds no certificate"),
        ({"ca": "empty"}, "empty (--tls-ca) holds no certificate"),
        ({"ca": "key.pem"}, "key.pem (--tls-ca) holds no certificate"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(folder, names, words):
    """Before anything is sent, the file, what is wrong with it, and what would be right are said."""
    with pytest.raises(UsageError) as refused:
        SoapClient(ClientSettings(tls=files(folder, **names)))
    assert words in str(refused.value)


@contextmanager
def an_ordinary_user():
    """Be nobody in particular for a while: an administrator may read everything."""
    administrator = os.geteuid() == 0
    if administrator:
        os.seteuid(65534)
    try:
        yield
    finally:
        if administrator:
            os.seteuid(0)


def test_a_file_that_may_not_be_read_is_named(folder):
    """A file without read permission is told from one that is not there."""
    (folder / "key.pem").chmod(0)
    with an_ordinary_user(), pytest.raises(UsageError, match="may not be read by this user"):
        client_context(files(folder, cert="cert.pem", key="key.pem"))


@pytest.mark.parametrize(
    ("begins", "ends", "words"),
    [(-10, -1, "expired at"), (1, 10, "is not valid before")],
)
def test_a_certificate_out_of_its_time_is_refused(tmp_path, region, begins, ends, words):
    """An own certificate that is not valid today is refused, with its dates."""
    begin, end = wall_now() + timedelta(days=begins), wall_now() + timedelta(days=ends)
    certificate = region.issue_cert("webcert.example.se", not_before=begin, not_after=end)
    (tmp_path / "both.pem").write_bytes(certificate.private_key_and_cert_chain_pem.bytes())
    with pytest.raises(UsageError, match=words) as refused:
        client_context(TlsFiles(cert=tmp_path / "both.pem"))
    assert str(begin.year) in str(refused.value)
    assert str(end.year) in str(refused.value)


def test_a_key_in_pkcs12_leaves_nothing_on_disk(folder, tmp_path, monkeypatch):
    """The key that OpenSSL must read from a file is locked there, is ours alone, and is gone afterwards."""
    room = tmp_path / "room"
    room.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(room))
    seen: list[tuple[int, bytes]] = []
    load = ssl.SSLContext.load_cert_chain

    def looks(self: ssl.SSLContext, cert: Path, *more: object) -> None:
        seen.append((cert.stat().st_mode & 0o777, cert.read_bytes()))
        load(self, cert, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(ssl.SSLContext, "load_cert_chain", looks)
    client_context(files(folder, cert="open.p12"))
    [(mode, content)] = seen
    assert mode & 0o077 == 0 or os.name == "nt"
    assert b"BEGIN ENCRYPTED PRIVATE KEY" in content
    assert list(room.iterdir()) == []


def test_old_tls_is_not_spoken():
    """Nothing below TLS 1.2 is spoken, and a server's name is always checked."""
    context = client_context(TlsFiles())
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED
