"""The gate of the annual inspection in a real browser: the registering unit's clerk enters one with its checklist."""

from __future__ import annotations

import contextlib

import pytest
from django.urls import reverse
from playwright.sync_api import Error, expect

from orgs import checklists
from orgs.models import RegistryEvent
from portal.core.validity import today
from tests import world
from tests.browser.conftest import figure, scrolls_sideways

pytestmark = pytest.mark.browser


@pytest.fixture
def school(city):
    """Registered by Nanshan, answered for by the education committee; beside it one event without a review."""
    made = world.organization(
        "南山明德小学",
        registering=city.units["nanshan-civil"],
        professional=city.units["education"],
        district=city.districts["nanshan"],
    )
    world.settle()
    world.event(city.organizations["nanshan-missing"], today().isoformat(), kind="CHANGE")
    city.users["registrar"] = world.account("mzj", "unit-staff", unit=city.units["nanshan-civil"])
    return made


@pytest.mark.parametrize("phone", [False, pytest.param(True, marks=pytest.mark.long)])
def test_an_annual_inspection_is_entered_with_its_checklist_and_the_figure_moves(open_as, city, school, phone):
    page = open_as("registrar", city, phone=phone)
    page.goto(reverse("organization", args=[school.path_key]))
    page.get_by_role("link", name="新增登记事项").click()
    expect(page.locator("main")).to_contain_text(school.name)
    marks = page.locator("#id_answers")
    expect(marks).to_contain_text("选好事项、填好决定日期")

    # the list follows from the kind and the day, each time anew
    page.get_by_label("成立登记").check()
    expect(marks).to_contain_text("党建工作承诺书已提交")
    expect(page.locator("#id_reported")).to_contain_text("只有年检要填")
    page.get_by_label("年检", exact=True).check()
    expect(marks).to_contain_text("党建情况表已填报")
    page.get_by_label("党费").fill("1200")
    expect(marks).not_to_contain_text("党建工作承诺书已提交")
    page.get_by_label("决定日期").fill("2014-05-31")
    page.get_by_label("决定日期").dispatch_event("change")
    expect(marks).to_contain_text("党建工作已写入章程")
    page.get_by_label("决定日期").fill(today().isoformat())
    page.get_by_label("决定日期").dispatch_event("change")
    expect(marks).to_contain_text("章程总则载明坚持党的全面领导")

    items = checklists.checklist("INSPECTION", today()).items
    for item in items[:-1]:
        marks.get_by_role("radiogroup", name=checklists.ITEMS[item]).get_by_label("是", exact=True).check()
    last = checklists.ITEMS[items[-1]]
    marks.get_by_role("radiogroup", name=last).get_by_label("否", exact=True).check()
    page.get_by_label("党建审核日期").fill(today().isoformat())
    panel = page.locator("[data-preview]")
    expect(panel).to_contain_text("登记年检党建审核率（全市） 0.00% → 50.00%")
    expect(panel).to_contain_text(f"已落实 {len(items) - 1} 项；未落实：{last}")
    assert not scrolls_sideways(page)

    assert figure("gate-review").rate == "0.00"
    page.locator("form.entry button.btn-primary").click()
    expect(page.get_by_text("已保存：新增登记事项 南山明德小学。")).to_be_visible()
    assert figure("gate-review").rate == "50.00"
    event = RegistryEvent.objects.everyone().get(organization=school)
    assert event.answers == {**dict.fromkeys(items[:-1], True), items[-1]: False}
    assert event.reported == {"dues": 1200}

    # the sheet of the event says the same
    page.locator("#registry").locator("xpath=ancestor::section").get_by_role("link", name="年检", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("年检（年报）党建情况表")
    expect(page.get_by_role("row", name=last)).to_contain_text("否")
    expect(page.get_by_role("row", name="本年度活动经费")).to_contain_text("合计 1,200 元")
    assert not scrolls_sideways(page)


def test_a_late_checklist_never_comes_after_a_newer_one(open_as, city, school):
    """The list of 2014 is held back until that of today is there; what was said meanwhile stays said."""
    page = open_as("registrar", city)
    page.goto(reverse("organization", args=[school.path_key]))
    page.get_by_role("link", name="新增登记事项").click()
    page.get_by_label("年检", exact=True).check()
    marks = page.locator("#id_answers")
    held = []

    def hold(route):
        if 'name="ask"\r\n\r\nagain' in (route.request.post_data or "") and len(held) < 2:
            held.append(route)
        else:
            route.continue_()

    page.get_by_label("决定日期").fill(today().isoformat())
    page.get_by_label("决定日期").dispatch_event("change")
    newest = marks.get_by_role("radiogroup", name="章程总则载明坚持党的全面领导")
    expect(newest).to_be_visible()
    page.route("**/records/**", hold)
    for day in ("2014-05-31", today().isoformat()):
        page.get_by_label("决定日期").fill(day)
        page.get_by_label("决定日期").dispatch_event("change")
        page.wait_for_timeout(100)
    newest.get_by_label("是", exact=True).check()
    late, new = held
    new.continue_()
    with contextlib.suppress(Error):
        late.continue_()
    page.wait_for_timeout(500)
    expect(newest.get_by_label("是", exact=True)).to_be_checked()
