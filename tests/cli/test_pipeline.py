"""`webcertsim run` and `journal` in a pipeline: what is chosen, how long it may take, what is shown and what held."""

from __future__ import annotations

import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from simulator.contract.schema import packaged
from tests.cli.conftest import SCENARIO
from tests.cli.test_runs import ready

FAILS = ("attempt: 1}", "attempt: 2}")


@pytest.fixture
def three(scenario) -> Path:
    """A folder with a scenario that passes, one that fails, and one with tags."""
    scenario(name="a-good.scenario.yaml")
    scenario(*FAILS, name="b-bad.scenario.yaml")
    return scenario("name: A story", "name: Tagged\ntags: [smoke, slow]", name="c-tagged.scenario.yaml").parent


def test_chosen_by_tag(webcertsim, three):
    """--tag plays those that have it, with ! those that do not; several are any of them."""
    assert "1 scenarios passed, 0 failed" in webcertsim("run", three, "--tag", "smoke").out
    assert "1 scenarios passed, 0 failed" in webcertsim("run", three, "--tag", "other", "--tag", "slow").out
    assert "1 scenarios passed, 1 failed" in webcertsim("run", three, "--tag", "!slow").out
    ran = webcertsim("run", three, "--tag", "nothing")
    assert (2, True) == (ran.code, "tags are slow and smoke" in ran.err), ran.err


def test_chosen_by_name(webcertsim, three):
    """--only goes by the name of the scenario or of its file."""
    assert "1 scenarios passed, 0 failed" in webcertsim("run", three, "--only", "Tag*").out
    assert "1 scenarios passed, 1 failed" in webcertsim("run", three, "--only", "a-*", "--only", "b-bad").out
    assert webcertsim("run", three, "--only", "nothing").code == 2


def test_side_by_side(webcertsim, three):
    """--jobs plays the same with the same results, in the same order, and each run is kept."""
    alone, together = (webcertsim("run", three, "--jobs", jobs) for jobs in (1, 2))
    kept = len(list(Path("webcertsim-runs").glob("*/run.json")))
    assert (1, 6) == (together.code, kept)
    without_folders = [
        [line for line in ran.out.splitlines() if not line.startswith("Written")] for ran in (alone, together)
    ]
    assert without_folders[0] == without_folders[1]


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--jobs", "2", "--store", "sqlite:///a.db"), "--store is for one run at a time"),
        (("--jobs", "2", "--clock", "step"), "--clock step is for one run at a time"),
        (("--time-limit", "soon"), "--time-limit: 'soon' is no length of time"),
        (("--update-golden", "--seed", "3"), "--update-golden keeps what the files say"),
    ],
)
def test_flags_that_cannot_be_used(webcertsim, three, flags, said):
    """A bad value, and what does not go together, end with 2 before anything is played."""
    ran = webcertsim("run", three, *flags)
    assert (2, True) == (ran.code, said in ran.err), ran.err
    assert not Path("webcertsim-runs").exists()


def test_fail_fast(webcertsim, three):
    """--fail-fast ends with the first that fails, and counts the rest."""
    ran = webcertsim("run", three, "--fail-fast")
    assert ran.code == 1
    assert ran.out.endswith(
        "1 scenarios passed, 1 failed, 0 could not be read\nNot played after the first that failed: 1\n"
    )


def test_time_limit(webcertsim, scenario):
    """What does not end in time has failed, at its file, in the log and in JUnit."""
    path = scenario("wait: 15m", "wait: 20s")
    ran = webcertsim("run", path, "--clock", "real", "--time-limit", "700ms", "--junit", "j.xml")
    assert (1, True) == (ran.code, "was not played to its end within --time-limit 700ms" in ran.err)
    assert ET.parse("j.xml").getroot().get("errors") == "1"
    assert "0 scenarios passed, 1 failed" in ran.out


def test_quiet(webcertsim, three):
    """--quiet prints the run that fails, and the sum."""
    ran = webcertsim("run", three, "--quiet")
    assert "Tagged" not in ran.out
    assert f"{three / 'b-bad.scenario.yaml'}:12" in ran.out
    assert webcertsim("run", three, "--quiet", "--tag", "smoke").out == (
        "1 scenarios passed, 0 failed, 0 could not be read\n"
    )


def test_annotations_of_github(webcertsim, three):
    """GitHub gets a command in the log for each failure, with a path from the root."""
    ran = webcertsim("run", three, "--annotations", "github")
    assert "::error file=b-bad.scenario.yaml,line=12,title=A story::delivered: certificate=c1" in ran.out


def test_annotations_of_gitlab(webcertsim, three):
    """GitLab gets a Code Quality report with what its format demands, also when nothing fails."""
    assert webcertsim("run", three, "--annotations", "gitlab").code == 1
    (issue,) = json.loads(Path("gl-code-quality-report.json").read_text(encoding="utf-8"))
    assert {"description", "check_name", "fingerprint", "severity", "location"} == set(issue)
    assert {"path": "b-bad.scenario.yaml", "lines": {"begin": 12}} == issue["location"]
    webcertsim("run", three, "--annotations", "gitlab", "--tag", "smoke")
    assert json.loads(Path("gl-code-quality-report.json").read_text()) == []


def test_golden_traces(webcertsim, scenario):
    """--update-golden writes the trace beside the scenario; after that a run that goes otherwise fails at its line."""
    path = scenario()
    golden = path.with_name("story.golden.jsonl")
    assert f"written: {golden}" in webcertsim("run", path, "--update-golden").err.lower()
    assert webcertsim("run", path).code == 0
    assert webcertsim("run", path, "--over", "http").code == 0
    scenario("wait: 15m", "wait: 16m")
    ran = webcertsim("run", path)
    assert (1, True) == (ran.code, f"{golden}:5" in ran.out), ran.out
    assert webcertsim("run", path, "--seed", "4").code == 0, "another seed is another trace, and is not held to it"
    webcertsim("run", path, "--update-golden")
    assert webcertsim("run", path).code == 0


def test_the_schema(webcertsim):
    """`schema` prints the JSON Schema that the docs show."""
    ran = webcertsim("schema")
    assert ran.code == 0
    assert json.loads(ran.out)["properties"]["journal_systems"]
    assert ran.out == (packaged("docs") / "reference" / "scenario.schema.json").read_text(encoding="utf-8")


# --- journal ---


EXPECTED = """\
format: 1
expect:
  - received: {event: SIGNAT, unit: ALMC, type: FK7443, times: 1}
  - received: {event: SKICKA, valid: true, answer: OK}
"""


def journal_waiting(folder: Path, expected: str, *more: str) -> subprocess.Popen[str]:
    """`webcertsim journal` that waits for what is expected."""
    (folder / "expected.yaml").write_text(expected)
    return subprocess.Popen(
        [sys.executable, "-m", "simulator", "journal", "--port", "0", "--ready-file", "ready", "--expect",
         "expected.yaml", "--lang", "en", *more],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("expected", "seconds", "code", "said"),
    [
        (EXPECTED, "60s", 0, "All that was expected has come"),
        (EXPECTED.replace("FK7443", "7443"), "60s", 0, "All that was expected has come"),
        (
            EXPECTED.replace("FK7443", "FK7211"),
            "4s",
            1,
            "3: received: event=SIGNAT type=FK7211 unit=ALMC times=1: came 0 times",
        ),
        (
            EXPECTED + "  - received: {event: MAKULE}\n",
            "4s",
            1,
            "5: received: event=MAKULE: came 0 times",
        ),
        (EXPECTED + "  - received: {event: SKAPAT, times: 0}\n", "60s", 1, "event=SKAPAT times=0: came 1 times"),
        (EXPECTED + "nothing_else: true\n", "60s", 1, "nothing else is received: call 1: SKAPAT of"),
    ],
    ids=["all", "by its number", "another type", "one lacks", "one too many", "something else"],
)
def test_a_sender_is_tested(webcertsim, tmp_path, expected, seconds, code, said):
    """It ends with 0 as soon as all has come, and with 1 and what lacked when not."""
    process = journal_waiting(tmp_path, expected, "--for", seconds)
    try:
        address = ready(tmp_path, process)
        webcertsim(
            "run",
            packaged("scenarios") / "nurse-fk7443-outage.scenario.yaml",
            "--journal",
            f"alfa={address}",
            "--no-runs",
        )
        out, err = process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait()
    assert (code, True) == (process.returncode, said in out), out + err
    assert not (tmp_path / "ready").exists()


@pytest.mark.parametrize(
    ("expected", "flags", "code", "said"),
    [
        ("format: 1\nexpect: []\n", (), 3, "expected.yaml:2"),
        (EXPECTED.replace("SIGNAT", "SIGNT"), (), 3, "expected.yaml:3: unknown word 'SIGNT'; did you mean 'SIGNAT'?"),
        (EXPECTED.replace("FK7443", "FK7444"), (), 3, "unknown certificate type 'FK7444'; did you mean 'FK7443'?"),
        (EXPECTED, ("--answers", "last"), 2, "--answers repeats what was answered"),
    ],
)
def test_what_cannot_be_expected(webcertsim, tmp_path, expected, flags, code, said):
    """A mistake in the file ends with 3 and its line, one in the flags with 2."""
    (tmp_path / "expected.yaml").write_text(expected)
    ran = webcertsim("journal", "--port", "0", "--expect", "expected.yaml", *flags)
    assert (code, True) == (ran.code, said in ran.err), ran.err


def test_the_scenario_of_these_tests_is_good(webcertsim, scenario):
    """What the mistakes are put into has none."""
    assert SCENARIO == scenario().read_text()
    assert webcertsim("run", scenario()).code == 0
