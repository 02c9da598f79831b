"""What there is to do about the tasks of plans (article 19): for their owners, and for the unit of the plan.

An owner is told of what is late and of what comes within 30 days, with who asked for it last and when: the unit, never
a person, since the daily letter says the same.
"""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse

from portal.core import plans
from portal.core.models import PlanTask, TaskNotice
from portal.core.opaque import opaque
from portal.core.todo import Asked, Found, Kind, Named, Naming, register
from portal.core.units import UnitOnDay


def _asked_by(notices: QuerySet[Any]) -> Subquery:
    """Who asked last and when, as text: 中共南山区委组织部 2026-11-20 催办."""
    day = Cast("sent_on", CharField())
    said = Concat(F("unit__name"), Value(" "), day, Value(" 催办"), output_field=CharField())
    return Subquery(notices.order_by("-sent_on", "-pk").annotate(said=said).values("said")[:1])


def _homes(asked: Asked) -> list[UnitOnDay]:
    """The units whose tasks are the account's own matter; none for who is asked nothing."""
    tree = asked.places.tree.units if asked.for_units else {}
    return [tree[one] for one in sorted(plans.homes(asked.scope)) if one in tree]


def _owned(asked: Asked, state: str) -> Found | None:
    """The tasks in a state that the own units own, in their own plans or in those of units above."""
    homes = _homes(asked)
    if not homes:
        return None
    owners = [one.id for one in homes]
    own = PlanTask.objects.within(asked.scope).filter(plans.in_state(state, asked.day), owner_id__in=owners)
    whose = {"owner": homes[0].code} if len(homes) == 1 else {"own": "owned"}
    href = asked.listed("plan-tasks", state=state, **whose)
    told = _asked_by(TaskNotice.objects.within(asked.scope).filter(task__in=own))
    return Found(own.order_by("due_on", "pk"), href, ends="due_on", told=told)


def _overdue(asked: Asked) -> Found | None:
    return _owned(asked, "overdue")


def _coming(asked: Asked) -> Found | None:
    return _owned(asked, "coming")


def _of_others(asked: Asked) -> Found | None:
    """What other units owe to the own units' plans."""
    homes = _homes(asked)
    if not homes:
        return None
    late = PlanTask.objects.within(asked.scope).filter(plans.in_state("overdue", asked.day))
    rows = late.filter(plans.owed_to([one.id for one in homes])).order_by("due_on", "pk")
    if len(homes) == 1:
        return Found(rows, asked.listed("plan", unit=homes[0].code), ends="due_on")
    return Found(rows, asked.listed("plan-tasks", state="overdue", own="owed"), ends="due_on")


def _named(task: str, asked: str, row: str) -> Named:
    address = reverse("record-history", args=["plan-tasks", opaque("core.plantask", int(row))])
    return Named(f"{task}（{asked}）" if asked else task, address)


_NAMING = Naming(("task", _asked_by(TaskNotice.objects.everyone().filter(task=OuterRef("pk"))), "pk"), _named)
_OWNER = Naming(("task", "owner__name", "pk"), _named)

register(
    Kind("plan-overdue", "到期", "本单位负责的计划任务逾期", "报告完成", _overdue, _NAMING, "项", 19),
    Kind("plan-coming", "到期", "本单位负责的计划任务临期", "报告完成", _coming, _NAMING, "项", 19),
    Kind("plan-to-ask", "到期", "本单位计划中别的单位逾期的任务", "去催办", _of_others, _OWNER, "项", 19),
)
