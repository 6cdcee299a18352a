"""The XML signature of a signed test certificate: right in form, and plainly no signature.

Webcert puts a real XML signature into `underskrift`. Ours has the same elements and a true digest of the certificate,
so that a receiver's parser meets what it will meet; its value says in words that nobody has signed anything.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping

from lxml import etree

from simulator.contract import names
from simulator.contract.writing import element, empty_element, text_element, with_prefixes

_EXCLUSIVE_C14N = "http://www.w3.org/2001/10/xml-exc-c14n#"
_RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
_SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
_ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"

NOT_A_SIGNATURE = "webcert-simulator: this is a test certificate, and this is not a signature"
_VALUE = base64.b64encode(NOT_A_SIGNATURE.encode()).decode()
KEY_NAME = "webcert-simulator test key"


def test_signature(certificate: str, prefixes: Mapping[str, str]) -> str:
    """The `underskrift` of a certificate element that is otherwise complete."""
    digest = base64.b64encode(hashlib.sha256(_canonical(with_prefixes(certificate, prefixes))).digest()).decode()
    return element(
        names.SIGNATURE_HOLDER,
        element(
            names.SIGNATURE,
            element(
                _ds("SignedInfo"),
                empty_element(_ds("CanonicalizationMethod"), Algorithm=_EXCLUSIVE_C14N),
                empty_element(_ds("SignatureMethod"), Algorithm=_RSA_SHA256),
                element(
                    _ds("Reference"),
                    element(
                        _ds("Transforms"),
                        empty_element(_ds("Transform"), Algorithm=_ENVELOPED),
                        empty_element(_ds("Transform"), Algorithm=_EXCLUSIVE_C14N),
                    ),
                    empty_element(_ds("DigestMethod"), Algorithm=_SHA256),
                    text_element(_ds("DigestValue"), digest),
                    URI="",
                ),
            ),
            text_element(_ds("SignatureValue"), _VALUE),
            element(_ds("KeyInfo"), text_element(_ds("KeyName"), KEY_NAME)),
        ),
    )


def _canonical(document: bytes) -> bytes:
    try:
        return etree.tostring(etree.fromstring(document), method="c14n", exclusive=True)
    except etree.XMLSyntaxError:
        # It has a character that XML does not, and no canonical form; such a message never leaves.
        return document


def _ds(name: str) -> str:
    return f"{{{names.XMLDSIG}}}{name}"
