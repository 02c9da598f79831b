"""我最近的修改: what an account did by hand, newest first, and what of it can be undone."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Subquery

from portal.core.entry import undoing
from portal.core.models import AuditEntry, Change, RowImage, User
from portal.core.scoping import Scope

#: how many a page shows
SHOWN = 10


@dataclass(frozen=True)
class OwnChange:
    """One action by hand: what was done to which and how many records, whether it was undone or can be."""

    entry: int
    at: datetime.datetime
    action: str
    subject: str
    records: int
    reason: str
    undone: bool
    may_undo: bool


def own_changes(account: User, scope: Scope) -> list[OwnChange]:
    """The account's last actions by hand; a few statements at any number of them."""
    by_hand = Exists(RowImage.objects.filter(entry=OuterRef("pk")))
    undone = Exists(AuditEntry.objects.filter(undoes=OuterRef("pk")))
    keys = Change.objects.filter(entry=OuterRef("pk")).values("entry").annotate(n=Count("key", distinct=True))
    entries = AuditEntry.objects.filter(by_hand, actor=account).annotate(
        undone=undone, records=Subquery(keys.values("n"))
    )
    found: list[Any] = list(entries.order_by("-pk")[:SHOWN])
    possible = undoing.possible(found, account, scope)
    return [
        OwnChange(one.pk, one.at, one.action, one.subject, one.records, one.reason, one.undone, one.pk in possible)
        for one in found
    ]
