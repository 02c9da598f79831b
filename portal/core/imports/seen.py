"""Which imports an account sees."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from portal.core.models import ImportBatch, User
from portal.core.opaque import opaque, row_of
from portal.core.scoping import Scope

_LABEL = ImportBatch._meta.label_lower


def within(scope: Scope, actor: User) -> QuerySet[ImportBatch]:
    """The account's own imports, and what its units have written; a plan is its maker's alone."""
    written = Q(committed=True) if scope.city_wide else Q(committed=True, unit_id__in=scope.unit_ids)
    return ImportBatch.objects.filter(Q(by_id=actor.pk) | written)


def key_of(batch: ImportBatch) -> str:
    """How an import is named in addresses."""
    return opaque(_LABEL, batch.pk)


def find(key: str, scope: Scope, actor: User) -> ImportBatch | None:
    """The import of this key, if the account sees it."""
    row = row_of(_LABEL, key)
    return None if row is None else within(scope, actor).filter(pk=row).select_related("by", "unit").first()
