"""What saving does to today's figures: “党组织覆盖率 82.41 % → 82.47 %”."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection

from portal.core import indicators
from portal.core.indicators import Indicator, Places, Rate, Table
from portal.core.models import District, Target, Unit, UnitState
from portal.core.scoping import Scope

_WRITES = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)')
_READ_BY_ALL = (District, Target, Unit, UnitState)


@dataclass(frozen=True)
class Effect:
    """One figure of the city or of the account's unit, before and after."""

    before: Rate
    after: Rate

    @property
    def name(self) -> str:
        """What the figure is called."""
        return indicators.indicator(self.after.indicator).name

    @property
    def turns(self) -> bool:
        """Whether the target is reached now and was not, or the other way round."""
        return self.before.meets is not self.after.meets

    @property
    def missing(self) -> int:
        """How many subjects more (or, below zero, fewer) are still missing."""
        return self.after.shortfall - self.before.shortfall


@contextmanager
def watched() -> Iterator[set[str]]:
    """The names of the tables that are written meanwhile."""
    found: set[str] = set()

    def see(execute: Callable[..., Any], text: str, parameters: Any, many: bool, context: Mapping[str, Any]) -> Any:
        if written := _WRITES.match(text):
            found.add(written[1])
        return execute(text, parameters, many, context)

    with connection.execute_wrapper(see):
        yield found


def figures(scope: Scope, written: Collection[str], *, every_unit: bool = False) -> list[Rate]:
    """Today's figures that hang on these tables: of the city, and of the account's unit where it has one; one
    statement besides units and targets, none where nothing hangs on them.

    `every_unit`: of all units, whoever asks, since a target moves what is asked of them and not the city.
    """
    hanging = [ind for ind in indicators.all_indicators() if _hangs_on(ind, scope.day, written)]
    if not hanging:
        return []
    places = Places(scope.day)
    home = None if scope.city_wide else places.tree.units.get(scope.home_unit_id or 0)
    groupings = ("city", "unit") if home is not None or every_unit else ("city",)
    tables = [Table(by, [ind.code for ind in hanging if indicators.offered(ind, by)]) for by in groupings]
    city, *units = indicators.together(scope.day, tables, places=places)
    return city + [rate for table in units for rate in table if every_unit or (home and rate.group == home.code)]


def _hangs_on(ind: Indicator, day: datetime.date, written: Collection[str]) -> bool:
    """Whether an indicator reads one of the tables; what groups and targets are, every one does."""
    if any(model._meta.db_table in written for model in _READ_BY_ALL):
        return True
    text = ind.subjects(day).whole
    return any(f'"{table}"' in text for table in written)


def _asked(rate: Rate) -> tuple[int, int, int | None, bool]:
    """What moves a figure; where nothing is eligible no target asks for anything."""
    return rate.met, rate.eligible, rate.target if rate.eligible else None, rate.target_ended and bool(rate.eligible)


def between(before: Sequence[Rate], after: Iterable[Rate]) -> list[Effect]:
    """The figures that moved, or of which another share is asked; the units' own first."""
    known = {(rate.indicator, rate.by, rate.group): rate for rate in before}
    pairs = [(known.get((rate.indicator, rate.by, rate.group)), rate) for rate in after]
    moved = [Effect(old, new) for old, new in pairs if old and _asked(old) != _asked(new)]
    return sorted(moved, key=lambda effect: effect.after.by != "unit")
