"""Two days of one indicator compared name by name: who came, went, gained, lost, moved or changed the reason.

A side is a day as its snapshot, or what is known now, answers for it, and the part of its subjects looked at. The
sums add up: after - before is what came, gained and moved in less what went, lost and moved out (spec: coverage,
"Arithmetic"). One statement for the sums and one for the names, at any size; one too for any number of groups.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from portal.core import arithmetic, sql
from portal.core.indicators import COLUMNS, Description, Indicator, Slice, Source, live, names_in_scope, stored
from portal.core.indicators.sources import turned
from portal.core.models import SubjectState
from portal.core.scoping import Scope

#: ids of subjects → what they are called
Namer = Callable[[Sequence[int]], Mapping[int, Description]]
#: kinds of movement, in the order in which they are told
MOVEMENTS = ("gained", "lost", "came", "went", "moved-in", "moved-out", "changed")
_ARRIVED, _DEPARTED = ("came", "moved-in"), ("went", "moved-out")
_KEPT = (*COLUMNS[1:], "inside", "visible")
#: what a stored day keeps of how a subject was called
_NAMES = ("subject", "subject_name")
#: what decides about the movement
_DECIDING = ("met", "excluded", "reason", "inside", "visible")
#: two sides that agree in these made no movement
_MOVING = ("met", "excluded", "reason", "inside")
#: a column that an indicator leaves empty has no type of its own, and PostgreSQL asks for one in a union
_TYPED = ", ".join(f"CAST({c} AS BIGINT) AS {c}" if c.endswith("_id") else c for c in COLUMNS)


@dataclass(frozen=True)
class Side:
    """A day, where its subjects come from, which of them are looked at; adjusted: without those excluded."""

    day: datetime.date
    source: Source = stored
    part: Slice = field(default_factory=Slice)
    adjusted: bool = False


@dataclass(frozen=True)
class Count:
    """Subjects of one side and how many of them are met; `asked`: the quota of a figure that has one."""

    eligible: int
    met: int
    asked: int | None = None

    @property
    def rate(self) -> str | None:
        """The rate of the side, rounded down to two decimals; None where nothing is eligible."""
        if self.asked is not None:
            return arithmetic.rate(min(self.asked, self.met), self.asked)
        return arithmetic.rate(self.met, self.eligible)


@dataclass(frozen=True)
class Moved:
    """How many subjects moved in one way: `met` those of them that count as met where they came to or left from,
    `named` those whose names the scope may see."""

    movement: str
    count: int = 0
    met: int = 0
    named: int = 0

    @property
    def eligible_change(self) -> int:
        """What they add to the population."""
        return self._sign * self.count

    @property
    def met_change(self) -> int:
        """What they add to the met."""
        if self.movement in ("gained", "lost"):
            return self.count if self.movement == "gained" else -self.count
        return self._sign * self.met

    @property
    def _sign(self) -> int:
        return (self.movement in _ARRIVED) - (self.movement in _DEPARTED)


@dataclass(frozen=True)
class Sums:
    """Both sides and every kind of movement between them, also those that nobody made."""

    before: Count
    after: Count
    moved: Mapping[str, Moved]

    @property
    def eligible_change(self) -> int:
        """How many more subjects there are."""
        return self.after.eligible - self.before.eligible

    @property
    def met_change(self) -> int:
        """How many more of them are met."""
        return self.after.met - self.before.met

    @property
    def count(self) -> int:
        """How many subjects moved at all."""
        return sum(one.count for one in self.moved.values())

    @property
    def named(self) -> int:
        """How many of them the scope may see by name."""
        return sum(one.named for one in self.moved.values())


@dataclass(frozen=True)
class State:
    """Where a subject stood on one side; where the scope may not see it, nothing but that it was there."""

    visible: bool
    inside: bool
    met: bool = False
    excluded: bool = False
    reason: str = ""
    unit_id: int | None = None
    district_id: int | None = None
    subdistrict_id: int | None = None
    kind: str = ""
    field: str = ""


@dataclass(frozen=True)
class Mover:
    """One subject that moved, before and after; None: it was no subject on that day."""

    id: int
    movement: str
    subject: str
    name: str
    before: State | None
    after: State | None

    @property
    def place(self) -> tuple[int, int]:
        """Where a page goes on after it: the number of the movement and the row."""
        return MOVEMENTS.index(self.movement), self.id


def sums(ind: Indicator, before: Side, after: Side, *, scope: Scope | None = None) -> Sums:
    """Both figures and how many moved in which way; one statement. Counts need no scope, it says who has a name."""
    return sums_since(ind, [before], after, scope=scope)[0]


def sums_since(ind: Indicator, earlier: Sequence[Side], after: Side, *, scope: Scope | None = None) -> list[Sums]:
    """The sums of each of some earlier days against one later; one statement for all of them."""
    last = len(earlier)
    text, parameters = _moves(ind, [*earlier, after], scope, _DECIDING)
    keys = ", ".join(f"movement_{n}, inside_{n}, met_{n}" for n in range(last))
    named = ", ".join(f"SUM(CASE WHEN visible_{n} = 1 OR visible_{last} = 1 THEN 1 ELSE 0 END)" for n in range(last))
    grouped = f"{keys}, inside_{last}, met_{last}"
    found = sql.rows(f"SELECT {grouped}, COUNT(*), {named} FROM ({text}) moves GROUP BY {grouped}", parameters)
    end = 3 * last
    asked = [ind.quota(side.day) if ind.quota else None for side in (*earlier, after)]
    return [
        _sums(
            ((*row[3 * n : 3 * n + 3], *row[end : end + 3], row[end + 3 + n]) for row in found), asked[n], asked[last]
        )
        for n in range(last)
    ]


def _sums(rows: Iterable[tuple[Any, ...]], *asked: int | None) -> Sums:
    """Rows of (movement, inside and met before, inside and met after, how many, how many with a name); `asked`: the
    quotas of both sides."""
    found = list(rows)
    moved = {movement: Moved(movement) for movement in MOVEMENTS}
    for number, _, met_before, _, met_after, count, named in found:
        if number >= 0:
            movement = MOVEMENTS[number]
            met = met_before if movement in _DEPARTED else met_after
            one = moved[movement]
            moved[movement] = Moved(movement, one.count + count, one.met + count * met, one.named + named)
    return Sums(_side_count(found, 1, asked[0]), _side_count(found, 3, asked[1]), moved)


def _side_count(found: Iterable[Sequence[Any]], column: int, asked: int | None) -> Count:
    """The population of one side: `column` says whether a row is inside it, the next whether it is met."""
    rows = [(row[5], row[column + 1]) for row in found if row[column] == 1]
    return Count(sum(count for count, _ in rows), sum(count * met for count, met in rows), asked)


def movers(
    ind: Indicator,
    before: Side,
    after: Side,
    *,
    scope: Scope | None = None,
    movement: str = "",
    each: int | None = None,
    beyond: tuple[int, int] | None = None,
    limit: int | None = None,
    names_now: Namer | None = None,
) -> list[Mover]:
    """Who moved, in the order of MOVEMENTS and then of the register; names within `scope` only.

    `movement` restricts to one kind, `each` to the first so many of every kind; `beyond` (the place of the last one
    of the page before) and `limit` page through. One statement, and a few for the names; `names_now` knows a shorter
    way to what subjects are called today than their description.
    """
    text, parameters = _differing(ind, before, after, scope)
    conditions = ["movement_0 >= 0", "(visible_0 = 1 OR visible_1 = 1)"]
    if movement:
        conditions.append(f"movement_0 = {MOVEMENTS.index(movement)}")
    if beyond:
        conditions.append("(movement_0 > %(kind)s OR (movement_0 = %(kind)s AND subject_id > %(last)s))")
        parameters |= {"kind": beyond[0], "last": beyond[1]}
    columns = ", ".join(("subject_id", "movement_0", *(f"{name}_{side}" for side in (0, 1) for name in _KEPT)))
    place = "ROW_NUMBER() OVER (PARTITION BY movement_0 ORDER BY subject_id)"
    found = sql.rows(
        f"""SELECT {columns} FROM (SELECT moves.*, {place} AS place FROM ({text}) moves
                                   WHERE {" AND ".join(conditions)}) listed
            {f"WHERE place <= {int(each)}" if each else ""} ORDER BY movement_0, subject_id
            {f"LIMIT {int(limit)}" if limit else ""}""",
        parameters,
    )
    return _with_names(ind, before, after, found, names_now)


def movers_of(
    ind: Indicator, before: Side, after: Side, groups: Mapping[int, tuple[frozenset[int], frozenset[int]]]
) -> dict[int, list[Mover]]:
    """Who moved in each of some groups: a group is the units that it holds on the one and on the other day.

    What `movers` says of two stored days with the units of a group as the part of both sides, for all groups in one
    statement. Groups in which nobody moved are left out.
    """
    were, are = ({(group, unit) for group, units in groups.items() for unit in units[n]} for n in (0, 1))
    if not were | are:
        return {}
    # only whose state turned, or who stands in a unit that changed its groups, can have moved in a group
    source = turned(before.day, after.day, {unit for _, unit in were ^ are})
    sides = [replace(side, source=source) for side in (before, after)]
    text, parameters = _moves(ind, sides, None, (*_KEPT, *_NAMES), _NAMES)
    told: dict[int, list[Mover]] = {}
    for group, *row in sql.rows(_moves_of(text, were, are), parameters):
        told.setdefault(group, []).append(_mover_of(row))
    return told


def _mover_of(row: Sequence[Any]) -> Mover:
    """A mover of two stored days, with the name of the later one on which it was there."""
    width = len(_KEPT)
    subject_id, movement, *sides = row
    before, after = sides[: width + 2], sides[width + 2 :]
    states = _state(before[:width]), _state(after[:width])
    subject, name = (before if states[1] is None else after)[width:]
    return Mover(subject_id, MOVEMENTS[movement], subject, name, *states)


def _with_names(
    ind: Indicator, before: Side, after: Side, found: Sequence[Sequence[Any]], names_now: Namer | None
) -> list[Mover]:
    """A name as it was on the later day on which the scope may see it."""
    width = len(_KEPT)
    states = [(_state(row[2 : 2 + width]), _state(row[2 + width :])) for row in found]
    everybody = {row[0] for row in found}
    later = {row[0] for row, (_, state) in zip(found, states, strict=True) if state and state.visible}
    known = names_now(sorted(everybody)) if names_now and everybody else {}
    # who is gone by today is called as today, where that is known; else as on the day before
    told = known if after.source is live else {}
    gone = sorted(everybody - later - told.keys())
    names = {**told, **_names(ind, before, gone, known), **_names(ind, after, sorted(later), known)}
    return [
        Mover(row[0], MOVEMENTS[row[1]], names[row[0]].subject, names[row[0]].name, *pair)
        for row, pair in zip(found, states, strict=True)
    ]


def _state(values: Sequence[Any]) -> State | None:
    met, excluded, reason, unit, district, street, kind, kind_field, inside, visible = values
    if inside is None:
        return None
    if not visible:
        return State(visible=False, inside=bool(inside))
    return State(
        True, bool(inside), bool(met), bool(excluded), reason, unit, district, street, kind or "", kind_field or ""
    )


def _names(
    ind: Indicator, side: Side, ids: Sequence[int], known: Mapping[int, Description]
) -> Mapping[int, Description]:
    """How subjects were called on a side: as kept with its day, or as they are known now."""
    if not ids:
        return {}
    if side.source is live:
        missing = [key for key in ids if key not in known]
        found = {key: known[key] for key in ids if key in known}
        return {**found, **(ind.describe(missing, side.day) if missing else {})}
    rows = SubjectState.objects.filter(sql.among("subject_id", ids), indicator=ind.code, from_day__lte=side.day)
    rows = rows.exclude(to_day__lte=side.day)
    return {
        key: Description(code, name, {})
        for key, code, name in rows.values_list("subject_id", "subject", "subject_name")
    }


# ── the statement ───────────────────────────────────────────────────────────────────────────────────────────


def _moves(
    ind: Indicator, sides: Sequence[Side], scope: Scope | None, columns: Sequence[str], names: Sequence[str] = ()
) -> tuple[str, dict[str, Any]]:
    """One row per subject that is inside on any side: its states side by side, and the movement from each side to
    the last one. `names` are columns that the sources of the sides have besides."""
    halves = [_half(ind, number, side, scope, names) for number, side in enumerate(sides)]
    text = _pivot(" UNION ALL ".join(half for half, _ in halves), len(sides), columns)
    return text, {name: value for _, parameters in halves for name, value in parameters.items()}


def _differing(ind: Indicator, before: Side, after: Side, scope: Scope | None) -> tuple[str, dict[str, Any]]:
    """What `_moves` says of the subjects that moved and few others: of a whole city hardly any did, and only these
    are laid side by side."""
    (first, some), (second, others) = (_half(ind, number, side, scope) for number, side in enumerate((before, after)))
    moving = f"subject_id, {', '.join(_MOVING)}"
    once = sql.materialized()
    text = f"""WITH half_0 AS {once}({first}), half_1 AS {once}({second}), moving AS {once}(
                   SELECT subject_id FROM (SELECT {moving} FROM half_0 UNION ALL SELECT {moving} FROM half_1) halves
                   GROUP BY {moving} HAVING COUNT(*) = 1)
               {_pivot(" UNION ALL ".join(_among("moving", half) for half in ("half_0", "half_1")), 2, _KEPT)}"""
    return text, {**some, **others}


def _among(subjects: str, half: str) -> str:
    return f"SELECT * FROM {half} WHERE subject_id IN (SELECT subject_id FROM {subjects})"


def _pivot(halves: str, count: int, columns: Sequence[str]) -> str:
    """The rows of some sides as one row per subject that is inside on any of them, with its movements."""
    numbers = range(count)
    # grouped, not joined: joining two sub-queries of unknown size, an engine may try each pair
    together = ", ".join(f"MAX(CASE WHEN side = {n} THEN {c} END) AS {c}_{n}" for n in numbers for c in columns)
    subjects = f"SELECT subject_id, {together} FROM ({halves}) halves"
    movements = ", ".join(f"{_movement(n, numbers[-1])} AS movement_{n}" for n in numbers[:-1])
    return f"""SELECT grouped.*, {movements} FROM ({subjects} GROUP BY subject_id) grouped
               WHERE {" OR ".join(f"inside_{n} = 1" for n in numbers)}"""


def _moves_of(moves: str, were: set[tuple[int, int]], are: set[tuple[int, int]]) -> str:
    """One row per group and subject that moved in it; a group is pairs of (group, unit) on each day."""
    held = ", ".join(f"({group}, {unit}, {n})" for n, pairs in enumerate((were, are)) for group, unit in sorted(pairs))
    columns = [f"{name}_{n}" for n in (0, 1) for name in (*_KEPT, *_NAMES)]
    together = ", ".join(f"{_in_group(name)} AS {name}" for name in columns)
    halves = " UNION ALL ".join(
        f"""SELECT group_id, {n} AS day, moves.* FROM moves
            JOIN held ON held.unit_id = unit_id_{n} AND held.day = {n} AND inside_{n} = 1"""
        for n in (0, 1)
    )
    return f"""WITH moves AS {sql.materialized()}({moves}), held (group_id, unit_id, day) AS (VALUES {held})
           SELECT group_id, subject_id, movement, {", ".join(columns)} FROM (
               SELECT grouped.*, {_movement(0, 1)} AS movement FROM (
                   SELECT group_id, subject_id, {together} FROM ({halves}) halves GROUP BY group_id, subject_id
               ) grouped) listed
           WHERE movement >= 0 ORDER BY group_id, movement, subject_id"""


def _in_group(column: str) -> str:
    """A column of a side among the rows of one group and subject: a subject is inside where a row of that day is."""
    if not column.startswith("inside_"):
        return f"MAX({column})"
    return f"CASE WHEN MAX({column}) IS NOT NULL THEN MAX(CASE WHEN day = {column[-1]} THEN 1 ELSE 0 END) END"


def _movement(b: int, a: int) -> str:
    """Number in MOVEMENTS of what happened between sides `b` and `a`; -1 where nothing that counts is different."""
    return f"""CASE
        WHEN inside_{b} = 1 AND inside_{a} = 1 THEN CASE
            WHEN met_{a} > met_{b} THEN 0 WHEN met_{a} < met_{b} THEN 1
            WHEN reason_{b} <> reason_{a} OR excluded_{b} <> excluded_{a} THEN 6 ELSE -1 END
        WHEN inside_{a} = 1 THEN CASE WHEN inside_{b} IS NULL THEN 2 ELSE 4 END
        WHEN inside_{b} = 1 THEN CASE WHEN inside_{a} IS NULL THEN 3 ELSE 5 END
        ELSE -1 END"""


def _half(
    ind: Indicator, number: int, side: Side, scope: Scope | None, names: Sequence[str] = ()
) -> tuple[str, dict[str, Any]]:
    """The subjects of a side, each with whether it is inside the part and visible to the scope."""
    query = side.source(ind, side.day)
    conditions, parameters = side.part.conditions()
    if side.adjusted:
        conditions.append("excluded = 0")
    text = f"""SELECT {number} AS side, {", ".join((_TYPED, *names))}, {_flag(conditions)} AS inside,
                      {_flag(names_in_scope(ind, scope))} AS visible
               FROM ({query.whole}) subjects_{number}"""
    values = {**query.parameters, **parameters, "day": side.day}
    apart = re.sub(r"%\((\w+)\)s", rf"%(\1_{number})s", text)
    return apart, {f"{name}_{number}": value for name, value in values.items()}


def _flag(conditions: Sequence[str]) -> str:
    return f"CASE WHEN {' AND '.join(conditions)} THEN 1 ELSE 0 END" if conditions else "1"
