"""What all tests share: the option that puts the published contract beside ours."""

from __future__ import annotations

from pathlib import Path

import pytest


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
        "--update-golden",
        action="store_true",
        dest="update_golden",
        help="write the golden traces anew; look at what has changed before you keep it",
    )


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
