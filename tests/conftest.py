"""Fixtures for the whole suite."""

import pytest
from django.db import connection

from tests.cast import City, build


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What only PostgreSQL can answer is skipped elsewhere; the marker is the list of it."""
    if connection.vendor != "postgresql":
        for item in items:
            if item.get_closest_marker("postgres_only"):
                item.add_marker(pytest.mark.skip(reason="只在 PostgreSQL 上运行"))


@pytest.fixture
def city(db) -> City:
    """A small city with two districts and the whole cast."""
    return build()
