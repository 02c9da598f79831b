"""Training of secretaries and party workers (article 9): `secretary-training`.

Asked of people who on D hold the post of secretary or party worker in an active party organization, or who
held such posts on at least 183 days of 1 January … D of D's year. Posts count only on days on which their
party organization was active; overlapping posts count each day once (the union of the intervals). Leaving does
not end a post. Deputies and committee members are not asked for.

Met: in that same span at least one concentrated course attended and at least 3.0 days of concentrated courses
together. A course belongs to the year of its first day and counts up to D when its first day is on or before D;
0 days is not attended. Other forms are shown beside, they do not count.
"""

from __future__ import annotations

import datetime

from branches.models import PartyOrganization, PartyOrganizationState, Post
from branches.models.posts import TRAINED_ROLES
from portal.core import sql
from portal.core.indicators import Query
from portal.core.policy import number
from training.models import Attendance, Course

REASONS = {"trained": "已达标", "too-few-days": "天数不足", "no-concentrated": "未参加集中培训"}


def _posts() -> str:
    """SQL for the stretches of posts of this year up to %(day)s, as day numbers [first, past), clipped to the
    life of their party organization."""
    first = sql.greatest(*(sql.day_number(column) for column in ("t.valid_from", "p.approved_on", "%(january)s")))
    past = sql.least(
        sql.day_number("COALESCE(t.valid_to, %(tomorrow)s)"),
        sql.day_number("COALESCE(p.dissolved_on, %(tomorrow)s)"),
        sql.day_number("%(tomorrow)s"),
    )
    return f"""
        SELECT t.person_id, t.party_organization_id, p.code, {first} AS first, {past} AS past
        FROM {sql.table(Post)} t
        JOIN {sql.table(PartyOrganization)} p ON p.id = t.party_organization_id
        WHERE t.role IN ({sql.choices(tuple(str(role) for role in TRAINED_ROLES))})
          AND t.valid_from <= %(day)s AND (t.valid_to IS NULL OR t.valid_to > %(january)s)"""


def _asked() -> str:
    """SQL for the people asked of, with the lowest code of the party organizations that place them.

    The length of a union of intervals is the sum of what each adds beyond the furthest end before it.
    """
    so_far = (
        "MAX(past) OVER (PARTITION BY person_id ORDER BY first, past ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
    )
    tomorrow = sql.day_number("%(tomorrow)s")
    code = sql.by_bytes("code")
    return f"""
        SELECT person_id,
               COALESCE(MIN(CASE WHEN past = {tomorrow} THEN {code} END), MIN({code})) AS code
        FROM (SELECT person_id, code, past,
                     CASE WHEN seen IS NULL OR seen < first THEN past - first
                          WHEN seen < past THEN past - seen ELSE 0 END AS adds
              FROM (SELECT person_id, code, first, past, {so_far} AS seen
                    FROM ({_posts()}) clipped WHERE first < past) walked) lengths
        GROUP BY person_id
        HAVING MAX(past) = {tomorrow} OR SUM(adds) >= %(held)s"""


def secretary_training(day: datetime.date) -> Query:
    """Subjects of `secretary-training` (article 9), placed at the unit of their lowest-coded party organization."""
    days = f"""
        SELECT a.person_id, SUM(a.days) AS days
        FROM {sql.table(Attendance)} a
        WHERE a.days > 0 AND a.course_id IN (
            SELECT k.id FROM {sql.table(Course)} k WHERE k.mode = '{Course.Mode.CONCENTRATED}'
               AND k.starts_on >= %(january)s AND k.starts_on <= %(day)s)
        GROUP BY a.person_id"""
    return Query(
        f"""
        SELECT q.person_id AS subject_id, CASE WHEN d.days >= %(floor)s THEN 1 ELSE 0 END AS met, 0 AS excluded,
               CASE WHEN d.days IS NULL THEN 'no-concentrated' WHEN d.days >= %(floor)s THEN 'trained'
                    ELSE 'too-few-days' END AS reason,
               ps.supervising_unit_id AS unit_id,
               CAST(NULL AS BIGINT) AS district_id, CAST(NULL AS BIGINT) AS subdistrict_id,
               '' AS kind, '' AS field
        FROM ({_asked()}) q
        LEFT JOIN {sql.table(PartyOrganization)} p ON p.code = q.code
        LEFT JOIN {sql.table(PartyOrganizationState)} ps ON ps.party_organization_id = p.id AND {sql.active("ps")}
        LEFT JOIN ({days}) d ON d.person_id = q.person_id""",
        {
            "january": day.replace(month=1, day=1),
            "tomorrow": day + datetime.timedelta(days=1),
            "held": number("training-held-days", day),
            "floor": number("training-days-hundredths", day),
        },
    )
