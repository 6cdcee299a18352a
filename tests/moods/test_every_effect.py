"""Every effect of the behaviour language over memory and over real sockets: one decision, and the same trace.

The decisions are those of Webcert's classification, or the choices marked as inferred (docs/reference/rules.md).
"""

from __future__ import annotations

import pytest

from simulator.redelivery.outcome import RULES_BY_NAME
from simulator.settings import Over
from simulator.trace.jsonl import digest
from tests.moods.playing import First, first_attempt, play_story, write_story

RESULTS = [
    (code, error_id, text)
    for code in ("OK", "INFO", "ERROR", "MAYBE")
    for error_id in (None, "TECHNICAL_ERROR", "VALIDATION_ERROR", "APPLICATION_ERROR", "REVOKED", "WHATEVER")
    for text in (None, "Åtgärda <genast> & försök igen")
]


def decision_about(code: str, error_id: str | None) -> tuple[str, str]:
    """The outcome and the rule of a result, as the table of Webcert's classification has them."""
    if code == "MAYBE":
        return "rejected", "answer-invalid"
    if error_id == "WHATEVER":
        # The contract has no such error id; OK and INFO fall to the same rule, since the answer breaks it.
        return "rejected", "answer-invalid"
    if code in ("OK", "INFO"):
        return "delivered", code.lower() if error_id is None else "success-with-error-id"
    if error_id is None:
        return "rejected", "error-without-error-id"
    return ("retry" if error_id == "TECHNICAL_ERROR" else "rejected"), error_id.lower().replace("_", "-")


def both_ways(folder, *behaviour: str) -> First:
    """The first attempt, which is the same over memory and over HTTP to the last byte of the trace."""
    path = write_story(folder, *behaviour)
    in_memory, over_http = (play_story(path, over=over) for over in (Over.MEMORY, Over.HTTP))
    assert digest(in_memory.trace) == digest(over_http.trace)
    assert first_attempt(in_memory) == first_attempt(over_http)
    return first_attempt(over_http)


@pytest.mark.parametrize(("code", "error_id", "text"), RESULTS)
def test_every_result_legal_or_not(tmp_path, code, error_id, text):
    """Each combination of resultCode, errorId and text is decided as Webcert does, and the text never matters."""
    words = [f"result: {code}", f"error_id: {error_id}" * bool(error_id), f"text: '{text}'" * bool(text)]
    found = both_ways(tmp_path, f"answer: {{{', '.join(filter(None, words))}}}")
    assert decision_about(code, error_id) == (found.outcome, found.rule)
    assert found.acts == (code in ("OK", "INFO"))


EFFECTS = [
    # Faults, by code and wording.
    ("answer: FAULT", "fault", "retry", "soap-fault", 0),
    ("answer: {fault: x, code: Client}", "fault", "retry", "soap-fault", 0),
    ("answer: {fault: x, code: MustUnderstand, detail: y}", "fault", "retry", "soap-fault", 0),
    ("answer: {fault: 'Unmarshalling Error: x'}", "fault", "rejected", "marshalling-fault", 0),
    ("answer: {fault: 'cvc: Marshalling Error'}", "fault", "rejected", "marshalling-fault", 0),
    ("answer: {fault: 'unmarshalling error'}", "fault", "retry", "soap-fault", 0),
    ("answer: {fault: x, detail: 'Unmarshalling Error'}", "fault", "retry", "soap-fault", 0),
    (r'answer: {fault: "\t\n\r\x85\ufffd\U0001f642", detail: "\x7f"}', "fault", "retry", "soap-fault", 0),
    ("answer: {fault: x, http: 200}", "fault", "retry", "soap-fault", 0),
    ("answer: {fault: 'Marshalling Error', http: 200}", "fault", "rejected", "marshalling-fault", 0),
    # Odd ways to write it.
    ("answer: {written: bom}", "OK", "delivered", "ok", 1),
    ("answer: {written: utf-16}", "OK", "delivered", "ok", 1),
    ("answer: {result: INFO, text: Åäö, written: iso-8859-1}", "INFO", "delivered", "info", 1),
    ("answer: {result: ERROR, error_id: TECHNICAL_ERROR, written: mixed-prefixes}",
     "TECHNICAL_ERROR", "retry", "technical-error", 0),
    ("answer: {fault: 'Marshalling Error', written: mixed-prefixes}", "fault", "rejected", "marshalling-fault", 0),
    ("answer: {written: foreign-namespace}", "foreign", "rejected", "answer-foreign", 1),
    # Statuses.
    ("answer: {http: 202}", "empty", "retry", "empty-answer", 0),
    ("answer: {http: 204}", "empty", "retry", "empty-answer", 0),
    ("answer: {result: OK, http: 204}", "empty", "retry", "empty-answer", 1),
    ("answer: {result: OK, http: 202}", "OK", "delivered", "ok", 1),
    ("answer: {http: 301, location: 'http://127.0.0.1:1/'}", "empty", "retry", "redirected", 0),
    ("answer: {http: 401}", "not-soap", "retry", "http-status", 0),
    ("answer: {http: 403}", "not-soap", "retry", "http-status", 0),
    ("answer: {http: 404, body: '<html/>', content_type: text/html}", "not-soap", "retry", "http-status", 0),
    ("answer: {http: 413}", "not-soap", "retry", "http-status", 0),
    ("answer: {http: 429}", "not-soap", "retry", "http-status", 0),
    ("answer: {http: 502}", "not-soap", "retry", "http-status", 0),
    ("answer: {http: 503}", "not-soap", "retry", "http-status", 0),
    ("answer: {http: 500, body: '<html><p>Oj</html>'}", "not-xml", "retry", "http-500-without-soap", 0),
    ("answer: {http: 500, body: '<html/>'}", "not-soap", "retry", "http-500-without-soap", 0),
    ("answer: {http: 500}", "empty", "retry", "empty-answer", 0),
    ("answer: {result: OK, http: 500}", "OK", "delivered", "ok", 1),
    ("answer: {result: OK, http: 503}", "not-soap", "retry", "http-status", 1),
    ("answer: {body: '<half'}", "not-xml", "retry", "answer-not-xml", 0),
    # Time; Webcert waits for 60 s, and the run ends after 50.
    ("after: 40s", "OK", "delivered", "ok", 1),
    ("after: {between: [10s, 20s]}", "OK", "delivered", "ok", 1),
    ("after: {median: 10s, at_most: 30s}", "OK", "delivered", "ok", 1),
    ("dribble: 40s", "OK", "delivered", "ok", 1),
    ("answer: TECHNICAL_ERROR, dribble: 40s, after: 5s", "TECHNICAL_ERROR", "retry", "technical-error", 0),
    # The wire.
    ("answer: REFUSE", "refused", "retry", "connection-refused", 0),
    ("wire: refused", "refused", "retry", "connection-refused", 0),
    ("wire: unreachable", "unreachable", "retry", "unreachable", 0),
    ("wire: name-not-found", "name-not-found", "retry", "name-not-found", 0),
    ("wire: connect-timeout", "connect-timeout", "retry", "connect-timeout", 0),
    ("wire: reset-before-request", "broken", "retry", "connection-broken", 0),
    ("wire: reset-after-request", "broken", "retry", "connection-broken", 1),
    ("wire: closed-after-request", "broken", "retry", "connection-broken", 1),
    ("wire: cut-half-way", "broken", "retry", "connection-broken", 1),
    ("wire: garbage", "not-http", "retry", "not-http", 1),
    ("wire: length-too-long", "broken", "retry", "connection-broken", 1),
    ("wire: length-too-short", "not-http", "retry", "not-http", 1),
    ("wire: length-too-short, answer: {http: 204}", "broken", "retry", "connection-broken", 0),
    ("wire: cut-half-way, answer: VALIDATION_ERROR, after: 5s", "broken", "retry", "connection-broken", 0),
    ("wire: cut-half-way, answer: {http: 204}", "broken", "retry", "connection-broken", 0),
    # TLS: over memory it is said, over HTTP it is a real handshake that fails.
    ("tls: expired", "tls-failure", "retry", "tls-failure", 0),
    ("tls: wrong-host", "tls-failure", "retry", "tls-failure", 0),
    ("tls: unknown-issuer", "tls-failure", "retry", "tls-failure", 0),
    ("tls: client-certificate-demanded", "tls-failure", "retry", "tls-failure", 0),
    ("tls: client-certificate-refused", "tls-failure", "retry", "tls-failure", 0),
    ("tls: old-version", "tls-failure", "retry", "tls-failure", 0),
    # Meaning.
    ("answer: LOST", "broken", "retry", "connection-broken", 1),
    ("acts: twice", "OK", "delivered", "ok", 2),
    ("acts: not", "OK", "delivered", "ok", 0),
    ("answer: TECHNICAL_ERROR, acts: once", "TECHNICAL_ERROR", "retry", "technical-error", 1),
    ("answer: LOST, acts: {times: 3}", "broken", "retry", "connection-broken", 3),
    ("answer: FAULT, acts: twice", "fault", "retry", "soap-fault", 2),
]  # fmt: skip


@pytest.mark.parametrize(("line", "answer", "outcome", "rule", "acts"), EFFECTS, ids=[row[0] for row in EFFECTS])
def test_every_effect(tmp_path, line, answer, outcome, rule, acts):
    """What comes back, what Webcert decides and by which rule, and what the system has done with the message."""
    assert First(answer, outcome, rule, acts) == both_ways(tmp_path, line)


TOO_LATE = [
    ("answer: NEVER", 1), ("after: 60s", 1), ("after: 90s", 1), ("dribble: 70s", 1), ("after: 30s, dribble: 40s", 1),
    ("answer: FAULT, after: 2m", 0), ("wire: garbage, after: 61s", 1),
]  # fmt: skip


@pytest.mark.parametrize(("line", "acts"), TOO_LATE, ids=[row[0] for row in TOO_LATE])
def test_what_comes_after_the_time_out_is_no_answer(tmp_path, line, acts):
    """Webcert waits for 60 s and sends again; the message may have been taken all the same."""
    path = write_story(tmp_path, f"{line}, times: 1", until="10m")
    in_memory, over_http = (play_story(path, over=over) for over in (Over.MEMORY, Over.HTTP))
    assert digest(in_memory.trace) == digest(over_http.trace)
    assert First("timeout", "retry", "timeout", acts) == first_attempt(over_http)
    assert "delivered" == over_http.deliveries[0].state


def test_every_rule_that_a_journal_system_can_cause_is_played_here():
    """What is left is the sender's own doing, a proxy's, or is played in scenarios of its own."""
    played = {rule for _, _, _, rule, _ in EFFECTS} | {decision_about(code, error)[1] for code, error, _ in RESULTS}
    elsewhere = {
        # What fails before a call, and what only a proxy can cause.
        "outgoing-message-invalid", "transform-temporary", "transform-permanent", "preparation-refused",
        "preparation-failed", "proxy-failure",
        # Above, and in scenarios/broken-answers.scenario.yaml.
        "timeout", "answer-with-dtd",
        # Bodies by hand: below.
        "result-missing", "result-code-missing", "answer-invalid-envelope",
        # From a real endpoint, in tests/cli/test_real_endpoints.py.
        "answer-too-large",
    }  # fmt: skip
    assert set(RULES_BY_NAME) == played | elsewhere


SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
RIV = "urn:riv:clinicalprocess:healthcond:certificate"
RESPONSE = f'<CertificateStatusUpdateForCareResponse xmlns="{RIV}:CertificateStatusUpdateForCareResponder:3">'
END = "</CertificateStatusUpdateForCareResponse></e:Body></e:Envelope>"
BODIES = [
    (f"<e:Envelope xmlns:e='{SOAP}'><e:Body/></e:Envelope>", "retry", "result-missing"),
    (f"<e:Envelope xmlns:e='{SOAP}'/>", "rejected", "answer-invalid-envelope"),
    (f"<e:Envelope xmlns:e='{SOAP}'><e:Body>{RESPONSE}{END}", "retry", "result-missing"),
    (f"<e:Envelope xmlns:e='{SOAP}'><e:Body>{RESPONSE}<result/>{END}", "delivered", "result-code-missing"),
    (f"<e:Envelope xmlns:e='{SOAP}'><e:Body>{RESPONSE}<result><resultCode>ERROR</resultCode></result>{END}", "rejected",
     "answer-invalid"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "outcome", "rule"), BODIES)
def test_bodies_by_hand(tmp_path, body, outcome, rule):
    """An answer can be written to the last byte, and is decided upon as it stands."""
    quoted = body.replace('"', '\\"')
    found = both_ways(tmp_path, f'answer: {{body: "{quoted}"}}')
    assert (outcome, rule) == (found.outcome, found.rule)
