"""The XML signature of a signed test certificate: right in form, and plainly no signature.

Webcert puts a real XML signature into `underskrift`. Ours has the same elements and a true digest of the certificate,
so that a receiver's parser meets what it will meet; its value says in words that nobody has signed anything.
"""

from __future__ import annotations

import base64
import hashlib

from lxml import etree

from simulator.contract import names

_EXCLUSIVE_C14N = "http://www.w3.org/2001/10/xml-exc-c14n#"
_RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
_SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
_ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"

NOT_A_SIGNATURE = "webcert-simulator: this is a test certificate, and this is not a signature"
_VALUE = base64.b64encode(NOT_A_SIGNATURE.encode()).decode()
KEY_NAME = "webcert-simulator test key"


def add_test_signature(certificate: etree._Element) -> None:
    """Append `underskrift` to a certificate element that is otherwise complete."""
    digest = hashlib.sha256(etree.tostring(certificate, method="c14n", exclusive=True)).digest()
    signature = _child(_child(certificate, names.SIGNATURE_HOLDER), names.SIGNATURE)
    signed_info = _child(signature, _ds("SignedInfo"))
    _child(signed_info, _ds("CanonicalizationMethod"), Algorithm=_EXCLUSIVE_C14N)
    _child(signed_info, _ds("SignatureMethod"), Algorithm=_RSA_SHA256)
    reference = _child(signed_info, _ds("Reference"), URI="")
    transforms = _child(reference, _ds("Transforms"))
    _child(transforms, _ds("Transform"), Algorithm=_ENVELOPED)
    _child(transforms, _ds("Transform"), Algorithm=_EXCLUSIVE_C14N)
    _child(reference, _ds("DigestMethod"), Algorithm=_SHA256)
    _child(reference, _ds("DigestValue")).text = base64.b64encode(digest).decode()
    _child(signature, _ds("SignatureValue")).text = _VALUE
    _child(_child(signature, _ds("KeyInfo")), _ds("KeyName")).text = KEY_NAME


def _ds(name: str) -> str:
    return f"{{{names.XMLDSIG}}}{name}"


def _child(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, tag, attributes)
