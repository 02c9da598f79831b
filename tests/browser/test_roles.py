"""Each role, from the sign-in to the page of one organization and back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from portal.core.models import User
from tests import world
from tests.browser.conftest import expect_rows, figure, scrolls_sideways, sign_in

pytestmark = pytest.mark.browser

NANSHAN, FUTIAN = ("440305", "南山区"), ("440304", "福田区")
MISSING = "南山区创客互助服务中心"


@pytest.mark.parametrize(
    ("who", "district", "named", "missing"),
    [
        ("shi", FUTIAN, 3, "福田区莲花棋类协会"),
        ("nanshan", NANSHAN, 1, MISSING),
        ("yuehai", NANSHAN, 1, MISSING),
        pytest.param("jiaoyu", FUTIAN, 1, "深圳市明远培训学校", marks=pytest.mark.long),
        pytest.param("guancha", NANSHAN, 1, MISSING, marks=pytest.mark.long),
    ],
)
def test_staff_come_from_the_desk_to_the_missing_organizations_of_a_district(
    open_as, city, who, district, named, missing
):
    code, name = district
    rate = figure(by="district", group=code)
    page = open_as()
    sign_in(page, who)
    expect(page.get_by_role("heading", level=1)).to_have_text("工作台")
    page.get_by_role("link", name="覆盖率", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("覆盖率")
    row = page.locator(".groups tbody tr").filter(has_text=name)
    expect(row).to_contain_text(f"{rate.met} / {rate.eligible}")
    expect(row).to_contain_text(f"{rate.rate}%")
    row.get_by_role("link", name=name).click()
    expect(page.locator(".page-head")).to_contain_text(f"共 {rate.eligible - rate.met} 家")
    expect_rows(page, named)
    if named < rate.eligible - rate.met:
        expect(page.locator("main")).to_contain_text(f"{rate.eligible - rate.met - named} 家不在您的查看范围内")
    page.get_by_role("link", name=missing).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(missing)
    expect(page.locator("main")).to_contain_text("党建责任单位")
    page.go_back()
    expect(page.locator(".page-head")).to_contain_text(name)


def test_a_district_clerk_reads_numbers_of_the_neighbours_but_no_names(open_as, city):
    page = open_as("nanshan", city)
    foreign = [one.name for key, one in city.organizations.items() if not key.startswith("nanshan")]
    for address in ("/", "/coverage/", "/organizations/", "/coverage/branch-coverage/?status=unmet", "/search/?q=福田"):
        page.goto(address)
        shown = page.locator("body").inner_text()
        assert not [name for name in foreign if name in shown], address
    page.goto("/coverage/")
    rate = figure(by="district", group=FUTIAN[0])
    expect(page.locator(".groups tbody tr").filter(has_text="福田区")).to_contain_text(f"{rate.met} / {rate.eligible}")
    page.goto(f"/organizations/{city.organizations['futian-missing'].path_key}/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("没有")


@pytest.mark.long
def test_an_observer_reads_and_has_no_way_to_change_anything(open_as, city):
    page = open_as("observer", city)
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("工作台")
    expect(page.get_by_role("link", name="导入")).to_have_count(0)
    page.goto("/imports/")
    expect(page.get_by_role("heading", level=1)).to_have_text("没有办理权限")


def test_a_secretary_reads_the_state_of_the_branch_on_a_phone(open_as, city):
    page = open_as(phone=True)
    sign_in(page, "lin")
    expect(page.locator(".own-name")).to_have_text("海珠社会工作服务中心党支部")
    expect(page.locator(".own-figures")).to_contain_text("2 名")
    bottom = page.get_by_role("navigation", name="底部导航")
    expect(bottom).to_be_visible()
    expect(page.get_by_role("navigation", name="主导航")).to_be_hidden()
    page.locator("main").get_by_role("link", name="南山区海珠社会工作服务中心").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("南山区海珠社会工作服务中心")
    expect(page.locator("main")).to_contain_text("单独组建")
    assert not scrolls_sideways(page)
    page.go_back()
    page.get_by_role("link", name="看党组织主页").click()
    expect(page.locator("main")).to_contain_text("林知远")
    bottom.get_by_role("link", name="我的").click()
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("登录")


@pytest.mark.long
def test_an_instructor_finds_the_organizations_of_the_posting_on_a_phone(open_as, city):
    page = open_as(phone=True)
    sign_in(page, "zhidao")
    expect(page.locator("main")).to_contain_text("共 1 家")
    page.get_by_role("link", name="查看福田区莲花棋类协会").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("福田区莲花棋类协会")
    expect(page.locator("main")).to_contain_text("派驻指导员")
    page.get_by_role("navigation", name="底部导航").get_by_role("link", name="社会组织").click()
    expect_rows(page, 1)


@pytest.mark.parametrize("who", ["xitong", "anquan", "shenji"])
def test_an_administrator_has_an_account_and_no_register(open_as, city, who):
    page = open_as()
    sign_in(page, who)
    expect(page).to_have_url(re.compile("/account/$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("我的")
    places = page.get_by_role("navigation", name="主导航").get_by_role("link").all_inner_texts()
    assert places == (["后台任务"] if who == "xitong" else [])
    expect(page.get_by_role("searchbox")).to_have_count(0)
    page.goto("/coverage/")
    expect(page.get_by_role("heading", level=1)).to_have_text("没有办理权限")


def test_a_wrong_password_is_told_and_the_name_stays(open_as, city):
    page = open_as()
    sign_in(page, "nanshan", "wu-mi-ma-2026")
    expect(page.get_by_role("alert")).to_contain_text("用户名或密码不对")
    expect(page.get_by_label("用户名")).to_have_value("nanshan")
    sign_in(page, "nanshan")
    expect(page.get_by_role("heading", level=1)).to_have_text("工作台")


def test_one_who_was_sent_to_the_door_goes_on_to_where_one_wanted(open_as, city):
    page = open_as()
    page.goto("/organizations/?kind=ASSOCIATION")
    expect(page.get_by_role("heading", level=1)).to_have_text("登录")
    page.get_by_label("用户名").fill("shi")
    page.get_by_label("密码").fill(world.PASSWORD)
    page.get_by_label("密码").press("Enter")
    expect(page.locator(".page-head")).to_contain_text("共 3 家")


def test_after_signing_out_the_pages_are_closed(open_as, city):
    page = open_as("city", city)
    page.goto("/account/")
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("登录")
    page.goto("/coverage/")
    expect(page.get_by_role("heading", level=1)).to_have_text("登录")


def test_a_disabled_account_is_out_at_once(open_as, city):
    page = open_as("nanshan", city)
    page.goto("/")
    User.objects.filter(username="nanshan").update(is_active=False)
    page.goto("/coverage/")
    expect(page.get_by_role("heading", level=1)).to_have_text("登录")
