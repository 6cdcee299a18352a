"""What a TLS connection has agreed on, in words: its version, its cipher, and who the server says it is."""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import Mapping
from functools import lru_cache

from cryptography import x509

from simulator.clock import swedish


def tls_facts(agreed: ssl.SSLObject | ssl.SSLSocket) -> Mapping[str, str]:
    """The facts of a connection whose handshake is over."""
    cipher = agreed.cipher()
    facts = {"version": agreed.version() or "", "cipher": cipher[0] if cipher else ""}
    certificate = agreed.getpeercert(binary_form=True)
    return facts | (dict(certificate_facts(certificate)) if certificate else {})


# Every call of a run meets the same certificate.
@lru_cache(maxsize=64)
def certificate_facts(document: bytes) -> Mapping[str, str]:
    """What a certificate in DER says of itself; dates are Swedish time."""
    certificate = x509.load_der_x509_certificate(document)
    return {
        "server_subject": certificate.subject.rfc4514_string() or ", ".join(names_of(certificate)),
        "server_names": ", ".join(names_of(certificate)),
        "server_issuer": certificate.issuer.rfc4514_string(),
        "server_valid_from": swedish(certificate.not_valid_before_utc),
        "server_valid_until": swedish(certificate.not_valid_after_utc),
        "server_sha256": hashlib.sha256(document).hexdigest(),
    }


def names_of(certificate: x509.Certificate) -> list[str]:
    """The host names and addresses that a server's certificate is for."""
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return []
    return [str(one.value) for one in found if isinstance(one, x509.DNSName | x509.IPAddress)]
