"""Each test of the suite meets every kind of store."""

from __future__ import annotations

import pytest
from hypothesis import settings

from tests.store.places import PLACES, Place

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.fixture(params=PLACES)
def place(request: pytest.FixtureRequest, tmp_path) -> Place:
    """A store with nothing in it."""
    return PLACES[request.param](tmp_path)


@pytest.fixture(params=PLACES, scope="module")
def shared_place(request: pytest.FixtureRequest, tmp_path_factory) -> Place:
    """A store for all that Hypothesis thinks of; each example has a run of its own in it."""
    return PLACES[request.param](tmp_path_factory.mktemp("shared"))
