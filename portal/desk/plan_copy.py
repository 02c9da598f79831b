"""Last year's plan taken over into this year (沿用上年计划): one action on all tasks, previewed, audited, undoable.

In prose. Every task of the year before that the plan does not have yet (same article, text and owner) is planned
again: due a year later, not done, with a number of its own. An owner that is no longer the plan's unit or one below it
is replaced by the plan's unit. The tasks are written like rows of a form, in one action that can be undone.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import cached_property

from django.db import transaction

from portal.core.entry import saving
from portal.core.entry.saving import Line, Outcome, Wish
from portal.core.imports import engine
from portal.core.imports.register import registers
from portal.core.models import PlanTask, User
from portal.core.units import UnitOnDay
from portal.desk.forms.plans import new_code
from portal.desk.plan import Plan

ACTION = "沿用上年计划"


@dataclass(frozen=True)
class Again:
    """One task of the year before as it would stand in the plan; `moved` says that it gets another owner."""

    task: PlanTask
    due_on: datetime.date
    owner: UnitOnDay
    moved: bool


@dataclass(frozen=True)
class Copying:
    """The tasks of the year before that a plan would take over."""

    plan: Plan
    account: User

    @cached_property
    def again(self) -> list[Again]:
        """What would be planned again; two statements."""
        there = {(task.article, task.task, task.owner_id) for task in self.plan.tasks}
        before = self.plan.rows(self.plan.year - 1).order_by("article", "due_on", "code")
        found = [self._again(task) for task in before]
        return [one for one in found if (one.task.article, one.task.task, one.owner.id) not in there]

    def _again(self, task: PlanTask) -> Again:
        unit, tree = self.plan.unit, self.plan.tree
        owner = tree.units.get(task.owner_id)
        stays = owner is not None and owner.valid and owner.id in tree.below(unit.id)
        return Again(task, _a_year_later(task.due_on), owner if owner and stays else unit, not stays)

    def preview(self) -> Outcome:
        """What writing would do; nothing is written."""
        return saving.preview(self._wish())

    @transaction.atomic
    def write(self) -> Outcome:
        """Write them; whoever is second finds nothing left to take over."""
        engine.alone()
        return saving.save(self._wish()) if self.again else Outcome()

    def _wish(self) -> Wish:
        return Wish(
            register=registers()["plan_tasks"],
            lines=[Line(self._texts(one)) for one in self.again],
            action=ACTION,
            actor=self.account,
            scope=self.plan.scope,
        )

    def _texts(self, one: Again) -> dict[str, str]:
        unit, year = self.plan.unit.code, str(self.plan.year)
        return {
            "code": new_code(unit, year),
            "unit": unit,
            "year": year,
            "article": str(one.task.article),
            "task": one.task.task,
            "measure": one.task.measure,
            "owner": one.owner.code,
            "due_on": one.due_on.isoformat(),
        }


def _a_year_later(day: datetime.date) -> datetime.date:
    """The same day of the next year; the last of February for a leap day."""
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + 1, day=28 if is_leap_day else day.day)
