"""How many demonstration sites article 6 asks for: `city-sites` and `district-sites`.

A site is active on D from its naming up to, not including, its withdrawal, while its organization is not closed.

`city-sites` is a quota of the city alone: eligible is the number that the policy of the day asks for (10), met the
number of active city-level sites, at most that number. All active city-level sites are its subjects, each met.

`district-sites` asks each district and new district valid on D for at least 2 active district-level sites at
organizations whose recorded district on D it is. Sites of the city at organizations there do not fill its quota.
"""

from __future__ import annotations

import datetime

from demonstration.models import DemonstrationSite
from orgs.models import OrganizationState, ResponsibleSpan, SocialOrganization
from portal.core import sql
from portal.core.indicators import Query
from portal.core.models import District
from portal.core.policy import number

CITY_REASONS = {"named": "已命名"}
DISTRICT_REASONS = {"quota-met": "名额已满", "quota-short": "名额未满"}


def city_quota(day: datetime.date) -> int:
    """How many city-level sites the policy of `day` asks for."""
    return number("city-sites", day)


def active(*levels: str) -> str:
    """SQL from FROM on for the active sites `s` of some levels, their organizations `o` and the states `os` of these on
    %(day)s."""
    return f"""
        FROM {sql.table(DemonstrationSite)} s
        JOIN {sql.table(SocialOrganization)} o ON o.id = s.organization_id
             AND (o.closed_on IS NULL OR o.closed_on > %(day)s)
        LEFT JOIN {sql.table(OrganizationState)} os ON os.organization_id = o.id AND {sql.active("os")}
        WHERE s.level IN ({sql.choices(levels)}) AND {sql.active("s", "named_on", "withdrawn_on")}"""


def city_sites(day: datetime.date) -> Query:
    """Subjects of `city-sites`: every active city-level site, placed where its organization is."""
    answers = f"""
        (SELECT r.unit_id FROM {sql.table(ResponsibleSpan)} r
         WHERE r.organization_id = o.id AND {sql.active("r")})"""
    return Query(
        f"""
        SELECT s.id AS subject_id, 1 AS met, 0 AS excluded, 'named' AS reason, {answers} AS unit_id,
               os.district_id, os.subdistrict_id, '' AS kind, '' AS field
        {active(DemonstrationSite.Level.CITY)}"""
    )


def district_sites(day: datetime.date) -> Query:
    """Subjects of `district-sites`: every district valid on the day."""
    named = f"""
        SELECT os.district_id, COUNT(*) AS sites {active(DemonstrationSite.Level.DISTRICT)} GROUP BY os.district_id"""
    enough = "COALESCE(n.sites, 0) >= %(quota)s"
    return Query(
        f"""
        SELECT d.id AS subject_id, CASE WHEN {enough} THEN 1 ELSE 0 END AS met, 0 AS excluded,
               CASE WHEN {enough} THEN 'quota-met' ELSE 'quota-short' END AS reason,
               CAST(NULL AS BIGINT) AS unit_id, d.id AS district_id,
               CAST(NULL AS BIGINT) AS subdistrict_id, '' AS kind, '' AS field
        FROM {sql.table(District)} d LEFT JOIN ({named}) n ON n.district_id = d.id
        WHERE (d.valid_from IS NULL OR d.valid_from <= %(day)s) AND (d.valid_to IS NULL OR d.valid_to > %(day)s)""",
        {"quota": number("district-sites", day)},
    )
