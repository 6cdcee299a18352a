"""JUnit XML as CI systems read it."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

from simulator.report.junit import render_junit
from simulator.report.summary import Summary, Unplayed
from tests.unit.report import examples

EVERYTHING: list[Summary | Unplayed] = [*examples.all_runs(), examples.unplayed()]


def parsed(*results: Summary | Unplayed) -> ET.Element:
    """The document of some results, as a CI system reads it."""
    return ET.fromstring(render_junit(results).encode())


def test_every_failure_and_error_has_its_file_and_line() -> None:
    """Whatever went wrong can be found: each suite names its file, and each text begins with file and line."""
    suites = list(parsed(*EVERYTHING))
    cases = [(suite, case) for suite in suites for case in suite.iter("testcase") if len(case)]
    assert len(cases) == 4
    for suite, case in cases:
        assert suite.get("file")
        assert re.match(r".+?:[1-9][0-9]*: ", case[0].text or "")
        assert case[0].get("message")


def test_an_expectation_is_a_test_case_in_english() -> None:
    """The name of a case is what was asked, and its message what was found."""
    case = next(parsed(examples.exhausted()).iter("testcase"))
    assert case.get("name") == "delivered: certificate=c1 event=SIGNAT attempt=5"
    assert case.get("classname") == "Nobody repairs the journal system"
    assert case[0].get("message") == "the attempt is 6, not 5"


def test_expectations_of_one_name_are_told_apart_by_line() -> None:
    """CI systems take two cases of one name for the same case."""
    names = [case.get("name") for case in parsed(examples.outage()).iter("testcase")]
    assert names == [
        "delivered: certificate=c1 event=SIGNAT (line 20)",
        "delivered: certificate=c1 event=SIGNAT (line 22)",
    ]


def test_counts_are_those_of_the_cases() -> None:
    """Each suite, and the whole, counts its cases, failures and errors."""
    root = parsed(*EVERYTHING)
    for element in (root, *root):
        assert int(element.get("tests", "")) == len(list(element.iter("testcase")))
        assert int(element.get("failures", "")) == len(list(element.iter("failure")))
        assert int(element.get("errors", "")) == len(list(element.iter("error")))


def test_a_file_that_could_not_be_read_has_an_error_for_each_mistake() -> None:
    """No mistake is lost, and one without a line gets the first."""
    suite = parsed(examples.unplayed())[0]
    assert suite.get("name") == "scenarios/wrong.scenario.yaml"
    assert re.findall(r"\.yaml:(\d+): ", " ".join(error.text or "" for error in suite.iter("error"))) == ["3", "1"]


def test_what_xml_cannot_carry_is_shown_by_its_number() -> None:
    """Control characters, which would make the document unreadable, are spelled out."""
    failure = next(parsed(examples.evil()).iter("failure"))
    assert "<U+0000>" in failure.get("message", "")
    assert "<script>" in failure.get("message", "")


def test_a_suite_has_the_time_that_its_run_took() -> None:
    """CI systems show it, and add it up."""
    assert parsed(replace(examples.outage(), seconds=1.25))[0].get("time") == "1.250"


def test_the_digest_is_a_property() -> None:
    """What identifies a run is kept with its results."""
    summary = examples.outage()
    values = {one.get("name"): one.get("value") for one in parsed(summary).iter("property")}
    assert values["trace.sha256"] == summary.digest
