"""A certificate as JSON and back, for stores that keep text.

People, units and patients are kept as they were when it happened; a certificate type is kept by its name, path and
version.
"""

from __future__ import annotations

from datetime import date, datetime
from math import isfinite
from typing import Any

import orjson
from cattrs.preconf.orjson import make_converter

from simulator.certificate.answers import Answer, AnswerValue, CodedValue, DatePeriod, PartialDate, Quantity
from simulator.certificate.catalogue import TYPES_BY_KEY, CertificateType
from simulator.certificate.certificate import Certificate
from simulator.certificate.identity import CertificateId, HsaId, PersonId

_converter = make_converter()
_converter.register_structure_hook(CertificateType, lambda key, _: TYPES_BY_KEY[tuple(key)])
for _identity in (HsaId, PersonId, CertificateId):
    # Checked when they were born; a store gives back what it was given.
    _converter.register_structure_hook(_identity, lambda text, kind: str.__new__(kind, text))
for _moment in (datetime, date):
    _converter.register_structure_hook(_moment, lambda text, kind: kind.fromisoformat(text))


# JSON has neither infinity nor "not a number"; a journal system may prefill with either, and they are kept as text.
_converter.register_unstructure_hook(Quantity, lambda one: {"number": str(one.number), "unit": one.unit})

# A value that is no text is told by a field that it alone has.
_VALUES: dict[str, type] = {"code": CodedValue, "start": DatePeriod, "number": Quantity, "value": PartialDate}


def _answer_value(value: Any, _: Any) -> AnswerValue:
    if isinstance(value, str):
        return value
    kind = next(kind for field, kind in _VALUES.items() if field in value)
    found: AnswerValue = _converter.structure(value, kind)
    return found


_converter.register_structure_hook(AnswerValue, _answer_value)


def certificate_json(certificate: Certificate) -> str:
    """The certificate as one JSON text."""
    # orjson writes dataclasses itself, as the converter reads them, in a quarter of the time.
    body = vars(certificate) | {"type": certificate.type.key}
    if not all(map(_is_json, certificate.answers)):
        body["answers"] = _converter.unstructure(certificate.answers)
    return orjson.dumps(body).decode()


def _is_json(answer: Answer) -> bool:
    """Whether JSON has every number of the answer."""
    return all(isfinite(value.number) for _, value in answer.parts if isinstance(value, Quantity))


def parse_certificate(text: str) -> Certificate:
    """The certificate that the text holds."""
    return _converter.loads(text, Certificate)
