"""Lists of the places that are served and of who serves them (article 17)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Q, QuerySet
from django.urls import reverse

from branches.models import PartyOrganization
from demonstration.models import LegalGroup, Outreach, ServedPlace
from demonstration.outreach import REASONS
from portal.core.indicators import Slice, indicator
from portal.core.listing import Column, Filter, ListPage, equal
from portal.core.subjects import ids_in, standings

from .columns import attribute, days, district_filter, span_columns, span_filter, words
from .sites import OfSites

#: what is asked of a kind of place
ASKED = {ServedPlace.Kind.COMMUNITY: "legal-communities", ServedPlace.Kind.SCHOOL: "legal-schools"}
_SIGNS = {"served": "ok", "unserved": "warn"}


def outreach_of(code: str) -> str:
    """The address of all that was done for the place of this code."""
    return f"{reverse('outreach')}?{urlencode({'q': code, 'state': 'all'})}"


def _by_validity(rows: QuerySet[Any], value: str, page: ListPage) -> QuerySet[Any]:
    ended = Q(valid_to__lte=page.day)
    return rows if value == "all" else rows.filter(ended if value == "ended" else ~ended)


def _by_standing(rows: QuerySet[Any], value: str, page: ListPage) -> QuerySet[Any]:
    part = Slice(reasons=frozenset({value}))
    found = Q(pk__in=[])
    for code in ASKED.values():
        found |= Q(pk__in=ids_in(indicator(code), page.day, part))
    return rows.filter(found)


class Places(OfSites):
    """服务对象: communities, schools, hospitals, job markets and fairs, open to whoever sees registers."""

    route = "communities"
    heading = "服务对象"
    measure = "个"
    order = "code"
    searched = ("name", "pinyin", "code")
    search_hint = "名称、拼音首字母、编码"
    columns = (
        Column("name", "名称", attribute("name"), sort=F("name"), href=lambda row: outreach_of(row.code)),
        Column("code", "编码", attribute("code"), sort=F("code")),
        Column("kind", "类别", lambda row: row.get_kind_display(), sort=F("kind")),
        Column("district", "行政区", attribute("district.name"), sort=F("district__code")),
        Column(
            "standing",
            "律师服务",
            lambda row: REASONS.get(row.standing, ""),
            state=lambda row: _SIGNS.get(row.standing, ""),
            empty="—",
        ),
        Column("from", "启用日期", attribute("valid_from")),
        Column("to", "停用日期", attribute("valid_to"), sort=days("valid_to"), empty="—"),
    )
    filters = (
        equal("kind", "类别", "kind", ServedPlace.Kind.choices),
        district_filter("district"),
        Filter("served", "律师服务", lambda page: REASONS.items(), _by_standing),
        Filter(
            "state",
            "状态",
            lambda page: [("current", "在用"), ("ended", "已停用"), ("all", "全部")],
            _by_validity,
            default="current",
        ),
    )

    def rows(self) -> QuerySet[Any]:
        """Places with their district."""
        return ServedPlace.objects.within(self.scope).select_related("district")

    def beside(self, ids: Sequence[int] | None) -> dict[int, str]:
        """The reason of each place of which article 17 asks something; a statement for each indicator."""
        found = [standings(indicator(code), self.day, ids) for code in ASKED.values()]
        return {place: one.reason for standing in found for place, one in standing.items()}

    def complete(self, rows: list[Any], beside: dict[int, str]) -> None:
        """Whether lawyers serve each of them as the notice asks."""
        for row in rows:
            row.standing = beside.get(row.pk, "")


class LegalGroups(OfSites):
    """法律服务团: groups of lawyers who serve together, open to whoever sees registers."""

    route = "legal-groups"
    heading = "法律服务团"
    measure = "个"
    order = "code"
    searched = ("name", "code")
    search_hint = "名称、编码"
    columns = (
        Column("name", "服务团名称", attribute("name"), sort=F("name"), href=lambda row: outreach_of(row.code)),
        Column("code", "服务团编码", attribute("code"), sort=F("code")),
        Column("kind", "类别", lambda row: row.get_kind_display(), sort=F("kind")),
        Column("district", "行政区", attribute("district.name"), sort=words("district__code"), empty="全市"),
        *span_columns(),
    )
    filters = (
        equal("kind", "类别", "kind", LegalGroup.Kind.choices),
        district_filter("district"),
        span_filter(),
    )

    def rows(self) -> QuerySet[Any]:
        """Groups with their district."""
        return LegalGroup.objects.within(self.scope).select_related("district")


class OutreachRows(OfSites):
    """下基层服务: which party organization serves which place, and how."""

    route = "outreach"
    heading = "下基层服务"
    order = "-from"
    searched = (
        "group__name",
        "group__code",
        "place__name",
        "place__pinyin",
        "place__code",
        "party_organization__search_text",
        "party_organization__code",
    )
    search_hint = "服务对象、党组织、服务团：名称、拼音首字母、编码"
    columns = (
        Column("place", "服务对象", attribute("place.name"), sort=F("place__name")),
        Column("place_kind", "对象类别", lambda row: row.place.get_kind_display(), sort=F("place__kind")),
        Column("district", "行政区", attribute("place.district.name"), sort=F("place__district__code")),
        Column("kind", "类别", lambda row: row.get_kind_display(), sort=F("kind")),
        Column(
            "party",
            "党组织",
            attribute("party_organization.name"),
            sort=F("party_organization__name"),
            href=lambda row: reverse("party-organization", args=[row.party_organization.code]) if row.opens else "",
        ),
        *span_columns(),
        Column("group", "法律服务团", attribute("group.name"), sort=words("group__name"), empty="—", minor=True),
        Column("reached", "受众人数", attribute("reached"), figures=True, empty="—", minor=True),
    )
    filters = (
        equal("kind", "类别", "kind", Outreach.Kind.choices),
        equal("place", "对象类别", "place__kind", ServedPlace.Kind.choices),
        district_filter("place__district"),
        span_filter(),
    )

    def rows(self) -> QuerySet[Any]:
        """With both ends, and the group."""
        return Outreach.objects.within(self.scope).select_related("place__district", "party_organization", "group")

    def beside(self, ids: Sequence[int] | None) -> set[int]:
        """The rows of a page whose party organization has a page that opens for this account; a file leads nowhere."""
        parties = PartyOrganization.objects.within(self.scope)
        seen = Outreach.objects.within(self.scope).filter(pk__in=ids or [], party_organization__in=parties)
        return set(seen.values_list("pk", flat=True))

    def complete(self, rows: list[Any], beside: set[int]) -> None:
        """Whether the page of the party organization opens."""
        for row in rows:
            row.opens = row.pk in beside
