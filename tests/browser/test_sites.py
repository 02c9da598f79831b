"""The way of a demonstration site in a browser: a district applies, the city reviews and names, the figure moves."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from demonstration.models import DemonstrationSite
from tests.browser.conftest import figure, scrolls_sideways

pytestmark = pytest.mark.browser

SCORES = (
    ("组织健全", "19"),
    ("班子队伍", "18"),
    ("组织生活", "18"),
    ("党员作用", "13"),
    ("服务社会", "14"),
    ("制度台账", "9"),
)


def _applies(page, own):
    """The district lead applies on a phone, from the board, for a site of the city."""
    page.goto("/demonstration/")
    page.get_by_role("link", name="申报示范点").click()
    page.locator("[name=organization]").fill(own.key)
    page.get_by_label("市级", exact=True).check()
    page.get_by_label("申报理由").fill("党建工作有特色，服务社会有成效")
    assert not scrolls_sideways(page)
    page.locator("form.entry button.btn-primary").click()
    expect(page.locator(".notice-success")).to_contain_text(f"已保存：申报示范点 {own.name}（市级）")
    expect(page.locator(".page-head")).to_contain_text("等市级评审")
    assert not scrolls_sideways(page)


def _reviews(page):
    """City staff find it in what is to do, and give points."""
    page.goto("/todo/")
    expect(page.locator("main")).to_contain_text("示范点申报待评审")
    page.get_by_role("link", name="南山区海珠社会工作服务中心").first.click()
    page.get_by_role("link", name="登记评审").click()
    for word, points in SCORES:
        page.get_by_label(re.compile(f"^{word}")).fill(points)
    page.get_by_label("通过", exact=True).check()
    expect(page.locator("[data-preview]")).to_contain_text("合计 91 分")
    page.locator("form.entry button.btn-primary").click()
    expect(page.locator("ol.way")).to_contain_text("评审 91 / 100 分")


def test_a_district_applies_the_city_reviews_and_names_and_the_figure_moves(open_as, city):
    own, before = city.organizations["nanshan-own"], figure("city-sites").met
    district = open_as("nanshan", city, phone=True)
    _applies(district, own)
    page = open_as("city", city)
    _reviews(page)
    page.get_by_role("link", name="命名示范点").last.click()
    expect(page.locator("[name=name]")).to_have_value(f"{own.name}党建示范点")
    panel = page.locator("[data-preview]")
    page.get_by_label("在公开名单中列出").check()
    expect(panel).to_contain_text("市级示范点（全市）")
    page.locator("form.entry button.btn-primary").click()
    expect(page.locator(".notice-success")).to_contain_text("已保存：命名示范点")
    assert figure("city-sites").met == before + 1
    expect(page.locator(".page-head").get_by_role("link", name="登记走访")).to_be_visible()
    district.reload()
    expect(district.locator("ol.way")).to_contain_text("命名为市级示范点")
    everybody = open_as()
    everybody.goto(reverse("public-sites"))
    expect(everybody.locator("main")).to_contain_text(own.name)
    site = DemonstrationSite.objects.everyone().get()
    assert site.application.organization == own and site.published
