"""Lists of units, districts and targets (article 1): no secrets among staff."""

from __future__ import annotations

from typing import Any

from django.db.models import F, FilteredRelation, Q, QuerySet
from django.urls import reverse

from portal.core.indicators import all_indicators
from portal.core.listing import Column, Filter, ListPage, equal
from portal.core.models import District, Target, Unit, UnitAlias, UnitState
from portal.core.scoping import Scope
from portal.core.validity import active_on

from .columns import attribute, days, district_filter, words


def _by_validity(rows: QuerySet[Any], value: str, page: ListPage) -> QuerySet[Any]:
    ended = Q(valid_to__lte=page.day)
    return rows if value == "all" else rows.filter(ended if value == "ended" else ~ended)


class _Place(ListPage):
    """A list of this section: city staff also have the queue of spellings that nobody knows."""

    capability = "see-counts"

    def tabs(self) -> list[tuple[str, str, bool]]:
        """The sister lists, who has which target, and the queue."""
        return [*super().tabs(), tree_tab(), *queue_tab(self.scope)]


def tree_tab(current: bool = False) -> tuple[str, str, bool]:
    """The tab of the targets as they stand in the tree of units."""
    return "目标承接", reverse("targets-tree"), current


def queue_tab(scope: Scope, current: bool = False) -> list[tuple[str, str, bool]]:
    """The tab of the queue, for those who may bind a spelling to a unit."""
    queue = ("待识别的单位名称", reverse("unresolved-units"), current)
    return [queue] if scope.can("manage-units") else []


_validity = Filter(
    "state",
    "状态",
    lambda page: [("current", "在用"), ("ended", "已停用"), ("all", "全部")],
    _by_validity,
    default="current",
)


class Units(_Place):
    """单位: those that answer for, register or lead."""

    route = "units"
    heading = "单位"
    measure = "个"
    order = "code"
    searched = ("name", "pinyin", "code")
    search_hint = "名称、别名、拼音首字母、编码"
    columns = (
        Column(
            "name", "单位名称", attribute("name"), sort=F("name"), href=lambda row: reverse("unit", args=[row.code])
        ),
        Column("code", "单位编码", attribute("code"), sort=F("code")),
        Column("kind", "单位类别", lambda row: row.state and row.state.get_kind_display()),
        Column("level", "层级", lambda row: row.state and row.state.get_level_display()),
        Column("parent", "上级单位", attribute("state.parent.name"), sort=words("state__parent__code"), empty="—"),
        Column("district", "行政区", attribute("state.district.name"), sort=words("state__district__code"), empty="—"),
        Column("from", "启用日期", attribute("valid_from")),
        Column("to", "停用日期", attribute("valid_to"), sort=days("valid_to"), empty="—"),
    )
    filters = (
        equal("kind", "单位类别", "state__kind", UnitState.Kind.choices),
        district_filter("state__district"),
        _validity,
    )

    def rows(self) -> QuerySet[Any]:
        """Units with today's state."""
        state = FilteredRelation("states", condition=active_on(self.day, "states__"))
        rows: QuerySet[Any] = Unit.objects.annotate(state=state)
        return rows.select_related("state__parent", "state__district")

    def matching(self) -> Q:
        """Also by alias."""
        aliases = UnitAlias.objects.filter(name__contains=self.words)
        return super().matching() | Q(pk__in=aliases.values("unit_id"))


class Districts(_Place):
    """行政区."""

    route = "districts"
    heading = "行政区"
    measure = "个"
    order = "code"
    searched = ("name", "code", "gb_code")
    search_hint = "名称、编码"
    columns = (
        Column(
            "name", "名称", attribute("name"), sort=F("name"), href=lambda row: reverse("district", args=[row.code])
        ),
        Column("code", "行政区编码", attribute("code"), sort=F("code")),
        Column("new", "是否新区", attribute("is_new_district")),
        Column("gb", "国标代码", attribute("gb_code"), empty="—"),
        Column("from", "启用日期", attribute("valid_from")),
        Column("to", "停用日期", attribute("valid_to"), sort=days("valid_to"), empty="—"),
    )
    filters = (_validity,)

    def rows(self) -> QuerySet[Any]:
        """Districts."""
        return District.objects.all()


class Targets(_Place):
    """目标: per cent by indicator, unit and first day."""

    route = "targets"
    heading = "目标"
    order = "-from"
    searched = ("unit__name", "unit__pinyin")
    search_hint = "单位"
    columns = (
        Column("indicator", "指标", lambda row: _indicators().get(row.indicator, row.indicator), sort=F("indicator")),
        Column("unit", "单位", attribute("unit.name"), sort=words("unit__code"), empty="全部单位"),
        Column("percent", "目标值（%）", attribute("percent"), sort=F("percent"), figures=True),
        Column("from", "起始日期", attribute("valid_from"), sort=F("valid_from")),
        Column("due", "届满日期", attribute("due_on"), sort=days("due_on"), empty="—"),
    )
    filters = (
        Filter(
            "indicator",
            "指标",
            lambda page: _indicators().items(),
            lambda rows, value, page: rows.filter(indicator=value),
        ),
    )

    def rows(self) -> QuerySet[Any]:
        """Targets with their unit."""
        return Target.objects.select_related("unit")


def _indicators() -> dict[str, str]:
    return {one.code: one.name for one in all_indicators()}
