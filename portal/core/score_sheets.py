"""Score sheets: items and the most points that each can give, as dated data.

In prose. A scoring is held to the sheet of its day. A later sheet is another entry with its first day; the one before
stays. The total of a scoring is the sum of the points given on the items of its sheet; nothing else counts. An item
without points was not scored, which is not 0.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Item:
    """One item: how it is stored, how people call it, the points that it can give at most, what it looks at."""

    key: str
    word: str
    most: int
    asks: str = ""


@dataclass(frozen=True)
class ScoreSheet:
    """A sheet from its first day on: its source, its items, and from how many points on it advises to pass, if so."""

    first_day: datetime.date
    source: str
    items: tuple[Item, ...]
    passes: int = 0

    @property
    def full(self) -> int:
        """The points that can be reached."""
        return sum(item.most for item in self.items)

    def total(self, points: Mapping[str, int]) -> int:
        """The points of a scoring."""
        return sum(points.get(item.key, 0) for item in self.items)

    def unscored(self, points: Mapping[str, int]) -> list[str]:
        """The words of the items of which no points were given, in the order of the sheet."""
        return [item.word for item in self.items if item.key not in points]

    def excess(self, points: Mapping[str, int]) -> list[Item]:
        """The items that were given more than they can give."""
        return [item for item in self.items if points.get(item.key, 0) > item.most]


def sheet_of(sheets: Sequence[ScoreSheet], day: datetime.date) -> ScoreSheet:
    """The sheet that holds on a day."""
    return max((sheet for sheet in sheets if sheet.first_day <= day), key=lambda sheet: sheet.first_day)


def words_of(sheets: Sequence[ScoreSheet]) -> dict[str, str]:
    """Every item that some sheet holds: how it is stored, how people call it."""
    return {item.key: item.word for sheet in sheets for item in sheet.items}
