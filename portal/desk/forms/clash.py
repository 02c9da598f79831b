"""Two at once: what somebody else has saved meanwhile beside what was typed, field by field. Nothing typed is lost."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from portal.core.entry import trail
from portal.core.entry.records import Record
from portal.core.imports.columns import Column
from portal.core.models import Change
from portal.desk.forms.fields import LABELS, Inputs
from portal.desk.forms.opened import Opened, same


@dataclass(frozen=True)
class Difference:
    """A field whose stored text differs from the typed one: both as texts and in words, who wrote the stored one and
    when, and which of the two is proposed: the typed one where the account has touched the field."""

    name: str
    label: str
    now: str
    mine: str
    now_said: str
    mine_said: str
    is_mine: bool
    by: str = ""
    at: datetime.datetime | None = None


@dataclass(frozen=True)
class Clash:
    """Both versions: fields that differ, columns that do not, and who was quicker."""

    differences: list[Difference]
    agreed: list[tuple[str, str]]
    by: str
    at: datetime.datetime | None


def clash(opened: Opened, current: Record) -> Clash:
    """Both versions of a record. The form then stands on the current one."""
    changes = list(trail.changes_of(current.register, current.row).select_related("entry").order_by("-entry_id", "-id"))
    latest: dict[str, Change] = {}
    for change in changes:
        latest.setdefault(change.column, change)
    found, agreed = [], []
    now = Inputs(opened.form, opened.scope, opened.columns, current.texts)
    mine = Inputs(opened.form, opened.scope, opened.columns, opened.texts)
    for column in opened.columns:
        stored, typed = current.texts.get(column.name, ""), opened.texts.get(column.name, "")
        if column.private or same(opened.register, column.name, stored, typed):
            agreed.append((column.name, typed))
        else:
            found.append(_difference(opened, column, now.shown(column, stored), mine.shown(column, typed), latest))
    newest = changes[0].entry if changes else None
    return Clash(found, agreed, newest.actor_name if newest else "", newest.at if newest else None)


def _difference(opened: Opened, column: Column, now: str, mine: str, latest: dict[str, Change]) -> Difference:
    assert opened.record is not None
    name, change = column.name, latest.get(column.heading)
    typed = opened.texts.get(name, "")
    return Difference(
        name=name,
        label=LABELS.get(name, column.heading),
        now=opened.record.texts.get(name, ""),
        mine=typed,
        now_said=now,
        mine_said=mine,
        is_mine=not opened.was or not same(opened.register, name, typed, opened.was.get(name, "")),
        by=change.entry.actor_name if change else "",
        at=change.entry.at if change else None,
    )
