"""Who has which target on a day: the city's default of each indicator, the units with their own, who inherits what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from portal.core import indicators
from portal.core.indicators import Indicator, Rate
from portal.core.indicators.figures import HeldTarget
from portal.core.scoping import Scope
from portal.core.units import UnitOnDay
from portal.desk.charts import Distance, distance
from portal.desk.doing import Act, act_new
from portal.desk.figures import Question


@dataclass(frozen=True)
class Default:
    """The target of an indicator for all units that have none of their own: `origin` says who set it, `own` counts the
    units with one of their own."""

    indicator: Indicator
    held: HeldTarget
    origin: str
    own: int
    ended: bool
    act: Act | None


@dataclass(frozen=True)
class Holder:
    """A unit in the tree: its target, from whom it has it, where it stands by it today."""

    unit: UnitOnDay
    depth: int
    held: HeldTarget
    origin: str
    is_own: bool
    rate: Rate
    distance: Distance
    act: Act | None


def defaults(question: Question, scope: Scope) -> list[Default]:
    """The target that holds for everybody, of each indicator; no statement besides units and targets."""
    places = question.places
    found = []
    for ind in indicators.all_indicators():
        held = places.held_target(ind)
        found.append(
            Default(
                indicator=ind,
                held=held,
                origin="全市设定" if held.stored else "通知所定",
                own=len([unit for unit in places.targets_of(ind) if unit is not None]),
                ended=held.due_on is not None and question.day > held.due_on,
                act=act_new("targets", scope, indicator=ind.code),
            )
        )
    return found


def holders(question: Question, ind: Indicator, scope: Scope) -> list[Holder]:
    """The units of the day as a tree with their targets; one statement. None for what is not counted by units."""
    if not indicators.offered(ind, "unit"):
        return []
    rates = {rate.group: rate for rate in question.rates("unit", [ind.code])}
    return list(_holders(question, ind, scope, rates))


def _holders(question: Question, ind: Indicator, scope: Scope, rates: dict[str, Rate]) -> Iterator[Holder]:
    tree = question.places.tree
    for depth, unit in tree.in_order():
        held = question.places.held_target(ind, unit.id)
        is_own = held.unit_id == unit.id
        above = tree.units[held.unit_id].name if held.unit_id is not None else "全市"
        yield Holder(
            unit=unit,
            depth=min(depth, 5),
            held=held,
            origin="自定" if is_own else f"承接{above}",
            is_own=is_own,
            rate=rates[unit.code],
            distance=distance(rates[unit.code]),
            act=act_new("targets", scope, indicator=ind.code, unit=unit.code),
        )
