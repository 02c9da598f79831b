"""我最近的修改: what an account did by hand or brought in by a file, newest first, and what of it can be undone.

An import is undone on its own page, which says how much that is.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Subquery
from django.urls import reverse

from portal.core.entry import undoing
from portal.core.imports import seen
from portal.core.models import AuditEntry, Change, ImportBatch, RowImage, User
from portal.core.scoping import Scope
from portal.desk.trail import names_of

#: how many a page shows
SHOWN = 10


@dataclass(frozen=True)
class OwnChange:
    """One action: what was done to which and how many records, whether it was undone or can be; `page` is where an
    import is looked at and undone."""

    entry: int
    at: datetime.datetime
    action: str
    subject: str
    records: int
    reason: str
    undone: bool
    may_undo: bool
    page: str = ""


def own_changes(account: User, scope: Scope) -> list[OwnChange]:
    """The account's last actions; a few statements at any number of them."""
    kept = Exists(RowImage.objects.filter(entry=OuterRef("pk")))
    undone = Exists(AuditEntry.objects.filter(undoes=OuterRef("pk")))
    keys = Change.objects.filter(entry=OuterRef("pk")).values("entry").annotate(n=Count("key", distinct=True))
    entries = AuditEntry.objects.filter(kept, actor=account).annotate(undone=undone, records=Subquery(keys.values("n")))
    found: list[Any] = list(entries.order_by("-pk")[:SHOWN])
    possible = undoing.possible(found, account, scope)
    names = names_of({key for one in found for key in one.subject.split()}, scope)
    return [
        OwnChange(
            entry=one.pk,
            at=one.at,
            action=one.action,
            subject=" ".join(names.get(key, key) for key in one.subject.split()),
            records=one.records,
            reason=one.reason,
            undone=one.undone,
            may_undo=one.pk in possible,
            page=_page_of(one),
        )
        for one in found
    ]


def _page_of(entry: AuditEntry) -> str:
    """The page of the import that an action wrote or took back."""
    batch = entry.detail.get("import")
    return reverse("import", args=[seen.key_of(ImportBatch(pk=batch))]) if batch else ""
