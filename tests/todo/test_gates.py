"""Decisions of the registry that wait for their review, or were taken without one."""

from __future__ import annotations

import pytest

from orgs.models import RegistryEvent
from portal.core.todo import first
from portal.core.validity import today
from tests import world
from tests.todo.conftest import ahead, behind, item


@pytest.mark.parametrize("who", ["nanshan", "observer", "city"])
def test_reviews_wait_until_the_decision_and_are_missing_after_it(city, bring, who):
    """By whoever answers; a review ends it, its loss brings it back; only of this year, as the figure asks."""
    organization = city.organizations["nanshan-missing"]
    event = world.event(organization, ahead(days=9))
    world.event(organization, f"{today().year - 1}-06-30")
    waits = item(city, who, "gate-waiting")
    assert waits.count == behind(city, who, waits.href) == 1 and not waits.pressing
    assert item(city, who, "gate-missing") is None
    RegistryEvent.objects.everyone().filter(pk=event.pk).update(decided_on=today())
    missing = item(city, who, "gate-missing")
    assert missing.count == behind(city, who, missing.href) == 1
    assert first([missing], 5)[0][0].name == f"{organization.name}（年检）"
    assert item(city, who, "gate-waiting") is None and item(city, "futian", "gate-missing") is None
    head = "事项编号,统一社会信用代码,事项,决定日期,党建审核日期"
    bring("events", f"{head}\n{event.code},{organization.credit_code},年检,{today()},{today()}")
    assert item(city, who, "gate-missing") is None
    RegistryEvent.objects.everyone().filter(pk=event.pk).update(reviewed_on=None)
    assert item(city, who, "gate-missing").count == 1


def test_who_registers_is_told_as_well_as_who_answers(city):
    school = world.organization(
        "南山明德小学", registering=city.units["nanshan-civil"], professional=city.units["education"]
    )
    world.settle()
    city.users["registrar"] = world.account("mzj", "unit-staff", unit=city.units["nanshan-civil"])
    world.event(school, ahead(days=3))
    for who in ("registrar", "nanshan", "education"):
        found = item(city, who, "gate-waiting")
        assert found.count == behind(city, who, found.href) == 1 and found.pressing, who
    assert item(city, "futian", "gate-waiting") is None
