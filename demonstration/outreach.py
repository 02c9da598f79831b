"""Lawyers among the people (article 17): `legal-communities` and `legal-schools`.

A party organization serves as one of lawyers on a day when on that day, at the end of it, it is active and has an
active link, of whatever form, to an organization that is established and not closed and whose field recorded for
that day is 法律服务.

`legal-communities` asks of every community (社区) valid on D whether a party organization of lawyers of D has an
active 挂点 row on it. `legal-schools` asks of every primary or secondary school (中小学) valid on D whether a
法治宣讲 was begun there from 1 January to D of D's year by a party organization that was one of lawyers on that day.
A lecture counts by its first day alone, whenever it ended. Places without a first day were always there.
"""

from __future__ import annotations

import datetime

from branches.models import CoveringLink, PartyOrganization
from demonstration.models import Outreach, ServedPlace
from orgs.models import OrganizationState, SocialOrganization
from portal.core import sql
from portal.core.indicators import Query

REASONS = {"served": "已服务", "unserved": "未服务"}

_DAY = "%(day)s"


def _holds(alias: str, day: str, start: str = "valid_from", end: str = "valid_to") -> str:
    """SQL for "the half-open span of `alias` holds `day`"."""
    return f"{alias}.{start} <= {day} AND ({alias}.{end} IS NULL OR {alias}.{end} > {day})"


def _lawyers(party: str, day: str) -> str:
    """SQL that joins to `party` (a column) the organizations of lawyers `g` that it covers on `day`."""
    return f"""
        JOIN {sql.table(PartyOrganization)} p ON p.id = {party} AND {_holds("p", day, "approved_on", "dissolved_on")}
        JOIN {sql.table(CoveringLink)} k ON k.party_organization_id = p.id AND {_holds("k", day)}
        JOIN {sql.table(SocialOrganization)} g ON g.id = k.organization_id
             AND {_holds("g", day, "established_on", "closed_on")}
        JOIN {sql.table(OrganizationState)} gs ON gs.organization_id = g.id AND {_holds("gs", day)}
             AND gs.field = '{OrganizationState.Field.LEGAL_SERVICE}'"""


def linked() -> str:
    """SQL for who serves which place as its contact on %(day)s: place_id, code, valid_from, credit_code,
    registration_number; a line for each organization of lawyers that is covered."""
    return _serving(Outreach.Kind.LINK, _holds("t", _DAY), _DAY)


def lectured() -> str:
    """SQL for who lectured where from %(january)s to %(day)s; the same columns."""
    return _serving(Outreach.Kind.LECTURE, f"t.valid_from >= %(january)s AND t.valid_from <= {_DAY}", "t.valid_from")


def _serving(kind: Outreach.Kind, when: str, day: str) -> str:
    return f"""
        SELECT t.place_id, p.code, t.valid_from, g.credit_code, g.registration_number
        FROM {sql.table(Outreach)} t {_lawyers("t.party_organization_id", day)}
        WHERE t.kind = '{kind}' AND {when}"""


def lawyers() -> str:
    """SQL for the party organizations of lawyers on %(day)s: id, and the district of an organization of lawyers."""
    return f"""SELECT DISTINCT q.id, gs.district_id FROM {sql.table(PartyOrganization)} q {_lawyers("q.id", _DAY)}"""


def legal_communities(day: datetime.date) -> Query:
    """Subjects of `legal-communities` (article 17): communities, met where lawyers are their contact."""
    return Query(_places(ServedPlace.Kind.COMMUNITY, linked()))


def legal_schools(day: datetime.date) -> Query:
    """Subjects of `legal-schools` (article 17): schools, met where lawyers lectured this year."""
    return Query(_places(ServedPlace.Kind.SCHOOL, lectured()), january(day))


def january(day: datetime.date) -> dict[str, datetime.date]:
    """The first day of the year of `day`, as the parameter of `lectured`."""
    return {"january": day.replace(month=1, day=1)}


def _places(kind: ServedPlace.Kind, serving: str) -> str:
    """SQL for the places of a kind valid on %(day)s; served where `serving` names them."""
    return f"""
        SELECT s.id AS subject_id, CASE WHEN v.place_id IS NULL THEN 0 ELSE 1 END AS met, 0 AS excluded,
               CASE WHEN v.place_id IS NULL THEN 'unserved' ELSE 'served' END AS reason,
               CAST(NULL AS BIGINT) AS unit_id, s.district_id, CAST(NULL AS BIGINT) AS subdistrict_id,
               '' AS kind, '' AS field
        FROM {sql.table(ServedPlace)} s
        LEFT JOIN (SELECT DISTINCT place_id FROM ({serving}) w) v ON v.place_id = s.id
        WHERE s.kind = '{kind}' AND (s.valid_from IS NULL OR s.valid_from <= {_DAY})
          AND (s.valid_to IS NULL OR s.valid_to > {_DAY})"""
