"""The list of elections (article 12), with the share of 公推直选 above it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, F, FilteredRelation, QuerySet
from django.urls import reverse

from branches.elections import awaiting_approval, checks_known, contest, to_be_checked, with_electorates
from branches.models import Election
from branches.models.elections import CHANGES_OF_TERM
from portal.core.indicators import Places, Rate, Table, together
from portal.core.listing import Column, Filter, ListPage, equal
from portal.core.opaque import opaque
from portal.core.validity import active_on

from .columns import attribute, days, party_column, unit_filter, words

_CODE = "direct-election"
_WAITING, _APPROVED = "waiting", "approved"
_SURPLUS, _EQUAL, _UNKNOWN = "surplus", "equal", "unknown"


@dataclass(frozen=True)
class Share:
    """The share of 公推直选 of the city or of one's own unit, and the page of the elections behind it."""

    name: str
    rate: Rate
    href: str


def _by_occasion(rows: QuerySet[Any], value: str, page: ListPage) -> QuerySet[Any]:
    if value == Election.Occasion.CHANGE_OF_TERM:
        return rows.filter(occasion__in=CHANGES_OF_TERM)
    return rows.filter(occasion=value)


def _by_year(rows: QuerySet[Any], value: str, page: ListPage) -> QuerySet[Any]:
    return rows.filter(held_on__year=int(value))


def _years(page: ListPage) -> Iterable[tuple[str, str]]:
    days = page.rows().order_by().dates("held_on", "year", order="DESC")
    return [(str(day.year), f"{day.year} 年") for day in days]


def _by_contest(rows: QuerySet[Any], value: str, page: ListPage) -> QuerySet[Any]:
    known = rows.filter(seats__isnull=False, candidates__isnull=False)
    if value == _UNKNOWN:
        return rows.exclude(seats__isnull=False, candidates__isnull=False)
    return known.filter(candidates__gt=F("seats")) if value == _SURPLUS else known.filter(candidates__lte=F("seats"))


def _by_approval(rows: QuerySet[Any], value: str, page: ListPage) -> QuerySet[Any]:
    return rows.filter(waits=True) if value == _WAITING else rows.filter(approved_on__isnull=False)


def _approval(row: Any) -> datetime.date | str | None:
    approved_on: datetime.date | None = row.approved_on
    return approved_on or ("待批复" if row.waits else None)


def _people(one: Any, first: str, second: str) -> str | None:
    """Two numbers of people as 8 / 10; None where neither is known."""
    numbers = [getattr(one, first), getattr(one, second)]
    if numbers == [None, None]:
        return None
    return " / ".join("不详" if number is None else str(number) for number in numbers)


class Elections(ListPage):
    """换届选举: how party organizations elected, and whether the rules of the day were met."""

    route = "elections"
    heading = "换届选举"
    measure = "次"
    order = "-held"
    template = "lists/elections.html"
    searched = ("party_organization__search_text", "party_organization__code")
    search_hint = "党组织"
    columns = (
        party_column(),
        Column(
            "held",
            "选举日期",
            attribute("held_on"),
            sort=F("held_on"),
            href=lambda row: reverse("election", args=[opaque("branches.election", row.pk)]),
        ),
        Column(
            "occasion", "事由", lambda row: row.get_occasion_display(), sort=words("occasion"), empty="换届（未注明）"
        ),
        Column("method", "方式", lambda row: row.get_method_display(), sort=F("method")),
        Column("people", "实到会 / 应到会", lambda row: _people(row, "present", "due"), minor=True),
        Column("contest", "候选 / 应选", lambda row: _people(row, "candidates", "seats"), note=contest),
        Column("approved", "批复", _approval, sort=days("approved_on"), empty="未登记", minor=True),
        Column(
            "checks",
            "选举规则",
            lambda row: row.checked[1],
            state=lambda row: row.checked[0],
        ),
    )
    filters = (
        Filter("approval", "批复", lambda page: [(_WAITING, "待批复"), (_APPROVED, "已批复")], _by_approval),
        unit_filter("主管单位", "state__supervising_unit_id"),
        equal("method", "方式", "method", Election.Method.choices),
        Filter("occasion", "事由", lambda page: Election.Occasion.choices, _by_occasion),
        Filter("year", "年份", _years, _by_year),
        Filter(
            "contest",
            "差额",
            lambda page: [(_SURPLUS, "差额"), (_EQUAL, "等额"), (_UNKNOWN, "人数未填全")],
            _by_contest,
        ),
    )

    def rows(self) -> QuerySet[Any]:
        """Elections with their party organization, its state today, and whether they wait for the approval."""
        path = "party_organization__states"
        waits = ExpressionWrapper(awaiting_approval(self.day), BooleanField())
        rows = Election.objects.within(self.scope).annotate(
            state=FilteredRelation(path, condition=active_on(self.day, f"{path}__")), waits=waits
        )
        return rows.select_related("party_organization")

    def beside(self, ids: Sequence[int] | None) -> dict[int, tuple[str, str]]:
        """Whether each fits the rules of its day."""
        rows = Election.objects.within(self.scope)
        rows = rows.filter(pk__in=self.narrowed.values("pk") if ids is None else ids).order_by()
        return {one.pk: _verdict(checks_known(one)) for one in with_electorates(rows).iterator()}

    def complete(self, rows: list[Any], beside: dict[int, tuple[str, str]]) -> None:
        """Whether each fits."""
        for row in rows:
            row.checked = beside[row.pk]

    @cached_property
    def shares(self) -> list[Share]:
        """The figure of the city and of the account's own unit, for those who may see counts."""
        if not self.scope.can("see-counts"):
            return []
        tables = [Table("city", [_CODE]), Table("unit", [_CODE])]
        city, units = together(self.day, tables, places=Places(self.day, self.tree))
        address = reverse("coverage-subjects", args=[_CODE])
        shares = [Share("全市", city[0], address)]
        home = None if self.scope.city_wide else self.tree.units.get(self.scope.home_unit_id or 0)
        own = next((rate for rate in units if home is not None and rate.group == home.code), None)
        if own is not None:
            shares.append(Share(own.group_name, own, f"{address}?by=unit&group={own.group}"))
        return shares


def _verdict(found: Any) -> tuple[str, str]:
    """The state and word of all checks together."""
    if to_be_checked(found):
        return "warn", "须核对"
    judged = any(one.rule in ("EL-03", "EL-05") and one.state == "ok" for one in found)
    return ("ok", "相符") if judged else ("idle", "未核对")
