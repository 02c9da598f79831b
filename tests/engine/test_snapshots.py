"""A stored day: its figures never change, and its list is exactly what it counted."""

from __future__ import annotations

import pytest

from branches.models import CoveringLink, Term
from branches.responsibility import recompute
from orgs.models import OrganizationState, SocialOrganization
from portal.core import indicators, snapshots
from portal.core.indicators import CannotAnswer, Slice
from portal.core.models import Figure, SubjectState, UnitState
from tests import world
from tests.world import day

pytestmark = pytest.mark.django_db
D = "2014-06-30"


@pytest.fixture
def town():
    """Three organizations of a district: own branch, instructor, nothing."""
    nanshan = world.district("440305", "南山区")
    lead = world.unit("NS", kind="DISTRICT_LEAD", district=nanshan)
    a, b, c = (world.organization(name, registering=lead, district=nanshan) for name in "甲乙丙")
    world.term(world.party("P1", by=lead, covers=(a,)), "2013-11-05", "2016-11-04")
    world.posting(b, "2014-01-01")
    world.settle()
    return {"甲": a, "乙": b, "丙": c, "unit": lead}


def stored(code: str, on: str = D, **part: object) -> list[tuple[str, str, str]]:
    """(name, status, reason) behind a figure of a stored day."""
    ind = indicators.indicator(code)
    found = indicators.explain(ind, day(on), Slice(**part), source=snapshots.answering(day(on))[0])
    return [(s.name, s.status, s.reason) for s in found]


def kept(on: str = D) -> list[tuple]:
    """Every figure of a stored day."""
    rows = Figure.objects.filter(snapshot__day=day(on)).order_by("indicator", "by", "group")
    return list(rows.values_list("indicator", "by", "group", "eligible", "met", "excluded", "target"))


def correct(town: dict) -> None:
    """Afterwards it turns out that everything was otherwise."""
    CoveringLink.objects.everyone().delete()
    SocialOrganization.objects.everyone().filter(pk=town["乙"].pk).update(name="乙改", closed_on=day("2014-01-01"))
    OrganizationState.objects.filter(organization=town["丙"]).update(registering_unit=None, district=None)
    Term.objects.all().delete()
    world.target("branch-coverage", 10, "2010-01-01")
    recompute()


def test_first_snapshot_never_changes(town):
    assert snapshots.keep([day(D)]) == [day(D)]
    before = kept()
    correct(town)
    assert snapshots.keep([day(D)]) == []
    assert kept() == before
    assert [r.met for r in snapshots.figures(day(D), "city", ["work-coverage"])] == [2]


def test_list_of_a_stored_day_is_what_it_counted(town):
    snapshots.keep([day(D)])
    correct(town)
    assert stored("work-coverage") == [
        ("甲", "met", "own"),
        ("乙", "met", "instructor"),
        ("丙", "unmet", "none"),
    ]
    assert [row[0] for row in stored("work-coverage", units=frozenset({town["unit"].pk}), status="unmet")] == ["丙"]
    assert stored("term-current") == [("党支部P1", "met", "in-term")]


def test_live_says_what_is_known_now(town):
    snapshots.keep([day(D)])
    correct(town)
    assert [r.met for r in snapshots.best(day(D), "city", ["work-coverage"], live=True)] == [0]
    assert [r.met for r in snapshots.best(day(D), "city", ["work-coverage"])] == [2]


def test_every_stored_figure_is_as_long_as_its_stored_list(town):
    snapshots.keep([day(D)])
    correct(town)
    for code, by, _, eligible, *_ in kept():
        if by == "city":
            listed, ind = len(stored(code)), indicators.indicator(code)
            assert ind.figure(listed, listed, day(D))[0] == eligible


def test_made_up_earlier_day_changes_nothing_else(town):
    """A missed night is made up after later ones were kept: their lists stay, its own is right."""
    for on in ("2014-03-31", D):
        snapshots.keep([day(on)])
    before = {on: (kept(on), stored("work-coverage", on)) for on in ("2014-03-31", D)}
    world.posting(town["丙"], "2014-04-01", "2014-05-01")
    world.organization("丁", established="2014-04-01", closed="2014-06-01")
    world.settle()
    assert snapshots.keep([day("2014-04-30")]) == [day("2014-04-30")]
    assert {on: (kept(on), stored("work-coverage", on)) for on in before} == before
    assert stored("work-coverage", "2014-04-30") == [
        ("甲", "met", "own"),
        ("乙", "met", "instructor"),
        ("丙", "met", "instructor"),
        ("丁", "unmet", "none"),
    ]


def test_a_night_without_change_writes_no_state(town):
    snapshots.keep([day("2014-06-29")])
    before = SubjectState.objects.count()
    snapshots.keep([day(D)])
    assert SubjectState.objects.count() == before


def test_a_day_that_was_not_kept_is_a_sentence(town):
    with pytest.raises(CannotAnswer, match="2014-06-30 没有存档"):
        snapshots.figures(day(D))
    assert [r.met for r in snapshots.best(day(D), "city", ["work-coverage"])] == [2]


def test_latest_and_series(town):
    snapshots.keep([day("2014-03-31"), day(D)])
    assert (snapshots.latest(), snapshots.latest(day(D)), snapshots.latest(day("2014-03-31"))) == (
        day(D),
        day("2014-03-31"),
        None,
    )
    series = snapshots.series("work-coverage", "city", "city")
    assert [(f.snapshot.day, f.met, f.eligible) for f in series] == [(day("2014-03-31"), 2, 3), (day(D), 2, 3)]


def test_stored_list_stays_with_its_groups_when_a_unit_is_moved(town):
    """A unit placed under another afterwards: the stored figure of the one above keeps its list."""
    above = world.unit("SZ", kind="CITY_LEAD")
    town["unit"].states.update(parent=above)
    snapshots.keep([day(D)])
    assert {r.group: r.eligible for r in snapshots.figures(day(D), "unit", ["branch-coverage"])} == {"NS": 3, "SZ": 3}
    town["unit"].states.update(parent=None)
    assert {r.group: r.eligible for r in snapshots.figures(day(D), "unit", ["branch-coverage"])} == {"NS": 3, "SZ": 3}


def test_a_unit_moved_afterwards_regroups_nothing_that_a_stored_day_counted(city):
    on = day("2016-01-04")
    snapshots.keep([on])
    UnitState.objects.filter(unit=city.units["nanshan-civil"]).update(parent=city.units["futian"])
    source, places = snapshots.answering(on)
    for ind in indicators.chosen(None, "unit"):
        for rate in snapshots.figures(on, "unit", [ind.code]):
            part = Slice(units=places.tree.below(places.tree.by_code[rate.group].id))
            assert indicators.count(ind, on, part, source=source) == rate.eligible, (ind.code, rate.group)
    live = {r.group: r.eligible for r in indicators.rates(on, "unit", ["branch-coverage"])}
    kept = {r.group: r.eligible for r in snapshots.figures(on, "unit", ["branch-coverage"])}
    assert live["FT"] > kept["FT"]
