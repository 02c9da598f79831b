"""The one declaration of a register's exchanged columns, and how its rows are checked and written.

A room's `resources.py` holds one `Register` per file of the public contract: a django-import-export Resource whose
fields are `Column`s. Rows with a natural key are written by `Register` itself; registers of subjects with dated
states by `portal.core.imports.stateful.StatefulRegister`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.utils.module_loading import autodiscover_modules
from import_export.resources import Resource

from portal.core.imports.columns import Column, Row
from portal.core.imports.run import Changed, Run, chosen
from portal.core.imports.texts import as_code
from portal.core.imports.widgets import OwnReference, Reference, parts

#: rows of one INSERT
BATCH = 2000


class Register(Resource):
    """Rows of `model`, each known by its key columns.

    `either` are groups of columns of which one must be filled; `spans` pairs of columns (start, end) in whose
    order days must stand; `named_by` the columns by whose text other files name a row; `allowed_by` the column
    and model by which a scope that is not the city's may write (None: city staff only).
    """

    kind = ""
    title = ""
    model: type[models.Model]
    either: tuple[tuple[str, ...], ...] = ()
    spans: tuple[tuple[str, str], ...] = ()
    named_by: tuple[str, ...] = ("code",)
    allowed_by: tuple[str, type[models.Model]] | None = None

    def __init__(self) -> None:
        super().__init__()
        for name, column in self.fields.items():
            column.name = name
            column.attribute = column.attribute or name
        self.columns: list[Column] = list(self.fields.values())
        self.keys = [column for column in self.columns if column.key]
        self.by_attname = {column.attname: column for column in self.columns if column.stored}

    # ── being named by others ──────────────────────────────────────────────────────────────────────────────

    def find(self, texts: set[str], run: Run) -> Mapping[str, list[int]]:
        """Primary keys by the texts that name them; by default the public code."""
        return {row.code: [row.pk] for row in chosen(self.model, "code", texts)}

    def labels(self, keys: Iterable[int]) -> dict[int, str]:
        """How the audit names rows: by their public code."""
        return {row.pk: row.code for row in chosen(self.model, "pk", keys)}

    def names(self, row: Row) -> list[str]:
        """The texts by which other rows may refer to this one."""
        return [part for name in self.named_by for part in parts(row.texts.get(name, ""))]

    # ── reading ────────────────────────────────────────────────────────────────────────────────────────────

    def prepare(self, rows: list[Row], columns: list[Column], run: Run) -> None:
        """Look up everything that the rows refer to, one statement per register and ten thousand texts."""
        run.own_rows = {}
        for column in columns:
            if isinstance(column.widget, OwnReference):
                run.own_rows = self.rows_by_name(rows, columns)
            if isinstance(column.widget, Reference):
                texts = {str(row.text_of(column)) for row in rows}
                run.look_up(column.widget.kind, {as_code(text) for text in texts})

    def rows_by_name(self, rows: list[Row], columns: list[Column]) -> dict[str, list[Row]]:
        """The rows of this file by the texts that name them."""
        found: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            texts = [row.text_of(column) for column in columns if column.name in self.named_by]
            for name in {as_code(part) for text in texts for part in parts(text)}:
                found[name].append(row)
        return found

    def check(self, row: Row, run: Run) -> None:
        """Questions to one row: something of each `either` group, days in order. Rooms add theirs."""
        for group in self.either:
            if not any(row.texts.get(name) for name in group):
                wanted = [self.fields[name].heading for name in group]
                row.find("IMP-101", wanted[0], "", f"{' 与 '.join(wanted)} 至少填一项")
        for first, second in self.spans:
            start, end = row.get(self.fields[first].attname), row.get(self.fields[second].attname)
            if start and end and end < start:
                heading = self.fields[second].heading
                row.find(
                    "IMP-109", heading, row.texts[second], f"早于“{self.fields[first].heading}”{start};请核对两个日期"
                )

    def complete(self, rows: list[Row], run: Run) -> None:
        """Questions to all rows together, after each was checked alone. Rooms add theirs."""

    def key(self, row: Row) -> tuple[Any, ...] | None:
        """The key of a row; None where a part could not be read."""
        values = tuple(row.get(column.attname) for column in self.keys)
        required = [value for column, value in zip(self.keys, values, strict=True) if column.required]
        return None if any(value is None for value in required) else values

    def find_twins(self, rows: list[Row]) -> None:
        """IMP-106 on every row whose key stands above already."""
        first: dict[Any, int] = {}
        for row in rows:
            key = self.key(row)
            if key is None or row.unanswered:
                continue
            if key in first:
                column = self.keys[0]
                shown = column.widget.shown(row.texts.get(column.name, ""))
                row.find("IMP-106", column.heading, shown, f"与第 {first[key]} 行重复;请只保留一行")
            else:
                first[key] = row.number

    def leans_on_faulty(self, row: Row) -> bool:
        """Whether a row refers to a row of its own file that cannot be written."""
        return any(isinstance(value, Row) and not value.is_good for value in row.values.values())

    def restrict(self, rows: list[Row], run: Run) -> None:
        """IMP-108 on rows that the scope of this run may not write."""
        if run.is_unrestricted:
            return
        if self.allowed_by is None:
            for row in rows:
                self.forbid(row, "只有市级工作人员可以维护;请报市级处理")
            return
        attname, model = self.allowed_by
        allowed = run.allowed(model, {row.get(attname) for row in rows if row.get(attname) is not None})
        for row in rows:
            if row.get(attname) not in allowed:
                self.forbid(row, "不在本单位负责的范围;请由负责的单位填报")

    def forbid(self, row: Row, message: str) -> None:
        """One IMP-108, on the first column of the row's key."""
        column = self.keys[0]
        row.find("IMP-108", column.heading, column.widget.shown(row.texts.get(column.name, "")), message)

    # ── writing ────────────────────────────────────────────────────────────────────────────────────────────

    def write(self, rows: list[Row], run: Run) -> None:
        """Create what is new, change what differs; a few statements at any number of rows."""
        stored = self.stored(rows)
        fresh: list[Any] = []
        changed: list[Any] = []
        subjects = self.subjects(rows, run)
        for row in rows:
            row.subject = stored.get(self.key(row) or ())
            if row.subject is None:
                row.subject = self.make(row)
                row.outcome = "created"
                fresh.append(row.subject)
                run.changes.append(Changed(self, subjects[row.number], None, None, str(row.subject)))
            elif self.assign(row.subject, row.values, run, subjects[row.number]):
                row.outcome = "updated"
                changed.append(row.subject)
            else:
                row.outcome = "unchanged"
        self.model._default_manager.bulk_create(fresh, batch_size=BATCH)
        upsert(self.model, changed)
        run.made[self.model] |= {one.pk for one in fresh}
        run.touched[self.model] |= {one.pk for one in [*fresh, *changed]}

    def stored(self, rows: list[Row]) -> dict[tuple[Any, ...], Any]:
        """The stored rows by key, narrowed by the first key column."""
        first = self.keys[0].attname
        found = chosen(self.model, first, (row.get(first) for row in rows))
        return {tuple(getattr(one, column.attname) for column in self.keys): one for one in found}

    def make(self, row: Row) -> Any:
        """A new, unsaved row of the model."""
        return self.model(**row.values)

    def assign(self, one: Any, values: Mapping[str, Any], run: Run, subject: str) -> bool:
        """Lay `values` into a stored row, noting each change; whether there was one."""
        differs = False
        for attname, value in values.items():
            before = getattr(one, attname)
            if before != value:
                setattr(one, attname, value)
                self.note(run, subject, attname, before, value)
                differs = True
        return differs

    def note(self, run: Run, subject: str, attname: str, before: Any, after: Any) -> None:
        """Keep one change for the audit entry; attributes that are no column of their own are left out."""
        if attname in self.by_attname:
            run.changes.append(Changed(self, subject, self.by_attname[attname], before, after))

    def subjects(self, rows: list[Row], run: Run) -> dict[int, str]:
        """How the audit names each row: the texts of its key, people by their opaque id."""
        labels: dict[str, dict[int, str]] = {}
        for column in self.keys:
            if column.private and isinstance(column.widget, Reference):
                keys = {row.get(column.attname) for row in rows}
                labels[column.name] = run.registers[column.widget.kind].labels(keys)
        return {
            row.number: " ".join(
                labels[c.name].get(row.get(c.attname), "") if c.name in labels else row.texts.get(c.name, "")
                for c in self.keys
                if c.name in labels or not c.private
            )
            for row in rows
        }

    # ── going out ──────────────────────────────────────────────────────────────────────────────────────────

    @property
    def headings(self) -> list[str]:
        """The headings of an export: those of the public contract, without what never goes out."""
        return [column.heading for column in self.export_columns]

    @property
    def export_columns(self) -> list[Column]:
        """The columns that go out."""
        return [column for column in self.columns if not column.private and not column.lenient_only]

    def export_rows(self, queryset: QuerySet[Any]) -> Iterator[list[str]]:
        """The cells of an export, row by row, read in chunks."""
        paths = [str(c.attribute) for c in self.export_columns if c.widget.names_a_row]
        for one in queryset.select_related(*paths).iterator(chunk_size=BATCH):
            yield [column.export(one) for column in self.export_columns]


def upsert(model: type[models.Model], rows: list[Any]) -> None:
    """Write changed rows back, one statement per batch (INSERT … ON CONFLICT DO UPDATE)."""
    fields = [field.name for field in model._meta.concrete_fields if not field.primary_key]
    if rows:
        model._default_manager.bulk_create(
            rows, batch_size=BATCH, update_conflicts=True, unique_fields=[model._meta.pk.name], update_fields=fields
        )


# ── the registry ────────────────────────────────────────────────────────────────────────────────────────────

Hook = Callable[[Mapping[type[models.Model], set[int]]], None]
_registers: dict[str, Register] = {}
_hooks: list[Hook] = []


def register(*classes: type[Register]) -> None:
    """Open registers to imports, exports and API. Rooms stand on one another, so the order of registration is
    the order of dependency."""
    for one in classes:
        _registers[one.kind] = one()


def after_import(hook: Hook) -> Hook:
    """Call `hook` in the transaction of every committed import, with the touched primary keys by model."""
    _hooks.append(hook)
    return hook


def registers() -> dict[str, Register]:
    """All registers by kind, in order of dependency."""
    autodiscover_modules("resources")
    return _registers


def hooks() -> list[Hook]:
    """What follows an import, in the order of the rooms."""
    autodiscover_modules("resources")
    return _hooks
