"""Members of organizations on a day: firm, potential, probationary and reported, a few statements at any size.

The firm count is `branches.coverage.firm_on`, its only definition. Potential members are full members who work
there (of the employments that the policy counts) less the firm ones; probationary members are those who work
there, wherever their relation is. Reported numbers are the latest member report up to the day; they widen
`formation-due` to a range (lower bound named, upper bound reported) and never enter the firm count.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from branches import coverage
from branches.formation import People
from branches.models import CoveringLink, Membership, PartyOrganization
from members.models import Member, MemberState, full_on
from orgs.models import MemberReport, SocialOrganization
from portal.core import sql
from portal.core.indicators import Indicator, Query, Slice, indicator
from portal.core.policy import number, parameter
from portal.core.subjects import Standing, selected
from portal.core.validity import active_on

#: SQL for the ids of all organizations
_EVERY = f"SELECT id FROM {sql.table(SocialOrganization)}"


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
    organizations whose ids are in `among`, a list or a query."""

    def of(query: str) -> str:
        return f"SELECT * FROM ({query}) every WHERE organization_id IN ({among})"

    return f"""
        SELECT o.id, COALESCE(f.firm, 0) AS firm, COALESCE(w.full_members, 0) - COALESCE(f.firm, 0) AS potential,
               COALESCE(w.probationary, 0) AS probationary, r.reported, r.reported_probationary, r.reported_on
        FROM {sql.table(SocialOrganization)} o
        LEFT JOIN ({of(coverage.firm_on(day))}) f ON f.organization_id = o.id
        LEFT JOIN ({of(_workers(day))}) w ON w.organization_id = o.id
        LEFT JOIN ({of(_reported())}) r ON r.organization_id = o.id
        WHERE o.id IN ({among})"""


def people_on(day: datetime.date, ids: Iterable[int]) -> dict[int, People]:
    """The counts of each of these organizations; one statement."""
    wanted = set(ids)
    rows = sql.rows(_counted(day, sql.listed(wanted, _EVERY)), {"day": day})
    return {row[0]: _people(row[1:]) for row in rows if row[0] in wanted}


def _people(values: Sequence[Any]) -> People:
    firm, potential, probationary, reported, reported_probationary, reported_on = values
    return People(firm, potential, probationary, reported, reported_probationary, sql.as_day(reported_on))


def standing_and_people(day: datetime.date, ids: Iterable[int]) -> dict[int, tuple[Standing | None, People]]:
    """Where each of these organizations stands in `branch-coverage` (None: it is no subject of it), and what
    `people_on` says of it; one statement."""
    wanted = frozenset(ids)
    part = Slice(subjects=wanted if len(wanted) <= sql.FEW else None)
    stand, parameters = selected(indicator("branch-coverage"), day, part, "subject_id, met, excluded, reason")
    counted = _counted(day, sql.listed(wanted, _EVERY))
    text = f"SELECT c.*, s.met, s.excluded, s.reason FROM ({counted}) c LEFT JOIN ({stand}) s ON s.subject_id = c.id"
    found: dict[int, tuple[Standing | None, People]] = {}
    for key, *people, met, excluded, reason in sql.rows(text, parameters):
        if key in wanted:
            standing = None if met is None else Standing(bool(met), bool(excluded), reason)
            found[key] = standing, _people(people)
    return found


def formation_due_reported(ind: Indicator, day: datetime.date) -> Query:
    """A source of `formation-due` that takes reported numbers where they are higher: the upper end of its range."""
    return Query(
        f"""
        SELECT u.organization_id AS subject_id, CASE WHEN u.reason = 'own' THEN 1 ELSE 0 END AS met,
               0 AS excluded, u.reason, u.unit_id, u.district_id, u.subdistrict_id, u.kind, u.field
        FROM reasoned u
        WHERE u.organization_id IN (
            SELECT organization_id FROM firm f WHERE f.firm >= %(enough)s
            UNION SELECT organization_id FROM ({_reported()}) r WHERE r.reported >= %(enough)s)""",
        {"enough": number("formation-members", day)},
        {"reasoned": coverage.reasoned(), "firm": coverage.firm_on(day)},
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


def with_counts(parties: QuerySet[PartyOrganization], day: datetime.date) -> QuerySet[PartyOrganization]:
    """Party organizations read together with their `party_counts`, whoever may see the names behind them."""
    links = CoveringLink.objects.everyone().filter(active_on(day), party_organization=OuterRef("pk"))
    living = links.filter(organization__established_on__lte=day).exclude(organization__closed_on__lte=day)
    held = Membership.objects.everyone().filter(active_on(day), party_organization=OuterRef("pk"))
    members = held.filter(person__member__joined_on__lte=day).exclude(person__member__left_on__lte=day)
    return parties.annotate(
        counted_covered=_distinct(living, "organization_id"),
        counted_members=_distinct(members, "person_id"),
        counted_full=_distinct(members.filter(full_on(day, "person__member__")), "person_id"),
    )


def party_counts(party: Any) -> PartyCounts:
    """The counts of a party organization that was read `with_counts`."""
    return PartyCounts(party.counted_covered, party.counted_full, party.counted_members - party.counted_full)


def _distinct(rows: QuerySet[Any], column: str) -> Combinable:
    """How many different values of a column the rows hold, as a sub-query."""
    counted_rows = rows.order_by().values("party_organization").annotate(n=Count(column, distinct=True)).values("n")
    return Coalesce(Subquery(counted_rows), 0)
