"""Lists: narrowed, sorted, turned, searched; by hand, by keyboard, and without a script."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests import world
from tests.browser.conftest import expect_rows, figure, sign_in

pytestmark = pytest.mark.browser


def many(city, how_many=60):
    """More organizations than one page of a list holds."""
    for number in range(how_many):
        world.organization(
            f"南山区第{number:03d}服务社",
            registering=city.units["nanshan-civil"],
            district=city.districts["nanshan"],
            search_text=f"南山区第{number:03d}服务社",
        )
    world.settle()


def names(page):
    return page.locator("main table .name").all_inner_texts()


def test_a_filter_narrows_at_once_and_stands_in_the_address(open_as, city):
    page = open_as("city", city)
    page.goto("/organizations/")
    page.get_by_label("类别").select_option("ASSOCIATION")
    expect(page).to_have_url(re.compile("kind=ASSOCIATION"))
    expect(page.locator(".page-head")).to_contain_text("共 3 家")
    page.get_by_label("行政区").select_option("440304")
    expect(page.locator(".page-head")).to_contain_text("共 2 家")
    page.get_by_role("link", name="清除条件").click()
    expect(page.locator(".page-head")).to_contain_text("共 7 家")


def test_a_list_is_sorted_by_its_heading_and_turned_page_by_page(open_as, city):
    many(city)
    page = open_as("nanshan", city)
    page.goto("/organizations/")
    heading = page.get_by_role("columnheader", name="名称")
    heading.get_by_role("link").click()
    expect(heading).to_have_attribute("aria-sort", "descending")
    first = names(page)
    page.get_by_role("link", name="下一页").click()
    expect(page.get_by_role("link", name="上一页")).to_be_visible()
    second = names(page)
    assert len(first) == 50 and len(first) + len(second) == 63
    assert not set(first) & set(second)
    page.get_by_role("link", name="上一页").click()
    expect(page.get_by_role("link", name="下一页")).to_be_visible()
    assert names(page) == first


def test_the_slash_key_searches_by_former_name(open_as, city):
    world.organization(
        "南山区新岸读书会",
        registering=city.units["nanshan-civil"],
        district=city.districts["nanshan"],
        former_names="南山区旧港书社",
        search_text="南山区新岸读书会 南山区旧港书社 nsqxadsh nsqjgss",
    )
    world.settle()
    page = open_as("nanshan", city)
    page.goto("/coverage/")
    page.keyboard.press("/")
    page.keyboard.type("旧港")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("旧港")
    expect(page.locator("main")).to_contain_text("曾用名：南山区旧港书社")
    page.get_by_role("link", name="南山区新岸读书会").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("南山区新岸读书会")


def test_what_is_not_found_is_told_with_what_to_do(open_as, city):
    page = open_as("nanshan", city)
    page.goto("/search/?q=没有这样的名字")
    expect(page.locator(".empty")).to_contain_text("没有找到")
    page.goto("/organizations/?q=没有这样的名字")
    page.locator(".empty").get_by_role("link").click()
    expect(page.locator(".page-head")).to_contain_text("共 3 家")


def focused(page):
    """What has the focus: its name and whether one sees that it has it."""
    return page.evaluate(
        """() => {
            const one = document.activeElement;
            const shown = [one, one.parentElement, one.nextElementSibling].filter(Boolean).map(getComputedStyle);
            const seen = shown.some((style) => style.boxShadow !== "none" || style.outlineStyle !== "none");
            const name = one.getAttribute("aria-label") || one.labels?.[0]?.textContent || one.textContent;
            return { name: (name || "").trim(), tag: one.tagName, seen };
        }"""
    )


def tab_to(page, name, most=60):
    """Press Tab until something of this name has the focus; every stop on the way must be seen."""
    for _ in range(most):
        page.keyboard.press("Tab")
        stop = focused(page)
        assert stop["seen"] or stop["tag"] == "BODY", stop
        if stop["name"].startswith(name):
            return
    raise AssertionError(f"Tab does not reach {name}")


def test_everything_is_reached_by_keyboard_and_the_focus_is_seen(open_as, city):
    page = open_as()
    page.goto("/sign-in/")
    tab_to(page, "用户名")
    page.keyboard.type("nanshan")
    tab_to(page, "密码")
    page.keyboard.type(world.PASSWORD)
    tab_to(page, "登录")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("工作台")
    tab_to(page, "跳到正文")
    tab_to(page, "搜社会组织")
    tab_to(page, "覆盖率")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("覆盖率")
    tab_to(page, "日期")
    page.keyboard.press("ArrowDown")
    expect(page).to_have_url(re.compile("date="))
    tab_to(page, "南山区")
    page.keyboard.press("Enter")
    expect(page.locator(".page-head")).to_contain_text("南山区")
    tab_to(page, "南山区创客互助服务中心")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("南山区创客互助服务中心")


def test_without_a_script_one_signs_in_filters_and_reads_the_coverage_of_a_day(open_as, city):
    page = open_as(java_script_enabled=False)
    sign_in(page, "shi")
    page.get_by_role("link", name="社会组织", exact=True).click()
    page.get_by_label("类别").select_option("ASSOCIATION")
    page.get_by_role("button", name="查询").click()
    expect_rows(page, 3)
    page.get_by_role("link", name="覆盖率", exact=True).click()
    page.get_by_label("日期").fill("2014-04-01")
    page.get_by_role("button", name="查看").click()
    expect(page.locator(".meters .meter").first).to_contain_text("已覆盖 1 / 7 家")
    page.locator(".groups .name").filter(has_text="福田区").click()
    rate = figure(by="district", group="440304", day=world.day("2014-04-01"))
    expect(page.locator(".page-head")).to_contain_text(f"共 {rate.eligible - rate.met} 家")
