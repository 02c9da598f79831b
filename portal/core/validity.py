"""Half-open spans of days, and state that changes by the day.

A row with `valid_from` and `valid_to` is active on day D when ``valid_from <= D`` and (``valid_to`` is empty
or ``D < valid_to``); "on D" means at the end of D, Asia/Shanghai (spec: coverage, "Dates"). A fact without a
date of its own begins at `BEGINNING`: it holds for the whole life of its subject.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q

SHANGHAI = ZoneInfo("Asia/Shanghai")
BEGINNING = datetime.date(1900, 1, 1)


def today() -> datetime.date:
    """The current day in Asia/Shanghai, whatever the process's own time zone is."""
    return datetime.datetime.now(SHANGHAI).date()


def active_on(day: datetime.date, prefix: str = "", *, start: str = "valid_from", end: str = "valid_to") -> Q:
    """A filter for rows active on `day`; `prefix` names the relation they hang on, e.g. ``"states__"``."""
    return Q(**{f"{prefix}{start}__lte": day}) & (
        Q(**{f"{prefix}{end}__isnull": True}) | Q(**{f"{prefix}{end}__gt": day})
    )


def covers(start: datetime.date | None, end: datetime.date | None, day: datetime.date) -> bool:
    """True when the half-open span [start, end) holds `day`; an empty start means "always was"."""
    return (start is None or start <= day) and (end is None or day < end)


class Span(models.Model):
    """A row that holds on the days from `valid_from` up to, not including, `valid_to`."""

    valid_from = models.DateField("起始日期", default=BEGINNING)
    valid_to = models.DateField("结束日期", null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_span",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
            )
        ]

    def holds_on(self, day: datetime.date) -> bool:
        """True when this row is active on `day`."""
        return covers(self.valid_from, self.valid_to, day)


class State(Span):
    """Facts of one subject during one span. The states of a subject follow each other without a gap."""

    #: name of the foreign key to the subject; the rest of the fields are the facts
    subject_field = ""

    class Meta(Span.Meta):
        abstract = True
        ordering = ["valid_from"]

    @classmethod
    def facts(cls) -> list[str]:
        """Attribute names (``…_id`` for foreign keys) of what may change from span to span."""
        fixed = {"id", "valid_from", "valid_to", f"{cls.subject_field}_id"}
        return [f.attname for f in cls._meta.concrete_fields if f.attname not in fixed]

    def copy(self, **changes: Any) -> State:
        """An unsaved state with the same subject and facts, but for `changes`."""
        fields = [f.attname for f in self._meta.concrete_fields if f.attname != "id"]
        return type(self)(**{**{name: getattr(self, name) for name in fields}, **changes})


class Revision:
    """What `revise` found: the states to update, the state to add, and each change as (fact, before, after)."""

    def __init__(self) -> None:
        self.updated: list[State] = []
        self.added: list[State] = []
        self.changes: list[tuple[str, Any, Any]] = []

    def __bool__(self) -> bool:
        return bool(self.changes)


def revise(states: Iterable[State], values: Mapping[str, Any], effective: datetime.date | None = None) -> Revision:
    """Write `values` into the `states` of one subject (oldest first, changed in place, not saved).

    Without `effective` the values are a correction for the whole life: every state gets them. With it the old
    value holds before that day, and the new one from that day to the next day on which that fact was itself
    recorded to change, so that an older file read again cannot undo a newer change.
    """
    states = list(states)
    revision = Revision()
    latest = states[-1]
    if effective is None or effective <= states[0].valid_from:
        for name, value in values.items():
            if getattr(latest, name) != value:
                revision.changes.append((name, getattr(latest, name), value))
                for state in states:
                    setattr(state, name, value)
        revision.updated = states if revision else []
        return revision
    at = next(i for i, state in reversed(list(enumerate(states))) if state.valid_from <= effective)
    wanted = {name: value for name, value in values.items() if getattr(states[at], name) != value}
    if not wanted:
        return revision
    touched: set[int] = set()
    if states[at].valid_from < effective:
        new = states[at].copy(valid_from=effective)
        states[at].valid_to = effective
        touched.add(at)
        at += 1
        states.insert(at, new)
        revision.added.append(new)
    for name, value in wanted.items():
        before = getattr(states[at], name)
        revision.changes.append((name, before, value))
        for i in range(at, len(states)):
            if getattr(states[i], name) != before:
                break
            setattr(states[i], name, value)
            touched.add(i)
    revision.updated = [states[i] for i in sorted(touched) if states[i].pk is not None]
    return revision
