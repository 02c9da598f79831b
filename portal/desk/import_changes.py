"""What an import changes, row by row: new rows by name, changed cells before and after.

A plan keeps its first changes (`portal.desk.uploads`), a commit has all of them in its audit entry. Both are in the
words of the audit, so nothing stands in them that a page must not show; names are put beside codes as far as the
account may read them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.urls import reverse

from portal.core.audit import ChangeOf
from portal.core.imports.engine import ADDED, ENCRYPTED
from portal.core.imports.register import registers
from portal.core.imports.widgets import Reference
from portal.core.models import AuditEntry, Change, ImportBatch, RowImage
from portal.core.scoping import Scope
from portal.core.sentences import as_page
from portal.desk.forms.declared import FORMS
from portal.desk.forms.shape import Saved
from portal.desk.trail import NAMES, Item

#: changes of one page
PAGE_SIZE = 100
#: written rows that a page leads to one by one; of more it leads to the list
_FEW = 20


@dataclass(frozen=True)
class Line:
    """One row of a register: its name where the account may read it, its key, whether it is new, its changed cells."""

    title: str
    name: str
    key: str
    is_new: bool
    cells: list[Item] = field(default_factory=list)


@dataclass(frozen=True)
class Shown:
    """One page of the changes: the rows that are new and the cells that change of all, how many are told here."""

    created: int
    changed: int
    told: int
    page: Page[Any]
    lines: list[Line]

    @property
    def total(self) -> int:
        """All changes."""
        return self.created + self.changed


def shown(batch: ImportBatch, scope: Scope, wanted: str = "", number: str | None = None) -> Shown:
    """A page of what an import changes; `wanted` is created, changed or all."""
    entry = batch.entry
    changes = _planned(batch, wanted) if entry is None else _written(entry, wanted)
    created, changed = _sums(batch)
    page = Paginator(changes, PAGE_SIZE).get_page(number)
    told = len(batch.planned.get("told", [])) if entry is None else created + changed
    return Shown(created, changed, told, page, list(_lines(list(page), scope)))


def every(entry: AuditEntry) -> Iterator[ChangeOf]:
    """All changes of a commit."""
    rows = entry.changes.order_by("pk").values_list("register", "key", "column", "before", "after")
    return (ChangeOf(*row) for row in rows.iterator())


def _sums(batch: ImportBatch) -> tuple[int, int]:
    if batch.entry is None:
        return batch.planned.get("created", 0), batch.planned.get("changed", 0)
    created = batch.entry.changes.filter(column=ADDED).count()
    return created, batch.entry.changes.count() - created


def _planned(batch: ImportBatch, wanted: str) -> list[Change]:
    told = (Change(**ChangeOf(*one)._asdict()) for one in batch.planned.get("told", []))
    return [one for one in told if not wanted or (one.column == ADDED) is (wanted == "created")]


def _written(entry: AuditEntry, wanted: str) -> Any:
    of_new = Q(column=ADDED)
    asked = {"created": of_new, "changed": ~of_new}.get(wanted, Q())
    return entry.changes.filter(asked).order_by("pk")


def _lines(changes: Sequence[Change], scope: Scope) -> Iterator[Line]:
    """Changes of one row that follow one another as one line."""
    names = _Names(changes, scope)
    for (kind, key), of_row in groupby(changes, key=lambda one: (one.register, one.key)):
        ones = list(of_row)
        fresh = [one for one in ones if one.column == ADDED]
        name = fresh[0].after if fresh else ""
        cells = [names.cell(one) for one in ones if one.column != ADDED]
        yield Line(registers()[kind].title, name or names.of_row(kind, key), key, bool(fresh), cells)


class _Names:
    """Names beside the codes of changes; one statement per register referred to."""

    def __init__(self, changes: Sequence[Change], scope: Scope) -> None:
        asked: dict[str, set[str]] = {}
        for one in changes:
            for kind, text in self._named(one):
                asked.setdefault(kind, set()).add(text)
        self.names = {kind: NAMES[kind](scope, texts - {""}) for kind, texts in asked.items() if kind in NAMES}

    def _named(self, change: Change) -> Iterable[tuple[str, str]]:
        """What a change names: (kind, text that names a row of it)."""
        kind = self._kind_of(change.register, change.column)
        return [self._row(change.register, change.key), *((kind, text) for text in (change.before, change.after))]

    @staticmethod
    def _row(kind: str, key: str) -> tuple[str, str]:
        """A row of several keys is named by what its first one names."""
        first = registers()[kind].keys[0].widget
        if kind not in NAMES and isinstance(first, Reference):
            return first.kind, key.split(" ")[0]
        return kind, key

    @staticmethod
    def _kind_of(kind: str, heading: str) -> str:
        widgets = {h: column.widget for column in registers()[kind].columns for h in column.headings}
        widget = widgets.get(heading)
        return widget.kind if isinstance(widget, Reference) else ""

    def of_row(self, kind: str, key: str) -> str:
        """The name of a row."""
        of, text = self._row(kind, key)
        return str(self.names.get(of, {}).get(text, ""))

    def cell(self, change: Change) -> Item:
        """A changed cell, references by name and code."""
        names = self.names.get(self._kind_of(change.register, change.column), {})
        before, after = (_said(text, names) for text in (change.before, change.after))
        return Item(change.column, before, after)


def _said(text: str, names: Mapping[str, str]) -> str:
    if text == ENCRYPTED:
        return as_page(text)
    return f"{names[text]}（{text}）" if text in names else text


# ── onward ──────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Way:
    """A link onward to what was written."""

    word: str
    href: str


def ways(batch: ImportBatch, scope: Scope) -> list[Way]:
    """The pages of the rows that a commit wrote, where they are few and were kept; else the lists of its registers."""
    return _rows(batch, scope) or _lists(batch)


def _rows(batch: ImportBatch, scope: Scope) -> list[Way]:
    kept = RowImage.objects.filter(entry=batch.entry, after__isnull=False)
    found = list(kept.values_list("table", "row")[: 3 * _FEW])
    ways: dict[str, Way] = {}
    for kind in _kinds(batch):
        register, form = registers()[kind], FORMS[kind]
        keys = [row for table, row in found if table == register.model._meta.label_lower]
        for row in register.visible(scope).filter(pk__in=keys):
            href = form.home(Saved(row, scope))
            said = form.said(row)
            ways.setdefault(href, Way(f"{form.noun}：{said}" if said else form.noun, href))
    return list(ways.values()) if len(ways) <= _FEW and len(found) < 3 * _FEW else []


def _lists(batch: ImportBatch) -> list[Way]:
    return [Way(f"{registers()[kind].title}列表", reverse(FORMS[kind].slug)) for kind in _kinds(batch)]


def _kinds(batch: ImportBatch) -> list[str]:
    """The registers in which a commit wrote something."""
    files = batch.result.get("files", [])
    return list(dict.fromkeys(one["kind"] for one in files if one["created"] or one["updated"]))
