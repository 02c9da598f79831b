"""What made and keeps the demonstration sites of the demo city (article 6): applications, reviews, visits, grants."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Sequence
from random import Random

from branches.models import CoveringLink, PartyOrganization
from demonstration import scores
from demonstration.models import DemonstrationSite, SiteApplication, SiteGrant, SiteReview, SiteVisit
from orgs.models import SocialOrganization
from portal.core.models import Unit
from portal.core.score_sheets import ScoreSheet
from portal.core.validity import covers
from portal.reports.demo.organizations import Plan
from portal.reports.demo.places import Places
from portal.reports.demo.rows import Rows

Day = datetime.date
Level, Source, Verdict = DemonstrationSite.Level, SiteGrant.Source, SiteReview.Verdict
_REASONS = (
    "党组织健全，活动有特色，服务社会成效明显",
    "书记与负责人交叉任职，党员骨干作用突出",
    "行业自律、志愿服务走在前列",
)
_SEEN = ("活动正常，阵地完好", "组织生活按计划开展，台账齐全", "党员先锋岗作用明显")
_FOLLOW_UPS = ("", "", "", "补齐上半年活动台账", "更新党务公开栏")
_PURPOSES = ("阵地建设", "购置书报", "开展主题活动", "党员教育培训")
_WITHDRAWN = "长期不开展活动，走访后仍未整改"
#: applications that wait or were refused, one after the other: the days before the end, and the verdict so far
_WAITING = ((12, ""), (40, Verdict.PASSED), (25, ""), (90, Verdict.REFUSED), (8, ""), (60, Verdict.PASSED))


class SiteWork:
    """Draws what happened around the sites, with dice of its own so that the rest of the city stays what it is."""

    def __init__(self, rows: Rows, places: Places, rng: Random, end: Day) -> None:
        self._rows, self._places, self._rng, self._end = rows, places, rng, end
        self._links: dict[int, list[CoveringLink]] = defaultdict(list)
        for link in rows.of(CoveringLink):
            self._links[id(link.organization)].append(link)

    def follow(self, plans: Sequence[Plan]) -> None:
        """The way of every site, and applications that no site was named from yet."""
        sites = self._rows.of(DemonstrationSite)
        shown = {id(plan.row) for plan in plans if plan.shown}
        for number, site in enumerate(sites):
            unit = self._places.offices[site.code.split("-")[0]].unit
            least = int(id(site.organization) in shown)
            if number % 4 or least:
                self._apply(site, unit)
            self._visit(site, unit, least)
            self._grant(site, least)
            site.published = site.withdrawn_on is None and number % 3 != 1
            site.withdrawal_reason = _WITHDRAWN if site.withdrawn_on else ""
        named = {id(site.organization) for site in sites}
        fit = [one for one in plans if id(one.row) not in named and one.trait != "unplaced" and not one.closed_on]
        fit.sort(key=lambda plan: (plan.state.field != "TRADE_ASSOCIATION", plan.number % 5, plan.number))
        for number, (plan, (before, verdict)) in enumerate(zip(fit, _WAITING, strict=False), 1):
            self._wait(plan, number, self._end - datetime.timedelta(days=before), verdict)

    def _apply(self, site: DemonstrationSite, unit: Unit) -> None:
        """A site was named from an application that had passed; some had to apply twice."""
        applied_on = site.named_on - datetime.timedelta(days=60 + self._rng.randrange(60))
        site.application = self._add(site.code.replace("SF", "SB"), site.organization, site.level, applied_on)
        site.application.field = site.field
        if self._rng.random() < 0.2:
            self._review(site.application, unit, applied_on + datetime.timedelta(days=10), Verdict.REFUSED)
        self._review(site.application, unit, site.named_on - datetime.timedelta(days=15), Verdict.PASSED)

    def _wait(self, plan: Plan, number: int, applied_on: Day, verdict: str) -> None:
        level = Level.CITY if number % 3 == 2 else Level.DISTRICT
        prefix = "SZ" if level == Level.CITY else plan.area.key
        application = self._add(f"{prefix}-SB{applied_on.year}-W{number}", plan.row, level, applied_on)
        if verdict:
            unit = self._places.offices[prefix].unit
            self._review(application, unit, applied_on + datetime.timedelta(days=7), verdict)

    def _add(self, code: str, organization: SocialOrganization, level: str, applied_on: Day) -> SiteApplication:
        row = SiteApplication(code=code, organization=organization, level=level, applied_on=applied_on)
        row.party_organization = self._applicant(organization, applied_on)
        row.reasons = self._rng.choice(_REASONS)
        return self._rows.add(row)

    def _applicant(self, organization: SocialOrganization, day: Day) -> PartyOrganization | None:
        """The party organization that covers it on the day; without one its unit applies."""
        links = self._links[id(organization)]
        return next((one.party_organization for one in links if covers(one.valid_from, one.valid_to, day)), None)

    def _review(self, application: SiteApplication, unit: Unit, day: Day, verdict: str) -> None:
        passed = verdict == Verdict.PASSED
        points = self._points(scores.sheet(day), passed)
        opinion = "同意命名" if passed else "台账不全，整改后再报"
        self._rows.add(
            SiteReview(
                application=application, unit=unit, reviewed_on=day, verdict=verdict, opinion=opinion, points=points
            )
        )

    def _points(self, sheet: ScoreSheet, passed: bool) -> dict[str, int]:
        lowest = 82 if passed else 55
        return {item.key: item.most * self._rng.randrange(lowest, lowest + 18) // 100 for item in sheet.items}

    def _visit(self, site: DemonstrationSite, unit: Unit, least: int) -> None:
        """Once or twice after the naming; what is to follow is settled within weeks, lately not everywhere."""
        for months in (8, 20)[: max(least, self._rng.randrange(3))]:
            day = site.named_on + datetime.timedelta(days=30 * months + self._rng.randrange(25))
            if day > self._end or (site.withdrawn_on and day >= site.withdrawn_on):
                continue
            follow_up = self._rng.choice(_FOLLOW_UPS)
            is_settled = self._rng.random() < 0.6 or day < self._end - datetime.timedelta(days=500)
            settled = day + datetime.timedelta(days=20) if follow_up and is_settled else None
            self._rows.add(
                SiteVisit(
                    site=site,
                    visited_on=day,
                    unit=unit,
                    seen=self._rng.choice(_SEEN),
                    follow_up=follow_up,
                    settled_on=settled if settled and settled <= self._end else None,
                )
            )

    def _grant(self, site: DemonstrationSite, least: int) -> None:
        """Most sites were given something once or twice, mostly from the funds of their own level."""
        usual = Source.CITY if site.level == Level.CITY else Source.DISTRICT
        for years in range(max(least, self._rng.randrange(3))):
            day = site.named_on + datetime.timedelta(days=90 + 365 * years)
            if day > self._end or (site.withdrawn_on and day >= site.withdrawn_on):
                continue
            source = Source.OTHER if self._rng.random() < 0.15 else usual
            self._rows.add(
                SiteGrant(
                    site=site,
                    granted_on=day,
                    source=source,
                    amount=1000 * self._rng.randrange(5, 60),
                    purpose=self._rng.choice(_PURPOSES),
                )
            )
