"""Fixtures for the whole suite."""

import pytest

from tests.cast import City, build


@pytest.fixture
def city(db) -> City:
    """A small city with two districts and the whole cast."""
    return build()
