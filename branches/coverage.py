"""The two coverage rates and `formation-due` (articles 3, 11): one SQL definition each.

The reason of an organization on a day is the first line that applies:

=============  ============================================================  ======  =====
reason         meaning                                                       branch  work
=============  ============================================================  ======  =====
`own`          active link to an active party organization, form 单独        met     met
`joint`        the same, form 联合 or 区域联合                               met     met
`hub`          the same, form 行业枢纽                                       met     met
`functional`   the same, only form 功能型 or 临时                            unmet   met
`instructor`   an active assignment of a 组织员, 指导员 or 联络员            unmet   met
`none`         nothing of these                                              unmet   unmet
=============  ============================================================  ======  =====

A party organization is active from its approval up to its dissolution; an expired term does not end it.
`formation-due` asks of the organizations with at least three full members of their own (firm count) whether an
own party organization covers them.
"""

from __future__ import annotations

import datetime

from branches.models import (
    CoveringLink,
    InstructorPosting,
    Membership,
    PartyOrganization,
    PartyOrganizationState,
)
from members.models import Member, MemberState
from orgs.population import population
from portal.core import sql
from portal.core.indicators import Query
from portal.core.policy import number, parameter

REASONS = {
    "own": "单独组建",
    "joint": "联合组建",
    "hub": "行业枢纽覆盖",
    "functional": "功能型党组织",
    "instructor": "派驻指导员",
    "none": "未覆盖",
}
BRANCH_MET = ("own", "joint", "hub")
WORK_MET = (*BRANCH_MET, "functional", "instructor")

_RANK_OF_FORM = "CASE ps.form WHEN 'OWN' THEN 1 WHEN 'JOINT' THEN 2 WHEN 'REGIONAL' THEN 2 WHEN 'HUB' THEN 3 ELSE 4 END"
_REASON_OF_RANK = "CASE c.rank WHEN 1 THEN 'own' WHEN 2 THEN 'joint' WHEN 3 THEN 'hub' WHEN 4 THEN 'functional' ELSE"


def _party_is_active() -> str:
    return sql.active("p", "approved_on", "dissolved_on")


def covered() -> str:
    """SQL for organization_id and the best rank among its active links to active party organizations."""
    return f"""
        SELECT l.organization_id, MIN({_RANK_OF_FORM}) AS rank
        FROM {sql.table(CoveringLink)} l
        JOIN {sql.table(PartyOrganization)} p ON p.id = l.party_organization_id AND {_party_is_active()}
        JOIN {sql.table(PartyOrganizationState)} ps ON ps.party_organization_id = p.id AND {sql.active("ps")}
        WHERE {sql.active("l")}
        GROUP BY l.organization_id"""


def firm_counts() -> str:
    """SQL for organization_id and its firm count on %(day)s: full members who work there and whose relation is
    held in an active party organization, of whatever form, that covers the organization; a person counts once."""
    return f"""
        SELECT ms.workplace_id AS organization_id, COUNT(DISTINCT m.person_id) AS firm
        FROM {sql.table(Membership)} h
        JOIN {sql.table(PartyOrganization)} p ON p.id = h.party_organization_id AND {_party_is_active()}
        JOIN {sql.table(Member)} m ON m.person_id = h.person_id
        JOIN {sql.table(MemberState)} ms ON ms.member_id = m.person_id AND {sql.active("ms")}
        JOIN {sql.table(CoveringLink)} l ON l.party_organization_id = p.id
             AND l.organization_id = ms.workplace_id AND {sql.active("l")}
        WHERE {sql.active("h")} AND m.converted_on <= %(day)s AND (m.left_on IS NULL OR m.left_on > %(day)s)
          AND ms.employment IN (%(employment)s)
        GROUP BY ms.workplace_id"""


def firm_on(day: datetime.date) -> str:
    """SQL for firm counts by the policy of `day`."""
    employment = parameter("firm-employment", day)
    assert isinstance(employment, tuple)
    return firm_counts().replace("%(employment)s", sql.choices(employment))


def _rates(met: tuple[str, ...]) -> Query:
    text = f"""
        SELECT u.organization_id AS subject_id,
               CASE WHEN u.reason IN ({sql.choices(met)}) THEN 1 ELSE 0 END AS met,
               u.excluded, u.reason, u.unit_id, u.district_id, u.subdistrict_id, u.kind, u.field
        FROM reasoned u"""
    return Query(text, shared={"reasoned": reasoned()}, reasoned="reasoned", met=met)


def reasoned() -> str:
    """SQL for U(%(day)s) with the reason of each organization."""
    posted = f"SELECT a.organization_id FROM {sql.table(InstructorPosting)} a WHERE {sql.active('a')}"
    return f"""
        SELECT u.*, {_REASON_OF_RANK}
               CASE WHEN u.organization_id IN ({posted}) THEN 'instructor' ELSE 'none' END END AS reason
        FROM ({population()}) u
        LEFT JOIN ({covered()}) c ON c.organization_id = u.organization_id"""


def branch_coverage(day: datetime.date) -> Query:
    """Subjects of `branch-coverage` (article 3)."""
    return _rates(BRANCH_MET)


def work_coverage(day: datetime.date) -> Query:
    """Subjects of `work-coverage` (articles 3 and 11)."""
    return _rates(WORK_MET)


def formation_due(day: datetime.date) -> Query:
    """Subjects of `formation-due` (article 3): those with a firm count of three or more; exclusions play no part."""
    return Query(
        """
        SELECT u.organization_id AS subject_id, CASE WHEN u.reason = 'own' THEN 1 ELSE 0 END AS met,
               0 AS excluded, u.reason, u.unit_id, u.district_id, u.subdistrict_id, u.kind, u.field
        FROM reasoned u
        JOIN firm f ON f.organization_id = u.organization_id
        WHERE f.firm >= %(enough)s""",
        {"enough": number("formation-members", day)},
        {"reasoned": reasoned(), "firm": firm_on(day)},
    )
