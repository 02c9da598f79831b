"""Article 6 in figures: the quota of the city, and who fills that of a district, on the days on which they turn."""

from __future__ import annotations

import pytest

from demonstration.board import board
from portal.core import comparison, indicators, snapshots
from portal.core.comparison import Side
from portal.core.indicators import CannotAnswer, Places
from tests import world
from tests.engine.conftest import numbered
from tests.engine.histories import around
from tests.engine.questions import counted, figure, reasons, subjects
from tests.engine.test_comparison import _adds_up
from tests.world import day

pytestmark = pytest.mark.django_db
D = "2014-06-30"


@pytest.fixture
def districts():
    """Two districts, one of them until the end of 2014."""
    return [world.district("440305", "南山区"), world.district("440306", "宝安区", end="2015-01-01")]


def _named(count: int, level: str, **more):
    for _ in range(count):
        world.site(world.organization(), level=level, **more)


@pytest.mark.parametrize(
    ("named", "met", "shortfall", "rate", "meets"),
    [(0, 0, 10, "0.00", False), (9, 9, 1, "90.00", False), (10, 10, 0, "100.00", True), (12, 10, 0, "100.00", True)],
)
def test_the_quota_of_the_city(named, met, shortfall, rate, meets):
    """Everyone named is listed; the figure is at most the quota, and the quota is there without a single site."""
    _named(named, "CITY")
    found = figure("city-sites", D)
    assert (found.met, found.eligible, found.shortfall, found.rate, found.meets) == (met, 10, shortfall, rate, meets)
    assert (found.adjusted_met, found.adjusted_eligible, found.excluded) == (met, 10, 0)
    listed = subjects("city-sites", D)
    assert len(listed) == named
    assert {(one.status, one.reason) for one in listed.values()} <= {("met", "named")}


@pytest.mark.parametrize(
    ("on", "is_active"),
    [("2013-12-31", False), ("2014-01-01", True), ("2014-05-31", True), ("2014-06-01", False)],
)
@pytest.mark.parametrize("ending", ["withdrawn", "closed"])
@pytest.mark.parametrize("level", ["CITY", "DISTRICT"])
def test_active_from_the_naming_to_the_withdrawal_or_the_end_of_the_organization(
    districts, level, ending, on, is_active
):
    ended = {ending: "2014-06-01"}
    one = world.organization(district=districts[0], closed=ended.get("closed"))
    world.site(one, "2014-01-01", ended.get("withdrawn"), level=level, code="S1")
    world.site(world.organization(district=districts[0]), "2013-01-01", level="DISTRICT")
    if level == "CITY":
        assert counted("city-sites", on) == (int(is_active), 10)
    else:
        assert reasons("district-sites", on)["南山区"] == ("quota-met" if is_active else "quota-short")


def test_only_sites_of_a_district_fill_its_quota(districts):
    for level in ("CITY", "CITY", "DISTRICT"):
        world.site(world.organization(district=districts[0]), level=level)
    assert reasons("district-sites", D) == {"南山区": "quota-short", "宝安区": "quota-short"}
    world.site(world.organization(district=districts[0]))
    world.site(world.organization())
    assert reasons("district-sites", D) == {"南山区": "quota-met", "宝安区": "quota-short"}
    assert counted("district-sites", D) == (1, 2)
    assert counted("district-sites", D, "district", "440305") == (1, 1)
    assert figure("district-sites", D, "district", "440306").shortfall == 1


def test_a_site_counts_in_the_district_that_its_organization_had_on_the_day(districts):
    moving = world.organization(district=districts[0])
    world.site(moving)
    world.site(world.organization(district=districts[1]))
    state = moving.states.get()
    state.valid_to = day("2014-06-01")
    state.save()
    state.pk, state.valid_from, state.valid_to, state.district = None, day("2014-06-01"), None, districts[1]
    state.save(force_insert=True)
    assert reasons("district-sites", "2014-05-31")["宝安区"] == "quota-short"
    assert reasons("district-sites", "2014-06-01")["宝安区"] == "quota-met"


def test_a_district_counts_while_it_is_valid(districts):
    _named(2, "DISTRICT", named="2014-01-01")
    assert set(reasons("district-sites", "2014-12-31")) == {"南山区", "宝安区"}
    assert set(reasons("district-sites", "2015-01-01")) == {"南山区"}


def test_evidence_names_the_rows_that_decided(districts):
    one = world.organization(district=districts[0])
    world.site(one, "2014-01-01", code="S1")
    world.site(one, "2013-01-01", level="CITY", code="S2", name="市级示范点")
    found = subjects("district-sites", D)["南山区"].as_dict()
    assert (found["subject"], found["unit"], found["district"], found["article"]) == ("440305", None, "440305", 6)
    assert found["evidence"] == {"sites": [{"code": "S1", "organization": one.credit_code, "named_on": "2014-01-01"}]}
    city = subjects("city-sites", D)["市级示范点"].as_dict()
    assert (city["subject"], city["district"]) == ("S2", "440305")
    assert city["evidence"] == {"organization": one.credit_code, "named_on": "2013-01-01", "withdrawn_on": None}


@pytest.mark.parametrize("by", ["unit", "district", "street", "kind", "field"])
def test_the_city_alone_has_the_quota(by):
    with pytest.raises(CannotAnswer, match="市级示范点不能按"):
        indicators.rates(day(D), by, ["city-sites"])


@pytest.mark.parametrize("by", ["unit", "street", "kind", "field"])
def test_districts_are_grouped_by_district_only(by):
    with pytest.raises(CannotAnswer, match="区级示范点达标率不能按"):
        indicators.rates(day(D), by, ["district-sites"])


def test_a_stored_day_keeps_the_quota_and_the_whole_list():
    _named(12, "CITY")
    snapshots.keep([day(D)])
    _named(1, "CITY")
    kept = snapshots.figures(day(D), "city", ["city-sites"])[0]
    assert (kept.met, kept.eligible) == (10, 10)
    ind = indicators.indicator("city-sites")
    assert indicators.count(ind, day(D), source=indicators.stored) == 12
    assert [rate.as_dict() for rate in indicators.rates(day(D), "city", ["city-sites"], source=indicators.stored)] == [
        kept.as_dict()
    ]


def test_two_days_are_compared_by_the_list_and_held_to_the_quota():
    _named(9, "CITY")
    _named(3, "CITY", named="2014-07-01")
    snapshots.keep([day(D), day("2014-07-31")])
    ind = indicators.indicator("city-sites")
    found = comparison.sums(ind, Side(day(D)), Side(day("2014-07-31")))
    _adds_up(found)
    assert (found.before.eligible, found.after.eligible, found.moved["came"].count) == (9, 12, 3)
    assert (found.before.rate, found.after.rate) == ("90.00", "100.00")


@numbered(40)
def test_the_board_counts_what_the_figures_count(history):
    on = around(history.dice)
    found = board(on, Places(on).districts)
    listed = indicators.explain(indicators.indicator("city-sites"), on)
    assert (found.city.named, found.city.asked) == (len(listed), 10)
    districts = {one.subject: one for one in indicators.explain(indicators.indicator("district-sites"), on)}
    assert {one.code: one.quota.named for one in found.districts} == {
        code: len(one.evidence["sites"]) for code, one in districts.items()
    }
    assert {one.code for one in found.short_districts} == {
        code for code, one in districts.items() if one.reason == "quota-short"
    }
