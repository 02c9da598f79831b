"""Lawyers in communities by those who see to it: a secretary enters a contact, the district sees who serves whom."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from demonstration.models import Outreach
from orgs.models import OrganizationState
from portal.core.validity import today
from tests import world
from tests.browser.conftest import figure, scrolls_sideways

pytestmark = pytest.mark.browser


def test_a_secretary_enters_a_contact_and_the_district_sees_the_community_served(open_as, city):
    own, nanshan = city.organizations["nanshan-own"], city.districts["nanshan"]
    OrganizationState.objects.filter(organization=own).update(field="LEGAL_SERVICE")
    for code, name in (("SQ-1", "海珠社区"), ("SQ-2", "后海社区")):
        world.place(nanshan, code=code, name=name)
    secretary, district = open_as("lin", city, phone=True), open_as("nanshan", city)

    district.goto("/notice/")
    district.locator("#article-17").get_by_role("link", name="0 / 2", exact=False).first.click()
    expect(district.locator("main tbody tr")).to_have_count(2)
    expect(district.locator("main")).to_contain_text("后海社区")

    secretary.goto("/")
    secretary.get_by_role("link", name="本党组织").click()
    serving = secretary.locator("section[aria-labelledby=serving]")
    expect(serving).to_contain_text("没有登记当日的下基层服务")
    serving.get_by_role("link", name=re.compile("下基层服务|登记")).first.click()
    place = secretary.get_by_role("combobox", name=re.compile("服务对象"))
    place.press_sequentially("后海")
    secretary.get_by_role("option", name=re.compile("后海社区")).click()
    secretary.get_by_label("挂点", exact=True).check()
    secretary.locator("#id_valid_from").fill(today().isoformat())
    expect(secretary.locator("[data-preview]")).to_contain_text("0.00% → 50.00%")
    assert not scrolls_sideways(secretary)
    secretary.locator("form.entry button.btn-primary").click()
    expect(secretary.locator(".notice-success")).to_contain_text("已保存")
    assert Outreach.objects.everyone().get().place.name == "后海社区"
    assert (figure("legal-communities").met, figure("legal-communities").eligible) == (1, 2)

    # what is open stands first, and who serves the other one is said by name
    district.goto(reverse("who-serves-whom"))
    lines = district.locator("main tbody tr", has_text="社区")
    expect(lines.first).to_contain_text("海珠社区")
    expect(lines.nth(1)).to_contain_text("后海社区")
    expect(district.locator("main")).to_contain_text(city.parties["own"].name)
    district.goto("/notice/")
    expect(district.locator("#article-17")).to_contain_text("50.00%")
