"""What the client sends, what it makes of every answer, and how it names every way of not getting one."""

from __future__ import annotations

import asyncio
import errno
import gzip
import socket
import sys
import tracemalloc
from datetime import timedelta

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from yarl import URL

from simulator.clock import wall_sleep
from simulator.contract.reply import NoAnswer, RawAnswer, Silence
from simulator.errors import UsageError
from simulator.wire import keeping
from simulator.wire.client import ClientSettings, SoapClient, check_proxy, check_url
from simulator.wire.silence import silence
from tests.unit.wire.peers import (
    KEPT_ANSWER,
    OK_ANSWER,
    Line,
    answers_all,
    answers_once,
    closed_port,
    never_answers,
    raw_server,
)

HEADERS = {"SOAPAction": '"urn:x"'}


async def post(url: str, body: bytes = b"<a/>", **options: object) -> RawAnswer | NoAnswer:
    """One call of a client that lives no longer."""
    async with SoapClient(ClientSettings(**options)) as client:  # type: ignore[arg-type]
        return await client.post(url, body, HEADERS)


def head_of(request: bytes) -> dict[str, str]:
    """The headers of a raw request, by lower-case name."""
    lines = request.partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
    return {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}


async def test_the_message_leaves_as_it_was_handed_in():
    """Bytes, length, content type and SOAP action stand on the wire, and nothing is chunked."""
    async with raw_server(answers_once(OK_ANSWER)) as peer:
        await post(peer.url, "<å>ö</å>".encode())
    head = head_of(peer.requests[0])
    assert peer.requests[0].startswith(b"POST /journal HTTP/1.1\r\n")
    assert peer.requests[0].endswith("\r\n\r\n<å>ö</å>".encode())
    assert head["content-length"] == "11"
    assert head["content-type"] == "text/xml; charset=UTF-8"
    assert head["soapaction"] == '"urn:x"'
    assert "transfer-encoding" not in head


async def test_headers_of_the_user_win():
    """A header that the user sets replaces ours, whoever set it and however it is spelled."""
    users = (("content-type", "text/plain"), ("SOAPACTION", "mine"), ("X-Test", "å"))
    async with raw_server(answers_once(OK_ANSWER)) as peer:
        await post(peer.url, headers=users)
    request = peer.requests[0].lower()
    assert head_of(request)["content-type"] == "text/plain"
    assert head_of(request)["soapaction"] == "mine"
    assert request.count(b"soapaction") == request.count(b"content-type") == 1
    assert "x-test: å".encode() in request


@pytest.mark.parametrize("header", [("a b", "x"), ("", "x"), ("X", "a\r\nY: b"), ("Content-Length", "3")])
def test_a_header_that_would_change_the_message_is_refused(header):
    """A header that is none, smuggles another, or says another length is an error of the command line."""
    with pytest.raises(UsageError, match="header"):
        SoapClient(ClientSettings(headers=(header,)))


async def test_a_body_of_megabytes_is_sent_whole():
    """A body that aiohttp finds large still arrives with its length and without a warning."""
    body = b"x" * (3 * 1024 * 1024)
    async with raw_server(answers_once(OK_ANSWER)) as peer:
        await post(peer.url, body)
    assert peer.requests[0].endswith(b"\r\n\r\n" + body)


async def test_the_answer_comes_back_as_it_was():
    """Status, lower-case header names and exact bytes come back, several headers of one name as a list."""
    answer = b"HTTP/1.1 500 Oj\r\nX-One: 1\r\nX-one: \xe5\r\nContent-Length: 3\r\n\r\n\x00\xff\n"
    async with raw_server(answers_once(answer)) as peer:
        assert await post(peer.url) == RawAnswer(500, {"x-one": "1, å", "content-length": "3"}, b"\x00\xff\n")


async def test_a_redirect_is_an_answer():
    """A redirect is handed back and not followed."""
    answer = b"HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n"
    async with raw_server(answers_all(answer)) as peer:
        assert (await post(peer.url)) == RawAnswer(302, {"location": "/other", "content-length": "0"})
    assert len(peer.requests) == 1


async def test_cookies_are_forgotten():
    """A cookie of one answer is not sent with the next request."""
    answer = b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Path=/\r\nContent-Length: 2\r\n\r\nok"
    async with raw_server(answers_once(answer)) as peer, SoapClient(ClientSettings()) as client:
        await client.post(peer.url, b"", {})
        await client.post(peer.url, b"", {})
    assert b"cookie" not in peer.requests[1].lower()


async def test_a_compressed_answer_stays_compressed():
    """An answer that was compressed unasked is kept as it came, so a small bomb stays small."""
    bomb = gzip.compress(b"\0" * 50_000_000)
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(bomb)}\r\n\r\n"
    async with raw_server(answers_once(head.encode() + bomb)) as peer:
        answer = await post(peer.url)
    assert isinstance(answer, RawAnswer)
    assert answer.body == bomb


async def test_an_answer_without_end_is_cut_at_the_limit():
    """Of 100 MB no more than the limit is kept, little more is read, and the connection is dropped."""
    sent = 0

    async def floods(line: Line) -> None:
        nonlocal sent
        await line.request()
        await line.say(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n")
        for _ in range(100):
            await line.say(b"x" * 1_000_000)
            sent += 1_000_000

    async with raw_server(floods) as peer:
        tracemalloc.start()
        answer = await post(peer.url, answer_limit=2_000_000)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert isinstance(answer, RawAnswer)
    assert (len(answer.body), answer.complete) == (2_000_000, False)
    assert sent < 30_000_000
    assert most < 20_000_000


async def test_an_answer_of_just_the_limit_is_complete():
    """The limit itself is allowed."""
    async with raw_server(answers_once(OK_ANSWER)) as peer:
        assert await post(peer.url, answer_limit=2) == RawAnswer(200, {"content-length": "2"}, b"ok")


async def reset_at_once(line: Line) -> None:
    """Cut the connection off before the request is read."""
    line.reset()


async def reset_after_request(line: Line) -> None:
    """Cut the connection off once the request is read."""
    await line.request()
    line.reset()


BROKEN, NOT_HTTP = Silence.BROKEN, Silence.NOT_HTTP


@pytest.mark.parametrize(
    ("manner", "kind"),
    [
        pytest.param(reset_at_once, BROKEN, id="reset before the request"),
        pytest.param(reset_after_request, BROKEN, id="reset after the request"),
        pytest.param(answers_once(b""), BROKEN, id="closed without an answer"),
        pytest.param(answers_once(b"HTTP/1.1 200 OK\r\nConte"), BROKEN, id="half a head"),
        pytest.param(answers_once(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok"), BROKEN, id="half a body"),
        pytest.param(
            answers_once(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nok"), BROKEN, id="half a chunk"
        ),
        pytest.param(answers_once(b"\x00\xffoink\r\n\r\n"), NOT_HTTP, id="garbage"),
        pytest.param(answers_once(b"SSH-2.0-OpenSSH_9\r\n"), NOT_HTTP, id="another protocol"),
        pytest.param(answers_once(b"HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nok"), NOT_HTTP, id="negative length"),
        pytest.param(
            answers_once(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 9000 + b"\r\n\r\n"), NOT_HTTP, id="endless header"
        ),
    ],
)
async def test_a_broken_answer_is_named(manner, kind):
    """Each way of breaking off an answer has its name, and words for people on one line."""
    async with raw_server(manner) as peer:
        answer = await post(peer.url)
    assert isinstance(answer, NoAnswer)
    assert answer.kind is kind
    assert answer.detail
    assert "\n" not in answer.detail


async def test_a_closed_port_refuses():
    """A port on which nobody listens refuses."""
    answer = await post(f"http://localhost:{closed_port()}/")
    assert answer == NoAnswer(Silence.REFUSED)


async def test_an_unknown_name_is_not_found():
    """A host that does not exist is said to have no name, and not to be broken."""
    assert await post("http://journal.invalid/") == NoAnswer(Silence.NAME_NOT_FOUND)


@pytest.mark.skipif(sys.platform != "linux", reason="fills a queue that other systems size differently")
async def test_a_host_that_does_not_pick_up_is_a_connect_timeout():
    """A connection that does not come about in time is told from one that is refused."""
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        callers = [socket.socket() for _ in range(4)]
        for caller in callers:
            caller.setblocking(False)
            caller.connect_ex(full.getsockname())
        answer = await post(f"http://127.0.0.1:{full.getsockname()[1]}/", connect_timeout=timedelta(milliseconds=200))
        for caller in callers:
            caller.close()
    assert answer == NoAnswer(Silence.CONNECT_TIMEOUT)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (OSError(errno.ENETUNREACH, "x"), Silence.UNREACHABLE),
        (OSError(errno.EHOSTUNREACH, "x"), Silence.UNREACHABLE),
        (TimeoutError(errno.ETIMEDOUT, "x"), Silence.CONNECT_TIMEOUT),
        (ConnectionRefusedError(errno.ECONNREFUSED, "x"), Silence.REFUSED),
        (ConnectionResetError(errno.ECONNRESET, "x"), Silence.BROKEN),
    ],
)
def test_an_error_of_the_system_is_named(error, kind):
    """What cannot be brought about on one machine is named from the system's own error."""
    wrapped = aiohttp.ClientConnectorError(None, error)  # type: ignore[arg-type]
    assert silence(wrapped, URL("http://localhost/"), None).kind is kind


@pytest.mark.parametrize(("number", "kind"), [(1231, Silence.UNREACHABLE), (121, Silence.CONNECT_TIMEOUT)])
def test_an_error_of_windows_is_named(number, kind):
    """Windows has numbers of its own for a network that is not there and a host that does not pick up."""
    error = OSError(errno.EINVAL, "x")
    error.winerror = number  # type: ignore[attr-defined]
    wrapped = aiohttp.ClientConnectorError(None, error)  # type: ignore[arg-type]
    assert silence(wrapped, URL("http://localhost/"), None).kind is kind


async def test_a_cancelled_call_closes_its_connection():
    """A call that the exchange cuts off leaves no connection behind at the peer, and the client usable."""
    left = asyncio.Event()

    async def waits(line: Line) -> None:
        await never_answers(line)
        left.set()

    async with raw_server(waits) as peer, SoapClient(ClientSettings()) as client:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await client.post(peer.url, b"", {})
        async with asyncio.timeout(5):
            await left.wait()
        assert await client.post(f"http://127.0.0.1:{closed_port()}/", b"", {}) == NoAnswer(Silence.REFUSED)


async def test_a_promised_connection_is_used_again():
    """A peer that says keep-alive gets its next calls on the same connection."""
    async with raw_server(answers_all(KEPT_ANSWER)) as peer, SoapClient(ClientSettings()) as client:
        for _ in range(20):
            assert isinstance(await client.post(peer.url, b"", {}), RawAnswer)
    # One would do; a machine that stumbles for half a second opens another.
    assert peer.connections < 10


async def test_a_connection_that_lies_open_is_used_again():
    """A peer that promises nothing is given a second call on a connection once that was seen to stay open."""
    async with raw_server(answers_all(OK_ANSWER)) as peer, SoapClient(ClientSettings()) as client, asyncio.timeout(10):
        while peer.connections == len(peer.requests):
            await client.post(peer.url, b"", {})
            await wall_sleep(0.12)


async def test_a_peer_that_closes_unannounced_is_never_called_broken(monkeypatch):
    """In a burst towards a server that closes after each answer, a little late and unannounced, no call is lost."""
    # The peer lives in the same loop: when that stumbles, it closes as late as we look.
    monkeypatch.setattr(keeping, "_TRIAL_SECONDS", 2)

    async def closes_late(line: Line) -> None:
        await line.request()
        await line.say(OK_ANSWER)
        await wall_sleep(0.02)

    async with raw_server(closes_late) as peer, SoapClient(ClientSettings()) as client:

        async def sends_ten() -> list[RawAnswer | NoAnswer]:
            return [await client.post(peer.url, b"", {}) for _ in range(10)]

        answers = [answer for some in await asyncio.gather(*(sends_ten() for _ in range(20))) for answer in some]
    assert all(isinstance(answer, RawAnswer) for answer in answers)
    assert len(peer.requests) == 200


async def test_a_promise_that_was_taken_back_is_seen_before_the_call():
    """A connection that its peer has closed since is not used, even when the loop has not had time to notice."""
    async with raw_server(answers_all(KEPT_ANSWER)) as peer, SoapClient(ClientSettings()) as client:
        await client.post(peer.url, b"", {})
        await client.post(peer.url, b"", {})
        # The socket itself is shut, so that nobody's loop takes part.
        for line in peer.lines:
            sock = socket.socket(fileno=socket.dup(line.writer.get_extra_info("socket").fileno()))
            sock.shutdown(socket.SHUT_RDWR)
            sock.close()
        assert isinstance(await client.post(peer.url, b"", {}), RawAnswer)


async def test_a_call_is_never_sent_twice():
    """A connection that breaks in the middle of a call on it is broken; the call is not repeated behind our back."""

    async def breaks_the_third(line: Line) -> None:
        while True:
            await line.request()
            if len(line.peer.requests) == 3:
                line.reset()
                return
            await line.say(KEPT_ANSWER)

    async with raw_server(breaks_the_third) as peer, SoapClient(ClientSettings()) as client:
        answers = [await client.post(peer.url, b"", {}) for _ in range(4)]
    assert [isinstance(answer, RawAnswer) for answer in answers] == [True, True, False, True]
    assert answers[2] == NoAnswer(Silence.BROKEN)
    assert len(peer.requests) == 4


async def test_more_calls_than_connections_wait_for_their_turn():
    """Calls above the limit of connections wait, and are not counted as time-outs of connecting."""

    async def slow(line: Line) -> None:
        await line.request()
        await wall_sleep(0.2)
        await line.say(OK_ANSWER)

    options = ClientSettings(connections=2, connect_timeout=timedelta(milliseconds=400))
    async with raw_server(slow) as peer, SoapClient(options) as client:
        answers = await asyncio.gather(*(client.post(peer.url, b"", {}) for _ in range(8)))
    assert all(isinstance(answer, RawAnswer) for answer in answers)


async def test_a_proxy_carries_the_call():
    """With a proxy, the whole address is asked of it, with its user and password in a header of its own."""
    async with raw_server(answers_once(OK_ANSWER)) as proxy:
        address = proxy.url.removesuffix("/journal").replace("//", "//me:secret@")
        answer = await post("http://journal.example.se/status", proxy=address)
    assert isinstance(answer, RawAnswer)
    assert proxy.requests[0].startswith(b"POST http://journal.example.se/status HTTP/1.1\r\n")
    assert head_of(proxy.requests[0])["proxy-authorization"] == "Basic bWU6c2VjcmV0"


@pytest.mark.parametrize("answer", [b"HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n", b"HTTP/1.1 502 Bad\r\n\r\n"])
async def test_a_proxy_that_opens_no_tunnel_has_failed(answer):
    """A proxy that will not connect us to an https address is a failing proxy, not a failing journal system."""
    async with raw_server(answers_once(answer)) as proxy:
        got = await post("https://journal.example.se/status", proxy=proxy.url.removesuffix("/journal"))
    assert got == NoAnswer(Silence.PROXY_FAILURE)


@pytest.mark.parametrize("host", ["localhost", "proxy.invalid"])
async def test_a_proxy_that_is_not_there_has_failed(host):
    """A proxy that refuses, or has no name, is told from a journal system that does."""
    got = await post("http://journal.example.se/status", proxy=f"http://{host}:{closed_port()}")
    assert got == NoAnswer(Silence.PROXY_FAILURE)


@given(st.binary(max_size=200), st.sampled_from([b"", b"HTTP/1.1 200 OK\r\n", OK_ANSWER, KEPT_ANSWER[:-4]]))
@settings(max_examples=60, deadline=None)
async def test_no_bytes_make_the_client_fall(garbage, beginning):
    """Whatever bytes a peer sends, the call ends with a value."""
    async with raw_server(answers_once(beginning + garbage)) as peer:
        assert isinstance(await post(peer.url), RawAnswer | NoAnswer)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("http://localhost:8080/journal", "http://localhost:8080/journal"),
        ("https://journal.example.se", "https://journal.example.se/"),
        ("http://[::1]:8080/", "http://[::1]:8080/"),
        ("https://sjukhus.example.se/mottagning å?x=1", None),
        ("https://sjukhus.example.se/å?x=1", "https://sjukhus.example.se/%C3%A5?x=1"),
        ("http://åäö.se/", "http://xn--4cab6c.se/"),
        ("localhost:8080/journal", None),
        ("journal.example.se", None),
        ("ftp://journal.example.se/", None),
        ("http://", None),
        ("http:/journal", None),
        ("http://journal:99999/", None),
        ("http://journal:0/", None),
        ("http://journal:port/", None),
        ("http://me:secret@journal/", None),
        ("http://journal/#part", None),
        ("http://127.1/", None),
        (f"http://{'x' * 64}.se/", None),
        ("http://[::1/", None),
        ("C:\\journal", None),
        ("", None),
    ],
)
def test_an_address_is_checked_beforehand(text, address):
    """An address is written as it goes on the wire, or refused with an example."""
    if address is not None:
        assert check_url(text).rstrip("/") == address.rstrip("/")
        return
    with pytest.raises(UsageError, match="write it like https://") as refused:
        check_url(text)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("text", ["proxy:3128", "socks5://proxy:1080", "http://proxy:3128/path"])
def test_a_proxy_is_checked_beforehand(text):
    """A proxy that is no http(s)://host:port is refused with an example."""
    with pytest.raises(UsageError, match="write it like http://proxy"):
        check_proxy(text)


def test_a_proxy_may_have_a_password():
    """A user and a password may stand before a proxy's host."""
    assert check_proxy("http://me:secret@proxy:3128") == "http://me:secret@proxy:3128"
