"""What all tests share: the published contract beside ours, golden traces, and that nothing is skipped."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# A slow machine is no reason to fail: how long an example takes is not what is tested.
settings.register_profile("ours", deadline=None)
settings.load_profile("ours")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that says where the published contract lies."""
    parser.addoption(
        "--oracle",
        type=Path,
        default=None,
        metavar="DIR",
        help="folder of the published contract (core_components/, interactions/), to compare wsdl/ with",
    )
    parser.addoption(
        "--no-skips",
        action="store_true",
        help="fail where something is skipped: what the tests need must be there",
    )
    parser.addoption(
        "--update-golden",
        action="store_true",
        dest="update_golden",
        help="write the golden traces anew; look at what has changed before you keep it",
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[Any]:
    """With --no-skips a skipped test is a failed one, and its reason is the failure."""
    report = yield
    if item.config.getoption("--no-skips") and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"skipped, and nothing may be: {call.excinfo.value if call.excinfo else report.longrepr}"
    return report


@pytest.fixture(scope="session")
def oracle(pytestconfig: pytest.Config) -> Path:
    """The folder of the published contract, which is not part of this repository."""
    folder: Path | None = pytestconfig.getoption("oracle")
    if folder is None:
        pytest.skip("no oracle: give --oracle DIR")
    # From where pytest was started; tests may have moved elsewhere since.
    folder = (pytestconfig.invocation_params.dir / folder).resolve()
    if not folder.is_dir():
        pytest.fail(f"--oracle {folder} is not a folder", pytrace=False)
    return folder
