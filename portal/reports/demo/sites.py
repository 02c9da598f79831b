"""The demonstration sites of the demo city (article 6): most quotas are filled, some are not, some sites ended."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from random import Random

from demonstration.board import FIELDS
from demonstration.models import DemonstrationSite
from portal.core.policy import NOTICE_DAY
from portal.reports.demo.organizations import Plan
from portal.reports.demo.rows import Rows

Day = datetime.date
Level = DemonstrationSite.Level
#: so many sites the city names in the years after the notice
OF_CITY = 11
#: sites of the districts one after the other: the third and the sixth stay short
OF_DISTRICTS = (3, 2, 1, 2, 3, 0, 2, 2, 2, 4)


class Sites:
    """Names sites, with dice of its own so that the rest of the city stays what it is."""

    def __init__(self, rows: Rows, rng: Random, end: Day) -> None:
        self._rows, self._rng, self._end = rows, rng, end

    def name(self, plans: Sequence[Plan]) -> None:
        """The sites among these organizations; some are named by the city and by their district."""
        fit = [plan for plan in plans if plan.trait != "unplaced" and plan.row.established_on < self._end]
        fit.sort(key=lambda plan: (plan.state.field not in FIELDS, plan.number))
        self._name_all(self._spread([plan for plan in fit if not plan.shown], OF_CITY), Level.CITY, "SZ")
        areas = list({plan.area.key: plan.area for plan in plans}.values())
        for area, count in zip(sorted(areas, key=lambda one: one.before.code), OF_DISTRICTS, strict=False):
            here = [plan for plan in fit if plan.area.key == area.key and (plan.shown or plan.number % 3)]
            here.sort(key=lambda plan: not plan.shown)
            self._name_all(self._spread(here, count), Level.DISTRICT, area.key)

    @staticmethod
    def _spread(fit: Sequence[Plan], count: int) -> list[Plan]:
        """The first so many, the fields of article 6 in turn."""
        by_field: dict[str, list[Plan]] = {}
        for plan in fit:
            by_field.setdefault(plan.state.field, []).append(plan)
        turns = [one for turn in range(count) for held in by_field.values() for one in held[turn : turn + 1]]
        return turns[:count]

    def _name_all(self, chosen: Iterable[Plan], level: str, prefix: str) -> None:
        for number, plan in enumerate(chosen, 1):
            named_on = self._day(plan)
            withdrawn_on = named_on + datetime.timedelta(days=900) if number % 4 == 3 else None
            if named_on > self._end:
                continue
            site = DemonstrationSite(
                code=f"{prefix}-SF{named_on.year}-{number:02d}",
                name=f"{plan.row.name}党建示范点",
                level=level,
                field=plan.state.field if number % 2 else "",
                organization=plan.row,
                named_on=named_on,
                withdrawn_on=withdrawn_on if withdrawn_on and withdrawn_on <= self._end else None,
            )
            self._rows.add(site)

    def _day(self, plan: Plan) -> Day:
        """Some time after the notice, and after half a year of the organization's life."""
        first = max(NOTICE_DAY, plan.row.established_on)
        day = first + datetime.timedelta(days=180 + self._rng.randrange(700))
        return min(day, self._end - datetime.timedelta(days=300)) if plan.shown else day
