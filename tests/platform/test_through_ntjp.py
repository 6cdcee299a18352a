"""`through: ntjp` as journal systems and Webcert see it: headers, the second send, and systems that are not ours."""

from __future__ import annotations

import socket
import struct
import time

import pytest

from simulator.cli.reports import summary_of
from simulator.report.wording import explanation_of
from simulator.scenario.cast import load_cast
from simulator.scenario.load import load_story
from simulator.scenario.play import Played
from simulator.settings import Over
from simulator.trace.jsonl import digest
from tests.cli.endpoints import OK, endpoint, http
from tests.moods.playing import attempts, play_story

STORY = """\
format: 1
name: Through the platform
start: 2024-09-02T08:00:00
until: 50s
journal_systems:
  alfa:
    units: [ALMC]
    through: {through}
    behaviour: {behaviour}
steps:
  - create: {{certificate: c1, type: FK7211, unit: ALMC, by: nurse, patient: alma}}
expect:
  - received: {{system: alfa, times: 0}}
"""


def story(folder, through: str = "ntjp", behaviour: str = "[]"):
    """One status update to a system behind the platform."""
    path = folder / "platform.scenario.yaml"
    path.write_text(STORY.format(through=through, behaviour=behaviour), encoding="utf-8")
    return path


@pytest.mark.parametrize("over", list(Over))
def test_the_platforms_headers(tmp_path, over):
    """The journal system sees the platform's headers, and Webcert how long the journal system took."""
    played = play_story(story(tmp_path, behaviour="[{after: 3s}]"), over=over)
    headers = {name.lower(): value for name, value in played.calls[0].headers.items()}
    assert "TSTNMT2321000156-B02" == headers["x-rivta-original-serviceconsumer-hsaid"]
    assert "SKLTP VP/4.3.0" == headers["user-agent"]
    assert "text/xml;charset=UTF-8" == headers["content-type"]
    assert headers["soapaction"].endswith(':CertificateStatusUpdateForCare"')
    assert 36 == len(headers["x-skltp-correlation-id"])
    assert not [name for name in headers if name.startswith("x-vp")]
    assert "3000" == played.exchanges[0].headers["x-skltp-prt"]


@pytest.mark.parametrize("lines", [
    "[{answer: LOST}]", "[{answer: [LOST, NEVER]}]", "[{answer: NEVER}]", "[{after: 40s}]", "[{wire: refused}]",
    "[{answer: {http: 302, location: 'https://x.invalid'}}]", "[{wire: cut-half-way, times: 1}, {dribble: 20s}]",
    "[{answer: FAULT}]", "[{answer: INFO}]", "[{acts: twice}]", "[{tls: wrong-host}]", "[{wire: name-not-found}]",
])  # fmt: skip
@pytest.mark.parametrize("through", ["ntjp", "{ntjp: {timeout: 15s}}", "{ntjp: {second_send: false}}"])
def test_memory_and_http_leave_the_same_trace(tmp_path, lines, through):
    """What the platform makes of an answer is the same over memory and over sockets, to the last byte."""
    path = story(tmp_path, through, lines)
    in_memory, over_http = (play_story(path, over=over) for over in (Over.MEMORY, Over.HTTP))
    assert digest(in_memory.trace) == digest(over_http.trace)


def test_the_platform_gives_up_before_webcert(tmp_path):
    """With a time-out of its own the platform answers VP009; without, Webcert's own ends the attempt."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    own = attempts(play_story(story(tmp_path / "a", "{ntjp: {timeout: 15s}}", "[{answer: NEVER}]")))[0]
    assert ("fault", 15) == (own.answer, (own.at - own.sent_at).total_seconds())
    path = story(tmp_path / "b", "ntjp", "[{answer: NEVER}]")
    path.write_text(path.read_text(encoding="utf-8").replace("50s", "61s"), encoding="utf-8")
    first = attempts(play_story(path))[0]
    assert ("timeout", 60) == (first.answer, (first.at - first.sent_at).total_seconds())


def first_explanation(played: Played) -> str:
    """What reports say of the first attempt."""
    summary = summary_of(played)
    return "; ".join(map(str, explanation_of(summary.updates[0].attempts[0], summary.took_again)))


def test_the_report_explains_the_second_send_and_the_platforms_errors(tmp_path):
    """In words: who speaks, what to do, and why the inbox has it twice."""
    played = play_story(story(tmp_path, behaviour="[{answer: LOST}]"))
    said = first_explanation(played)
    assert "VP009 is the platform's own: the platform could not reach the journal system" in said
    assert "the platform sent the message twice" in said
    assert "the journal system had already taken it, and has now taken it again" in said
    assert 2 == sum(len(call.acted_at) for call in played.calls)


@pytest.mark.parametrize("lines", [
    "[{answer: REFUSE}]", "[{answer: [REFUSE, LOST]}]", "[{answer: [LOST, REFUSE]}]", "[{answer: [REFUSE, OK]}]",
])  # fmt: skip
def test_the_report_says_taken_again_only_where_it_was(tmp_path, lines):
    """Where the system has taken at most one of the two sends, it is only said that there were two."""
    said = first_explanation(play_story(story(tmp_path, behaviour=lines)))
    assert "the platform sent the message twice" in said
    assert "taken it again" not in said


def test_before_a_real_endpoint(tmp_path):
    """A system that is not ours gets the platform's headers, and the second send 2 s of the clock after a reset."""
    times = []

    def answer(connection: socket.socket, _: bytes) -> None:
        times.append(time.monotonic())
        if len(times) == 1:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()
            return
        connection.sendall(http(OK))

    with endpoint(answer) as (port, requests):
        played = play_story(story(tmp_path), {"alfa": f"http://127.0.0.1:{port}/"})
    assert ["OK"] == [one.answer for one in attempts(played)]
    assert 2 == (attempts(played)[0].at - attempts(played)[0].sent_at).total_seconds()
    assert "if the first had arrived, the journal system has it twice now" in first_explanation(played)
    assert {"platform_sends": 2} == {
        name: value for name, value in attempts(played)[0].facts.items() if name == "platform_sends"
    }
    first, second = requests
    assert first.partition(b"\r\n\r\n")[2] == second.partition(b"\r\n\r\n")[2]
    for request in requests:
        assert b"user-agent: skltp vp/4.3.0" in request.lower()
        assert b"x-rivta-original-serviceconsumer-hsaid: tstnmt2321000156-b02" in request.lower()
    assert times[1] - times[0] < 1.5, "the two seconds are the clock's"


def test_the_platform_gives_up_a_real_endpoint_by_the_wall(tmp_path):
    """A real system that takes longer than the platform waits is VP009, and the platform does not send again."""

    def answer(connection: socket.socket, _: bytes) -> None:
        time.sleep(0.6)
        connection.sendall(http(OK))

    with endpoint(answer) as (port, requests):
        played = play_story(story(tmp_path, "{ntjp: {timeout: 200ms}}"), {"alfa": f"http://127.0.0.1:{port}/"})
    first = attempts(played)[0]
    assert ("fault", "soap-fault") == (first.answer, first.rule)
    assert "VP009" in first.facts["fault_text"]
    assert 1 == len(requests)


def test_a_failure_keeps_a_message_from_a_real_endpoint(tmp_path):
    """What the platform refuses never reaches the system."""
    through = "{ntjp: {failures: [{error: VP007, when: {until: 3h}}]}}"
    path = story(tmp_path, through)
    path.write_text(path.read_text(encoding="utf-8").replace("50s", "10h"), encoding="utf-8")
    with endpoint(lambda connection, _: connection.sendall(http(OK))) as (port, requests):
        played = play_story(path, {"alfa": f"http://127.0.0.1:{port}/"})
    assert ["fault"] * 5 + ["OK"] == [one.answer for one in attempts(played)]
    assert 1 == len(requests)
    assert ["VP007"] * 5 == [call.answer for call in played.calls]


MISTAKES = [
    ("ntpj", "ntjp"),
    ("{ntjp: {failures: [{error: VP016}]}}", "VP01"),
    ("{ntjp: {failures: [{error: VP004, when: {unit: ALMD}}]}}", "unknown unit 'ALMD'"),
    ("{ntjp: {failures: [{error: VP004, when: {order: late}}]}}", "does not know what the journal system has taken"),
    ("{ntjp: {secnd_send: true}}", "second_send"),
]  # fmt: skip


@pytest.mark.parametrize(("through", "said"), MISTAKES)
def test_mistakes_are_told_with_their_place(tmp_path, through, said):
    """What is wrong under `through:` is told with its line and what would be right."""
    with pytest.raises(ExceptionGroup) as caught:
        load_story(story(tmp_path, through), load_cast())
    told = [(one.line, str(one.sentence)) for one in caught.value.exceptions]
    assert any(said in sentence for _, sentence in told), told
    assert {line for line, _ in told} <= {7, 8}


def test_the_windows_of_failures_move_with_the_story(tmp_path):
    """A story that begins at another moment has its platform's windows there too."""
    loaded = load_story(story(tmp_path, "{ntjp: {failures: [{error: VP004, when: {until: 1h}}]}}"), load_cast())
    moved = loaded.moved_to(loaded.start.replace(year=2023))
    platform = moved.journal_systems[0].platform
    assert platform is not None
    until = platform.failures[0].rule.match.until
    assert until is not None
    assert 3600 == (until - moved.start).total_seconds()
