"""What the platform lets through, and what it makes of silence."""

from __future__ import annotations

import pytest

from simulator.contract.envelope import write_fault, write_result
from simulator.contract.reply import ErrorId, Fault, RawAnswer, Result, ResultCode, Silence
from simulator.ntjp.relay import BROKEN_SOCKETS, OTHER_CAUSES, lets_through

XML = {"content-type": "text/xml; charset=UTF-8"}
FAULT = write_fault(Fault("Server", "x"))
ODD_FAULT = (
    b'<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/">'
    b'<S:Body><S:Fault xml:lang="sv"/></S:Body></S:Envelope>'
)
TELLING = write_result(Result(ResultCode.ERROR, "a <Fault> with Fault> in it", ErrorId.TECHNICAL_ERROR))

ROWS = [
    (500, XML, FAULT, True), (500, XML, ODD_FAULT, True), (500, XML, TELLING, True),
    (500, XML, b"<html/>", False), (500, {"content-type": "text/html"}, FAULT, True),
    (200, XML, FAULT, False), (200, XML, ODD_FAULT, False), (503, XML, FAULT, False), (404, {}, TELLING, False),
    (200, XML, TELLING, True), (202, XML, TELLING, True), (301, XML, TELLING, False),
    (200, {"content-type": "Text/HTML"}, b"<html/>", False),
    (200, {"content-type": "text/plain"}, b"NullPointer", True),
]  # fmt: skip


@pytest.mark.parametrize(("status", "headers", "body", "passes"), ROWS)
def test_what_is_let_through(status, headers, body, passes):
    """A fault with 500, and anything of a good status but faults and pages, whatever words stand in its text."""
    assert passes is lets_through(RawAnswer(status, headers, body))


def test_every_silence_has_its_cause():
    """Whatever the platform meets instead of an answer, VP009 says what it was."""
    assert set(Silence) == BROKEN_SOCKETS.keys() | OTHER_CAUSES.keys()
    assert not BROKEN_SOCKETS.keys() & OTHER_CAUSES.keys()
