"""What moved between two stored days in what a unit answers for, organization by organization with the reason.

Both rates are looked at together, since a reader counts organizations: one that gained or lost in either of them,
one that came, one that went. What a movement is says `portal.core.comparison`, for all units of a night at once.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portal.core import comparison, indicators
from portal.core.comparison import Mover, Side, State
from portal.core.units import UnitTree

BRANCH, WORK = "branch-coverage", "work-coverage"
BOTH = (BRANCH, WORK)
#: kinds of movement in the order in which they are told: loss first
KINDS = {"lost": "失去覆盖", "gained": "新增覆盖", "came": "进入", "went": "离开"}
#: what a letter tells as one kind; a change of the reason alone is no movement of the rates
_TOLD = {"lost": ("lost",), "gained": ("gained",), "came": ("came", "moved-in"), "went": ("went", "moved-out")}
_SHORT = {BRANCH: "党组织覆盖", WORK: "党的工作覆盖"}


@dataclass(frozen=True)
class Move:
    """One organization that moved, how, as the letter says it, and in which of both rates."""

    kind: str
    name: str
    sentence: str
    rates: tuple[str, ...]


@dataclass(frozen=True)
class Days:
    """Two stored days and the units as each of them knew them."""

    since: datetime.date
    day: datetime.date
    before: UnitTree
    after: UnitTree

    def moves(self, unit_ids: Iterable[int]) -> dict[int, list[Move]]:
        """What moved among the organizations of each unit and the units below it; a few statements for all units."""
        groups = {one: (self.before.below(one), self.after.below(one)) for one in unit_ids}
        found: dict[int, dict[int, dict[str, Mover]]] = {}
        for code in BOTH:
            ind = indicators.indicator(code)
            for unit, movers in comparison.movers_of(ind, Side(self.since), Side(self.day), groups).items():
                for mover in movers:
                    found.setdefault(unit, {}).setdefault(mover.id, {})[code] = mover
        return {unit: self._told(subjects.values()) for unit, subjects in found.items()}

    def _told(self, subjects: Iterable[Mapping[str, Mover]]) -> list[Move]:
        order = list(KINDS)
        moves = [move for movers in subjects if (move := self._move(movers))]
        return sorted(moves, key=lambda move: (order.index(move.kind), move.name))

    def _move(self, movers: Mapping[str, Mover]) -> Move | None:
        """How one organization moved, from its movement in each rate in which it made one."""
        for kind, movements in _TOLD.items():
            rates = tuple(code for code in BOTH if code in movers and movers[code].movement in movements)
            if rates:
                mover = movers[rates[0]]
                return Move(kind, mover.name, self._sentence(kind, mover, rates), rates)
        return None

    def _sentence(self, kind: str, mover: Mover, rates: Iterable[str]) -> str:
        if kind == "came":
            return f"{self._origin(mover.before)}，{_word(mover.after)}"
        if kind == "went":
            return self._destination(mover.after)
        what = "和".join(_SHORT[code] for code in rates)
        verb = "失去" if kind == "lost" else "新增"
        return f"{verb}{what}，由{_word(mover.before)}变为{_word(mover.after)}"

    def _origin(self, state: State | None) -> str:
        if state is None:
            return "新计入"
        unit = self.before.units.get(state.unit_id or 0)
        return f"由{unit.name}转入" if unit else "原责任单位待明确，转入"

    def _destination(self, state: State | None) -> str:
        if state is None:
            return "已终止或不再计入"
        unit = self.after.units.get(state.unit_id or 0)
        return f"转由{unit.name}负责" if unit else "责任单位转为待明确"


def _word(state: State | None) -> str:
    return indicators.indicator(BRANCH).reasons[state.reason] if state else ""
