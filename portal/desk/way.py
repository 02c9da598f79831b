"""The whole way of one demonstration site, from its application to its withdrawal, and what its next step is."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import FilteredRelation, QuerySet

from branches.models import PartyOrganization
from demonstration import scores
from demonstration.applications import PASSED, REFUSED, SIGNS, STATES, state_of
from demonstration.models import DemonstrationSite, SiteApplication, SiteGrant, SiteReview, SiteVisit
from orgs.models import SocialOrganization
from portal.core.scoping import Scope
from portal.core.score_sheets import Item
from portal.core.templatetags.ui import yuan
from portal.core.validity import active_on
from portal.desk.doing import Act, act_new, acts_on
from portal.desk.sites_of import standing, with_naming

_CITY = DemonstrationSite.Level.CITY


@dataclass(frozen=True)
class Step:
    """One dated step: what was done, by whom, what was said of it, and for whoever may the form that changes it."""

    day: datetime.date
    title: str
    by: str = ""
    text: str = ""
    sign: tuple[str, str] | None = None
    scores: Sequence[tuple[Item, int | None]] = ()
    acts: Sequence[Act] = ()


@dataclass(frozen=True)
class Rights:
    """What the account may do with the way: decide of its level, keep what happens at the site, apply for it."""

    decides: bool
    keeps: bool
    applies: bool


@dataclass(frozen=True)
class Way:
    """An application, a site, or a site with the application that it was named from, with all that followed."""

    organization: Any
    application: SiteApplication | None
    site: DemonstrationSite | None
    day: datetime.date
    rights: Rights
    scope: Scope
    applicant: str
    reviews: Sequence[SiteReview]
    visits: Sequence[SiteVisit]
    grants: Sequence[SiteGrant]

    @property
    def subject(self) -> Any:
        """The site, else the application: what says level and field."""
        return self.site or self.application

    @property
    def name(self) -> str:
        """How the page is headed."""
        return self.site.name if self.site else f"{self.organization.name}申报示范点"

    @property
    def field(self) -> str:
        """The field, else that of the organization today."""
        state = self.organization.state
        return str(self.subject.get_field_display() or (state.get_field_display() if state else ""))

    @property
    def state(self) -> str:
        """Where the application stands; empty where there is none."""
        if self.application is None:
            return ""
        by_now = [one.verdict for one in self.reviews if one.reviewed_on <= self.day]
        named, withdrawn = (self.site.named_on, self.site.withdrawn_on) if self.site else (None, None)
        return state_of(named, withdrawn, by_now[-1] if by_now else "", self.day)

    @property
    def chips(self) -> list[tuple[str, str]]:
        """Signs and words of where it stands: of a site whether it is active, of an application its state."""
        if self.site is not None:
            return [standing(self.site, self.organization, self.day)]
        return [(SIGNS[self.state], STATES[self.state])]

    @property
    def is_active(self) -> bool:
        """Whether the site counts today."""
        return self.site is not None and standing(self.site, self.organization, self.day)[0] == "ok"

    @property
    def steps(self) -> list[Step]:
        """All that happened, oldest first."""
        return sorted(self._steps(), key=lambda step: step.day)

    def _steps(self) -> Iterator[Step]:
        if self.application is not None:
            one = self.application
            acts = acts_on("site_applications", one, may=self.rights.applies)
            yield Step(one.applied_on, f"申报{one.get_level_display()}示范点", self.applicant, one.reasons, acts=acts)
        for review in self.reviews:
            yield self._review(review)
        if self.site is not None:
            yield from self._of_site(self.site)
        for visit in self.visits:
            yield self._visit(visit)
        for grant in self.grants:
            may = self.rights.keeps and (self.scope.city_wide or grant.source != SiteGrant.Source.CITY)
            acts = acts_on("site_grants", grant, may=may)
            title = f"资助 {yuan(grant.amount)} 元"
            yield Step(grant.granted_on, title, grant.get_source_display(), grant.purpose, acts=acts)
        if self.organization.closed_on is not None:
            yield Step(self.organization.closed_on, f"社会组织{self.organization.get_closing_display() or '终止'}")

    def _review(self, review: SiteReview) -> Step:
        sheet = scores.sheet(review.reviewed_on)
        passed = review.verdict == SiteReview.Verdict.PASSED
        return Step(
            review.reviewed_on,
            f"评审 {sheet.total(review.points)} / {sheet.full} 分",
            review.unit.name,
            review.opinion,
            ("ok" if passed else "bad", review.get_verdict_display()),
            [(item, review.points.get(item.key)) for item in sheet.items],
            acts_on("site_reviews", review, may=self.rights.decides),
        )

    def _of_site(self, site: DemonstrationSite) -> Iterator[Step]:
        acts = _acts("sites", site, self.rights.decides, ends=site.withdrawn_on is None)
        yield Step(site.named_on, f"命名为{site.get_level_display()}示范点", acts=acts)
        if site.withdrawn_on is not None:
            yield Step(site.withdrawn_on, "撤销", "", site.withdrawal_reason or "没有登记原因", ("idle", "已撤销"))

    def _visit(self, visit: SiteVisit) -> Step:
        open_one = bool(visit.follow_up) and visit.settled_on is None
        text = visit.seen
        if visit.follow_up:
            done = f"{visit.settled_on} 办结" if visit.settled_on else "还没有办结"
            text = f"{visit.seen}\n后续：{visit.follow_up}（{done}）"
        acts = _acts("site_visits", visit, self.rights.keeps, ends=open_one)
        sign = ("warn", "后续未办结") if open_one else None
        return Step(visit.visited_on, "走访", visit.unit.name, text, sign, acts=acts)

    @property
    def next(self) -> Act | None:
        """The one next step that the account can take."""
        if self.is_active:
            return self._new("site_visits", self.rights.keeps, site=self.site.code) if self.site else None
        if self.site is not None or self.application is None:
            return None
        code = self.application.code
        if self.state == REFUSED:
            return self._new("site_applications", self.rights.applies, organization=self.organization.key)
        kind = "sites" if self.state == PASSED else "site_reviews"
        return self._new(kind, self.rights.decides, application=code)

    @property
    def others(self) -> list[Act]:
        """What else can be done with an active site."""
        if not self.is_active or self.site is None:
            return []
        grant = self._new("site_grants", self.rights.keeps, site=self.site.code)
        end = acts_on("sites", self.site, may=True)[1] if self.rights.decides else None
        return [act for act in (grant, end) if act is not None]

    @property
    def waits(self) -> str:
        """Who is to take the next step, for those who cannot."""
        if self.site is not None or self.next is not None or self.state == REFUSED:
            return ""
        who = "市级" if self.subject.level == _CITY else "区级牵头单位或负责的单位"
        return f"等{who}{'命名' if self.state == PASSED else '评审'}"

    def _new(self, kind: str, may: bool, **known: str) -> Act | None:
        return act_new(kind, self.scope, **known) if may else None

    @property
    def total(self) -> Decimal:
        """What the site was given in all, in yuan."""
        return sum((grant.amount for grant in self.grants), Decimal(0))

    @property
    def sums(self) -> list[tuple[str, Decimal]]:
        """What it was given by source."""
        words = dict(SiteGrant.Source.choices)
        given = [(word, [one.amount for one in self.grants if one.source == value]) for value, word in words.items()]
        return [(word, sum(amounts, Decimal(0))) for word, amounts in given if amounts]


def _acts(kind: str, row: Any, may: bool, *, ends: bool) -> list[Act]:
    """What can be done with a row; to end it is offered where it has not ended."""
    acts = acts_on(kind, row, may=may)
    return acts if ends or not may else [acts[0], acts[-1]]


def of_site(code: str, scope: Scope) -> Way | None:
    """The way of the site of this code, if the scope sees it."""
    site = DemonstrationSite.objects.within(scope).filter(code=code).first()
    application = SiteApplication.objects.within(scope).filter(site=site).first() if site else None
    return _way(application, site, scope) if site else None


def of_application(code: str, scope: Scope) -> Way | None:
    """The way of the application of this code, with the site named from it, if the scope sees it."""
    application = SiteApplication.objects.within(scope).filter(code=code).first()
    site = DemonstrationSite.objects.within(scope).filter(application=application).first() if application else None
    return _way(application, site, scope) if application else None


def _way(application: SiteApplication | None, site: DemonstrationSite | None, scope: Scope) -> Way:
    """Gather it; five statements at most."""
    subject: Any = site or application
    organization = _organizations(scope).get(pk=subject.organization_id)
    keeps = bool(organization.may_name)
    rights = Rights(
        decides=keeps and (scope.city_wide or subject.level != _CITY),
        keeps=keeps,
        applies=bool(organization.may_apply),
    )
    reviews = SiteReview.objects.within(scope).filter(application=application).select_related("unit")
    visits = SiteVisit.objects.within(scope).filter(site=site).select_related("unit")
    grants = SiteGrant.objects.within(scope).filter(site=site)
    return Way(
        organization,
        application,
        site,
        scope.day,
        rights,
        scope,
        _applicant(application, scope) or organization.name,
        list(reviews.order_by("reviewed_on", "pk")) if application else (),
        list(visits.order_by("visited_on", "pk")) if site else (),
        list(grants.order_by("granted_on", "pk")) if site else (),
    )


def _applicant(application: SiteApplication | None, scope: Scope) -> str:
    """The party organization that applies, as far as the account may know it; empty where none does."""
    if application is None or application.party_organization_id is None:
        return ""
    found = PartyOrganization.objects.within(scope).filter(pk=application.party_organization_id).first()
    return found.name if found else "党组织申报"


def _organizations(scope: Scope) -> QuerySet[Any]:
    """Organizations with their state of the day, and whether the account may name them, and apply for them."""
    state = FilteredRelation("states", condition=active_on(scope.day, "states__"))
    rows = with_naming(SocialOrganization.objects.within(scope), scope)
    return rows.annotate(state=state).select_related("state__district")
