"""Each test of the suite meets every kind of store."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from simulator.store.outbox import Store
from tests.store.places import PLACES, Place


@pytest.fixture(params=PLACES)
def place(request: pytest.FixtureRequest, tmp_path) -> Place:
    """A store with nothing in it."""
    return PLACES[request.param](tmp_path)


@pytest.fixture(params=PLACES, scope="module")
def store(request: pytest.FixtureRequest, tmp_path_factory) -> Iterator[Store]:
    """An open store for all that Hypothesis thinks of; each example has a run of its own in it."""
    opened = PLACES[request.param](tmp_path_factory.mktemp("shared")).store()
    yield opened
    asyncio.run(opened.close())
