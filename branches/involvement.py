"""How far party organizations are bound into their organizations (article 11): counts, no rates.

On a day D, of organizations established by D and not closed on D: clauses of charters and joint-responsibility
agreements **in force** (valid from up to, not including, to), and scorings for government purchasing and occasions of
taking part in a major decision **of the year**, from 1 January to D of D's year. The page of an organization and the
page of the notice read both here.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass, fields
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from branches.models import MajorDecision
from orgs.models import CharterClause, PurchaseScore, ResponsibilityAgreement, ResponsibleSpan
from portal.core.counts import counts
from portal.core.validity import active_on


@dataclass(frozen=True)
class Involvement:
    """The four counts: clauses and agreements in force on the day, decisions and scorings of its year so far."""

    clauses: int = 0
    agreements: int = 0
    decisions: int = 0
    scores: int = 0


def answered_by(units: Collection[int], day: datetime.date) -> Q:
    """What hangs on organizations that these units answer for on `day`."""
    spans = ResponsibleSpan.objects.filter(active_on(day), unit_id__in=units)
    return Q(organization_id__in=spans.values("organization_id"))


def _of_year(day: datetime.date, field: str) -> Q:
    return Q(**{f"{field}__gte": day.replace(month=1, day=1), f"{field}__lte": day})


def counted(day: datetime.date, among: Q | None = None) -> dict[str, QuerySet[Any]]:
    """The rows that count on `day`, by the name of their count: of all organizations, or those that are `among`."""
    living = Q(organization__established_on__lte=day) & (
        Q(organization__closed_on__isnull=True) | Q(organization__closed_on__gt=day)
    )
    rows = {
        "clauses": CharterClause.objects.everyone().filter(active_on(day)),
        "agreements": ResponsibilityAgreement.objects.everyone().filter(active_on(day)),
        "decisions": MajorDecision.objects.everyone().filter(_of_year(day, "held_on")),
        "scores": PurchaseScore.objects.everyone().filter(_of_year(day, "scored_on")),
    }
    return {name: found.filter(living, among or Q()).order_by() for name, found in rows.items()}


def involvement(day: datetime.date, among: Q | None = None) -> Involvement:
    """The counts on `day`, of all organizations or of those whose rows are `among`; one statement."""
    return Involvement(**counts(counted(day, among)))


def with_involvement(organizations: QuerySet[Any], day: datetime.date) -> QuerySet[Any]:
    """Organizations read together with their counts of a day; no statement of its own."""

    def of_each(rows: QuerySet[Any]) -> Combinable:
        own = rows.filter(organization=OuterRef("pk")).values("organization").annotate(n=Count("pk"))
        return Coalesce(Subquery(own.values("n")), 0)

    return organizations.annotate(**{f"involved_{name}": of_each(rows) for name, rows in counted(day).items()})


def involvement_of(organization: Any) -> Involvement:
    """The counts of an organization that was read `with_involvement`."""
    return Involvement(**{one.name: getattr(organization, f"involved_{one.name}") for one in fields(Involvement)})
