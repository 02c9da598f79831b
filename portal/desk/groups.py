"""The groups of a coverage page: as a list by 还差几家, or the units as an indented tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Protocol, TypeVar

from portal.core.indicators import Rate
from portal.core.units import UnitOnDay, UnitTree
from portal.desk.charts import Distance, distance
from portal.desk.figures import BRANCH, WORK, Past, Question


@dataclass(frozen=True)
class Line:
    """One group: both rates, the change of what is missing since a stored month end, links, depth in the tree."""

    name: str
    code: str
    branch: Rate
    work: Rate
    distance: Distance
    change: int | None
    missing_href: str
    met_href: str
    all_href: str
    work_href: str
    depth: int = 0
    own: bool = False

    @property
    def counts(self) -> bool:
        """Whether anything is counted there."""
        return bool(self.branch.eligible or self.work.eligible)


class InTree(Protocol):
    """A line about a unit that can stand in a tree; a dataclass."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def code(self) -> str:
        """The unit."""

    @property
    def depth(self) -> int:
        """How far it is set in."""

    @property
    def counts(self) -> bool:
        """Whether anything is counted there."""


OneLine = TypeVar("OneLine", bound=InTree)


def lines(
    question: Question, rates: Sequence[Rate], before: Sequence[Past], home_code: str, indicator: str
) -> list[Line]:
    """The groups of `rates`; those that miss most organizations of `indicator` first, "—" at the end."""
    past = {one.rate.group: question.shown(one.rate) for one in before if one.rate.indicator == indicator}
    pairs: dict[str, dict[str, Rate]] = {}
    for rate in rates:
        pairs.setdefault(rate.group, {})[rate.indicator] = question.shown(rate)
    found = []
    for group, pair in pairs.items():
        main = pair[indicator]
        earlier = past.get(group)
        found.append(
            Line(
                name=main.group_name,
                code=group,
                branch=pair[BRANCH],
                work=pair[WORK],
                distance=distance(main),
                change=main.shortfall - earlier.shortfall if earlier else None,
                missing_href=question.missing_link(indicator, main.by, group),
                met_href=question.met_link(indicator, main.by, group),
                all_href=question.link(indicator, "", main.by, group),
                work_href=question.missing_link(WORK, main.by, group),
                own=group == home_code,
            )
        )
    return sorted(found, key=lambda line: _order(line, indicator))


def _order(line: Line, indicator: str) -> tuple[bool, int, bool, int]:
    main = line.branch if indicator == BRANCH else line.work
    return (not main.eligible, -main.shortfall, bool(main.meets), -main.eligible)


def as_tree(found: Sequence[OneLine], tree: UnitTree) -> list[OneLine]:
    """The units in the order of their tree, children beneath their unit by 还差几家; empty branches left out."""
    by_unit = {tree.by_code[line.code].id: line for line in found if line.code in tree.by_code}
    shown = {unit_id for unit_id, line in by_unit.items() if line.counts}
    children: dict[int | None, list[int]] = {}
    for unit_id in by_unit:
        if unit_id in shown:
            children.setdefault(_nearest_shown(tree.units[unit_id], tree, shown), []).append(unit_id)
    ordered: list[OneLine] = []
    _walk(None, 0, children, by_unit, ordered)
    return ordered


def _nearest_shown(unit: UnitOnDay, tree: UnitTree, shown: set[int]) -> int | None:
    """The unit above that is listed too."""
    return next((above.id for above in tree.above(unit.id)[1:] if above.id in shown), None)


def _walk(
    above: int | None,
    depth: int,
    children: Mapping[int | None, list[int]],
    by_unit: Mapping[int, OneLine],
    ordered: list[OneLine],
) -> None:
    for unit_id in children.get(above, []):
        line = by_unit[unit_id]
        ordered.append(replace(line, depth=min(depth, 5)))
        _walk(unit_id, depth + 1, children, by_unit, ordered)
