"""The example at the end of each command's help is one that works."""

from __future__ import annotations

import shlex
import shutil

import pytest

from simulator.cli.command_line import command_modules
from simulator.contract.schema import packaged
from tests.cli.endpoints import as_a_journal_system, endpoint
from tests.cli.test_runs import STORY

EXAMPLES = {command.__name__.rsplit(".", 1)[-1]: command.EXAMPLE for command in command_modules()}
# What the address and the port of an example are here.
ADDRESS = "127.0.0.1:8080"


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_example_runs(webcertsim, tmp_path, name):
    """It ends with 0 where its endpoint listens and its files are there."""
    words = shlex.split(EXAMPLES[name])
    (tmp_path / "scenarios").mkdir()
    shutil.copy(STORY, tmp_path / "scenarios")
    if name in ("show", "compare"):
        webcertsim("run", STORY)
        webcertsim("run", STORY)
    if name == "validate":
        webcertsim("run", STORY)
        shutil.copy(next(tmp_path.glob("webcertsim-runs/*/exchanges/*-request.xml")), tmp_path / words[1])

    with endpoint(as_a_journal_system) as (port, _):
        if name == "journal":
            # It would listen until it is broken off.
            words[words.index("8080")] = "0"
            words += ["--for", "100ms"]
        ran = webcertsim(*(word.replace(ADDRESS, f"127.0.0.1:{port}") for word in words))
    assert ran.code == 0, ran.out + ran.err


def test_the_scenario_of_the_examples_is_there():
    """The file that the example of `run` names is one of the project's."""
    assert (packaged("scenarios") / EXAMPLES["run"].rpartition("/")[2]).is_file()
