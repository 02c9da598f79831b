"""Figures: subjects counted in one statement, rolled up along groups, compared with targets."""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from portal.core import arithmetic, sql
from portal.core.indicators.declared import (
    COLUMN_OF,
    NONE_GROUP,
    NONE_NAME,
    Indicator,
    Query,
    choices,
    chosen,
    opening,
)
from portal.core.indicators.slices import Slice
from portal.core.indicators.sources import Source, live
from portal.core.models import District, Target
from portal.core.units import UnitTree, districts_on


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


@dataclass(frozen=True)
class Rate:
    """One figure: strict counts, adjusted counts, target. The object of the public contract."""

    indicator: str
    date: datetime.date
    by: str
    group: str
    group_name: str
    eligible: int
    met: int
    excluded: int
    adjusted_eligible: int
    adjusted_met: int
    target: int | None
    due_on: datetime.date | None = None
    reasons: Mapping[str, int] = field(default_factory=dict)

    @property
    def meets(self) -> bool | None:
        """Whether the strict rate reaches the target; None where nothing is eligible."""
        return arithmetic.meets(self.met, self.eligible, self.target)

    @property
    def shortfall(self) -> int:
        """Whole subjects still needed."""
        return arithmetic.shortfall(self.met, self.eligible, self.target)

    @property
    def rate(self) -> str | None:
        """The strict rate, rounded down to two decimals."""
        return arithmetic.rate(self.met, self.eligible)

    @property
    def adjusted_rate(self) -> str | None:
        """The rate without approved exclusions."""
        return arithmetic.rate(self.adjusted_met, self.adjusted_eligible)

    @property
    def target_ended(self) -> bool:
        """The target's due day has passed on this day: shown grey, without red."""
        return self.due_on is not None and self.date > self.due_on

    def as_dict(self) -> dict[str, Any]:
        """The JSON object of `coverage` and of the API."""
        return {
            "indicator": self.indicator,
            "date": self.date.isoformat(),
            "by": self.by,
            "group": self.group,
            "group_name": self.group_name,
            "eligible": self.eligible,
            "met": self.met,
            "excluded": self.excluded,
            "adjusted_eligible": self.adjusted_eligible,
            "adjusted_met": self.adjusted_met,
            "target": self.target,
            "meets": self.meets,
            "shortfall": self.shortfall,
            "rate": self.rate,
        }


class Places:
    """Units, districts and targets of one day, read once for any number of figures.

    A stored day brings the tree and the districts that its snapshot knew (`portal.core.snapshots.places_of`).
    """

    def __init__(
        self, day: datetime.date, tree: UnitTree | None = None, districts: Sequence[District] | None = None
    ) -> None:
        self.day = day
        self.tree = tree or UnitTree.on(day)
        self._districts = districts
        self._targets: list[Target] | None = None

    @property
    def districts(self) -> Sequence[District]:
        """The districts valid on the day, by code."""
        if self._districts is None:
            self._districts = districts_on(self.day)
        return self._districts

    def streets(self) -> list[Any]:
        """The streets valid on the day."""
        return [unit for unit in self.tree.listed() if unit.kind == "SUBDISTRICT"]

    def target(self, ind: Indicator, unit_id: int | None = None) -> tuple[int, datetime.date | None]:
        """The target in force and its due day: the unit's own, else the nearest above, else everyone's."""
        if self._targets is None:
            self._targets = list(Target.objects.filter(valid_from__lte=self.day).order_by("valid_from"))
        mine = {t.unit_id: t for t in self._targets if t.indicator == ind.code}
        chain: list[int | None] = [unit.id for unit in self.tree.above(unit_id)] if unit_id else []
        for holder in [*chain, None]:
            if holder in mine:
                return mine[holder].percent, mine[holder].due_on
        return ind.target, ind.due_on


def tally(
    ind: Indicator,
    day: datetime.date,
    by: str,
    part: Slice | None = None,
    source: Source = live,
) -> dict[Any, Tally]:
    """Counts per stored value of the grouping's column (None: not recorded); one statement."""
    return tallies([ind], day, by, part, source)[ind.code]


def tallies(
    inds: Sequence[Indicator],
    day: datetime.date,
    by: str,
    part: Slice | None = None,
    source: Source = live,
) -> dict[str, dict[Any, Tally]]:
    """The tally of each indicator by its code; one statement for all of them."""
    conditions, parameters = (part or Slice()).conditions()
    parameters["day"] = day
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    column = COLUMN_OF.get(by, "'city'")
    selects: list[str] = []
    shared: dict[str, str] = {}
    for position, ind in enumerate(inds):
        query = _named_apart(source(ind, day), position)
        selects.append(
            f"""SELECT {position}, {column} AS grp, reason, met, excluded, COUNT(*)
                FROM ({query.text}) subjects {where} GROUP BY 2, 3, 4, 5"""
        )
        parameters |= query.parameters
        shared |= query.shared
    statement = " UNION ALL ".join(selects)
    if shared:
        statement = f"{opening(shared, sql.materialized())} {statement}"
    found: dict[str, dict[Any, Tally]] = {ind.code: defaultdict(Tally) for ind in inds}
    for position, group, reason, met, excluded, count in sql.rows(statement, parameters):
        found[inds[position].code][group or None].add(
            Tally(
                eligible=count,
                met=count * met,
                excluded=count * excluded,
                excluded_met=count * met * excluded,
                reasons=defaultdict(int, {reason: count}),
            )
        )
    return found


def _named_apart(query: Query, position: int) -> Query:
    """The query with its own parameters renamed, so that several stand in one statement."""
    names = {name: f"{name}_{position}" for name in query.parameters}
    text = re.sub(r"%\((\w+)\)s", lambda found: f"%({names.get(found[1], found[1])})s", query.text)
    return Query(text, {names[name]: value for name, value in query.parameters.items()}, query.shared)


def _groups(by: str, counts: Mapping[Any, Tally], places: Places) -> list[tuple[str, str, int | None, Tally]]:
    """Groups of a grouping as (code, name, unit of its target, counts), also those with nothing in them."""
    if by == "city":
        return [("city", "全市", None, counts.get("city", Tally()))]
    if by == "unit":
        return [(u.code, u.name, u.id, _sum(counts, places.tree.below(u.id))) for u in places.tree.listed()]
    listed: list[tuple[Any, str, str]]
    if by == "district":
        listed = [(d.pk, d.code, d.name) for d in places.districts]
    elif by == "street":
        listed = [(u.id, u.code, u.name) for u in places.streets()]
    else:
        listed = [(value, label, label) for value, label in choices(by)]
    groups: list[tuple[str, str, int | None, Tally]] = [
        (code, name, None, counts.get(key, Tally())) for key, code, name in listed
    ]
    rest = _sum(counts, set(counts) - {key for key, _, _ in listed})
    return [*groups, (NONE_GROUP, NONE_NAME, None, rest)] if rest.eligible else groups


def _sum(counts: Mapping[Any, Tally], keys: Iterable[Any]) -> Tally:
    total = Tally()
    for key in keys:
        if key in counts:
            total.add(counts[key])
    return total


def rates(
    day: datetime.date,
    by: str = "city",
    codes: Sequence[str] | None = None,
    *,
    part: Slice | None = None,
    source: Source = live,
    places: Places | None = None,
) -> list[Rate]:
    """The figures of `day`: one statement, plus units, districts and targets once.

    Raises CannotAnswer for an unknown indicator or a grouping that it does not offer.
    """
    places = places or Places(day)
    found: list[Rate] = []
    asked = chosen(codes, by)
    counts = tallies(asked, day, by, part, source) if asked else {}
    for ind in asked:
        for group, name, unit_id, total in _groups(by, counts[ind.code], places):
            target, due_on = places.target(ind, unit_id)
            found.append(
                Rate(
                    indicator=ind.code,
                    date=day,
                    by=by,
                    group=group,
                    group_name=name,
                    eligible=total.eligible,
                    met=total.met,
                    excluded=total.excluded,
                    adjusted_eligible=total.eligible - total.excluded,
                    adjusted_met=total.met - total.excluded_met,
                    target=target,
                    due_on=due_on,
                    reasons=dict(total.reasons),
                )
            )
    return found
