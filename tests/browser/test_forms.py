"""Forms in a real browser: by keyboard alone on a phone, for a screen reader, with a second editor."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from branches.models import InstructorPosting
from portal.core import snapshots
from portal.core.models import AuditEntry
from portal.core.search import search_text
from tests.browser.conftest import figure, scrolls_sideways
from tests.browser.test_every_page import FAULTS, axe_faults
from tests.doors import KEPT, record_key
from tests.ledger import furnish

#: forms with all that forms have: days, choices, pickers, marks, long texts, numbers, ticks
ASKED_BY_AXE = {"organizations", "members", "events", "purchase-scores", "covering", "sites", "plan-tasks", "targets"}

pytestmark = pytest.mark.browser

#: Tab presses after which a thing that cannot be reached is given up
_PATIENCE = 80
_FOCUSED = "(one) => one === document.activeElement"


def tab_to(page, wanted):
    """Press Tab until the wanted element has the focus."""
    for _ in range(_PATIENCE):
        if wanted.evaluate(_FOCUSED):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no way by keyboard to {wanted}")


def desk_rate(page):
    """The work coverage that the desk shows first, asked in a window of its own."""
    page = page.context.new_page()
    page.goto("/")
    meter = page.locator(".meter", has_text="党的工作覆盖率").first
    return meter.locator(".meter-rate").inner_text().replace("\n", "")


def test_an_instructor_is_posted_by_keyboard_on_a_phone_and_the_desk_moves_at_once(open_as, city):
    missing = city.organizations["nanshan-missing"]
    page = open_as("nanshan", city, phone=True)
    before = desk_rate(page)
    page.goto(reverse("organization", args=[missing.path_key]))
    tab_to(page, page.get_by_role("link", name="派出指导员").first)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("派出指导员")
    expect(page.locator("main")).to_contain_text(missing.name)
    tab_to(page, page.get_by_label("姓名"))
    page.keyboard.type("段诗远")
    panel = page.locator("[data-preview]")
    city_wide = figure("work-coverage")
    expect(panel).to_contain_text(f"党的工作覆盖率（全市） {city_wide.rate}% →")
    expect(panel).to_contain_text("党建责任单位")
    tab_to(page, page.locator("form.entry button.btn-primary"))
    assert not scrolls_sideways(page)
    page.keyboard.press("Enter")
    expect(page.locator(".notice-success")).to_contain_text("已保存：派出指导员 南山区创客互助服务中心")
    assert InstructorPosting.objects.everyone().get(organization=missing).person.name == "段诗远"
    assert figure("work-coverage").met == city_wide.met + 1
    assert desk_rate(page) != before
    tab_to(page, page.get_by_role("button", name="撤销"))
    page.keyboard.press("Enter")
    expect(page.locator(".notice-success")).to_contain_text("已撤销")
    assert desk_rate(page) == before and AuditEntry.objects.count() == 2


def test_a_picker_and_a_correction_by_keyboard(open_as, city):
    for one in city.parties.values():
        one.search_text = search_text(one.name, codes=[one.code])
        one.save()
    snapshots.keep([figure().date])
    missing = city.organizations["nanshan-missing"]
    page = open_as("nanshan", city, phone=True)
    page.goto(f"{reverse('record-new', args=['covering'])}?organization={missing.key}")
    tab_to(page, page.locator("[name=party_organization]"))
    page.keyboard.type("海珠")
    expect(page.get_by_role("option").first).to_contain_text("海珠社会工作服务中心党支部")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("[name=party_organization]")).to_have_value("NS-0001")
    tab_to(page, page.locator("form.entry button.btn-primary"))
    page.keyboard.press("Enter")
    expect(page.locator(".notice-success")).to_contain_text("关联党组织")
    link = missing.covering_links.get()
    page.goto(reverse("record-change", args=["covering", record_key("covering", link)]))
    page.locator("[name=valid_from]").fill("2016-03-01")
    page.locator("form.entry button.btn-primary").click()
    summary = page.locator(".entry-faults")
    expect(summary).to_be_focused()
    summary.get_by_role("link").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#id_correction_reason")).to_be_focused()
    page.keyboard.type("批准日期抄错")
    tab_to(page, page.locator("form.entry button.btn-primary"))
    page.keyboard.press("Enter")
    expect(page.locator(".notice-success")).to_contain_text("已保存")
    assert AuditEntry.objects.filter(reason="批准日期抄错").count() == 1


def test_the_second_editor_chooses_between_both_versions(open_as, city):
    posting = furnish(city)["instructor"].nanshan
    posting.sending_unit = city.units["nanshan"]
    posting.save()
    address = reverse("record-change", args=["instructors", record_key("instructors", posting)])
    first, second = open_as("city", city), open_as("nanshan", city, phone=True)
    for page, phone in ((first, "26510001"), (second, "26510002")):
        page.goto(address)
        page.locator("[name=work_phone]").fill(phone)
    first.locator("form.entry button.btn-primary").click()
    expect(first.locator(".notice-success")).to_contain_text("已保存")
    second.locator("form.entry button.btn-primary").click()
    expect(second.get_by_role("heading", level=1)).to_have_text("有人先改了这一条")
    expect(second.locator("main")).to_contain_text("穆知行")
    second.get_by_label(re.compile("现在的内容")).check()
    expect(second.locator("[data-preview]")).to_contain_text("今天的数字不变")
    second.get_by_label(re.compile("您填的内容")).check()
    second.locator("form.entry button.btn-primary").click()
    expect(second.locator(".notice-success")).to_contain_text("已保存")
    posting.refresh_from_db()
    assert posting.work_phone == "26510002"


@pytest.mark.long
def test_every_form_fits_is_named_and_axe_finds_nothing(open_as, city):
    pairs = furnish(city)
    page = open_as("city", city, bypass_csp=True)
    wrong = []
    for kind, kept in KEPT.items():
        key = record_key(kind, pairs[kept.names].nanshan)
        new = reverse("record-new", args=[kind])
        for address in (new, reverse("record-change", args=[kind, key]), reverse("record-withdraw", args=[kind, key])):
            page.goto(address)
            wrong += [f"{address}: {one}" for one in page.evaluate(FAULTS)]
            for width in (1440, 390):
                page.set_viewport_size({"width": width, "height": 900})
                wrong += [f"{address}: scrolls sideways at {width}"] if scrolls_sideways(page) else []
            # together they have every kind of input; what else the two other pages have is alike in all registers
            if kind == "elections" or (address == new and kind in ASKED_BY_AXE):
                wrong += [f"{address}: {one}" for one in axe_faults(page)]
    page.goto(reverse("record-new", args=["covering"]))
    page.locator("form.entry button.btn-primary").click()
    expect(page.locator(".entry-faults")).to_be_focused()
    wrong += [f"faults: {one}" for one in axe_faults(page)]
    assert not wrong, "\n".join(wrong)
