"""What binds the organizations of the demo city to party building (article 11): clauses, agreements and so on."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from random import Random

from branches.models import CoveringLink, MajorDecision
from orgs.models import CharterClause, PurchaseScore, ResponsibilityAgreement
from orgs.purchasing import sheet
from portal.core.policy import NOTICE_DAY
from portal.core.validity import covers
from portal.reports.demo.organizations import Plan
from portal.reports.demo.rows import Rows

Day = datetime.date
YEAR = datetime.timedelta(days=365)
_CLAUSES = ("第三条", "第四条", "第五条")
_PROJECTS = ("社区长者服务项目", "青少年社会工作服务", "社会组织能力建设", "外来工关爱服务", "社区矫正服务项目")


class Commitments:
    """Draws them, with dice of its own so that the rest of the city stays what it is."""

    def __init__(self, rows: Rows, rng: Random, end: Day) -> None:
        self._rows, self._rng, self._end = rows, rng, end

    def bind(self, plans: Sequence[Plan]) -> None:
        """Of organizations that a party organization covers today, most have a clause, some the rest."""
        links = {id(link.organization): link for link in self._rows.of(CoveringLink) if self._holds(link)}
        for plan in plans:
            link = links.get(id(plan.row))
            if link is None or plan.closed_on is not None:
                continue
            start = max(NOTICE_DAY, link.valid_from) + datetime.timedelta(days=self._rng.randrange(600))
            if plan.shown:
                start = min(start, self._end - datetime.timedelta(days=100))
            if start >= self._end:
                continue
            self._bind(plan, link, start)

    def _holds(self, link: CoveringLink) -> bool:
        return covers(link.valid_from, link.valid_to, self._end)

    def _bind(self, plan: Plan, link: CoveringLink, start: Day) -> None:
        if self._rng.random() < 0.7 or plan.shown:
            clause = CharterClause(organization=plan.row, number=self._rng.choice(_CLAUSES), valid_from=start)
            self._rows.add(clause)
        if self._rng.random() < 0.5 or plan.shown:
            self._agree(plan, start)
        if self._rng.random() < 0.5 or plan.shown:
            self._decide(plan, link)
        if self._rng.random() < 0.3 or plan.shown:
            self._score(plan)

    def _agree(self, plan: Plan, start: Day) -> None:
        """Signed for three years; the last one may have run out."""
        until = start + 3 * YEAR
        while until < self._end and (self._rng.random() < 0.85 or plan.shown):
            start, until = until, until + 3 * YEAR
        row = ResponsibilityAgreement(organization=plan.row, signed_on=start, valid_from=start, valid_to=until)
        row.managers, row.partners = self._rng.randrange(2, 9), self._rng.choice((None, 0, 2, 3))
        self._rows.add(row)

    def _decide(self, plan: Plan, link: CoveringLink) -> None:
        for matter in self._rng.sample(MajorDecision.Matter.values, self._rng.randrange(1, 4)):
            held_on = self._end - datetime.timedelta(days=self._rng.randrange(500))
            if plan.shown:
                held_on = max(held_on, link.valid_from, Day(self._end.year, 1, 1))
            if held_on < link.valid_from:
                continue
            row = MajorDecision(organization=plan.row, held_on=held_on, matter=matter)
            row.party_organization = link.party_organization
            row.outcome = self._rng.choice((*MajorDecision.Outcome.values, "ADOPTED", "ADOPTED", ""))
            self._rows.add(row)

    def _score(self, plan: Plan) -> None:
        scored_on = self._end - datetime.timedelta(days=self._rng.randrange(400))
        if plan.shown:
            scored_on = max(scored_on, Day(self._end.year, 1, 1))
        if scored_on < plan.row.established_on:
            return
        items = sheet(scored_on).items
        row = PurchaseScore(organization=plan.row, project=self._rng.choice(_PROJECTS), scored_on=scored_on)
        row.points = {item.key: self._rng.randrange(item.most // 2, item.most + 1) for item in items}
        office = plan.registering
        if office is not None and not office.is_placeholder:
            row.purchaser = office.unit
        else:
            row.purchaser_written = "区财政局"
        self._rows.add(row)
