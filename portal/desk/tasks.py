"""What to do (待办): derived from the state of the registers, each with its count and the list behind it."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Min
from django.urls import reverse

from branches.models import InstructorPosting
from orgs.models import ResponsibleSpan, straightening
from portal.core import indicators
from portal.core.indicators import Rate, Slice
from portal.core.policy import number
from portal.core.scoping import Scope
from portal.core.templatetags.ui import cnday
from portal.core.units import UnitOnDay
from portal.core.validity import active_on
from portal.desk.figures import BRANCH, FORMATION, Question

#: postings that end within so many days are shown
SOON = 30


@dataclass(frozen=True)
class Task:
    """One kind of thing to do: how many, what, a remark, and the list where it is done."""

    count: int
    name: str
    remark: str
    action: str
    href: str
    pressing: bool = False


@dataclass(frozen=True)
class Group:
    """Tasks that belong together."""

    name: str
    tasks: list[Task]

    @property
    def count(self) -> int:
        """How many things in all."""
        return sum(task.count for task in self.tasks)


def _due(rates: Sequence[Rate], code: str, *reasons: str) -> int:
    """How many subjects of the group stand at these reasons and are not met."""
    rate = next((rate for rate in rates if rate.indicator == code), None)
    return sum(rate.reasons.get(reason, 0) for reason in reasons) if rate else 0


def groups(question: Question, scope: Scope, home: UnitOnDay | None, rates: Sequence[Rate]) -> list[Group]:
    """What waits for one unit (None: the whole city): `rates` are its figures of all indicators."""
    by, group = ("unit", home.code) if home else ("", "")

    def listed(code: str, reason: str) -> str:
        return question.link(code, "unmet", by, group, reason=reason)

    enough = number("formation-members", question.day)
    together, alone = ("joint", "hub"), ("functional", "instructor", "none")
    formation = [
        Task(
            _due(rates, FORMATION, *alone),
            "应建未建",
            f"正式党员满 {enough} 名，未建党组织",
            "看名单",
            listed(FORMATION, ",".join(alone)),
            pressing=True,
        ),
        Task(
            _due(rates, FORMATION, *together),
            "联合转单独",
            f"联合组建中正式党员已满 {enough} 名",
            "看名单",
            listed(FORMATION, ",".join(together)),
        ),
    ]
    terms = [
        Task(
            _due(rates, "term-current", "overdue"),
            "党组织任期已届满未换届",
            "照常计入覆盖，应抓紧换届",
            "看名单",
            listed("term-current", "overdue"),
            pressing=True,
        ),
        _postings(question.day, scope),
    ]
    training = [
        Task(
            _due(rates, "secretary-training", "no-concentrated", "too-few-days"),
            "书记、党务工作者培训未达标",
            f"{question.day.year} 年集中培训天数不足",
            "看名单",
            listed("secretary-training", ""),
        )
    ]
    belonging = [*_unresolved(question, home), _straightening(question.day, scope, home)]
    found = [
        Group("归口", belonging),
        Group("组建", formation),
        Group("到期", terms),
        Group("培训", training),
    ]
    kept = [Group(group.name, [task for task in group.tasks if task.count]) for group in found]
    return [group for group in kept if group.tasks]


def _list(route: str, **asked: str) -> str:
    return f"{reverse(route)}?{urlencode({name: value for name, value in asked.items() if value})}"


def _unresolved(question: Question, home: UnitOnDay | None) -> list[Task]:
    """Nobody answers for these; the city sees all, a district those in its territory."""
    if home is not None and home.kind != "DISTRICT_LEAD":
        return []
    districts = frozenset({home.district_id}) if home else None
    ind = indicators.indicator(BRANCH)
    count = indicators.count(ind, question.day, Slice(unresolved=True, districts=districts))
    code = next((d.code for d in question.places.districts if home and d.pk == home.district_id), "")
    href = _list("organizations", basis="unresolved", district=code)
    return [Task(count, "责任单位待明确", "登记管理机关空缺", "去明确", href, pressing=True)]


def _straightening(day: datetime.date, scope: Scope, home: UnitOnDay | None) -> Task:
    """待理顺: affiliation kept, while the rule names another unit (article 1)."""
    spans = ResponsibleSpan.objects.filter(
        active_on(day), straightening(), organization__established_on__lte=day
    ).exclude(organization__closed_on__lte=day)
    if home is not None:
        spans = spans.filter(unit_id__in=scope.unit_ids)
    href = _list("organizations", basis="straightening", unit=home.code if home else "")
    return Task(spans.count(), "待理顺隶属关系", "维持原隶属，与归口规则不同", "看名单", href)


def _postings(day: datetime.date, scope: Scope) -> Task:
    """Postings that end within thirty days."""
    soon = InstructorPosting.objects.within(scope).filter(
        active_on(day), valid_to__lte=day + datetime.timedelta(days=SOON)
    )
    found: dict[str, Any] = soon.aggregate(first=Min("valid_to"))
    first = found["first"]
    return Task(
        soon.count() if first else 0,
        f"派驻 {SOON} 天内到期",
        f"最早 {cnday(first)}" if first else "",
        "看名单",
        f"{reverse('instructors')}?sort=to",
        pressing=bool(first) and (first - day).days <= 7,
    )
