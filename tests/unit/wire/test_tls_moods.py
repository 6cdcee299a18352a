"""Each way in which a server's TLS can be wrong is wrong in that way, and in no other."""

from __future__ import annotations

import asyncio
import socket
import ssl
import tempfile
from pathlib import Path

import pytest
import trustme

from simulator.contract.reply import NoAnswer, RawAnswer, Silence
from simulator.wire.client import ClientSettings, SoapClient
from simulator.wire.tls import TlsFiles
from simulator.wire.tls_moods import TestAuthority, TlsMood
from tests.unit.wire.peers import OK_ANSWER, answers_once, raw_server


@pytest.fixture(scope="module")
def authority() -> TestAuthority:
    """An authority that the caller trusts."""
    return TestAuthority()


def caller(authority: TestAuthority, client_pem: bytes | None = None) -> ssl.SSLContext:
    """A caller that trusts the authority; the standard library's own, none of ours."""
    context = ssl.create_default_context(cadata=authority.pem.decode())
    if client_pem is not None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "client.pem"
            path.write_bytes(client_pem)
            context.load_cert_chain(path)
    return context


async def handshake(authority: TestAuthority, mood: TlsMood | None, context: ssl.SSLContext) -> str:
    """What a caller is told by its own OpenSSL; the version of TLS where the handshake goes well."""
    async with raw_server(answers_once(OK_ANSWER), authority.server_side(mood)) as peer:
        port = int(peer.url.split(":")[2].split("/")[0])

        def call() -> str:
            with socket.create_connection(("127.0.0.1", port)) as plain:
                try:
                    with context.wrap_socket(plain, server_hostname="localhost") as connection:
                        return str(connection.version())
                except ssl.SSLError as error:
                    return str(error)
                except ConnectionError as error:
                    return type(error).__name__

        return await asyncio.to_thread(call)


@pytest.mark.parametrize(
    ("mood", "words"),
    [
        (None, "TLSv1.3"),
        (TlsMood.EXPIRED, "certificate has expired"),
        (TlsMood.WRONG_HOST, "Hostname mismatch"),
        (TlsMood.UNKNOWN_ISSUER, "certificate verify failed"),
    ],
)
async def test_a_caller_is_told_what_is_wrong(authority, mood, words):
    """The reason is the mood's own: the rest of the certificate is good."""
    assert words in await handshake(authority, mood, caller(authority))


async def test_an_unknown_issuer_is_all_that_is_wrong(authority):
    """Whoever does not ask who issued the certificate finds nothing wrong with it."""
    context = caller(authority)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    assert "TLSv1.3" == await handshake(authority, TlsMood.UNKNOWN_ISSUER, context)


async def test_an_old_version_speaks_nothing_newer(authority):
    """Today's caller finds no version in common."""
    assert not (await handshake(authority, TlsMood.OLD_VERSION, caller(authority))).startswith("TLSv1")


async def test_a_demanded_certificate_lets_in_and_another_does_not(authority):
    """One of the authority's own opens the door; one of another authority's, or none, does not."""
    demanded = TlsMood.CLIENT_CERTIFICATE_DEMANDED
    assert "TLSv1.2" == await handshake(authority, demanded, caller(authority, authority.client_pem()))
    strangers = trustme.CA().issue_cert("webcert.example.se").private_key_and_cert_chain_pem.bytes()
    for certificate in (None, strangers):
        assert not (await handshake(authority, demanded, caller(authority, certificate))).startswith("TLSv1")


async def test_a_refused_certificate_is_refused_whoever_issued_it(authority):
    """Even the authority's own does not open the door."""
    context = caller(authority, authority.client_pem())
    assert not (await handshake(authority, TlsMood.CLIENT_CERTIFICATE_REFUSED, context)).startswith("TLSv1")


@pytest.mark.parametrize("mood", [None, *TlsMood])
async def test_the_sender_makes_a_tls_failure_of_each(authority, mood, tmp_path):
    """Our own sender trusts the authority, and still speaks to none of them but the good one."""
    async with (
        raw_server(answers_once(OK_ANSWER), authority.server_side(mood)) as peer,
        SoapClient(ClientSettings(trusted=authority.pem)) as client,
    ):
        answer = await client.post(peer.url, b"<x/>", {})
    if mood is None:
        assert isinstance(answer, RawAnswer)
    else:
        assert NoAnswer(Silence.TLS_FAILURE) == answer


async def test_files_of_the_authority_are_enough_for_a_sender(authority, tmp_path):
    """What `webcertsim journal --tls-files` writes is what a sender's own flags take."""
    (tmp_path / "authority.pem").write_bytes(authority.pem)
    (tmp_path / "client.pem").write_bytes(authority.client_pem())
    files = TlsFiles(cert=tmp_path / "client.pem", ca=tmp_path / "authority.pem")
    async with raw_server(
        answers_once(OK_ANSWER), authority.server_side(TlsMood.CLIENT_CERTIFICATE_DEMANDED)
    ) as peer, SoapClient(ClientSettings(tls=files)) as client:  # fmt: skip
        assert isinstance(await client.post(peer.url, b"<x/>", {}), RawAnswer)
