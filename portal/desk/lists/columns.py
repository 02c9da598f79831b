"""Columns and filters that several lists share."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from django.db.models import CharField, DateField, F, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.urls import reverse

from orgs.models import SocialOrganization
from portal.core.listing import Column, Filter, ListPage
from portal.core.units import districts_on
from portal.core.validity import active_on

#: no day at all comes after every day
NEVER = datetime.date(9999, 12, 31)


def words(path: str, *others: str) -> Combinable:
    """A sort value of text; the first of the fields that has one, else empty."""
    return Coalesce(*map(F, (path, *others)), Value(""), output_field=CharField())


def days(path: str) -> Combinable:
    """A sort value of a day; none comes last."""
    return Coalesce(F(path), Value(NEVER), output_field=DateField())


def attribute(path: str) -> Callable[[Any], Any]:
    """Reads `a.b.c` of a row, None where a link of the chain is missing."""
    names = path.split(".")

    def read(row: Any) -> Any:
        for name in names:
            row = getattr(row, name, None)
        return row

    return read


def organization_address(row: SocialOrganization) -> str:
    """The page of an organization."""
    return reverse("organization", args=[row.path_key])


def organization_column(path: str = "organization") -> Column:
    """The organization a row hangs on."""
    read = attribute(path)
    return Column(
        "name",
        "社会组织",
        attribute(f"{path}.name"),
        sort=F(f"{path}__name"),
        href=lambda row: organization_address(read(row)),
    )


def party_column(path: str = "party_organization") -> Column:
    """The party organization a row hangs on."""
    return Column(
        "party",
        "党组织",
        attribute(f"{path}.name"),
        sort=F(f"{path}__name"),
        href=lambda row: reverse("party-organization", args=[attribute(f"{path}.code")(row)]),
    )


def person_column() -> Column:
    """The person a row hangs on, by name."""
    return Column("person", "姓名", attribute("person.name"), sort=F("person__name"))


def span_columns(start: str = "起始日期", end: str = "结束日期") -> tuple[Column, Column]:
    """From when until, not including, when."""
    return (
        Column("from", start, attribute("valid_from"), sort=F("valid_from")),
        Column("to", end, attribute("valid_to"), sort=days("valid_to"), empty="至今"),
    )


def _span_state(rows: QuerySet[Any], value: str, page: ListPage) -> QuerySet[Any]:
    current = active_on(page.day)
    if value == "current":
        return rows.filter(current)
    return rows.filter(valid_to__lte=page.day) if value == "ended" else rows


def span_filter(current: str = "目前有效", ended: str = "已结束") -> Filter:
    """Rows that hold today, rows that ended, or all."""
    options = [("current", current), ("ended", ended), ("all", "全部")]
    return Filter("state", "状态", lambda page: options, _span_state, default="current")


def district_filter(path: str) -> Filter:
    """Rows of a district; `path` leads to it."""

    def narrow(rows: QuerySet[Any], value: str, page: ListPage) -> QuerySet[Any]:
        if value == "-":
            return rows.filter(Q(**{f"{path}__isnull": True}))
        return rows.filter(**{f"{path}__code": value})

    return Filter(
        "district",
        "行政区",
        lambda page: [*((one.code, one.name) for one in districts_on(page.day)), ("-", "未填")],
        narrow,
    )


def unit_filter(label: str, path: str) -> Filter:
    """Rows of a unit and all units below it; `path` leads to the unit's row number."""

    def narrow(rows: QuerySet[Any], value: str, page: ListPage) -> QuerySet[Any]:
        return rows.filter(**{f"{path}__in": page.tree.below(page.tree.by_code[value].id)})

    return Filter(
        "unit",
        label,
        lambda page: [(one.code, one.name) for one in page.tree.listed() if one.kind != "COMMUNITY"],
        narrow,
    )
