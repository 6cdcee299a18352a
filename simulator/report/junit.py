"""Runs as JUnit XML, for CI systems: a suite for each scenario file, a test case for each expectation.

JUnit is a machine format and so in English. The schema is the one that Jenkins' xUnit plugin publishes, which knows no
file of a case: the suite has its `file`, and the text of every failure begins with `file:line`. A suite has the time
that its run took; an expectation is looked at afterwards, and takes none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree import ElementTree as ET

from simulator.report.summary import Summary, Unplayed
from simulator.report.wording import one_line
from simulator.verdict import Verdict


def render_junit(results: Sequence[Summary | Unplayed]) -> str:
    """The document, with its declaration."""
    root = ET.Element("testsuites", name="webcertsim")
    for result in results:
        root.append(_unplayed(result) if isinstance(result, Unplayed) else _played(result))
    for count in ("tests", "failures", "errors"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in root)))
    ET.indent(root)
    # one_line has taken out what XML 1.0 cannot carry; the declaration is written by hand, to name UTF-8 in a str.
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _suite(
    name: str, path: str, *, tests: int, failures: int = 0, errors: int = 0, skipped: int = 0, seconds: float = 0.0
) -> ET.Element:
    counts = {"tests": str(tests), "failures": str(failures), "errors": str(errors), "skipped": str(skipped)}
    named = {"name": one_line(name), "file": one_line(path)}
    return ET.Element("testsuite", {**named, **counts, "time": f"{seconds:.3f}"})


def _played(summary: Summary) -> ET.Element:
    header, verdicts = summary.header, summary.verdicts
    failures = sum(verdict.failed for verdict in verdicts)
    known = sum(verdict.is_known_failure for verdict in verdicts)
    suite = _suite(
        header.scenario, summary.path,
        tests=len(verdicts), failures=failures, skipped=known, seconds=summary.seconds,
    )  # fmt: skip
    properties = ET.SubElement(suite, "properties")
    for name, value in (
        ("trace.sha256", summary.digest),
        ("schedule", header.schedule),
        ("policy", header.policy),
        ("seed", str(header.seed)),
    ):
        ET.SubElement(properties, "property", name=name, value=one_line(value))
    for verdict, name in zip(verdicts, _names(verdicts), strict=True):
        case = _case(suite, name)
        if verdict.is_known_failure:
            # What is known to fail is neither good nor news; pytest, too, writes it so.
            ET.SubElement(case, "skipped", message=one_line(str(verdict.found)))
        if verdict.failed:
            message = one_line(str(verdict.found))
            failure = ET.SubElement(case, "failure", message=message, type="expectation")
            failure.text = f"{one_line(verdict.path)}:{verdict.line}: {name}: {message}"
    return suite


def _unplayed(unplayed: Unplayed) -> ET.Element:
    suite = _suite(unplayed.path, unplayed.path, tests=len(unplayed.problems), errors=len(unplayed.problems))
    for problem in unplayed.problems:
        message = one_line(str(problem.sentence))
        case = _case(suite, message)
        error = ET.SubElement(case, "error", message=message, type="unreadable")
        error.text = f"{one_line(problem.path or unplayed.path)}:{problem.line or 1}: {message}"
    return suite


def _case(suite: ET.Element, name: str) -> ET.Element:
    return ET.SubElement(suite, "testcase", {"name": name, "classname": suite.get("name", ""), "time": "0.000"})


def _names(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """What was asked; CI systems take cases of one name for one, so an expectation that stands twice gets its line."""
    asked = [one_line(str(verdict.asked)) for verdict in verdicts]
    for name, verdict in zip(asked, verdicts, strict=True):
        yield f"{name} (line {verdict.line})" if asked.count(name) > 1 else name
