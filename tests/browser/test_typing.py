"""While somebody types: drafts, a lost connection, an ended session, the live preview, pickers by key and touch."""

from __future__ import annotations

import contextlib
import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Error, expect

from branches.models import InstructorPosting
from orgs.models import Exclusion
from portal.core.entry import drafts
from portal.core.models import Draft
from portal.core.search import search_text
from tests import world
from tests.browser.conftest import scrolls_sideways, sign_in
from tests.browser.test_every_page import axe_faults

pytestmark = pytest.mark.browser

NEW = "/records/exclusions/new/"
REASON = "正在筹备党支部，年内成立"


def searchable(city):
    """What the registers write when organizations come in."""
    for one in city.organizations.values():
        one.search_text = search_text(one.name, codes=[one.credit_code])
        one.save()


def begin(page, city, reason=REASON):
    """Open the form of an exclusion and fill in what it asks for."""
    page.goto(NEW)
    page.locator("[name=organization]").fill(city.organizations["nanshan-missing"].credit_code)
    page.locator("[name=valid_from]").fill("2016-04-01")
    page.locator("[name=evidence]").fill("南组发〔2016〕12 号")
    page.locator("[name=approver]").fill("南山区委组织部")
    page.locator("#id_reason").fill(reason)


def press_save(page):
    page.locator("form[data-entry] button.btn-primary").click()


def told(page):
    return page.locator("[data-saved-at]")


def saved():
    return Exclusion.objects.everyone().filter(reason=REASON)


def until(page, holds):
    """Wait for what the portal does on its own, fifteen seconds at most."""
    for _ in range(75):
        if holds():
            return
        page.wait_for_timeout(200)
    raise AssertionError("it did not come about")


def kept(city, who="nanshan"):
    found = drafts.of(city.users[who], NEW)
    return drafts.texts_of(found) if found else {}


class TestDrafts:
    def test_it_is_kept_two_seconds_after_the_last_letter_and_offered_again(self, open_as, city):
        page = open_as("nanshan", city)
        begin(page, city)
        expect(told(page)).to_have_text(re.compile(r"^草稿已存 \d\d:\d\d$"))
        assert kept(city)["reason"] == REASON
        page.goto(NEW)
        expect(page.locator(".entry-draft")).to_contain_text("未保存的草稿")
        page.get_by_role("link", name="继续填写").click()
        expect(page.locator("#id_reason")).to_have_value(REASON)
        press_save(page)
        expect(page.locator(".notice-success")).to_contain_text("已保存")
        assert saved().count() == 1 and not Draft.objects.exists()

    @pytest.mark.long
    def test_leaving_at_once_keeps_it_and_asks_nothing(self, open_as, city):
        page = open_as("nanshan", city)
        asked = []
        page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
        begin(page, city)
        page.get_by_role("link", name="工作台").first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("工作台")
        # what a page sends while it goes away arrives beside the next page, not before it
        until(page, lambda: kept(city).get("reason") == REASON)
        page.goto(NEW)
        expect(page.locator(".entry-draft")).to_be_visible()
        assert asked == []

    @pytest.mark.long
    def test_an_earlier_draft_is_not_overwritten_by_the_way(self, open_as, city):
        page = open_as("nanshan", city)
        begin(page, city)
        expect(told(page)).to_contain_text("草稿已存")
        page.goto(NEW)
        page.locator("#id_reason").fill("别的")
        expect(told(page)).to_contain_text("请先选")
        page.wait_for_timeout(2500)
        assert kept(city)["reason"] == REASON
        page.get_by_role("link", name="继续填写").click()
        expect(page.locator("#id_reason")).to_have_value(REASON)
        page.goto(NEW)
        page.get_by_role("button", name="丢弃草稿").click()
        expect(page.locator(".entry-draft")).to_have_count(0)
        assert not Draft.objects.exists()

    def test_secret_fields_never_leave_the_page_before_it_is_saved(self, open_as, city):
        page = open_as("nanshan", city)
        sent = []
        page.on("request", lambda one: sent.append(one.post_data or "") if one.url.endswith("/drafts/") else None)
        page.goto("/records/members/new/")
        page.locator("[name=name]").fill("严以正")
        page.locator("[name=id_number]").fill("440399199001010012")
        expect(told(page)).to_contain_text("草稿已存")
        assert sent and "严以正" in "".join(sent) and "440399" not in "".join(sent)


@pytest.mark.long
class TestLostConnection:
    def test_nothing_is_lost_and_it_is_kept_once_it_is_back(self, open_as, city):
        page = open_as("nanshan", city)
        begin(page, city, "断网之前")
        expect(told(page)).to_contain_text("草稿已存")
        page.context.set_offline(True)
        page.locator("#id_reason").fill(REASON)
        expect(told(page)).to_have_text("网络中断，已在本页保留，恢复后自动保存")
        press_save(page)
        expect(page.get_by_role("alert")).to_contain_text("还没有提交")
        expect(page.locator("#id_reason")).to_have_value(REASON)
        assert kept(city)["reason"] == "断网之前"
        page.context.set_offline(False)
        expect(told(page)).to_have_text(re.compile("^草稿已存"))
        expect(page.get_by_role("alert")).to_have_count(0)
        assert kept(city)["reason"] == REASON
        assert page.evaluate("sessionStorage.length") == 0
        press_save(page)
        expect(page.locator(".notice-success")).to_contain_text("已保存")
        assert saved().count() == 1

    def test_leaving_asks_as_long_as_it_could_not_be_kept(self, open_as, city):
        page = open_as("nanshan", city)
        begin(page, city)
        page.context.set_offline(True)
        expect(told(page)).to_contain_text("网络中断")
        with page.expect_event("dialog") as asked:
            page.evaluate("setTimeout(() => location.reload())")
        assert asked.value.type == "beforeunload"
        asked.value.dismiss()
        expect(page.locator("#id_reason")).to_have_value(REASON)

    def test_what_lay_in_the_tab_is_filled_in_again_for_the_same_account_only(self, open_as, city):
        page = open_as("nanshan", city)
        begin(page, city)
        page.context.set_offline(True)
        expect(told(page)).to_contain_text("网络中断")
        left = page.evaluate("sessionStorage.getItem(sessionStorage.key(0))")
        key = page.evaluate("sessionStorage.key(0)")
        page.context.set_offline(False)
        expect(told(page)).to_contain_text("草稿已存")
        Draft.objects.all().delete()
        page.evaluate("([key, left]) => sessionStorage.setItem(key, left)", [key, left])
        page.goto(NEW)
        expect(page.get_by_role("alert")).to_contain_text("已填回")
        expect(page.locator("#id_reason")).to_have_value(REASON)
        page.evaluate("([key, left]) => sessionStorage.setItem(key, left.replace('温以宁', '别人'))", [key, left])
        Draft.objects.all().delete()
        page.goto(NEW)
        expect(page.locator("#id_reason")).to_have_value("")
        assert page.evaluate("sessionStorage.length") == 0


@pytest.mark.long
class TestEndedSession:
    def test_after_a_sign_in_in_a_second_window_saving_works(self, open_as, city):
        page = open_as("nanshan", city)
        begin(page, city)
        Session.objects.all().delete()
        press_save(page)
        expect(page.get_by_role("alert")).to_contain_text("登录已失效")
        expect(page.locator("#id_reason")).to_have_value(REASON)
        with page.context.expect_page() as opened:
            page.get_by_role("link", name="在新窗口登录").click()
        second = opened.value
        second.get_by_label("用户名").fill("nanshan")
        second.get_by_label("密码").fill(world.PASSWORD)
        second.get_by_role("button", name="登录").click()
        expect(second.locator("main")).to_contain_text("温以宁")
        press_save(page)
        expect(page.locator(".notice-success")).to_contain_text("已保存")
        assert saved().count() == 1 and not Draft.objects.exists()

    def test_what_one_typed_never_becomes_anothers_draft(self, open_as, city):
        page = open_as("nanshan", city)
        begin(page, city)
        Session.objects.all().delete()
        expect(page.get_by_role("alert")).to_contain_text("登录已失效")
        second = page.context.new_page()
        sign_in(second, "futian")
        expect(second.get_by_role("heading", level=1)).to_have_text("工作台")
        press_save(page)
        expect(page.get_by_role("alert")).to_contain_text("现在登录的是另一个账号")
        assert not Draft.objects.exists() and not saved().exists()


class TestPreview:
    def test_the_newest_answer_stands(self, open_as, city):
        """The first answer is held back until the second one is there."""
        page = open_as("nanshan", city)
        waiting = []

        def hold(route):
            if "ask" in (route.request.post_data or "") and not waiting:
                waiting.append(route)
            else:
                route.continue_()

        page.route(f"**{NEW}", hold)
        begin(page, city)
        panel = page.locator("[data-preview]")
        page.wait_for_timeout(900)
        assert waiting and panel.get_attribute("aria-busy") == "true"
        page.locator("[name=valid_from]").fill("")
        expect(panel).to_contain_text("还有 1 处")
        expect(panel).not_to_have_attribute("aria-busy", "true")
        with contextlib.suppress(Error):
            waiting[0].fulfill(body="<p>早先的结果</p>")
        page.wait_for_timeout(300)
        expect(panel).to_contain_text("还有 1 处")
        page.locator("[name=valid_from]").fill("2016-04-01")
        expect(panel).to_contain_text("今天的数字")
        assert not saved().exists()


class TestPickers:
    def test_an_organization_by_keyboard(self, open_as, city):
        searchable(city)
        page = open_as("nanshan", city)
        page.goto(NEW)
        box = page.get_by_role("combobox", name=re.compile("社会组织"))
        box.press_sequentially("ckhz")
        options = page.get_by_role("option")
        expect(options).to_have_count(1)
        expect(options).to_contain_text("南山区创客互助服务中心")
        assert box.get_attribute("aria-expanded") == "true"
        box.press("ArrowDown")
        expect(options).to_have_attribute("aria-selected", "true")
        assert box.get_attribute("aria-activedescendant") == options.get_attribute("id")
        box.press("Enter")
        expect(box).to_have_value(city.organizations["nanshan-missing"].credit_code)
        expect(page.locator("[data-picked=id_organization]")).to_contain_text("南山区创客互助服务中心")
        expect(options).to_have_count(0)
        assert page.url.endswith(NEW)

    @pytest.mark.long
    def test_escape_closes_and_leaves_what_was_typed(self, open_as, city):
        searchable(city)
        page = open_as("nanshan", city)
        page.goto(NEW)
        box = page.get_by_role("combobox", name=re.compile("社会组织"))
        box.press_sequentially("南山区")
        expect(page.get_by_role("option")).to_have_count(3)
        box.press("Escape")
        expect(page.get_by_role("option")).to_have_count(0)
        expect(box).to_have_value("南山区")

    @pytest.mark.long
    def test_a_whole_name_is_chosen_by_going_on(self, open_as, city):
        searchable(city)
        page = open_as("nanshan", city)
        page.goto(NEW)
        box = page.get_by_role("combobox", name=re.compile("社会组织"))
        box.fill("南山区创客互助服务中心")
        box.press("Tab")
        expect(box).to_have_value(city.organizations["nanshan-missing"].credit_code)

    @pytest.mark.long
    def test_by_touch_in_rows_of_a_finger(self, open_as, city):
        searchable(city)
        page = open_as("nanshan", city, phone=True)
        page.goto(NEW)
        box = page.get_by_role("combobox", name=re.compile("社会组织"))
        box.tap()
        box.press_sequentially("南山区")
        options = page.get_by_role("option")
        expect(options).to_have_count(3)
        assert all(one.bounding_box()["height"] >= 44 for one in options.all())
        options.filter(has_text="青禾").tap()
        expect(box).to_have_value(city.organizations["nanshan-joint"].credit_code)

    def test_nothing_of_the_other_district_is_offered(self, open_as, city):
        searchable(city)
        page = open_as("futian", city)
        page.goto(NEW)
        page.get_by_role("combobox", name=re.compile("社会组织")).press_sequentially("南山区")
        expect(page.get_by_role("option")).to_contain_text("没有找到")

    def test_a_personal_number_never_stands_in_an_address(self, open_as, city):
        page = open_as("nanshan", city)
        asked = []
        page.on("request", lambda one: asked.append(one.url))
        page.goto("/records/posts/new/")
        box = page.get_by_role("combobox", name=re.compile("人员"))
        box.press_sequentially("440399199001010012", delay=60)
        page.wait_for_timeout(500)
        box.press("Tab")
        page.wait_for_timeout(500)
        assert not [url for url in asked if "4403991" in url]

    @pytest.mark.long
    def test_without_a_script_the_code_is_typed(self, open_as, city):
        page = open_as("nanshan", city, java_script_enabled=False)
        begin(page, city)
        press_save(page)
        expect(page.locator(".notice-success")).to_contain_text("已保存")
        assert saved().count() == 1


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_axe_finds_nothing_while_a_picker_is_open_and_the_session_has_ended(open_as, city, phone):
    searchable(city)
    page = open_as("nanshan", city, phone=phone, bypass_csp=True)
    begin(page, city)
    page.get_by_role("combobox", name=re.compile("社会组织")).fill("南山区")
    expect(page.get_by_role("option")).to_have_count(3)
    page.keyboard.press("ArrowDown")
    wrong = axe_faults(page)
    page.keyboard.press("Escape")
    Session.objects.all().delete()
    press_save(page)
    expect(page.get_by_role("alert")).to_contain_text("登录已失效")
    assert not wrong + axe_faults(page)
    assert not scrolls_sideways(page)


def test_an_instructor_is_posted_by_name_on_a_phone(open_as, city):
    searchable(city)
    page = open_as("nanshan", city, phone=True)
    page.goto("/records/instructors/new/")
    page.get_by_role("combobox", name=re.compile("社会组织")).press_sequentially("创客")
    page.get_by_role("option").tap()
    page.locator("[name=name]").fill("段诗远")
    press_save(page)
    expect(page.locator(".notice-success")).to_contain_text("已保存")
    assert InstructorPosting.objects.everyone().filter(person__name="段诗远").count() == 1


def test_signing_out_leaves_nothing_in_the_tab(open_as, city):
    page = open_as("nanshan", city)
    page.goto("/account/")
    page.evaluate("sessionStorage.setItem('draft:/records/exclusions/new/', '{}')")
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("登录")
    assert page.evaluate("sessionStorage.length") == 0
