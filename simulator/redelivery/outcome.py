"""What an attempt's reply means to Webcert: delivered, to be tried again, or given up at once.

`RULES` is the whole rule, asked from the top: the HTTP status first, then the rows of Webcert's own classification
(Webcert's code), then the choices made where Webcert's manner is not certain (docs/design.md), marked as inferred.
A rule gives its name and its facts; the words for people are beside it, made into text elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Any

from simulator.contract.reply import (
    Answered,
    ErrorId,
    Fault,
    NoAnswer,
    NotSent,
    NotSentReason,
    Reply,
    Result,
    ResultCode,
    Silence,
    Unreadability,
    Unreadable,
)
from simulator.sentence import Sentence, say


class OutcomeKind(StrEnum):
    """The three things an attempt can end in."""

    DELIVERED = "delivered"
    RETRY = "retry"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Outcome:
    """A judged attempt: the kind, the name of the rule that decided, and the facts it went by."""

    kind: OutcomeKind
    rule: str
    facts: Mapping[str, Any] = field(default_factory=dict)


# The facts that a rule goes by, or None where the rule does not apply.
Facts = dict[str, Any] | None


@dataclass(frozen=True)
class OutcomeRule:
    """One row of the classification: when it applies, what follows, and where that is known from.

    The `reason` is filled with the facts of the rule, and with `left`: how many attempts the schedule has left.
    """

    name: str
    kind: OutcomeKind
    source: str
    reason: Sentence
    applies: Callable[[Reply], Facts]
    inferred: bool = False


# Faults with these words in their text end the redelivery at once; case matters, and so both are listed:
# the first is not part of the second (NotificationPostProcessingService, Webcert's code).
MARSHALLING_WORDS = ("Marshalling Error", "Unmarshalling Error")

# A texts that a journal system sends back may be long; the fact keeps its beginning.
TEXT_LENGTH_MAX = 300


@lru_cache(maxsize=1024)
def judge(reply: Reply) -> Outcome:
    """Say what Webcert makes of a reply; there is a rule for every reply."""
    for rule in RULES:
        facts = rule.applies(reply)
        if facts is not None:
            return Outcome(rule.kind, rule.name, facts)
    raise AssertionError(f"no rule for {reply!r}")


def _http_status_refuses(reply: Reply) -> Facts:
    if isinstance(reply, Answered) and reply.http_status >= 400 and reply.http_status != 500:
        return {"http_status": reply.http_status}
    return None


def _redirects(reply: Reply) -> Facts:
    if isinstance(reply, Answered) and 300 <= reply.http_status < 400:
        return {"http_status": reply.http_status}
    return None


def _no_answer(kind: Silence) -> Callable[[Reply], Facts]:
    return lambda reply: {} if isinstance(reply, NoAnswer) and reply.kind is kind else None


def _not_sent(reason: NotSentReason) -> Callable[[Reply], Facts]:
    return lambda reply: {} if isinstance(reply, NotSent) and reply.reason is reason else None


def _breaks_the_contract(reply: Reply) -> Facts:
    if isinstance(reply, NotSent) and reply.reason is NotSentReason.INVALID_MESSAGE:
        return {"schema_error": reply.detail[:TEXT_LENGTH_MAX]}
    return None


def _unreadable(*reasons: Unreadability, http_500: bool = False) -> Callable[[Reply], Facts]:
    def applies(reply: Reply) -> Facts:
        if not isinstance(reply, Answered) or not isinstance(reply.content, Unreadable):
            return None
        if reply.content.reason not in reasons or (http_500 and reply.http_status != 500):
            return None
        return {"http_status": reply.http_status}

    return applies


def _fault(*, marshalling: bool) -> Callable[[Reply], Facts]:
    def applies(reply: Reply) -> Facts:
        if not isinstance(reply, Answered) or not isinstance(reply.content, Fault):
            return None
        fault = reply.content
        words = next((words for words in MARSHALLING_WORDS if words in fault.text), None)
        if (words is not None) is not marshalling:
            return None
        facts = {"fault_code": fault.code, "fault_text": fault.text[:TEXT_LENGTH_MAX], "http_status": reply.http_status}
        return facts | ({"words": words} if words else {})

    return applies


def _result(
    when: Callable[[Result], bool], *, valid: bool | None = True
) -> Callable[[Reply], Facts]:  # fmt: skip
    def applies(reply: Reply) -> Facts:
        if not isinstance(reply, Answered) or not isinstance(reply.content, Result):
            return None
        result = reply.content
        if (valid is not None and (result.schema_error is None) is not valid) or not when(result):
            return None
        facts = {"result_code": result.result_code, "error_id": result.error_id}
        if result.text:
            facts["text"] = result.text[:TEXT_LENGTH_MAX]
        if result.schema_error:
            facts["schema_error"] = result.schema_error[:TEXT_LENGTH_MAX]
        return {name: value for name, value in facts.items() if value is not None}

    return applies


def _error(error_id: ErrorId | None) -> Callable[[Reply], Facts]:
    return _result(lambda result: result.result_code == ResultCode.ERROR and result.error_id == error_id)


_CLASSIFICATION = "Webcert: NotificationResultMessageCreator"
_EXCEPTIONS = "Webcert: every exception of the call"
_TRANSFORM = "Webcert: what fails before the call"
_CHOICE = "chosen here"

_RETRY, _REJECTED, _DELIVERED = OutcomeKind.RETRY, OutcomeKind.REJECTED, OutcomeKind.DELIVERED

RULES: tuple[OutcomeRule, ...] = (
    OutcomeRule(
        "http-status", _RETRY, _EXCEPTIONS,
        say(
            "HTTP status {http_status}: Webcert does not read the body, whatever it says, and sends again while "
            "attempts are left; with status 200 the body would have decided; look into it, and into the journal "
            "system's log, for the cause"
        ),
        _http_status_refuses,
    ),
    OutcomeRule(
        "redirected", _RETRY, _CHOICE,
        say(
            "HTTP status {http_status} points elsewhere, and nobody goes there: the message has not been taken, and is "
            "sent again while attempts are left; Webcert itself would follow, but the platform between it and a "
            "journal system does not: check that the address is the endpoint's own"
        ), _redirects, inferred=True,
    ),
    OutcomeRule(
        "name-not-found", _RETRY, _EXCEPTIONS,
        say(
            "the name of the journal system's host is not known, so the message has not arrived, and is sent again "
            "while attempts are left; check the address, and that the name can be looked up from here"
        ), _no_answer(Silence.NAME_NOT_FOUND),
    ),
    OutcomeRule(
        "connection-refused", _RETRY, _EXCEPTIONS,
        say(
            "the connection was refused: nobody listens there, so the message has not arrived, and is sent again "
            "while attempts are left; see whether the journal system is up, and check the port"
        ),
        _no_answer(Silence.REFUSED),
    ),
    OutcomeRule(
        "unreachable", _RETRY, _EXCEPTIONS,
        say(
            "there is no way to the journal system's host, so the message has not arrived, and is sent again while "
            "attempts are left; check the address, and the network and the firewalls between"
        ), _no_answer(Silence.UNREACHABLE),
    ),
    OutcomeRule(
        "tls-failure", _RETRY, _EXCEPTIONS,
        say(
            "no secure connection could be made (TLS), so the message has not arrived, and is sent again while "
            "attempts are left; see to the certificates at both ends"
        ), _no_answer(Silence.TLS_FAILURE),
    ),
    OutcomeRule(
        "proxy-failure", _RETRY, _EXCEPTIONS,
        say(
            "the proxy did not let the call through, so the message has not arrived, and is sent again while "
            "attempts are left; check the proxy's address, and that it lets through to the journal system"
        ), _no_answer(Silence.PROXY_FAILURE),
    ),
    OutcomeRule(
        "connect-timeout", _RETRY, _EXCEPTIONS,
        say(
            "no connection within the time allowed, so the message has not arrived, and is sent again while "
            "attempts are left; see whether the journal system's host is up, and whether a firewall stands between"
        ),
        _no_answer(Silence.CONNECT_TIMEOUT),
    ),
    OutcomeRule(
        "timeout", _RETRY, _EXCEPTIONS,
        say(
            "no answer within the time allowed; the message may have arrived all the same, and comes again while "
            "attempts are left; see in the journal system's log whether it took the message, and what took so long"
        ),
        _no_answer(Silence.TIMEOUT),
    ),
    OutcomeRule(
        "connection-broken", _RETRY, _EXCEPTIONS,
        say(
            "the connection broke before the answer was whole; the message may have arrived all the same, and comes "
            "again while attempts are left; see in the journal system's log whether it took the message"
        ),
        _no_answer(Silence.BROKEN),
    ),
    OutcomeRule(
        "not-http", _RETRY, _EXCEPTIONS,
        say(
            "what came back cannot be read as HTTP; the message may have arrived all the same, and comes again "
            "while attempts are left; check that address and port are those of an HTTP server, and see in the "
            "journal system's log whether it took the message"
        ), _no_answer(Silence.NOT_HTTP),
    ),
    OutcomeRule(
        "outgoing-message-invalid", _REJECTED, _TRANSFORM,
        say(
            "the message itself breaks the contract ({schema_error}) and was never sent: Webcert gives up, {left} "
            "attempts early; see to the people and the unit that it speaks of, and not to the journal system, which "
            "knows nothing of it"
        ),
        _breaks_the_contract,
    ),
    OutcomeRule(
        "transform-temporary", _RETRY, _TRANSFORM,
        say(
            "writing the message failed for now, so nothing was sent: Webcert tries again while attempts are left; "
            "look into its log for what it lacked"
        ), _not_sent(NotSentReason.TRANSFORM_TEMPORARY),
    ),
    OutcomeRule(
        "transform-permanent", _REJECTED, _TRANSFORM,
        say(
            "writing the message failed for good, so nothing was sent: Webcert gives up, {left} attempts early; had "
            "it failed for now, it would have been tried again; look into Webcert's log for the cause"
        ), _not_sent(NotSentReason.TRANSFORM_PERMANENT),
    ),
    OutcomeRule(
        "preparation-refused", _REJECTED, _TRANSFORM,
        say(
            "Webcert itself refused to prepare the redelivery, so nothing was sent: it gives up, {left} attempts "
            "early; any other error would have been tried again; look into Webcert's log for the cause"
        ), _not_sent(NotSentReason.PREPARATION_REFUSED),
    ),
    OutcomeRule(
        "preparation-failed", _RETRY, _TRANSFORM,
        say(
            "preparing the redelivery failed for now, so nothing was sent: Webcert tries again while attempts are "
            "left; look into its log for the cause"
        ), _not_sent(NotSentReason.PREPARATION_FAILED),
    ),
    OutcomeRule(
        "empty-answer", _RETRY, _CLASSIFICATION,
        say(
            "HTTP status {http_status} with nothing in it: without a result Webcert does not know whether the "
            "message was taken, and sends again while attempts are left; a result with OK would have ended it; see "
            "in the journal system's log why it said nothing"
        ), _unreadable(Unreadability.EMPTY),
    ),
    OutcomeRule(
        "http-500-without-soap", _RETRY, _EXCEPTIONS,
        say(
            "HTTP status 500 with neither a result nor a SOAP fault in it: Webcert does not know whether the "
            "message was taken, and sends again while attempts are left; look into the answer, and into the journal "
            "system's log, for what failed"
        ),
        _unreadable(Unreadability.NOT_XML, Unreadability.NOT_SOAP, Unreadability.FOREIGN, http_500=True),
    ),
    OutcomeRule(
        "result-missing", _RETRY, _CLASSIFICATION,
        say(
            "the answer holds no result, so Webcert does not know whether the message was taken, and sends again "
            "while attempts are left; a result with OK would have ended it; look into the answer for what is missing"
        ),
        _unreadable(Unreadability.RESULT_MISSING),
    ),
    OutcomeRule(
        "marshalling-fault", _REJECTED, "Webcert: NotificationPostProcessingService",
        say(
            "the fault's text contains '{words}': Webcert gives up after this attempt; without those words "
            "it would have tried {left} more times"
        ),
        _fault(marshalling=True),
    ),
    OutcomeRule(
        "soap-fault", _RETRY, "Webcert: NotificationPostProcessingService",
        say(
            "a SOAP fault ({fault_code}: {fault_text}) without 'Marshalling Error' or 'Unmarshalling Error' "
            "in its text: Webcert sends again, until the schedule ends"
        ), _fault(marshalling=False),
    ),
    OutcomeRule(
        "result-code-missing", _DELIVERED, "Webcert: what no row names is success",
        say(
            "the result has no result code, and Webcert takes that for success: the message does not come again, "
            "whatever the journal system meant; ERROR must be said to be heard"
        ),
        _result(lambda result: result.result_code is None and not result.holds_foreign, valid=None), inferred=True,
    ),
    OutcomeRule(
        "ok", _DELIVERED, _CLASSIFICATION,
        say("the journal system answered OK"),
        _result(lambda result: result.result_code == ResultCode.OK and result.error_id is None),
    ),
    OutcomeRule(
        "info", _DELIVERED, _CLASSIFICATION,
        say("INFO is success; its text is for the log"),
        _result(lambda result: result.result_code == ResultCode.INFO and result.error_id is None),
    ),
    OutcomeRule(
        "success-with-error-id", _DELIVERED, _CLASSIFICATION,
        say("{result_code} counts, whatever error id ({error_id}) stands beside it"),
        _result(lambda result: result.result_code in (ResultCode.OK, ResultCode.INFO)),
    ),
    OutcomeRule(
        "technical-error", _RETRY, _CLASSIFICATION,
        say(
            "TECHNICAL_ERROR is the one error that Webcert tries again; any other error id would have ended "
            "the redelivery"
        ), _error(ErrorId.TECHNICAL_ERROR),
    ),
    OutcomeRule(
        "validation-error", _REJECTED, _CLASSIFICATION,
        say(
            "VALIDATION_ERROR is final: Webcert gives up after this attempt; with TECHNICAL_ERROR it would "
            "have tried {left} more times"
        ), _error(ErrorId.VALIDATION_ERROR),
    ),
    OutcomeRule(
        "application-error", _REJECTED, _CLASSIFICATION,
        say(
            "APPLICATION_ERROR is final: the event is lost to the journal system; with TECHNICAL_ERROR "
            "Webcert would have tried {left} more times"
        ), _error(ErrorId.APPLICATION_ERROR),
    ),
    OutcomeRule(
        "revoked", _REJECTED, _CLASSIFICATION,
        say(
            "REVOKED is final: Webcert gives up after this attempt; with TECHNICAL_ERROR it would have tried "
            "{left} more times"
        ), _error(ErrorId.REVOKED),
    ),
    OutcomeRule(
        "error-without-error-id", _REJECTED, _CLASSIFICATION,
        say(
            "ERROR without an error id is final: Webcert gives up after this attempt; with TECHNICAL_ERROR "
            "it would have tried {left} more times"
        ), _error(None),
    ),
    OutcomeRule(
        "answer-not-xml", _RETRY, _CHOICE,
        say(
            "the answer is not well-formed XML, so Webcert does not know whether the message was taken, and sends "
            "again while attempts are left; XML of another kind than the contract's would have ended it; look into "
            "the answer for where it breaks off, or who wrote it"
        ), _unreadable(Unreadability.NOT_XML), inferred=True,
    ),
    OutcomeRule(
        "answer-with-dtd", _RETRY, _CHOICE,
        say(
            "the answer has a DTD (a DOCTYPE), which SOAP forbids, and is not read: Webcert does not know "
            "whether the message was taken, and sends again while attempts are left; look into the answer, which "
            "may be a web page of something before the journal system"
        ), _unreadable(Unreadability.DTD), inferred=True,
    ),
    OutcomeRule(
        "answer-too-large", _RETRY, _CHOICE,
        say(
            "the answer is larger than 10 MiB, the most that is taken, and is not read: Webcert does not know "
            "whether the message was taken, and sends again while attempts are left; look into the beginning of the "
            "answer for what fills it"
        ), _unreadable(Unreadability.TOO_LARGE),
        inferred=True,
    ),
    OutcomeRule(
        "answer-foreign", _REJECTED, _CHOICE,
        say(
            "the answer is XML of another kind than the contract's, which is read as a marshalling error: "
            "Webcert gives up after this attempt; as a SOAP fault it would have been tried {left} more times"
        ),
        _unreadable(Unreadability.NOT_SOAP, Unreadability.FOREIGN), inferred=True,
    ),
    OutcomeRule(
        "answer-invalid", _REJECTED, _CHOICE,
        say(
            "the answer breaks the contract ({schema_error}), which is read as a marshalling error: Webcert "
            "gives up after this attempt; with a valid TECHNICAL_ERROR it would have tried {left} more times"
        ),
        _result(lambda result: result.schema_error is not None, valid=None), inferred=True,
    ),
    OutcomeRule(
        "answer-invalid-envelope", _REJECTED, _CHOICE,
        say(
            "the answer's envelope breaks the contract, which is read as a marshalling error: Webcert gives "
            "up after this attempt; as a SOAP fault it would have been tried {left} more times"
        ), _unreadable(Unreadability.INVALID), inferred=True,
    ),
)  # fmt: skip

RULES_BY_NAME: dict[str, OutcomeRule] = {rule.name: rule for rule in RULES}
