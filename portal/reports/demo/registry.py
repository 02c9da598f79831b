"""What the registry of the demo city decided, and the party-building reviews before it (article 11)."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator, Sequence
from random import Random

from branches.models import CoveringLink
from orgs.checklists import checklist
from orgs.models import RegistryEvent
from portal.core.policy import NOTICE_DAY
from portal.core.validity import covers
from portal.reports.demo.organizations import Plan
from portal.reports.demo.rows import Rows

Day = datetime.date
Kind = RegistryEvent.Kind
#: annual inspections of so many years
YEARS = 4
#: since 2016 most organizations send a yearly report (年报) instead
REPORTS_SINCE = 2016
_OPINIONS = ("同意", "同意，督促按期换届", "同意，限期组建党组织", "")


class Registry:
    """Draws decisions, with dice of its own so that the rest of the city stays what it is."""

    def __init__(self, rows: Rows, rng: Random, end: Day) -> None:
        self._rows, self._rng, self._end = rows, rng, end
        # another pair, so that the days of the decisions stay what they are
        self._dice, self._pages = Random("checklists"), Random("party-pages")
        self._made = 0
        self._links: dict[int, list[CoveringLink]] = defaultdict(list)
        for link in rows.of(CoveringLink):
            self._links[id(link.organization)].append(link)

    def decide(self, plans: Sequence[Plan]) -> None:
        """The decisions about these organizations."""
        for plan in plans:
            for kind, decided_on in self._decisions(plan):
                self._add(plan, kind, decided_on)

    def _decisions(self, plan: Plan) -> Iterator[tuple[Kind, Day]]:
        established = plan.row.established_on
        if established > NOTICE_DAY:
            yield Kind.FOUNDING, established
        for year in range(self._end.year - YEARS + 1, self._end.year + 1):
            day = Day(year, 3, 1) + datetime.timedelta(days=self._rng.randrange(120))
            if established < Day(year, 1, 1) and self._is_open(plan, day) and day <= self._end:
                yield Kind.INSPECTION, day
        if plan.number % 9 == 0:
            # some are decided in the days to come, and wait for their review
            day = self._end + datetime.timedelta(days=self._rng.randrange(-150, 25))
            if established < day and self._is_open(plan, day):
                yield Kind.CHANGE, day

    @staticmethod
    def _is_open(plan: Plan, day: Day) -> bool:
        return plan.closed_on is None or day < plan.closed_on

    def _add(self, plan: Plan, kind: Kind, decided_on: Day) -> None:
        self._made += 1
        event = RegistryEvent(
            code=f"SX-{decided_on.year}-{self._made:06d}",
            organization=plan.row,
            kind=kind,
            decided_on=decided_on,
        )
        if kind == Kind.INSPECTION and decided_on.year >= REPORTS_SINCE and self._rng.random() < 0.6:
            event.written = {"event_kind": "年报"}
        self._review(event, plan)
        if kind == Kind.INSPECTION and self._is_covered(plan, decided_on) and self._pages.random() < 0.8:
            event.reported = self._fill_in()
        self._rows.add(event)

    def _is_covered(self, plan: Plan, day: Day) -> bool:
        return any(covers(link.valid_from, link.valid_to, day) for link in self._links[id(plan.row)])

    def _fill_in(self) -> dict[str, int]:
        """The party page as an organization fills it in; some leave out where the money came from."""
        dice = self._pages
        found = {
            "premises": dice.randrange(12, 160),
            "activities": dice.randrange(4, 25),
            "deeds": dice.randrange(0, 9),
        }
        if dice.random() < 0.85:
            found |= {"dues": 100 * dice.randrange(6, 80), "own": 1000 * dice.randrange(1, 30)}
            found |= {"superior": 500 * dice.randrange(0, 9), "budget": 0, "other": 0}
        return found

    def _go_through(self, event: RegistryEvent) -> dict[str, bool]:
        """The checklist of the day: mostly held, some items lacking, some reviews without it."""
        if self._dice.random() < 0.3:
            return {}
        return {item: self._dice.random() < 0.85 for item in checklist(event.kind, event.decided_on).items}

    def _review(self, event: RegistryEvent, plan: Plan) -> None:
        """Reviews became usual over the years; some came after the decision."""
        in_time, chance = min(92, 55 + 3 * (event.decided_on.year - NOTICE_DAY.year)) / 100, self._rng.random()
        days = self._rng.randrange(1, 25)
        if chance < in_time:
            reviewed_on = event.decided_on - datetime.timedelta(days=days - 1)
        elif chance < in_time + 0.05:
            reviewed_on = event.decided_on + datetime.timedelta(days=days)
        else:
            return
        if reviewed_on > self._end:
            return
        event.reviewed_on, event.opinion = reviewed_on, self._rng.choice(_OPINIONS)
        event.answers = self._go_through(event)
        office = plan.rule or plan.registering
        if office is not None:
            event.reviewing_unit = office.unit
        else:
            event.reviewing_unit_written = "区两新办"
