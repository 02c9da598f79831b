"""Spellings of units that name no unit of the directory: such a column counts as not recorded until one is bound."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet, Value

from branches.models import Election, InstructorPosting
from orgs.models import OrganizationState, PurchaseScore, RegistryEvent
from portal.core.resources import is_placeholder
from portal.core.validity import active_on

#: where a row may name a unit that no register knows: the unit's column (written words beside it) and its heading
_OF_ORGANIZATIONS = (
    ("registering_unit", "登记管理部门"),
    ("professional_unit", "业务主管单位"),
    ("subdistrict", "街道"),
    ("community", "社区"),
)


@dataclass(frozen=True)
class Spelling:
    """One spelling of one column, and how many rows hold it."""

    name: str
    heading: str
    count: int


def _written(rows: QuerySet[Any], column: str, heading: str) -> QuerySet[Any]:
    unbound = rows.filter(**{f"{column}__isnull": True}).exclude(**{f"{column}_written": ""}).order_by()
    return (
        unbound.values(f"{column}_written")
        .annotate(at=Value(heading), n=Count("pk"))
        .values_list(f"{column}_written", "at", "n")
    )


def waiting(day: datetime.date) -> list[Spelling]:
    """The spellings on a day, those that most rows hold first; words that mean no unit are none. One statement."""
    states = OrganizationState.objects.filter(active_on(day))
    postings = InstructorPosting.objects.everyone().filter(active_on(day))
    parts = [_written(states, *columns) for columns in _OF_ORGANIZATIONS]
    parts.append(_written(RegistryEvent.objects.everyone(), "reviewing_unit", "审核单位"))
    parts.append(_written(PurchaseScore.objects.everyone(), "purchaser", "购买单位"))
    parts.append(_written(Election.objects.everyone(), "approving_unit", "批复单位"))
    rows = _written(postings, "sending_unit", "派出单位").union(*parts, all=True)
    found = [Spelling(*row) for row in rows if not is_placeholder(row[0])]
    return sorted(found, key=lambda one: (-one.count, one.name))
