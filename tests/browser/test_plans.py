"""The way of a plan by those who go it: the district writes a task for a street and asks for it, the street reports."""

from __future__ import annotations

import datetime
import re

import pytest
from playwright.sync_api import expect

from portal.core.models import PlanTask, TaskNotice
from portal.core.validity import today
from tests.browser.conftest import figure, scrolls_sideways

pytestmark = pytest.mark.browser


def of_article_19(page):
    """What stands under article 19 on the page of the notice."""
    page.goto("/notice/")
    return page.locator("#article-19")


def test_a_task_is_written_asked_for_and_reported_and_article_19_moves(open_as, city):
    district, street = open_as("nanshan", city), open_as("street", city, phone=True)
    district.goto("/plan/")
    expect(district.locator("main")).to_contain_text("还没有列任务")
    district.get_by_role("link", name="下达任务").first.click()
    district.get_by_label("通知条款").select_option(label="第 3 条 应建尽建、两个覆盖")
    district.locator("#id_task").fill("粤海街道应建未建的全部组建")
    district.locator("#id_owner").fill("NS-YH")
    district.locator("form.entry button.btn-primary").click()
    expect(district.locator(".notice-success")).to_contain_text("已保存：下达任务")
    # its day passes
    yesterday = today() - datetime.timedelta(days=1)
    PlanTask.objects.everyone().update(due_on=yesterday)
    district.reload()
    task = district.locator(".plan-task")
    expect(task).to_contain_text("粤海街道")
    expect(task.locator(".plan-state")).to_contain_text("逾期")
    expect(of_article_19(district)).to_contain_text(re.compile(r"其中逾期\s*1\s*项"))
    assert figure("plan-tasks").met == 0

    district.goto("/plan/")
    district.get_by_role("button", name="催办全部逾期的 1 项").click()
    expect(district.locator(".notice-success")).to_contain_text("已催办 1 项")
    expect(district.locator(".plan-asked")).to_contain_text("温以宁 催办")
    assert TaskNotice.objects.everyone().get().sent_on == today()

    street.goto("/todo/")
    waits = street.locator(".todo-item", has_text="本单位负责的计划任务逾期")
    expect(waits).to_contain_text(f"中共南山区委组织部 {today().isoformat()} 催办")
    waits.get_by_role("link", name=re.compile("报告完成")).click()
    street.get_by_role("link", name=re.compile("报告完成")).first.click()
    expect(street.locator("#id_done_on")).to_be_visible()
    assert street.locator("#id_task").count() == 0 and not scrolls_sideways(street)
    street.locator("#id_done_on").fill(yesterday.isoformat())
    street.locator("#id_evidence").fill("街道组建台账 12 号")
    street.locator("form.entry button.btn-primary").click()
    expect(street.locator(".notice-success")).to_contain_text("已保存：报告完成")
    street.goto("/todo/")
    expect(street.locator("main")).not_to_contain_text("计划任务逾期")

    assert PlanTask.objects.everyone().get().evidence == "街道组建台账 12 号"
    own = of_article_19(district)
    expect(own).to_contain_text("100.00%")
    expect(own).to_contain_text(re.compile(r"未完成\s*0\s*项"))
    assert figure("plan-tasks", "unit", "NS-YH").met == figure("plan-tasks").met == 1


def test_last_years_plan_is_taken_over_on_a_phone(open_as, city):
    year = today().year
    PlanTask.objects.create(
        code="NS-RW-0", unit=city.units["nanshan"], owner=city.units["yuehai"], year=year - 1, article=9,
        task="办书记培训班两期", due_on=datetime.date(year - 1, 11, 30),
    )  # fmt: skip
    page = open_as("nanshan", city, phone=True)
    page.goto("/plan/")
    page.get_by_role("button", name="沿用上年计划（1 项）").click()
    expect(page.locator("main")).to_contain_text("将写入 1 项")
    assert not scrolls_sideways(page)
    page.get_by_role("button", name="写入 1 项").click()
    expect(page.locator(".plan-task")).to_contain_text(f"{year}-11-30")
    assert not scrolls_sideways(page)
    page.get_by_role("button", name="撤销").click()
    expect(page.locator("main")).to_contain_text("还没有列任务")
