"""Every flag and every exit code, through the command that pip installed."""

from __future__ import annotations

import argparse
import fcntl
import os
import pty
import select
import shlex
import shutil
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

from simulator import __version__
from simulator.cli.command_line import COMMANDS, command_modules
from simulator.cli.exit_codes import ExitCode
from simulator.contract.schema import packaged
from tests.cli.conftest import SCENARIO
from tests.cli.endpoints import as_a_journal_system, endpoint, tls_endpoint
from tests.cli.flag_rows import BAD, GOOD, NEVER_WRONG
from tests.cli.installed import COMMAND, installed

CAST = """\
format: 1
patients:
  eva: {person_id: "199001012385", name: Eva}
units:
  OUR1: {hsa_id: SE2321000016-1HZ3, name: Our own, care_provider: ALFA}
"""
FILES = {
    "good.scenario.yaml": SCENARIO,
    "smoke.scenario.yaml": SCENARIO.replace("A story", "Smoke\ntags: [smoke]"),
    "failing.scenario.yaml": SCENARIO.replace("attempt: 1}", "attempt: 2}"),
    "cast.yaml": CAST,
    "settings.yaml": 'test_ids: ["199001012385"]\n',
    "behaviour.yaml": "format: 1\nbehaviour:\n  - answer: TECHNICAL_ERROR\n",
    "expected.yaml": "format: 1\nexpect:\n  - received: {event: SIGNAT, times: 0}\n",
}


@pytest.fixture(scope="module")
def folder_and_ports(tmp_path_factory):
    """A folder with all that the command lines name, two kept runs among it, and the endpoints that they call."""
    folder = tmp_path_factory.mktemp("all")
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    for _ in range(2):
        assert installed("run good.scenario.yaml --runs runs", folder).code == 0
    shutil.copy(next(folder.glob("runs/*/exchanges/*-request.xml")), folder / "message.xml")
    (folder / "kept").mkdir()
    with endpoint(as_a_journal_system) as (port, _), tls_endpoint(folder, True, as_a_journal_system) as (tls, _):
        yield folder, {"port": port, "tls": tls, "wsdl": packaged("wsdl")}


@pytest.fixture
def there(folder_and_ports, tmp_path):
    """Run a line in a copy of that folder."""
    folder, places = folder_and_ports
    here = tmp_path / "here"
    shutil.copytree(folder, here)

    def run(line, **environment):
        return installed(line.format(**places), here, **environment), here

    return run


@pytest.mark.parametrize("row", GOOD, ids=lambda row: row.line.split(" --tls-ca")[0][:60])
def test_a_flag_that_is_good(there, row):
    """It ends with 0, and does what it is for."""
    ran, here = there(f"{row.line} --lang en")
    assert ran.code == 0, ran.out + ran.err
    for words in row.said:
        assert words in ran.out + ran.err
    assert [] == [name for name in row.written if not (here / name).exists()]


@pytest.mark.parametrize("row", BAD, ids=lambda row: f"{row.line.split()[0]} {row.flag}")
def test_a_flag_that_cannot_be_used(there, row):
    """It ends with 2, or 3 where a file is at fault, and one sentence that says which and what would be right."""
    ran, _ = there(f"{row.line} --lang en")
    assert (row.code, True) == (ran.code, row.said in ran.err), ran.out + ran.err


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help(tmp_path, command):
    """Each help ends with an example, which test_help.py runs."""
    (module,) = command_modules([command])
    ran = installed(f"{command} --help", tmp_path)
    assert (0, True) == (ran.code, ran.out.rstrip().endswith(f"$ webcertsim {module.EXAMPLE}"))


def flags_of(command: str) -> dict[str, bool]:
    """The flags of a command but for --lang and --help, which every one has, and whether they take a value."""
    parser = argparse.ArgumentParser(add_help=False)
    (module,) = command_modules([command])
    module.add_arguments(parser, str)
    return {flag: action.nargs != 0 for action in parser._actions for flag in action.option_strings}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_flag_has_its_rows(command):
    """A flag that a command takes stands in a good line and, where it takes a value that can be wrong, in a bad one."""
    good = {word for row in GOOD for word in shlex.split(row.line) if row.line.split()[0] == command}
    bad = {row.flag for row in BAD if row.line.split()[0] == command}
    flags = flags_of(command)
    assert [] == [flag for flag in flags if flag not in good]
    assert [] == [flag for flag in flags if flags[flag] and flag not in bad and (command, flag) not in NEVER_WRONG]


# --- mistakes that are no value's ---

# Of commands that begin fast, but for the longest list of flags.
MISTAKES = [
    ("run x --jorunal a=b", "webcertsim run", "flaggan '--jorunal' finns inte; menade du '--journal'?"),
    ("run x --jorunal=a=b --lang en", "webcertsim run", "unknown flag '--jorunal'; did you mean '--journal'?"),
    ("catalogue --polic forum-2024 --lang en", "webcertsim catalogue", "did you mean '--policy'?"),
    ("schedule --from", "webcertsim schedule", "--from ska ha ett värde"),
    ("schedule --from --lang en", "webcertsim schedule", "--from needs a value"),
    ("catalogue --json=yes", "webcertsim catalogue", "--json tar inget värde"),
    ("catalogue --json=yes --lang en", "webcertsim catalogue", "--json takes no value"),
    ("validate", "webcertsim validate", "FILE saknas"),
    ("validate --lang en", "webcertsim validate", "FILE is missing"),
    ("catalogue FK7443", "webcertsim catalogue", "'FK7443' är ett ord för mycket"),
    ("catalogue FK7443 --lang en", "webcertsim catalogue", "'FK7443' is one word too many"),
    ("rnu", "webcertsim", "kommandot 'rnu' finns inte; menade du 'run'?"),
    ("rnu --lang en", "webcertsim", "unknown command 'rnu'; did you mean 'run'?"),
    ("--vers --lang en", "webcertsim", "unknown command '--vers'; did you mean '--version'?"),
    ("", "webcertsim", "KOMMANDO saknas"),
]


@pytest.mark.parametrize(("line", "program", "said"), MISTAKES, ids=[line for line, _, _ in MISTAKES])
def test_a_mistake_is_told_with_the_usage(tmp_path, line, program, said):
    """What was not understood is said in the user's language, with what was meant, below that command's usage."""
    ran = installed(line, tmp_path)
    assert (2, "") == (ran.code, ran.out)
    assert ran.err.startswith(f"usage: {program} [-h]")
    assert ran.err.splitlines()[-1].startswith(f"{program}: ")
    assert ran.err.rstrip().endswith(said)


def test_a_language_that_nobody_speaks(tmp_path):
    """--lang is every command's, and has two words."""
    ran = installed("schedule --lang fr", tmp_path)
    assert (2, "webcertsim: --lang: okänt ord 'fr'; de som finns är en och sv\n") == (ran.code, ran.err)


def test_the_version(tmp_path):
    """--version is the package's."""
    ran = installed("--version", tmp_path)
    assert (0, f"webcertsim {__version__}\n") == (ran.code, ran.out)


# --- exit codes ---

EXITS = [
    ("run good.scenario.yaml", ExitCode.OK, "1 scenarios passed"),
    ("run failing.scenario.yaml", ExitCode.FAILED, "1 failed"),
    ("validate", ExitCode.USAGE, "FILE is missing"),
    ("run missing.scenario.yaml failing.scenario.yaml", ExitCode.UNREADABLE, "there is no such file"),
]


@pytest.mark.parametrize(("line", "code", "said"), EXITS, ids=[str(int(code)) for _, code, _ in EXITS])
def test_an_exit_code(there, line, code, said):
    """Each has its case; of several the highest counts."""
    ran, _ = there(f"{line} --lang en")
    assert (code, True) == (ran.code, said in ran.out + ran.err), ran.out + ran.err


def test_every_exit_code_has_its_case():
    """A fault of ours and Ctrl-C cannot be had by a command line alone, and have tests of their own."""
    assert set(ExitCode) - {code for _, code, _ in EXITS} == {ExitCode.OUR_FAULT, ExitCode.INTERRUPTED}


def test_what_nobody_thought_of_is_our_fault(tmp_path):
    """What the program has no sentence for, here an installation without its schema, ends with 4 and one line."""
    spoilt = "from simulator.cli import main, schema; schema.SCHEMA = ('docs', 'nothing'); exit(main.main(['schema']))"
    ran = subprocess.run([sys.executable, "-c", spoilt], cwd=tmp_path, capture_output=True, check=False)
    assert (ExitCode.OUR_FAULT, 1) == (ran.returncode, len(ran.stderr.splitlines())), ran.stderr
    assert b"FileNotFoundError" in ran.stderr


OUTPUTS = [
    ("run failing.scenario.yaml | head -1", 1, ""),
    ("run good.scenario.yaml | true", 0, ""),
    ("run good.scenario.yaml >/dev/full", 2, "standard output cannot be written to: No space left on device"),
    ("schema >/dev/full", 2, "standard output cannot be written to: No space left on device"),
    ("schedule >&-", 2, "standard output is closed; let it go to a file, or to /dev/null"),
    ("run nothing.scenario.yaml 2>&-", 3, ""),
    ("run nothing.scenario.yaml 2>/dev/full", 3, ""),
    ("schedule nonsense 2>&-", 2, ""),
]


@pytest.mark.parametrize(("line", "code", "said"), OUTPUTS, ids=[line for line, _, _ in OUTPUTS])
def test_where_the_output_goes(there, line, code, said):
    """A reader that has had enough changes no verdict; output that cannot be written is the command line's mistake."""
    _, here = there("--version")
    command, _, end = line.partition(" ")
    script = f"{COMMAND} {command} --lang en {end}; exit ${{PIPESTATUS[0]}}"
    ran = subprocess.run(["bash", "-c", script], cwd=here, capture_output=True, text=True, check=False)
    assert (code, f"webcertsim: {said}\n" if said else "") == (ran.returncode, ran.stderr)


def test_ctrl_c_breaks_off(there, tmp_path):
    """A run that is broken off ends with 130, and says nothing of a fault."""
    _, here = there("--version")
    process = subprocess.Popen(
        [COMMAND, "run", "good.scenario.yaml", "--clock", "real", "--store", "sqlite:///real.db"],
        cwd=here, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    deadline = time.monotonic() + 20
    while not (here / "real.db").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (ExitCode.INTERRUPTED, b"") == (process.returncode, err), out + err


def test_ctrl_c_while_a_person_thinks(there):
    """At the prompt of a step clock it ends the run at once, and not with the next Enter."""
    _, here = there("--version")
    process, terminal = stepped(here)
    try:
        wait_for_text(terminal, "[Enter")
        os.write(terminal, b"hej\n")
        wait_for_text(terminal, "'hej'")
        wait_for_text(terminal, "[Enter")
        os.write(terminal, b"\x03")
        assert ExitCode.INTERRUPTED == process.wait(20)
    finally:
        process.kill()
        process.wait(20)
        os.close(terminal)


def test_what_was_typed_ahead_counts(there):
    """Two lines at once are two answers."""
    _, here = there("--version")
    process, terminal = stepped(here)
    try:
        os.write(terminal, b"\nr\n")
        wait_for_text(terminal, "1 scenarios passed")
        assert ExitCode.OK == process.wait(20)
    finally:
        process.kill()
        process.wait(20)
        os.close(terminal)


def stepped(folder: Path) -> tuple[subprocess.Popen[bytes], int]:
    """A run with a step clock on a terminal of its own, and the terminal's other end."""
    terminal, inside = pty.openpty()
    process = subprocess.Popen(
        [COMMAND, "run", "good.scenario.yaml", "--clock", "step", "--no-runs", "--lang", "en"],
        cwd=folder, stdin=inside, stdout=inside, stderr=inside, start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )  # fmt: skip
    os.close(inside)
    return process, terminal


def wait_for_text(terminal: int, text: str) -> None:
    """Read until the text has come."""
    seen, deadline = b"", time.monotonic() + 20
    while text.encode() not in seen:
        assert time.monotonic() < deadline, seen
        if select.select([terminal], [], [], 0.1)[0]:
            seen += os.read(terminal, 4096)


def test_a_reader_that_has_had_enough_is_no_fault(tmp_path):
    """`webcertsim schema | head -1` ends in peace."""
    reading, writing = os.pipe()
    os.close(reading)
    ran = subprocess.run([COMMAND, "schema"], cwd=tmp_path, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (0, b"") == (ran.returncode, ran.stderr)


# --- the environment ---


@pytest.mark.parametrize("environment", [{}, {"NO_COLOR": "1"}, {"CI": "true"}], ids=["no terminal", "NO_COLOR", "CI"])
def test_no_colour(there, environment):
    """Where there is no terminal, and with NO_COLOR or CI even where one is forced, nothing but text is printed."""
    forced = {"FORCE_COLOR": "1", **environment} if environment else {}
    ran, _ = there("run good.scenario.yaml", **forced)
    assert (0, "", False) == (ran.code, ran.err, "\x1b[3" in ran.out)


def test_colour_is_there_to_be_taken_away(there):
    """A forced terminal has colour, without which the test before would say nothing."""
    environment = dict.fromkeys(("NO_COLOR", "CI"), "")
    ran, _ = there("run good.scenario.yaml", FORCE_COLOR="1", **environment)
    assert "\x1b[3" in ran.out
