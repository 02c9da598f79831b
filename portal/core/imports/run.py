"""What one run knows while it goes through the sheets: lookups, faulty rows, what was made and changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from django.db import models
from django.db.models import QuerySet

from portal.core.imports.columns import Row
from portal.core.imports.findings import Finding
from portal.core.imports.sheets import Changed, Options
from portal.core.imports.texts import as_code
from portal.core.roles import Role
from portal.core.scoping import ScopedModel

#: values of one IN (…); both engines take this many
CHUNK = 10_000


def everyone(model: type[models.Model]) -> QuerySet[Any]:
    """All rows of a model: an import acts for its scope by checking each row (IMP-108)."""
    if issubclass(model, ScopedModel):
        return model.objects.everyone()
    return model._default_manager.all()


def chosen(model: type[models.Model], field: str, values: Iterable[Any]) -> list[Any]:
    """The rows of a model whose `field` is one of `values`; one statement per ten thousand values."""
    wanted = sorted({value for value in values if value is not None})
    rows: list[Any] = []
    for start in range(0, len(wanted), CHUNK):
        rows += everyone(model).filter(**{f"{field}__in": wanted[start : start + CHUNK]})
    return rows


class Named(Protocol):
    """A register, as far as others name its rows."""

    title: str

    def find(self, texts: set[str], run: Run) -> Mapping[str, list[int]]:
        """Primary keys by the texts that name them."""

    def labels(self, keys: Iterable[int]) -> dict[int, str]:
        """How the audit names rows, by primary key."""


class Run:
    """The state of one run."""

    def __init__(self, options: Options, registers: Mapping[str, Named]) -> None:
        self.options = options
        self.registers = registers
        self.changes: list[Changed] = []
        self.touched: dict[type[models.Model], set[int]] = defaultdict(set)
        self.made: dict[type[models.Model], set[int]] = defaultdict(set)
        self.unreadable: set[str] = set()
        #: public keys of people whom this run named though another unit holds them
        self.held_elsewhere: set[str] = set()
        #: what a register keeps for the length of a run, by kind; gone when the register changes
        self.memory: dict[str, Any] = {}
        #: rows of the file being read by the texts that name them, for files that refer to themselves
        self.own_rows: dict[str, list[Row]] = {}
        #: rows by file that are written nowhere
        self.left_out: dict[str, set[int]] = defaultdict(set)
        #: what was found about faulty rows by register, file and position in the sheet
        self.said: dict[tuple[str, str, int], list[Finding]] = {}
        #: rows by file that some register refused, and those that some register wrote
        self.refused: dict[str, set[int]] = defaultdict(set)
        self.written: dict[str, set[int]] = defaultdict(set)
        self._faulty: dict[str, set[str]] = defaultdict(set)
        self._found: dict[str, dict[str, list[Any]]] = defaultdict(dict)

    @property
    def is_unrestricted(self) -> bool:
        """Whether this run may write everything (city staff and commands)."""
        scope = self.options.scope
        return scope.city_wide and Role.CITY_STAFF in scope.roles

    def leaves_out_more(self) -> bool:
        """Whether one register wrote rows that another one of the same file refused; those are now to be left out."""
        torn = {file: rows & self.written[file] for file, rows in self.refused.items()}
        for file, rows in torn.items():
            self.left_out[file] |= rows
        return any(torn.values())

    def anew(self) -> Run:
        """A run from the start that knows which rows to leave out, and what was found about them."""
        again = Run(self.options, self.registers)
        again.left_out, again.said = self.left_out, self.said
        return again

    def title(self, kind: str) -> str:
        """The Chinese word for a register."""
        return self.registers[kind].title

    def look_up(self, kind: str, texts: Iterable[str]) -> None:
        """Find these texts in a register, in sets, for `found`."""
        known = self._found[kind]
        wanted = {as_code(text) for text in texts if text} - known.keys()
        if wanted:
            found = self.registers[kind].find(wanted, self)
            known.update({text: sorted(set(found.get(text, ()))) for text in wanted})

    def found(self, kind: str, text: str) -> list[Any]:
        """The primary keys that a text names, as `look_up` found them."""
        return self._found[kind].get(as_code(text)) or []

    def forget(self, kind: str) -> None:
        """A register has changed: look it up anew."""
        self._found.pop(kind, None)
        self.memory.pop(kind, None)

    def mark_faulty(self, kind: str, texts: Iterable[str]) -> None:
        """Rows that these texts name are faulty in their own file."""
        self._faulty[kind] |= {as_code(text) for text in texts if text}

    def is_faulty(self, kind: str, text: str) -> bool:
        """Whether a text names a faulty row, or may name one of a file that could not be read."""
        return kind in self.unreadable or as_code(text) in self._faulty[kind]

    def allowed(self, model: type[models.Model], keys: Iterable[int]) -> set[int]:
        """Those of these rows that the scope may change, with those this run made itself."""
        wanted = set(keys)
        if self.is_unrestricted or not wanted:
            return wanted
        own = everyone(model).answered_for(self.options.scope)  # type: ignore[attr-defined]
        found = wanted & self.made[model]
        ordered = sorted(wanted - found)
        for start in range(0, len(ordered), CHUNK):
            found |= set(own.filter(pk__in=ordered[start : start + CHUNK]).values_list("pk", flat=True))
        return found
