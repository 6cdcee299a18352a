"""What scenario files can say of themselves: tags, included files, variables, cases and failures that are known."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from tests.cli.conftest import SCENARIO
from tests.cli.installed import installed
from tests.cli.test_pipeline import FAILS

# What is exchanged for "name: A story" in a good scenario, and the line and the words of the sentence about it.
MISTAKES = [
    ("name: ${NO_SUCH_NAME}", "2: 'NO_SUCH_NAME' has no value"),
    ("name: ${1st}", "2: '${1st}' is no variable"),
    ("name: A\ninclude: nowhere.yaml", "3: there is no file"),
    ("name: A\ninclude: bad-03.scenario.yaml", "3: 'bad-03.scenario.yaml' includes itself"),
    ("name: A\ninclude: [1]", "3: include: is a file or a list of files"),
    ("name: A\ninclude: named.yaml", "named.yaml:1: 'name' belongs in the scenario itself"),
    ("name: A\nparameters: [a]", "3: parameters: is a mapping"),
    ("name: A\nparameters: {a: [b]}", "3: the value of 'a' is a text or a number"),
    ("name: A\nparameters: {a-b: 1}", "3: 'a-b' is no name"),
    ("name: A\ncases: []", "3: cases: is a list of rows"),
    ("name: A\ncases:\n  - {by: x}", "4: a row of cases: has case:"),
    ("name: A\nparameters: {by: x}\ncases:\n  - {case: a, bi: y}", "5: unknown parameter 'bi'; did you mean 'by'?"),
    ("name: A\ncases:\n  - {case: a}\n  - {case: a}", "5: the case 'a' stands twice"),
    ("name: A\ntags: smoke", "3: 'tags' is a list, not 'smoke'"),
    ("name: A\nexpect_failure: ''", "3: 'expect_failure' cannot be empty"),
    ("name: A\nexpect_failur: x", "3: unknown word 'expect_failur'; did you mean 'expect_failure'?"),
    ("name: A\ndescription: [${A}]", "3: this is not YAML; within { } and [ ] a variable stands in quotes"),
    ("name: ${1st:-x}", "2: '${1st:-x}' is no variable"),
]

# The words of a file that are tried here, in a good file and in a bad one.
KEYS = ("tags:", "include:", "${", ":-", "parameters:", "cases:", "expect_failure:")
GOOD = {
    "tagged": "name: Tagged\ntags: [smoke, slow]",
    "included": "name: Included\ninclude: begin.yaml",
    "variables": "name: ${FROM_OUTSIDE} and ${UNSET:-a default}\nseed: ${SEED}",
    "cases": "name: Cases\nparameters: {by: nurse}\ncases:\n  - {case: one}\n  - {case: two, by: doctor}",
    "known": "name: Known\nexpect_failure: JIRA-1, seen in version 2",
}


@pytest.fixture(scope="module")
def all_at_once(tmp_path_factory):
    """What the installed command says of every good file and every mistake, in one run of each."""
    folder = tmp_path_factory.mktemp("files")
    (folder / "named.yaml").write_text("name: B\n")
    (folder / "begin.yaml").write_text("steps:\n  - wait: 1m\n")
    for name, words in GOOD.items():
        text = SCENARIO.replace("name: A story", words)
        text = text.replace(*FAILS) if name == "known" else text
        (folder / f"{name}.scenario.yaml").write_text(text)
    good = installed("run . --lang en", folder, FROM_OUTSIDE="Outside", SEED="7")
    for number, (words, _) in enumerate(MISTAKES):
        (folder / f"bad-{number:02}.scenario.yaml").write_text(SCENARIO.replace("name: A story", words))
    names = " ".join(f"bad-{number:02}.scenario.yaml" for number in range(len(MISTAKES)))
    return good, installed(f"run {names} --lang en", folder)


def test_every_key_is_understood(all_at_once):
    """Each file is played with what it says: the cases one by one, the variables filled, the known failure passed."""
    good, _ = all_at_once
    assert (0, "") == (good.code, good.err)
    for name in ("Tagged", "Included", "Outside and a default", "Cases [one]", "Cases [two]", "Known"):
        assert name in good.out
    assert "seed 7" in good.out
    assert "JIRA-1, seen in version 2" in good.out
    assert good.out.endswith("6 scenarios passed, 0 failed, 0 could not be read\n")


@pytest.mark.parametrize("number", range(len(MISTAKES)), ids=[words.replace("\n", " ") for words, _ in MISTAKES])
def test_mistakes_have_their_line(all_at_once, number):
    """Every mistake in what a file says of itself is located, and ends with 3."""
    _, bad = all_at_once
    said = MISTAKES[number][1]
    # An included file's mistake is located in that file.
    where = said if said.startswith("named.yaml") else f"bad-{number:02}.scenario.yaml:{said}"
    assert (3, True) == (bad.code, any(line.startswith(where) for line in bad.err.splitlines())), bad.err


@pytest.mark.parametrize("key", KEYS)
def test_every_key_has_its_rows(key):
    """What a file can say stands in a good file and in a bad one."""
    assert any(key in words for words in GOOD.values())
    assert any(key in words for words, _ in MISTAKES)


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
