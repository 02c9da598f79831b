"""Lawyers in communities and schools (article 17): boundary days, other fields, other kinds, targets, refusals."""

from __future__ import annotations

import pytest

from portal.core import indicators
from portal.core.indicators import CannotAnswer, Slice
from tests import world
from tests.world import day

LINKS, LECTURES = "legal-communities", "legal-schools"


def lawyers(**more):
    """A law firm and the party organization that covers it."""
    firm = world.organization("演示律师事务所", kind="INTERMEDIARY", field="LEGAL_SERVICE", **more.pop("firm", {}))
    return firm, world.party("LAW-1", more.pop("form", "OWN"), approved="2014-01-01", covers=(firm,), **more)


def reason(code, on):
    """The reason of the only subject; "" where there is none."""
    found = indicators.explain(indicators.indicator(code), day(on))
    return found[0].reason if found else ""


@pytest.fixture
def nanshan(db):
    return world.district("440305", "南山区")


# ── 挂点 ──


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2014-02-28", ""),  # the community is not there yet
        ("2014-03-01", "unserved"),
        ("2014-03-31", "unserved"),
        ("2014-04-01", "served"),  # the first day counts
        ("2014-12-31", "served"),
        ("2015-01-01", "unserved"),  # the last day does not
        ("2016-01-01", ""),  # closed from that day on
    ],
)
def test_a_contact_counts_from_its_first_day_to_the_day_before_its_last(nanshan, on, expected):
    _, party = lawyers()
    place = world.place(nanshan, start="2014-03-01", end="2016-01-01")
    world.serve(party, place, "2014-04-01", "2015-01-01")
    assert reason(LINKS, on) == expected


@pytest.mark.parametrize(
    ("firm", "party", "link", "on", "expected"),
    [
        ({}, {}, {}, "2014-06-30", "served"),
        ({}, {"form": "FUNCTIONAL"}, {}, "2014-06-30", "served"),
        ({"mode": "RECORDED"}, {}, {}, "2014-06-30", "served"),
        ({"established": "2014-07-01"}, {}, {}, "2014-06-30", "unserved"),
        ({"established": "2014-06-30"}, {}, {}, "2014-06-30", "served"),
        ({"closed": "2014-06-30"}, {}, {}, "2014-06-30", "unserved"),
        ({"closed": "2014-07-01"}, {}, {}, "2014-06-30", "served"),
        ({}, {"dissolved": "2014-06-30"}, {}, "2014-06-30", "unserved"),
        ({}, {"dissolved": "2014-07-01"}, {}, "2014-06-30", "served"),
        ({}, {}, {"linked": "2014-07-01"}, "2014-06-30", "unserved"),
        ({}, {}, {"linked": "2014-06-30"}, "2014-06-30", "served"),
    ],
)
def test_who_serves_must_be_one_of_lawyers_on_the_day(nanshan, firm, party, link, on, expected):
    _, serving = lawyers(firm=firm, **party, **link)
    world.serve(serving, world.place(nanshan), "2014-01-01")
    assert reason(LINKS, on) == expected


def test_the_field_recorded_for_the_day_decides(nanshan):
    firm, party = lawyers()
    state = firm.states.get()
    state.valid_to = day("2014-07-01")
    state.save()
    state.pk, state.valid_from, state.valid_to, state.field = None, day("2014-07-01"), None, "ACCOUNTING"
    state.save()
    world.serve(party, world.place(nanshan), "2014-01-01")
    assert (reason(LINKS, "2014-06-30"), reason(LINKS, "2014-07-01")) == ("served", "unserved")


def test_other_fields_other_kinds_of_service_and_other_places_do_not_count(nanshan):
    _, party = lawyers()
    other = world.party("OTHER", approved="2014-01-01", covers=(world.organization(field="CHARITY"),))
    place = world.place(nanshan)
    world.serve(other, place, "2014-02-01")
    world.serve(party, place, "2014-02-01", kind="LECTURE")
    world.serve(party, world.place(nanshan, "HOSPITAL"), "2014-02-01")
    assert reason(LINKS, "2014-06-30") == "unserved"
    [rate] = indicators.rates(day("2014-06-30"), "city", [LINKS])
    assert (rate.eligible, rate.met, rate.target, str(rate.due_on)) == (1, 0, 90, "2015-12-31")


# ── 法治宣讲 ──


@pytest.mark.parametrize(
    ("held", "on", "expected"),
    [
        ("2014-12-31", "2014-12-30", "unserved"),
        ("2014-12-31", "2014-12-31", "served"),
        ("2014-12-31", "2015-01-01", "unserved"),  # another year
        ("2015-01-01", "2015-01-01", "served"),
        ("2015-01-01", "2015-12-31", "served"),
        ("2014-01-01", "2014-01-01", "served"),  # the day on which the party organization was approved
        ("2013-12-31", "2013-12-31", "unserved"),  # the day before
    ],
)
def test_a_lecture_counts_in_the_year_of_its_first_day(nanshan, held, on, expected):
    _, party = lawyers()
    world.serve(party, world.place(nanshan, "SCHOOL"), held, held, kind="LECTURE")
    assert reason(LECTURES, on) == expected


def test_a_lecture_of_a_party_organization_dissolved_later_still_counts(nanshan):
    _, party = lawyers(dissolved="2014-09-01")
    world.serve(party, world.place(nanshan, "SCHOOL"), "2014-05-05", kind="LECTURE")
    assert reason(LECTURES, "2014-12-31") == "served"


def test_a_lecture_that_lasts_into_the_next_year_belongs_to_the_first(nanshan):
    _, party = lawyers()
    world.serve(party, world.place(nanshan, "SCHOOL"), "2014-12-01", "2015-02-01", kind="LECTURE")
    assert (reason(LECTURES, "2014-12-31"), reason(LECTURES, "2015-01-15")) == ("served", "unserved")


# ── groups, evidence, refusals ──


def test_districts_account_for_the_city_and_one_that_ended_is_not_recorded(nanshan):
    _, party = lawyers()
    ended = world.district("GMXQ", "光明新区", end="2014-06-30")
    world.serve(party, world.place(nanshan), "2014-01-01")
    world.place(nanshan)
    world.place(ended)
    found = {r.group: (r.met, r.eligible) for r in indicators.rates(day("2014-06-30"), "district", [LINKS])}
    assert found == {"440305": (1, 2), "-": (0, 1)}
    [city] = indicators.rates(day("2014-06-30"), "city", [LINKS])
    assert (city.met, city.eligible, city.rate, city.shortfall) == (1, 3, "33.33", 2)


def test_the_evidence_names_codes_and_days(nanshan):
    firm, party = lawyers()
    place = world.place(nanshan, code="NS-1", name="粤海社区")
    world.serve(party, place, "2014-04-01")
    [one] = indicators.explain(indicators.indicator(LINKS), day("2014-06-30"))
    assert (one.subject, one.name, one.unit, one.district) == ("NS-1", "粤海社区", None, "440305")
    served_by = {"party_organization": "LAW-1", "from": "2014-04-01", "organizations": [firm.credit_code]}
    assert one.evidence == {"served_by": [served_by]}


@pytest.mark.parametrize("by", ["unit", "street", "kind", "field"])
def test_other_groupings_are_refused_with_a_sentence(db, by):
    with pytest.raises(CannotAnswer, match="不能按"):
        indicators.rates(day("2014-06-30"), by, [LINKS])


def test_a_list_is_as_long_as_its_figure(nanshan):
    _, party = lawyers()
    places = [world.place(nanshan) for _ in range(4)]
    for place in places[:3]:
        world.serve(party, place, "2014-01-01")
    ind, on = indicators.indicator(LINKS), day("2014-06-30")
    assert indicators.count(ind, on, Slice(status="met")) == 3
    assert [one.id for one in indicators.explain(ind, on, Slice(status="unmet"))] == [places[3].pk]
