"""Where the rows of a list stand in an indicator: its subjects query, asked for some rows or used as a filter.

Lists show and filter by the same definition that the figures count; nothing is defined a second time.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models.expressions import RawSQL

from portal.core import sql
from portal.core.indicators import Indicator, Slice


class Standing(NamedTuple):
    """Where one subject stands on a day."""

    met: bool
    excluded: bool
    reason: str


def standings(ind: Indicator, day: datetime.date, ids: Iterable[int] | None) -> dict[int, Standing]:
    """The standing of each of these rows (None: of all) that is a subject on `day`; one statement."""
    part = Slice(subjects=None if ids is None else frozenset(ids))
    text, parameters = selected(ind, day, part, "subject_id, met, excluded, reason")
    kinds: dict[tuple[Any, ...], Standing] = {}
    found: dict[int, Standing] = {}
    for row, *values in sql.rows(text, parameters):
        met, excluded, reason = values
        found[row] = kinds.setdefault(tuple(values), Standing(bool(met), bool(excluded), reason))
    return found


def ids_in(ind: Indicator, day: datetime.date, part: Slice) -> RawSQL:
    """The subjects of a slice as a sub-query for ``filter(pk__in=…)``."""
    text, parameters = selected(ind, day, part, "subject_id")
    values: list[Any] = []

    def take(found: re.Match[str]) -> str:
        value = parameters[found[1]]
        values.append(value.isoformat() if isinstance(value, datetime.date) else value)
        return "%s"

    return RawSQL(re.sub(r"%\((\w+)\)s", take, text), values)


def selected(ind: Indicator, day: datetime.date, part: Slice, columns: str) -> tuple[str, dict[str, Any]]:
    """SQL for these columns of the subjects of a slice, and its parameters."""
    query = ind.subjects(day)
    conditions, parameters = part.conditions()
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    text = f"SELECT {columns} FROM ({query.whole}) subjects{where}"
    return text, {**query.parameters, **parameters, "day": day}
