"""Behaviours read, added and taken away over HTTP while a mocked journal system runs."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from simulator.clock import SWEDISH_TIME
from simulator.contract.schema import packaged
from simulator.journal.server import BEHAVIOURS
from simulator.scenario.behaviour_file import behaviour_language, load_behaviour
from simulator.scenario.cast import load_cast
from simulator.scenario.load import load_story
from simulator.scenario.play import PlaySettings, play
from simulator.settings import Over, parse_clock
from simulator.simulation import StandaloneSetup, standalone_journal_system
from tests.scenarios.stories import play_file

STORY = packaged("scenarios") / "midwife-fk7211.scenario.yaml"


class Journal:
    """A mocked journal system that stands alone, and a caller."""

    def __init__(self, url: str, session: aiohttp.ClientSession, message: bytes) -> None:
        self.url = url
        self._session = session
        self._message = message

    async def api(self, method: str, below: str = "", body: str | bytes = b"") -> tuple[int, object]:
        """Call the API; the status, and the JSON that came."""
        async with self._session.request(method, f"{self.url}{BEHAVIOURS}{below}", data=body) as answer:
            text = await answer.text()
            return answer.status, json.loads(text) if "json" in answer.content_type else text

    async def send(self) -> str:
        """Send a status update; the answer's body, or the error's name."""
        try:
            async with self._session.post(self.url, data=self._message) as answer:
                return await answer.text()
        except aiohttp.ClientError as error:
            return type(error).__name__

    async def inbox(self) -> list[dict[str, object]]:
        """What its user sees."""
        async with self._session.get(f"{self.url}/?inbox") as answer:
            return await answer.json()


@pytest.fixture
async def journal(tmp_path: Path) -> AsyncIterator[Journal]:
    """One that begins with INFO."""
    path = tmp_path / "behaviour.yaml"
    path.write_text("format: 1\nbehaviour:\n  - answer: INFO\n", encoding="utf-8")
    cast = load_cast()
    setup = StandaloneSetup(behaviour=load_behaviour(path, cast), language=behaviour_language(cast))
    message = MESSAGE
    async with standalone_journal_system(setup) as url, aiohttp.ClientSession() as session:
        yield Journal(url, session, message)


MESSAGE = play_file(STORY).deliveries[0].message


async def test_a_behaviour_is_added_seen_and_taken_away(journal: Journal):
    """What is added decides from the next call on, says how often it has decided, and is gone when it is deleted."""
    assert "INFO" in await journal.send()
    status, added = await journal.api("POST", body="{answer: TECHNICAL_ERROR, times: 2, when: {event: SKAPAT}}")
    assert (201, 1) == (status, added[0]["number"])
    assert "TECHNICAL_ERROR" in await journal.send()
    _, rules = await journal.api("GET")
    assert [(0, 1, False), (1, 1, False)] == [(one["number"], one["decided"], one["spent"]) for one in rules]
    assert {"answer": "TECHNICAL_ERROR", "times": 2, "when": {"event": "SKAPAT"}} == rules[1]["behaviour"]
    assert "TECHNICAL_ERROR" in await journal.send()
    assert "INFO" in await journal.send()
    assert (200, True) == ((one := await journal.api("GET", "/1"))[0], one[1]["spent"])
    assert (204, "") == await journal.api("DELETE", "/1")
    assert 404 == (await journal.api("DELETE", "/1"))[0] == (await journal.api("GET", "/1"))[0]
    assert (204, "") == await journal.api("DELETE")
    assert (200, []) == await journal.api("GET")
    assert "INFO" not in await journal.send()


@pytest.mark.parametrize("unit", ["ALVC", "TSTNMT2321000156-ALVC", "[ALMC, TSTNMT2321000156-ALVC]"])
async def test_a_unit_has_a_name_and_an_id(journal: Journal, unit):
    """A unit of the cast is called by either, alone or in a list."""
    await journal.api("POST", body=f"{{answer: TECHNICAL_ERROR, when: {{unit: {unit}}}}}")
    assert "TECHNICAL_ERROR" in await journal.send()


async def test_several_lines_as_yaml_or_json(journal: Journal):
    """A body is one line of behaviour, or `behaviour:` with several, as in a file; JSON is YAML."""
    several = json.dumps({"behaviour": [{"wire": "reset-after-request"}, {"preset": "fel-b"}]})
    status, added = await journal.api("POST", body=several)
    assert (201, [1, 2]) == (status, [one["number"] for one in added])
    assert "ref field is missing" in await journal.send()


@pytest.mark.parametrize(
    ("body", "line", "words"),
    [
        ("answer: TECHNICAL_EROR", 1, "did you mean 'TECHNICAL_ERROR'?"),
        ("behaviour:\n  - answer: OK\n  - preset: fel-d", 3, "did you mean 'fel-"),
        ("answer: OK\nwhen: {unit: ALMX}", 2, "did you mean 'ALMC'?"),
        ("answer: OK\nwhen: {unit: TSTNMT2321000156-ALMX}", 2, "did you mean 'TSTNMT2321000156-AL"),
        ("answer: OK\nwhen: {cron: 0 22 * *}", 2, "write minute, hour, day, month, weekday"),
        ("answer: OK\nwhen: {attempt: 5..2}", 2, "they count from 1 upwards"),
        ("outage: {from: 3h, until: 1h}", 1, "the window never opens"),
        (r'{"answer": {"fault": "a\u0001b"}}', 1, "XML cannot carry it"),
        ("wire: refused\nafter: 10s", 1, "nothing reaches the system"),
        ("when: {event: SIGNAT}\nwire: connect-timeout", 2, "write 'reset-before-request'"),
        ("wire: unreachable", 1, "the sender has reached it by then"),
        ("wire: name-not-found", 1, "point the sender at an address where nobody is"),
        ("behaviour:\n  - answer: OK\n  - tls: expired", 3, "start it with --tls expired"),
        ("- answer: OK", 1, "must hold a mapping"),
        ("{", 1, "this is not YAML"),
        (b"\xff\xfe", 1, "not UTF-8"),
        ("", 1, "must hold a mapping"),
        ("{}", 1, "a behaviour does one thing"),
    ],
)
async def test_a_bad_rule_is_refused_with_what_where_and_what_would_be_right(journal: Journal, body, line, words):
    """Nothing of it is added, and the answer says what is wrong, in which line, and what would be right."""
    status, found = await journal.api("POST", body=body)
    assert 400 == status
    assert {line} == {one["line"] for one in found["problems"]}
    assert any(words in one["message"] for one in found["problems"])
    assert 1 == len((await journal.api("GET"))[1])


@pytest.mark.parametrize(("method", "below", "status"), [("PUT", "", 405), ("POST", "/1", 405), ("GET", "/x", 404)])
async def test_what_the_api_does_not_do(journal: Journal, method, below, status):
    """Other methods and paths are answered, and change nothing."""
    assert status == (await journal.api(method, below, "answer: OK"))[0]
    assert 1 == len((await journal.api("GET"))[1])


async def test_the_inbox_is_shown_as_json_and_as_text(journal: Journal):
    """A message that came twice stands once, taken twice."""
    await journal.send()
    await journal.send()
    (certificate,) = await journal.inbox()
    assert ("draft", "draft") == (certificate["state"], certificate["state_by_arrival"])
    assert [("SKAPAT", 2, 2)] == [(one["event"], one["times"], one["calls"]) for one in certificate["events"]]
    async with aiohttp.ClientSession() as session, session.get(f"{journal.url}/?inbox=text") as answer:
        assert "taken 2 times" in await answer.text()


async def test_a_simulation_over_http_is_changed_while_it_runs(tmp_path: Path):
    """In a scenario the names are the scenario's own, and its windows count from its start."""
    path = tmp_path / "slow.scenario.yaml"
    path.write_text(
        "format: 1\nname: Changed while it runs\nstart: 2024-09-02T08:00:00\n"
        "journal_systems: {alfa: {units: [ALMC], behaviour: [{outage: {until: 1h}}]}}\n"
        "steps:\n  - create: {certificate: c1, type: FK7211, unit: ALMC, by: nurse, patient: alma}\n"
        "expect:\n  - rejected: {certificate: c1, event: SKAPAT, attempt: 3, rule: validation-error}\n",
        encoding="utf-8",
    )
    urls: dict[str, str] = {}

    async def change(moment: object, _: object) -> None:
        if moment.astimezone(SWEDISH_TIME).strftime("%H:%M") != "08:06" or "alfa" not in urls:
            return
        url = f"{urls.pop('alfa')}{BEHAVIOURS}"
        async with aiohttp.ClientSession() as session:
            async with session.delete(url) as answer:
                assert 204 == answer.status
            line = "{answer: VALIDATION_ERROR, when: {certificate: c1, unit: ALMC, from: 6m}}"
            async with session.post(url, data=line) as answer:
                assert 201 == answer.status

    settings = PlaySettings(over=Over.HTTP, clock=parse_clock("step"), gate=change, on_open=urls.update)
    played = await play(load_story(path, load_cast()), settings)
    assert [] == [str(one.found) for one in played.verdicts if one.failed]
