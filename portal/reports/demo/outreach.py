"""Communities, schools, hospitals and markets of the demo city, and the lawyers who serve them (article 17)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from branches.models import CoveringLink
from demonstration.models import LegalGroup, Outreach, ServedPlace
from portal.core.models import District
from portal.core.search import search_text
from portal.reports.demo.parties import Party
from portal.reports.demo.places import SPLIT_DAY, Area, Places
from portal.reports.demo.rows import Rows

Day = datetime.date
Kind, PlaceKind = Outreach.Kind, ServedPlace.Kind
FIRST_DAY = Day(2014, 3, 1)
#: shares of the communities that have a contact, of the schools lectured at in a year
LINKED, LECTURED = 0.88, 0.9


@dataclass(frozen=True)
class Lawyers:
    """A party organization that covers an organization of lawyers, with the link."""

    party: Party
    link: CoveringLink

    def serves_on(self, day: Day) -> bool:
        """Whether it is active and the link holds on the day."""
        row = self.party.row
        return row.approved_on <= day and not (row.dissolved_on and row.dissolved_on <= day) and self.link.holds_on(day)


def group(rows: Rows, places: Places, rng: Random) -> None:
    """A group of lawyers for the communities of each district and one of the city for minors; who serves with it, and
    how many pupils heard each lecture."""
    minors = _group(rows, "SZ-FLT-WCN", "深圳市未成年人维权服务团", LegalGroup.Kind.MINORS, None)
    of_district: dict[int, LegalGroup] = {}
    for area in places.areas.values():
        for district in (one for one in (area.before, area.after) if one):
            name = f"{district.name}社区法律服务团"
            made = _group(rows, f"{district.code}-FLT", name, LegalGroup.Kind.COMMUNITY, district)
            of_district[id(district)] = made
    for one in rows.of(Outreach):
        with_group = rng.random() < 0.6
        if one.kind == Kind.LECTURE:
            one.group, one.reached = minors if with_group else None, 20 * rng.randrange(4, 40)
        elif one.kind in (Kind.LINK, Kind.COUNSELLING) and with_group:
            one.group = of_district[id(one.place.district)]
        if one.kind == Kind.COUNSELLING:
            one.reached = 10 * rng.randrange(2, 20)


def _group(rows: Rows, code: str, name: str, kind: str, district: District | None) -> LegalGroup:
    """A group ends with its district."""
    first = max(FIRST_DAY, district.valid_from or FIRST_DAY) if district else FIRST_DAY
    last = district.valid_to if district else None
    return rows.add(LegalGroup(code=code, name=name, kind=kind, district=district, valid_from=first, valid_to=last))


class Serving:
    """Draws places and who serves them, with dice of its own so that the rest of the city stays what it is."""

    def __init__(self, rows: Rows, rng: Random, end: Day) -> None:
        self._rows, self._rng, self._end = rows, rng, end
        self._lawyers: list[Lawyers] = []

    def serve(self, places: Places, parties: Sequence[Party]) -> None:
        """The places of every district, and everything that is done for them."""
        self._lawyers = [
            Lawyers(party, link)
            for party in parties
            for plan, link in party.links
            if plan.state.field == "LEGAL_SERVICE"
        ]
        for area in places.areas.values():
            self._of_streets(area)
            self._of_area(area)

    def _of_streets(self, area: Area) -> None:
        for number, street in enumerate(area.streets, 1):
            start = SPLIT_DAY if street.origin else None
            community = self._place(area, f"S{number:02d}", f"{street.name}社区", PlaceKind.COMMUNITY, start)
            school = self._place(area, f"X{number:02d}", f"{street.name}小学", PlaceKind.SCHOOL, start)
            if self._rng.random() < LINKED:
                self._contact(area, community, Kind.LINK)
            self._lectures(area, school)

    def _of_area(self, area: Area) -> None:
        """One hospital with an adviser, one job market and one fair with counselling."""
        name = area.before.name.removesuffix("新区").removesuffix("区")
        hospital = self._place(area, "Y01", f"{name}人民医院", PlaceKind.HOSPITAL)
        market = self._place(area, "R01", f"{name}人才市场", PlaceKind.JOB_MARKET)
        fair = self._place(area, "Z01", f"{name}文化产业展会", PlaceKind.FAIR)
        self._contact(area, hospital, Kind.HOSPITAL_ADVISER)
        for place in (market, fair):
            self._once(area, place, Kind.COUNSELLING, self._end - datetime.timedelta(days=self._rng.randrange(400)))

    def _place(
        self, area: Area, code: str, name: str, kind: ServedPlace.Kind, start: Day | None = None
    ) -> list[ServedPlace]:
        """The place under each district that its area was: a new district that became one has codes of its own."""
        spans: list[tuple[District, Day | None, Day | None]] = [(area.before, start, area.changed_on)]
        if area.after and area.changed_on:
            spans.append((area.after, max(area.changed_on, start or area.changed_on), None))
        return [
            self._rows.add(
                ServedPlace(
                    code=f"{district.code}-{code}",
                    name=name,
                    pinyin=search_text(name)[:128],
                    kind=kind,
                    district=district,
                    valid_from=first,
                    valid_to=last,
                )
            )
            for district, first, last in spans
            if not (first and last and last <= first)
        ]

    def _contact(self, area: Area, place: list[ServedPlace], kind: Outreach.Kind) -> None:
        """Somebody serves the place from a day on, under each of its districts; some contacts ended."""
        day = FIRST_DAY + datetime.timedelta(days=self._rng.randrange(900))
        lawyers = self._choose(area, day)
        last = None if self._rng.random() < 0.94 else day + datetime.timedelta(days=self._rng.randrange(300, 1500))
        if lawyers is None or day > self._end:
            return
        for one in place:
            first = max(day, one.valid_from or day)
            until = min((end for end in (last, one.valid_to) if end), default=None)
            if (until is None or first < until) and first <= self._end:
                self._add(lawyers, one, kind, first, until)

    def _lectures(self, area: Area, place: list[ServedPlace]) -> None:
        for year in range(FIRST_DAY.year, self._end.year + 1):
            day = Day(year, 3, 1) + datetime.timedelta(days=self._rng.randrange(250))
            if self._rng.random() < LECTURED:
                self._once(area, place, Kind.LECTURE, min(day, self._end) if year < self._end.year else day)

    def _once(self, area: Area, place: list[ServedPlace], kind: Outreach.Kind, day: Day) -> None:
        """Something that is done on one day."""
        lawyers = self._choose(area, day)
        for one in self._valid(place, day):
            if lawyers is not None and day <= self._end:
                self._add(lawyers, one, kind, day, day)

    @staticmethod
    def _valid(place: list[ServedPlace], day: Day) -> Iterator[ServedPlace]:
        for one in place:
            if (one.valid_from is None or one.valid_from <= day) and (one.valid_to is None or day < one.valid_to):
                yield one

    def _choose(self, area: Area, day: Day) -> Lawyers | None:
        """Mostly lawyers of the same district."""
        ready = [one for one in self._lawyers if one.serves_on(day)]
        near = [one for one in ready if one.party.area is area]
        chance = self._rng.random()
        return self._rng.choice(near if near and chance < 0.8 else ready) if ready else None

    def _add(self, lawyers: Lawyers, place: ServedPlace, kind: Outreach.Kind, first: Day, last: Day | None) -> None:
        self._rows.add(
            Outreach(party_organization=lawyers.party.row, place=place, kind=kind, valid_from=first, valid_to=last)
        )
