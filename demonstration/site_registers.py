"""Exchanged columns of the way of a demonstration site (article 6): application, review, naming, visits, grants."""

from __future__ import annotations

import datetime
from collections import defaultdict
from typing import Any

from demonstration import scores
from demonstration.models import DemonstrationSite, SiteApplication, SiteGrant, SiteReview, SiteVisit
from demonstration.scopes import applying_organizations, named_by_unit, naming_organizations, visited_sites
from orgs.models import OrganizationState, SocialOrganization
from orgs.resources import OrganizationReference
from portal.core.imports.columns import Column, Row
from portal.core.imports.findings import Fault
from portal.core.imports.marks import Marks, held_to_sheet
from portal.core.imports.register import SECRETARIES, UNITS, Register
from portal.core.imports.run import Run, chosen, everyone
from portal.core.imports.widgets import Choice, Code, Day, Flag, Reference, Text, Whole, Yuan
from portal.core.scoping import Reach, ScopedModel

_CITY = DemonstrationSite.Level.CITY


class Hanging(Register):
    """Rows that hang on a row on which the scope must be allowed to act: `hangs_on` are the attribute, its model and
    the reach that allows it; `refusal` says what to do where it does not."""

    hangs_on: tuple[str, type[ScopedModel], Reach]
    refusal = "不在本单位负责或牵头的范围;请由负责的单位或区级牵头单位填报"

    def restrict(self, rows: list[Row], run: Run) -> None:
        """IMP-108 where a row hangs, or hung before, on what the scope may not act on."""
        if run.is_unrestricted:
            return
        attname, model, reach = self.hangs_on
        before = {row.number: getattr(row.about, attname) for row in rows if row.about is not None}
        wanted = {row.get(attname) for row in rows} | set(before.values())
        found = everyone(model).filter(reach(run.options.scope), pk__in=wanted)
        allowed = set(found.values_list("pk", flat=True)) | (wanted & run.made[model])
        for row in rows:
            if not {row.get(attname), before.get(row.number, row.get(attname))} <= allowed:
                self.forbid(row, self.refusal)


class ApplicationRegister(Hanging):
    """Applications for a demonstration site (示范点申报)."""

    kind, title, model = "site_applications", "示范点申报", SiteApplication
    kept_by = SECRETARIES
    hangs_on = ("organization_id", SocialOrganization, applying_organizations)

    code = Column("申报编号", Code(), key=True, required=True)
    level = Column("级别", Choice(DemonstrationSite.Level.choices), required=True)
    field = Column("领域", Choice(OrganizationState.Field.choices))
    organization = Column("统一社会信用代码", OrganizationReference(), required=True)
    party_organization = Column("党组织编码", Reference("party_organizations"))
    applied_on = Column("申报日期", Day(), required=True)
    reasons = Column("申报理由", Text(500), required=True)

    def restrict(self, rows: list[Row], run: Run) -> None:
        """Nobody takes over an application under whose code another organization is stored."""
        super().restrict(rows, run)
        if run.is_unrestricted:
            return
        stored = self.stored(rows)
        allowed = run.allowed(SiteApplication, {one.pk for one in stored.values()})
        for row in rows:
            one = stored.get(self.stored_key(row))
            if row.is_good and one is not None and one.pk not in allowed:
                self.forbid(row, self.refusal)


class ReviewRegister(Hanging):
    """Reviews of applications by the score sheet of their day (评审)."""

    kind, title, model = "site_reviews", "示范点评审", SiteReview
    named_by, kept_by = (), UNITS
    hangs_on = ("application_id", SiteApplication, named_by_unit)
    refusal = "市级示范点由市级评审,区级的由负责的单位或区级牵头单位评审"

    application = Column("申报编号", Reference("site_applications"), key=True, required=True)
    reviewed_on = Column("评审日期", Day(), key=True, required=True)
    unit = Column("评审单位", Reference("units"), required=True)
    points = Column("逐项得分", Marks(scores.ITEMS, Whole(1000)))
    verdict = Column("结论", Choice(SiteReview.Verdict.choices), required=True)
    opinion = Column("评审意见", Text(500), aside=True)

    def check(self, row: Row, run: Run) -> None:
        """Only items of the sheet of the day, none with more than it can give."""
        super().check(row, run)
        if day := row.get("reviewed_on"):
            held_to_sheet(row, self.fields["points"], scores.sheet(day))


class SiteRegister(Register):
    """Demonstration sites (示范点)."""

    kind, title, model = "sites", "示范点", DemonstrationSite
    kept_by = UNITS
    spans = (("named_on", "withdrawn_on"),)

    code = Column("示范点编号", Code(), key=True, required=True)
    name = Column("名称", Text(), required=True)
    level = Column("级别", Choice(DemonstrationSite.Level.choices), required=True)
    field = Column("领域", Choice(OrganizationState.Field.choices))
    organization = Column("统一社会信用代码", OrganizationReference(), required=True)
    application = Column("申报编号", Reference("site_applications"))
    named_on = Column("命名日期", Day(), required=True)
    withdrawn_on = Column("撤销日期", Day())
    withdrawal_reason = Column("撤销原因", Text(200), aside=True)
    published = Column("公开", Flag(), aside=True)

    def check(self, row: Row, run: Run) -> None:
        """By hand a withdrawal says why; files of offices that do not know it are taken as they are."""
        super().check(row, run)
        if run.options.action and row.get("withdrawn_on") and not row.texts.get("withdrawal_reason"):
            row.refuse(self.fields["withdrawal_reason"], Fault("IMP-101", "撤销示范点要写明原因"))

    def complete(self, rows: list[Row], run: Run) -> None:
        """A site is named from an application of its own that has passed, and from each application one site."""
        super().complete(rows, run)
        named = [row for row in rows if row.get("application_id") and not row.faulty]
        keys = {row.get("application_id") for row in named}
        applications = {one.pk: one for one in chosen(SiteApplication, "pk", keys)}
        verdicts = _verdicts(keys)
        taken = {one.application_id: one.pk for one in chosen(DemonstrationSite, "application_id", keys)}
        stored = self.stored(named) if named else {}
        for row in named:
            key, site = row.get("application_id"), row.about or stored.get(self.stored_key(row))
            own = site.pk if site else -row.number
            fault = _fault(row, applications[key], verdicts[key], taken.setdefault(key, own) == own)
            if fault:
                row.refuse(self.fields["application"], Fault("IMP-113", fault))

    def restrict(self, rows: list[Row], run: Run) -> None:
        """City staff keep the sites of the city; a unit those of districts, at organizations that it may name."""
        if run.is_unrestricted:
            return
        stored = self.stored(rows)
        allowed = run.allowed(DemonstrationSite, {site.pk for site in stored.values()})
        named = self._named(rows, run)
        for row in rows:
            site = row.about or stored.get(self.stored_key(row))
            if row.get("level") == _CITY:
                self.forbid(row, "市级示范点由市级工作人员维护;请报市级处理")
            elif (site is not None and site.pk not in allowed) or row.get("organization_id") not in named:
                self.forbid(row, "不在本单位负责或牵头的范围;请由负责的单位或区级牵头单位填报")

    def _named(self, rows: list[Row], run: Run) -> set[int]:
        """The organizations of these rows at which the scope may name a site, with those this run made itself."""
        wanted = {row.get("organization_id") for row in rows}
        found = SocialOrganization.objects.everyone().filter(naming_organizations(run.options.scope), pk__in=wanted)
        return set(found.values_list("pk", flat=True)) | (wanted & run.made[SocialOrganization])


def _verdicts(applications: set[int]) -> dict[int, list[tuple[datetime.date, str]]]:
    """The reviews of these applications as (day, verdict), oldest first."""
    found: dict[int, list[tuple[datetime.date, str]]] = defaultdict(list)
    reviews = chosen(SiteReview, "application_id", applications)
    for one in sorted(reviews, key=lambda one: (one.reviewed_on, one.pk)):
        found[one.application_id].append((one.reviewed_on, one.verdict))
    return found


def _fault(row: Row, application: Any, reviews: list[tuple[datetime.date, str]], is_free: bool) -> str:
    """What keeps a site from being named from an application; empty where nothing does."""
    if not is_free:
        return "这份申报已经命名过示范点"
    if (application.organization_id, application.level) != (row.get("organization_id"), row.get("level")):
        return "这份申报是另一家社会组织或另一级别的;请核对,没有申报的留空"
    by_then = [verdict for day, verdict in reviews if day <= row.get("named_on")]
    return "" if by_then[-1:] == [SiteReview.Verdict.PASSED] else "这份申报到命名日期还没有评审通过;请先登记评审"


class VisitRegister(Hanging):
    """Visits to sites (走访)."""

    kind, title, model = "site_visits", "示范点走访", SiteVisit
    named_by, kept_by = (), UNITS
    spans = (("visited_on", "settled_on"),)
    hangs_on = ("site_id", DemonstrationSite, visited_sites)

    site = Column("示范点编号", Reference("sites"), key=True, required=True)
    visited_on = Column("走访日期", Day(), key=True, required=True)
    unit = Column("走访单位", Reference("units"), key=True, required=True)
    seen = Column("走访情况", Text(500), required=True, aside=True)
    follow_up = Column("后续事项", Text(500), aside=True)
    settled_on = Column("办结日期", Day(), aside=True)

    def check(self, row: Row, run: Run) -> None:
        """Only what is to follow can be settled."""
        super().check(row, run)
        if row.get("settled_on") and not row.texts.get("follow_up"):
            row.refuse(self.fields["follow_up"], Fault("IMP-113", "填了办结日期,没有写后续事项"))


class GrantRegister(Hanging):
    """What sites were given in support (示范点资助)."""

    kind, title, model = "site_grants", "示范点资助", SiteGrant
    named_by, kept_by = (), UNITS
    hangs_on = ("site_id", DemonstrationSite, visited_sites)

    site = Column("示范点编号", Reference("sites"), key=True, required=True)
    granted_on = Column("资助日期", Day(), key=True, required=True)
    source = Column("资金来源", Choice(SiteGrant.Source.choices), key=True, required=True)
    purpose = Column("用途", Text(200), key=True, required=True)
    amount = Column("金额（元）", Yuan(), required=True)

    def restrict(self, rows: list[Row], run: Run) -> None:
        """The money of the city is recorded by the city."""
        super().restrict(rows, run)
        if run.is_unrestricted:
            return
        for row in rows:
            sources = {row.get("source"), row.about.source if row.about else ""}
            if row.is_good and SiteGrant.Source.CITY in sources:
                self.forbid(row, "市级活动经费由市级工作人员登记")


REGISTERS = (ApplicationRegister, ReviewRegister, SiteRegister, VisitRegister, GrantRegister)
