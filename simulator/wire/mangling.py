"""Answers that go wrong on their way: what is written on the connection, and what its other end makes of it.

One table for both, so that a sender meets the same over memory as over sockets. The listener writes what is said here;
which answer goes wrong, and why, is not known here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus

from simulator.contract.reply import NoAnswer, RawAnswer, Silence

# A body that comes in drops comes in so many of them.
DROPS = 10
_MORE_THAN_COMES = 100
# Bytes that no HTTP answer begins with: the head of a TLS alert, as from a port that wanted TLS.
_GARBAGE = b"\x15\x03\x01\x00\x02\x02\x46 what is this?\r\n\r\n"


class Wrong(StrEnum):
    """What can go wrong with an answer once the request has been read; the values are words of behaviours."""

    RESET = "reset-after-request"
    CLOSED = "closed-after-request"
    CUT = "cut-half-way"
    GARBAGE = "garbage"
    LENGTH_TOO_LONG = "length-too-long"
    LENGTH_TOO_SHORT = "length-too-short"


@dataclass(frozen=True)
class Mangled:
    """An answer that goes wrong."""

    answer: RawAnswer
    wrong: Wrong

    @property
    def seen(self) -> NoAnswer:
        """What the sender makes of it."""
        # More bytes than were announced are the beginning of another answer, and are not one.
        goes_on = self.wrong is Wrong.LENGTH_TOO_SHORT and len(self.answer.body) > 0
        return NoAnswer(Silence.NOT_HTTP if goes_on or self.wrong is Wrong.GARBAGE else Silence.BROKEN)

    @property
    def written(self) -> bytes | None:
        """The bytes on the wire, after which the connection is closed; None where it is reset instead."""
        body = self.answer.body
        match self.wrong:
            case Wrong.RESET:
                return None
            case Wrong.CLOSED:
                return b""
            case Wrong.GARBAGE:
                return _GARBAGE
            case _ if not body:
                # Without a body it is the head that is not whole.
                return self._head(0)[:-2]
            case Wrong.CUT:
                return self._head(len(body)) + self._half
            case Wrong.LENGTH_TOO_LONG:
                return self._head(len(body) + _MORE_THAN_COMES) + body
            case Wrong.LENGTH_TOO_SHORT:
                return self._head(len(self._half)) + body

    @property
    def _half(self) -> bytes:
        return self.answer.body[: len(self.answer.body) // 2]

    def _head(self, length: int) -> bytes:
        status = self.answer.http_status
        phrase = HTTPStatus(status).phrase if status in list(HTTPStatus) else "-"
        headers = "".join(f"{name}: {value}\r\n" for name, value in self.answer.headers.items())
        end = f"Content-Length: {length}\r\nConnection: close\r\n\r\n"
        return f"HTTP/1.1 {status} {phrase}\r\n{headers}{end}".encode("latin-1", "replace")


@dataclass(frozen=True)
class Dribbled:
    """An answer whose body comes drop by drop; `pause` is waited for before each, and says whether to go on."""

    answer: RawAnswer
    pause: Callable[[], Awaitable[bool]]

    @property
    def drops(self) -> list[bytes]:
        """The body in its drops, the last of which may be empty."""
        body = self.answer.body
        size = -(-len(body) // DROPS) or 1
        return [body[place * size : (place + 1) * size] for place in range(DROPS)]


# What a journal system gives back for a call, as it is to be written.
Sent = RawAnswer | NoAnswer | Mangled | Dribbled


async def as_seen(sent: Sent) -> RawAnswer | NoAnswer:
    """What a sender makes of it where nothing lies in between."""
    if isinstance(sent, Mangled):
        return sent.seen
    if isinstance(sent, Dribbled):
        for _ in sent.drops:
            if not await sent.pause():
                return NoAnswer(Silence.TIMEOUT)
        return sent.answer
    return sent
