"""Random histories for property tests, lived through."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from tests.engine.chronicle import live_through
from tests.engine.histories import History, draw

#: these alone reach every answer of every indicator (`test_histories_reach_every_answer`); more take long
ENOUGH = 16
#: each statement costs PostgreSQL a round trip, and the histories are the same
SHARE = 1.0 if connection.vendor == "sqlite" else 0.25


def numbered(most: int) -> pytest.MarkDecorator:
    """Ask a test of so many histories, always the same ones; the number of a failing one is in its name."""
    numbers = [pytest.param(n, marks=pytest.mark.long if n >= ENOUGH else ()) for n in range(int(most * SHARE))]
    return pytest.mark.parametrize("history", numbers, indirect=True)


@pytest.fixture
def history(request: pytest.FixtureRequest, db: Any) -> History:
    """The registers hold the history of this number."""
    drawn = draw(request.param)
    live_through(drawn)
    return drawn
