"""Runs are found again: their folders, the lines of curl, what is sent once more, what is shown and compared."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from simulator.contract.schema import packaged
from tests.cli.endpoints import OK, endpoint, http, tls_endpoint
from tests.cli.test_real_endpoints import ANSWERS, ONE_ATTEMPT

STORY = packaged("scenarios") / "nurse-fk7443-outage.scenario.yaml"
# What curl ends with where no answer comes (its manual, EXIT CODES).
CURLS = {
    "refused": {7},
    "broken": {18, 52, 56},
    "timeout": {28},
    "not-http": {1, 8},
    "tls-failure": {35, 56, 58, 60},
    "proxy-failure": {5, 7, 56},
}


@pytest.fixture
def one_attempt(tmp_path):
    """A scenario with one attempt."""
    path = tmp_path / "one.scenario.yaml"
    path.write_text(ONE_ATTEMPT)
    return path


def the_run(folder: Path) -> Path:
    """The one run that is kept in a folder."""
    (run,) = (path for path in folder.iterdir() if path.is_dir())
    return run


def record_of(run: Path) -> dict[str, object]:
    """What is kept of a run."""
    return json.loads((run / "run.json").read_text(encoding="utf-8"))


def curl(script: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run the line of curl as a user would."""
    if shutil.which("curl") is None:
        pytest.skip("no curl: install curl")
    return subprocess.run(
        ["sh", str(script)], capture_output=True, timeout=30, check=False, env=os.environ | environment
    )


def assert_curl_gets_the_same(run: Path, **environment: str) -> int:
    """Every exchange of the run that was sent gets the system's answer once more; returns how many there were."""
    sent = [one for one in record_of(run)["exchanges"] if one["was_sent"]]
    for one in sent:
        ran = curl(run / "exchanges" / f"{one['name']}-curl.sh", **environment)
        if one["silence"] and not one["own_answer"]:
            assert ran.returncode in CURLS[one["silence"]], (one["silence"], ran.returncode, ran.stderr)
            continue
        head, _, body = ran.stdout.partition(b"\r\n\r\n")
        assert ran.returncode == 0, ran.stderr
        own = one["own_answer"]
        assert int(head.split()[1]) == (one["own_http_status"] if own else one["http_status"])
        assert body == (run / "exchanges" / (own or one["answer"])).read_bytes()
    return len(sent)


@pytest.mark.parametrize("answer", [row[1] for row in ANSWERS], ids=[row[0] for row in ANSWERS])
def test_the_line_of_curl_gets_the_same_answer(webcertsim, one_attempt, tmp_path, answer):
    """Whatever an endpoint answers, the kept line of curl gets the same once more."""
    with endpoint(lambda connection, _: connection.sendall(answer)) as (port, _):
        webcertsim("run", one_attempt, "--journal", f"alfa=http://127.0.0.1:{port}/x?a=[1]", "--runs", "runs")
        assert assert_curl_gets_the_same(the_run(tmp_path / "runs")) == 1


def test_the_line_of_curl_where_nobody_answers(webcertsim, one_attempt, tmp_path):
    """Nobody listening, and an answer that never comes, are met by curl as well."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    webcertsim("run", one_attempt, "--journal", f"alfa=http://127.0.0.1:{port}/", "--runs", "refused")
    assert assert_curl_gets_the_same(the_run(tmp_path / "refused")) == 1
    never = threading.Event()
    with endpoint(lambda *_: never.wait(20)) as (port, _):
        webcertsim(
            "run", one_attempt, "--journal", f"alfa=http://127.0.0.1:{port}/", "--runs", "late", "--timeout", "500ms"
        )
        assert assert_curl_gets_the_same(the_run(tmp_path / "late")) == 1
        never.set()


def head_of(request: bytes) -> tuple[bytes, dict[str, str], bytes]:
    """The first line, the headers and the body of a request."""
    head, _, body = request.partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    pairs = (line.decode().split(":", 1) for line in lines)
    return first, {name.lower(): value.strip() for name, value in pairs}, body


def test_all_three_send_the_same(webcertsim, one_attempt, tmp_path):
    """The run, the line of curl and `emit --replay` send the same request line, headers and bytes; all are kept."""
    with endpoint(lambda connection, _: connection.sendall(http(OK))) as (port, requests):
        webcertsim(
            "run", one_attempt, "--journal", f"alfa=http://127.0.0.1:{port}/a%20b?c=d", "--runs", "runs",
            "--header", "X-Sender: ärlig", "--header", "X-Empty:",
        )  # fmt: skip
        run = the_run(tmp_path / "runs")
        assert_curl_gets_the_same(run)
        (request,) = (run / "exchanges").glob("*-request.xml")
        ran = webcertsim("emit", "--replay", request, "--header", "X-Sender: ärlig", "--header", "X-Empty:")
        assert ran.code == 0, ran.err
    by_run, by_curl, by_replay = map(head_of, requests)
    assert by_run == by_replay
    assert by_run == by_curl
    (one,) = record_of(run)["exchanges"]
    assert one["request_headers"] == by_run[1]


@pytest.mark.parametrize("locked", [False, True])
def test_mutual_tls_is_kept(webcertsim, one_attempt, tmp_path, locked):
    """Over mutual TLS the line of curl and the replay know the certificates, and what TLS agreed on is shown."""
    with tls_endpoint(tmp_path, locked) as (port, flags):
        ran = webcertsim("run", one_attempt, "--journal", f"alfa=https://127.0.0.1:{port}/x", *flags)
        assert ran.code == 0
        run = the_run(tmp_path / "webcertsim-runs")
        (one,) = record_of(run)["exchanges"]
        assert one["tls"]["version"] == "TLSv1.3"
        assert "127.0.0.1" in one["tls"]["server_names"]
        assert assert_curl_gets_the_same(run) == 1
        (request,) = (run / "exchanges").glob("*-request.xml")
        assert webcertsim("emit", "--replay", request).code == 0
    shown = webcertsim("show", "last", "1")
    assert "server_valid_until" in shown.out
    assert "se$cret" not in shown.out + (run / "run.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("answered", "silence"),
    [(b"", "broken"), (http(OK)[:-9], "broken"), (None, "timeout")],
    ids=["closed", "cut half-way", "never"],
)
def test_tls_is_kept_where_no_answer_comes(webcertsim, one_attempt, tmp_path, answered, silence):
    """What TLS agreed on is known as soon as there is a connection, whatever becomes of the answer."""
    over = threading.Event()

    def answer(connection: socket.socket, _: bytes) -> None:
        if answered is None:
            over.wait(20)
        else:
            connection.sendall(answered)

    with tls_endpoint(tmp_path, answer=answer) as (port, flags):
        webcertsim("run", one_attempt, "--journal", f"alfa=https://127.0.0.1:{port}/x", *flags, "--timeout", "2s")
        over.set()
    (one,) = record_of(the_run(tmp_path / "webcertsim-runs"))["exchanges"]
    assert (one["silence"], one["tls"]["version"]) == (silence, "TLSv1.3")
    assert (one["answer"], one["own_answer"]) == (None, None)


LOST_AND_LATE = """\
format: 1
name: Lost and late
start: 2024-09-02T08:00:00
journal_systems:
  alfa:
    units: [ALMC]
    behaviour:
      - {answer: [LOST], when: {event: SKAPAT}}
      - {after: 90s, times: 1, when: {event: SIGNAT}}
steps:
  - create: {certificate: c1, type: FK7443, unit: ALMC, by: nurse, patient: lilltolvan}
  - wait: 15m
  - sign: {certificate: c1, by: nurse}
expect:
  - attempt: {certificate: c1, event: SKAPAT, number: 1, answer: broken}
  - attempt: {certificate: c1, event: SIGNAT, number: 1, answer: timeout}
  - answered_too_late: {certificate: c1, event: SIGNAT, attempt: 1, at: 2024-09-02T08:16:30}
"""


def test_the_own_answer_is_kept_where_webcert_did_not_get_it(webcertsim, tmp_path):
    """What the endpoint answered is kept beside the silence that Webcert met, is shown, and is curl's answer."""
    story = tmp_path / "lost.scenario.yaml"
    story.write_text(LOST_AND_LATE)
    with endpoint(lambda connection, _: connection.sendall(http(OK))) as (port, _):
        ran = webcertsim("run", story, "--journal", f"alfa=http://127.0.0.1:{port}/")
        assert ran.code == 0, ran.out
        run = the_run(tmp_path / "webcertsim-runs")
        assert assert_curl_gets_the_same(run) == 5
    silent = [one for one in record_of(run)["exchanges"] if one["silence"]]
    assert [("broken", 200), ("timeout", 200)] == [(one["silence"], one["own_http_status"]) for one in silent]
    assert all((run / "exchanges" / one["own_answer"]).read_bytes() == OK for one in silent)
    shown = webcertsim("show", "last", "1").out
    assert "own answer, which Webcert did not get: HTTP 200" in shown.replace("\n", " ")


def test_a_decision_is_shown_in_the_users_language(webcertsim):
    """`show` says what Webcert decided, and why, in Swedish or English; the record stays English."""
    webcertsim("run", STORY)
    assert "→  skickas igen" in webcertsim("show", "last", "--lang", "sv").out
    assert "Skickas igen: anslutningen avvisades" in webcertsim("show", "last", "2", "--lang", "sv").out
    assert "Sent again: the connection was refused" in webcertsim("show", "last", "2").out


def test_a_verdict_is_shown_in_the_users_language(webcertsim, scenario):
    """So are the verdicts, in `show` and where two runs are compared."""
    webcertsim("run", scenario())
    webcertsim("run", scenario("    units: [ALMC]", "    units: [ALMC]\n    behaviour: [answer: REVOKED]"))
    shown = webcertsim("show", "last", "--lang", "sv").out
    assert "FEL   " in shown
    assert "avvisad direkt" in shown
    assert "given up at once" in webcertsim("show", "last").out
    compared = webcertsim("compare", "last-1", "last", "--lang", "sv").out
    assert "OK | FEL" in compared
    assert "beslut: levererad | avvisad direkt" in compared


def test_what_never_left_has_no_line_of_curl(webcertsim, tmp_path):
    """An exchange that was turned away before the journal system cannot be sent again by curl, and says why."""
    webcertsim("run", STORY)
    run = the_run(tmp_path / "webcertsim-runs")
    exchanges = record_of(run)["exchanges"]
    turned_away = [one for one in exchanges if not one["was_sent"]]
    assert {"refused"} == {one["silence"] for one in turned_away}
    scripts = {path.name for path in (run / "exchanges").glob("*-curl.sh")}
    assert scripts == {f"{one['name']}-curl.sh" for one in exchanges if one["was_sent"]}
    shown = webcertsim("show", "last", turned_away[0]["number"]).out
    assert "the request never left" in shown.lower()
    assert "curl" not in shown


def test_a_proxy_is_kept_without_its_password(webcertsim, one_attempt, tmp_path):
    """Through a proxy curl goes the same way; its password comes from the shell and is in no file."""

    def proxy(connection: socket.socket, _: bytes) -> None:
        connection.sendall(http(OK))

    with endpoint(proxy) as (port, requests):
        webcertsim(
            "run", one_attempt, "--journal", "alfa=http://journal.invalid/x", "--proxy",
            f"http://ada:hemlig@127.0.0.1:{port}", "--header", "Authorization: Bearer hemlig2",
        )  # fmt: skip
        run = the_run(tmp_path / "webcertsim-runs")
        assert_curl_gets_the_same(run, PROXY_USER="ada:hemlig", AUTHORIZATION="Bearer hemlig2")
        (request,) = (run / "exchanges").glob("*-request.xml")
        assert (
            "the proxy's user and password were not kept"
            in webcertsim("emit", "--replay", request, "--header", "Authorization: Bearer hemlig2").err
        )
        ran = webcertsim("emit", "--replay", request)
        assert ran.code == 2
        assert "the header authorization was sent, but is secret and was not kept" in ran.err
    first, second = map(head_of, requests)
    assert first == second
    for path in run.rglob("*"):
        assert path.is_dir() or b"hemlig" not in path.read_bytes()


def journal_with_answers(folder: Path, run: Path, *arguments: str) -> subprocess.Popen[str]:
    """`webcertsim journal --answers RUN` on a free port."""
    return subprocess.Popen(
        [sys.executable, "-m", "simulator", "journal", "--answers", str(run), "--port", "0", "--ready-file", "ready",
         *arguments], cwd=folder, stdout=subprocess.DEVNULL, text=True,
    )  # fmt: skip


def ready(folder: Path, process: subprocess.Popen[str]) -> str:
    """The address that a journal system has written to its ready file."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and process.poll() is None:
        if (folder / "ready").exists():
            return (folder / "ready").read_text(encoding="utf-8").strip()
        time.sleep(0.02)
    raise AssertionError("it does not listen")


@pytest.mark.parametrize("over", ["memory", "http"])
@pytest.mark.parametrize("name", ["nurse-fk7443-outage", "broken-answers", "technical-error-three-times"])
def test_mocked_systems_have_a_stand_in(webcertsim, tmp_path, name, over):
    """A mocked system is gone with its run; `journal --answers` answers each line of curl as it did."""
    webcertsim("run", packaged("scenarios") / f"{name}.scenario.yaml", "--over", over)
    run = the_run(tmp_path / "webcertsim-runs")
    process = journal_with_answers(tmp_path, run)
    try:
        address = ready(tmp_path, process).partition("/clinical")[0]
        for script in (run / "exchanges").glob("*-curl.sh"):
            script.write_text(script.read_text(encoding="utf-8").replace("http://127.0.0.1:8080", address))
        for one in (record := record_of(run))["exchanges"]:
            one["silence"] = one["silence"] and "broken"
        (run / "run.json").write_text(json.dumps(record), encoding="utf-8")
        assert assert_curl_gets_the_same(run) >= 3
    finally:
        process.terminate()
        assert process.wait(10) == 0
    assert not (tmp_path / "ready").exists()


def test_a_run_is_shown(webcertsim, tmp_path):
    """`show` lists the exchanges of a run, and shows one with its bytes, headers, decision and line of curl."""
    webcertsim("run", STORY)
    ran = webcertsim("show", "last")
    assert ran.code == 0
    assert re.search(r"^ +10 +2024-09-02T09:51:00 +SIGNAT +c1 +5 +alfa +refused", ran.out, re.MULTILINE)
    ran = webcertsim("show", the_run(tmp_path / "webcertsim-runs"), "12")
    assert "HTTP 200" in ran.out
    assert "<types:code>SIGNAT</types:code>" in ran.out
    assert "x-skltp-correlation-id" in ran.out
    assert "curl --disable" in ran.out
    assert "the request never left" in webcertsim("show", "last", "0002-SIGNAT-attempt-01").out.lower()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("show", "nothing"), 2, "there is no run 'nothing'; webcertsim-runs holds none"),
        (("show", "last-7", "--runs", "elsewhere"), 2, "there is no run 'last-7'; elsewhere holds none"),
        (("compare", "last", "last"), 2, "there is no run 'last'"),
        (("emit",), 2, "--to is missing"),
        (("run", str(STORY), "--runs", "a", "--no-runs"), 2, "--runs and --no-runs say opposite things"),
    ],
)
def test_what_is_not_there_is_said(webcertsim, arguments, code, said):
    """A run, an exchange or a file that is not there is named, with what there is."""
    ran = webcertsim(*arguments)
    assert (code, True) == (ran.code, said in ran.err), ran.err


def test_what_is_in_a_run_is_checked(webcertsim, tmp_path):
    """An exchange that a run does not have, and a record that is none, are said."""
    webcertsim("run", STORY)
    assert "they are numbered from 1 to 13" in webcertsim("show", "last", "14").err
    run = the_run(tmp_path / "webcertsim-runs")
    for text, said in (("{", "this is not the record of a run"), ('{"format": 99}', "the run has format 99")):
        (run / "run.json").write_text(text)
        ran = webcertsim("show", run)
        assert (3, True) == (ran.code, said in ran.err), ran.err
    request = next((run / "exchanges").glob("*-request.xml"))
    assert webcertsim("emit", "--replay", request).code == 3


def test_a_request_without_a_run_is_replayed(webcertsim, tmp_path):
    """Any message can be sent again, to an address that is given."""
    webcertsim("run", STORY)
    request = tmp_path / "message.xml"
    shutil.copy(next((tmp_path / "webcertsim-runs").glob("*/exchanges/*-request.xml")), request)
    assert "does not say where it was sent; give --to" in webcertsim("emit", "--replay", request).err
    with endpoint(lambda connection, _: connection.sendall(http(OK))) as (port, requests):
        assert webcertsim("emit", "--replay", request, "--to", f"http://127.0.0.1:{port}/").code == 0
    assert head_of(requests[0])[2] == request.read_bytes()
    with endpoint(lambda connection, _: connection.sendall(http(b"no", "503 Closed"))) as (port, _):
        ran = webcertsim("emit", "--replay", request, "--to", f"http://127.0.0.1:{port}/")
    assert (1, True) == (ran.code, "rule http-status" in ran.out)


def test_runs_are_not_kept_where_nobody_wants_them(webcertsim, one_attempt, tmp_path):
    """--no-runs writes nothing; and a folder that nobody asked for may be impossible."""
    assert webcertsim("run", STORY, "--no-runs").code == 0
    assert not (tmp_path / "webcertsim-runs").exists()
    (tmp_path / "webcertsim-runs").write_text("a file")
    ran = webcertsim("run", STORY)
    assert (0, True) == (ran.code, "the run is not kept" in ran.err)


def test_runs_keep_themselves_out_of_git(webcertsim, tmp_path):
    """The folder of runs is nobody's source code."""
    webcertsim("run", STORY)
    assert (tmp_path / "webcertsim-runs" / ".gitignore").read_text() == "*\n"


def test_runs_are_compared(webcertsim, scenario):
    """The same again is the same; another answer is named with its event, and the verdict that it changed."""
    webcertsim("run", scenario())
    webcertsim("run", scenario())
    ran = webcertsim("compare", "last-1", "last")
    assert (0, "The two runs went the same way\n") == (ran.code, ran.out)
    webcertsim(
        "run", scenario("    units: [ALMC]", "    units: [ALMC]\n    behaviour: [answer: REVOKED]"), "--seed", "1"
    )
    ran = webcertsim("compare", "last-1", "last")
    assert ran.code == 1
    assert "seed: 0 | 1\n" in ran.out
    assert "SIGNAT c1 attempt 1: answer: OK | REVOKED\n" in ran.out
    assert "the expectation delivered: certificate=c1 event=SIGNAT attempt=1: OK | FAIL\n" in ran.out
    webcertsim("run", scenario("  - sign: {certificate: c1, by: nurse}\n", ""))
    assert "SIGNAT c1 attempt 1 is in the first run alone: OK" in webcertsim("compare", "last-2", "last").out


def test_emit_keeps_its_exchange(webcertsim, tmp_path):
    """One message alone is a run too."""
    with endpoint(lambda connection, _: connection.sendall(http(OK))) as (port, _):
        assert webcertsim("emit", "--to", f"http://127.0.0.1:{port}/x").code == 0
        assert assert_curl_gets_the_same(the_run(tmp_path / "webcertsim-runs")) == 1
