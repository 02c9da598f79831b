"""The coverage page as people work with it: another day, another cut, the brief, the table, the file, the sheet."""

from __future__ import annotations

import datetime
import re

import openpyxl
import pytest
from playwright.sync_api import expect

from portal.core import indicators, snapshots
from portal.core.validity import today
from tests import world
from tests.browser.conftest import figure

pytestmark = pytest.mark.browser


def meter(page, name="党组织覆盖率"):
    return page.locator(".meters .meter").filter(has_text=name)


def shows(page, rate):
    """The page shows a rate, in the words of the meter."""
    expect(meter(page)).to_contain_text(f"{rate.rate}%")
    expect(meter(page)).to_contain_text(f"已覆盖 {rate.met} / {rate.eligible} 家")


def test_another_day_is_chosen_in_the_date_field(open_as, city):
    page = open_as("city", city)
    page.goto("/coverage/")
    shows(page, figure())
    expect(page.locator(".freshness")).to_contain_text("今日实时")
    page.get_by_label("日期").fill("2014-04-01")
    expect(page).to_have_url(re.compile("date=2014-04-01"))
    shows(page, figure(day=datetime.date(2014, 4, 1)))
    page.get_by_role("link", name="后一天").click()
    expect(page.get_by_label("日期")).to_have_value("2014-04-02")


def test_a_stored_day_says_so_and_can_be_seen_as_known_today(open_as, city):
    day = today() - datetime.timedelta(days=3)
    snapshots.keep([day])
    before = figure()
    world.party("NS-0002", approved="2015-01-01", covers=(city.organizations["nanshan-missing"],))
    page = open_as("city", city)
    page.goto(f"/coverage/?date={day}")
    expect(page.locator(".freshness")).to_contain_text("不再改变")
    shows(page, before)
    page.get_by_role("link", name="按现有数据看这一天").click()
    shows(page, figure(day=day))
    page.get_by_role("link", name="看当晚存档").click()
    shows(page, before)


def test_line_and_territory_kind_and_definition(open_as, city):
    world.exclude(city.organizations["nanshan-missing"], "2015-01-01")
    page = open_as("city", city)
    page.goto("/coverage/")
    page.get_by_role("link", name="条 · 按责任单位").click()
    lines = page.locator(".groups tbody tr")
    rate = figure(by="unit", group="FT")
    expect(lines.filter(has_text="中共福田区委组织部")).to_contain_text(f"{rate.met} / {rate.eligible}")
    page.get_by_role("link", name="剔除后口径").click()
    expect(meter(page)).to_contain_text("已覆盖 3 / 6 家")
    expect(page.locator(".freshness")).to_contain_text("不计入 1 家")
    page.get_by_label("类别").select_option("ASSOCIATION")
    expect(page).to_have_url(re.compile("(?=.*kind=ASSOCIATION)(?=.*definition=adjusted)(?=.*by=unit)"))
    expect(meter(page)).to_contain_text("已覆盖 1 / 3 家")


def test_a_tile_leads_to_the_names_behind_it(open_as, city):
    page = open_as("city", city)
    page.goto("/coverage/")
    rate = figure(by="district", group="440304")
    page.locator(".tilemap").get_by_role("link", name=re.compile("福田区")).click()
    expect(page.locator(".page-head")).to_contain_text(f"共 {rate.eligible - rate.met} 家")


def test_the_brief_is_copied_as_text(open_as, city):
    page = open_as("city", city, permissions=["clipboard-read", "clipboard-write"])
    page.goto("/coverage/")
    page.get_by_role("button", name="复制简报文字").click()
    expect(page.get_by_role("button", name="已复制")).to_be_visible()
    rate = figure()
    told = page.evaluate("navigator.clipboard.readText()")
    assert f"党组织覆盖率 {rate.rate}%（已覆盖 {rate.met} 家" in told


def test_the_data_table_of_the_reasons_opens_and_adds_up(open_as, city):
    page = open_as("city", city)
    page.goto("/coverage/")
    table = page.locator("#reasons-table table")
    expect(table).to_be_hidden()
    page.locator("#reasons-table summary").click()
    expect(table).to_be_visible()
    tally = indicators.tally(indicators.indicator("branch-coverage"), today(), "city")["city"]
    whole = table.locator("tbody tr").first.locator("td").all_inner_texts()[1:]
    assert sum(map(int, whole[:-1])) == int(whole[-1]) == tally.eligible
    assert sorted(int(count) for count in whole[:-1] if int(count)) == sorted(tally.reasons.values())


def test_the_list_behind_a_figure_is_taken_away_as_a_workbook(open_as, city, tmp_path):
    page = open_as("city", city)
    page.goto("/coverage/branch-coverage/?status=unmet")
    names = page.locator("main table .name").all_inner_texts()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="导出电子表格").click()
    waiting.value.save_as(tmp_path / "名单.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "名单.xlsx").active
    head, *lines = sheet.iter_rows(values_only=True)
    assert [line[head.index("名称")] for line in lines] == names
    assert len(names) == figure().eligible - figure().met


#: the other districts that the tile map has a place for
OTHERS = {
    "440303": "罗湖区",
    "440306": "宝安区",
    "440307": "龙岗区",
    "440308": "盐田区",
    "440309": "龙华区",
    "440310": "坪山区",
    "440311": "光明区",
    "440391": "大鹏新区",
}


def test_the_page_prints_on_one_sheet_with_every_district(open_as, city):
    for number, (code, name) in enumerate(OTHERS.items()):
        kind = ("ASSOCIATION", "FOUNDATION", "INTERMEDIARY")[number % 3]
        world.organization(f"{name}读书会", district=world.district(code, name), kind=kind)
    world.organization("不知在哪一区的读书会")
    world.settle()
    snapshots.keep([datetime.date(2016, 3, 31), datetime.date(2016, 4, 30)])
    page = open_as("city", city)
    page.goto("/coverage/")
    page.emulate_media(media="print")
    expect(page.locator(".groups tbody tr")).to_have_count(11)
    expect(page.get_by_role("navigation", name="主导航")).to_be_hidden()
    expect(page.locator(".coverage-controls")).to_be_hidden()
    sheets = re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4", prefer_css_page_size=True))
    assert len(sheets) == 1
