"""A figure is a few statements at any size."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.core import indicators
from tests import world
from tests.world import day


def _statements(by: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        indicators.rates(day("2014-06-30"), by)
    return len(captured)


@pytest.mark.parametrize("by", indicators.GROUPINGS)
def test_as_many_statements_for_200_organizations_as_for_10(db, by):
    lead = world.unit("SZ", kind="CITY_LEAD")
    units = [world.unit(f"U{i}", parent=lead) for i in range(10)]
    for i in range(10):
        world.party(by=units[i], covers=(world.organization(registering=units[i]),))
    world.settle()
    few = _statements(by)
    for i in range(190):
        world.organization(registering=units[i % 10])
    for i in range(40):
        world.unit(f"V{i}", parent=units[i % 10])
    world.settle()
    assert _statements(by) == few <= 12


def test_explain_needs_as_many_statements_for_200_as_for_10(db):
    def ask() -> int:
        with CaptureQueriesContext(connection) as captured:
            indicators.explain(indicators.indicator("work-coverage"), day("2014-06-30"))
        return len(captured)

    for _ in range(10):
        world.party(covers=(world.organization(),))
    world.settle()
    few = ask()
    for _ in range(190):
        world.posting(world.organization(), "2014-01-01")
    world.settle()
    assert ask() == few <= 12
