"""Carries out a deed on many rows: a sheet of as many lines, checked, previewed and written like a form.

In prose. The rows that the account does not answer for, and those with a fault, are named with their sentence. The
rest is written as one action, if there are no such rows or the account asked to write only what is right. A fault
that every row has in a value common to all stands at the field.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db import transaction

from portal.core.entry import records, saving
from portal.core.entry.effects import Effect
from portal.core.entry.saving import REASON, Line, Outcome, Wish
from portal.core.imports import engine
from portal.core.imports.register import Register, registers
from portal.core.imports.run import everyone
from portal.core.models import AuditEntry, User
from portal.core.scoping import Scope
from portal.desk.deeds import Deed
from portal.desk.forms.declared import FORMS

_OUTSIDE = "不由本单位负责，请由负责的单位办理。"
#: stands for the reason of a correction while it is only tried
_UNSAID = "-"
_EFFECTIVE = "effective"


@dataclass(frozen=True)
class Faulty:
    """A row that cannot be written: its name and why."""

    name: str
    sentence: str


@dataclass
class Result:
    """What happened, or would: counts of rows, who cannot be written and why, what moves."""

    total: int
    changed: int = 0
    unchanged: int = 0
    faulty: list[Faulty] = field(default_factory=list)
    faults: dict[str, str] = field(default_factory=dict)
    effects: list[Effect] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    needs_reason: bool = False
    stale: bool = False
    #: nothing was written, because some rows cannot be
    held_back: bool = False
    version: str = ""
    entry: AuditEntry | None = None

    @property
    def stopped(self) -> bool:
        """Whether a value common to all keeps everything from being written."""
        return bool(self.faults.keys() - {REASON})


@dataclass
class Work:
    """One deed on these stored rows with these values common to all."""

    deed: Deed
    rows: Sequence[Any]
    account: User
    scope: Scope
    texts: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""

    @cached_property
    def register(self) -> Register:
        """What is written."""
        return registers()[self.deed.kind]

    @cached_property
    def own(self) -> list[Any]:
        """The rows that the account may do it to."""
        own = registers()[self.deed.of].changeable(self.scope)
        if self.deed.each and self.register.allowed_by is not None:
            own = self.register.allowed_by[1].objects.answered_for(self.scope)  # type: ignore[attr-defined]
        allowed = set(own.filter(pk__in=[row.pk for row in self.rows]).values_list("pk", flat=True))
        return [row for row in self.rows if row.pk in allowed]

    @property
    def outside(self) -> list[Any]:
        """The rows that another unit answers for."""
        allowed = {row.pk for row in self.own}
        return [row for row in self.rows if row.pk not in allowed]

    @cached_property
    def version(self) -> str:
        """The mark of how the rows stand that are to be changed."""
        return "" if self.deed.each else records.version_of(self.register, [row.pk for row in self.own])

    def name(self, row: Any) -> str:
        """A row in words, without the names of people."""
        return FORMS[self.deed.of].said(row)

    # ── trying and writing ──────────────────────────────────────────────────────────────────────────────────

    def missing(self) -> dict[str, str]:
        """The values that must be filled and are not."""
        empty = [name for name in self.deed.required if not self.texts.get(name)]
        faults = dict.fromkeys(empty, "请填写。")
        if not self.deed.each and not empty and not self._given - {_EFFECTIVE}:
            faults[self.deed.columns[0]] = "请至少填写一项要变更的内容。"
        return faults

    def preview(self) -> Result:
        """What writing would do; nothing is written."""
        return self._done(write=False, only_good=True)

    @transaction.atomic
    def write(self, *, only_good: bool, version: str) -> Result:
        """Write what is right: everything, or only the rows without faults if that was asked for."""
        engine.alone()
        if self.version != version:
            return Result(len(self.rows), stale=True, version=self.version)
        return self._done(write=True, only_good=only_good)

    def _done(self, *, write: bool, only_good: bool) -> Result:
        result = Result(len(self.rows), faults=self.missing(), version=self.version)
        if result.faults:
            return result
        result.faulty = [Faulty(self.name(row), _OUTSIDE) for row in self.outside]
        if write and result.faulty and not only_good:
            result.held_back = True
            return result
        lines = self._lines()
        outcome = self._try(lines, write=write)
        while lines and (bad := {number for number, name in outcome.faults if name != REASON}):
            self._sort(outcome, lines, result)
            lines = [line for number, line in enumerate(lines) if number not in bad]
            result.held_back = write and not only_good
            if result.faults or result.held_back:
                return result
            outcome = self._try(lines, write=write)
        return self._counted(outcome, result)

    def _try(self, lines: Sequence[tuple[Any, Line]], *, write: bool) -> Outcome:
        if not lines:
            return Outcome()
        wish = Wish(
            register=self.register,
            lines=[line for _, line in lines],
            action=self.deed.action[:48],
            actor=self.account,
            scope=self.scope,
            reason=self.reason if write else self.reason or _UNSAID,
            only=None if self.deed.each else self._given - {_EFFECTIVE},
        )
        return saving.save(wish) if write else saving.preview(wish)

    def _sort(self, outcome: Outcome, lines: Sequence[tuple[Any, Line]], result: Result) -> None:
        """Faults of every row stand at the field, others at their rows."""
        sentences: dict[int, list[str]] = {}
        for name in self.deed.columns:
            said = {text for (_, column), text in outcome.faults.items() if column == name}
            if len(said) == 1 and all((number, name) in outcome.faults for number in range(len(lines))):
                result.faults[name] = said.pop()
        for (number, name), text in outcome.faults.items():
            if name not in result.faults:
                sentences.setdefault(number, []).append(text)
        result.faulty += [Faulty(self.name(lines[n][0]), "".join(said)) for n, said in sorted(sentences.items())]

    def _counted(self, outcome: Outcome, result: Result) -> Result:
        result.changed, result.unchanged = outcome.created + outcome.updated, outcome.unchanged
        result.effects, result.entry = outcome.effects, outcome.entry
        result.remarks = list(dict.fromkeys(outcome.remarks))
        result.needs_reason = outcome.needs_reason
        if (0, REASON) in outcome.faults:
            result.faults[REASON] = outcome.faults[0, REASON]
        return result

    # ── the lines ───────────────────────────────────────────────────────────────────────────────────────────

    @property
    def _given(self) -> frozenset[str]:
        """The columns that were filled."""
        return frozenset(name for name in self.deed.columns if self.texts.get(name))

    def _lines(self) -> list[tuple[Any, Line]]:
        """Each row with what is wished of it."""
        if self.deed.each:
            common = {name: self.texts.get(name, "") for name in self.deed.columns}
            return [(row, Line({**common, self.deed.each: row.key})) for row in self.own]
        given = {name: self.texts[name] for name in self._given}
        stored = self._stored()
        return [(row, Line({**stored[row.pk], **given}, row.pk)) for row in self.own]

    def _stored(self) -> dict[int, dict[str, str]]:
        """What stands in the rows today, by column name; a few statements."""
        names = [column.name for column in self.register.export_columns]
        rows = everyone(self.register.model).filter(pk__in=[row.pk for row in self.own]).order_by("pk")
        cells = self.register.export_rows(rows)
        return {row.pk: dict(zip(names, one, strict=True)) for row, one in zip(self.own, cells, strict=True)}
