"""What all tests share: the published contract beside ours, golden traces, and that nothing is skipped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# A slow machine is no reason to fail: how long an example takes is not what is tested.
settings.register_profile("ours", deadline=None)
settings.load_profile("ours")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options that say where what is published lies, and how much is tested."""
    parser.addoption(
        "--oracle",
        type=Path,
        default=None,
        metavar="DIR",
        help="folder of the published contract (core_components/, interactions/), to compare wsdl/ with",
    )
    parser.addoption(
        "--junit-xsd",
        type=Path,
        default=None,
        dest="junit_xsd",
        metavar="FILE",
        help="junit-10.xsd of Jenkins' xUnit plugin, to hold JUnit reports to; pytest's source distribution has it",
    )
    parser.addoption(
        "--no-skips",
        action="store_true",
        help="fail where something is skipped: what the tests need must be there",
    )
    parser.addoption(
        "--fuzz-share",
        type=int,
        default=400,
        dest="fuzz_share",
        metavar="N",
        help="how many broken answers, and as many broken requests, are thrown; python -m tests.fuzz throws more",
    )
    parser.addoption(
        "--update-golden",
        action="store_true",
        dest="update_golden",
        help="write the golden traces anew; look at what has changed before you keep it",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Leave the list of what was skipped to the one below: pytest's own has a line for every place."""
    config.option.reportchars = config.option.reportchars.replace("a", "fExX").replace("s", "")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List what was skipped, with one line for each reason."""
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = Counter(report.longrepr[2].removeprefix("Skipped: ") for report in skipped)
    if reasons:
        terminalreporter.section("skipped, and why")
    for reason, times in reasons.most_common():
        terminalreporter.line(f"{times:>5}  {reason}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[Any]:
    """Hold a test to --no-skips, one that is expected to fail too."""
    return _not_skipped((yield), item.config)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[Any]:
    """Hold a whole module to --no-skips."""
    return _not_skipped((yield), collector.config)


def _not_skipped(report: Any, config: pytest.Config) -> Any:
    """With --no-skips what is skipped has failed, and its reason is the failure."""
    if config.getoption("--no-skips") and report.skipped:
        is_place_and_reason = isinstance(report.longrepr, tuple)
        reason = report.longrepr[2] if is_place_and_reason else getattr(report, "wasxfail", report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"skipped, and nothing may be: {reason}"
    return report


@pytest.fixture(scope="session")
def oracle(pytestconfig: pytest.Config) -> Path:
    """The folder of the published contract, which is not part of this repository."""
    folder: Path | None = pytestconfig.getoption("oracle")
    if folder is None:
        pytest.skip("no oracle: give --oracle=DIR")
    # From where pytest was started; tests may have moved elsewhere since.
    folder = (pytestconfig.invocation_params.dir / folder).resolve()
    if not folder.is_dir():
        pytest.fail(f"--oracle {folder} is not a folder", pytrace=False)
    return folder
