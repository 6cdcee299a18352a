"""What the listener hands on, what it writes, and what strangers can do to it."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.clock import wall_sleep
from simulator.contract.names import CONTENT_TYPE
from simulator.contract.reply import NoAnswer, RawAnswer, Silence
from simulator.errors import UsageError
from simulator.wire import listener as listener_module
from simulator.wire.client import ClientSettings, SoapClient
from simulator.wire.listener import IncomingCall, SoapListener

Receive = Callable[[IncomingCall], Awaitable[RawAnswer | NoAnswer]]

ANSWER = RawAnswer(200, {"content-type": "text/xml; charset=UTF-8", "X-Own": "1"}, "<svar>å</svar>".encode())


class Journal:
    """Keeps every call, and gives one answer to all of them."""

    def __init__(self, answer: RawAnswer | NoAnswer | Exception = ANSWER) -> None:
        self.calls: list[IncomingCall] = []
        self.answer = answer

    async def __call__(self, call: IncomingCall) -> RawAnswer | NoAnswer:
        self.calls.append(call)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def listen(receive: Receive, **options: object) -> SoapListener:
    """A listener on a free port; its one page echoes what it was asked for."""

    async def page(query: str, url: str) -> RawAnswer | None:
        if query == "broken":
            raise LookupError
        text = f"<page>{query} {url}</page>".encode()
        return RawAnswer(200, {"content-type": CONTENT_TYPE}, text) if query != "xsd=none" else None

    everything = {"callers_may_leave": False} | options
    return SoapListener(receive, page, **everything)  # type: ignore[arg-type]


async def send(listener: SoapListener, *parts: bytes) -> bytes:
    """Write these bytes in these pieces, and read until the other side closes."""
    address = urlsplit(listener.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    answer = b""
    with suppress(ConnectionError):
        for part in parts:
            writer.write(part)
            await writer.drain()
            await wall_sleep(0.01)
        answer = await reader.read()
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()
    return answer


def post(body: bytes, *headers: str, target: str = "/journal", version: str = "1.1") -> bytes:
    """A raw request that asks for the connection to be closed."""
    lines = [f"POST {target} HTTP/{version}", "Host: h", "Connection: close", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def be_brief(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for slow callers as long as a test may."""
    monkeypatch.setattr(listener_module, "_BODY_SECONDS", 0.05)
    monkeypatch.setattr(listener_module, "_LINGER_SECONDS", 0.05)


async def test_a_call_is_handed_on_as_it_came():
    """Path, headers by lower-case name, and exact bytes reach whoever answers."""
    journal = Journal()
    async with listen(journal) as listener:
        await send(listener, post(b"\x00<a/>\xff", 'SOAPAction: "urn:x"', "X-A: 1", "x-a: 2", target="/a/b?c=d"))
    [call] = journal.calls
    assert call.path == "/a/b"
    assert call.headers["soapaction"] == '"urn:x"'
    assert call.headers["x-a"] == "1, 2"
    assert (call.body, call.complete) == (b"\x00<a/>\xff", True)


@pytest.mark.parametrize(
    ("sent", "read"), [("vår".encode(), "vår"), ("vår".encode("latin-1"), "vår"), (b"\xff\xfe", "ÿþ")]
)
async def test_a_header_of_any_bytes_can_be_kept(sent, read):
    """A value is text that can be written down, whatever encoding its caller had in mind."""
    journal = Journal()
    async with listen(journal) as listener:
        await send(listener, post(b"<a/>", "X-A: ?").replace(b"?", sent))
    assert journal.calls[0].headers["x-a"] == read


async def test_an_answer_is_written_as_it_stands():
    """Status, own headers, length and bytes are written, and nothing that nobody asked for."""
    async with listen(Journal()) as listener:
        answer = await send(listener, post(b"<a/>"))
    assert answer == (
        b"HTTP/1.1 200 OK\r\ncontent-type: text/xml; charset=UTF-8\r\nX-Own: 1\r\n"
        b"Connection: close\r\nContent-Length: 15\r\n\r\n" + ANSWER.body
    )


async def test_headers_of_another_connection_are_not_repeated():
    """A relayed answer's own length and transfer coding are not true here, and are left out."""
    relayed = RawAnswer(503, {"transfer-encoding": "chunked", "Content-Length": "99", "connection": "x"}, b"no")
    async with listen(Journal(relayed)) as listener:
        answer = await send(listener, post(b""))
    assert answer == b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno"


async def test_memory_and_wire_give_the_same():
    """What is answered here comes back through our own client, which finds the connection promised."""
    async with listen(Journal()) as listener, SoapClient(ClientSettings()) as client:
        answers = [await client.post(f"{listener.url}/x", b"<a/>", {}) for _ in range(3)]
    for answer in answers:
        assert isinstance(answer, RawAnswer)
        assert (answer.http_status, answer.body, answer.complete) == (200, ANSWER.body, True)
        assert answer.headers["connection"] == "keep-alive"


async def test_no_answer_is_a_reset():
    """Where no answer is to come, the caller sees its connection reset, and not closed in order."""
    async with listen(Journal(NoAnswer(Silence.BROKEN))) as listener:
        address = urlsplit(listener.url)
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        writer.write(post(b"<a/>"))
        with pytest.raises(ConnectionResetError):
            await reader.read()
        writer.close()


async def test_a_body_over_the_limit_is_kept_in_part():
    """Of a body that is too large the first bytes are handed on, the answer is written, and the connection closed."""
    journal = Journal()
    async with listen(journal, body_limit=100_000) as listener:
        answer = await send(listener, post(b"x" * 3_000_000).replace(b"Connection: close\r\n", b""))
    [call] = journal.calls
    assert (len(call.body), call.complete) == (100_000, False)
    assert b"Connection: close" in answer
    assert answer.endswith(ANSWER.body)


async def test_a_small_body_over_a_small_limit_is_kept_in_part():
    """The limit holds as well for a body that came with its head."""
    journal = Journal()
    async with listen(journal, body_limit=3) as listener:
        await send(listener, post(b"12345"))
    assert (journal.calls[0].body, journal.calls[0].complete) == (b"123", False)


async def test_a_body_in_pieces_is_whole():
    """A body that comes bit by bit, chunked or not, is put together."""
    journal = Journal()
    async with listen(journal) as listener:
        request = post(b"<a>b</a>")
        await send(listener, request[:-5], request[-5:])
        head = b"POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
        await send(listener, head, b"3\r\n<a>\r\n", b"5\r\nb</a>\r\n0\r\n\r\n")
    assert [(call.body, call.complete) for call in journal.calls] == [(b"<a>b</a>", True)] * 2


async def test_a_body_that_stops_is_kept_in_part(monkeypatch):
    """A caller who stops in the middle of a body is waited for so long and no longer; what came is kept."""
    be_brief(monkeypatch)
    journal = Journal()
    async with listen(journal) as listener:
        await send(listener, post(b"12345678")[:-4])
    assert (journal.calls[0].body, journal.calls[0].complete) == (b"1234", False)


async def test_a_body_whose_caller_leaves_is_kept_in_part():
    """A caller who leaves in the middle of a body has called all the same; what came is kept."""
    journal = Journal()
    async with listen(journal) as listener:
        address = urlsplit(listener.url)
        _, writer = await asyncio.open_connection(address.hostname, address.port)
        writer.write(post(b"12345678")[:-4])
        await wall_sleep(0.02)
        writer.close()
        async with asyncio.timeout(5):
            while not journal.calls:
                await wall_sleep(0.01)
    assert (journal.calls[0].body, journal.calls[0].complete) == (b"1234", False)


async def test_a_damaged_body_is_kept_in_part(monkeypatch):
    """After a chunk that is none nothing more can come, and what came before it is kept."""
    be_brief(monkeypatch)
    journal = Journal()
    async with listen(journal) as listener:
        head = b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
        await send(listener, head + b"3\r\nabc\r\n", b"zz\r\n")
    assert (journal.calls[0].body, journal.calls[0].complete) == (b"abc", False)


async def test_a_compressed_body_stays_compressed():
    """A body is kept as it came, so that a small bomb stays small."""
    journal = Journal()
    async with listen(journal) as listener:
        await send(listener, post(b"\x1f\x8b not quite", "Content-Encoding: gzip"))
    assert journal.calls[0].body == b"\x1f\x8b not quite"


async def test_a_caller_who_asks_first_is_told_to_go_on():
    """.NET holds its body back until it is told to continue."""
    journal = Journal()
    async with listen(journal) as listener:
        request = post(b"<a/>", "Expect: 100-continue")
        answer = await send(listener, request[:-4], request[-4:])
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")
    assert journal.calls[0].body == b"<a/>"


async def test_an_offer_of_http_2_is_passed_over():
    """Java's client offers HTTP/2 with its first request over plain HTTP, and is answered in HTTP/1.1."""
    journal = Journal()
    offer = ("Upgrade: h2c", "HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA")
    request = post(b"<a/>", *offer).replace(b"Connection: close", b"Connection: Upgrade, HTTP2-Settings, close")
    async with listen(journal) as listener:
        assert (await send(listener, request)).startswith(b"HTTP/1.1 200 OK\r\n")
    assert (journal.calls[0].body, journal.calls[0].complete) == (b"<a/>", True)


@pytest.mark.parametrize(("asks", "says"), [("keep-alive", b"keep-alive"), ("close", b"close")])
async def test_a_caller_of_http_1_0_is_told_about_its_connection(asks, says):
    """An old caller keeps its connection only when it asks for that, and is told in words."""
    async with listen(Journal()) as listener:
        address = urlsplit(listener.url)
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        writer.write(post(b"", version="1.0").replace(b"close", asks.encode(), 1))
        answer = await reader.readuntil(b"</svar>")
        writer.close()
    assert b"\r\nConnection: " + says + b"\r\n" in answer


@pytest.mark.parametrize("may_leave", [True, False])
async def test_a_caller_who_leaves(may_leave):
    """A call is cancelled with its caller only where callers may leave; else its answer is made all the same."""
    begun, ended = asyncio.Event(), asyncio.Event()
    outcome = ""

    async def slow(call: IncomingCall) -> RawAnswer:
        nonlocal outcome
        begun.set()
        try:
            await wall_sleep(0.2)
            outcome = "answered"
        except asyncio.CancelledError:
            outcome = "cancelled"
            raise
        finally:
            ended.set()
        return ANSWER

    async with listen(slow, callers_may_leave=may_leave) as listener:
        address = urlsplit(listener.url)
        _, writer = await asyncio.open_connection(address.hostname, address.port)
        writer.write(post(b"<a/>"))
        await begun.wait()
        writer.close()
        await ended.wait()
    assert outcome == ("cancelled" if may_leave else "answered")


async def test_a_fault_of_ours_is_said_to_be_ours(caplog):
    """An exception is answered with a SOAP fault that tells nothing, and logged without what it quotes."""
    async with listen(Journal(ValueError("about 19121212-1212"))) as listener:
        answer = await send(listener, post(b"<a/>"))
    assert answer.startswith(b"HTTP/1.1 500 Internal Server Error\r\n")
    assert b"<faultstring>Internal error in the simulator</faultstring>" in answer
    assert b"ValueError" not in answer
    assert "ValueError" in caplog.text
    assert "1212" not in caplog.text


async def test_an_answer_that_cannot_be_written_is_a_fault_of_ours(caplog):
    """A header that would smuggle another is not written; the caller hears that the simulator is at fault."""
    async with listen(Journal(RawAnswer(200, {"X": "a\r\nY: b"}))) as listener:
        answer = await send(listener, post(b"<a/>"))
    assert b"Internal error in the simulator" in answer
    assert "ValueError" in caplog.text


@pytest.mark.parametrize("query", ["wsdl", "WSDL", "xsd=a-1.xsd"])
async def test_pages_know_where_they_were_asked_for(query):
    """A page is made for the address by which the caller knows us, path and all."""
    async with listen(Journal()) as listener:
        request = f"GET /a%20b?{query} HTTP/1.1\r\nHost: journal.example.se:81\r\nConnection: close\r\n\r\n"
        answer = await send(listener, request.encode())
    assert b"text/xml; charset=UTF-8" in answer
    assert answer.endswith(f"\r\n\r\n<page>{query} http://journal.example.se:81/a%20b</page>".encode())


async def test_a_host_that_is_none_is_not_repeated():
    """An address is never made from a Host header that holds something else."""
    async with listen(Journal()) as listener:
        answer = await send(listener, b'GET /?wsdl HTTP/1.1\r\nHost: "><x\r\nConnection: close\r\n\r\n')
        own = listener.url.encode()
    assert b"<x" not in answer
    assert answer.startswith(b"HTTP/1.1 400") or own in answer


@pytest.mark.parametrize(
    ("request_line", "status", "text"),
    [
        ("GET /?xsd=none", b"404", b"no such page"),
        ("GET /", b"200", b"mocked journal system"),
        ("GET /any", b"200", b"mocked journal system"),
        ("HEAD /?wsdl", b"200", b""),
        ("PUT /", b"405", b"\r\nallow: GET, HEAD, POST\r\n"),
        ("DELETE /", b"405", b"POST a SOAP message"),
        ("OPTIONS *", b"405", b"POST a SOAP message"),
    ],
)
async def test_other_requests_are_told_what_to_do(request_line, status, text):
    """Whoever comes with something else than a message is told where they are."""
    journal = Journal()
    async with listen(journal) as listener:
        answer = await send(listener, f"{request_line} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n".encode())
    assert answer.split(b" ")[1] == status
    assert text in answer
    assert journal.calls == []
    assert not request_line.startswith("HEAD") or answer.endswith(b"\r\n\r\n")


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 TLS\r\n\r\n",
        b"hello\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: h\r\nX: " + b"x" * 9000 + b"\r\n\r\n",
        b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\nHost: h\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: h\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    ],
)
async def test_garbage_is_a_bad_request_and_no_noise(garbage, caplog):
    """What is no HTTP, or too much of it, is answered with 400; nobody is shown a traceback."""
    with caplog.at_level(logging.DEBUG):
        async with listen(Journal()) as listener:
            assert (await send(listener, garbage)).startswith(b"HTTP/1.0 400 Bad Request\r\n")
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING or record.exc_info]


async def test_a_head_that_never_ends_is_given_up(monkeypatch):
    """A caller who begins a request and stops is cut off when its time is over."""
    monkeypatch.setattr(listener_module, "_IDLE_SECONDS", 0.1)
    async with listen(Journal()) as listener, asyncio.timeout(5):
        assert await send(listener, b"POST / HTTP/1.1\r\nHos") == b""


@given(st.binary(max_size=200), st.sampled_from([b"", b"POST / HTTP/1.1\r\n", b"POST http://", post(b"<a/>")]))
@settings(max_examples=60, deadline=None)
async def test_no_bytes_make_the_listener_fall(garbage, beginning):
    """Whatever a stranger sends, the next caller is answered."""
    async with listen(Journal()) as listener:
        address = urlsplit(listener.url)
        _, stranger = await asyncio.open_connection(address.hostname, address.port)
        stranger.write(beginning + garbage)
        assert (await send(listener, post(b"<a/>"))).endswith(ANSWER.body)
        stranger.close()


async def test_many_callers_at_once_are_all_answered():
    """A burst of two hundred new connections is answered to the last."""
    journal = Journal()
    async with listen(journal) as listener:
        answers = await asyncio.gather(*(send(listener, post(b"<a/>")) for _ in range(200)))
    assert all(answer.endswith(ANSWER.body) for answer in answers)
    assert len(journal.calls) == 200


async def test_stopping_does_not_wait_for_ever():
    """A call that is never answered is broken off when the listener stops."""
    begun = asyncio.Event()

    async def silent(call: IncomingCall) -> RawAnswer:
        begun.set()
        await asyncio.get_running_loop().create_future()
        return ANSWER

    listener = listen(silent)
    await listener.start()
    caller = asyncio.create_task(send(listener, post(b"<a/>")))
    await begun.wait()
    async with asyncio.timeout(2):
        await listener.stop()
        assert await caller == b""
        await listener.stop()


async def test_a_port_in_use_is_an_error_of_the_command_line():
    """A port that another program uses is named, with what to do."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(UsageError, match=f"port {port}: another program uses the port"):
            await listen(Journal(), port=port).start()


@pytest.mark.parametrize("host", ["192.0.2.1", "journal.invalid"])
async def test_an_address_of_another_machine_is_an_error_of_the_command_line(host):
    """An address that is not this machine's is named, with what to do."""
    with pytest.raises(UsageError, match=r"this machine has no such address; use 127\.0\.0\.1"):
        await listen(Journal(), host=host).start()


@pytest.mark.parametrize(("host", "shown"), [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("::1", "[::1]")])
async def test_the_url_can_be_called(host, shown):
    """The URL is one that can be called, also when all of the machine's addresses are listened on."""
    if ":" in host and not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    listener = listen(Journal(), host=host, port=0)
    try:
        await listener.start()
    except UsageError:
        pytest.skip("this machine has no IPv6")
    assert listener.url.startswith(f"http://{shown}:")
    assert b"200 OK" in await send(listener, post(b""))
    await listener.stop()
