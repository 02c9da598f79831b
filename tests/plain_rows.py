"""What the plain rules work with: rows as dictionaries, days, what is said of one subject, and sums."""

from __future__ import annotations

import calendar
import datetime
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True)
class Verdict:
    """What the plain rules say of one subject."""

    id: int
    met: bool
    excluded: bool
    reason: str
    unit_id: int | None
    district_id: int | None = None
    street_id: int | None = None
    kind: str = ""
    field: str = ""

    @property
    def status(self) -> str:
        """The status of a list: exclusion is one of its own."""
        return "excluded" if self.excluded else "met" if self.met else "unmet"


@dataclass
class Sum:
    """Counts of one group."""

    eligible: int = 0
    met: int = 0
    excluded: int = 0
    adjusted_eligible: int = 0
    adjusted_met: int = 0
    reasons: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def take(self, verdict: Verdict) -> None:
        """Count one subject."""
        self.eligible += 1
        self.reasons[verdict.reason] += 1
        self.met += verdict.met
        if verdict.excluded:
            self.excluded += 1
        else:
            self.adjusted_eligible += 1
            self.adjusted_met += verdict.met


def is_on(row: Row, day: datetime.date, start: str = "valid_from", end: str = "valid_to") -> bool:
    """From the first day up to, not including, the last."""
    if row[start] is not None and day < row[start]:
        return False
    return row[end] is None or day < row[end]


def year_later(day: datetime.date) -> datetime.date:
    """The same day twelve calendar months later, clamped to the month's end."""
    last = calendar.monthrange(day.year + 1, day.month)[1]
    return datetime.date(day.year + 1, day.month, min(day.day, last))


def three_years_before(day: datetime.date) -> datetime.date:
    """The same day 36 calendar months earlier, clamped to the month's end."""
    return datetime.date(day.year - 3, day.month, min(day.day, calendar.monthrange(day.year - 3, day.month)[1]))


def rows_of(model: Any) -> list[Row]:
    """All rows of a model in the order in which they were written."""
    names = [f.attname for f in model._meta.concrete_fields]
    manager = model.rows if hasattr(model, "rows") else model.objects
    return [dict(zip(names, row, strict=True)) for row in manager.order_by("pk").values_list(*names)]


def by_id(model: Any) -> dict[Any, Row]:
    """The rows of a model by their number."""
    return {row["id"]: row for row in rows_of(model)}
