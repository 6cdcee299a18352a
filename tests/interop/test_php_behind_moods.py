"""Moods before a journal system made with PHP's SoapServer: it gets the message, and Webcert does not get the answer.

PHP shares no clock with us: hours pass in the simulation while its own answers take milliseconds.
"""

from __future__ import annotations

from collections import Counter

import pytest

from simulator.trace.facts import AttemptMade
from tests.interop.conftest import Installed, PhpJournalSystem
from tests.moods.playing import Played, attempts, play_story, write_story


def played_before_php(folder, journal_system: PhpJournalSystem, *behaviour: str, until: str = "4h") -> Played:
    """One status update to PHP, behind these lines of behaviour."""
    path = write_story(folder, *behaviour, until=until)
    return play_story(path, {"alfa": journal_system.url})


def course(found: list[AttemptMade]) -> list[tuple[int, str, str]]:
    """Each attempt: the second of the run in which it was sent, what came, and the rule."""
    start = found[0].sent_at
    return [(round((one.sent_at - start).total_seconds()), one.answer, one.rule) for one in found]


LOST = [
    ("answer: LOST", "broken", "connection-broken", 0),
    ("wire: cut-half-way", "broken", "connection-broken", 0),
    ("wire: closed-after-request", "broken", "connection-broken", 0),
    ("wire: garbage", "not-http", "not-http", 0),
    ("answer: NEVER", "timeout", "timeout", 60),
    ("after: 90s", "timeout", "timeout", 60),
    ("dribble: 90s", "timeout", "timeout", 60),
]  # fmt: skip


@pytest.mark.parametrize(("line", "answer", "rule", "took"), LOST, ids=[row[0] for row in LOST])
def test_php_gets_the_message_and_webcert_does_not_get_the_answer(
    journal_system: PhpJournalSystem, tmp_path, line, answer, rule, took
):
    """What is lost on the way back is sent again after a minute, and PHP has it twice, word for word."""
    played = played_before_php(tmp_path, journal_system, f"{line}, times: 1")
    found = attempts(played)
    assert [(0, answer, rule), (60, "OK", "ok")] == course(found)
    assert took == (found[0].at - found[0].sent_at).total_seconds()
    first, second = journal_system.received()
    assert first == second


def test_an_outage_of_three_hours_on_the_clock(journal_system: PhpJournalSystem, tmp_path):
    """PHP is unreachable for three hours of the run, which pass at once, and has the message once afterwards."""
    played = played_before_php(tmp_path, journal_system, "outage: {until: 3h}", until="10h")
    assert ["refused"] * 5 + ["OK"] == [one.answer for one in attempts(played)]
    assert [0, 60, 360, 2160, 5760, 20160] == [seconds for seconds, _, _ in course(attempts(played))]
    assert 1 == len(journal_system.received())
    assert Counter({False: 5}) == Counter(call.reached for call in played.calls)


@pytest.mark.parametrize("wire", ["unreachable", "name-not-found", "connect-timeout", "reset-before-request"])
def test_what_goes_wrong_before_the_request_does_not_reach_php(journal_system: PhpJournalSystem, tmp_path, wire):
    """PHP hears of the second attempt alone."""
    played = played_before_php(tmp_path, journal_system, f"wire: {wire}, times: 1")
    assert [False, True] == [one.answer == "OK" for one in attempts(played)]
    assert 1 == len(journal_system.received())


def test_a_slow_way_is_a_matter_of_the_clock(journal_system: PhpJournalSystem, tmp_path):
    """An answer that is 40 s late on the clock arrives in time, and nobody has waited for it."""
    (attempt,) = attempts(played_before_php(tmp_path, journal_system, "after: 40s"))
    assert ("OK", 40.0) == (attempt.answer, (attempt.at - attempt.sent_at).total_seconds())


def test_the_way_may_send_twice(journal_system: PhpJournalSystem, tmp_path):
    """One attempt of Webcert's can be two calls at the journal system."""
    assert ["OK"] == [one.answer for one in attempts(played_before_php(tmp_path, journal_system, "acts: twice"))]
    first, second = journal_system.received()
    assert first == second


@pytest.mark.parametrize("line", ["answer: OK", "answer: {http: 502}", "acts: {after: 1m}", "preset: fel-a",
                                  "wire: garbage, when: {order: late}"])  # fmt: skip
def test_what_is_phps_own_doing_cannot_stand_before_it(
    journal_system: PhpJournalSystem, webcertsim: Installed, tmp_path, line
):
    """A real system answers and acts as it likes; the file is refused with its line."""
    path = write_story(tmp_path, "outage: {until: 3h}", line)
    ran = webcertsim("run", path, "--journal", f"alfa={journal_system.url}", cwd=tmp_path)
    assert 3 == ran.returncode
    assert f"{path}:9: 'alfa' is a real journal system here" in ran.stdout + ran.stderr
