"""The JUnit report is one that CI systems read: held to the schema that Jenkins' xUnit plugin publishes.

The schema is not part of this repository; pytest's source distribution has it as testing/example_scripts/junit-10.xsd.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree


@pytest.fixture(scope="session")
def schema(pytestconfig: pytest.Config) -> etree.XMLSchema:
    """The published schema."""
    path: Path | None = pytestconfig.getoption("junit_xsd")
    if path is None:
        pytest.skip("no schema of JUnit: give --junit-xsd=FILE")
    # From where pytest was started; tests may have moved elsewhere since.
    return etree.XMLSchema(etree.parse(pytestconfig.invocation_params.dir / path))


def test_the_report_is_valid(schema, webcertsim, scenario):
    """Every kind of result is written as the schema has it, and counted where it belongs."""
    scenario(name="good.scenario.yaml")
    scenario("attempt: 1}", "attempt: 2}", name="bad.scenario.yaml")
    scenario("type: FK7443", "type: FK7444", name="unread.scenario.yaml")
    known = scenario("attempt: 1}", "attempt: 2}", name="known.scenario.yaml")
    known.write_text(known.read_text().replace("name: A story", "name: Known\nexpect_failure: JIRA-1"))
    assert webcertsim("run", ".", "--junit", "report.xml").code == 3
    report = etree.parse("report.xml")
    assert schema.validate(report), schema.error_log
    for word, count in (("failure", 1), ("error", 1), ("skipped", 1)):
        assert count == len(report.findall(f".//{word}"))
    assert ("4", "1", "1") == tuple(report.getroot().get(name) for name in ("tests", "failures", "errors"))


def test_the_schema_finds_what_is_wrong(schema, webcertsim, scenario):
    """A word that no CI system knows is not valid."""
    webcertsim("run", scenario(), "--junit", "report.xml")
    report = etree.parse("report.xml")
    report.getroot()[0].set("stars", "5")
    assert not schema.validate(report)
