"""Terms of office (article 12): which term counts, until when, and `term-current`.

A party organization with a term that began on or before D is current on D while ``D <= term end``, or while
``D <= approved extension``, which reaches at most twelve calendar months past the term end (clamped to the
month's end). An extension is recorded as it was given; `counts_until` is how far it counts.
"""

from __future__ import annotations

import datetime

from dateutil.relativedelta import relativedelta

from branches.models import PartyOrganization, PartyOrganizationState, Term
from portal.core import sql
from portal.core.indicators import Query
from portal.core.policy import number

REASONS = {"in-term": "任期内", "extended": "延期内", "overdue": "已届满未换届"}


def counts_until(ends_on: datetime.date, extended_to: datetime.date | None) -> datetime.date:
    """The last day on which a term counts as current."""
    if extended_to is None:
        return ends_on
    furthest = ends_on + relativedelta(months=number("extension-months", ends_on))
    return max(ends_on, min(extended_to, furthest))


def term_current(day: datetime.date) -> Query:
    """Subjects of `term-current` (article 12): active party organizations with a term begun by `day`."""
    reason = """CASE WHEN %(day)s <= t.ends_on THEN 'in-term'
                     WHEN %(day)s <= t.counts_until THEN 'extended' ELSE 'overdue' END"""
    return Query(
        f"""
        SELECT p.id AS subject_id, CASE WHEN %(day)s <= t.counts_until THEN 1 ELSE 0 END AS met, 0 AS excluded,
               {reason} AS reason, ps.supervising_unit_id AS unit_id, NULL AS district_id, NULL AS subdistrict_id,
               '' AS kind, '' AS field
        FROM {sql.table(PartyOrganization)} p
        JOIN {sql.table(PartyOrganizationState)} ps ON ps.party_organization_id = p.id AND {sql.active("ps")}
        JOIN (SELECT party_organization_id, MAX(started_on) AS started_on FROM {sql.table(Term)}
              WHERE started_on <= %(day)s GROUP BY party_organization_id) recent ON recent.party_organization_id = p.id
        JOIN {sql.table(Term)} t ON t.party_organization_id = p.id AND t.started_on = recent.started_on
        WHERE {sql.active("p", "approved_on", "dissolved_on")}"""
    )
