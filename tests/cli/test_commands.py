"""What each command prints, writes, and ends with."""

from __future__ import annotations

import gc
import io
import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
import xml.etree.ElementTree as ET

import pytest

from simulator.certificate.events import EventCode
from simulator.contract.schema import packaged
from tests.cli.endpoints import OK, endpoint, http

STORY = packaged("scenarios") / "nurse-fk7443-outage.scenario.yaml"


def test_run_passes(webcertsim):
    """A scenario whose expectations hold ends with 0 and says so."""
    ran = webcertsim("run", STORY)
    assert ran.code == 0
    assert "1 scenarios passed, 0 failed, 0 could not be read" in ran.out
    assert "2024-09-02 13:51:00  SIGNAT c1  6/30     OK       delivered" in ran.out


def test_swedish_is_the_first_language(webcertsim):
    """Without a choice people are spoken to in Swedish."""
    ran = webcertsim("run", STORY, lang="sv")
    assert "levererad" in ran.out.lower()
    assert "delivered:" in ran.out  # the scenario's own words are the format's


def test_a_failed_expectation_names_its_line(webcertsim, scenario, tmp_path):
    """An expectation that does not hold ends with 1, and stands in the report and in JUnit with file and line."""
    path = scenario("attempt: 1}", "attempt: 2}")
    ran = webcertsim("run", path, "--junit", "out/junit.xml")
    assert ran.code == 1
    assert f"{path}:12" in ran.out
    failure = ET.parse(tmp_path / "out" / "junit.xml").getroot().find(".//failure")
    assert f"{path}:12" in ET.tostring(failure, encoding="unicode")


def test_a_refusal_that_nobody_expected_fails(webcertsim, scenario):
    """A refused step without an expectation ends with 1 and the step's line."""
    path = scenario("sign: {certificate: c1, by: nurse}", "sign: {certificate: c1, by: midwife}")
    ran = webcertsim("run", path)
    assert ran.code == 1
    assert f"{path}:10" in ran.out
    refusal = "a midwife may not sign FK7443 under forum-2024; doctor, private doctor and nurse may"
    assert refusal in " ".join(ran.out.split())


def test_reports_are_written(webcertsim, scenario, tmp_path):
    """HTML, JSON and JUnit are written where they are asked for, and are what they say."""
    ran = webcertsim("run", scenario(), "--html", "a/r.html", "--json", "a/r.json", "--junit", "a/r.xml")
    assert ran.code == 0
    assert "<svg" in (tmp_path / "a" / "r.html").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "a" / "r.json").read_text(encoding="utf-8"))["format"] == 1
    junit = ET.parse(tmp_path / "a" / "r.xml").getroot()
    assert junit.get("failures") == "0"
    assert 0 < float(junit[0].get("time")) < 60


def test_the_command_line_decides(webcertsim, scenario):
    """Schedule, policy, seed and time-out on the command line stand before the file's own."""
    path = scenario("by: nurse}\nexpect", "by: midwife}\nexpect")
    assert webcertsim("run", path).code == 1
    assert webcertsim("run", path, "--policy", "webcert-7.7").code == 0
    ran = webcertsim("run", scenario(), "--schedule", "2#1:s", "--seed", "5")
    assert "2#1:s" in ran.out
    assert "seed 5" in ran.out


def test_a_clock_at_a_rate(webcertsim, scenario, tmp_path):
    """A day in a fifth of a second: the story is the same, and is kept in a store that it names."""
    ran = webcertsim("run", scenario(), "--clock", "1d=200ms")
    assert ran.code == 0
    store = re.search(r"sqlite:///(\S+?\.db)", ran.out)[1]
    assert (tmp_path / store).exists()


def test_the_real_clock(webcertsim, scenario):
    """In real time a short story plays now."""
    path = scenario("wait: 15m", "wait: 200ms")
    assert webcertsim("run", path, "--clock", "real", "--over", "http").code == 0


@pytest.mark.parametrize(("keys", "code"), [("\n" * 20, 0), ("r\n", 0), ("", 0), ("q\n", 130)])
def test_step_by_step(webcertsim, scenario, monkeypatch, keys, code):
    """Enter goes on, r runs to the end, q ends the run, and no input at all runs on."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(keys))
    ran = webcertsim("run", scenario(), "--clock", "step")
    assert ran.code == code
    assert "next: 2024-09-02 08:15:00, the next step of the story" in ran.err


def test_a_person_who_quits_sees_no_traceback(webcertsim, scenario, monkeypatch, caplog):
    """What asyncio has to say of a run that was ended on purpose is no business of the person's."""
    monkeypatch.setattr(sys, "stdin", io.StringIO("q\n"))
    webcertsim("run", scenario(), "--clock", "step")
    gc.collect()
    assert caplog.records == []


def test_a_published_contract_takes_the_place_of_ours(webcertsim, scenario, oracle):
    """With --contract the messages are held to a published release, and the same story passes."""
    assert webcertsim("run", scenario(), "--contract", oracle.resolve()).code == 0


def test_schedule_shows_the_last_attempt(webcertsim):
    """The table has the moment of the thirtieth attempt in Swedish time."""
    ran = webcertsim("schedule", "--from", "2022-06-01 08:00:00")
    assert ran.code == 0
    assert "2022-06-25 13:36:00" in ran.out
    assert "30 attempts, the last 24 d 5 h 36 min after the first" in ran.out


def test_schedule_compares(webcertsim):
    """Two schedules stand side by side."""
    ran = webcertsim("schedule", "forum-2022", "--compare", "forum-2022-redeliveries", "--from", "2022-06-01T08:00:00")
    assert "2022-06-26 13:36:00" in ran.out
    assert "31 attempts" in ran.out


@pytest.mark.parametrize("arguments", [("forum-22",), ("30#1:m,",)])
def test_schedule_says_what_is_wrong(webcertsim, arguments):
    """A bad template or preset ends with 2."""
    ran = webcertsim("schedule", *arguments)
    assert ran.code == 2
    assert ran.err.startswith("webcertsim: ")


@pytest.mark.parametrize("event", ["SKAPAT", "ANDRAT", "SIGNAT", "SKICKA", "MAKULE", "RADERA"])
@pytest.mark.parametrize("kind", ["FK7443", "FK7210"])
def test_emit_sends_any_event_of_the_life_cycle(webcertsim, event, kind):
    """Every event can be sent by itself, and only it is sent."""
    with endpoint(lambda connection, _: connection.sendall(http(OK))) as (port, requests):
        ran = webcertsim("emit", "--to", f"http://127.0.0.1:{port}/", "--event", event, "--type", kind, "--by", "nurse")
    assert (0, 1) == (ran.code, len(requests))
    assert f"code>{event}<".encode() in requests[0]


def test_emit_by_a_care_administrator(webcertsim):
    """KFSIGN is said by one who may not sign."""
    with endpoint(lambda connection, _: connection.sendall(http(OK))) as (port, requests):
        ran = webcertsim("emit", "--to", f"http://127.0.0.1:{port}/", "--event", "KFSIGN", "--by", "care_admin")
    assert ran.code == 0
    assert b"TSTNMT2321000156-VAAA" in requests[0]


def test_emit_by_a_private_doctor(webcertsim):
    """What she signs is sent without a signature, and what anybody else signs with one."""
    with endpoint(lambda connection, _: connection.sendall(http(OK))) as (port, requests):
        for by in ("private_doctor", "doctor"):
            ran = webcertsim("emit", "--to", f"http://127.0.0.1:{port}/", "--event", "SIGNAT", "--by", by)
            assert ran.code == 0
    assert [b"TSTPRIVATE-DOCTOR" in one for one in requests] == [True, False]
    assert [b"underskrift" in one for one in requests] == [False, True]
    assert [b"signeringstidpunkt" in one for one in requests] == [True, True]


def test_emit_ends_with_1_when_it_is_not_delivered(webcertsim):
    """A fault is shown with what Webcert would do next."""
    broken = http(OK.replace(b">OK<", b">ERROR<"))
    with endpoint(lambda connection, _: connection.sendall(broken)) as (port, _):
        ran = webcertsim("emit", "--to", f"http://127.0.0.1:{port}/")
    assert ran.code == 1
    assert "with TECHNICAL_ERROR it would have tried 29 more times (rule error-without-error-id)" in ran.out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--by", "dentist"), 1, "a dentist may not sign FK7443"),
        (("--by", "midwife"), 1, "a midwife may not sign FK7443"),
        (("--event", "NYFRFM", "--type", "FK7211"), 1, "the recipient puts no questions about FK7211"),
        (("--event", "NYFRFV"), 1, "the care unit puts no questions about FK7443"),
        (("--type", "AFU"), 1, "no code on the wire has been published"),
        (("--type", "FK7263", "--by", "doctor"), 1, "FK7263 is inactivated under forum-2024"),
        (("--type", "FK7443", "--path", "legacy"), 1, "FK7443 does not exist on path legacy; it is on cs"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_emit_refuses_before_it_sends(webcertsim, arguments, code, words):
    """What may not or cannot be said is refused, and nothing is sent."""
    with endpoint(lambda connection, _: connection.sendall(http(OK))) as (port, requests):
        ran = webcertsim("emit", "--to", f"http://127.0.0.1:{port}/", *arguments)
    assert (code, []) == (ran.code, requests)
    assert words in ran.err


@pytest.mark.parametrize("event", list(EventCode))
def test_emit_sends_any_event(webcertsim, event):
    """Whatever has to happen before an event happens, and the event alone is sent, for a type that is sent at once."""
    with endpoint(lambda connection, _: connection.sendall(http(OK))) as (port, requests):
        ran = webcertsim(
            "emit", "--to", f"http://127.0.0.1:{port}/", "--event", event, "--type", "FK3226", "--by",
            "care_admin" if event == "KFSIGN" else "doctor",
        )  # fmt: skip
    assert (0, 1) == (ran.code, len(requests)), ran.err
    assert f"<types:code>{event}</types:code>" in ran.out


@pytest.fixture
def message(webcertsim, tmp_path):
    """A message as it was sent, in a file."""
    with endpoint(lambda connection, _: connection.sendall(http(OK))) as (port, requests):
        webcertsim("emit", "--to", f"http://127.0.0.1:{port}/")
    path = tmp_path / "message.xml"
    path.write_bytes(requests[0].partition(b"\r\n\r\n")[2])
    return path


def test_validate_passes_what_we_send(webcertsim, message, tmp_path):
    """An envelope is valid, and so is its body alone, and so is an answer."""
    body = re.search(
        rb"<csu:CertificateStatusUpdateForCare.*</csu:CertificateStatusUpdateForCare>", message.read_bytes()
    )
    declared = re.search(rb"<soap:Envelope([^>]*)>", message.read_bytes())[1]
    alone = tmp_path / "body.xml"
    alone.write_bytes(
        body[0].replace(
            b"<csu:CertificateStatusUpdateForCare>", b"<csu:CertificateStatusUpdateForCare%s>" % declared, 1
        )
    )
    answer = tmp_path / "answer.xml"
    answer.write_bytes(OK)
    assert webcertsim("validate", message, alone, answer).code == 0


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b"tidpunkt>2", b"tidpunkt>x2", "tidpunkt: "),
        (b"<core:version>1.0</core:version>", b"", "This element is not expected"),
        (b"</itr:LogicalAddress>", b"</itr:LogicalAddres>", "not well-formed"),
        (b"<soap:Envelope", b"<!DOCTYPE a><soap:Envelope", "has a DTD"),
        (b"csu:CertificateStatusUpdateForCare", b"csu:Something", "is not CertificateStatusUpdateForCare"),
    ],
)
def test_validate_says_what_is_wrong(webcertsim, message, old, new, words):
    """Each error has its file, line and element, and the exit code is 1."""
    message.write_bytes(message.read_bytes().replace(old, new))
    ran = webcertsim("validate", message)
    assert ran.code == 1
    assert ran.out.startswith(f"{message}:")
    assert words in ran.out


def test_validate_shows_no_person_id(webcertsim, message):
    """A broken person id is an error in which it does not stand."""
    message.write_bytes(message.read_bytes().replace(b">191212121212<", b">19121212-1212<"))
    ran = webcertsim("validate", message)
    assert ran.code == 1
    assert "1212-1212" not in ran.out


def test_validate_of_a_file_that_is_not_there(webcertsim):
    """A file that cannot be read is an unreadable file, not an invalid one."""
    assert webcertsim("validate", "nothing.xml").code == 3


def test_demo_writes_everything_down(webcertsim, tmp_path):
    """The demo ends with a verdict, and with a trace, the XML of every exchange, and a picture."""
    ran = webcertsim("demo")
    assert ran.code == 0
    assert "Verdict: both stories went as expected" in ran.out
    folder = tmp_path / "webcertsim-demo"
    assert "<svg" in (folder / "timeline.html").read_text(encoding="utf-8")
    exchanges = folder / "nurse-fk7443-outage" / "exchanges"
    assert len(list(exchanges.glob("*-request.xml"))) == 13
    assert len(list(exchanges.glob("*-answer.xml"))) == 3
    assert (folder / "nurse-fk7443-outage" / "trace.jsonl").read_text(encoding="utf-8").count("attempt-made") == 13


BEHAVIOUR = """\
format: 1
behaviour:
  - answer: [TECHNICAL_ERROR, OK]
    when: {event: SIGNAT}
  - answer: {fault: Out of order}
    when: {event: SKICKA}
  - answer: REFUSE
    when: {event: MAKULE}
"""


@pytest.fixture
def journal(tmp_path):
    """A mocked journal system in a process of its own, and the URL that it printed."""
    (tmp_path / "behaviour.yaml").write_text(BEHAVIOUR)
    process = subprocess.Popen(
        [sys.executable, "-m", "simulator", "journal", "--port", "0", "--behaviour", "behaviour.yaml", "--lang", "en",
         "--store", "sqlite:///inbox.db"],
        cwd=tmp_path, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    line = process.stdout.readline()
    yield process, re.search(r"http://\S+", line)[0]
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=10)
    assert process.returncode == 0


def test_a_journal_system_alone(webcertsim, journal):
    """It prints its address with the usual path, behaves as its file says, and lists what has come."""
    _process, url = journal
    assert url.endswith("/clinicalprocess/healthcond/certificate/CertificateStatusUpdateForCare/3/rivtabp21")
    assert webcertsim("emit", "--to", url, "--event", "SIGNAT").code == 1
    assert webcertsim("emit", "--to", url, "--event", "SIGNAT").code == 0
    assert "Out of order" in webcertsim("emit", "--to", url, "--event", "SKICKA").out
    assert "rule connection-broken" in webcertsim("emit", "--to", url, "--event", "MAKULE").out
    base = url.partition("/clinical")[0]
    with urllib.request.urlopen(f"{base}/?calls") as answer:
        calls = json.load(answer)
    assert ["TECHNICAL_ERROR", "OK", "fault", "refused"] == [call["answer"] for call in calls]
    with urllib.request.urlopen(f"{base}/?call=1") as answer:
        assert b"code>SIGNAT<" in answer.read()


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("format: 1\nbehaviour:\n  - anwser: OK\n", 3, "did you mean 'answer'?"),
        ("format: 1\nbehaviour:\n  - answer: OK\n    when: {unit: ALMX}\n", 4, "did you mean 'ALMC'?"),
        ("format: 1\nbehaviour:\n  - answer: OK\n    when: {attempt: 5..2}\n", 4, "'5..2' holds no attempt"),
        (
            "format: 1\nbehaviour:\n  - answer: OK\n  - wire: connect-timeout\n",
            4,
            "a system that stands alone cannot do",
        ),
        ("format: 1\nbehaviour:\n  - when: {event: SIGNAT}\n    tls: expired\n", 4, "start it with --tls expired"),
    ],
)
def test_a_behaviour_file_with_a_mistake(webcertsim, tmp_path, text, line, words):
    """A mistake in a behaviour file is located before anything listens."""
    path = tmp_path / "b.yaml"
    path.write_text(text)
    ran = webcertsim("journal", "--port", "0", "--behaviour", path)
    assert ran.code == 3
    assert ran.err.startswith(f"{path}:{line}: ")
    assert words in ran.err


def test_a_port_that_is_taken(webcertsim):
    """A port in use ends with 2 and says what to do."""
    with endpoint(lambda *_: None) as (port, _):
        ran = webcertsim("journal", "--port", port)
    assert ran.code == 2
    assert "another program uses the port" in ran.err
