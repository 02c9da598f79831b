"""Asking the owner of a task for it (催办, article 19): what may be asked for, and the asking itself.

Only the unit of the plan asks, only for tasks that another unit owns and that are late or coming, and only once for a
task and day. A notice ends with its task being done: nothing is closed by hand.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from portal.core import audit, plans
from portal.core.audit import ChangeOf
from portal.core.imports import engine
from portal.core.models import PlanTask, TaskNotice, User
from portal.core.scoping import Scope


def to_ask(rows: QuerySet[Any], day: datetime.date) -> QuerySet[Any]:
    """Those of these tasks that may be asked for on a day: owned by another unit, late or coming, not asked today."""
    asked = TaskNotice.objects.everyone().filter(task=OuterRef("pk"), sent_on=day)
    pressing = plans.in_state("overdue", day) | plans.in_state("coming", day)
    return rows.filter(pressing, ~Q(owner=F("unit")), ~Exists(asked))


@transaction.atomic
def ask(rows: QuerySet[Any], *, actor: User, scope: Scope) -> list[PlanTask]:
    """Ask the owners of these tasks of the own unit's plan, as far as they may be asked for today; those asked."""
    engine.alone()
    tasks = list(to_ask(rows.filter(plans.kept(scope)), scope.day).order_by("pk"))
    TaskNotice.objects.bulk_create(
        [TaskNotice(task=task, sent_on=scope.day, unit_id=task.unit_id, sender=actor) for task in tasks]
    )
    if tasks:
        changes = [ChangeOf("plan_tasks", task.code, "催办", None, scope.day) for task in tasks]
        audit.record(actor=actor, action="催办", subject=tasks[0].code, changes=changes)
    return tasks


def last(tasks: Sequence[PlanTask], scope: Scope) -> dict[int, TaskNotice]:
    """The last notice of each of these tasks; one statement."""
    found = TaskNotice.objects.within(scope).filter(task__in=tasks).select_related("unit", "sender")
    return {notice.task_id: notice for notice in found.order_by("sent_on", "pk")}
