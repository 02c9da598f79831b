"""已在其他系统登记: a branch says that this month's matters are entered elsewhere, and is asked nothing until it ends.

It is said for every party organization that a secretary keeps, and holds to the end of its calendar month: what waits
for the secretary is held back, on the desk, among 待办 and in the daily letter. It is no fact about the party
organization: no figure, no list of a unit and no reminder to staff changes by it. Kept is nothing but the audit entry
of who said it when; taking it back is another that undoes it.
"""

from __future__ import annotations

import calendar
import datetime

from django.db import transaction
from django.db.models import QuerySet

from branches.models import PartyOrganization
from portal.core import audit
from portal.core.models import AuditEntry, User
from portal.core.scoping import Scope
from portal.core.validity import SHANGHAI

ACTION = "已在其他系统登记"
TAKEN_BACK = "收回：已在其他系统登记"


def last_day(day: datetime.date) -> datetime.date:
    """The last day of a month: as long as what was said in it holds."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def said(scope: Scope) -> list[AuditEntry]:
    """What was said this month for the secretary's own party organizations, oldest first: one entry for each, or
    none where somebody has not said it of all of them; one statement."""
    if scope.is_staff or not scope.own_party_organization_ids:
        return []
    begins = datetime.datetime.combine(scope.day.replace(day=1), datetime.time(), SHANGHAI)
    ends = datetime.datetime.combine(last_day(scope.day) + datetime.timedelta(days=1), datetime.time(), SHANGHAI)
    entries = AuditEntry.objects.filter(action=ACTION, at__gte=begins, at__lt=ends, undone_by=None)
    found = list(entries.filter(subject__in=_own(scope).values("code")).order_by("at", "id"))
    return found if len({entry.subject for entry in found}) == len(scope.own_party_organization_ids) else []


@transaction.atomic
def say(scope: Scope, account: User) -> None:
    """Say it for every own party organization; said again it changes nothing."""
    if said(scope):
        return
    until = last_day(scope.day)
    for code in _own(scope).order_by("code").values_list("code", flat=True):
        audit.record(actor=account, action=ACTION, subject=code, detail={"until": until.isoformat()})


@transaction.atomic
def take_back(scope: Scope, account: User) -> None:
    """Be asked again from now on."""
    for entry in said(scope):
        audit.record(actor=account, action=TAKEN_BACK, subject=entry.subject, undoes=entry)


def _own(scope: Scope) -> QuerySet[PartyOrganization]:
    return PartyOrganization.objects.within(scope).filter(pk__in=scope.own_party_organization_ids)
