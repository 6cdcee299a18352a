"""What is thrown: answers and requests that begin as right ones, and are broken by every means; and pure noise."""

from __future__ import annotations

import codecs
import re

from hypothesis import strategies as st

from simulator.contract.envelope import write_fault, write_result
from simulator.contract.reply import Fault, Result
from simulator.journal.shape import Shape, shaped
from tests.scenarios.stories import SCENARIOS, play_file

SEEDS_OF_ANSWERS = [
    write_result(Result("OK")),
    write_result(Result("INFO", "Tack & hej")),
    write_result(Result("ERROR", "Försök igen", "TECHNICAL_ERROR")),
    write_fault(Fault("Server", "Unmarshalling Error: cvc", "java.lang.NullPointerException")),
    *(shaped(write_result(Result("OK", "Åäö")), shape) for shape in Shape),
    b"<html><body>Bad Gateway</body></html>",
    b"",
]
SEEDS_OF_REQUESTS = [
    delivery.message for delivery in play_file(SCENARIOS / "whole-life.scenario.yaml").deliveries
]  # fmt: skip

# Pieces that XML parsers, HTTP parsers and people have stumbled over.
PIECES = [
    b"<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]>", b"<!DOCTYPE x SYSTEM 'file:///etc/passwd'>",
    b"<![CDATA[", b"]]>", b"<!--", b"-->", b"<?xml version='1.0' encoding='UTF-7'?>", b"<?pi ?>", b"&#0;", b"&#xD800;",
    b"&unknown;", b"\x00", b"\xff\xfe", codecs.BOM_UTF8, b"\xed\xa0\x80", b"<a:b/>", b" xmlns=''", b" a='1' a='2'",
    b"<" * 300, b"<a>" * 400, b"\r\n\r\n", b"%", b"\xc3", "\u202e".encode(), b"Marshalling Error", b"</soap:Envelope>",
]  # fmt: skip


# An element with nothing but text in it.
_LEAF = re.compile(rb"<([\w:]+)[^<>]*>([^<>]*)</\1>")
_TEXTS = st.sampled_from([b"", b" ", b"0", b"-1", b"9" * 40, b"TST-X", b"2024-13-45", b"SIGNAT", b"a" * 5000])


@st.composite
def _with_another_part(draw: st.DrawFn, document: bytes, start: int, end: int) -> bytes:
    """The document with one element gone, doubled, emptied, or saying something else; well-formed as it was."""
    part = document[start:end]
    found = _LEAF.fullmatch(part)
    assert found is not None
    other = part[: found.start(2)] + draw(_TEXTS) + part[found.end(2) :]
    return document[:start] + draw(st.sampled_from([b"", part * 2, other, other])) + document[end:]


@st.composite
def broken(draw: st.DrawFn, seeds: list[bytes]) -> bytes:
    """A seed with some of its bytes cut, doubled, replaced, or with pieces put into it; now and then noise alone."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.binary(max_size=400))
    document = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(0, 4))):
        place = draw(st.integers(0, len(document)))
        parts = [found.span() for found in _LEAF.finditer(document)]
        match draw(st.integers(0, 9)):
            case 6 | 7 | 8 | 9 if parts:
                document = draw(_with_another_part(document, *draw(st.sampled_from(parts))))
            case 0:
                document = document[:place]
            case 1:
                end = min(len(document), place + draw(st.integers(1, 60)))
                document = document[:place] + document[end:]
            case 2:
                document = document[:place] + draw(st.sampled_from(PIECES)) + document[place:]
            case 3:
                document = document[:place] + draw(st.binary(min_size=1, max_size=8)) + document[place:]
            case 4:
                end = min(len(document), place + draw(st.integers(1, 200)))
                document = document[:end] + document[place:end] + document[end:]
            case _:
                document = document[:place] + bytes([draw(st.integers(0, 255))]) + document[place + 1 :]
    return document


ANSWER_BODIES = broken(SEEDS_OF_ANSWERS)
REQUEST_BODIES = broken(SEEDS_OF_REQUESTS)
_STATUS_LINES = st.sampled_from(
    [b"HTTP/1.1 200 OK", b"HTTP/1.1 500 Internal Server Error", b"HTTP/1.0 200 OK", b"HTTP/1.1 204 No Content",
     b"HTTP/1.1 301 Moved", b"HTTP/1.1 404 Not Found", b"HTTP/1.1 503 Busy", b"HTTP/1.1 200", b"HTTP/2 200",
     b"HTTP/1.1 999 X",
     b"HTTP/1.1 -1 X", b"ICY 200 OK", b"200 OK", b""]
)  # fmt: skip
_ODD_HEADERS = st.lists(
    st.sampled_from(
        [b"Content-Type: text/xml", b"Content-Encoding: gzip", b"Transfer-Encoding: chunked", b"Content-Length: 5",
         b"Content-Length: -1", b"Content-Length: x", b"Connection: close", b"Connection: keep-alive",
         b"Set-Cookie: a=b",
         b"X: " + b"y" * 9000, b"no colon", b": no name", b"X\x00: y", b"X: \xff\xfe", b" folded",
         b"Location: http://[", b"Upgrade: h2c"]
    ),
    max_size=3,
)  # fmt: skip


@st.composite
def answers_on_the_wire(draw: st.DrawFn) -> bytes:
    """A whole HTTP answer as bytes: mostly sound with a broken body, at times broken itself, at times no HTTP."""
    body = draw(ANSWER_BODIES)
    kind = draw(st.integers(0, 9))
    if kind == 0:
        return draw(broken([b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)]))
    head = [draw(_STATUS_LINES) if kind < 4 else b"HTTP/1.1 200 OK"]
    head += draw(_ODD_HEADERS) if kind < 5 else []
    if kind == 5:
        # In chunks, the last of which may lie about its length.
        size = draw(st.sampled_from([len(body), len(body) + 1, max(len(body) - 1, 0), 2**70]))
        return b"\r\n".join([*head, b"Transfer-Encoding: chunked", b"", b"%x" % size, body, b"0", b"", b""])
    return b"\r\n".join([*head, b"Content-Length: %d" % len(body), b"", body])


_ODD_CALLS = st.sampled_from(
    [b"GET /?wsdl HTTP/1.1", b"PUT / HTTP/1.1", b"POST / HTTP/9.9", b"BREW / HTCPCP/1.0",
     b"POST /api/behaviours HTTP/1.1", b"GET /?call=" + b"9" * 40 + b" HTTP/1.1", b"GET /?inbox HTTP/1.1",
     b"DELETE /api/behaviours/0 HTTP/1.1", b"GET /api/behaviours/" + b"9" * 5000 + b" HTTP/1.1",
     b"GET /?xsd=../../x HTTP/1.1"]
)  # fmt: skip


@st.composite
def requests_on_the_wire(draw: st.DrawFn) -> tuple[bytes, bool]:
    """A whole HTTP request as bytes, and whether it is a sound POST, so that its body must be kept."""
    body = draw(REQUEST_BODIES)
    kind = draw(st.integers(0, 9))
    sound = [b"POST /status HTTP/1.1", b"Host: localhost", b"Content-Type: text/xml; charset=UTF-8", b'SOAPAction: ""']
    if kind == 0:
        whole = b"\r\n".join([*sound, b"Content-Length: %d" % len(body), b"", body])
        return draw(broken([whole])), False
    if kind == 1:
        first = draw(_ODD_CALLS)
        return b"\r\n".join([first, *sound[1:], b"Content-Length: %d" % len(body), b"", body]), False
    if kind == 2:
        return b"\r\n".join([*sound, *draw(_ODD_HEADERS), b"Content-Length: %d" % len(body), b"", body]), False
    if kind == 3:
        return b"\r\n".join(
            [*sound, b"Transfer-Encoding: chunked", b"", b"%x" % len(body), body, b"0", b"", b""]
        ), bool(body)
    return b"\r\n".join([*sound, b"Content-Length: %d" % len(body), b"", body]), True
