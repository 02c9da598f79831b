"""The coverage population U(D): which organizations count on a day, and in which groups (article 3).

U(D) = organizations established on or before D, not closed on D, whose registration mode is 登记 or empty.
Liquidation, dormancy and age remove nobody; only an approved exclusion does, and only from the adjusted rate.
"""

from __future__ import annotations

from orgs.models import Exclusion, OrganizationState, ResponsibleSpan, SocialOrganization
from portal.core import sql


def population() -> str:
    """SQL for U(%(day)s): organization_id, excluded (0/1), unit_id, district_id, subdistrict_id, kind, field."""
    excluded = f"SELECT e.organization_id FROM {sql.table(Exclusion)} e WHERE {sql.active('e')}"
    return f"""
        SELECT o.id AS organization_id, CASE WHEN o.id IN ({excluded}) THEN 1 ELSE 0 END AS excluded,
               r.unit_id, s.district_id, s.subdistrict_id, s.kind, s.field
        FROM {sql.table(SocialOrganization)} o
        JOIN {sql.table(OrganizationState)} s ON s.organization_id = o.id AND {sql.active("s")}
        LEFT JOIN {sql.table(ResponsibleSpan)} r ON r.organization_id = o.id AND {sql.active("r")}
        WHERE o.established_on <= %(day)s AND (o.closed_on IS NULL OR o.closed_on > %(day)s)
          AND s.mode <> '{OrganizationState.Mode.RECORDED}'"""
