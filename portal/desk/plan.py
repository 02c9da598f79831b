"""A unit's plan of a year as a paper (article 19): part by part and article by article, with where each task stands.

Nothing here is stored: the state of a task is read for the day (`portal.core.plans`), the number beside an article is
the engine's for the unit, and the sums of the units below count what they own in anybody's plan of the year.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from portal.core import indicators, plan_notices, plans
from portal.core.articles import PARTS, Article, Part
from portal.core.entry.records import key_of
from portal.core.imports.register import registers
from portal.core.models import PlanTask, TaskNotice, UnitState
from portal.core.pages import WrongAddress, choice_in, scope_of_request
from portal.core.plans import Tally
from portal.core.scoping import Scope
from portal.core.units import UnitOnDay, UnitTree
from portal.desk.doing import Act, act_new
from portal.desk.figures import Question
from portal.desk.lists.plans import years
from portal.desk.standing import Place, Standing

HEADINGS = (
    "任务编号", "单位编码", "年度", "通知条款", "任务", "措施", "责任单位编码", "责任单位",
    "完成期限", "完成日期", "完成依据", "状态",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One task on the paper: where it stands, the last notice, what the account may do with it."""

    task: PlanTask
    state: str
    notice: TaskNotice | None
    key: str
    act: Act | None
    may_ask: bool

    @property
    def word(self) -> str:
        """The state in words."""
        return plans.STATES[self.state]

    @property
    def sign(self) -> str:
        """The sign of the state."""
        return plans.SIGNS[self.state]


@dataclass(frozen=True)
class Planned:
    """One article of the paper: its tasks, and beside them the numbers of the article."""

    article: Article
    lines: list[Line]
    standings: list[Standing]


@dataclass(frozen=True)
class Below:
    """A unit below: how its tasks of the year stand, with those of the units below it, and its own plan."""

    unit: UnitOnDay
    tally: Tally
    href: str


@dataclass(frozen=True)
class Plan:
    """The plan of a unit for a year, as one account sees it today."""

    scope: Scope
    tree: UnitTree
    unit: UnitOnDay
    year: int

    @property
    def day(self) -> datetime.date:
        """Today."""
        return self.scope.day

    @property
    def keeps(self) -> bool:
        """Whether the account keeps this plan."""
        return registers()["plan_tasks"].may_add(self.scope) and plans.keeps_plan(self.scope, self.unit.id)

    def link(self, year: int | None = None, unit: str = "") -> str:
        """The address of this plan, of another year's or of another unit's."""
        return f"{reverse('plan')}?{urlencode({'unit': unit or self.unit.code, 'year': year or self.year})}"

    def rows(self, year: int | None = None) -> Any:
        """The tasks of the plan, or of another year's."""
        return PlanTask.objects.within(self.scope).filter(unit_id=self.unit.id, year=year or self.year)

    @cached_property
    def tasks(self) -> list[PlanTask]:
        """The tasks in the order of the paper."""
        return list(self.rows().select_related("owner").order_by("article", "due_on", "code"))

    @cached_property
    def tally(self) -> Tally:
        """How they stand."""
        found: dict[str, int] = defaultdict(int)
        for task in self.tasks:
            found[plans.state_of(task, self.day).replace("-", "_")] += 1
        return Tally(**found)

    @cached_property
    def to_ask(self) -> int:
        """How many late tasks of other units may be asked for today."""
        return sum(1 for line in self._lines if line.may_ask and line.state == "overdue")

    @cached_property
    def owned(self) -> list[PlanTask]:
        """The tasks that the unit owns in the plans of others, of the same year."""
        rows = PlanTask.objects.within(self.scope).filter(owner_id=self.unit.id, year=self.year)
        rows = rows.exclude(unit_id=self.unit.id).select_related("unit", "owner")
        return list(rows.order_by("due_on", "code"))

    @cached_property
    def _notices(self) -> dict[int, TaskNotice]:
        return plan_notices.last([*self.tasks, *self.owned], self.scope)

    @cached_property
    def _lines(self) -> list[Line]:
        return [self._line(task) for task in self.tasks]

    def owed(self) -> list[Line]:
        """What the unit owns in the plans of others, as lines."""
        return [self._line(task) for task in self.owned]

    def _line(self, task: PlanTask) -> Line:
        state, notice = plans.state_of(task, self.day), self._notices.get(task.pk)
        asked = notice is not None and notice.sent_on == self.day
        own = task.unit_id == self.unit.id and self.keeps
        others = task.owner_id != self.unit.id and state in ("overdue", "coming")
        key = key_of(registers()["plan_tasks"], task.pk)
        return Line(task, state, notice, key, self._act(task, key), own and others and not asked)

    def _act(self, task: PlanTask, key: str) -> Act | None:
        change = reverse("record-change", args=["plan-tasks", key])
        if plans.keeps_plan(self.scope, task.unit_id):
            return Act("变更", change)
        may_end = task.owner_id in self.scope.own_unit_ids and not task.done_on
        return Act("报告完成", f"{change}?end=1") if may_end else None

    def parts(self) -> list[tuple[Part, list[Planned]]]:
        """The paper: each part with its articles that have tasks; some three statements for the numbers beside them."""
        of_article: dict[int, list[Line]] = defaultdict(list)
        for line in self._lines:
            of_article[line.task.article].append(line)
        standings = self._standings(of_article.keys())
        found = [
            (
                part,
                [
                    Planned(one, of_article[one.number], standings[one.number])
                    for one in part.articles
                    if one.number in of_article
                ],
            )
            for part in PARTS
        ]
        return [(part, planned) for part, planned in found if planned]

    def _standings(self, articles: Any) -> dict[int, list[Standing]]:
        """The numbers of these articles at the unit today."""
        found: dict[int, list[Standing]] = defaultdict(list)
        inds = [ind for ind in indicators.all_indicators() if ind.article in articles]
        if inds:
            # the plan of the city's lead is measured by the city's numbers
            unit = None if self.unit.kind == UnitState.Kind.CITY_LEAD else self.unit
            for one in Place(Question(self.day, tree=self.tree), unit).standings(inds):
                found[one.indicator.article].append(one)
        return found

    @property
    def unplanned(self) -> list[Article]:
        """The articles without a task."""
        there = {task.article for task in self.tasks}
        return [article for part in PARTS for article in part.articles if article.number not in there]

    @cached_property
    def below(self) -> list[Below]:
        """The units right below that own tasks of the year, with all below them; one statement, none without any."""
        units = [unit for unit in self.tree.listed() if unit.parent_id == self.unit.id]
        if not units:
            return []
        rows = PlanTask.objects.within(self.scope).filter(year=self.year, owner_id__in=self.tree.below(self.unit.id))
        found = plans.tallies(rows, self.day, "owner_id")
        sums = [(unit, plans.together(found.get(one, Tally()) for one in self.tree.below(unit.id))) for unit in units]
        return [Below(unit, tally, self.link(unit=unit.code)) for unit, tally in sums if tally.total]

    def records(self) -> Iterator[Sequence[Any]]:
        """The paper as rows of a file: the columns of the register, the owner's name and the state."""
        for task in self.tasks:
            yield (
                task.code, self.unit.code, task.year, task.article, task.task, task.measure, task.owner.code,
                task.owner.name, task.due_on, task.done_on, task.evidence, plans.STATES[plans.state_of(task, self.day)],
            )  # fmt: skip

    def add(self) -> Act | None:
        """The form of a new task of this plan."""
        return act_new("plan_tasks", self.scope, unit=self.unit.code, year=str(self.year)) if self.keeps else None


def offered(scope: Scope, tree: UnitTree) -> list[tuple[int, UnitOnDay]]:
    """The units whose plans the account may read, in the order of the tree, with their depth."""
    return [(depth, unit) for depth, unit in tree.in_order() if scope.city_wide or unit.id in scope.unit_ids]


def plan_asked(request: HttpRequest) -> tuple[Plan, list[tuple[int, UnitOnDay]]]:
    """The plan that an address or a form names (by default the own unit's of this year), and the units on offer.
    Raises WrongAddress; a unit outside the scope is as if there were none."""
    scope = scope_of_request(request)
    tree = scope.tree or UnitTree.on(scope.day)
    units = offered(scope, tree)
    written = request.GET.get("unit", "")
    if written:
        found = [unit for _, unit in units if unit.code == written]
    else:
        # without a unit of one's own the first of the tree
        found = [unit for _, unit in sorted(units, key=lambda one: one[1].id != scope.home_unit_id)]
    if not found:
        raise WrongAddress(
            f"没有编码为“{written}”的单位；请从单位列表里选。" if written else "您的单位已停用，没有可看的计划。"
        )
    asked = choice_in(request, "year", dict(years(scope.day)), str(scope.day.year))
    return Plan(scope, tree, found[0], int(asked)), units
