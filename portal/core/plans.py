"""The tasks of the units' plans (article 19): where each stands on a day, `plan-tasks`, and who may touch them.

Every unit takes the project into its overall plan, with aims, tasks and measures. A task has an owner (责任单位) and a
due day. Where it stands on day D is read from these and its done day, never stored:

| state | on D |
| --- | --- |
| `on-time` | done by D, not later than the due day |
| `done-late` | done by D, after the due day |
| `overdue` | not done by D, and the due day was before D |
| `coming` | not done by D, due on D or within 30 days |
| `open` | not done by D, due later |

`plan-tasks` asks of the tasks of the plans of D's year that have come to an answer by D: those that are done and those
that are overdue. Met: done on time. A task counts at its owner and in every unit above. A done day after D has not
happened on D, so that a task that is done late never rewrites an earlier day.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from portal.core import sql
from portal.core.indicators import Description, Indicator, Query
from portal.core.indicators import register as register_indicator
from portal.core.models import PlanTask, TaskNotice, Unit
from portal.core.roles import Role
from portal.core.scoping import Scope, register_reach

CODE = "plan-tasks"
REASONS = {"on-time": "按期完成", "done-late": "逾期完成", "overdue": "逾期"}
STATES = {"overdue": "逾期", "coming": "临期", "open": "未到期", "on-time": "按期完成", "done-late": "逾期完成"}
SIGNS = {"overdue": "bad", "coming": "warn", "open": "plain", "on-time": "ok", "done-late": "idle"}
#: what falls due within so many days is coming
COMING = datetime.timedelta(days=30)


def plan_tasks(day: datetime.date) -> Query:
    """Subjects of `plan-tasks` (article 19)."""
    return Query(
        f"""
        SELECT t.id AS subject_id, CASE WHEN t.done_on <= t.due_on AND t.done_on <= %(day)s THEN 1 ELSE 0 END AS met,
               0 AS excluded,
               CASE WHEN t.done_on <= t.due_on AND t.done_on <= %(day)s THEN 'on-time'
                    WHEN t.done_on <= %(day)s THEN 'done-late' ELSE 'overdue' END AS reason,
               t.owner_id AS unit_id, CAST(NULL AS BIGINT) AS district_id, CAST(NULL AS BIGINT) AS subdistrict_id,
               '' AS kind, '' AS field
        FROM {sql.table(PlanTask)} t
        WHERE t.year = %(year)s AND (t.done_on <= %(day)s OR t.due_on < %(day)s)""",
        {"year": day.year},
    )


def state_of(task: PlanTask, day: datetime.date) -> str:
    """Where one task stands on a day: a key of `STATES`."""
    if task.done_on is not None and task.done_on <= day:
        return "on-time" if task.done_on <= task.due_on else "done-late"
    if task.due_on < day:
        return "overdue"
    return "coming" if task.due_on <= day + COMING else "open"


def in_state(state: str, day: datetime.date) -> Q:
    """The tasks that `state_of` puts into a state."""
    if state == "on-time":
        return Q(done_on__lte=day) & Q(done_on__lte=F("due_on"))
    if state == "done-late":
        return Q(done_on__lte=day) & Q(done_on__gt=F("due_on"))
    if state == "overdue":
        return waiting(day) & Q(due_on__lt=day)
    return waiting(day) & (Q(due_on__range=(day, day + COMING)) if state == "coming" else Q(due_on__gt=day + COMING))


def waiting(day: datetime.date) -> Q:
    """The tasks that are not done by a day."""
    return Q(done_on__isnull=True) | Q(done_on__gt=day)


@dataclass(frozen=True)
class Tally:
    """How many tasks stand where."""

    on_time: int = 0
    done_late: int = 0
    overdue: int = 0
    coming: int = 0
    open: int = 0

    def __add__(self, other: Tally) -> Tally:
        """Both together."""
        return Tally(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))

    @property
    def due(self) -> int:
        """Those that have come to an answer: the population of `plan-tasks`."""
        return self.on_time + self.done_late + self.overdue

    @property
    def waiting(self) -> int:
        """Those that are still to be done."""
        return self.overdue + self.coming + self.open

    @property
    def total(self) -> int:
        """All."""
        return self.due + self.coming + self.open


def tallies(rows: QuerySet[Any], day: datetime.date, by: str) -> dict[Any, Tally]:
    """Where these tasks stand on a day, by the value of a column; one statement."""
    states = {name: Count("pk", filter=in_state(name.replace("_", "-"), day)) for name in Tally.__dataclass_fields__}
    found = rows.order_by().values_list(by).annotate(**states)
    return {value: Tally(*counts) for value, *counts in found}


def by_article(units: frozenset[int] | None, day: datetime.date) -> dict[int, Tally]:
    """How the tasks of the day's year stand that these units own (None: the whole city), by article: counts, which are
    no secret among staff; one statement."""
    rows = PlanTask.objects.everyone().filter(year=day.year)
    return tallies(rows if units is None else rows.filter(owner_id__in=units), day, "article")


def together(found: Iterable[Tally]) -> Tally:
    """The sum of several."""
    return sum(found, Tally())


# ── who may look and change ─────────────────────────────────────────────────────────────────────────────────


def homes(scope: Scope) -> frozenset[int]:
    """The units whose tasks are the account's own matter: those as which it writes, and the one it belongs to."""
    return scope.own_unit_ids | ({scope.home_unit_id} if scope.home_unit_id else set())


def owed_to(units: Collection[int]) -> Q:
    """The tasks of these units' plans that another than the unit of the plan owns."""
    return Q(unit_id__in=units) & ~Q(owner_id=F("unit_id"))


def keeps_plan(scope: Scope, unit: int) -> bool:
    """Whether the account keeps the plan of a unit: of each unit as whose staff it writes, city staff every one."""
    return Role.CITY_STAFF in scope.roles if scope.city_wide else unit in scope.own_unit_ids


def kept(scope: Scope) -> Q:
    """The tasks of the plans that the account keeps."""
    return Q() if scope.city_wide and Role.CITY_STAFF in scope.roles else Q(unit_id__in=scope.own_unit_ids)


def visible(scope: Scope) -> Q:
    """Plans of the own units, and tasks that these own in plans of units above."""
    return Q(unit_id__in=scope.unit_ids) | Q(owner_id__in=scope.unit_ids)


def changeable(scope: Scope) -> Q:
    """Tasks of the own units' plans; of those that they own in others' it reports how they were done."""
    return Q(unit_id__in=scope.own_unit_ids) | Q(owner_id__in=scope.own_unit_ids)


def _visible_notices(scope: Scope) -> Q:
    return Q(task__unit_id__in=scope.unit_ids) | Q(task__owner_id__in=scope.unit_ids)


def _changeable_notices(scope: Scope) -> Q:
    return Q(task__unit_id__in=scope.own_unit_ids)


# ── the figure ──────────────────────────────────────────────────────────────────────────────────────────────


def _describe(ids: Sequence[int], day: datetime.date) -> Mapping[int, Description]:
    """Codes, tasks and the days that decided; two statements per 5,000 ids."""
    found: dict[int, Description] = {}
    for start in range(0, len(ids), 5000):
        tasks = list(PlanTask.objects.everyone().filter(pk__in=ids[start : start + 5000]))
        codes = dict(Unit.objects.filter(pk__in={task.unit_id for task in tasks}).values_list("pk", "code"))
        found |= {task.pk: _described(task, codes[task.unit_id]) for task in tasks}
    return found


def _described(task: PlanTask, unit: str) -> Description:
    evidence = {
        "plan": unit,
        "year": task.year,
        "article": task.article,
        "due_on": task.due_on.isoformat(),
        "done_on": task.done_on.isoformat() if task.done_on else None,
        "evidence": task.evidence or None,
    }
    return Description(task.code, task.task[:128], evidence)


def declare() -> None:
    """Called once when the ground's app is ready."""
    register_reach(PlanTask, within=visible, answered_for=changeable)
    register_reach(TaskNotice, within=_visible_notices, answered_for=_changeable_notices)
    register_indicator(
        Indicator(
            code=CODE,
            name="计划任务按期完成率",
            article=19,
            groupings=("city", "unit"),
            reasons=REASONS,
            subjects=plan_tasks,
            describe=_describe,
            subject_word="计划任务",
            measure="项",
            yearly=True,
        )
    )
