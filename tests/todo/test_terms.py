"""Distances to the end of a term: six, three and one calendar months, clamped to the month's end."""

from __future__ import annotations

import datetime

import pytest
from dateutil.relativedelta import relativedelta

from branches.terms import coming_terms, furthest_end
from portal.core import todo
from portal.core.scoping import scope_of
from tests import world
from tests.todo.conftest import ahead, behind, codes, item

ENDS = "2016-08-31"


@pytest.mark.parametrize(
    ("end", "day", "code"),
    [
        # six months before 31 August is 29 February in a leap year
        ("2016-08-31", "2016-02-28", None),
        ("2016-08-31", "2016-02-29", "term-6"),
        ("2015-08-31", "2015-02-27", None),
        ("2015-08-31", "2015-02-28", "term-6"),
        ("2016-08-29", "2016-02-28", None),
        ("2016-08-28", "2016-02-28", "term-6"),
        # the last day beyond three months, the first within
        ("2016-08-31", "2016-05-30", "term-6"),
        ("2016-08-31", "2016-05-31", "term-3"),
        ("2016-05-31", "2016-02-28", "term-6"),
        ("2016-05-31", "2016-02-29", "term-3"),
        # one month before 31 July is 30 June
        ("2016-07-31", "2016-06-29", "term-3"),
        ("2016-07-31", "2016-06-30", "term-1"),
        ("2016-03-31", "2016-02-28", "term-3"),
        ("2016-03-31", "2016-02-29", "term-1"),
        ("2016-03-30", "2016-02-29", "term-1"),
        ("2016-03-29", "2016-02-28", "term-3"),
        # over the turn of a year
        ("2017-01-15", "2016-12-14", "term-3"),
        ("2017-01-15", "2016-12-15", "term-1"),
        # its last day still counts, the next is overdue
        ("2016-08-31", "2016-08-31", "term-1"),
        ("2016-08-31", "2016-09-01", "term-overdue"),
    ],
)
def test_a_term_stands_in_one_distance(city, end, day, code):
    world.term(city.parties["own"], "2014-03-01", end)
    told = codes(city, "nanshan", world.day(day)) & {"term-6", "term-3", "term-1", "term-overdue"}
    assert told == ({code} if code else set())


def test_furthest_end_is_where_the_reminder_of_an_end_says():
    """For every day and every end of four years: due exactly from the clamped day so many months before on."""
    first = world.day("2015-01-01")
    days = [first + datetime.timedelta(days=n) for n in range(1461)]
    for months in (1, 3, 6):
        reminders = {end: end - relativedelta(months=months) for end in days}
        for day in days[:1200]:
            reached = furthest_end(day, months)
            near = [end for end in days if 0 <= (end - reached).days + 3 <= 6]
            assert all((reminders[end] <= day) == (end <= reached) for end in near), (day, months)


def test_an_approved_extension_moves_the_distance(city):
    world.term(city.parties["own"], "2013-03-01", "2016-03-01", extended="2017-01-31")
    assert item(city, "nanshan", "term-6", world.day("2016-02-15")) is None
    assert item(city, "nanshan", "term-1", world.day("2016-12-31")) is not None


def test_an_election_held_early_settles_the_matter_before_its_term_begins(city):
    world.term(city.parties["own"], "2013-03-01", "2016-03-01")
    day = world.day("2016-02-15")
    assert coming_terms(day, 1).count() == 1
    world.term(city.parties["own"], "2016-03-02", "2019-03-01")
    assert coming_terms(day, 1).count() == 0


def test_a_dissolved_party_organization_has_no_term_to_come(city):
    gone = world.party("NS-X", by=city.units["nanshan"], dissolved="2016-01-01")
    world.term(gone, "2013-03-01", "2016-03-01")
    assert item(city, "nanshan", "term-1", world.day("2016-02-15")) is None


def test_the_list_is_narrowed_by_distance(city):
    """Within one, three, six months hold each other; between them they do not."""
    for code, left in (("NS-A", 10), ("NS-B", 50), ("NS-C", 130), ("NS-D", 400)):
        world.term(world.party(code, by=city.units["nanshan"]), "2014-03-01", ahead(days=left))
    counts = {due: behind(city, "nanshan", f"/party-organizations/?due={due}") for due in ("1", "3", "6", "1-3", "3-6")}
    assert counts == {"1": 1, "3": 2, "6": 3, "1-3": 1, "3-6": 1}


def test_a_missed_night_loses_nothing(city):
    """What a day would have said is said by the next, for nothing is kept."""
    world.term(city.parties["own"], "2014-03-01", ENDS)
    user = city.users["nanshan"]
    for day in ("2016-09-01", "2016-09-20", "2017-03-01"):
        scope = scope_of(user, world.day(day))
        groups = todo.groups(scope, scope.day, user)
        assert "term-overdue" in {one.kind.code for group in groups for one in group.items}
