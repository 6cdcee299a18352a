"""What may come back when a status update has been sent: values only.

On the wire it is a `RawAnswer` or a `NoAnswer`; read, it is a `Result`, a `Fault` or `Unreadable` (docs/design.md).
Memory and HTTP give the same values. Judging them is `redelivery.outcome`'s work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class ResultCode(StrEnum):
    """The three result codes of the contract."""

    OK = "OK"
    INFO = "INFO"
    ERROR = "ERROR"


class ErrorId(StrEnum):
    """The four error ids of the contract."""

    VALIDATION_ERROR = "VALIDATION_ERROR"
    APPLICATION_ERROR = "APPLICATION_ERROR"
    TECHNICAL_ERROR = "TECHNICAL_ERROR"
    REVOKED = "REVOKED"


@dataclass(frozen=True)
class Sent:
    """What went out with a message: the headers as they were sent, and what TLS agreed on (empty without TLS).

    `tls` holds words for people and machines alike: version, cipher, and the server's certificate with its dates.
    """

    headers: Mapping[str, str] = field(default_factory=dict)
    tls: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RawAnswer:
    """An HTTP answer as it came.

    `headers` have lower-case names. `body` is cut at the sender's limit, and `complete` is then False. With
    `sent_again` whoever stands in between has sent the message twice before it came.
    """

    http_status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    complete: bool = True
    sent_again: bool = field(default=False, compare=False)


class Silence(StrEnum):
    """Why no HTTP answer came; the values are words of traces and behaviours."""

    NAME_NOT_FOUND = "name-not-found"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    TLS_FAILURE = "tls-failure"
    PROXY_FAILURE = "proxy-failure"
    CONNECT_TIMEOUT = "connect-timeout"
    TIMEOUT = "timeout"
    BROKEN = "broken"
    NOT_HTTP = "not-http"


@dataclass(frozen=True)
class NoAnswer:
    """No HTTP answer came.

    `detail` is the operating system's or the library's wording: shown to people, never put into a trace. `sent_again`
    is as for a `RawAnswer`.
    """

    kind: Silence
    detail: str = field(default="", compare=False)
    sent_again: bool = field(default=False, compare=False)


@dataclass
class OnTheWire:
    """What passes between the wire's two ends in one attempt, noted down as it passes, and so known however it ends.

    `sent` is None while nothing has gone out. `answer` is the system's own, to what was sent last: the sender is told
    another, or none, where something stands in between.
    """

    sent: Sent | None = None
    answer: RawAnswer | None = None

    def begins(self, headers: Mapping[str, str]) -> None:
        """A message goes out, or is about to."""
        self.sent, self.answer = Sent(headers), None

    def agreed(self, tls: Mapping[str, str]) -> None:
        """TLS has agreed on this for the message that goes out."""
        self.sent = Sent(self.sent.headers if self.sent else {}, tls)

    def ends(self, answer: RawAnswer | NoAnswer) -> None:
        """The system has answered, or it is known that it does not."""
        self.answer = answer if isinstance(answer, RawAnswer) else None


class NotSentReason(StrEnum):
    """Why Webcert did not get as far as sending (Webcert's code, the rows about transform and preparation)."""

    INVALID_MESSAGE = "invalid-message"
    TRANSFORM_TEMPORARY = "transform-temporary"
    TRANSFORM_PERMANENT = "transform-permanent"
    PREPARATION_REFUSED = "preparation-refused"
    PREPARATION_FAILED = "preparation-failed"


@dataclass(frozen=True)
class NotSent:
    """The message never left: writing or preparing it failed; `detail` says what the contract holds against it."""

    reason: NotSentReason
    detail: str = ""


@dataclass(frozen=True)
class Result:
    """The contract's answer as read.

    The codes are kept as they came: `result_code` is None where the element is missing, and either may be a word
    that the contract does not know. `schema_error` says what the contract holds against the answer, if anything.
    `holds_foreign` is of a result with something else than these three in it, such as a code without a namespace.
    """

    result_code: str | None
    text: str | None = None
    error_id: str | None = None
    schema_error: str | None = None
    holds_foreign: bool = False


@dataclass(frozen=True)
class Fault:
    """A SOAP fault: its code without prefix, its text, and its detail as text."""

    code: str
    text: str
    detail: str = ""


class Unreadability(StrEnum):
    """Why an answer could not be read as the contract's answer."""

    EMPTY = "empty"
    NOT_XML = "not-xml"
    DTD = "dtd"
    TOO_LARGE = "too-large"
    NOT_SOAP = "not-soap"
    RESULT_MISSING = "result-missing"
    FOREIGN = "foreign"
    INVALID = "invalid"


@dataclass(frozen=True)
class Unreadable:
    """An answer that is neither a result nor a fault; `detail` quotes the parser for people."""

    reason: Unreadability
    detail: str = field(default="", compare=False)


@dataclass(frozen=True)
class Answered:
    """An answer as read, with the HTTP status that it came with."""

    http_status: int
    content: Result | Fault | Unreadable


# What an attempt can end with, read but not yet judged.
Reply = Answered | NoAnswer | NotSent


def answer_word(reply: Reply) -> str:
    """What came back, in a word: an error id, a result code, `fault`, or why there is neither."""
    if isinstance(reply, Answered):
        content = reply.content
        if isinstance(content, Result):
            return content.error_id or content.result_code or "no-result-code"
        return "fault" if isinstance(content, Fault) else content.reason
    return reply.kind if isinstance(reply, NoAnswer) else reply.reason
