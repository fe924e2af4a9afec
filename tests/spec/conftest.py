"""A county of clean facts for each test."""

from collections.abc import Iterator

import pytest

from tests.conftest import fresh_database
from tests.spec.facts import Facts, made_county


@pytest.fixture
def facts(warehouse_url: str) -> Iterator[Facts]:
    """An empty county of the shipped configuration."""
    with made_county(warehouse_url) as made:
        yield made


@pytest.fixture(scope="session")
def spec_url(upgraded_server: str) -> Iterator[str]:
    """One warehouse for examples that commit nothing."""
    yield from fresh_database(upgraded_server)
