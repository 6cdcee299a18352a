"""Coverage-guided fuzzing of the parsers, with atheris: what strangers wrote must become a value, whatever it is.

It runs in a process of its own, since atheris never gives the process back. Without atheris, which is built for some
machines only, it is skipped with its reason.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tempfile
from pathlib import Path

# No input may take so long, in seconds; a parser that is slow on a few bytes is a parser that can be stopped.
SLOWEST = 5
# What the process may hold, in MiB.
MEMORY = 1024


def why_not() -> str:
    """Why it cannot run here; empty where it can."""
    if importlib.util.find_spec("atheris") is None:
        return "atheris is not installed (there is no build of it for this Python or machine)"
    return ""


def guide(inputs: int) -> str:
    """Run so many inputs; the last line of what the fuzzer said, or an AssertionError with what it has found."""
    from tests.fuzz.material import SEEDS_OF_ANSWERS, SEEDS_OF_REQUESTS

    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        for place, document in enumerate([*SEEDS_OF_ANSWERS, *SEEDS_OF_REQUESTS]):
            (corpus / str(place)).write_bytes(document)
        limits = [f"-runs={inputs}", f"-timeout={SLOWEST}", f"-rss_limit_mb={MEMORY}", "-seed=4711", "-max_len=8192"]
        ran = subprocess.run(
            [sys.executable, "-m", "tests.fuzz.guided", str(corpus), f"-artifact_prefix={folder}/", *limits],
            capture_output=True, text=True, check=False, timeout=3600, cwd=Path(__file__).parents[2],
        )  # fmt: skip
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-3000:]
    return ran.stderr.strip().splitlines()[-1]


def _fuzz() -> None:
    import atheris

    with atheris.instrument_imports(include=["simulator.contract", "simulator.redelivery", "simulator.journal"]):
        from simulator.contract.envelope import open_request, read_reply
        from simulator.contract.message_reading import wire_facts
        from simulator.contract.reading import UnreadableXml
        from simulator.contract.reply import RawAnswer
        from simulator.contract.schema import our_contract
        from simulator.journal.call_facts import call_facts
        from simulator.redelivery.outcome import RULES_BY_NAME, judge

    from simulator.clock import wall_now

    contract, now = our_contract(), wall_now()

    def one(document: bytes) -> None:
        for status in (200, 500):
            assert judge(read_reply(RawAnswer(status, {}, document), contract)).rule in RULES_BY_NAME
        try:
            request = open_request(document, contract)
        except UnreadableXml:
            return
        problem = request.schema_error
        said = wire_facts(request.element)
        call_facts(request.element, said, now=now, attempt=1, met=0, seed=0, taken=(), problem=problem)

    atheris.Setup(sys.argv, one)
    atheris.Fuzz()


if __name__ == "__main__":
    _fuzz()
