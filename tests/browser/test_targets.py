"""Targets by those who set and hold them: the city sets one for a district, which finds it beside its figures."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from portal.core.validity import today
from tests.browser.conftest import figure

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("phone", [False, pytest.param(True, marks=pytest.mark.long)])
def test_the_city_sets_a_target_and_the_district_meets_it_on_its_pages(open_as, city, phone):
    above, district = open_as("city", city, phone=phone), open_as("nanshan", city, phone=phone)
    before = figure(by="unit", group="NS")
    above.goto("/notice/")
    article = above.locator("#article-3")
    expect(article).to_contain_text("85%")
    above.goto("/targets/tree/?indicator=branch-coverage")
    tree = above.locator("section", has=above.locator("#tree")).locator("tbody tr")
    row = tree.filter(has_text=re.compile(r"^\s*中共南山区委组织部"))
    expect(row).to_contain_text("85%")
    row.get_by_role("link", name=re.compile("设定")).click()
    above.get_by_label(re.compile("目标")).first.wait_for()
    above.locator("#id_percent").fill("60")
    above.locator("#id_valid_from").fill(today().isoformat())
    above.locator("#id_due_on").fill(f"{today().year + 1}-12-31")
    above.locator("form.entry button.btn-primary").click()
    expect(above.locator(".notice-success")).to_contain_text("已保存")

    above.goto("/targets/tree/?indicator=branch-coverage")
    expect(row).to_contain_text("60%")
    expect(row).to_contain_text("自定")
    expect(tree.filter(has_text=re.compile(r"^\s*粤海街道"))).to_contain_text("承接中共南山区委组织部")

    now = figure(by="unit", group="NS")
    assert (now.target, now.met, now.eligible) == (60, before.met, before.eligible)
    for address in ("/notice/", "/indicators/branch-coverage/?by=unit", "/coverage/?by=unit"):
        district.goto(address)
        expect(district.locator("main")).to_contain_text("60%")
    expect(district.get_by_role("row", name=re.compile("^中共南山区委组织部")).first).to_contain_text("目标 60%")
    district.goto("/targets/tree/")
    expect(district.get_by_role("link", name=re.compile("设定"))).to_have_count(0)
