"""The gates of the registry (article 11): `gate-review`.

Asked of every decision about a founding, a change or an annual inspection from 1 January to D of D's year, of all
organizations, also recorded-only (备案) and closed ones. Met: a party-building review is recorded, dated not later
than the decision; the day of the decision itself is in time.

Reasons: `reviewed` in time; `late` reviewed after the decision and by D; `missing` not reviewed by D. A review dated
after D has not happened on D, so that a review that comes late never rewrites an earlier day. Unit and district are
those of the organization on D, not of the day of the decision.
"""

from __future__ import annotations

import datetime

from django.db.models import F, Q

from orgs.models import OrganizationState, RegistryEvent, ResponsibleSpan
from portal.core import sql
from portal.core.indicators import Query

REASONS = {"reviewed": "已按时审核", "late": "决定后才审核", "missing": "未审核"}
#: the state of an event that is still to be decided and not yet reviewed; no figure asks of it
WAITING = "waiting"
STATES = {WAITING: "待审核", **REASONS}
SIGNS = {WAITING: "plain", "reviewed": "ok", "late": "warn", "missing": "bad"}


def gate_review(day: datetime.date) -> Query:
    """Subjects of `gate-review` (article 11)."""
    return Query(
        f"""
        SELECT e.id AS subject_id, CASE WHEN e.reviewed_on <= e.decided_on THEN 1 ELSE 0 END AS met, 0 AS excluded,
               CASE WHEN e.reviewed_on <= e.decided_on THEN 'reviewed' WHEN e.reviewed_on <= %(day)s THEN 'late'
                    ELSE 'missing' END AS reason,
               r.unit_id, s.district_id, CAST(NULL AS BIGINT) AS subdistrict_id, '' AS kind, '' AS field
        FROM {sql.table(RegistryEvent)} e
        JOIN {sql.table(OrganizationState)} s ON s.organization_id = e.organization_id AND {sql.active("s")}
        LEFT JOIN {sql.table(ResponsibleSpan)} r ON r.organization_id = e.organization_id AND {sql.active("r")}
        WHERE e.decided_on >= %(january)s AND e.decided_on <= %(day)s""",
        {"january": day.replace(month=1, day=1)},
    )


def state_of(event: RegistryEvent, day: datetime.date) -> str:
    """Where one event stands on a day: a reason, or `WAITING` while it is neither decided nor reviewed."""
    reviewed = event.reviewed_on
    if reviewed is not None and reviewed <= event.decided_on:
        return "reviewed"
    if reviewed is not None and reviewed <= day:
        return "late"
    return "missing" if event.decided_on <= day else WAITING


def in_state(state: str, day: datetime.date) -> Q:
    """The events that `state_of` puts into a state."""
    in_time = Q(reviewed_on__isnull=False, reviewed_on__lte=F("decided_on"))
    if state == "reviewed":
        return in_time
    late = Q(reviewed_on__gt=F("decided_on"), reviewed_on__lte=day)
    if state == "late":
        return late
    still_open = Q(reviewed_on__isnull=True) | Q(reviewed_on__gt=F("decided_on")) & Q(reviewed_on__gt=day)
    return still_open & (Q(decided_on__lte=day) if state == "missing" else Q(decided_on__gt=day))
