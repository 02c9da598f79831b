"""The schematic tile map of the districts: where each stands, without any geometry that needs a licence.

Columns and rows in tile units. Later districts are renamed in place; a district that is not yet valid on the day
shows its tile dashed (未设); districts that the map does not know stand in a row of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portal.core.indicators import NONE_GROUP, Rate
from portal.core.models import District
from portal.desk.charts import Distance, distance

WIDTH, HEIGHT, GAP, EDGE = 118, 88, 8, 1
POSITIONS: dict[str, tuple[float, float]] = {
    "光明": (1, 0),
    "宝安": (0.5, 1),
    "龙华": (1.5, 1),
    "龙岗": (2.5, 1),
    "坪山": (3.5, 1),
    "南山": (0, 2),
    "福田": (1, 2),
    "罗湖": (2, 2),
    "盐田": (3, 2),
    "大鹏": (4, 2),
}
_NONE_POSITION = (4, 0)
_COLUMNS, _ROWS = 5, 3


@dataclass(frozen=True)
class Tile:
    """One district: its corner in pixels, its figure, how far it is from the target (None: not set up yet)."""

    x: float
    y: float
    name: str
    rate: Rate | None
    distance: Distance | None
    href: str = ""

    @property
    def is_none(self) -> bool:
        """The tile of what has no district."""
        return self.rate is not None and self.rate.group == NONE_GROUP

    @property
    def fill(self) -> float:
        """Pixels of the bar that are filled; the bar is 98 wide."""
        return round(98 * float(self.rate.rate or 0) / 100, 1) if self.rate else 0

    @property
    def mark(self) -> float:
        """Where the target stands on the bar."""
        return round(98 * (self.rate.target or 0) / 100, 1) if self.rate else 0


@dataclass(frozen=True)
class TileMap:
    """All tiles and the size of the drawing."""

    tiles: list[Tile]
    width: int
    height: int


def _corner(x: float, y: float) -> tuple[float, float]:
    return EDGE + x * (WIDTH + GAP), EDGE + y * (HEIGHT + GAP)


def _place(name: str) -> tuple[float, float] | None:
    return next((where for word, where in POSITIONS.items() if name.startswith(word)), None)


def tile_map(rates: Sequence[Rate], links: dict[str, str], known: Iterable[District]) -> TileMap:
    """Tiles for the district rates of one indicator; `known` are all districts ever, `links` by group."""
    tiles: list[Tile] = []
    taken: set[tuple[float, float]] = set()
    beyond: list[Rate] = []
    for rate in rates:
        where = _NONE_POSITION if rate.group == NONE_GROUP else _place(rate.group_name)
        if where is None or where in taken:
            beyond.append(rate)
            continue
        taken.add(where)
        tiles.append(_tile(where, rate, links))
    for position, rate in enumerate(beyond):
        tiles.append(_tile((position % _COLUMNS, _ROWS + position // _COLUMNS), rate, links))
    for district in known:
        where = _place(district.name)
        if where is not None and where not in taken:
            taken.add(where)
            tiles.append(Tile(*_corner(*where), district.name, None, None))
    rows = _ROWS + -(-len(beyond) // _COLUMNS)
    return TileMap(tiles, _COLUMNS * (WIDTH + GAP) - GAP + 2 * EDGE, rows * (HEIGHT + GAP) - GAP + 2 * EDGE)


def _tile(where: tuple[float, float], rate: Rate, links: dict[str, str]) -> Tile:
    return Tile(*_corner(*where), rate.group_name, rate, distance(rate), links[rate.group])
