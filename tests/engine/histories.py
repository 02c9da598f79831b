"""Random small cities with a past, for property tests: as spiteful as the registers allow.

Days come from a short list around the days on which rules turn, so that spans touch, overlap and end on the very
day that is asked about. A history is drawn from one number, so that a failing one is named by it; what is drawn
leans towards what rules look at (a plain draw rarely has three members where three are asked for). Numbers are
counted, not searched for: a search that knows nothing of histories asks half of its questions of the same one.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from portal.core.policy import NOTICE_DAY
from portal.core.validity import BEGINNING
from tests.engine.planned import Task, draw_tasks

Day = datetime.date
Span = tuple[Day, Day | None]
Life = list[tuple[Day, Day | None, dict[str, Any]]]

DAYS = [
    Day.fromisoformat(text)
    for text in [
        "2012-02-29",
        "2013-01-01",
        "2013-10-22",
        "2013-10-23",
        "2013-10-24",
        "2013-12-31",
        "2014-01-01",
        "2014-02-28",
        "2014-07-01",
        "2014-07-02",
        "2014-07-03",
        "2014-12-31",
        "2015-02-28",
        "2015-03-01",
        "2016-02-29",
    ]
]
ONE_DAY = datetime.timedelta(days=1)
UNITS, DISTRICTS, ORGANIZATIONS, PARTIES, CREWS, PEOPLE, COURSES, PLACES = 7, 3, 5, 4, 6, 4, 6, 6
KINDS = ["CITY_LEAD", "WORKING_COMMITTEE", "DISTRICT_LEAD", "PROFESSIONAL", "REGISTRY", "SUBDISTRICT", "PLACEHOLDER"]
KEEPING = ["WORKING_COMMITTEE", "DISTRICT_LEAD"]
FUNCTIONS = ["", "education-bureau", "education-committee", "health-bureau", "health-committee"]
FIELDS = ["", "PRIVATE_SCHOOL", "EDUCATION_TRAINING", "PRIVATE_HOSPITAL", "CHARITY", *["LEGAL_SERVICE"] * 4]
FORMS = ["OWN", "OWN", "JOINT", "REGIONAL", "HUB", "TEMPORARY", "FUNCTIONAL"]


class Dice(random.Random):
    """Draws of days, spans and rows."""

    def chance(self, share: float) -> bool:
        """True in this share of draws."""
        return self.random() < share

    def day(self, first: int = 0, past: int = len(DAYS)) -> Day:
        """One of the days."""
        return self.choice(DAYS[first:past])

    def span(self, past: int = len(DAYS), ending: float = 0.4) -> Span:
        """[from, to): open, empty or of some length."""
        start = self.day(0, past)
        return start, max(start, self.day()) if self.chance(ending) else None

    def life(self, facts: Callable[[], dict[str, Any]], changing: float = 0.4) -> Life:
        """States without a gap: the facts from the beginning, and what they became later."""
        cuts = [BEGINNING, *([self.day()] if self.chance(changing) else [])]
        ends: list[Day | None] = [*cuts[1:], None]
        return [(start, end, facts()) for start, end in zip(cuts, ends, strict=True)]

    def maybe(self, count: int, share: float = 0.8) -> int | None:
        """An index, or nothing."""
        return self.randrange(count) if self.chance(share) else None

    def some(self, most: int, draw: Callable[[], tuple[Any, ...]], key: Callable[[Any], Any]) -> list[Any]:
        """Up to `most` draws, one of each key."""
        return list({key(row): row for row in (draw() for _ in range(self.randint(1, most)))}.values())


@dataclass
class History:
    """What was drawn; indices stand for rows that do not exist yet. What is asked of it is drawn from `dice`."""

    dice: Dice
    districts: list[tuple[Day | None, Day | None]]
    units: list[tuple[tuple[Day | None, Day | None], Life]]
    organizations: list[tuple[Span, Life]]
    exclusions: list[tuple[int, Span]]
    events: list[tuple[int, str, Day, Day | None]]
    parties: list[tuple[Span, Life]]
    links: list[tuple[int, int, Span]]
    postings: list[tuple[int, Span]]
    crews: list[dict[str, Any]]
    posts: list[tuple[int, int, str, Span]]
    courses: list[tuple[Day, str]]
    attendance: list[tuple[int, int, str]]
    terms: list[tuple[int, Day, Day, Day | None]]
    elections: list[tuple[int, Day, str, str]]
    places: list[tuple[str, int, tuple[Day | None, Day | None]]]
    outreach: list[tuple[int, int, str, Span]]
    sites: list[tuple[int, str, Span]]
    tasks: list[Task]
    targets: list[tuple[str, int | None, Day, int, Day | None]]


def draw(seed: int) -> History:
    """The history of this number."""
    dice = Dice(seed)
    limits = [dice.span(8, 0.7) if dice.chance(0.4) else (None, None) for _ in range(DISTRICTS + UNITS)]
    links = dice.some(
        14,
        # one is covered by several, and before the notice, more often than others
        lambda: (dice.randrange(PARTIES), dice.choice([0, *range(ORGANIZATIONS)]), dice.span(dice.choice([3, 6]), 0.3)),
        lambda k: (*k[:2], k[2][0]),
    )
    places = [_place(dice) for _ in range(PLACES)]
    return History(
        dice=dice,
        districts=limits[:DISTRICTS],
        units=[(limits[DISTRICTS + own], dice.life(lambda own=own: _unit(dice, own))) for own in range(UNITS)],
        organizations=[(dice.span(3, 0.3), dice.life(lambda: _organization(dice))) for _ in range(ORGANIZATIONS)],
        exclusions=dice.some(4, lambda: (dice.randrange(ORGANIZATIONS), dice.span()), lambda x: (x[0], x[1][0])),
        events=[_event(dice) for _ in range(dice.randint(2, 8))],
        parties=[(dice.span(dice.choice([3, 4, 5]), 0.3), dice.life(lambda: _party(dice))) for _ in range(PARTIES)],
        links=links,
        postings=dice.some(3, lambda: (dice.randrange(ORGANIZATIONS), dice.span()), lambda p: (p[0], p[1][0])),
        crews=[_crew(dice, dice.choice(links)) for _ in range(CREWS)],
        posts=dice.some(10, lambda: _post(dice), lambda p: (*p[:3], p[3][0])),
        courses=[
            (
                dice.day(6, 11) if dice.chance(0.8) else dice.day(),
                dice.choice([*["CONCENTRATED"] * 3, "ONLINE"]),
            )
            for _ in range(COURSES)
        ],
        attendance=dice.some(
            24,
            lambda: (
                dice.randrange(COURSES),
                dice.randrange(PEOPLE),
                dice.choice(["0", "0.5", "1.5", "1.5", "2.5", "2.99", "3"]),
            ),
            lambda a: a[:2],
        ),
        terms=dice.some(5, lambda: _term(dice), lambda t: t[:2]),
        elections=dice.some(8, lambda: _election(dice), lambda e: e[:2]),
        places=places,
        outreach=dice.some(20, lambda: _outreach(dice, dice.choice(links), places), lambda o: (*o[:3], o[3][0])),
        # more than the quota of the city now and then
        sites=[_site(dice) for _ in range(dice.choice([0, 4, 17, 24]))],
        tasks=draw_tasks(dice, UNITS),
        targets=dice.some(6, lambda: _target(dice), lambda t: t[:3]),
    )


def _unit(dice: Dice, own: int) -> dict[str, Any]:
    """The parent is among the units before it, so that no circle closes."""
    return {
        "kind": dice.choice(dice.choice([KINDS, KEEPING])),
        "function": dice.choice(FUNCTIONS),
        "level": dice.choice(["CITY", "CITY", "DISTRICT"]),
        "parent_id": dice.maybe(own) if own else None,
    }


def _organization(dice: Dice) -> dict[str, Any]:
    return {
        "kind": dice.choice(["ASSOCIATION", "FOUNDATION"]),
        "field": dice.choice(FIELDS),
        "registering_unit_id": dice.maybe(UNITS),
        "professional_unit_id": dice.maybe(UNITS, 0.4),
        "district_id": dice.maybe(DISTRICTS),
        "subdistrict_id": dice.maybe(UNITS),
        "mode": dice.choice(["", "REGISTERED", "REGISTERED", "REGISTERED", "RECORDED"]),
    }


def _event(dice: Dice) -> tuple[int, str, Day, Day | None]:
    """Reviews lie before, on and after the day of the decision, a few days or years from it."""
    decided = dice.day(5)
    near = decided + dice.choice([-1, 0, 1, 1, 30]) * ONE_DAY
    reviewed = dice.choice([near, dice.day()]) if dice.chance(0.8) else None
    return dice.randrange(ORGANIZATIONS), dice.choice(["FOUNDING", "CHANGE", "INSPECTION"]), decided, reviewed


def _party(dice: Dice) -> dict[str, Any]:
    return {"form": dice.choice(FORMS), "supervising_unit_id": dice.maybe(UNITS)}


def _crew(dice: Dice, link: tuple[int, int, Span]) -> dict[str, Any]:
    """People who came together, around three of them; most work where their party organization covers."""

    def works() -> dict[str, Any]:
        at = link[1] if dice.chance(0.85) else dice.maybe(ORGANIZATIONS)
        return {
            "at": at,
            "employment": dice.choice(["", "FULL_TIME", "FULL_TIME", "PART_TIME", "PART_TIME", "RETIRED"]),
        }

    held = [(link[0], dice.span(5, 0.2)), (dice.randrange(PARTIES), dice.span())]
    return {
        "size": dice.choice([2, 3, 3, 4]),
        "workplace": dice.life(works),
        "held": list({(party, span[0]): (party, span) for party, span in held}.values()),
        "converted_on": dice.day(0, 7) if dice.chance(0.9) else None,
        "left_on": dice.day(5) if dice.chance(0.3) else None,
    }


def _post(dice: Dice) -> tuple[int, int, str, Span]:
    """Some are held for half a year, give or take a day, and are then given up."""
    role = dice.choice(["SECRETARY", "SECRETARY", "PARTY_WORKER", "DEPUTY"])
    held = (dice.day(4, 8), dice.day(8, 11)) if dice.chance(0.3) else dice.span(9, 0.5)
    return dice.randrange(PEOPLE), dice.randrange(PARTIES), role, held


def _term(dice: Dice) -> tuple[int, Day, Day, Day | None]:
    start = dice.day(0, 11)
    return dice.randrange(PARTIES), start, max(start, dice.day()), dice.day(8) if dice.chance(0.6) else None


def _election(dice: Dice) -> tuple[int, Day, str, str]:
    """Some lie around the day that is three years before one of the days."""
    held = dice.day()
    if dice.chance(0.5):
        held = Day(held.year - 3, held.month, min(held.day, 28)) + dice.randint(-1, 1) * ONE_DAY
    occasion = dice.choice(["", "CHANGE_OF_TERM", "CHANGE_OF_TERM", "FOUNDING", "BY_ELECTION", "DELEGATES"])
    return dice.randrange(PARTIES), held, occasion, dice.choice(["PUBLIC_NOMINATION", "DIRECT", "BY_COMMITTEE"])


def _place(dice: Dice) -> tuple[str, int, tuple[Day | None, Day | None]]:
    kind = dice.choice(["COMMUNITY", "COMMUNITY", "SCHOOL", "SCHOOL", "HOSPITAL"])
    return kind, dice.randrange(DISTRICTS), dice.span(6) if dice.chance(0.4) else (None, None)


def _outreach(dice: Dice, link: tuple[int, int, Span], places: list[Any]) -> tuple[int, int, str, Span]:
    """Who covers somebody serves, mostly in the way that is asked of such a place, from about then on."""
    at = dice.randrange(PLACES)
    asked = {"COMMUNITY": "LINK", "SCHOOL": "LECTURE"}.get(places[at][0], "COUNSELLING")
    start, end = dice.span()
    if dice.chance(0.6):
        # of a lecture the year counts, of a contact that it lasts
        start = link[2][0] if asked == "LINK" else dice.choice([link[2][0], dice.day(6, 12)])
        start += dice.randint(-1, 1) * ONE_DAY
        end = max(start, end) if end else None
    return link[0], at, asked if dice.chance(0.8) else dice.choice(["LINK", "LECTURE"]), (start, end)


def _target(dice: Dice) -> tuple[str, int | None, Day, int, Day | None]:
    """Of a unit or of everyone, one after another."""
    start, due = dice.span()
    code = dice.choice(["branch-coverage", "branch-coverage", "term-current", "legal-schools"])
    return code, dice.maybe(UNITS, 0.6), start, dice.choice([0, 50, 90, 100]), due


def _site(dice: Dice) -> tuple[int, str, Span]:
    return dice.randrange(ORGANIZATIONS), dice.choice(["CITY", "CITY", "CITY", "DISTRICT"]), dice.span(8, 0.3)


def around(dice: Dice) -> Day:
    """One of the days, the day before or the day after."""
    return dice.day() + dice.randint(-1, 1) * ONE_DAY


def turning(history: History, count: int) -> list[Day]:
    """Some of the days on which something turns in this very history, where boundaries show; those on which much
    turns, and from the notice on, more often than those of old elections."""
    found = sorted(day for day in _days_in(list(vars(history).values())) if day > BEGINNING)
    found = [*sorted(set(found)), *(day for day in found if day >= NOTICE_DAY)]
    drawn: set[Day] = set()
    while len(drawn) < count:
        drawn.add(history.dice.choice(found))
    return sorted(drawn)


def _days_in(value: Any) -> Iterator[Day]:
    if isinstance(value, Day):
        yield value
    elif isinstance(value, dict | list | tuple):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _days_in(part)
