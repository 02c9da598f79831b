"""The list of demonstration sites (article 6)."""

from __future__ import annotations

from typing import Any

from django.db.models import F, FilteredRelation, QuerySet
from django.urls import reverse

from demonstration.models import DemonstrationSite
from demonstration.sites import active_sites, of_field
from orgs.models import OrganizationState
from portal.core.listing import Column, Filter, ListPage, equal
from portal.core.scoping import Scope
from portal.core.validity import active_on
from portal.desk.sites_of import standing

from .columns import attribute, days, district_filter, organization_column, words


def _by_standing(rows: QuerySet[Any], value: str, page: ListPage) -> QuerySet[Any]:
    if value == "all":
        return rows
    active = active_sites(rows, page.day)
    return active if value == "current" else rows.exclude(pk__in=active.order_by().values("pk"))


def field_word(row: Any) -> str:
    """The field of a site or application, else that of its organization, read as `state`."""
    state = row.state
    return str(row.get_field_display() or (state.get_field_display() if state else ""))


class OfSites(ListPage):
    """A list beside the board of demonstration sites."""

    def tabs(self) -> list[tuple[str, str, bool]]:
        """The board, the sister lists, who serves whom."""
        return [*board_tab(self.scope), *super().tabs(), *matrix_tab(self.scope)]


class Sites(OfSites):
    """示范点: organizations named as examples by the city or a district."""

    route = "sites"
    heading = "示范点"
    measure = "个"
    order = "-named"
    searched = ("name", "code", "organization__search_text")
    search_hint = "示范点名称、编号、社会组织"
    columns = (
        Column("site", "示范点", attribute("name"), sort=F("name"), href=lambda row: reverse("site", args=[row.code])),
        Column("code", "示范点编号", attribute("code"), sort=F("code")),
        Column("level", "级别", lambda row: row.get_level_display(), sort=F("level"), state=lambda row: "plain"),
        Column("field", "领域", field_word),
        organization_column(),
        Column("district", "行政区", attribute("state.district.name"), sort=words("state__district__code")),
        Column("named", "命名日期", attribute("named_on"), sort=F("named_on")),
        Column("withdrawn", "撤销日期", attribute("withdrawn_on"), sort=days("withdrawn_on"), empty="—"),
        Column("published", "公开", attribute("published"), minor=True),
        Column("standing", "状态", lambda row: row.standing[1], state=lambda row: row.standing[0]),
    )
    filters = (
        equal("level", "级别", "level", DemonstrationSite.Level.choices),
        Filter(
            "field",
            "领域",
            lambda page: OrganizationState.Field.choices,
            lambda rows, value, page: rows.filter(of_field(value)),
        ),
        district_filter("state__district"),
        Filter(
            "state",
            "状态",
            lambda page: [("current", "目前有效"), ("ended", "未生效、已失效"), ("all", "全部")],
            _by_standing,
            default="current",
        ),
    )

    def rows(self) -> QuerySet[Any]:
        """Sites with their organization and its state of today."""
        state = FilteredRelation("organization__states", condition=active_on(self.day, "organization__states__"))
        rows = DemonstrationSite.objects.within(self.scope).annotate(state=state)
        return rows.select_related("organization", "state__district")

    def complete(self, rows: list[Any], beside: None) -> None:
        """Where each stands today."""
        for row in rows:
            row.standing = standing(row, row.organization, self.day)


def matrix_tab(scope: Scope, current: bool = False) -> list[tuple[str, str, bool]]:
    """The tab of who serves whom, for those who may see counts."""
    return [("谁服务谁", reverse("who-serves-whom"), current)] if scope.can("see-counts") else []


def board_tab(scope: Scope, current: bool = False) -> list[tuple[str, str, bool]]:
    """The tab of the board, for those who may see counts."""
    return [("示范引领", reverse("demonstration"), current)] if scope.can("see-counts") else []
