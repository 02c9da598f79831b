"""Stored rows exactly as they were before and after an action, so that it can be undone.

An image is one row as plain JSON values by column. Encrypted columns are open in memory and sealed when an image is
kept (`seal`): no image in the database shows what the row itself hides.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django.apps import apps
from django.db import models
from django.db.models import QuerySet

from portal.core.crypto import EncryptedField, decrypt, encrypt
from portal.core.imports.register import upsert
from portal.core.imports.run import chosen
from portal.core.models import AuditEntry, RowImage

Image = dict[str, Any]
#: (label of the model, primary key) → the row
Images = dict[tuple[str, int], Image]


class Difference(NamedTuple):
    """One row that an action made (`before` None), changed or removed (`after` None)."""

    table: str
    row: int
    before: Image | None
    after: Image | None


def take(families: Iterable[QuerySet[Any]]) -> Images:
    """The rows of these querysets as they stand; one statement each."""
    return {(one._meta.label_lower, one.pk): _image(one) for rows in families for one in rows}


def _image(one: models.Model) -> Image:
    return {field.attname: _plain(getattr(one, field.attname)) for field in one._meta.concrete_fields}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def version(images: Images) -> str:
    """A short mark of what a record looks like: equal while nobody has changed any row of it."""
    rows = [[*key, sorted(image.items())] for key, image in sorted(images.items())]
    return hashlib.sha256(json.dumps(rows, default=str).encode()).hexdigest()[:32]


def differences(before: Images, after: Images) -> list[Difference]:
    """The rows that differ between two takes of the same families."""
    keys = sorted({*before, *after})
    return [Difference(*key, before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key)]


def keep(entry: AuditEntry, found: Iterable[Difference]) -> None:
    """Lay the differences beside the audit entry of the action."""
    RowImage.objects.bulk_create(
        [
            RowImage(entry=entry, table=t, row=row, before=_seal(t, before), after=_seal(t, after))
            for t, row, before, after in found
        ],
        batch_size=500,
    )


def kept(entry: AuditEntry) -> list[Difference]:
    """The differences that an action left."""
    return kept_of([entry.pk]).get(entry.pk, [])


def kept_of(entries: Iterable[int], *, undone: bool = True) -> dict[int, list[Difference]]:
    """The differences that actions (without those `undone`) left, by the key of their audit entry; one statement."""
    found: dict[int, list[Difference]] = defaultdict(list)
    rows = RowImage.objects.filter(entry__in=list(entries)).order_by("id")
    for one in rows if undone else rows.filter(entry__undone_by=None):
        before, after = _open(one.table, one.before), _open(one.table, one.after)
        found[one.entry_id].append(Difference(one.table, one.row, before, after))
    return found


def current(found: Iterable[Difference]) -> Images:
    """The rows of these differences as they stand now."""
    return take(chosen_rows(model, keys) for model, keys in by_model(found).items())


def standing(rows: Iterable[tuple[str, int]]) -> Images:
    """These rows (label of the model, primary key) as they stand now."""
    return current(Difference(*row, None, None) for row in rows)


def chosen_rows(model: type[models.Model], keys: Iterable[int]) -> Any:
    """The rows of a model with these primary keys."""
    return chosen(model, "pk", keys)


def by_model(found: Iterable[Difference]) -> dict[type[models.Model], set[int]]:
    """Which rows of which models."""
    touched: dict[type[models.Model], set[int]] = defaultdict(set)
    for one in found:
        touched[apps.get_model(one.table)].add(one.row)
    return touched


def write(found: Iterable[Difference]) -> None:
    """Write the `before` of each difference: what was removed or changed stands again."""
    rows: dict[type[models.Model], list[models.Model]] = defaultdict(list)
    for one in found:
        if one.before is not None:
            model = apps.get_model(one.table)
            fields = {field.attname: field for field in model._meta.concrete_fields}
            rows[model].append(model(**{name: fields[name].to_python(value) for name, value in one.before.items()}))
    for model, restored in sorted(rows.items(), key=lambda item: depth(item[0])):
        upsert(model, restored)


def depth(model: type[models.Model]) -> int:
    """How many models stand above one: rows that others hang on are written first and removed last."""
    return 1 + max((depth(one) for one in above(model).values() if one is not model), default=0)


def above(model: type[models.Model]) -> dict[str, type[models.Model]]:
    """The models that a model's rows hang on, by attribute."""
    return {
        f.attname: f.related_model
        for f in model._meta.concrete_fields
        if f.is_relation and isinstance(f.related_model, type)
    }


def touched(found: Iterable[Difference]) -> dict[type[models.Model], set[int]]:
    """What hooks must look at: these rows, and in the rooms what they hang on (a link's organization)."""
    rows: dict[type[models.Model], set[int]] = defaultdict(set)
    for one in found:
        model = apps.get_model(one.table)
        rows[model].add(one.row)
        for attname, other in above(model).items():
            if other._meta.app_label != "core" or model._meta.app_label == "core":
                rows[other] |= {i[attname] for i in (one.before, one.after) if i and i[attname] is not None}
    return rows


def _secret(table: str) -> set[str]:
    return {f.attname for f in apps.get_model(table)._meta.concrete_fields if isinstance(f, EncryptedField)}


def _seal(table: str, image: Image | None) -> Image | None:
    return _changed(table, image, encrypt)


def _open(table: str, image: Image | None) -> Image | None:
    return _changed(table, image, decrypt)


def _changed(table: str, image: Mapping[str, Any] | None, by: Any) -> Image | None:
    if image is None:
        return None
    secret = _secret(table)
    return {name: by(value) if name in secret and value else value for name, value in image.items()}
