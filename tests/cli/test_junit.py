"""The JUnit report is one that CI systems read: it is held to a schema, with every kind of result in it."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

SCHEMA = Path(__file__).parent / "junit.xsd"


def test_the_report_is_valid(webcertsim, scenario):
    """Every kind of result is written as the schema has it, and counted where it belongs."""
    scenario(name="good.scenario.yaml")
    scenario("attempt: 1}", "attempt: 2}", name="bad.scenario.yaml")
    scenario("type: FK7443", "type: FK7444", name="unread.scenario.yaml")
    known = scenario("attempt: 1}", "attempt: 2}", name="known.scenario.yaml")
    known.write_text(known.read_text().replace("name: A story", "name: Known\nexpect_failure: JIRA-1"))
    assert webcertsim("run", ".", "--junit", "report.xml").code == 3
    report = etree.parse("report.xml")
    schema = etree.XMLSchema(etree.parse(SCHEMA))
    assert schema.validate(report), schema.error_log
    for word, count in (("failure", 1), ("error", 1), ("skipped", 1)):
        assert count == len(report.findall(f".//{word}"))
    assert ("4", "1", "1") == tuple(report.getroot().get(name) for name in ("tests", "failures", "errors"))


def test_the_schema_finds_what_is_wrong(webcertsim, scenario):
    """A word that no CI system knows is not valid."""
    webcertsim("run", scenario(), "--junit", "report.xml")
    report = etree.parse("report.xml")
    report.getroot()[0].set("stars", "5")
    assert not etree.XMLSchema(etree.parse(SCHEMA)).validate(report)
