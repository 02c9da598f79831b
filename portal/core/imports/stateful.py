"""Registers of subjects whose facts are dated: units, organizations, party organizations, members.

First import: a fact without a date of its own holds for the whole life. A later differing value corrects the whole
life; with 变更生效日期 the old value holds before that day (`portal.core.validity.revise`).
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db.models import QuerySet

from portal.core.imports.circles import refuse_circles
from portal.core.imports.columns import Column, Row
from portal.core.imports.register import BATCH, Register, blank_of, upsert
from portal.core.imports.run import Run, chosen
from portal.core.imports.sheets import Changed
from portal.core.imports.widgets import Day, OwnReference
from portal.core.validity import BEGINNING, Revision, State, active_on, revise, today


class EffectiveDay(Column):
    """变更生效日期: from when the values of this row hold; never goes out."""

    def __init__(self) -> None:
        super().__init__("变更生效日期", Day(), stored=False, private=True, attribute="effective")


class StatefulRegister(Register):
    """Rows of `model` with states of `state_model`; columns marked `dated` are facts of the state.

    `mirrored` are facts that the subject repeats as of today, for lists. Of the columns `kept_as_former` a value that
    gives way on a day is kept among the former ones.
    """

    state_model: type[State]
    mirrored: tuple[str, ...] = ()
    kept_as_former: tuple[str, ...] = ()

    def __init__(self) -> None:
        super().__init__()
        self.facts = set(self.state_model.facts())

    def match(self, rows: list[Row], run: Run) -> None:
        """Find the stored subject of each row, in sets; by default by the key."""
        stored = self.stored(rows)
        for row in rows:
            row.subject = stored.get(self.stored_key(row))

    def complete(self, rows: list[Row], run: Run) -> None:
        """Match the rows to their stored subjects; days in order also beside what is stored; nobody above itself."""
        self.match(rows, run)
        for row in rows:
            if row.about is not None:
                if row.subject is not None and row.subject.pk != row.about.pk:
                    self.held(row)
                row.subject = row.about
            if row.subject is not None and not row.faulty:
                self.check_days(row, {**self.stored_days(row.subject), **row.values})
        for column in self.columns:
            if isinstance(column.widget, OwnReference):
                refuse_circles(rows, column, self.state_model)

    def family(self, keys: Iterable[int]) -> list[QuerySet[Any]]:
        """The subjects and their states."""
        keys = list(keys)
        name = f"{self.state_model.subject_field}_id__in"
        return [*super().family(keys), self.state_model._default_manager.filter(**{name: keys})]

    def blank(self, attname: str) -> Any:
        """Of the state where the attribute is a fact of it, else of the subject."""
        return blank_of(self.state_model if attname in self.facts else self.model, attname)

    def stored_days(self, subject: Any) -> dict[str, Any]:
        """The stored days of the `spans`."""
        names = {self.fields[name].attname for span in self.spans for name in span}
        return {name: getattr(subject, name, None) for name in names}

    def write(self, rows: list[Row], run: Run) -> None:
        """Create subjects with their first state, correct or revise the states of stored ones."""
        known = [row for row in rows if row.subject is not None]
        fresh = [row for row in rows if row.subject is None]
        subjects = self.subjects(rows, run)
        self.create(fresh, run, subjects)
        for row in rows:
            row.values = {k: v.subject.pk if isinstance(v, Row) else v for k, v in row.values.items()}
        self.create_states(fresh)
        self.change(known, run, subjects)
        run.made[self.model] |= {row.subject.pk for row in fresh}
        run.touched[self.model] |= {row.subject.pk for row in rows if row.outcome != "unchanged"}

    def create(self, rows: list[Row], run: Run, subjects: dict[int, str]) -> None:
        """Insert new subjects."""
        for row in rows:
            row.subject = self.make(row)
            row.outcome = "created"
            run.changes.append(Changed(self.kind, subjects[row.number], None, None, row.texts.get("name", "")))
        self.model._default_manager.bulk_create([row.subject for row in rows], batch_size=BATCH)

    def create_states(self, rows: list[Row]) -> None:
        """Insert the one state of each new subject: it holds for the whole life."""
        name = f"{self.state_model.subject_field}_id"
        states = [
            self.state_model(**{name: row.subject.pk}, valid_from=BEGINNING, **self.split(row)[1]) for row in rows
        ]
        self.state_model._default_manager.bulk_create(states, batch_size=BATCH)

    def change(self, rows: list[Row], run: Run, subjects: dict[int, str]) -> None:
        """Lay rows into stored subjects and their states."""
        states = self.states_of([row.subject for row in rows])
        revisions = []
        for row in rows:
            revision, differs = self.revise(row, states[row.subject.pk], run, subjects[row.number])
            revisions.append(revision)
            row.outcome = "updated" if differs else "unchanged"
        upsert(self.model, [row.subject for row in rows if row.outcome == "updated"])
        upsert(self.state_model, [state for revision in revisions for state in revision.updated])
        added = [state for revision in revisions for state in revision.added]
        self.state_model._default_manager.bulk_create(added, batch_size=BATCH)

    def states_of(self, subjects: list[Any]) -> dict[int, list[State]]:
        """The states of stored subjects, oldest first."""
        found: dict[int, list[State]] = defaultdict(list)
        attname = f"{self.state_model.subject_field}_id"
        for state in sorted(
            chosen(self.state_model, attname, {one.pk for one in subjects}), key=lambda state: state.valid_from
        ):
            found[getattr(state, attname)].append(state)
        return found

    def split(self, row: Row) -> tuple[dict[str, Any], dict[str, Any]]:
        """The values of a row that are the subject's own, and those that are facts of its state."""
        own: dict[str, Any] = {}
        facts: dict[str, Any] = {}
        fields = {field.attname for field in self.model._meta.concrete_fields}
        for attname, value in row.values.items():
            if attname in self.facts:
                if row.only is None or attname in row.only:
                    facts[attname] = value
            elif attname in fields:
                own[attname] = value
        return own, facts

    def make(self, row: Row) -> Any:
        """A new, unsaved subject."""
        own, facts = self.split(row)
        return self.finish(self.model(**own, **{name: facts[name] for name in self.mirrored}))

    def finish(self, subject: Any) -> Any:
        """Bring derived attributes of a new or changed subject up to date (search text, names)."""
        return subject

    def revise(self, row: Row, states: list[State], run: Run, subject: str) -> tuple[Revision, bool]:
        """Lay a row into a stored subject: what became of its states, and whether anything differs."""
        own, facts = self.split(row)
        effective = row.get("effective")
        revision = revise(states, facts, effective)
        noted = len(run.changes)
        for attname, before, after in revision.changes:
            self.note(run, subject, attname, before, after)
        differs = self.assign(row.subject, self.own_values(row, own, effective), run, subject) or bool(revision)
        if differs:
            latest = max([*states, *revision.added], key=lambda state: state.valid_from)
            for name in self.mirrored:
                setattr(row.subject, name, getattr(latest, name))
            self.finish(row.subject)
        if effective:
            run.changes[noted:] = [change._replace(by_day=self._holds_by_day(change)) for change in run.changes[noted:]]
        return revision, differs

    def _holds_by_day(self, change: Changed) -> bool:
        return change.column is not None and (change.column.dated or change.column.name in self.kept_as_former)

    def own_values(self, row: Row, own: dict[str, Any], effective: datetime.date | None) -> dict[str, Any]:
        """What is written into a stored subject; rooms add what follows from a dated change."""
        return own

    # ── going out ──────────────────────────────────────────────────────────────────────────────────────────

    def export_rows(self, queryset: QuerySet[Any], day: datetime.date | None = None) -> Iterator[list[str]]:
        """The cells of an export as of `day` (today), in chunks: subjects, then their states in one statement."""
        day = day or today()
        paths = [str(c.attribute) for c in self.export_columns if c.dated and c.widget.names_a_row]
        attname = f"{self.state_model.subject_field}_id"
        chunk: list[Any] = []
        for one in queryset.iterator(chunk_size=BATCH):
            chunk.append(one)
            if len(chunk) == BATCH:
                yield from self._export(chunk, day, paths, attname)
                chunk = []
        yield from self._export(chunk, day, paths, attname)

    def export_of(self, rows: list[Any]) -> Iterator[list[str]]:
        """The cells of rows that are read already, as of today."""
        paths = [str(c.attribute) for c in self.export_columns if c.dated and c.widget.names_a_row]
        return self._export(rows, today(), paths, f"{self.state_model.subject_field}_id")

    def _export(self, chunk: list[Any], day: datetime.date, paths: list[str], attname: str) -> Iterator[list[str]]:
        found = self.state_model._default_manager.filter(
            active_on(day), **{f"{attname}__in": [one.pk for one in chunk]}
        ).select_related(*paths)
        states = {getattr(state, attname): state for state in found}
        more = self.export_more(chunk, day)
        for one in chunk:
            state = states.get(one.pk)
            yield [self.export_cell(column, one, state, more) for column in self.export_columns]

    def export_more(self, chunk: list[Any], day: datetime.date) -> Mapping[int, Any]:
        """What an export needs besides the states, by primary key."""
        return {}

    def export_cell(self, column: Column, subject: Any, state: State | None, more: Mapping[int, Any]) -> str:
        """One cell of an export."""
        if not column.dated:
            return self.export_value(column, subject)
        return self.export_value(column, state) if state is not None else ""
