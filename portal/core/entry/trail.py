"""What happened to one stored row: the audit changes that are about it, also those under a key it had before.

In prose. The audit knows a row by its public keys. A key can be corrected, and another row may then take it; so
changes under a key count while it was this row's: those whose action left an image of the row, and, of actions
without images (files, commands), those from before the key was given up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import reduce
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from portal.core.imports.columns import Column
from portal.core.imports.register import Register, registers
from portal.core.imports.widgets import Reference
from portal.core.models import Change, RowImage


def changes_of(register: Register, row: Any) -> QuerySet[Change]:
    """The changes of a stored row, unordered."""
    images = _images(register, row)
    current, past = keys_of(register, [row]), _past(register, row)
    of_files = ~Q(Exists(RowImage.objects.filter(entry=OuterRef("entry_id"))))
    by_hand = Q(Exists(images.filter(entry=OuterRef("entry_id"))))
    wanted = Q(key__in=[*current, *past]) & by_hand | Q(key__in=current) & of_files
    wanted |= Q(key__in=register.companions(row))
    for key, last in past.items():
        wanted |= Q(key=key, entry_id__lt=last) & of_files
    return Change.objects.filter(wanted, register=register.kind)


def _images(register: Register, row: Any) -> QuerySet[RowImage]:
    """The images of a row and of what is kept with it (its states, its terms)."""
    label = register.model._meta.label_lower
    found = Q(table=label, row=row.pk)
    for rows in register.family([row.pk]):
        fields = rows.model._meta.concrete_fields
        if any(field.related_model is register.model for field in fields) and rows.model is not register.model:
            found |= Q(table=rows.model._meta.label_lower, row__in=rows.values("pk"))
    return RowImage.objects.filter(found)


def _past(register: Register, row: Any) -> dict[str, int]:
    """The keys that a row had before, each with the last action that changed it."""
    fields = {field.attname: field for field in register.model._meta.concrete_fields}
    names = [name for name in register.key_names if name in fields]
    kept = RowImage.objects.filter(table=register.model._meta.label_lower, row=row.pk).order_by("id")
    last: dict[tuple[Any, ...], int] = {}
    for entry, before in kept.values_list("entry_id", "before"):
        if before:
            last[tuple(fields[name].to_python(before[name]) for name in names)] = entry
    last.pop(tuple(getattr(row, name) for name in names), None)
    found: dict[str, int] = {}
    for values, entry in last.items():
        one = register.model(**{f.attname: getattr(row, f.attname) for f in fields.values()})
        for name, value in zip(names, values, strict=True):
            setattr(one, name, value)
        found |= dict.fromkeys(keys_of(register, [one]), entry)
    return found


def keys_of(register: Register, rows: Iterable[Any]) -> set[str]:
    """The texts by which the audit may know these rows: references by what names them in the audit and in files,
    a row of several numbers by each of them and by all."""
    found: set[str] = set()
    for one in rows:
        if set(register.named_by) <= register.fields.keys() and register.named_by:
            found |= set(register.labels([one.pk]).values())
        for text in (_text(register, one, labels=True), _text(register, one, labels=False)):
            found.add(text)
        found |= {str(getattr(one, name) or "") for group in register.either for name in group if _open(register, name)}
    return found - {""}


def _open(register: Register, name: str) -> bool:
    return not register.fields[name].widget.secret


def _text(register: Register, one: Any, *, labels: bool) -> str:
    return " ".join(filter(None, _parts(register, one, labels=labels)))[:160]


def _parts(register: Register, one: Any, *, labels: bool) -> Iterator[str]:
    for column in register.keys:
        if isinstance(column.widget, Reference):
            yield _reference(register, column, one, labels=labels)
        elif not column.widget.secret:
            yield register.export_value(column, one)


def _reference(register: Register, column: Column, one: Any, *, labels: bool) -> str:
    if not labels:
        return register.export_value(column, one)
    assert isinstance(column.widget, Reference)
    pk = reduce(getattr, column.attname.split("__"), one)
    return registers()[column.widget.kind].labels([pk]).get(pk, "") if pk else ""
