"""Columns and filters that several lists share."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import CharField, DateField, F, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.urls import reverse

from branches.models import PartyOrganization
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
        sort=F(f"{path.replace('.', '__')}__name"),
        href=lambda row: organization_address(read(row)),
    )


def party_column(path: str = "party_organization") -> Column:
    """The party organization a row hangs on."""
    read = attribute(path)
    return Column(
        "party",
        "党组织",
        attribute(f"{path}.name"),
        sort=F(f"{path.replace('.', '__')}__name"),
        href=lambda row: (
            "" if getattr(row, "leads_nowhere", False) else reverse("party-organization", args=[read(row).code])
        ),
    )


class NamesParties(ListPage):
    """A list whose rows are seen because of their organization: of the party organization the account may see no more
    than the name."""

    def beside(self, ids: Sequence[int] | None) -> set[int] | None:
        """The party organizations of these rows that the account may open; None where that asks nothing: in a file, or
        for whoever may open all."""
        if ids is None or self.scope.city_wide:
            return None
        named = self.rows().filter(pk__in=ids).order_by().values("party_organization_id")
        return set(PartyOrganization.objects.within(self.scope).filter(pk__in=named).values_list("pk", flat=True))

    def complete(self, rows: list[Any], beside: set[int] | None) -> None:
        """Only what can be opened is a link."""
        for row in rows:
            row.leads_nowhere = beside is not None and row.party_organization_id not in beside


def person_column() -> Column:
    """The person a row hangs on, by name."""
    return Column("person", "姓名", attribute("person.name"), sort=F("person__name"))


def span_columns(start: str = "起始日期", end: str = "结束日期") -> tuple[Column, Column]:
    """From when until, not including, when."""
    return (
        Column("from", start, attribute("valid_from"), sort=F("valid_from")),
        Column("to", end, attribute("valid_to"), sort=days("valid_to"), empty="至今"),
    )


def span_state(rows: QuerySet[Any], value: str, page: ListPage) -> QuerySet[Any]:
    """Rows that hold today, that ended by today, or (any other value) all."""
    current = active_on(page.day)
    if value == "current":
        return rows.filter(current)
    return rows.filter(valid_to__lte=page.day) if value == "ended" else rows


def span_filter(current: str = "目前有效", ended: str = "已结束") -> Filter:
    """Rows that hold today, rows that ended, or all."""
    options = [("current", current), ("ended", ended), ("all", "全部")]
    return Filter("state", "状态", lambda page: options, span_state, default="current")


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


def unit_filter(label: str, *paths: str) -> Filter:
    """Rows of a unit and all units below it; each of `paths` leads to a unit's row number, any may be one of them."""

    def narrow(rows: QuerySet[Any], value: str, page: ListPage) -> QuerySet[Any]:
        wanted, below = Q(), page.tree.below(page.tree.by_code[value].id)
        for path in paths:
            wanted |= Q(**{f"{path}__in": below})
        return rows.filter(wanted)

    return Filter(
        "unit",
        label,
        lambda page: [
            (one.code, one.name)
            for one in page.tree.listed()
            # communities are many; one's own is offered all the same
            if one.kind != "COMMUNITY" or one.id == page.scope.home_unit_id
        ],
        narrow,
    )
