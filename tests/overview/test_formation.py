"""Formation advice as a table of cases: which set-up article 3 asks for on which counts."""

import pytest

from branches.counts import formation_due_reported, people_on
from branches.formation import People, advise, party_notes
from portal.core import indicators
from tests import world

DAY = world.day("2016-04-13")


@pytest.mark.parametrize(
    ("reason", "people", "code", "basis"),
    [
        ("own", People(firm=3), "covered", "firm"),
        ("own", People(), "covered", "firm"),
        # three full members include the number: 以上
        ("joint", People(firm=3), "split", "firm"),
        ("hub", People(firm=4), "split", "firm"),
        ("functional", People(firm=3), "own-due", "firm"),
        ("joint", People(firm=2), "covered", "firm"),
        # edge case 2: probationary members are no full members
        ("none", People(potential=2, probationary=2), "joint", "potential"),
        ("none", People(probationary=2), "joint", "potential"),
        # edge case 37: members whose relation is elsewhere do not move a covered organization
        ("joint", People(firm=1, potential=5), "covered", "firm"),
        ("none", People(potential=3), "own-due", "potential"),
        # reported numbers advise, marked as such
        ("none", People(reported=3), "own-due", "reported"),
        ("joint", People(firm=1, reported=5), "split", "reported"),
        ("instructor", People(reported=2), "joint", "reported"),
        ("none", People(reported=0), "instructor", "firm"),
        ("none", People(), "instructor", "firm"),
        # edge case 19 and the third way of article 3: nobody known, somebody posted
        ("instructor", People(), "covered", "firm"),
        ("functional", People(), "covered", "firm"),
    ],
)
def test_advice(reason, people, code, basis):
    advice = advise(reason, people, DAY)
    assert (advice.code, advice.basis, advice.article) == (code, basis, 3)
    assert advice.sentence.endswith("。")


def test_own_branch_that_fell_below_three_stays_covered_and_is_named():
    """Edge case 1: two are left; covered until the superior decides."""
    advice = advise("own", People(firm=2), DAY)
    assert advice.code == "covered"
    assert "不足 3 名" in advice.note
    assert not advise("own", People(firm=2, reported=4), DAY).note


def test_forecast_names_how_many_conversions_are_missing():
    assert "再有 1 名转正" in advise("none", People(potential=2, probationary=2), DAY).note
    assert not advise("none", People(potential=1, probationary=1), DAY).note


@pytest.mark.parametrize(
    ("form", "covered", "members", "warned"),
    [
        ("JOINT", 5, 9, 0),
        ("JOINT", 6, 9, 1),
        ("REGIONAL", 6, 2, 2),
        # edge case 17: a hub of forty is no joint branch
        ("HUB", 40, 9, 0),
        # nobody named yet is not "too few"
        ("OWN", 1, 0, 0),
        ("OWN", 1, 2, 1),
    ],
)
def test_notes_on_a_party_organization(form, covered, members, warned):
    assert len(party_notes(form, covered, members, DAY)) == warned


@pytest.fixture
def joint(db):
    """Edge case 16: a joint branch of A, B and C; B's third member is converted on 2015-09-15."""
    orgs = [world.organization(name) for name in ("甲中心", "乙中心", "丙中心")]
    branch = world.party("L1", "JOINT", approved="2014-02-01", covers=tuple(orgs))
    for at, number in zip(orgs, (2, 2, 1), strict=True):
        for _ in range(number):
            world.member(at, branch)
    world.member(orgs[1], branch, converted="2015-09-15", joined="2014-09-15")
    world.settle()
    return orgs


def test_counts_of_a_joint_branch_on_two_days(joint):
    ids = [one.pk for one in joint]
    before, after = people_on(world.day("2015-09-14"), ids), people_on(world.day("2015-09-15"), ids)
    assert [before[i].firm for i in ids] == [2, 2, 1]
    assert [after[i].firm for i in ids] == [2, 3, 1]
    assert (before[ids[1]].probationary, after[ids[1]].probationary) == (1, 0)
    assert advise("joint", before[ids[1]], DAY).code == "covered"
    assert advise("joint", after[ids[1]], DAY).code == "split"


def test_relation_elsewhere_is_potential_and_retired_people_are_not_counted(db):
    here = world.organization("丁中心")
    elsewhere = world.party("X1", approved="2010-01-01")
    world.member(here, elsewhere)
    world.member(here, None)
    world.member(here, None, employment="RETIRED")
    world.member(here, None, left="2015-01-01")
    world.settle()
    people = people_on(DAY, [here.pk])[here.pk]
    assert (people.firm, people.potential, people.probationary) == (0, 2, 0)


def test_reported_number_is_the_latest_of_that_day_and_unknown_is_not_zero(db):
    here = world.organization("戊中心")
    world.report(here, "2014-01-15", full=5)
    world.report(here, "2016-01-15", full=None)
    world.settle()
    assert people_on(world.day("2013-12-31"), [here.pk])[here.pk].reported is None
    assert people_on(world.day("2015-12-31"), [here.pk])[here.pk].reported == 5
    last = people_on(DAY, [here.pk])[here.pk]
    assert (last.reported, last.reported_on) == (None, world.day("2016-01-15"))


def test_range_of_formation_due_is_named_to_reported(joint):
    """Lower bound: named people; upper bound: reported numbers where they are higher."""
    world.report(joint[0], "2016-01-15", full=4)
    world.report(joint[2], "2016-01-15", full=2)
    [named] = indicators.rates(DAY, "city", ["formation-due"])
    [reported] = indicators.rates(DAY, "city", ["formation-due"], source=formation_due_reported)
    assert (named.met, named.eligible) == (0, 1)
    assert (reported.met, reported.eligible) == (0, 2)
