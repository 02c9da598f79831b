"""Where an application stands: the pure rule on a table of cases, and the same rule in sets."""

from __future__ import annotations

import itertools

import pytest

from demonstration import scores
from demonstration.applications import STATES, state_of, still_open, with_state
from demonstration.models import SiteApplication
from tests import site_way, world

DAY = world.day("2014-06-30")


@pytest.mark.parametrize(
    ("named", "withdrawn", "verdict", "state"),
    [
        (None, None, "", "applied"),
        (None, None, "REFUSED", "refused"),
        (None, None, "PASSED", "passed"),
        ("2014-07-01", None, "PASSED", "passed"),
        ("2014-06-30", None, "PASSED", "named"),
        ("2014-01-01", "2014-07-01", "PASSED", "named"),
        ("2014-01-01", "2014-06-30", "PASSED", "withdrawn"),
        # named at once, whatever a review says later
        ("2014-01-01", None, "REFUSED", "named"),
    ],
)
def test_the_rule(named, withdrawn, verdict, state):
    assert state_of(world.maybe(named), world.maybe(withdrawn), verdict, DAY) == state


def test_the_set_says_what_the_rule_says(city):
    """Every combination of two reviews, a naming and a withdrawal, asked on every day on which something happens."""
    days = ("2014-03-01", "2014-04-01", "2014-05-01", "2014-06-01")
    unit, facts = city.units["nanshan"], {}
    for number, (first, second, named, withdrawn) in enumerate(itertools.product((None, False, True), repeat=4)):
        at = city.organizations["nanshan-own"]
        one = site_way.application(at, "2014-02-01", code=f"A-{number}")
        reviews = [(day, passed) for day, passed in zip(days, (first, second), strict=False) if passed is not None]
        for day, passed in reviews:
            site_way.review(one, unit, day, passed=passed)
        ends = days[3] if withdrawn else None
        if named:
            site = world.site(at, days[2], ends, code=f"S-{number}")
            site.application = one
            site.save()
        facts[one.code] = (reviews, days[2] if named else None, ends)
    for asked in ("2014-02-28", *days, "2014-12-31"):
        day = world.day(asked)
        found = dict(with_state(SiteApplication.objects.everyone(), day).values_list("code", "stands"))
        for code, (reviews, named, ends) in facts.items():
            verdicts = ["PASSED" if passed else "REFUSED" for on, passed in reviews if on <= asked]
            told = state_of(world.maybe(named), world.maybe(ends), verdicts[-1] if verdicts else "", day)
            assert found[code] == told, (code, asked)
        waiting = still_open(SiteApplication.objects.everyone(), day).values_list("code", flat=True)
        assert set(waiting) == {code for code, state in found.items() if state in ("applied", "passed")}
    assert set(found.values()) == set(STATES)


def test_an_application_of_a_closed_organization_waits_for_nobody(city):
    site_way.application(city.organizations["nanshan-own"], "2014-02-01")
    city.organizations["nanshan-own"].closed_on = world.day("2014-06-01")
    city.organizations["nanshan-own"].save()
    rows = SiteApplication.objects.everyone()
    assert [still_open(rows, world.day(day)).count() for day in ("2014-01-31", "2014-05-31", "2014-06-01")] == [0, 1, 0]


def test_a_score_sheet_adds_up_and_holds_from_its_day(city):
    review = site_way.review(
        site_way.application(city.organizations["nanshan-own"]), city.units["nanshan"], structure=20, records=0
    )
    sheet = scores.sheet(review.reviewed_on)
    assert sheet.total(review.points) == 20 and len(sheet.unscored(review.points)) == len(sheet.items) - 2
    assert all(each.full == 100 and 0 < each.passes <= each.full and each.source for each in scores.SHEETS)
    assert scores.sheet(world.day("2013-10-23")) is scores.SHEETS[0]
