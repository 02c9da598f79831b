"""Members of organizations on a day: firm, potential, probationary and reported, a few statements at any size.

The firm count is `branches.coverage.firm_on`, its only definition. Potential members are full members who work
there (of the employments that the policy counts) less the firm ones; probationary members are those who work
there, wherever their relation is. Reported numbers are the latest member report up to the day; they widen
`formation-due` to a range (lower bound named, upper bound reported) and never enter the firm count.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from branches import coverage
from branches.formation import People
from branches.indicators import chunks
from branches.models import CoveringLink, Membership, PartyOrganization
from members.models import Member, MemberState, full_on
from orgs.models import MemberReport, SocialOrganization
from portal.core import sql
from portal.core.indicators import Indicator, Query
from portal.core.policy import number, parameter
from portal.core.validity import active_on


def _workers(day: datetime.date) -> str:
    """SQL for organization_id, full and probationary members who work there on %(day)s."""
    employment = parameter("firm-employment", day)
    assert isinstance(employment, tuple)
    full = "COALESCE(m.converted_on <= %(day)s, FALSE)"
    return f"""
        SELECT ms.workplace_id AS organization_id,
               SUM(CASE WHEN {full} THEN 1 ELSE 0 END) AS full_members,
               SUM(CASE WHEN {full} THEN 0 ELSE 1 END) AS probationary
        FROM {sql.table(Member)} m
        JOIN {sql.table(MemberState)} ms ON ms.member_id = m.person_id AND {sql.active("ms")}
        WHERE ms.workplace_id IS NOT NULL AND ms.employment IN ({sql.choices(employment)})
          AND (m.joined_on <= %(day)s OR m.converted_on <= %(day)s)
          AND (m.left_on IS NULL OR m.left_on > %(day)s)
        GROUP BY ms.workplace_id"""


def _reported() -> str:
    """SQL for the latest member report of each organization up to %(day)s."""
    table = sql.table(MemberReport)
    return f"""
        SELECT r.organization_id, r.reported_on, r."full" AS reported, r.probationary AS reported_probationary
        FROM {table} r
        JOIN (SELECT organization_id, MAX(reported_on) AS reported_on FROM {table}
              WHERE reported_on <= %(day)s GROUP BY organization_id) latest
          ON latest.organization_id = r.organization_id AND latest.reported_on = r.reported_on"""


def _counted(day: datetime.date, among: str) -> str:
    """SQL for organization id, firm, potential, probationary, reported, reported_probationary, reported_on of the
    organizations whose ids are in the list `among`."""

    def of(query: str) -> str:
        return f"SELECT * FROM ({query}) every WHERE organization_id IN ({among})"

    return f"""
        SELECT o.id, COALESCE(f.firm, 0), COALESCE(w.full_members, 0) - COALESCE(f.firm, 0),
               COALESCE(w.probationary, 0), r.reported, r.reported_probationary, r.reported_on
        FROM {sql.table(SocialOrganization)} o
        LEFT JOIN ({of(coverage.firm_on(day))}) f ON f.organization_id = o.id
        LEFT JOIN ({of(_workers(day))}) w ON w.organization_id = o.id
        LEFT JOIN ({of(_reported())}) r ON r.organization_id = o.id
        WHERE o.id IN ({among})"""


def people_on(day: datetime.date, ids: Iterable[int]) -> dict[int, People]:
    """The counts of each of these organizations; one statement per 5,000."""
    found: dict[int, People] = {}
    for part in chunks(list(ids)):
        for row in sql.rows(_counted(day, ", ".join(map(str, part))), {"day": day}):
            key, firm, potential, probationary, reported, reported_probationary, reported_on = row
            found[key] = People(firm, potential, probationary, reported, reported_probationary, sql.as_day(reported_on))
    return found


def formation_due_reported(ind: Indicator, day: datetime.date) -> Query:
    """A source of `formation-due` that takes reported numbers where they are higher: the upper end of its range."""
    return Query(
        f"""
        SELECT u.organization_id AS subject_id, CASE WHEN u.reason = 'own' THEN 1 ELSE 0 END AS met,
               0 AS excluded, u.reason, u.unit_id, u.district_id, u.subdistrict_id, u.kind, u.field
        FROM reasoned u
        WHERE u.organization_id IN (
            SELECT organization_id FROM ({coverage.firm_on(day)}) f WHERE f.firm >= %(enough)s
            UNION SELECT organization_id FROM ({_reported()}) r WHERE r.reported >= %(enough)s)""",
        {"enough": number("formation-members", day)},
        {"reasoned": coverage.reasoned()},
    )


class PartyCounts(NamedTuple):
    """What one party organization holds on a day: organizations covered that live, full and probationary members."""

    covered: int
    full: int
    probationary: int

    @property
    def total(self) -> int:
        """All members."""
        return self.full + self.probationary


def party_counts(party_id: int, day: datetime.date) -> PartyCounts:
    """The counts of one party organization, whoever may see the names behind them; one statement."""
    links = CoveringLink.objects.everyone().filter(active_on(day), party_organization=OuterRef("pk"))
    living = links.filter(organization__established_on__lte=day).exclude(organization__closed_on__lte=day)
    held = Membership.objects.everyone().filter(active_on(day), party_organization=OuterRef("pk"))
    members = held.filter(person__member__joined_on__lte=day).exclude(person__member__left_on__lte=day)
    covered, every, full = (
        PartyOrganization.objects.everyone()
        .filter(pk=party_id)
        .values_list(
            _distinct(living, "organization_id"),
            _distinct(members, "person_id"),
            _distinct(members.filter(full_on(day, "person__member__")), "person_id"),
        )
        .get()
    )
    return PartyCounts(covered, full, every - full)


def _distinct(rows: QuerySet[Any], column: str) -> Combinable:
    """How many different values of a column the rows hold, as a sub-query."""
    counted_rows = rows.order_by().values("party_organization").annotate(n=Count(column, distinct=True)).values("n")
    return Coalesce(Subquery(counted_rows), 0)
