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
from import_export.resources import Resource

from portal.core.discovery import discover
from portal.core.imports.columns import Column, Row
from portal.core.imports.findings import Fault
from portal.core.imports.run import Run, chosen, everyone
from portal.core.imports.sheets import Changed, Sheet
from portal.core.imports.texts import as_code
from portal.core.imports.widgets import OwnReference, Reference, parts
from portal.core.roles import Role
from portal.core.scoping import Scope, ScopedModel

#: who keeps registers by hand
CITY = frozenset({Role.CITY_STAFF})
UNITS = CITY | {Role.UNIT_STAFF}
SECRETARIES = UNITS | {Role.SECRETARY}

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
    #: the attributes of the stored key, where they are not simply those of the key columns
    key_names: tuple[str, ...] = ()
    #: lenient sheets may name people without a number
    takes_names = False
    named_by: tuple[str, ...] = ("code",)
    allowed_by: tuple[str, type[models.Model]] | None = None
    #: the roles that keep it by hand; which rows they may write, their scope says
    kept_by: frozenset[Role] = CITY
    #: relations that an export needs besides those of its columns
    export_paths: tuple[str, ...] = ()

    def __init__(self) -> None:
        super().__init__()
        for name, column in self.fields.items():
            column.name = name
            column.attribute = column.attribute or name
        self.columns: list[Column] = list(self.fields.values())
        self.keys = [column for column in self.columns if column.key]
        self.key_names = self.key_names or tuple(column.attname for column in self.keys)
        self.read_only = {column.attname for column in self.columns if not column.stored}
        self.by_attname = {column.attname: column for column in self.columns if column.stored}

    # ── being named by others ──────────────────────────────────────────────────────────────────────────────

    def find(self, texts: set[str], run: Run) -> Mapping[str, list[int]]:
        """Primary keys by the texts that name them; by default the public code."""
        return {row.code: [row.pk] for row in chosen(self.model, "code", texts)}

    def labels(self, keys: Iterable[int]) -> dict[int, str]:
        """How the audit names rows: by their public code."""
        return {row.pk: row.code for row in chosen(self.model, "pk", keys)}

    def named(self, rows: Iterable[Any]) -> dict[int, str]:
        """How the audit names stored rows: their keys, references by the public key of what they name."""
        keys = [one.pk for one in rows]
        found = everyone(self.model).filter(pk__in=keys).order_by("pk")
        shown = [column for column in self.export_columns if column.key]
        at = [self.export_columns.index(column) for column in shown]
        cells = zip(found.values_list("pk", flat=True), self.export_rows(found), strict=True)
        return {pk: " ".join(filter(None, (row[i] for i in at)))[:160] for pk, row in cells}

    def names(self, row: Row) -> list[str]:
        """The texts by which other rows may refer to this one."""
        return [part for name in self.named_by for part in parts(row.texts.get(name, ""))]

    def companions(self, one: Any) -> set[str]:
        """How the audit names what else a stored row shows, and is changed with it (a posting: the person)."""
        return set()

    # ── by hand ────────────────────────────────────────────────────────────────────────────────────────────

    def may_add(self, scope: Scope) -> bool:
        """Whether the scope may add rows at all."""
        return bool(scope.roles & self.kept_by)

    def visible(self, scope: Scope) -> QuerySet[Any]:
        """The rows that the scope may look at."""
        if issubclass(self.model, ScopedModel):
            return self.model.objects.within(scope)
        return self.model._default_manager.all()

    def changeable(self, scope: Scope) -> QuerySet[Any]:
        """The rows that the scope may change; `restrict` holds each write to it once more."""
        if not self.may_add(scope):
            return everyone(self.model).none()
        if issubclass(self.model, ScopedModel):
            return self.model.objects.answered_for(scope)
        return self.model._default_manager.all()

    def may_only_end(self, row: Any, scope: Scope) -> bool:
        """Whether the scope, of a row that it may change, may write no more than the columns that end it."""
        return False

    def family(self, keys: Iterable[int]) -> list[QuerySet[Any]]:
        """All rows in which these rows of the register are kept: what undo restores together."""
        return [everyone(self.model).filter(pk__in=list(keys))]

    def carried(self, keys: Iterable[int]) -> list[QuerySet[Any]]:
        """Rows that are no part of these rows and no records of their own, but go with them: undo brings them back."""
        return []

    def beside(self, lines: Iterable[Mapping[str, str]]) -> list[QuerySet[Any]]:
        """Stored rows of other tables that rows of these texts (by column name) name and may change as well."""
        return []

    def meet(self, rows: list[Row], sheet: Sheet) -> None:
        """Give rows the stored row that they are about, and what alone they write."""
        stored = {one.pk: one for one in chosen(self.model, "pk", sheet.about.values())}
        only = None if sheet.only is None else {name for column in sheet.only for name in self._attributes(column)}
        for row in rows:
            row.about, row.only = stored.get(sheet.about.get(row.number, 0)), only

    def _attributes(self, name: str) -> tuple[str, str]:
        """The attributes of a column: its value, and what was written where it names no unit."""
        column = self.fields[name]
        return column.attname, f"{column.attribute}_written"

    def clear(self, row: Row, column: Column) -> None:
        """Empty the stored value of a column; keys that are required, secrets and what is not stored stay."""
        if column.stored and not column.private and not column.required:
            column.widget.put(row, column, column.widget.nothing(self.blank(column.attname)))

    def blank(self, attname: str) -> Any:
        """What stands for "nothing" in an attribute."""
        return blank_of(self.model, attname)

    def held(self, row: Row) -> None:
        """IMP-107: another stored row has this key already."""
        column = self.keys[0]
        shown = column.widget.shown(row.texts.get(column.name, ""))
        row.find("IMP-107", column.heading, shown, "已另有一条相同的记录;请改那一条,或改用别的日期或编码")

    # ── reading ────────────────────────────────────────────────────────────────────────────────────────────

    def prepare(self, rows: list[Row], columns: list[Column], run: Run) -> None:
        """Look up everything that the rows refer to, one statement per register and ten thousand texts."""
        run.own_rows = {}
        for column in columns:
            if isinstance(column.widget, OwnReference):
                run.own_rows = self.rows_by_name(rows, columns)
            if isinstance(column.widget, Reference):
                run.look_up(column.widget.kind, {text for row in rows for _, text in row.filled(column)})

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
        for group in () if row.lenient and self.takes_names else self.either:
            if not any(row.texts.get(name) for name in group):
                wanted = [self.fields[name].heading for name in group]
                row.find("IMP-101", wanted[0], "", f"{' 与 '.join(wanted)} 至少填一项")
        self.check_days(row, row.values)

    def check_days(self, row: Row, values: Mapping[str, Any]) -> None:
        """IMP-109 on a day that stands before the day of its start; `values` may hold stored days as well."""
        for first, second in self.spans:
            start, end = values.get(self.fields[first].attname), values.get(self.fields[second].attname)
            if start and end and end < start:
                later = self.fields[second if row.texts.get(second) else first]
                text = f"“{self.fields[second].heading}”{end} 早于“{self.fields[first].heading}”{start};请核对两个日期"
                row.refuse(later, Fault("IMP-109", text))

    def complete(self, rows: list[Row], run: Run) -> None:
        """Questions to all rows together, after each was checked alone. Rooms add theirs."""
        known = [row for row in rows if row.about is not None and not row.faulty]
        stored = self.stored(known) if known else {}
        for row in known:
            holder = stored.get(self.stored_key(row))
            if holder is not None and holder.pk != row.about.pk:
                self.held(row)

    def key(self, row: Row) -> tuple[Any, ...] | None:
        """The key of a row; None where a part is missing or could not be read. A cell that is empty is a part of the
        key too, one whose text gave no value is not."""
        values = tuple(row.get(column.attname) for column in self.keys)
        lacking = (column for column, value in zip(self.keys, values, strict=True) if value is None)
        return None if any(column.required or row.texts.get(column.name) for column in lacking) else values

    def find_twins(self, rows: list[Row]) -> None:
        """IMP-106 on every row whose key stands above already."""
        first: dict[Any, int] = {}
        for row in rows:
            key = self.key(row)
            if key is None or row.unanswered or row.silent:
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
            row.subject = row.about or stored.get(self.stored_key(row))
            if row.subject is None:
                row.subject = self.make(row)
                row.outcome = "created"
                fresh.append(row.subject)
                run.changes.append(Changed(self.kind, subjects[row.number], None, None, row.texts.get("name", "")))
            elif self.assign(row.subject, self.stored_values(row), run, subjects[row.number]):
                row.outcome = "updated"
                changed.append(row.subject)
            else:
                row.outcome = "unchanged"
        self.model._default_manager.bulk_create(fresh, batch_size=BATCH)
        upsert(self.model, changed)
        run.made[self.model] |= {one.pk for one in fresh}
        run.touched[self.model] |= {one.pk for one in [*fresh, *changed]}

    def stored_key(self, row: Row) -> tuple[Any, ...]:
        """The key under which a row is stored."""
        return tuple(row.get(name) for name in self.key_names)

    def stored(self, rows: list[Row]) -> dict[tuple[Any, ...], Any]:
        """The stored rows by key, narrowed by the first part of the key."""
        found = chosen(self.model, self.key_names[0], (row.get(self.key_names[0]) for row in rows))
        return {tuple(getattr(one, name) for name in self.key_names): one for one in found}

    def make(self, row: Row) -> Any:
        """A new, unsaved row of the model."""
        return self.model(**self.stored_values(row))

    def stored_values(self, row: Row) -> dict[str, Any]:
        """The values of a row that are attributes of the model."""
        return {name: value for name, value in row.values.items() if name not in self.read_only}

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
            run.changes.append(Changed(self.kind, subject, self.by_attname[attname], before, after))

    def subjects(self, rows: list[Row], run: Run) -> dict[int, str]:
        """How the audit names each row: its key, references by the public key of what they name."""
        labels: dict[str, dict[int, str]] = {}
        for column in self.keys:
            if isinstance(column.widget, Reference):
                keys = {row.get(column.attname) for row in rows}
                labels[column.name] = run.registers[column.widget.kind].labels(keys)
        return {row.number: " ".join(filter(None, self._key_texts(row, labels)))[:160] for row in rows}

    def _key_texts(self, row: Row, labels: Mapping[str, Mapping[int, str]]) -> Iterator[str]:
        for column in self.keys:
            value = row.get(column.attname)
            if column.name in labels:
                yield labels[column.name].get(value, "")
            elif not column.widget.secret:
                yield column.widget.render(value)

    # ── going out ──────────────────────────────────────────────────────────────────────────────────────────

    @property
    def headings(self) -> list[str]:
        """The headings of an export: those of the public contract, without what never goes out."""
        return [column.goes_out_as for column in self.export_columns]

    @property
    def export_columns(self) -> list[Column]:
        """The columns that go out."""
        return [column for column in self.columns if not column.private and not column.lenient_only]

    def export_rows(self, queryset: QuerySet[Any]) -> Iterator[list[str]]:
        """The cells of an export, row by row, read in chunks."""
        paths = [str(c.attribute) for c in self.export_columns if c.widget.names_a_row]
        for one in queryset.select_related(*paths, *self.export_paths).iterator(chunk_size=BATCH):
            yield [self.export_value(column, one) for column in self.export_columns]

    def export_value(self, column: Column, one: Any) -> str:
        """One cell of an export; where a unit could not be resolved, what was written."""
        return str(column.export(one)) or getattr(one, f"{column.attribute}_written", "")


def blank_of(model: type[models.Model], attname: str) -> Any:
    """What stands for "nothing" in an attribute of a model."""
    field = next(field for field in model._meta.concrete_fields if field.attname == attname)
    return None if field.null else field.get_default()


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
    discover("resources")
    return _registers


def hooks() -> list[Hook]:
    """What follows an import, in the order of the rooms."""
    discover("resources")
    return _hooks
