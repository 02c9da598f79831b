"""A bulk change from the list to its undo, by hand and by keyboard, in a wide window and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from branches.models import InstructorPosting
from portal.core.models import AuditEntry
from tests.browser.conftest import figure, scrolls_sideways

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_instructors_for_many_and_back(open_as, city, phone):
    before = figure("work-coverage")
    page = open_as("nanshan", city, phone=phone)
    page.goto("/organizations/")
    button = page.get_by_role("button", name="批量办理")
    expect(button).to_be_disabled()
    page.get_by_label("选中 南山区创客互助服务中心").check()
    page.get_by_label("选中 南山区海珠社会工作服务中心").check()
    expect(page.get_by_text("已选 2")).to_be_visible()
    page.get_by_label("一起办理什么").select_option(label="派出指导员")
    button.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("派出指导员")
    assert "row=" not in page.url and not scrolls_sideways(page)
    page.get_by_label("姓名").fill("段诗远")
    page.get_by_role("button", name="预览").click()
    panel = page.locator(".entry-panel")
    expect(panel).to_contain_text("2 家会变更")
    expect(panel).to_contain_text("党的工作覆盖率")
    assert not scrolls_sideways(page) and figure("work-coverage").met == before.met
    page.get_by_role("button", name="写入 2 家").press("Enter")
    expect(page.locator(".notice")).to_contain_text("已写入 2 家")
    assert figure("work-coverage").met == before.met + 1
    page.locator(".notice").get_by_role("button", name="撤销").click()
    expect(page.locator(".notice")).to_contain_text("已撤销")
    assert figure("work-coverage").met == before.met
    assert AuditEntry.objects.count() == 2 and InstructorPosting.objects.everyone().count() == 1


def test_the_whole_page_is_ticked_at_once(open_as, city):
    page = open_as("city", city)
    page.goto("/organizations/")
    page.get_by_label("全选本页").check()
    expect(page.get_by_text("已选 7")).to_be_visible()
    page.get_by_label("选中 深圳市明远培训学校").uncheck()
    expect(page.get_by_text("已选 6")).to_be_visible()
    assert page.get_by_label("全选本页").evaluate("box => box.indeterminate")
