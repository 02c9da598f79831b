"""Which imports an account sees."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from portal.core.models import ImportBatch, User
from portal.core.opaque import opaque, row_of
from portal.core.scoping import Scope

_LABEL = ImportBatch._meta.label_lower


def within(scope: Scope, actor: User) -> QuerySet[ImportBatch]:
    """The account's own imports, and what its units have written; a plan is its maker's alone. The label of a demo
    city is no import."""
    written = Q(committed=True) if scope.city_wide else Q(committed=True, unit_id__in=scope.unit_ids)
    return ImportBatch.objects.filter(Q(by_id=actor.pk) | written).exclude(kind="demo")


def key_of(batch: ImportBatch) -> str:
    """How an import is named in addresses."""
    return opaque(_LABEL, batch.pk)


def find(key: str, scope: Scope, actor: User) -> ImportBatch | None:
    """The import of this key, if the account sees it."""
    row = row_of(_LABEL, key)
    return (
        None
        if row is None
        else within(scope, actor).filter(pk=row).select_related("by", "unit", "entry__actor").first()
    )


#: an import has at most so many files: those of an office table
_FILES = 6


def _anywhere(lookup: str, value: object) -> Q:
    """Imports of whose files one answers to a lookup."""
    found = Q(pk__in=[])
    for position in range(_FILES):
        found |= Q(**{f"result__files__{position}__{lookup}": value})
    return found


def unfinished(scope: Scope, actor: User) -> QuerySet[ImportBatch]:
    """Imports of the account or of its own unit that left rows behind: a plan with errors, or written without them.

    What was written without some rows is done with once a later file of the same kind is written for the same unit:
    if that one leaves rows behind too, it takes the place of the first. What was taken back leaves nothing behind.
    """
    own = Q(by_id=actor.pk)
    if scope.home_unit_id:
        own |= Q(committed=True, unit_id=scope.home_unit_id)
    later = ImportBatch.objects.filter(committed=True, kind=OuterRef("kind"), pk__gt=OuterRef("pk"))
    later = later.filter(Q(unit_id=OuterRef("unit_id")) | Q(unit_id=None, by_id=OuterRef("by_id")))
    plans = Q(committed=False) & _anywhere("errors__0__isnull", False)
    written = Q(committed=True, entry__undone_by=None) & _anywhere("skipped__gt", 0) & ~Exists(later)
    return within(scope, actor).filter(own).filter(plans | written)
