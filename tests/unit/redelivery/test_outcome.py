"""What Webcert makes of what comes back: Webcert's code and the choices of docs/design.md, row by row."""

from __future__ import annotations

import json
import re
from string import Formatter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.contract.envelope import read_reply
from simulator.contract.reply import NoAnswer, NotSent, NotSentReason, RawAnswer, Reply, Silence
from simulator.contract.schema import our_contract
from simulator.redelivery.outcome import RULES, RULES_BY_NAME, TEXT_LENGTH_MAX, Outcome, OutcomeKind, judge
from simulator.wire.client import ClientSettings

DELIVERED, RETRY, REJECTED = OutcomeKind.DELIVERED, OutcomeKind.RETRY, OutcomeKind.REJECTED

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
RESPONDER = "urn:riv:clinicalprocess:healthcond:certificate:CertificateStatusUpdateForCareResponder:3"
RESPONDER_1 = "urn:riv:clinicalprocess:healthcond:certificate:CertificateStatusUpdateForCareResponder:1"
CORE = "urn:riv:clinicalprocess:healthcond:certificate:3"

HTML = b"<html><head><title>Tomcat</title></head><body><h1>It works</h1></body></html>"


def envelope(content: str, *, soap: str = SOAP, prologue: str = "") -> bytes:
    """Any content in the body of a SOAP envelope."""
    return f'{prologue}<s:Envelope xmlns:s="{soap}"><s:Body>{content}</s:Body></s:Envelope>'.encode()


def response(result: str, *, responder: str = RESPONDER) -> bytes:
    """An answer of the contract, with this inside its result."""
    return envelope(
        f'<CertificateStatusUpdateForCareResponse xmlns="{responder}" xmlns:c="{CORE}"><result>{result}</result>'
        "</CertificateStatusUpdateForCareResponse>"
    )


def answer(code: str | None, error_id: str | None = None, text: str | None = None, status: int = 200) -> RawAnswer:
    """An answer with these three, each left out where it is None."""
    parts = (("resultCode", code), ("resultText", text), ("errorId", error_id))
    return RawAnswer(status, {}, response("".join(f"<c:{name}>{said}</c:{name}>" for name, said in parts if said)))


def fault(text: str, code: str = "s:Server", status: int = 500) -> RawAnswer:
    """A SOAP 1.1 fault."""
    body = envelope(f"<s:Fault><faultcode>{code}</faultcode><faultstring>{text}</faultstring></s:Fault>")
    return RawAnswer(status, {}, body)


def raw(body: bytes, status: int = 200, *, complete: bool = True) -> RawAnswer:
    """Any bytes with HTTP status 200, or another."""
    return RawAnswer(status, {}, body, complete)


# Where the parts of a result do not belong: each is well-formed, and holds nothing that Webcert knows.
FOREIGN_NAMESPACES = {
    "no namespace": "",
    "the response's namespace": RESPONDER,
    "the core's first version": "urn:riv:clinicalprocess:healthcond:certificate:1",
    "any namespace": "urn:x",
}


def foreign_result(namespace: str) -> bytes:
    """A VALIDATION_ERROR whose parts are in another namespace than theirs."""
    parts = (("resultCode", "ERROR"), ("errorId", "VALIDATION_ERROR"))
    return response("".join(f'<{name} xmlns="{namespace}">{said}</{name}>' for name, said in parts))


UNMARSHALLING = "Unmarshalling Error: cvc-complex-type.2.4.a: Invalid content was found"

# What comes back, what follows, and the rule that says so.
ROWS: list[tuple[str, RawAnswer | NoAnswer | NotSent, OutcomeKind, str]] = [
    # Webcert's code, row by row.
    ("OK", answer("OK"), DELIVERED, "ok"),
    ("OK with a text", answer("OK", text="Mottaget"), DELIVERED, "ok"),
    ("OK with HTTP status 202", answer("OK", status=202), DELIVERED, "ok"),
    ("INFO", answer("INFO"), DELIVERED, "info"),
    ("INFO with a text", answer("INFO", text="Intyget är redan känt"), DELIVERED, "info"),
    ("TECHNICAL_ERROR", answer("ERROR", "TECHNICAL_ERROR", "Försök igen"), RETRY, "technical-error"),
    ("TECHNICAL_ERROR without a text", answer("ERROR", "TECHNICAL_ERROR"), RETRY, "technical-error"),
    ("TECHNICAL_ERROR with HTTP status 500", answer("ERROR", "TECHNICAL_ERROR", status=500), RETRY, "technical-error"),
    ("VALIDATION_ERROR", answer("ERROR", "VALIDATION_ERROR", "Fel"), REJECTED, "validation-error"),
    (
        "COSMIC's words",
        answer("ERROR", "VALIDATION_ERROR", "Certificate not found in COSMIC and ref field is missing"),
        REJECTED,
        "validation-error",
    ),
    ("APPLICATION_ERROR", answer("ERROR", "APPLICATION_ERROR"), REJECTED, "application-error"),
    ("REVOKED", answer("ERROR", "REVOKED"), REJECTED, "revoked"),
    ("ERROR without an error id", answer("ERROR"), REJECTED, "error-without-error-id"),
    ("ERROR with a text alone", answer("ERROR", text="TECHNICAL_ERROR"), REJECTED, "error-without-error-id"),
    ("no result code", answer(None), DELIVERED, "result-code-missing"),
    ("no result code, but an error id", answer(None, "VALIDATION_ERROR"), DELIVERED, "result-code-missing"),
    ("no result code, but a text", answer(None, text="Fel"), DELIVERED, "result-code-missing"),
    ("nothing in the result", raw(response("")), DELIVERED, "result-code-missing"),
    ("a comment alone in the result", raw(response("<!-- OK --> ")), DELIVERED, "result-code-missing"),
    ("OK with an error id", answer("OK", "TECHNICAL_ERROR"), DELIVERED, "success-with-error-id"),
    ("INFO with an error id", answer("INFO", "REVOKED"), DELIVERED, "success-with-error-id"),
    ("Marshalling Error", fault("Marshalling Error: unexpected element"), REJECTED, "marshalling-fault"),
    ("Unmarshalling Error", fault(UNMARSHALLING), REJECTED, "marshalling-fault"),
    ("Unmarshalling Error as the client's fault", fault(UNMARSHALLING, "s:Client"), REJECTED, "marshalling-fault"),
    ("the words inside a text", fault(f"VP009: {UNMARSHALLING}"), REJECTED, "marshalling-fault"),
    ("unmarshalling error", fault("unmarshalling error"), RETRY, "soap-fault"),
    ("Unmarshalling error", fault("Unmarshalling error"), RETRY, "soap-fault"),
    ("marshalling Error", fault("marshalling Error"), RETRY, "soap-fault"),
    ("a server's fault", fault("Internal error"), RETRY, "soap-fault"),
    ("a client's fault", fault("Bad request", "s:Client"), RETRY, "soap-fault"),
    ("a fault of another version", fault("SOAP 1.2 please", "s:VersionMismatch"), RETRY, "soap-fault"),
    ("a fault about a header", fault("What header?", "s:MustUnderstand"), RETRY, "soap-fault"),
    ("a fault of their own", fault("Ingen aning", "x:Egen"), RETRY, "soap-fault"),
    ("a fault that says nothing", raw(envelope("<s:Fault/>"), 500), RETRY, "soap-fault"),
    ("the platform's fault", fault("VP007 Not authorized"), RETRY, "soap-fault"),
    ("a host that nobody knows", NoAnswer(Silence.NAME_NOT_FOUND), RETRY, "name-not-found"),
    ("a refused connection", NoAnswer(Silence.REFUSED), RETRY, "connection-refused"),
    ("no route", NoAnswer(Silence.UNREACHABLE), RETRY, "unreachable"),
    ("no TLS", NoAnswer(Silence.TLS_FAILURE), RETRY, "tls-failure"),
    ("a proxy that will not", NoAnswer(Silence.PROXY_FAILURE), RETRY, "proxy-failure"),
    ("no connection in time", NoAnswer(Silence.CONNECT_TIMEOUT), RETRY, "connect-timeout"),
    ("no answer in time", NoAnswer(Silence.TIMEOUT), RETRY, "timeout"),
    ("a broken connection", NoAnswer(Silence.BROKEN), RETRY, "connection-broken"),
    ("something that is not HTTP", NoAnswer(Silence.NOT_HTTP), RETRY, "not-http"),
    ("HTTP 301", raw(b"", 301), RETRY, "redirected"),
    ("HTTP 302 with a page", raw(HTML, 302), RETRY, "redirected"),
    ("HTTP 307 with OK", answer("OK", status=307), RETRY, "redirected"),
    ("HTTP 400", raw(b"", 400), RETRY, "http-status"),
    ("HTTP 401", raw(HTML, 401), RETRY, "http-status"),
    ("HTTP 403", raw(HTML, 403), RETRY, "http-status"),
    ("HTTP 404", raw(HTML, 404), RETRY, "http-status"),
    ("HTTP 413", raw(b"too long", 413), RETRY, "http-status"),
    ("HTTP 429", raw(b"later", 429), RETRY, "http-status"),
    ("HTTP 501", raw(HTML, 501), RETRY, "http-status"),
    ("HTTP 502", raw(HTML, 502), RETRY, "http-status"),
    ("HTTP 503", raw(HTML, 503), RETRY, "http-status"),
    ("HTTP 504", raw(HTML, 504), RETRY, "http-status"),
    ("HTTP 500 with a page", raw(HTML, 500), RETRY, "http-500-without-soap"),
    ("HTTP 500 with a text", raw(b"java.lang.NullPointerException", 500), RETRY, "http-500-without-soap"),
    ("HTTP 500 with foreign SOAP", raw(envelope("<x/>", soap=SOAP_12), 500), RETRY, "http-500-without-soap"),
    ("nothing at all", raw(b""), RETRY, "empty-answer"),
    ("nothing but spaces", raw(b" \r\n "), RETRY, "empty-answer"),
    ("HTTP 202 with nothing", raw(b"", 202), RETRY, "empty-answer"),
    ("HTTP 204", raw(b"", 204), RETRY, "empty-answer"),
    ("HTTP 500 with nothing", raw(b"", 500), RETRY, "empty-answer"),
    ("an empty SOAP body", raw(envelope("")), RETRY, "result-missing"),
    ("a response without a result", raw(envelope(f'<CertificateStatusUpdateForCareResponse xmlns="{RESPONDER}"/>')),
     RETRY, "result-missing"),
    ("the message itself is invalid", NotSent(NotSentReason.INVALID_MESSAGE, "facet"), REJECTED,
     "outgoing-message-invalid"),
    ("writing failed for now", NotSent(NotSentReason.TRANSFORM_TEMPORARY), RETRY, "transform-temporary"),
    ("writing failed for good", NotSent(NotSentReason.TRANSFORM_PERMANENT), REJECTED, "transform-permanent"),
    ("Webcert refused to prepare", NotSent(NotSentReason.PREPARATION_REFUSED), REJECTED, "preparation-refused"),
    ("preparing failed", NotSent(NotSentReason.PREPARATION_FAILED), RETRY, "preparation-failed"),
    # Design 11: first comes the HTTP status, and the body is then not read.
    ("HTTP 503 with OK", answer("OK", status=503), RETRY, "http-status"),
    ("HTTP 400 with VALIDATION_ERROR", answer("ERROR", "VALIDATION_ERROR", status=400), RETRY, "http-status"),
    ("HTTP 400 with an Unmarshalling Error", fault(UNMARSHALLING, status=400), RETRY, "http-status"),
    # Design 11: not well-formed, a DTD, or larger than the limit.
    ("half an envelope", raw(response("<c:resultCode>OK</c:resultCode>")[:-40]), RETRY, "answer-not-xml"),
    ("a page that is no XML", raw(b"<!doctype html><p>It works<br>"), RETRY, "answer-with-dtd"),
    ("HTML with open tags", raw(b"<html><body><p>It works<br></body></html>"), RETRY, "answer-not-xml"),
    ("JSON", raw(b'{"resultCode": "OK"}'), RETRY, "answer-not-xml"),
    ("a word", raw(b"OK"), RETRY, "answer-not-xml"),
    ("bytes of no encoding", raw(b"\xff\xfe\x00\x01"), RETRY, "answer-not-xml"),
    ("an entity bomb", raw(envelope("&a;", prologue='<!DOCTYPE s [<!ENTITY a "aaaa">]>')), RETRY, "answer-with-dtd"),
    ("a DTD with HTTP status 500", raw(b"<!DOCTYPE html><html/>", 500), RETRY, "answer-with-dtd"),
    ("more than the limit", raw(response(""), complete=False), RETRY, "answer-too-large"),
    ("more than the limit with HTTP status 500", raw(HTML, 500, complete=False), RETRY, "answer-too-large"),
    # Design 11: well-formed but invalid, or in a foreign namespace.
    ("a page that is XML", raw(HTML), REJECTED, "answer-foreign"),
    ("SOAP 1.2", raw(envelope("", soap=SOAP_12)), REJECTED, "answer-foreign"),
    ("the contract's first version", raw(response("<c:resultCode>OK</c:resultCode>", responder=RESPONDER_1)), REJECTED,
     "answer-foreign"),
    ("another answer", raw(envelope('<PingResponse xmlns="urn:x"/>')), REJECTED, "answer-foreign"),
    ("a result code that is none", answer("OKEJ"), REJECTED, "answer-invalid"),
    ("a result code in small letters", answer("ok"), REJECTED, "answer-invalid"),
    ("an empty result code", raw(response("<c:resultCode/>")), REJECTED, "answer-invalid"),
    ("an error id that is none", answer("ERROR", "TECHNICAL"), REJECTED, "answer-invalid"),
    ("OK with an error id that is none", answer("OK", "NONE"), REJECTED, "answer-invalid"),
    ("two result codes", raw(response("<c:resultCode>OK</c:resultCode>" * 2)), REJECTED, "answer-invalid"),
    ("a text before the code", raw(response("<c:resultText>x</c:resultText><c:resultCode>OK</c:resultCode>")), REJECTED,
     "answer-invalid"),
    *((f"a result whose parts are in {where}", raw(foreign_result(namespace)), REJECTED, "answer-invalid")
      for where, namespace in FOREIGN_NAMESPACES.items()),
    ("no result code, and an element of somebody's own", raw(response('<own xmlns="urn:x"/>')), REJECTED,
     "answer-invalid"),
    ("OK and an element of somebody's own", raw(response('<c:resultCode>OK</c:resultCode><own xmlns="urn:x"/>')),
     DELIVERED, "ok"),
    ("a result of another namespace", raw(response("").replace(b"<result>", b'<result xmlns="urn:x">')), REJECTED,
     "answer-foreign"),
    ("a SOAP body that is missing", raw(f'<s:Envelope xmlns:s="{SOAP}"/>'.encode()), REJECTED,
     "answer-invalid-envelope"),
    # Design 11: a fault with status 200, as any fault.
    ("a fault with HTTP status 200", fault("Internal error", status=200), RETRY, "soap-fault"),
    ("Unmarshalling Error with HTTP status 200", fault(UNMARSHALLING, status=200), REJECTED, "marshalling-fault"),
]  # fmt: skip

# What is inferred and not read in Webcert's source: [INF] in Webcert's code, and the choices of docs/design.md.
INFERRED = {
    "redirected",
    "result-code-missing", "answer-not-xml", "answer-with-dtd", "answer-too-large", "answer-foreign", "answer-invalid",
    "answer-invalid-envelope",
}  # fmt: skip


def read(came: RawAnswer | NoAnswer | NotSent) -> Reply:
    """What came, read as the dispatcher reads it."""
    return read_reply(came, our_contract()) if isinstance(came, RawAnswer) else came


EVERY_ROW = pytest.mark.parametrize(("came", "kind", "rule"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])


@EVERY_ROW
def test_every_row_of_the_classification(came, kind, rule):
    """What comes back decides, and the rule that decided is named."""
    outcome = judge(read(came))
    assert (kind, rule) == (outcome.kind, outcome.rule)


@EVERY_ROW
def test_every_reason_can_be_said(came, kind, rule):
    """A rule gives all the facts that its sentence needs, but for the attempts left, which are the report's."""
    needed = {name for _, name, _, _ in Formatter().parse(RULES_BY_NAME[rule].reason.template) if name}
    assert needed - {"left"} <= judge(read(came)).facts.keys()


def test_every_rule_has_a_row():
    """No rule is without an example here."""
    assert {rule.name for rule in RULES} == {row[3] for row in ROWS}


def test_every_row_has_a_name_of_its_own():
    """Two rows of one name would be one row too many."""
    assert len(ROWS) == len({row[0] for row in ROWS})


@pytest.mark.parametrize("rule", RULES, ids=[rule.name for rule in RULES])
def test_every_rule_says_where_it_is_known_from(rule):
    """A rule has a name, a sentence, and a source."""
    assert rule.name
    assert rule.reason.template
    assert rule.source.startswith(("Webcert: ", "chosen here"))


@pytest.mark.parametrize("rule", RULES, ids=[rule.name for rule in RULES])
def test_every_reason_says_what_becomes_of_the_message(rule):
    """A reason of what is tried again or given up tells so, and where to look or what would have been otherwise."""
    words = rule.reason.template
    if rule.kind is RETRY:
        assert re.search(r"while attempts are left|until the schedule ends|tries again", words), words
    if rule.kind is REJECTED:
        assert "{left}" in words
    if rule.kind is not DELIVERED:
        assert re.search(r"look into|see |check |would have|in its text", words), words


def test_the_limit_of_an_answer_is_the_one_that_is_said():
    """Who reads that an answer is too large reads the limit of the client, too."""
    assert "larger than 10 MiB" in RULES_BY_NAME["answer-too-large"].reason.template
    assert 10 * 1024 * 1024 == ClientSettings().answer_limit


def test_names_of_rules_stand_once():
    """A rule is found by its name."""
    assert len(RULES) == len(RULES_BY_NAME)


def test_what_is_inferred_is_marked():
    """Who reads a verdict is told where Webcert's manner is not certain."""
    assert {rule.name for rule in RULES if rule.inferred} == INFERRED


@pytest.mark.parametrize("silence", Silence)
def test_every_silence_is_tried_again(silence):
    """Every exception of the call is tried again, whatever it is called."""
    assert RETRY is judge(NoAnswer(silence)).kind


@pytest.mark.parametrize("reason", NotSentReason)
def test_every_reason_for_not_sending_is_judged(reason):
    """A message that never left has an outcome, too."""
    assert judge(NotSent(reason)).kind in (RETRY, REJECTED)


def test_an_outcome_keeps_what_it_went_by():
    """The facts are what the journal system said."""
    facts = {"result_code": "ERROR", "error_id": "TECHNICAL_ERROR", "text": "Försök igen"}
    assert Outcome(RETRY, "technical-error", facts) == judge(read(answer("ERROR", "TECHNICAL_ERROR", "Försök igen")))


def test_the_words_that_ended_it_are_named():
    """Of a marshalling fault the facts tell which of the two wordings was found."""
    assert "Unmarshalling Error" == judge(read(fault(UNMARSHALLING))).facts["words"]
    assert "Marshalling Error" == judge(read(fault("Marshalling Error"))).facts["words"]


@pytest.mark.parametrize("came", [answer("INFO", text="å" * 9_999), fault("å" * 9_999)], ids=["result", "fault"])
def test_a_long_text_is_cut(came):
    """A fact keeps the beginning of what a journal system wrote."""
    facts = judge(read(came)).facts
    assert "å" * TEXT_LENGTH_MAX == facts.get("text", facts.get("fault_text"))


def test_words_past_the_cut_still_count():
    """A fault is judged by its whole text, although the fact keeps only the beginning."""
    assert REJECTED is judge(read(fault("x" * 9_999 + UNMARSHALLING))).kind


WHOLE_ANSWERS = [row[1].body for row in ROWS if isinstance(row[1], RawAnswer) and row[1].body]


@st.composite
def spoilt_answers(draw: st.DrawFn) -> bytes:
    """An answer with some bytes put in, left out or exchanged, here and there."""
    body = draw(st.sampled_from(WHOLE_ANSWERS))
    for _ in range(draw(st.integers(min_value=1, max_value=4))):
        place = draw(st.integers(min_value=0, max_value=len(body)))
        left_out = draw(st.integers(min_value=0, max_value=30))
        put_in = draw(
            st.one_of(st.binary(max_size=8), st.sampled_from([b"<", b">", b"&", b"<c:a/>", b"<!-- -->", b"<?p?>"]))
        )
        body = body[:place] + put_in + body[place + left_out :]
    return body


statuses = st.sampled_from([200, 500]) | st.integers(min_value=100, max_value=599)
bodies = st.one_of(st.binary(max_size=200), st.sampled_from(WHOLE_ANSWERS), spoilt_answers())
raw_answers = st.builds(raw, bodies, statuses, complete=st.booleans())


@settings(max_examples=400, deadline=None)
@given(raw_answers)
def test_there_is_an_outcome_for_whatever_comes(came):
    """No bytes and no HTTP status are without an outcome, and its facts can be written into a trace."""
    outcome = judge(read(came))
    assert RULES_BY_NAME[outcome.rule].kind is outcome.kind
    assert json.loads(json.dumps(outcome.facts, ensure_ascii=False).encode()) == outcome.facts


@settings(max_examples=100, deadline=None)
@given(bodies, st.integers(min_value=400, max_value=599).filter(lambda status: status != 500))
def test_an_http_status_of_refusal_settles_the_matter(body, status):
    """With a status of 400 and above, other than 500, the message is sent again whatever the body says."""
    assert Outcome(RETRY, "http-status", {"http_status": status}) == judge(read(raw(body, status)))


@settings(max_examples=200, deadline=None)
@given(raw_answers)
def test_only_a_result_is_a_delivery(came):
    """What holds no result of the contract is never taken for delivered."""
    if judge(read(came)).kind is DELIVERED:
        assert b"CertificateStatusUpdateForCareResponse" in came.body
        assert came.complete
