"""The list of the tasks of the units' plans (article 19)."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse

from portal.core import plans
from portal.core.articles import ARTICLES
from portal.core.listing import Column, Filter, ListPage
from portal.core.models import PlanTask
from portal.core.policy import NOTICE_DAY

from .columns import attribute, days, unit_filter, words


def years(day: datetime.date) -> list[tuple[str, str]]:
    """From the year of the notice to the next one: a plan is made before its year begins."""
    return [(str(year), f"{year} 年") for year in range(day.year + 1, NOTICE_DAY.year - 1, -1)]


def _of_state(rows: QuerySet[Any], value: str, page: ListPage) -> QuerySet[Any]:
    if value == "waiting":
        return rows.filter(plans.waiting(page.day))
    return rows.filter(plans.in_state(value, page.day))


def _own(rows: QuerySet[Any], value: str, page: ListPage) -> QuerySet[Any]:
    """What the account's own units own, or others in their plans."""
    homes = plans.homes(page.scope)
    return rows.filter(owner_id__in=homes) if value == "owned" else rows.filter(plans.owed_to(homes))


class PlanTasks(ListPage):
    """计划任务: what the units have planned for a year, who owns it, where it stands."""

    route = "plan-tasks"
    heading = "计划任务"
    measure = "项"
    capability = "see-counts"
    order = "-due"
    searched = ("task", "measure", "code")
    search_hint = "任务、措施、任务编号"
    columns = (
        Column("task", "任务", attribute("task"), sort=F("task"), note=attribute("measure")),
        Column("article", "条款", lambda row: f"第\u00a0{row.article}\u00a0条", sort=F("article")),
        Column("owner", "责任单位", attribute("owner.name"), sort=words("owner__code")),
        Column("due", "完成期限", attribute("due_on"), sort=F("due_on")),
        Column("state", "状态", lambda row: plans.STATES[row.state], state=lambda row: plans.SIGNS[row.state]),
        Column("done", "完成日期", attribute("done_on"), sort=days("done_on"), empty="—", note=attribute("evidence")),
        Column("plan", "谁的计划", lambda row: f"{row.unit.name} {row.year} 年", sort=words("unit__code"), minor=True),
        Column("code", "任务编号", attribute("code"), sort=F("code"), minor=True),
    )
    filters = (
        Filter("state", "状态", lambda page: [("waiting", "未完成"), *plans.STATES.items()], _of_state),
        Filter("year", "年度", lambda page: years(page.day), lambda rows, value, page: rows.filter(year=int(value))),
        Filter(
            "article",
            "条款",
            lambda page: [(str(one.number), f"第 {one.number} 条 {one.title}") for one in ARTICLES.values()],
            lambda rows, value, page: rows.filter(article=int(value)),
        ),
        Filter("own", "与本单位", lambda page: [("owned", "本单位负责"), ("owed", "本单位计划中别的单位负责")], _own),
        unit_filter("责任单位及下级", "owner_id"),
        Filter(
            "owner",
            "责任单位",
            lambda page: [(one.code, one.name) for one in page.tree.listed()],
            lambda rows, value, page: rows.filter(owner__code=value),
        ),
    )

    def rows(self) -> QuerySet[Any]:
        """Tasks with the unit of their plan and their owner."""
        return PlanTask.objects.within(self.scope).select_related("unit", "owner")

    def complete(self, rows: list[Any], beside: None) -> None:
        """Where each stands today."""
        for row in rows:
            row.state = plans.state_of(row, self.day)

    def tabs(self) -> list[tuple[str, str, bool]]:
        """The notice, its figures, the plan as a paper, this list."""
        return notice_tabs("plan-tasks")


def notice_tabs(current: str, asked: str = "") -> list[tuple[str, str, bool]]:
    """The pages of the notice side by side; `asked` is the place and day that the pages of figures keep."""
    return [
        ("按条款", f"{reverse('notice')}{asked}", current == "notice"),
        ("指标一览", f"{reverse('indicators')}{asked}", current == "indicators"),
        ("工作计划", reverse("plan"), current == "plan"),
        ("计划任务", reverse("plan-tasks"), current == "plan-tasks"),
    ]
