"""Whoever would stand above itself: columns by which the rows of a register name one of their own as the one above."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from typing import Any

from portal.core.imports.columns import Column, Row
from portal.core.imports.findings import Fault
from portal.core.validity import State, covers, today


def in_circles(above: Mapping[Hashable, Hashable]) -> set[Hashable]:
    """Those who stand above themselves, each having at most one directly above."""
    found: set[Hashable] = set()
    seen: set[Hashable] = set()
    for start in above:
        way: list[Hashable] = []
        here = start
        while here in above and here not in seen:
            seen.add(here)
            way.append(here)
            here = above[here]
        if here in way:
            found |= set(way[way.index(here) :])
    return found


def refuse_circles(rows: Iterable[Row], column: Column, model: type[State]) -> None:
    """IMP-113 on every row that by `column` names somebody above who, step by step, stands below it.

    Asked of the day from which the row holds (of today, where it holds for the whole life): who is above whom is what
    the rows of the file say that hold by then, else what is stored for that day.
    """
    saying = [row for row in rows if row.is_good and column.attname in row.values]
    asking: dict[datetime.date, list[Row]] = defaultdict(list)
    for row in saying:
        if row.get(column.attname) is not None:
            asking[_begins(row) or today()].append(row)
    stored = _stored(column, model) if asking else []
    for day, asked in asking.items():
        above = {below: over for below, over, start, end in stored if covers(start, end, day)}
        holding = [row for row in saying if (_begins(row) or day) <= day]
        above |= {_who(row): _who(row.get(column.attname)) for row in holding}
        found = in_circles({below: over for below, over in above.items() if over is not None})
        for row in asked:
            if _who(row) in found:
                text = "沿上级逐级向上又回到自己;请改其中一个的上级"
                row.refuse(column, Fault("IMP-113", text))


def _stored(column: Column, model: type[State]) -> list[tuple[int, int, datetime.date, datetime.date | None]]:
    """Who is above whom, and from when to when."""
    named = model._default_manager.exclude(**{column.attname: None})
    return list(named.values_list(f"{model.subject_field}_id", column.attname, "valid_from", "valid_to"))


def _begins(row: Row) -> datetime.date | None:
    """The day from which a row holds; None for the whole life, as for whatever is new."""
    return row.get("effective") if row.subject is not None else None


def _who(one: Any) -> Any:
    """A row by the stored subject that it is about, a new one by itself; a key as it is."""
    if not isinstance(one, Row):
        return one
    return one.subject.pk if one.subject is not None else one
