"""Ways in which a server's TLS can be wrong, each made for real: with an authority and certificates of its own.

A mocked system that is offered on the wire is made a server that a careful sender must refuse, or one that refuses the
sender. The authority lasts as long as the program; whoever wants to be fooled by it is given its certificate.
"""

from __future__ import annotations

import ipaddress
import ssl
import tempfile
import warnings
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from simulator.clock import wall_now

_DAY = timedelta(days=1)
_HOSTS = ("localhost", "127.0.0.1", "::1")


class TlsMood(StrEnum):
    """What is wrong; the values are words of behaviours."""

    EXPIRED = "expired"
    WRONG_HOST = "wrong-host"
    UNKNOWN_ISSUER = "unknown-issuer"
    CLIENT_CERTIFICATE_DEMANDED = "client-certificate-demanded"
    CLIENT_CERTIFICATE_REFUSED = "client-certificate-refused"
    OLD_VERSION = "old-version"


@dataclass(frozen=True)
class _Issued:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> bytes:
        key = self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return key + self.certificate.public_bytes(serialization.Encoding.PEM)


class TestAuthority:
    """Issues the certificates of servers in their moods; trusted by nobody but those who are handed `pem`."""

    # Pytest takes the name for a test's.
    __test__ = False

    def __init__(self) -> None:
        self._own = _issue("webcert-simulator test authority", None, wall_now())

    @property
    def pem(self) -> bytes:
        """Its certificate, for whoever is to trust it."""
        return self._own.certificate.public_bytes(serialization.Encoding.PEM)

    def server_side(self, mood: TlsMood | None) -> ssl.SSLContext:
        """The TLS side of a server in this mood; None is a good one."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        issuer = TestAuthority()._own if mood is TlsMood.UNKNOWN_ISSUER else self._own
        # An authority is younger than the certificate that expired; nobody looks at that before the date.
        issued_at = wall_now() - 400 * _DAY if mood is TlsMood.EXPIRED else wall_now()
        host = "another-host.example.se" if mood is TlsMood.WRONG_HOST else ""
        _load(context, _issue(host, issuer, issued_at))
        if mood in (TlsMood.CLIENT_CERTIFICATE_DEMANDED, TlsMood.CLIENT_CERTIFICATE_REFUSED):
            context.verify_mode = ssl.CERT_REQUIRED
            # With 1.3 the server says no after the handshake, and its end of the connection may overtake its words.
            context.maximum_version = ssl.TLSVersion.TLSv1_2
            # Demanded, one of our own authority will do; refused, none that anybody can have.
            trusted = self if mood is TlsMood.CLIENT_CERTIFICATE_DEMANDED else TestAuthority()
            context.load_verify_locations(cadata=trusted.pem.decode())
        if mood is TlsMood.OLD_VERSION:
            # OpenSSL keeps its old versions behind the lowest level of security.
            context.set_ciphers("DEFAULT:@SECLEVEL=0")
            with warnings.catch_warnings():
                # Python says that the version is old, which is the point.
                warnings.simplefilter("ignore", DeprecationWarning)
                context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
                context.maximum_version = ssl.TLSVersion.TLSv1_1
        return context

    def client_pem(self) -> bytes:
        """A client's certificate with its key, which a server takes that demands one of this authority."""
        return _issue("webcert-simulator test client", self._own, wall_now()).pem


def _load(context: ssl.SSLContext, issued: _Issued) -> None:
    # OpenSSL reads files only; this key opens nothing but this program's own test server.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "server.pem"
        path.write_bytes(issued.pem)
        context.load_cert_chain(path)


def _issue(name: str, issuer: _Issued | None, now: datetime) -> _Issued:
    """A certificate for a year from yesterday on; without an issuer it is an authority's, without a name a server's."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name or _HOSTS[0])])
    hosts = [name] if name else _HOSTS
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + 365 * _DAY)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    if issuer is not None:
        usages = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
        builder = builder.add_extension(x509.ExtendedKeyUsage(usages), critical=False)
        names = x509.SubjectAlternativeName([_general_name(host) for host in hosts])
        builder = builder.add_extension(names, critical=False)
    return _Issued(builder.sign(issuer.key if issuer else key, hashes.SHA256()), key)


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host.replace(" ", "-"))
