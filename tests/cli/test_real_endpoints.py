"""Whatever an endpoint of somebody else's sends back, or does not, is an outcome in the timeline."""

from __future__ import annotations

import json
import threading

import pytest

from simulator.contract.schema import packaged
from tests.cli.endpoints import OK, demanding_a_certificate, endpoint, http

ONE_ATTEMPT = """\
format: 1
name: One attempt
until: 30s
journal_systems:
  alfa:
    units: [ALMC]
steps:
  - create: {certificate: c1, type: FK7211, unit: ALMC, by: nurse, patient: alma}
expect:
  - attempt: {certificate: c1, event: SKAPAT, number: 1}
"""


@pytest.fixture
def one_attempt(tmp_path):
    """A scenario that ends before the second attempt."""
    path = tmp_path / "one.scenario.yaml"
    path.write_text(ONE_ATTEMPT)
    return path


def attempt_of(tmp_path) -> dict[str, object]:
    """The one attempt, as the JSON report has it."""
    return json.loads((tmp_path / "r.json").read_text())["scenarios"][0]["updates"][0]["attempts"][0]


ENVELOPE = (
    b"<soap:Envelope xmlns:soap='http://schemas.xmlsoap.org/soap/envelope/'><soap:Body>%s</soap:Body></soap:Envelope>"
)
FAULT = ENVELOPE % b"<soap:Fault><faultcode>soap:Server</faultcode><faultstring>No</faultstring></soap:Fault>"
BOMB = b'<!DOCTYPE a [<!ENTITY b "b"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><a>&c;</a>'
EXTERNAL = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'

ANSWERS = [
    ("ok", http(OK), "ok", "delivered"),
    ("a byte order mark", http(b"\xef\xbb\xbf" + OK), "ok", "delivered"),
    ("HTML", http(b"<!DOCTYPE html><html><body>Hej</body></html>"), "answer-with-dtd", "retry"),
    ("HTML with status 502", http(b"<html></html>", "502 Bad Gateway", "text/html"), "http-status", "retry"),
    ("HTML with status 500", http(b"<html></html>", "500 No", "text/html"), "http-500-without-soap", "retry"),
    ("nothing", http(b""), "empty-answer", "retry"),
    ("204", b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n", "empty-answer", "retry"),
    ("half an envelope", http(OK[:200]), "answer-not-xml", "retry"),
    ("another namespace", http(ENVELOPE % b"<a xmlns='urn:b'/>"), "answer-foreign", "rejected"),
    ("SOAP 1.2", http(OK.replace(b"schemas.xmlsoap.org/soap/envelope/", b"www.w3.org/2003/05/soap-envelope")),
     "answer-foreign", "rejected"),
    ("a fault with status 200", http(FAULT), "soap-fault", "retry"),
    ("a fault with status 500", http(FAULT, "500 No"), "soap-fault", "retry"),
    ("an empty body", http(ENVELOPE % b""), "result-missing", "retry"),
    ("an entity bomb", http(BOMB), "answer-with-dtd", "retry"),
    ("an external entity", http(EXTERNAL), "answer-with-dtd", "retry"),
    ("UTF-16 with a DTD", http(BOMB.decode().encode("utf-16")), "answer-with-dtd", "retry"),
    ("garbage", b"\x16\x03\x01 what\r\n\r\n", "not-http", "retry"),
    ("a cut answer", http(OK)[:-100], "connection-broken", "retry"),
    ("a closed connection", b"", "connection-broken", "retry"),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "rule", "outcome"), [row[1:] for row in ANSWERS], ids=[row[0] for row in ANSWERS])
def test_any_answer_is_an_outcome(webcertsim, one_attempt, tmp_path, answer, rule, outcome):
    """An answer, broken in whatever way, is judged by its rule and shown; the run goes on."""
    with endpoint(lambda connection, _: connection.sendall(answer)) as (port, _):
        ran = webcertsim("run", one_attempt, "--journal", f"alfa=http://127.0.0.1:{port}/x", "--json", "r.json")
    assert ran.code == 0
    attempt = attempt_of(tmp_path)
    assert (rule, outcome) == (attempt["rule"], attempt["outcome"])


def test_an_answer_of_100_megabytes_is_not_read_to_its_end(webcertsim, one_attempt, tmp_path):
    """An answer beyond the limit is an outcome, and what is beyond is never held."""

    def answer(connection, _):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 104857600\r\n\r\n")
        for _ in range(100):
            connection.sendall(b" " * 1024 * 1024)

    with endpoint(answer) as (port, _):
        ran = webcertsim("run", one_attempt, "--journal", f"alfa=http://127.0.0.1:{port}/x", "--json", "r.json")
    assert ran.code == 0
    assert attempt_of(tmp_path)["rule"] == "answer-too-large"


@pytest.mark.parametrize(("acts", "times"), [("once", 1), ("twice", 2), ("{times: 5}", 5)])
def test_a_message_is_sent_as_often_as_it_is_to_be_taken(webcertsim, one_attempt, acts, times):
    """Before a real endpoint `acts` sends the same message so often, within one attempt."""
    one_attempt.write_text(ONE_ATTEMPT.replace("[ALMC]", f"[ALMC]\n    behaviour: [{{acts: {acts}}}]"))
    with endpoint(lambda connection, _: connection.sendall(http(OK))) as (port, requests):
        ran = webcertsim("run", one_attempt, "--journal", f"alfa=http://127.0.0.1:{port}/x")
    assert (0, times, 1) == (ran.code, len(requests), len(set(requests)))


def test_an_endpoint_that_never_answers_is_given_up(webcertsim, one_attempt, tmp_path):
    """Towards a foreign endpoint the time-out is seconds on the wall."""
    over = threading.Event()
    with endpoint(lambda *_: over.wait(20)) as (port, _):
        ran = webcertsim(
            "run", one_attempt, "--journal", f"alfa=http://127.0.0.1:{port}/x", "--json", "r.json", "--timeout", "300ms"
        )  # fmt: skip
        over.set()
    assert ran.code == 0
    assert attempt_of(tmp_path)["rule"] == "timeout"


def test_nobody_listens(webcertsim, one_attempt, tmp_path):
    """A refused connection is an outcome."""
    ran = webcertsim("run", one_attempt, "--journal", "alfa=http://127.0.0.1:9/x", "--json", "r.json")
    assert (0, "connection-refused") == (ran.code, attempt_of(tmp_path)["rule"])


def test_a_run_that_delivers_nothing_says_how_to_find_out_why(webcertsim, tmp_path):
    """A failed run that nothing of has arrived leads to reach; one whose endpoint took something does not."""
    path = tmp_path / "delivered.scenario.yaml"
    path.write_text(ONE_ATTEMPT.replace("attempt: {certificate: c1, event: SKAPAT, number: 1}",
                                        "delivered: {certificate: c1, event: SKAPAT, attempt: 2}"))  # fmt: skip
    url = "http://127.0.0.1:9/x"
    advice = f"nothing was delivered to alfa; webcertsim reach {url}, with the same flags"
    ran = webcertsim("run", path, "--journal", f"alfa={url}")
    assert (1, True) == (ran.code, advice in ran.err)
    with endpoint(lambda connection, _: connection.sendall(http(OK))) as (port, _):
        ran = webcertsim("run", path, "--journal", f"alfa=http://127.0.0.1:{port}/x")
    assert (1, False) == (ran.code, "webcertsim reach" in ran.err)


def test_headers_are_the_contracts_and_the_users(webcertsim, one_attempt):
    """The call carries the SOAP action in quotation marks, a correlation id, and the user's own headers."""
    with endpoint(lambda connection, _: connection.sendall(http(OK))) as (port, requests):
        webcertsim(
            "run", one_attempt, "--journal", f"alfa=http://127.0.0.1:{port}/x?y=z",
            "--header", "X-Team: nmt", "--logical-address", "TST-OTHER",
        )  # fmt: skip
    head, _, body = requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /x?y=z HTTP/1.1\r\n")
    assert b'soapaction: "urn:riv:clinicalprocess:healthcond:certificate:' in head.lower()
    assert b"x-skltp-correlation-id: " in head.lower()
    assert b"x-team: nmt" in head.lower()
    assert b"LogicalAddress>TST-OTHER</" in body


@pytest.fixture
def tls(tmp_path):
    """A server that demands a client certificate, and the files of a client that has one."""
    context, ca, client = demanding_a_certificate()
    ca.cert_pem.write_to_path(tmp_path / "ca.pem")
    client.private_key_and_cert_chain_pem.write_to_path(tmp_path / "client.pem")
    return context


def test_mutual_tls(webcertsim, one_attempt, tmp_path, tls):
    """With the right files the message arrives at a server that demands a client certificate."""
    with endpoint(lambda connection, _: connection.sendall(http(OK)), tls) as (port, requests):
        ran = webcertsim(
            "emit", "--to", f"https://127.0.0.1:{port}/x", "--event", "SIGNAT", "--type", "FK7443", "--by", "nurse",
            "--tls-cert", "client.pem", "--tls-ca", "ca.pem",
        )  # fmt: skip
    assert (0, 1) == (ran.code, len(requests))
    assert "Delivered: the journal system answered OK (rule ok)" in ran.out


@pytest.mark.parametrize("flags", [["--tls-ca", "ca.pem"], ["--tls-cert", "client.pem"]], ids=["no client", "no CA"])
def test_without_a_certificate_or_an_issuer_nothing_arrives(webcertsim, tls, flags):
    """What TLS refuses is an outcome that says TLS, and exit code 1."""
    with endpoint(lambda connection, _: connection.sendall(http(OK)), tls) as (port, requests):
        ran = webcertsim("emit", "--to", f"https://127.0.0.1:{port}/x", *flags)
    assert (1, []) == (ran.code, requests)
    # The reset of a server that has said no can overtake its alert.
    assert "rule tls-failure" in ran.out or "rule connection-broken" in ran.out


def test_a_certificate_file_is_looked_at_before_anything_is_sent(webcertsim, tls, tmp_path):
    """A certificate without its key ends with exit code 2, and the endpoint never hears of it."""
    pem = (tmp_path / "client.pem").read_text()
    (tmp_path / "bare.pem").write_text(pem[pem.index("-----BEGIN CERTIFICATE") :])
    with endpoint(lambda connection, _: connection.sendall(http(OK)), tls) as (port, requests):
        ran = webcertsim("emit", "--to", f"https://127.0.0.1:{port}/x", "--tls-cert", "bare.pem")
    assert (2, []) == (ran.code, requests)
    assert "bare.pem" in ran.err


def test_the_main_story_holds_at_a_real_endpoint(webcertsim):
    """The story of the outage passes against somebody else's endpoint, with another seed and another address."""
    story = packaged("scenarios") / "nurse-fk7443-outage.scenario.yaml"
    with endpoint(lambda connection, _: connection.sendall(http(OK))) as (port, requests):
        ran = webcertsim(
            "run", story, "--journal", f"alfa=http://127.0.0.1:{port}/x",
            "--seed", "2", "--logical-address", "TST-OTHER",
        )  # fmt: skip
    assert (0, 3) == (ran.code, len(requests))


def test_a_seed_changes_no_behaviour(webcertsim):
    """Behaviours that match a certificate match it under any seed."""
    assert webcertsim("run", packaged("scenarios") / "broken-answers.scenario.yaml", "--seed", "5").code == 0
