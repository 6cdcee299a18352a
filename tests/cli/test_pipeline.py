"""`webcertsim run` and `journal` in a pipeline: what is chosen, how long it may take, what is shown and what held."""

from __future__ import annotations

import json
import os
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
        (("--jobs", "0"), "--jobs is a whole number from 1 on, not '0'"),
        (("--jobs", "two"), "--jobs is a whole number from 1 on, not 'two'"),
        (("--jobs", "2", "--store", "sqlite:///a.db"), "--store is for one run at a time"),
        (("--jobs", "2", "--clock", "step"), "--clock step is for one run at a time"),
        (("--time-limit", "soon"), "--time-limit: 'soon' is no length of time"),
        (("--time-limit", "0s"), "--time-limit must be longer than no time at all"),
        (("--annotations", "bitbucket"), "unknown word 'bitbucket'"),
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


def test_no_colour_without_a_terminal(scenario, tmp_path):
    """Where there is no terminal, and with NO_COLOR or CI even where one is forced, nothing but text is printed."""
    command = [sys.executable, "-m", "simulator", "run", scenario()]
    for more in ({}, {"NO_COLOR": "1", "FORCE_COLOR": "1"}, {"CI": "true", "FORCE_COLOR": "1"}):
        ran = subprocess.run(command, cwd=tmp_path, env=os.environ | more, capture_output=True, check=True)
        assert b"\x1b[3" not in ran.stdout + ran.stderr, more
        assert ran.stderr == b""


# --- what files can say ---


def test_cases(webcertsim, scenario):
    """Each row is played with its parameters, and named in every report."""
    path = scenario(
        "name: A story",
        "name: Who signs\nparameters: {by: nurse}\ncases:\n  - {case: nurse}\n  - {case: doctor, by: doctor}",
    )
    signing = "sign: {certificate: c1, by: "
    path.write_text(path.read_text().replace(f"{signing}nurse}}", f'{signing}"${{by}}"}}'))
    ran = webcertsim("run", path, "--junit", "j.xml")
    assert "2 scenarios passed" in ran.out
    assert ["Who signs [nurse]", "Who signs [doctor]"] == [one.get("name") for one in ET.parse("j.xml").getroot()]
    assert "1 scenarios passed" in webcertsim("run", path, "--only", "*doctor*").out


def test_variables(webcertsim, scenario, monkeypatch):
    """A variable comes from the environment or has its default; a number stays a number, and $${ stands for itself."""
    path = scenario("name: A story", "name: '$${X} ${NAME:-a story}'\nseed: ${SEED}")
    monkeypatch.setenv("SEED", "7")
    ran = webcertsim("run", path)
    assert ran.code == 0, ran.err
    assert "${X} a story" in ran.out
    assert "seed 7" in ran.out
    monkeypatch.setenv("NAME", "another")
    assert "${X} another" in webcertsim("run", path).out


COMMON = """\
journal_systems: {alfa: {units: [ALMC]}}
steps:
  - create: {certificate: c1, type: FK7443, unit: ALMC, by: nurse, patient: lilltolvan}
expect:
  - delivered: {certificate: c1, event: SKAPAT, attempt: 9}
"""


def test_included_files(webcertsim, scenario, tmp_path):
    """What is included stands first, and its mistakes and failures have its own file and line."""
    (tmp_path / "common").mkdir()
    common = tmp_path / "common" / "begin.yaml"
    common.write_text(COMMON)
    path = scenario("name: A story", "name: A story\ninclude: common/begin.yaml")
    text = path.read_text().replace("journal_systems:\n  alfa:\n    units: [ALMC]\n", "")
    lines = [line for line in text.splitlines() if "create:" not in line]
    path.write_text("\n".join(lines) + "\n")
    ran = webcertsim("run", path)
    assert (1, True) == (ran.code, f"{common}:5" in ran.out), ran.out + ran.err
    assert "Expectations that hold: 1 of 2" in ran.out
    common.write_text(COMMON.replace("attempt: 9", "attempt: 1"))
    assert webcertsim("run", path).code == 0
    common.write_text(COMMON.replace("FK7443", "FK7444"))
    assert f"{common}:3: " in webcertsim("run", path).err


def test_expected_failures(webcertsim, scenario):
    """A known failure passes and is shown as known; once all holds, that is the failure."""
    path = scenario("name: A story", "name: A story\nexpect_failure: JIRA-1, seen in version 2")
    ran = webcertsim("run", path)
    assert (1, True) == (ran.code, "everything holds; take expect_failure out" in ran.out)
    path.write_text(path.read_text().replace(*FAILS))
    ran = webcertsim("run", path, "--junit", "j.xml", "--json", "j.json", "--html", "j.html", "--annotations", "github")
    assert ran.code == 0
    assert "KNOWN" in ran.out
    assert "JIRA-1, seen in version 2" in ran.out
    assert "::error" not in ran.out
    suite = ET.parse("j.xml").getroot()[0]
    assert ("0", "1", 1) == (suite.get("failures"), suite.get("skipped"), len(suite.findall("testcase/skipped")))


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("name: ${NO_SUCH_NAME}", "2: 'NO_SUCH_NAME' has no value"),
        ("name: ${1st}", "2: '${1st}' is no variable"),
        ("name: A\ninclude: nowhere.yaml", "3: there is no file"),
        ("name: A\ninclude: story.scenario.yaml", "3: 'story.scenario.yaml' includes itself"),
        ("name: A\ninclude: [1]", "3: include: is a file or a list of files"),
        ("name: A\ninclude: named.yaml", "named.yaml:1: 'name' belongs in the scenario itself"),
        ("name: A\nparameters: [a]", "3: parameters: is a mapping"),
        ("name: A\nparameters: {a: [b]}", "3: the value of 'a' is a text or a number"),
        ("name: A\nparameters: {a-b: 1}", "3: 'a-b' is no name"),
        ("name: A\ncases: []", "3: cases: is a list of rows"),
        ("name: A\ncases:\n  - {by: x}", "4: a row of cases: has case:"),
        ("name: A\nparameters: {by: x}\ncases:\n  - {case: a, bi: y}", "5: unknown parameter 'bi'; did you mean 'by'?"),
        ("name: A\ncases:\n  - {case: a}\n  - {case: a}", "5: the case 'a' stands twice"),
        ("name: A\ntags: smoke", "3: tags"),
        ("name: A\nexpect_failure: ''", "3: expect_failure"),
        ("name: A\nexpect_failur: x", "3: unknown word 'expect_failur'; did you mean 'expect_failure'?"),
        ("name: A\ndescription: [${A}]", "3: this is not YAML; within { } and [ ] a variable stands in quotes"),
    ],
)
def test_mistakes_have_their_line(webcertsim, scenario, tmp_path, new, said):
    """Every mistake in what a file says of itself is located, and ends with 3."""
    (tmp_path / "named.yaml").write_text("name: B\n")
    ran = webcertsim("run", scenario("name: A story", new))
    assert (3, True) == (ran.code, said in ran.err), ran.err


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
    ids=["all", "another type", "one lacks", "one too many", "something else"],
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
        (EXPECTED, ("--for", "soon"), 2, "--for: 'soon' is no length of time"),
        (EXPECTED, ("--port", "70000"), 2, "--port is a whole number from 0 to 65535, not '70000'"),
        (EXPECTED, ("--ready-file", "no/such/folder"), 2, "cannot be written"),
        (EXPECTED, ("--answers", "last"), 2, "--answers repeats what was answered"),
    ],
)
def test_what_cannot_be_expected(webcertsim, tmp_path, expected, flags, code, said):
    """A mistake in the file ends with 3 and its line, one in the flags with 2."""
    (tmp_path / "expected.yaml").write_text(expected)
    ran = webcertsim("journal", "--port", "0", "--expect", "expected.yaml", *flags)
    assert (code, True) == (ran.code, said in ran.err), ran.err


def test_listening_for_a_while(webcertsim):
    """--for without --expect listens so long, and asks nothing."""
    assert webcertsim("journal", "--port", "0", "--for", "200ms").code == 0


def test_the_scenario_of_these_tests_is_good(webcertsim, scenario):
    """What the mistakes are put into has none."""
    assert SCENARIO == scenario().read_text()
    assert webcertsim("run", scenario()).code == 0
