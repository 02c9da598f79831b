"""Lists of party organizations: what they are, whom they cover, their terms and posts (articles 3, 12)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import F, FilteredRelation, Q, QuerySet
from django.urls import reverse

from branches.models import CoveringLink, PartyOrganization, PartyOrganizationState, Post, Term
from branches.terms import REASONS, coming_terms
from portal.core.indicators import Slice, indicator
from portal.core.listing import Column, Filter, ListPage, equal
from portal.core.subjects import Standing, ids_in, standings
from portal.core.validity import active_on

from .columns import (
    NamesParties,
    attribute,
    days,
    organization_column,
    party_column,
    person_column,
    span_columns,
    span_filter,
    unit_filter,
    words,
)

_TERM_STATES = {"in-term": "ok", "extended": "warn", "overdue": "bad"}


def _by_life(rows: QuerySet[Any], value: str, page: ListPage) -> QuerySet[Any]:
    dissolved = Q(dissolved_on__lte=page.day)
    return rows if value == "all" else rows.filter(dissolved if value == "dissolved" else ~dissolved)


def _by_term(rows: QuerySet[Any], value: str, page: ListPage) -> QuerySet[Any]:
    recorded = Slice() if value == "none" else Slice(reasons=frozenset({value}))
    found = Q(pk__in=ids_in(indicator("term-current"), page.day, recorded))
    return rows.filter(~found if value == "none" else found)


#: months within which the term ends, or between which
_DUE = {
    "1": "1 个月内届满",
    "3": "3 个月内届满",
    "6": "6 个月内届满",
    "1-3": "1 至 3 个月内届满",
    "3-6": "3 至 6 个月内届满",
}


def _by_due(rows: QuerySet[Any], value: str, page: ListPage) -> QuerySet[Any]:
    beyond, _, within = value.rpartition("-")
    terms = coming_terms(page.day, int(within), int(beyond or 0))
    return rows.filter(pk__in=terms.values("party_organization_id"))


class PartyOrganizations(ListPage):
    """党组织 with their form, supervising unit and term today."""

    route = "party-organizations"
    heading = "党组织"
    measure = "个"
    searched = ("search_text", "code")
    columns = (
        Column(
            "name",
            "党组织名称",
            attribute("name"),
            sort=F("name"),
            href=lambda row: reverse("party-organization", args=[row.code]),
        ),
        Column("code", "党组织编码", attribute("code"), sort=F("code"), minor=True),
        Column("level", "类别", lambda row: row.state and row.state.get_level_display()),
        Column("form", "组建形式", lambda row: row.state and row.state.get_form_display()),
        Column(
            "unit", "主管单位", attribute("state.supervising_unit.name"), sort=words("state__supervising_unit__code")
        ),
        Column("approved", "批准日期", attribute("approved_on"), sort=F("approved_on"), minor=True),
        Column(
            "term",
            "任期",
            lambda row: REASONS[row.standing.reason] if row.standing else "未登记届期",
            state=lambda row: _TERM_STATES[row.standing.reason] if row.standing else "idle",
        ),
        Column("dissolved", "撤销日期", attribute("dissolved_on"), sort=days("dissolved_on"), empty="—", minor=True),
    )
    filters = (
        unit_filter("主管单位", "state__supervising_unit_id"),
        equal("level", "类别", "state__level", PartyOrganizationState.Level.choices),
        equal("form", "组建形式", "state__form", PartyOrganizationState.Form.choices),
        Filter("term", "任期", lambda page: [*REASONS.items(), ("none", "未登记届期")], _by_term),
        Filter("due", "届满", lambda page: _DUE.items(), _by_due),
        Filter(
            "life",
            "状态",
            lambda page: [("active", "在册"), ("dissolved", "已撤销"), ("all", "全部状态")],
            _by_life,
            default="active",
        ),
    )

    def rows(self) -> QuerySet[Any]:
        """Party organizations with today's state."""
        rows = PartyOrganization.objects.within(self.scope)
        rows = rows.annotate(state=FilteredRelation("states", condition=active_on(self.day, "states__")))
        return rows.select_related("state__supervising_unit")

    def beside(self, ids: Sequence[int] | None) -> dict[int, Standing]:
        """Where each stands in its term."""
        return standings(indicator("term-current"), self.day, ids)

    def complete(self, rows: list[Any], beside: dict[int, Standing]) -> None:
        """Where each stands."""
        for row in rows:
            row.standing = beside.get(row.pk)


class Covering(NamesParties):
    """覆盖单位: which party organization covers which social organization."""

    route = "covering"
    heading = "覆盖单位"
    order = "party"
    searched = ("organization__search_text", "party_organization__search_text")
    search_hint = "社会组织、党组织"
    columns = (party_column(), organization_column(), *span_columns())
    filters = (span_filter(),)

    def rows(self) -> QuerySet[Any]:
        """Links whose organization's name the account may see."""
        return CoveringLink.objects.within(self.scope).select_related("party_organization", "organization")


class Terms(ListPage):
    """届: terms of office with extensions as they were given."""

    route = "terms"
    heading = "届"
    measure = "届"
    order = "-ends"
    searched = ("party_organization__search_text", "party_organization__code")
    search_hint = "党组织"
    columns = (
        party_column(),
        Column("starts", "届起始日期", attribute("started_on"), sort=F("started_on")),
        Column("ends", "届届满日期", attribute("ends_on"), sort=F("ends_on")),
        Column("extended", "延期至", attribute("extended_to"), sort=days("extended_to"), empty="—"),
        Column("counts", "计为任期内至", attribute("counts_until"), sort=F("counts_until")),
    )

    def rows(self) -> QuerySet[Any]:
        """Terms of the party organizations within the scope."""
        parties = PartyOrganization.objects.within(self.scope)
        return Term.objects.filter(party_organization__in=parties.values("pk")).select_related("party_organization")


class Posts(ListPage):
    """任职: who holds which post in a party organization."""

    route = "posts"
    heading = "任职"
    capability = "see-members"
    order = "party"
    searched = ("party_organization__search_text", "person__name", "person__pinyin")
    search_hint = "党组织、姓名"
    columns = (
        person_column(),
        Column("role", "职务", lambda row: row.get_role_display(), sort=F("role")),
        party_column(),
        Column("phone", "工作电话", attribute("work_phone")),
        *span_columns("任职日期", "免职日期"),
    )
    filters = (equal("role", "职务", "role", Post.Role.choices), span_filter("在任", "已免"))

    def rows(self) -> QuerySet[Any]:
        """Posts with person and party organization."""
        rows = Post.objects.within(self.scope).select_related("person", "party_organization")
        return rows.defer("person__id_number", "person__mobile")
