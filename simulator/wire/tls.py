"""Who we are, and whom we trust, when we call over TLS: made out of the files that a vendor or a region hands over.

Everything is checked before a single byte is sent, since a handshake that fails tells nobody which file is wrong.
PEM and PKCS#12 are told apart by their content, never by their name. The client uses the result; see `client`.
"""

from __future__ import annotations

import os
import secrets
import ssl
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import pkcs12

from simulator.clock import swedish, wall_now
from simulator.errors import UsageError
from simulator.sentence import Sentence, say

# Key, certificate and chain together stay far below this; a whole system's list of authorities is 250 kB.
_LARGEST_FILE = 4 * 1024 * 1024
_JAVA_KEY_STORE = b"\xfe\xed\xfe\xed"
_PEM = b"-----BEGIN "
# The object identifier 1.2.840.113549.1.7, PKCS#7, with which the content of every PKCS#12 file begins.
_PKCS7 = bytes.fromhex("2a864886f70d0107")


@dataclass(frozen=True)
class TlsFiles:
    """The files that say who we are (`cert`, `key`, `password_file`) and whom we trust (`ca`); none is needed.

    `cert` is PEM, with or without its key, or PKCS#12. Without `ca` the trust of the operating system holds.
    """

    cert: Path | None = None
    key: Path | None = None
    password_file: Path | None = None
    ca: Path | None = None


def holds_pem(cert: Path) -> bool:
    """Whether a client certificate is PEM, and not PKCS#12."""
    return _PEM in _read(cert, "--tls-cert")


def client_context(files: TlsFiles, trusted: bytes | None = None) -> ssl.SSLContext:
    """Make the TLS side of a caller; raises UsageError that names the file, what is wrong and what would be right.

    `trusted` is an authority in PEM that is trusted besides.
    """
    if files == TlsFiles() and trusted is None:
        return _context_without_files()
    context = _bare_context()
    _trust(context, files.ca)
    if trusted is not None:
        context.load_verify_locations(cadata=trusted.decode())
    _identify(context, files)
    return context


@cache
def _context_without_files() -> ssl.SSLContext:
    # Reading the system's trust takes 20 to 50 ms, and most clients of a process have no files at all.
    context = _bare_context()
    _trust(context, None)
    return context


def _bare_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # The national platform offers 1.2 and 1.3. Nothing here can turn the check of the server's name off.
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    # The same on every Python: 3.13 made both of these its default. An issuing authority may be given without its
    # root, and an older authority that lacks the extensions of RFC 5280 is still one that a region trusts.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


def _trust(context: ssl.SSLContext, ca: Path | None) -> None:
    if ca is None:
        context.load_default_certs(ssl.Purpose.SERVER_AUTH)
        return
    content = _read(ca, "--tls-ca")
    try:
        if _PEM in content:
            context.load_verify_locations(cafile=str(ca))
        else:
            context.load_verify_locations(cadata=content)
    except (ssl.SSLError, ValueError):
        pass
    if not context.cert_store_stats()["x509"]:
        why = say("holds no certificate; give a PEM file with the authority that issued the server's certificate")
        raise _unusable(ca, "--tls-ca", why)


def _identify(context: ssl.SSLContext, files: TlsFiles) -> None:
    if files.cert is None:
        for path, option in ((files.key, "--tls-key"), (files.password_file, "--tls-password-file")):
            if path is not None:
                raise UsageError(say("{option} is given without --tls-cert; give the certificate too", option=option))
        return
    content = _read(files.cert, "--tls-cert")
    password = _password(files.password_file)
    # A server that asks for the certificate only once it has seen the path, as IIS can, asks after the handshake.
    context.post_handshake_auth = True
    if _PEM in content:
        _identify_by_pem(context, files, content, password)
    else:
        _identify_by_pkcs12(context, files, content, password)


def _identify_by_pem(context: ssl.SSLContext, files: TlsFiles, content: bytes, password: bytes | None) -> None:
    assert files.cert is not None
    certificate = _pem_certificate(files.cert, content)
    key_file = files.key or files.cert
    key_content = _read(files.key, "--tls-key") if files.key else content
    if b"PRIVATE KEY-----" not in key_content:
        raise _key_missing(files.cert, files.key)
    key = _pem_key(key_file, key_content, password, files.password_file)
    _check_pair(certificate, key, files.cert, key_file)
    # OpenSSL asks for a password on the terminal when it is given none and needs one; `_pem_key` has seen to that.
    _load(context, files.cert, key_file, password, files.cert)


def _identify_by_pkcs12(context: ssl.SSLContext, files: TlsFiles, content: bytes, password: bytes | None) -> None:
    assert files.cert is not None
    if files.key is not None:
        raise _unusable(files.cert, "--tls-cert", say("is PKCS#12 and brings its own key; leave --tls-key out"))
    bundle = _open_pkcs12(files.cert, content, password, files.password_file)
    if bundle.key is None or bundle.cert is None:
        why = say("holds no certificate with its key; export it again with the private key")
        raise _unusable(files.cert, "--tls-cert", why)
    certificate = bundle.cert.certificate
    _check_pair(certificate, bundle.key, files.cert, files.cert)
    chain = [certificate, *(more.certificate for more in bundle.additional_certs)]
    # OpenSSL reads files only. The key lies in one for the blink of an eye, in a folder and a file of our own,
    # locked by a password that nobody else has ever seen.
    lock = secrets.token_hex(32).encode()
    pem = b"".join(one.public_bytes(serialization.Encoding.PEM) for one in chain) + bundle.key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(lock),
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "identity.pem"
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(pem)
        _load(context, path, path, lock, files.cert)


def _load(context: ssl.SSLContext, cert: Path, key: Path, password: bytes | None, named: Path) -> None:
    try:
        context.load_cert_chain(cert, key, password if password is not None else b"")
    except (ssl.SSLError, OSError) as error:
        why = say("is refused by OpenSSL ({why}); give another one", why=str(error))
        raise _unusable(named, "--tls-cert", why) from error


def _read(path: Path, option: str) -> bytes:
    """The content of a file, or a UsageError that says why there is none."""
    try:
        if path.is_dir():
            raise _unusable(path, option, say("is a folder; give the file"))
        if not path.exists():
            raise _unusable(path, option, say("does not exist; check the path, which is read from where you stand"))
        if not path.is_file():
            raise _unusable(path, option, say("is not a file; give a file"))
        with path.open("rb") as file:
            content = file.read(_LARGEST_FILE + 1)
    except PermissionError:
        raise _unusable(path, option, say("may not be read by this user; give read permission")) from None
    except OSError as error:
        raise _unusable(path, option, say("cannot be read ({why})", why=str(error.strerror))) from error
    if len(content) > _LARGEST_FILE:
        raise _unusable(path, option, say("is larger than any certificate or key; give the right file"))
    return content


def _unusable(path: Path, option: str, why: Sentence) -> UsageError:
    return UsageError(say("{file} ({option}) {why}", file=str(path), option=option, why=why))


def _password(path: Path | None) -> bytes | None:
    """The first line of the password file, without its end."""
    if path is None:
        return None
    content = _read(path, "--tls-password-file")
    # Windows' own tools write UTF-16, or put a mark before UTF-8; the password is what the person sees.
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        content = content.decode("utf-16", "ignore").encode()
    lines = content.removeprefix(b"\xef\xbb\xbf").splitlines()
    if not lines or not lines[0]:
        raise _unusable(path, "--tls-password-file", say("is empty; its first line is the password"))
    return lines[0]


def _pem_certificate(path: Path, content: bytes) -> x509.Certificate:
    if b"-----BEGIN CERTIFICATE-----" not in content:
        raise _unusable(
            path, "--tls-cert", say("holds no certificate; it needs a part that begins -----BEGIN CERTIFICATE-----")
        )
    try:
        # The first one is ours; those that follow are its issuers.
        return x509.load_pem_x509_certificates(content)[0]
    except ValueError as error:
        raise _unusable(
            path, "--tls-cert", say("holds a damaged certificate ({why}); copy it again", why=str(error))
        ) from error


def _pem_key(path: Path, content: bytes, password: bytes | None, password_file: Path | None) -> PrivateKeyTypes:
    option = "--tls-key" if b"-----BEGIN CERTIFICATE-----" not in content else "--tls-cert"
    try:
        return serialization.load_pem_private_key(content, None)
    except TypeError:
        if password is None:
            raise _unusable(
                path, option, say("holds a key that is locked by a password; give it with --tls-password-file")
            ) from None
    except (ValueError, UnsupportedAlgorithm) as error:
        raise _unusable(path, option, say("holds a damaged key ({why}); copy it again", why=str(error))) from error
    try:
        return serialization.load_pem_private_key(content, password)
    except (ValueError, UnsupportedAlgorithm):
        raise _wrong_password(path, option, password_file) from None


def _wrong_password(path: Path, option: str, password_file: Path | None) -> UsageError:
    return _unusable(
        path,
        option,
        say(
            "is not opened by the password in {password_file}; the first line there must be the password and nothing "
            "else, and the file itself must be whole",
            password_file=str(password_file),
        ),
    )


def _key_missing(cert: Path, key: Path | None) -> UsageError:
    if key is None:
        why = say("holds a certificate without its key; give the key with --tls-key, or a PKCS#12 file with both")
        return _unusable(cert, "--tls-cert", why)
    why = say("holds no private key in PEM; it needs a part that begins -----BEGIN PRIVATE KEY-----")
    return _unusable(key, "--tls-key", why)


def _open_pkcs12(
    path: Path, content: bytes, password: bytes | None, password_file: Path | None
) -> pkcs12.PKCS12KeyAndCertificates:
    if not (content.startswith(b"\x30") and _PKCS7 in content[:64]):
        raise _unusable(path, "--tls-cert", _what_it_is(content))
    try:
        return pkcs12.load_pkcs12(content, password)
    except (ValueError, UnsupportedAlgorithm):
        if password is not None:
            raise _wrong_password(path, "--tls-cert", password_file) from None
        raise _unusable(
            path,
            "--tls-cert",
            say("is PKCS#12 that does not open without a password; give it with --tls-password-file"),
        ) from None


def _what_it_is(content: bytes) -> Sentence:
    """What a file that is neither PEM nor PKCS#12 seems to be, and what to do with it."""
    if content.startswith(_JAVA_KEY_STORE):
        return say("is a Java key store; make it PKCS#12 with keytool -importkeystore -deststoretype PKCS12")
    try:
        x509.load_der_x509_certificate(content)
    except ValueError:
        return say("is neither PEM nor PKCS#12; give the certificate in one of those")
    return say("is a certificate in DER without its key; give PEM, or PKCS#12 with the key")


def _check_pair(certificate: x509.Certificate, key: PrivateKeyTypes, cert_file: Path, key_file: Path) -> None:
    """Refuse a key of another certificate, and a certificate that is not valid today."""
    if certificate.public_key() != key.public_key():
        why = say("does not belong to the first certificate in {cert}; give the two of one issue", cert=str(cert_file))
        raise _unusable(key_file, "--tls-key" if key_file != cert_file else "--tls-cert", why)
    first, last, now = certificate.not_valid_before_utc, certificate.not_valid_after_utc, wall_now()
    if now > last:
        why = say("expired at {last} (valid from {first}); give a new one", first=swedish(first), last=swedish(last))
        raise _unusable(cert_file, "--tls-cert", why)
    if now < first:
        why = say("is not valid before {first} (until {last}); give another", first=swedish(first), last=swedish(last))
        raise _unusable(cert_file, "--tls-cert", why)
