"""The form of the tasks of the units' plans (article 19)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from portal.core.articles import ARTICLES
from portal.core.secrets import new_opaque_id
from portal.desk.forms.shape import Form, Known, Option, Saved


def _plan(saved: Saved) -> str:
    """The paper that the task stands in; for the owner, who sees only its own tasks of it, the list."""
    task, scope = saved.row, saved.scope
    if scope.city_wide or task.unit_id in scope.unit_ids:
        return f"{reverse('plan')}?{urlencode({'unit': task.unit.code, 'year': task.year})}"
    return f"{reverse('plan-tasks')}?{urlencode({'year': task.year, 'unit': task.owner.code})}"


def new_code(unit: str, year: int | str) -> str:
    """A number for a task of a unit's plan."""
    return f"{unit}-RW{year}-{new_opaque_id()[:6].upper()}"


def _new_task(known: Known) -> dict[str, str]:
    """A task of the own unit's plan of this year, or of the plan that the address names, owned by the unit itself."""
    year, unit = known.asked.get("year") or str(known.scope.day.year), known.asked.get("unit") or known.home_code
    return {
        "code": new_code(unit or "JH", year),
        "unit": unit,
        "year": year,
        "owner": unit,
        "due_on": f"{year}-12-31" if year.isdecimal() and len(year) == 4 else "",
    }


def _articles() -> list[Option]:
    return [("", "请选择"), *((str(one.number), f"第 {one.number} 条 {one.title}") for one in ARTICLES.values())]


def _said(task: Any) -> str:
    return f"“{task.task[:30]}{'…' if len(task.task) > 30 else ''}”"


FORMS = (
    Form(
        kind="plan_tasks",
        noun="计划任务",
        add="下达任务",
        end="报告完成",
        ends=("done_on", "evidence"),
        groups=(
            ("哪个单位哪一年的计划", ("unit", "year", "code")),
            ("任务", ("article", "task", "measure")),
            ("谁负责、什么时候完成", ("owner", "due_on")),
            ("完成情况", ("done_on", "evidence")),
        ),
        rule="各单位把“双引领双促进”工程纳入总体规划，明确目标、任务和措施。任务由制定计划的单位下达和变更；"
        "责任单位报告完成日期和依据，在期限当天及以前完成的算按期。",
        articles=(19,),
        helps={
            "code": "已给出一个编号，可以改；一经使用不再改",
            "article": "这项任务落实通知的哪一条",
            "task": "写明要做成什么、做到多少",
            "measure": "怎样做；没有的留空",
            "owner": "制定计划的单位自己，或它的下级单位",
            "due_on": "在计划年度以内；到期前 30 天列入责任单位的待办",
            "done_on": "还没有完成的留空；不能填以后的日子",
            "evidence": "文件号、会议、台账或材料名称；不写个人姓名",
        },
        known=_new_task,
        options={"article": _articles},
        home=_plan,
        said=_said,
    ),
)
