"""The shares of article 12: joint nomination, self-nomination, contested elections of secretaries."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from branches.models import Candidate
from branches.shares import CONTESTED, JOINT, SELF, YEARS, Share, shares
from portal.core.units import UnitTree
from tests import world
from tests.world import day

DAY = day("2016-06-30")


def found(on: str = "2016-06-30"):
    return shares(day(on), UnitTree.on(day(on)))


@pytest.fixture
def units(db):
    """A city unit, a district's lead with a street below it that names no district, and a bureau of the city."""
    nanshan = world.district("NS", "南山区")
    city = world.unit("SZ", kind="CITY_LEAD")
    lead = world.unit("NS", kind="DISTRICT_LEAD", parent=city, district=nanshan)
    street = world.unit("NS-YH", kind="SUBDISTRICT", parent=lead)
    bureau = world.unit("SZ-MZJ", parent=city)
    return {"city": city, "lead": lead, "street": street, "bureau": bureau, "district": nanshan}


def stand(at, *channels: str, post: str = "COMMITTEE_MEMBER") -> None:
    for channel in channels:
        world.candidate(at, world.person(), post, channel)


def test_candidates_whose_channel_is_known_are_counted_by_year(units):
    party = world.party(by=units["street"])
    stand(world.election(party, "2015-12-31"), "JOINT", "SELF", "SELF", "ORGANIZATION", "")
    stand(world.election(party, "2016-01-01", occasion="BY_ELECTION"), "MASSES", "JOINT")
    stand(world.election(party, "2016-07-01"), "JOINT")
    city = found().city
    assert (city[JOINT, 2015], city[SELF, 2015]) == (Share(1, 4), Share(2, 4))
    assert (city[JOINT, 2016], city[SELF, 2016]) == (Share(1, 2), Share(0, 2))
    assert found("2016-07-01").city[JOINT, 2016] == Share(2, 3)


def test_an_election_of_a_secretary_is_contested_by_more_than_one(units):
    party = world.party(by=units["lead"])
    for on, many in (("2016-01-01", 1), ("2016-02-01", 2), ("2016-03-01", 3)):
        stand(world.election(party, on), *["SELF"] * many, post="SECRETARY")
    stand(world.election(party, "2016-04-01"), "SELF", "SELF", post="COMMITTEE_MEMBER")
    world.election(party, "2016-05-01")
    share = found().city[CONTESTED, 2016]
    assert share == Share(2, 3) and share.rate == "66.66"
    assert Share().rate is None


def test_a_unit_counts_those_below_it_and_a_district_its_units(units):
    for by in ("street", "lead", "bureau"):
        stand(world.election(world.party(by=units[by]), "2016-01-01"), "JOINT")
    stand(world.election(world.party(), "2016-01-01"), "SELF")
    all_of = found()
    assert all_of.city[JOINT, 2016] == Share(3, 4)
    assert all_of.of_unit(units["lead"].pk)[JOINT, 2016] == Share(2, 2)
    assert all_of.of_unit(units["street"].pk)[JOINT, 2016] == Share(1, 1)
    assert all_of.of_unit(units["city"].pk)[JOINT, 2016] == Share(3, 3)
    # the street names no district: the nearest above it does
    assert all_of.of_district(units["district"].pk)[JOINT, 2016] == Share(2, 2)
    assert all_of.of_district(None)[JOINT, 2016] == Share(1, 2)


def test_an_election_stands_where_its_party_organization_is_supervised_on_the_day_asked_for(units):
    party = world.party(by=units["lead"])
    state = party.states.get()
    state.valid_to = day("2016-05-01")
    state.save()
    state.copy(valid_from=day("2016-05-01"), valid_to=None, supervising_unit_id=units["bureau"].pk).save()
    stand(world.election(party, "2016-01-01"), "JOINT")
    before, after = found("2016-04-30"), found("2016-05-01")
    assert before.of_unit(units["lead"].pk)[JOINT, 2016] == Share(1, 1)
    assert (JOINT, 2016) not in after.of_unit(units["lead"].pk)
    assert after.of_unit(units["bureau"].pk)[JOINT, 2016] == Share(1, 1)


def test_so_many_years_are_looked_back_upon(units):
    party = world.party(by=units["lead"], approved="2005-01-01")
    first = DAY.year - YEARS + 1
    stand(world.election(party, f"{first}-01-01"), "JOINT")
    stand(world.election(party, f"{first - 1}-12-31"), "JOINT")
    assert [year for _, year in found().city if found().city[JOINT, year].whole] == [first, first]
    assert found().years == list(range(first, DAY.year + 1))


def test_sets_equal_the_plain_rule_on_random_histories_in_two_statements(units):
    dice = random.Random(12)
    parties = [world.party(by=units[by]) for by in ("lead", "street", "bureau") for _ in range(3)]
    plain: Counter[tuple[str, int, str]] = Counter()
    for number in range(40):
        year = dice.randint(2010, 2016)
        election = world.election(dice.choice(parties), f"{year}-{1 + number % 6:02d}-{1 + number % 28:02d}")
        standing = dice.randint(0, 3)
        for _ in range(standing):
            channel = dice.choice(["JOINT", "SELF", "ORGANIZATION", ""])
            post = dice.choice(["SECRETARY", "COMMITTEE_MEMBER"])
            world.candidate(election, world.person(), post, channel)
            plain[JOINT, year, "whole"] += bool(channel)
            plain[JOINT, year, "part"] += channel == "JOINT"
            plain[SELF, year, "part"] += channel == "SELF"
        secretaries = Candidate.objects.everyone().filter(election=election, post="SECRETARY").count()
        plain[CONTESTED, year, "whole"] += secretaries > 0
        plain[CONTESTED, year, "part"] += secretaries > 1
    tree = UnitTree.on(DAY)
    with CaptureQueriesContext(connection) as asked:
        city = shares(DAY, tree).city
    assert len(asked) == 2
    for year in range(2010, 2017):
        for measure, whole in ((JOINT, JOINT), (SELF, JOINT), (CONTESTED, CONTESTED)):
            expected = Share(plain[measure, year, "part"], plain[whole, year, "whole"])
            assert city.get((measure, year), Share()) == expected, (measure, year)
