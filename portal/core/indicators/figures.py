"""Figures: subjects counted in one statement, rolled up along groups, compared with targets."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from portal.core import arithmetic
from portal.core.indicators.counting import Counted, Tally, counts
from portal.core.indicators.declared import (
    GROUPINGS,
    NONE_GROUP,
    NONE_NAME,
    Indicator,
    choices,
    chosen,
)
from portal.core.indicators.slices import Slice
from portal.core.indicators.sources import Source, live
from portal.core.models import District, Target
from portal.core.units import UnitTree, districts_on


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


class HeldTarget(NamedTuple):
    """The target that holds for a unit on a day: `unit_id` is whose it is, the unit's own or one above (None: all
    units'), `stored` its row; without a row it is the one that the indicator was declared with."""

    percent: int
    due_on: datetime.date | None
    unit_id: int | None = None
    stored: Target | None = None


class Places:
    """Units, districts and targets of one day, read once for any number of figures.

    A stored day brings the tree and the districts that its snapshot knew (`portal.core.snapshots.places_of`);
    `targets` are those that were set up to the day or a later one, oldest first, where they were read already.
    """

    def __init__(
        self,
        day: datetime.date,
        tree: UnitTree | None = None,
        districts: Sequence[District] | None = None,
        targets: Sequence[Target] | None = None,
    ) -> None:
        self.day = day
        self._tree = tree
        self._districts = districts
        self._targets = targets

    @cached_property
    def tree(self) -> UnitTree:
        """The units of the day."""
        return self._tree or UnitTree.on(self.day)

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
        held = self.held_target(ind, unit_id)
        return held.percent, held.due_on

    def held_target(self, ind: Indicator, unit_id: int | None = None) -> HeldTarget:
        """The same with whose it is."""
        mine = self._targets_of.get(ind.code, {})
        chain: list[int | None] = [unit.id for unit in self.tree.above(unit_id)] if mine and unit_id else []
        for holder in [*chain, None]:
            if holder in mine:
                return HeldTarget(mine[holder].percent, mine[holder].due_on, holder, mine[holder])
        return HeldTarget(ind.target, ind.due_on)

    def targets_of(self, ind: Indicator) -> dict[int | None, Target]:
        """The targets in force that were set for an indicator, by the unit that they were set for (None: all)."""
        return self._targets_of.get(ind.code, {})

    @cached_property
    def _targets_of(self) -> dict[str, dict[int | None, Target]]:
        """The targets in force by indicator and unit."""
        found: dict[str, dict[int | None, Target]] = {}
        for target in targets_until(self.day) if self._targets is None else self._targets:
            if target.valid_from <= self.day:
                found.setdefault(target.indicator, {})[target.unit_id] = target
        return found


def targets_until(day: datetime.date) -> list[Target]:
    """The targets that were set up to a day, oldest first."""
    return list(Target.objects.filter(valid_from__lte=day).order_by("valid_from"))


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
    found = counts(day, [Counted(ind, by, source) for ind in inds], part)
    return {ind.code: tally for ind, tally in zip(inds, found, strict=True)}


def _groups(
    by: str, counts: Mapping[Any, Tally], places: Places, asked: str | None
) -> list[tuple[str, str, int | None, Tally]]:
    """Groups of a grouping as (code, name, unit of its target, counts), also those with nothing in them; all, or the
    one asked for."""
    if by == "unit":
        units = [one for one in places.tree.listed() if asked in (None, one.code)]
        return [(one.code, one.name, one.id, _sum(counts, places.tree.below(one.id))) for one in units]
    return [one for one in _other_groups(by, counts, places) if asked in (None, one[0])]


def _other_groups(by: str, counts: Mapping[Any, Tally], places: Places) -> list[tuple[str, str, int | None, Tally]]:
    """The same of what is no unit."""
    if by == "city":
        return [("city", "全市", None, counts.get("city", Tally()))]
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
    return together(day, [Table(by, codes)], part=part, source=source, places=places)[0]


class Table(NamedTuple):
    """One table of figures among several: a grouping, its indicators (None: all that offer it), its source where that
    is another than the rest's, and the one group asked for (None: each)."""

    by: str = "city"
    codes: Sequence[str] | None = None
    source: Source | None = None
    group: str | None = None


def together(
    day: datetime.date,
    tables: Sequence[Table],
    *,
    part: Slice | None = None,
    source: Source = live,
    places: Places | None = None,
) -> list[list[Rate]]:
    """What `rates` says for each of these tables, in one statement that evaluates every indicator once.

    Raises CannotAnswer as `rates` does.
    """
    places = places or Places(day)
    asked = [
        [Counted(ind, table.by, table.source or source) for ind in chosen(table.codes, table.by)] for table in tables
    ]
    found = iter(counts(day, [one for counted in asked for one in counted], part))
    return [
        [rate for one in counted for rate in _rates(one.indicator, one.by, next(found), places, table.group)]
        for table, counted in zip(tables, asked, strict=True)
    ]


def every_rate(day: datetime.date, *, source: Source = live, places: Places | None = None) -> list[Rate]:
    """What `rates` says for each grouping in turn, in one statement that evaluates every indicator once."""
    found = together(day, [Table(by) for by in GROUPINGS], source=source, places=places)
    return [rate for table in found for rate in table]


def _rates(ind: Indicator, by: str, counts: Mapping[Any, Tally], places: Places, asked: str | None) -> Iterator[Rate]:
    for group, name, unit_id, total in _groups(by, counts, places, asked):
        target, due_on = places.target(ind, unit_id)
        eligible, met = ind.figure(total.eligible, total.met, places.day)
        adjusted = ind.figure(total.eligible - total.excluded, total.met - total.excluded_met, places.day)
        yield Rate(
            indicator=ind.code,
            date=places.day,
            by=by,
            group=group,
            group_name=name,
            eligible=eligible,
            met=met,
            excluded=total.excluded,
            adjusted_eligible=adjusted[0],
            adjusted_met=adjusted[1],
            target=target,
            due_on=due_on,
            reasons=dict(total.reasons),
        )
