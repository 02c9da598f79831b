"""Terms of office (article 12): which term counts, until when, and `term-current`.

A party organization with a term that began on or before D is current on D while ``D <= term end``, or while
``D <= approved extension``, which reaches at most twelve calendar months past the term end (clamped to the
month's end). An extension is recorded as it was given; `counts_until` is how far it counts.
"""

from __future__ import annotations

import datetime

from dateutil.relativedelta import relativedelta
from django.db.models import Exists, OuterRef, QuerySet

from branches.models import PartyOrganization, PartyOrganizationState, Term
from portal.core import sql
from portal.core.indicators import Query
from portal.core.policy import number
from portal.core.validity import active_on

REASONS = {"in-term": "任期内", "extended": "延期内", "overdue": "已届满未换届"}
#: months before the end of a term at which it is spoken of (BR-11 says six; three and one are ours)
REMINDERS = (6, 3, 1)


def counts_until(ends_on: datetime.date, extended_to: datetime.date | None) -> datetime.date:
    """The last day on which a term counts as current."""
    if extended_to is None:
        return ends_on
    furthest = ends_on + relativedelta(months=number("extension-months", ends_on))
    return max(ends_on, min(extended_to, furthest))


def usual_end(started_on: datetime.date, level: str = "") -> datetime.date:
    """When a term that begins on this day usually ends (GP-03); what is proposed, no rule of a figure."""
    is_committee = level == PartyOrganizationState.Level.COMMITTEE
    years = number("term-years-committee" if is_committee else "term-years", started_on)
    return started_on + relativedelta(years=years)


def term_current(day: datetime.date) -> Query:
    """Subjects of `term-current` (article 12): active party organizations with a term begun by `day`."""
    reason = """CASE WHEN %(day)s <= t.ends_on THEN 'in-term'
                     WHEN %(day)s <= t.counts_until THEN 'extended' ELSE 'overdue' END"""
    return Query(
        f"""
        SELECT p.id AS subject_id, CASE WHEN %(day)s <= t.counts_until THEN 1 ELSE 0 END AS met, 0 AS excluded,
               {reason} AS reason, ps.supervising_unit_id AS unit_id,
               CAST(NULL AS BIGINT) AS district_id, CAST(NULL AS BIGINT) AS subdistrict_id,
               '' AS kind, '' AS field
        FROM {sql.table(PartyOrganization)} p
        JOIN {sql.table(PartyOrganizationState)} ps ON ps.party_organization_id = p.id AND {sql.active("ps")}
        JOIN (SELECT party_organization_id, MAX(started_on) AS started_on FROM {sql.table(Term)}
              WHERE started_on <= %(day)s GROUP BY party_organization_id) recent ON recent.party_organization_id = p.id
        JOIN {sql.table(Term)} t ON t.party_organization_id = p.id AND t.started_on = recent.started_on
        WHERE {sql.active("p", "approved_on", "dissolved_on")}"""
    )


def furthest_end(day: datetime.date, months: int) -> datetime.date:
    """The last day on which a term may end to be spoken of on `day`, so many calendar months ahead.

    The reminder of an end is the same day of the month so many months before, clamped to that month's end: on the
    last day of a month all ends up to the end of the month that it reaches are due.
    """
    reached = day + relativedelta(months=months)
    is_last = (day + datetime.timedelta(days=1)).month != day.month
    return reached + relativedelta(day=31) if is_last else reached


def coming_terms(day: datetime.date, within: int, beyond: int = 0) -> QuerySet[Term]:
    """The terms of active party organizations that count on `day` and end within so many months, an approved
    extension counted in, but not within `beyond` months. A later term, also one yet to begin, settles the matter."""
    later = Term.objects.filter(
        party_organization=OuterRef("party_organization"), started_on__gt=OuterRef("started_on")
    )
    found = Term.objects.filter(
        ~Exists(later),
        active_on(day, "party_organization__", start="approved_on", end="dissolved_on"),
        started_on__lte=day,
        counts_until__gte=day,
        counts_until__lte=furthest_end(day, within),
    )
    return found.filter(counts_until__gt=furthest_end(day, beyond)) if beyond else found
