"""A certificate as JSON and back, for stores that keep text.

People, units and patients are kept as they were when it happened; a certificate type is kept by its name.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import orjson
from cattrs.preconf.orjson import make_converter

from simulator.certificate.answers import AnswerValue, CodedValue, DatePeriod
from simulator.certificate.catalogue import TYPES_BY_NAME, CertificateType
from simulator.certificate.certificate import Certificate
from simulator.certificate.identity import CertificateId, HsaId, PersonId

_converter = make_converter()
_converter.register_structure_hook(CertificateType, lambda name, _: TYPES_BY_NAME[name])
for _identity in (HsaId, PersonId, CertificateId):
    # Checked when they were born; a store gives back what it was given.
    _converter.register_structure_hook(_identity, lambda text, kind: str.__new__(kind, text))
for _moment in (datetime, date):
    _converter.register_structure_hook(_moment, lambda text, kind: kind.fromisoformat(text))


def _answer_value(value: Any, _: Any) -> AnswerValue:
    if isinstance(value, str):
        return value
    if "code" in value:
        return _converter.structure(value, CodedValue)
    return _converter.structure(value, DatePeriod)


_converter.register_structure_hook(AnswerValue, _answer_value)


def certificate_json(certificate: Certificate) -> str:
    """The certificate as one JSON text."""
    # orjson writes dataclasses itself, as the converter reads them, in a quarter of the time.
    return orjson.dumps(vars(certificate) | {"type": certificate.type.name}).decode()


def parse_certificate(text: str) -> Certificate:
    """The certificate that the text holds."""
    return _converter.loads(text, Certificate)
