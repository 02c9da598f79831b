"""Fixtures for the forms: the furnished city, a browser per account, templates that name nothing undefined."""

from __future__ import annotations

import pytest

from tests.ledger import furnish
from tests.pages.conftest import browse, no_undefined_names

__all__ = ["browse", "no_undefined_names", "pairs"]


@pytest.fixture
def pairs(city):
    """A row of every register in each district."""
    return furnish(city)
