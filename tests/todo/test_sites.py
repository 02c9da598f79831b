"""What waits around demonstration sites, and the schools of a year: there, gone, and as many as its list holds."""

from __future__ import annotations

import pytest

from portal.core.todo import first
from portal.core.validity import today
from tests import site_way, world
from tests.todo.conftest import behind, item

YEAR = today().year


@pytest.mark.parametrize(
    ("level", "who", "waits"),
    [
        ("CITY", "city", True),
        ("CITY", "nanshan", False),
        ("DISTRICT", "nanshan", True),
        ("DISTRICT", "city", False),
        ("DISTRICT", "futian", False),
        ("DISTRICT", "observer", False),
        ("DISTRICT", "lin", False),
    ],
)
def test_an_application_waits_for_whoever_decides_it(city, level, who, waits):
    applied = site_way.application(city.organizations["nanshan-own"], level=level, code="B-1")
    found = item(city, who, "site-review")
    assert (found is not None) == waits
    if waits:
        assert found.count == behind(city, who, found.href) == 1
        assert [one.href for one in first([found], 5)[0]] == ["/site-applications/B-1/"]
    site_way.review(applied, city.units["nanshan"])
    assert item(city, who, "site-review") is None
    named = item(city, who, "site-naming")
    assert (named.count if named else 0) == int(waits) and (not waits or behind(city, who, named.href) == 1)


def test_a_naming_a_refusal_and_a_closed_organization_end_it(city):
    orgs, unit = city.organizations, city.units["nanshan"]
    named, refused = site_way.application(orgs["nanshan-own"]), site_way.application(orgs["nanshan-joint"])
    site_way.application(orgs["nanshan-missing"])
    for one in (named, refused):
        site_way.review(one, unit)
    assert item(city, "nanshan", "site-naming").count == 2 and item(city, "nanshan", "site-review").count == 1
    site = world.site(orgs["nanshan-own"])
    site.application = named
    site.save()
    site_way.review(refused, unit, "2014-03-01", passed=False)
    orgs["nanshan-missing"].closed_on = today()
    orgs["nanshan-missing"].save()
    assert item(city, "nanshan", "site-naming") is None and item(city, "nanshan", "site-review") is None


def test_what_a_visit_asks_for_waits_until_it_is_settled(city):
    visit = site_way.visit(world.site(city.organizations["nanshan-own"]), city.units["nanshan"], follow_up="补齐台账")
    site_way.visit(visit.site, city.units["nanshan"], "2014-07-01")
    found = item(city, "nanshan", "site-follow-up")
    assert found.count == behind(city, "nanshan", found.href) == 1 and item(city, "futian", "site-follow-up") is None
    visit.settled_on = today()
    visit.save()
    assert item(city, "nanshan", "site-follow-up") is None


def test_schools_wait_from_september_on_until_a_lecture_of_the_year(city):
    """A lecture of last year, or of a party organization that covers no lawyers, does not count."""
    lawyers = world.organization("南山区明正律师事务所", district=city.districts["nanshan"], field="LEGAL_SERVICE")
    party = world.party("LS-1", by=city.units["nanshan"], covers=(lawyers,))
    world.settle()
    school = world.place(city.districts["nanshan"], "SCHOOL", code="X-1")
    world.place(city.districts["futian"], "SCHOOL", code="X-2")
    world.place(city.districts["nanshan"], "SCHOOL", code="X-3", end="2015-01-01")
    world.serve(party, school, f"{YEAR - 1}-10-01", f"{YEAR - 1}-10-01", kind="LECTURE")
    world.serve(city.parties["own"], school, f"{YEAR}-03-01", f"{YEAR}-03-01", kind="LECTURE")
    september = world.day(f"{YEAR}-09-01")
    assert item(city, "nanshan", "legal-schools", world.day(f"{YEAR}-08-31")) is None
    found = item(city, "nanshan", "legal-schools", september)
    assert found.count == 1 and item(city, "city", "legal-schools", september).count == 2
    assert [one.name for one in first([found], 5)[0]] == [school.name]
    assert "kind=SCHOOL" in found.href and behind(city, "nanshan", found.href) == 1
    assert all(item(city, who, "legal-schools", september) is None for who in ("street", "education", "lin"))
    world.serve(party, school, f"{YEAR}-09-01", f"{YEAR}-09-01", kind="LECTURE")
    assert item(city, "nanshan", "legal-schools", september) is None
