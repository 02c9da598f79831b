"""Random small cities with a past, for property tests: as spiteful as the registers allow.

Days come from a short list around the days on which rules turn, so that spans touch, overlap and end on the very
day that is asked about. A history is drawn from one number, so that a failing one is named by it; what is drawn
leans towards what rules look at (a plain draw rarely has three members where three are asked for).
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from branches.models import (
    CoveringLink,
    InstructorPosting,
    Membership,
    PartyOrganization,
    PartyOrganizationState,
    Post,
    Term,
)
from branches.responsibility import recompute
from branches.terms import counts_until
from members.models import Member, MemberState, Person
from orgs.models import Exclusion, OrganizationState, SocialOrganization
from portal.core.models import District, Unit, UnitState
from portal.core.validity import BEGINNING
from training.models import Attendance, Course

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
UNITS, DISTRICTS, ORGANIZATIONS, PARTIES, PEOPLE, COURSES = 7, 3, 5, 4, 4, 4
KINDS = ["CITY_LEAD", "WORKING_COMMITTEE", "DISTRICT_LEAD", "PROFESSIONAL", "REGISTRY", "SUBDISTRICT", "PLACEHOLDER"]
FUNCTIONS = ["", "education-bureau", "education-committee", "health-bureau", "health-committee"]
FIELDS = ["", "PRIVATE_SCHOOL", "EDUCATION_TRAINING", "PRIVATE_HOSPITAL", "CHARITY"]
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
    """What was drawn; indices stand for rows that do not exist yet."""

    districts: list[tuple[Day | None, Day | None]]
    units: list[tuple[tuple[Day | None, Day | None], Life]]
    organizations: list[tuple[Span, Life]]
    exclusions: list[tuple[int, Span]]
    parties: list[tuple[Span, Life]]
    links: list[tuple[int, int, Span]]
    postings: list[tuple[int, Span]]
    crews: list[dict[str, Any]]
    posts: list[tuple[int, int, str, Span]]
    courses: list[tuple[Day, str]]
    attendance: list[tuple[int, int, str]]
    terms: list[tuple[int, Day, Day, Day | None]]


def draw(seed: int) -> History:
    """The history of this number."""
    dice = Dice(seed)
    limits = [dice.span() if dice.chance(0.4) else (None, None) for _ in range(DISTRICTS + UNITS)]
    links = dice.some(
        9,
        lambda: (dice.randrange(PARTIES), dice.randrange(ORGANIZATIONS), dice.span(6, 0.3)),
        lambda k: (*k[:2], k[2][0]),
    )
    return History(
        districts=limits[:DISTRICTS],
        units=[(limits[DISTRICTS + own], dice.life(lambda own=own: _unit(dice, own))) for own in range(UNITS)],
        organizations=[(dice.span(3, 0.3), dice.life(lambda: _organization(dice))) for _ in range(ORGANIZATIONS)],
        exclusions=dice.some(3, lambda: (dice.randrange(ORGANIZATIONS), dice.span()), lambda x: (x[0], x[1][0])),
        parties=[(dice.span(5, 0.3), dice.life(lambda: _party(dice))) for _ in range(PARTIES)],
        links=links,
        postings=dice.some(3, lambda: (dice.randrange(ORGANIZATIONS), dice.span()), lambda p: (p[0], p[1][0])),
        crews=[_crew(dice, dice.choice(links)) for _ in range(3)],
        posts=dice.some(6, lambda: _post(dice), lambda p: (*p[:3], p[3][0])),
        courses=[
            (
                dice.day(6, 12) if dice.chance(0.6) else dice.day(),
                dice.choice(["CONCENTRATED", "CONCENTRATED", "ONLINE"]),
            )
            for _ in range(COURSES)
        ],
        attendance=dice.some(
            10,
            lambda: (
                dice.randrange(COURSES),
                dice.randrange(PEOPLE),
                dice.choice(["0", "0.5", "1.5", "2.5", "2.99", "3"]),
            ),
            lambda a: a[:2],
        ),
        terms=dice.some(5, lambda: _term(dice), lambda t: t[:2]),
    )


def _unit(dice: Dice, own: int) -> dict[str, Any]:
    """The parent is among the units before it, so that no circle closes."""
    return {
        "kind": dice.choice(KINDS),
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


def _party(dice: Dice) -> dict[str, Any]:
    return {"form": dice.choice(FORMS), "supervising_unit_id": dice.maybe(UNITS)}


def _crew(dice: Dice, link: tuple[int, int, Span]) -> dict[str, Any]:
    """People who came together, around three of them; most work where their party organization covers."""

    def works() -> dict[str, Any]:
        at = link[1] if dice.chance(0.7) else dice.maybe(ORGANIZATIONS)
        return {"at": at, "employment": dice.choice(["", "FULL_TIME", "FULL_TIME", "PART_TIME", "RETIRED"])}

    held = [(link[0], dice.span(6, 0.3)), (dice.randrange(PARTIES), dice.span())]
    return {
        "size": dice.randint(2, 4),
        "workplace": dice.life(works),
        "held": list({(party, span[0]): (party, span) for party, span in held}.values()),
        "converted_on": dice.day(0, 9) if dice.chance(0.9) else None,
        "left_on": dice.day() if dice.chance(0.3) else None,
    }


def _post(dice: Dice) -> tuple[int, int, str, Span]:
    role = dice.choice(["SECRETARY", "SECRETARY", "PARTY_WORKER", "DEPUTY"])
    return dice.randrange(PEOPLE), dice.randrange(PARTIES), role, dice.span(11, 0.6)


def _term(dice: Dice) -> tuple[int, Day, Day, Day | None]:
    start = dice.day(0, 11)
    return dice.randrange(PARTIES), start, max(start, dice.day()), dice.day(8) if dice.chance(0.6) else None


histories = st.integers(0, 2**32).map(draw)
#: a day that is asked about: one of the list, the day before or the day after
asked = st.builds(lambda d, n: d + n * ONE_DAY, st.sampled_from(DAYS), st.integers(-1, 1))


def turning(history: History, count: int) -> st.SearchStrategy[set[Day]]:
    """Some of the days on which something turns in this very history, where boundaries show."""
    found = sorted(set(_days_in(list(vars(history).values()))) - {BEGINNING})
    return st.sets(st.sampled_from(found), min_size=count, max_size=count)


def _days_in(value: Any) -> Iterator[Day]:
    if isinstance(value, Day):
        yield value
    elif isinstance(value, dict | list | tuple):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _days_in(part)


# ── writing it down ─────────────────────────────────────────────────────────────────────────────────────────


def live_through(history: History) -> None:
    """Write a history into the registers, article 1 included."""
    districts = District.objects.bulk_create(
        District(code=f"D{i}", name=f"区{i}", valid_from=start, valid_to=end)
        for i, (start, end) in enumerate(history.districts)
    )
    units = Unit.objects.bulk_create(
        # codes run against the order of rows, so that "lowest code" is not "first row"
        Unit(code=f"U{9 - i}", name=f"单位{i}", valid_from=start, valid_to=end)
        for i, ((start, end), _) in enumerate(history.units)
    )
    ids = {"parent_id": units, "district_id": districts}
    ids |= {f"{name}_unit_id": units for name in ("registering", "professional", "supervising")}
    ids["subdistrict_id"] = units
    _states(UnitState, "unit_id", units, [own for _, own in history.units], ids, name="单位")
    organizations = _organizations(history, ids)
    parties = _parties(history, ids)
    CoveringLink.objects.bulk_create(
        CoveringLink(party_organization=parties[p], organization=organizations[o], valid_from=span[0], valid_to=span[1])
        for p, o, span in history.links
    )
    _members(history, organizations, parties)
    _training(history, parties)
    Term.objects.bulk_create(
        Term(
            party_organization=parties[p],
            started_on=start,
            ends_on=end,
            extended_to=extended,
            counts_until=counts_until(end, extended),
        )
        for p, start, end, extended in history.terms
    )
    recompute()


def _states(
    model: Any, subject: str, owners: list[Any], all_lives: list[Any], ids: dict[str, Any], **more: Any
) -> None:
    def real(name: str, value: Any) -> Any:
        return ids[name][value].pk if name in ids and value is not None else value

    model.objects.bulk_create(
        model(
            **{subject: owner.pk},
            valid_from=start,
            valid_to=end,
            **{name: real(name, value) for name, value in facts.items()},
            **more,
        )
        for owner, own in zip(owners, all_lives, strict=True)
        for start, end, facts in own
    )


def _organizations(history: History, ids: dict[str, Any]) -> list[SocialOrganization]:
    organizations = SocialOrganization.objects.bulk_create(
        SocialOrganization(
            registration_number=f"深登{i}", opaque_id=f"o{i}", name=f"组织{i}", established_on=start, closed_on=end
        )
        for i, ((start, end), _) in enumerate(history.organizations)
    )
    _states(OrganizationState, "organization_id", organizations, [own for _, own in history.organizations], ids)
    Exclusion.objects.bulk_create(
        Exclusion(
            organization=organizations[o],
            valid_from=span[0],
            valid_to=span[1],
            reason="停业",
            evidence="件",
            approver="部",
        )
        for o, span in history.exclusions
    )
    posted = Person.objects.bulk_create(Person(opaque_id=f"z{i}", name="指导") for i, _ in enumerate(history.postings))
    InstructorPosting.objects.bulk_create(
        InstructorPosting(
            person=posted[i], organization=organizations[o], role="INSTRUCTOR", valid_from=span[0], valid_to=span[1]
        )
        for i, (o, span) in enumerate(history.postings)
    )
    return organizations


def _parties(history: History, ids: dict[str, Any]) -> list[PartyOrganization]:
    parties = PartyOrganization.objects.bulk_create(
        PartyOrganization(code=f"P{9 - i}", name=f"支部{i}", approved_on=start, dissolved_on=end)
        for i, ((start, end), _) in enumerate(history.parties)
    )
    lives_of = [own for _, own in history.parties]
    _states(PartyOrganizationState, "party_organization_id", parties, lives_of, ids, name="支部", level="BRANCH")
    return parties


def _members(history: History, organizations: list[Any], parties: list[Any]) -> None:
    for c, crew in enumerate(history.crews):
        people = Person.objects.bulk_create(Person(opaque_id=f"m{c}-{i}", name="党员") for i in range(crew["size"]))
        for person in people:
            Member.objects.create(
                person=person, joined_on=Day(2009, 1, 1), converted_on=crew["converted_on"], left_on=crew["left_on"]
            )
        MemberState.objects.bulk_create(
            MemberState(
                member_id=person.pk,
                workplace=None if works["at"] is None else organizations[works["at"]],
                employment=works["employment"],
                valid_from=start,
                valid_to=end,
            )
            for person in people
            for start, end, works in crew["workplace"]
        )
        Membership.objects.bulk_create(
            Membership(person=person, party_organization=parties[p], valid_from=span[0], valid_to=span[1])
            for person in people
            for p, span in crew["held"]
        )


def _training(history: History, parties: list[Any]) -> None:
    people = Person.objects.bulk_create(Person(opaque_id=f"s{i}", name=f"书记{i}") for i in range(PEOPLE))
    Post.objects.bulk_create(
        Post(person=people[who], party_organization=parties[p], role=role, valid_from=span[0], valid_to=span[1])
        for who, p, role, span in history.posts
    )
    courses = Course.objects.bulk_create(
        Course(code=f"K{i}", name="班", mode=mode, starts_on=start, days=Decimal(3))
        for i, (start, mode) in enumerate(history.courses)
    )
    Attendance.objects.bulk_create(
        Attendance(course=courses[c], person=people[who], days=Decimal(n)) for c, who, n in history.attendance
    )
