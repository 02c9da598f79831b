"""Lists of what makes and keeps a demonstration site (article 6): applications, reviews, visits, grants."""

from __future__ import annotations

from typing import Any

from django.db.models import F, FilteredRelation, QuerySet
from django.urls import reverse

from demonstration import scores
from demonstration.applications import OPEN, SIGNS, STATES, still_open, with_state
from demonstration.models import DemonstrationSite, SiteApplication, SiteGrant, SiteReview, SiteVisit
from demonstration.todo import open_follow_ups, own_level
from portal.core.listing import Column, Filter, ListPage, equal
from portal.core.templatetags.ui import yuan
from portal.core.validity import active_on

from .columns import attribute, days, district_filter, organization_column, words
from .sites import OfSites, field_word

_SEARCHED = ("site__name", "site__code", "site__organization__search_text")


def _site_address(row: Any) -> str:
    return reverse("site", args=[row.site.code])


def _application_address(row: Any) -> str:
    return reverse("site-application", args=[row.code])


def _in_state(rows: QuerySet[Any], value: str, page: ListPage) -> QuerySet[Any]:
    """What waits is of organizations that are not closed."""
    if value == "all":
        return rows
    states = OPEN if value == "open" else (value,)
    return (still_open(rows, page.day) if value in ("open", *OPEN) else rows).filter(stands__in=states)


def _states(page: ListPage) -> list[tuple[str, str]]:
    return [("open", "待评审、待命名"), *STATES.items(), ("all", "全部")]


def _site_column() -> Column:
    return Column("name", "示范点", attribute("site.name"), sort=F("site__name"), href=_site_address)


class Applications(OfSites):
    """示范点申报: who applied, and where each application stands."""

    route = "site-applications"
    heading = "示范点申报"
    measure = "份"
    order = "-applied"
    searched = ("code", "organization__search_text")
    search_hint = "申报编号、社会组织"
    columns = (
        Column("code", "申报编号", attribute("code"), sort=F("code"), href=_application_address),
        organization_column(),
        Column("level", "级别", lambda row: row.get_level_display(), sort=F("level"), state=lambda row: "plain"),
        Column("field", "领域", field_word),
        Column("district", "行政区", attribute("state.district.name"), sort=words("state__district__code")),
        Column("applied", "申报日期", attribute("applied_on"), sort=F("applied_on")),
        Column("standing", "状态", lambda row: STATES[row.stands], state=lambda row: SIGNS[row.stands]),
    )
    filters = (
        equal("level", "级别", "level", DemonstrationSite.Level.choices),
        district_filter("state__district"),
        Filter("state", "状态", _states, _in_state, default="all"),
        Filter(
            "own",
            "由谁评审、命名",
            lambda page: [("own", "本级、本单位")],
            lambda rows, value, page: rows.filter(own_level(page.scope)),
        ),
    )

    def rows(self) -> QuerySet[Any]:
        """Applications with their organization, its state, and where they stand today."""
        state = FilteredRelation("organization__states", condition=active_on(self.day, "organization__states__"))
        rows = SiteApplication.objects.within(self.scope).annotate(state=state)
        return with_state(rows.select_related("organization", "state__district"), self.day)


class Reviews(OfSites):
    """示范点评审: the points and verdict of each review."""

    route = "site-reviews"
    heading = "评审"
    order = "-on"
    searched = ("application__code", "application__organization__search_text")
    search_hint = "申报编号、社会组织"
    columns = (
        Column(
            "code",
            "申报编号",
            attribute("application.code"),
            sort=F("application__code"),
            href=lambda row: _application_address(row.application),
        ),
        organization_column("application.organization"),
        Column("level", "级别", lambda row: row.application.get_level_display(), sort=F("application__level")),
        Column("on", "评审日期", attribute("reviewed_on"), sort=F("reviewed_on")),
        Column("unit", "评审单位", attribute("unit.name"), sort=F("unit__name")),
        Column("points", "合计得分", lambda row: scores.sheet(row.reviewed_on).total(row.points), figures=True),
        Column(
            "verdict",
            "结论",
            lambda row: row.get_verdict_display(),
            sort=F("verdict"),
            state=lambda row: "ok" if row.verdict == SiteReview.Verdict.PASSED else "bad",
        ),
    )
    filters = (
        equal("level", "级别", "application__level", DemonstrationSite.Level.choices),
        equal("verdict", "结论", "verdict", SiteReview.Verdict.choices),
    )

    def rows(self) -> QuerySet[Any]:
        """Reviews with their application."""
        return SiteReview.objects.within(self.scope).select_related("application__organization", "unit")


def _by_follow_up(rows: QuerySet[Any], value: str, page: ListPage) -> QuerySet[Any]:
    return rows.filter(open_follow_ups()) if value == "open" else rows.filter(settled_on__isnull=False)


class Visits(OfSites):
    """示范点走访: what was seen, and what is to follow."""

    route = "site-visits"
    heading = "走访"
    order = "-on"
    searched = _SEARCHED
    search_hint = "示范点、社会组织"
    columns = (
        _site_column(),
        Column("on", "走访日期", attribute("visited_on"), sort=F("visited_on")),
        Column("unit", "走访单位", attribute("unit.name"), sort=F("unit__name")),
        Column("seen", "走访情况", attribute("seen")),
        Column("next", "后续事项", attribute("follow_up"), empty="—"),
        Column("settled", "办结日期", attribute("settled_on"), sort=days("settled_on"), empty="—"),
    )
    filters = (
        equal("level", "级别", "site__level", DemonstrationSite.Level.choices),
        Filter("next", "后续事项", lambda page: [("open", "未办结"), ("settled", "已办结")], _by_follow_up),
    )

    def rows(self) -> QuerySet[Any]:
        """Visits with their site."""
        return SiteVisit.objects.within(self.scope).select_related("site", "unit")


class Grants(OfSites):
    """示范点资助: what each site was given, in yuan."""

    route = "site-grants"
    heading = "资助"
    order = "-on"
    searched = _SEARCHED
    search_hint = "示范点、社会组织"
    columns = (
        _site_column(),
        Column("on", "资助日期", attribute("granted_on"), sort=F("granted_on")),
        Column("amount", "金额（元）", lambda row: yuan(row.amount), sort=F("amount"), figures=True),
        Column("source", "资金来源", lambda row: row.get_source_display(), sort=F("source")),
        Column("purpose", "用途", attribute("purpose")),
    )
    filters = (
        equal("level", "级别", "site__level", DemonstrationSite.Level.choices),
        equal("source", "资金来源", "source", SiteGrant.Source.choices),
    )

    def rows(self) -> QuerySet[Any]:
        """Grants with their site."""
        return SiteGrant.objects.within(self.scope).select_related("site")
