"""The shares of article 12 as a page shows them: year by year as a line, by district or unit as a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from branches.shares import MEASURES, ByYear, Share, Shares
from portal.core.models import District
from portal.core.units import districts_on

GROUPINGS = {"district": "行政区", "unit": "主管单位"}
#: the group of units that belong to no district
CITY_UNITS = "-"
_LEFT, _RIGHT, _TOP, _HIGH = 34, 262, 16, 84


@dataclass(frozen=True)
class Group:
    """One district or unit: code, name, how deep it stands in the tree, its shares by year."""

    code: str
    name: str
    depth: int
    by_year: ByYear

    def counts(self, years: Sequence[int]) -> bool:
        """Whether there is anything to count in these years."""
        return any(self.by_year[key].whole for key in self.by_year if key[1] in years)


@dataclass(frozen=True)
class Chart:
    """One share over the years: points of the line as SVG text, dots, the heights of 0, 50 and 100 per cent, and the
    figures themselves as (year, share), newest first."""

    name: str
    measure: str
    points: str
    dots: Sequence[tuple[float, float]]
    levels: Sequence[tuple[int, float]]
    axis: Sequence[tuple[float, str, str]]
    rows: Sequence[tuple[int, Share]]

    @property
    def now(self) -> Share:
        """The current year's."""
        return self.rows[0][1]

    @property
    def before(self) -> Share:
        """Last year's."""
        return self.rows[1][1]


def groups(shares: Shares, by: str) -> list[Group]:
    """The groups in the order of the house: districts by code, units along the tree; no ranking."""
    if by == "unit":
        return [Group(u.code, u.name, depth, shares.of_unit(u.id)) for depth, u in shares.tree.in_order()]
    return [*_districts(shares, districts_on(shares.day))]


def _districts(shares: Shares, districts: Sequence[District]) -> Iterator[Group]:
    for one in districts:
        yield Group(one.code, one.name, 0, shares.of_district(one.pk))
    rest = Group(CITY_UNITS, "市级单位（不在某一区）", 0, shares.of_district(None))
    if rest.counts(shares.years):
        yield rest


def charts(by_year: ByYear, years: Sequence[int]) -> list[Chart]:
    """A line for each share."""
    return [_chart(code, by_year, years) for code in MEASURES]


def _chart(code: str, by_year: Mapping[tuple[str, int], Share], years: Sequence[int]) -> Chart:
    known = [(year, by_year.get((code, year), Share())) for year in years]
    dots = [(_x(year, years), _y(Decimal(one.rate))) for year, one in known if one.rate is not None]
    name, measure = MEASURES[code]
    return Chart(
        name=name,
        measure=measure,
        points=" ".join(f"{x},{y}" for x, y in dots),
        dots=dots,
        levels=[(level, _y(Decimal(level))) for level in (100, 50, 0)],
        axis=[(_x(years[0], years), str(years[0]), "start"), (_x(years[-1], years), str(years[-1]), "end")],
        rows=known[::-1],
    )


def _x(year: int, years: Sequence[int]) -> float:
    return round(_LEFT + (_RIGHT - _LEFT) * (year - years[0]) / max(1, years[-1] - years[0]), 1)


def _y(rate: Decimal) -> float:
    return round(_TOP + _HIGH * float(100 - rate) / 100, 1)


def cells(group: Group, year: int) -> list[tuple[str, Share, Share]]:
    """The shares of a group: each by name, this year's and last year's."""
    shares = group.by_year
    return [
        (name, shares.get((code, year), Share()), shares.get((code, year - 1), Share()))
        for code, (name, _) in MEASURES.items()
    ]


def headings(by: str, year: int) -> list[str]:
    """The heads of the file, in the order of `record`."""
    return [
        "编码",
        GROUPINGS[by],
        *(f"{name} {when}{what}" for name, _ in MEASURES.values() for when in (year, year - 1) for what in _PARTS),
    ]


_PARTS = ("", " 总数", " 比例（%）")


def record(group: Group, year: int) -> list[str | int]:
    """One row of the file."""
    shares = [one for _, *pair in cells(group, year) for one in pair]
    return [
        group.code,
        group.name,
        *(value for one in shares for value in (one.part, one.whole, one.rate or "—")),
    ]
