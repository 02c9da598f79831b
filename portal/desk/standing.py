"""Where a place stands: each indicator of the city, or of a unit with those below it, on a day, with its month ends.

Nothing is counted here. A stored day shows the figures that its night kept; any other day, and today, what the engine
evaluates. A unit's figure is the unit's own group; what is counted by districts alone (demonstration sites, places
that lawyers serve) is, for the lead of a district, the figure of that district.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from portal.core import indicators
from portal.core.indicators import Indicator, Rate, Table
from portal.core.pages import WrongAddress, address, day_in, scope_of_request
from portal.core.units import UnitOnDay
from portal.core.validity import today
from portal.desk.charts import Distance, Spark, distance, spark
from portal.desk.figures import BOTH, Past, Question, month_ends, past, stored_days

#: how many month ends a small trend has, the day asked apart
MONTHS = 12
#: what an address says for the whole city
CITY = "city"
ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Standing:
    """One indicator at a place: its figure (None: it is not counted for such a place), its trend, its links.

    `last_year` is, of a yearly one, what the night of 31 December kept; None where that night has nothing of it.
    `group` is the grouping and group of the figure; `place` names it where it is not the page's own place.
    """

    indicator: Indicator
    rate: Rate | None
    last_year: Rate | None
    group: tuple[str, str]
    place: str
    spark: Spark | None
    missing_href: str
    all_href: str
    groups_href: str

    @property
    def distance(self) -> Distance | None:
        """How far the figure is from its target."""
        return distance(self.rate) if self.rate else None

    @property
    def series(self) -> str:
        """The look of its line."""
        return "work" if self.indicator.code == "work-coverage" else "branch"


@dataclass(frozen=True)
class Place:
    """Whose figures a page shows on a day: the city's, or those of a unit with the units below it."""

    question: Question
    unit: UnitOnDay | None = None

    @property
    def day(self) -> datetime.date:
        """The day asked for."""
        return self.question.day

    @property
    def code(self) -> str:
        """What an address says for it."""
        return self.unit.code if self.unit else CITY

    @property
    def name(self) -> str:
        """What it is called."""
        return self.unit.name if self.unit else "全市"

    @cached_property
    def district(self) -> str:
        """The code of the district that the unit leads; empty for any other place."""
        if self.unit is None or self.unit.kind != "DISTRICT_LEAD" or self.unit.district_id is None:
            return ""
        return next((one.code for one in self.question.places.districts if one.pk == self.unit.district_id), "")

    def group_of(self, ind: Indicator) -> tuple[str, str] | None:
        """The grouping and group of an indicator's figure here; None where it is not counted for such a place."""
        if self.unit is None:
            return "city", CITY
        if indicators.offered(ind, "unit"):
            return "unit", self.unit.code
        return ("district", self.district) if self.district and indicators.offered(ind, "district") else None

    def rates(self, inds: Sequence[Indicator]) -> dict[str, Rate]:
        """The figures of these indicators by their code; one statement besides units, districts and targets."""
        wanted = {ind.code: group for ind in inds if (group := self.group_of(ind))}
        if self.question.stored:
            return self._kept(wanted)
        tables = [
            Table(by, [code for code, group in wanted.items() if group[0] == by])
            for by in dict.fromkeys(by for by, _ in wanted.values())
        ]
        found = [rate for table in self.question.together(*tables) for rate in table]
        return {rate.indicator: rate for rate in found if wanted[rate.indicator] == (rate.by, rate.group)}

    def _kept(self, wanted: dict[str, tuple[str, str]]) -> dict[str, Rate]:
        """The same as the night of the day kept them, with the days on which their targets are due."""
        due = {code: self._due_on(indicators.indicator(code)) for code in wanted}
        return {
            one.rate.indicator: replace(one.rate, due_on=due[one.rate.indicator])
            for one in self._series
            if one.day == self.day and wanted.get(one.rate.indicator) == (one.rate.by, one.rate.group)
        }

    def _due_on(self, ind: Indicator) -> datetime.date | None:
        group = self.group_of(ind)
        return self.question.places.target(ind, self.unit.id if self.unit and group and group[0] == "unit" else None)[1]

    @cached_property
    def _series(self) -> list[Past]:
        """The stored figures of the last month ends, and of the day where it is stored; one statement."""
        days = month_ends(self.question.nights or (), self.day)[-MONTHS:]
        inds = indicators.all_indicators()
        groups = {group for ind in inds if (group := self.group_of(ind))}
        return past([ind.code for ind in inds], groups, [*days, *([self.day] if self.question.stored else [])])

    def standings(self, inds: Sequence[Indicator]) -> list[Standing]:
        """Where the place stands by each of these indicators; at most two statements besides `rates`."""
        rates = self.rates(inds)
        return [self._standing(ind, rates.get(ind.code)) for ind in inds]

    def _standing(self, ind: Indicator, rate: Rate | None) -> Standing:
        by, group = self.group_of(ind) or ("city", CITY)
        asked = ("", "") if by == "city" else (by, group)
        before = [one for one in self._series if one.rate.indicator == ind.code and one.rate.by == by]
        points = [*(one.rate for one in before if one.day < self.day), *([rate] if rate else [])]
        last_day = datetime.date(self.day.year - 1, 12, 31)
        unmet = "strict-unmet" if ind.code in BOTH else "unmet"
        return Standing(
            indicator=ind,
            rate=rate,
            last_year=next((one.rate for one in before if ind.yearly and one.day == last_day), None),
            group=(by, group),
            place="辖区" if by == "district" else "",
            spark=spark(points),
            missing_href=self.question.link(ind.code, unmet, *asked),
            all_href=self.question.link(ind.code, "", *asked),
            groups_href=self.link("indicator", ind.code),
        )

    def link(self, route: str, *names: str) -> str:
        """The address of another page about this place on this day."""
        asked = {"unit": self.code, "date": self.day.isoformat() if self.day != today() else ""}
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"{reverse(route, args=names)}?{query}"


def place_asked(request: HttpRequest) -> Place:
    """The day and the place that the address names: a unit, the city, by default the account's own.

    Like the coverage page: a day in the address is answered by its snapshot where there is one, else, and with
    `live`, by what is known now. Raises WrongAddress.
    """
    day, scope = day_in(request), scope_of_request(request)
    question = Question(
        day=day,
        tree=scope.tree if day == scope.day else None,
        nights=stored_days(day + ONE_DAY),
        live=bool(request.GET.get("live")) or not request.GET.get("date"),
    )
    written, tree = request.GET.get("unit", ""), question.places.tree
    if written in ("", CITY):
        home = None if written or scope.city_wide else tree.units.get(scope.home_unit_id or 0)
        return Place(question, home if home and home in tree.listed() else None)
    if written not in {unit.code for unit in tree.listed()}:
        raise WrongAddress(f"{day.isoformat()} 没有编码为“{written}”的单位；请从单位列表里选。")
    return Place(question, tree.by_code[written])


def frame(request: HttpRequest, place: Place) -> dict[str, Any]:
    """What the controls of such a page offer: the units of the day, the days beside it, how the day is answered."""
    question = place.question
    return {
        "place": place,
        "question": question,
        "units": [(unit.code, f"{'　' * depth}{unit.name}") for depth, unit in question.places.tree.in_order()],
        **days_beside(request, question),
    }


def days_beside(request: HttpRequest, question: Question) -> dict[str, Any]:
    """What a page of figures says of its day: the days beside it, and whether its night was kept."""
    is_past = question.day < today()
    return {
        "today": today(),
        "earlier": address(request, date=(question.day - ONE_DAY).isoformat()),
        "later": address(request, date=(question.day + ONE_DAY).isoformat()) if is_past else "",
        "has_snapshot": not question.stored and is_past and question.has_night,
    }
