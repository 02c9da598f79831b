"""Reads what the letters of one stored day say: a few statements for any number of units.

Every figure is one that the snapshot keeps (`coverage`); what moved is told since the unit's last letter, and for
a first letter since the stored day before.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Max

from portal.core import indicators, snapshots
from portal.core.indicators import Places, Rate
from portal.core.models import District, Letter
from portal.core.units import UnitOnDay
from portal.reports.letters.content import NAMED_GROUPS, Card, Content, Line
from portal.reports.letters.missing import Missing
from portal.reports.letters.moves import BOTH, BRANCH, Days, Move

#: what a letter shows figures by
_GROUPINGS = ("unit", "district", "street", "city")
#: (grouping, group) → rate by indicator
Figures = Mapping[tuple[str, str], Mapping[str, Rate]]


@dataclass(frozen=True)
class Before:
    """A stored day to compare with: its figures by unit, and what moved since in each unit compared with it."""

    figures: Figures
    moves: Mapping[int, Sequence[Move]]


@dataclass(frozen=True)
class Reading:
    """One stored day, read for the letters of some units."""

    day: datetime.date
    places: Places
    figures: Figures
    missing: Missing
    since: Mapping[int, datetime.date]
    before: Mapping[datetime.date, Before]

    @classmethod
    def of(cls, nights: Sequence[datetime.date], unit_ids: Iterable[int]) -> Reading:
        """Read a stored day for some units: the first of `nights`, which are all stored days up to it, newest first."""
        ids, day = sorted(unit_ids), nights[0]
        since = _since(nights, ids)
        days = sorted({day, *since.values()})
        districts = list(District.objects.order_by("code"))
        places = snapshots.places_of_days(days, lambda: districts)
        kept = snapshots.figures_of(days, _GROUPINGS, places=places)
        figures = {one: _by_group(rates) for one, rates in kept.items()}
        below = frozenset().union(*(places[day].tree.below(one) for one in ids))
        moves = {
            one: Days(one, day, places[one].tree, places[day].tree).moves(_compared_with(one, since))
            for one in set(since.values())
        }
        return cls(
            day=day,
            places=places[day],
            figures=figures[day],
            missing=Missing.on(day, places[day], districts, below),
            since=since,
            before={one: Before(figures[one], found) for one, found in moves.items()},
        )

    def content(self, unit_id: int) -> Content | None:
        """The letter of a unit; None where nothing is eligible, or the day does not list the unit."""
        unit = self.places.tree.units.get(unit_id)
        rates = self.figures.get(("unit", unit.code)) if unit else None
        if unit is None or not rates or not rates[BRANCH].eligible:
            return None
        since = self.since.get(unit_id)
        before = self.before[since] if since else None
        found = self.missing.of(unit_id)
        around_name, key = self._around(unit)
        around = self.figures.get(key) if key else None
        groups = self._groups(unit)
        return Content(
            unit=unit,
            day=self.day,
            since=since,
            cards=_cards(unit, rates, before),
            others=[card for ind in indicators.all_indicators() if (card := self._other(ind.code, unit, before))],
            moves=before.moves.get(unit_id, ()) if before else (),
            around=[around[code] for code in BOTH] if around else [],
            around_name=around_name,
            groups=groups[:NAMED_GROUPS],
            hidden_groups=len(groups[NAMED_GROUPS:]),
            missing={code: len(subjects) for code, subjects in found.items()},
            workbook=self.missing.workbook(found) if any(found.values()) else b"",
        )

    def _around(self, unit: UnitOnDay) -> tuple[str, tuple[str, str] | None]:
        """The whole of a unit's territory, whoever answers for it, and its grouping and group: its district or
        street; of the city lead the city with what no unit answers for."""
        if unit.kind == "CITY_LEAD" and unit.parent_id is None:
            return "全市（含责任单位待明确的）", ("city", "city")
        if unit.kind == "SUBDISTRICT":
            return "辖区全部", ("street", unit.code)
        if unit.kind == "DISTRICT_LEAD":
            code = next((one.code for one in self.places.districts if one.pk == unit.district_id), "")
            return "辖区全部", ("district", code)
        return "", None

    def _other(self, code: str, unit: UnitOnDay, before: Before | None) -> Card | None:
        """An indicator besides both rates: the unit's figure, else, where it is counted by territories alone, that of
        the unit's territory."""
        _, around = self._around(unit)
        for key in (("unit", unit.code), around):
            rate = self.figures.get(key, {}).get(code) if key and code not in BOTH else None
            if rate is not None and key is not None:
                old = before.figures.get(key, {}).get(code) if before else None
                return Card(rate, old, {"unit": "", "city": "全市"}.get(key[0], "辖区"))
        return None

    def _groups(self, unit: UnitOnDay) -> list[Line]:
        """The units directly below by what they miss, and at the end what the unit answers for besides them."""
        own = self.figures["unit", unit.code][BRANCH]
        children = [
            rates[BRANCH]
            for one in self.places.tree
            if one.parent_id == unit.id and (rates := self.figures.get(("unit", one.code))) and rates[BRANCH].eligible
        ]
        if not children:
            return []
        lines = [Line(rate.group_name, rate.eligible, rate.met, rate.shortfall) for rate in children]
        lines.sort(key=lambda line: (-(line.shortfall or 0), line.name))
        eligible = own.eligible - sum(line.eligible for line in lines)
        met = own.met - sum(line.met for line in lines)
        return [*lines, Line("本单位直接", eligible, met, None)] if eligible else lines


def _compared_with(day: datetime.date, since: Mapping[int, datetime.date]) -> list[int]:
    """The units whose letters are compared with a day."""
    return [unit for unit, one in since.items() if one == day]


def _by_group(rates: Iterable[Rate]) -> Figures:
    found: dict[tuple[str, str], dict[str, Rate]] = {}
    for rate in rates:
        found.setdefault((rate.by, rate.group), {})[rate.indicator] = rate
    return found


def _since(nights: Sequence[datetime.date], unit_ids: list[int]) -> dict[int, datetime.date]:
    """The stored day that each unit's letter is compared with: that of its last one, else the one before."""
    day, *earlier = nights
    if not earlier:
        return {}
    letters = Letter.objects.filter(kind=Letter.Kind.NIGHT, unit__in=unit_ids, day__lt=day).order_by()
    last = dict(letters.values_list("unit").annotate(last=Max("day")))
    kept = set(earlier)
    return {one: last[one] if last.get(one) in kept else earlier[0] for one in unit_ids}


def _cards(unit: UnitOnDay, rates: Mapping[str, Rate], before: Before | None) -> tuple[Card, Card]:
    old = before.figures.get(("unit", unit.code), {}) if before else {}
    branch, work = (Card(rates[code], old.get(code)) for code in BOTH)
    return branch, work
