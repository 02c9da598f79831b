"""Counting: the subjects of any number of indicators, by any number of groupings, in one statement."""

from __future__ import annotations

import datetime
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from portal.core import sql
from portal.core.indicators.declared import COLUMN_OF, Indicator, Query
from portal.core.indicators.slices import Slice
from portal.core.indicators.sources import Source, live

#: groupings whose groups are rows of a register
_BY_ROW = ("unit", "district", "street")


@dataclass
class Tally:
    """Counts of one group: subjects and met, each with the part that is excluded, and subjects per reason."""

    eligible: int = 0
    met: int = 0
    excluded: int = 0
    excluded_met: int = 0
    reasons: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, other: Tally) -> None:
        """Sum: a group above others is the sum of its parts."""
        self.eligible += other.eligible
        self.met += other.met
        self.excluded += other.excluded
        self.excluded_met += other.excluded_met
        for reason, count in other.reasons.items():
            self.reasons[reason] += count

    def count(self, reason: str, eligible: int, met: int, excluded: int, excluded_met: int) -> None:
        """Take in the subjects of one reason."""
        self.eligible += eligible
        self.met += met
        self.excluded += excluded
        self.excluded_met += excluded_met
        self.reasons[reason] += eligible


class Counted(NamedTuple):
    """One tally that is asked for: an indicator by a grouping, its subjects from a source."""

    indicator: Indicator
    by: str
    source: Source = live


class _Table(NamedTuple):
    """Subjects by the name that they have in the statement. `met` has the reasons that are met where the table
    is one that several indicators share, and does not say it itself."""

    name: str
    query: Query
    met: tuple[str, ...] | None


def counts(day: datetime.date, asked: Sequence[Counted], part: Slice | None = None) -> list[dict[Any, Tally]]:
    """Each tally asked for, in their order: counts per stored value of the grouping's column (None: not recorded).

    One statement for all of them; none where nothing is asked.
    """
    found: list[dict[Any, Tally]] = [defaultdict(Tally) for _ in asked]
    if not asked:
        return found
    part = part or Slice()
    tables = _tables(day, asked, part)
    positions: dict[tuple[str, str], list[int]] = defaultdict(list)
    for position, (table, one) in enumerate(zip(tables, asked, strict=True)):
        positions[table.name, one.by].append(position)
    served = list(positions.values())
    for number, group, reason, *numbers in sql.rows(*_statement(day, tables, list(positions), part)):
        for position in served[number]:
            key = int(group) if group and asked[position].by in _BY_ROW else group or None
            found[position][key].count(reason, *_of_reason(reason, tables[position].met, *numbers))
    return found


def _of_reason(
    reason: str, met_reasons: tuple[str, ...] | None, eligible: int, met: int, excluded: int, excluded_met: int
) -> tuple[int, int, int, int]:
    """Counts of one reason, met as the indicator says where the table does not."""
    if met_reasons is None:
        return eligible, met, excluded, excluded_met
    return (eligible, eligible, excluded, excluded) if reason in met_reasons else (eligible, 0, excluded, 0)


def _tables(day: datetime.date, asked: Sequence[Counted], part: Slice) -> list[_Table]:
    """The table of each tally; subjects that several tallies count are evaluated once."""
    known: dict[tuple[str, Source], _Table] = {}
    for one in asked:
        key = one.indicator.code, one.source
        if key not in known:
            query = _named_apart(one.source(one.indicator, day), len(known))
            together = query.reasoned and not part.of_subjects
            name = query.reasoned if together else f"subjects_{len(known)}"
            known[key] = _Table(name, query, query.met if together else None)
    return [known[one.indicator.code, one.source] for one in asked]


def _statement(
    day: datetime.date, tables: Sequence[_Table], wanted: Sequence[tuple[str, str]], part: Slice
) -> tuple[str, dict[str, Any]]:
    """The statement over all (table, grouping) wanted, and its parameters."""
    conditions, parameters = part.conditions()
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    read = Counter(name for name, _ in wanted)
    given: dict[str, str] = {}
    for table in {table.name: table for table in tables}.values():
        parameters |= table.query.parameters
        given |= table.query.shared
        if table.met is None:
            given[table.name] = table.query.text
            read.update(table.query.shared.keys())
    selects = [
        _select(number, by, name, where, whole=name in _shared(tables)) for number, (name, by) in enumerate(wanted)
    ]
    opened = ", ".join(
        f"{name} AS {sql.materialized() if read[name] > 1 else ''}({text})" for name, text in given.items()
    )
    return f"WITH {opened} {' UNION ALL '.join(selects)}", {**parameters, "day": day}


def _shared(tables: Sequence[_Table]) -> set[str]:
    return {table.name for table in tables if table.met is not None}


def _select(number: int, by: str, table: str, where: str, *, whole: bool) -> str:
    """One count. Groups are counted as they are stored, and only then become text, so that all counts unite."""
    column = COLUMN_OF.get(by, "'city'")
    met = ("0", "0") if whole else ("SUM(met)", "SUM(met * excluded)")
    return f"""SELECT {number}, CAST(grp AS TEXT), reason, eligible, met, excluded, excluded_met FROM (
        SELECT {column} AS grp, reason, COUNT(*) AS eligible, {met[0]} AS met, SUM(excluded) AS excluded,
               {met[1]} AS excluded_met
        FROM {table} {where} GROUP BY 1, 2) counted_{number}"""


def _named_apart(query: Query, number: int) -> Query:
    """The query with its own parameters renamed, so that several stand in one statement."""
    names: Mapping[str, str] = {name: f"{name}_{number}" for name in query.parameters}
    text = re.sub(r"%\((\w+)\)s", lambda found: f"%({names.get(found[1], found[1])})s", query.text)
    return query._replace(text=text, parameters={names[name]: value for name, value in query.parameters.items()})
