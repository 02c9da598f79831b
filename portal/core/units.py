"""The tree of units on a day, in memory: a city has some hundred, so one statement reads them all.

A unit answers for itself and for all units below it. Validity is ignored here (an ended unit still answers,
and counts in the units above it); `valid` says whether the unit is listed as a group on that day.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from portal.core.models import District, UnitState
from portal.core.models.accounts import RoleGrant
from portal.core.roles import Role
from portal.core.scoping import Scope, register_expansion
from portal.core.validity import active_on, covers

Kind = UnitState.Kind


@dataclass(frozen=True)
class UnitOnDay:
    """A unit as it was on a day."""

    id: int
    code: str
    name: str
    kind: str
    parent_id: int | None
    level: str
    function: str
    district_id: int | None
    valid: bool

    @property
    def is_placeholder(self) -> bool:
        """A word such as 相关职能部门 that names no concrete unit."""
        return self.kind == Kind.PLACEHOLDER


class UnitTree:
    """All units as they were on one day."""

    def __init__(self, units: Iterable[UnitOnDay]) -> None:
        self.units = {unit.id: unit for unit in units}
        self.by_code = {unit.code: unit for unit in self.units.values()}
        self._children: dict[int, list[int]] = {}
        for unit in self.units.values():
            if unit.parent_id is not None:
                self._children.setdefault(unit.parent_id, []).append(unit.id)

    @classmethod
    def on(cls, day: datetime.date) -> UnitTree:
        """The tree of `day`, read in one statement."""
        rows = (
            UnitState.objects.filter(active_on(day))
            .order_by("unit__code")
            .values_list(
                "unit_id",
                "unit__code",
                "name",
                "kind",
                "parent_id",
                "level",
                "function",
                "district_id",
                "unit__valid_from",
                "unit__valid_to",
            )
        )
        return cls(UnitOnDay(*row[:8], valid=covers(row[8], row[9], day)) for row in rows)

    def __iter__(self) -> Iterator[UnitOnDay]:
        return iter(self.units.values())

    def listed(self) -> list[UnitOnDay]:
        """The units that are groups on this day: valid, no placeholder; by code."""
        found = [unit for unit in self if unit.valid and not unit.is_placeholder]
        return sorted(found, key=lambda unit: unit.code)

    def in_order(self) -> list[tuple[int, UnitOnDay]]:
        """The listed units with their depth, each before those below it, by code; those of a circle at the end."""
        listed = {unit.id: unit for unit in self.listed()}
        found: dict[int, tuple[int, UnitOnDay]] = {}

        def walk(unit: UnitOnDay, depth: int) -> None:
            if unit.id not in found:
                found[unit.id] = (depth, unit)
                for one in sorted(self._children.get(unit.id, ()), key=lambda key: self.units[key].code):
                    if one in listed:
                        walk(listed[one], depth + 1)

        for unit in listed.values():
            if unit.parent_id not in listed:
                walk(unit, 0)
        for unit in listed.values():
            walk(unit, 0)
        return list(found.values())

    def below(self, unit_id: int) -> frozenset[int]:
        """The unit and all units below it. A circle in the data does not hang this."""
        found: set[int] = set()
        waiting = [unit_id]
        while waiting:
            current = waiting.pop()
            if current not in found:
                found.add(current)
                waiting += self._children.get(current, [])
        return frozenset(found)

    def above(self, unit_id: int) -> list[UnitOnDay]:
        """The unit and those above it, nearest first."""
        chain: list[UnitOnDay] = []
        current: int | None = unit_id
        while current is not None and current in self.units and self.units[current] not in chain:
            chain.append(self.units[current])
            current = self.units[current].parent_id
        return chain

    def with_function(self, function: str) -> UnitOnDay | None:
        """The valid unit with this function; of several the one with the lowest code."""
        found = [unit for unit in self if unit.function == function and unit.valid]
        return min(found, key=lambda unit: unit.code, default=None)


def districts_on(day: datetime.date) -> list[District]:
    """The districts valid on `day`, by code."""
    found = [d for d in District.objects.all() if covers(d.valid_from, d.valid_to, day)]
    return sorted(found, key=lambda district: district.code)


def _unit_scope(grant: RoleGrant, day: datetime.date) -> Scope:
    """What a grant bound to a unit reaches: the unit and below; a territorial unit also its territory."""
    tree = UnitTree.on(day)
    unit = tree.units.get(grant.unit_id or 0)
    if unit is None:
        return Scope(day=day)
    return reach_of(unit, tree, day, writes=grant.role != Role.OBSERVER)


def reach_of(unit: UnitOnDay, tree: UnitTree, day: datetime.date, *, writes: bool = False) -> Scope:
    """What a unit reaches on a day, without the roles: itself and the units below, a territorial one its territory."""
    ids = tree.below(unit.id)
    district = {unit.district_id} if unit.kind == Kind.DISTRICT_LEAD and unit.district_id else ()
    return Scope(
        day=day,
        tree=tree,
        home_unit_id=unit.id,
        own_unit_ids=frozenset({unit.id} if writes else ()),
        unit_ids=ids,
        writing_unit_ids=ids if writes else frozenset(),
        district_ids=frozenset(district),
        subdistrict_ids=frozenset({unit.id} if unit.kind == Kind.SUBDISTRICT else ()),
        community_ids=frozenset({unit.id} if unit.kind == Kind.COMMUNITY else ()),
    )


def _city_scope(grant: RoleGrant, day: datetime.date) -> Scope:
    return Scope(day=day, city_wide=True, home_unit_id=grant.unit_id)


register_expansion(Role.UNIT_STAFF, _unit_scope)
register_expansion(Role.OBSERVER, _unit_scope)
register_expansion(Role.CITY_STAFF, _city_scope)
