"""What a letter says: the figures of one unit on one stored day, what moved, the groups below, what is missing."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from portal.core import arithmetic, indicators
from portal.core.indicators import Rate
from portal.core.units import UnitOnDay
from portal.core.validity import today
from portal.reports.letters.moves import BRANCH, KINDS, WORK, Move

#: how many organizations and groups a letter names; the platform has them all
NAMED_MOVES, NAMED_GROUPS = 20, 40


@dataclass(frozen=True)
class Card:
    """One rate of the unit, and how it stands to the day before; `place` names the territory where it is counted by
    territories alone."""

    rate: Rate
    before: Rate | None
    place: str = ""

    @property
    def name(self) -> str:
        """What is counted: 党组织覆盖率."""
        return indicators.indicator(self.rate.indicator).name

    @property
    def measure(self) -> str:
        """In what it is counted: 家, 人, 项."""
        return indicators.indicator(self.rate.indicator).measure

    @property
    def points(self) -> str:
        """The change in hundredths of points as a figure without sign; empty without a day before."""
        change = self._change
        return "" if change is None else f"{abs(change) // 100}.{abs(change) % 100:02d}"

    @property
    def direction(self) -> int:
        """1 up, -1 down, 0 as before."""
        change = self._change or 0
        return (change > 0) - (change < 0)

    @property
    def _change(self) -> int | None:
        if self.before is None or self.before.rate is None or self.rate.rate is None:
            return None
        return int(self.rate.rate.replace(".", "")) - int(self.before.rate.replace(".", ""))

    @property
    def fewer(self) -> int | None:
        """How many fewer are missing than before (negative: more); None without a day before."""
        return None if self.before is None else self.before.shortfall - self.rate.shortfall

    @property
    def bar(self) -> list[tuple[str, int]]:
        """The bar as whole per cent: met, missing to the target, the rest; together 100."""
        met = self.rate.met * 100 // self.rate.eligible
        gap = max(0, (self.rate.target or 0) - met)
        return [(kind, width) for kind, width in (("met", met), ("gap", gap), ("rest", 100 - met - gap)) if width > 0]


@dataclass(frozen=True)
class Line:
    """A row of the table of groups."""

    name: str
    eligible: int
    met: int
    shortfall: int | None

    @property
    def rate(self) -> str | None:
        """Rounded down to two decimals."""
        return arithmetic.rate(self.met, self.eligible)


@dataclass(frozen=True)
class Content:
    """All that a letter says about one unit; both its forms are written from it."""

    unit: UnitOnDay
    day: datetime.date
    since: datetime.date | None
    cards: tuple[Card, Card]
    others: Sequence[Card]
    moves: Sequence[Move]
    around: Sequence[Rate]
    around_name: str
    groups: Sequence[Line]
    hidden_groups: int
    missing: dict[str, int]
    workbook: bytes

    @property
    def late(self) -> bool:
        """Made up after its day."""
        return (today() - self.day).days > 1

    @property
    def quiet(self) -> bool:
        """Nothing moved since the last letter: no organization, no figure, no target."""
        return self.since is not None and not self.moves and all(map(_same, (*self.cards, *self.others)))

    @property
    def further(self) -> list[Card]:
        """The other indicators of the notice that have something to count here."""
        return [card for card in self.others if card.rate.eligible]

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many organizations moved in which way: (word, number)."""
        numbers = {kind: sum(move.kind == kind for move in self.moves) for kind in KINDS}
        order = ("gained", "lost", "came", "went")
        return [(KINDS[kind], numbers[kind]) for kind in order if numbers[kind]]

    @property
    def shown(self) -> Sequence[Move]:
        """The moves that are named."""
        return self.moves[:NAMED_MOVES]

    @property
    def unnamed(self) -> int:
        """How many moved besides."""
        return len(self.moves) - len(self.shown)

    @property
    def moves_link(self) -> str:
        """Where all that moved is told, in the rate that says more of those not named."""
        unnamed = self.moves[NAMED_MOVES:]
        rate = max((BRANCH, WORK), key=lambda code: sum(code in move.rates for move in unnamed))
        asked = {"from": self.since, "to": self.day, "by": "unit", "group": self.unit.code}
        return f"{settings.PUBLIC_URL}{reverse('coverage-why', args=[rate])}?{urlencode(asked)}"

    @property
    def branch(self) -> Rate:
        """The headline."""
        return self.cards[0].rate

    @property
    def uncovered(self) -> int:
        """How many have no party organization by the strict definition, listed or excluded."""
        return self.branch.eligible - self.branch.met

    @property
    def missing_branch(self) -> int:
        """How many the first sheet lists."""
        return self.missing[BRANCH]

    @property
    def missing_work(self) -> int:
        """How many the second sheet lists."""
        return self.missing[WORK]

    @property
    def workbook_name(self) -> str:
        """The file that is attached; empty where nothing is missing."""
        name = re.sub(r"[^\w-]+", "", self.unit.name)[:80] or "本单位"
        return f"未覆盖名单_{name}_{self.day.isoformat()}.xlsx" if self.workbook else ""

    @property
    def kilobytes(self) -> int:
        """How large the file is."""
        return max(1, len(self.workbook) // 1024)

    @property
    def link(self) -> str:
        """Where the button leads."""
        return f"{settings.PUBLIC_URL}{reverse('desk')}"


def _same(card: Card) -> bool:
    now, before = card.rate, card.before
    return before is not None and all(
        getattr(now, name) == getattr(before, name) for name in ("eligible", "met", "excluded", "target")
    )
