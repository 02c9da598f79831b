"""Lists of what article 11 asks besides the gates: agreements, charter clauses, decisions, scores of purchases."""

from __future__ import annotations

from typing import Any

from django.db.models import F, FilteredRelation, QuerySet

from branches import involvement
from branches.models import MajorDecision
from orgs import agreements, purchasing
from orgs.models import CharterClause, PurchaseScore, ResponsibilityAgreement
from portal.core.listing import Column, Filter, ListPage, equal
from portal.core.policy import NOTICE_DAY
from portal.core.scoping import ScopedQuerySet
from portal.core.validity import active_on
from portal.desk.commitments import sheet_address

from .columns import (
    NamesParties,
    attribute,
    organization_column,
    party_column,
    span_columns,
    span_filter,
    span_state,
    unit_filter,
    words,
)

_SEARCHED = ("organization__search_text",)
_UNIT = unit_filter("党建责任单位", "answer__unit_id")


def _answered(rows: ScopedQuerySet, page: ListPage) -> QuerySet[Any]:
    """Rows with their organization and who answers for it today."""
    path = "organization__responsible_spans"
    answer = FilteredRelation(path, condition=active_on(page.day, f"{path}__"))
    found: QuerySet[Any] = rows.annotate(answer=answer, answering=F("answer__unit__name"))
    return found.select_related("organization")


def _answering() -> Column:
    return Column("unit", "党建责任单位", attribute("answering"), sort=words("answer__unit__code"), empty="待明确")


def _year_filter(field: str) -> Filter:
    """Rows of a year since the notice."""

    def years(page: ListPage) -> list[tuple[str, str]]:
        return [(str(year), f"{year} 年") for year in range(page.day.year, NOTICE_DAY.year - 1, -1)]

    def narrow(rows: QuerySet[Any], value: str, page: ListPage) -> QuerySet[Any]:
        return rows.filter(**{f"{field}__year": int(value)})

    return Filter("year", "年份", years, narrow)


def _counted_filter(name: str) -> Filter:
    """The rows that the page of the notice counts today: none of closed organizations, nothing of a later day."""

    def narrow(rows: QuerySet[Any], value: str, page: ListPage) -> QuerySet[Any]:
        return rows.filter(pk__in=involvement.counted(page.day)[name].values("pk"))

    return Filter("counted", "统计", lambda page: [("today", "计入通知")], narrow)


def _agreements(rows: QuerySet[Any], value: str, page: ListPage) -> QuerySet[Any]:
    """Also those that are to be signed again."""
    if value in (agreements.ENDING, agreements.LAPSED):
        return rows.filter(agreements.in_state(value, page.day))
    return span_state(rows, value, page)


_AGREEMENT_STATES = [
    ("current", "在有效期内"),
    (agreements.ENDING, f"{agreements.MONTHS} 个月内到期未续签"),
    (agreements.LAPSED, "已到期未续签"),
    ("ended", "已终止"),
    ("all", "全部"),
]


class Agreements(ListPage):
    """共同责任书."""

    route = "agreements"
    heading = "共同责任书"
    measure = "份"
    order = "-signed"
    searched = _SEARCHED
    search_hint = "社会组织"
    columns = (
        organization_column(),
        Column("signed", "签订日期", attribute("signed_on"), sort=F("signed_on")),
        *span_columns(),
        Column("managers", "签订的管理人员数", attribute("managers"), figures=True),
        Column("partners", "签订的合伙人数", attribute("partners"), figures=True),
        _answering(),
    )
    filters = (
        Filter("state", "状态", lambda page: _AGREEMENT_STATES, _agreements, default="current"),
        _UNIT,
        _counted_filter("agreements"),
    )

    def rows(self) -> QuerySet[Any]:
        """Agreements within the scope."""
        return _answered(ResponsibilityAgreement.objects.within(self.scope), self)


class CharterClauses(ListPage):
    """章程党建条款."""

    route = "charter-clauses"
    heading = "章程党建条款"
    measure = "条"
    searched = _SEARCHED
    search_hint = "社会组织"
    columns = (organization_column(), Column("number", "条款号", attribute("number")), *span_columns(), _answering())
    filters = (span_filter("在有效期内", "已终止"), _UNIT, _counted_filter("clauses"))

    def rows(self) -> QuerySet[Any]:
        """Clauses within the scope."""
        return _answered(CharterClause.objects.within(self.scope), self)


class Decisions(NamesParties):
    """参与重大决策."""

    route = "decisions"
    heading = "参与重大决策"
    measure = "次"
    order = "-held"
    searched = (*_SEARCHED, "party_organization__search_text")
    search_hint = "社会组织、党组织"
    columns = (
        organization_column(),
        party_column(),
        Column("held", "日期", attribute("held_on"), sort=F("held_on")),
        Column("matter", "决策事项", lambda row: row.get_matter_display(), sort=F("matter")),
        Column("outcome", "意见采纳情况", lambda row: row.get_outcome_display(), empty="—"),
        _answering(),
    )
    filters = (
        _year_filter("held_on"),
        equal("matter", "决策事项", "matter", MajorDecision.Matter.choices),
        equal("outcome", "采纳情况", "outcome", MajorDecision.Outcome.choices),
        _UNIT,
        _counted_filter("decisions"),
    )

    def rows(self) -> QuerySet[Any]:
        """Occasions within the scope, with the party organization that took part."""
        return _answered(MajorDecision.objects.within(self.scope), self).select_related("party_organization")


class PurchaseScores(ListPage):
    """政府购买服务党建评分; a row leads to its sheet."""

    route = "purchase-scores"
    heading = "购买服务评分"
    measure = "次"
    order = "-scored"
    searched = (*_SEARCHED, "project")
    search_hint = "社会组织、项目"
    columns = (
        organization_column(),
        Column("project", "项目", attribute("project"), sort=F("project"), href=sheet_address),
        Column("scored", "评分日期", attribute("scored_on"), sort=F("scored_on")),
        Column("total", "总分", lambda row: purchasing.sheet(row.scored_on).total(row.points), figures=True),
        Column("full", "满分", lambda row: purchasing.sheet(row.scored_on).full, figures=True, minor=True),
        Column("purchaser", "购买单位", attribute("buyer"), minor=True),
        _answering(),
    )
    filters = (_year_filter("scored_on"), _UNIT, _counted_filter("scores"))

    def rows(self) -> QuerySet[Any]:
        """Scorings within the scope."""
        return _answered(PurchaseScore.objects.within(self.scope), self).select_related("purchaser")
