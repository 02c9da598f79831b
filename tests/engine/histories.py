"""Random small cities with a past, for property tests: as spiteful as the registers allow.

Days come from a short list around the days on which rules turn, so that spans touch, overlap and end on the very
day that is asked about.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
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
Draw = Callable[[st.SearchStrategy[Any]], Any]

DAYS = [
    Day.fromisoformat(text)
    for text in (
        "2012-02-29 2013-01-01 2013-10-22 2013-10-23 2013-10-24 2013-12-31 2014-01-01 2014-02-28 "
        "2014-07-01 2014-07-02 2014-07-03 2014-12-31 2015-02-28 2015-03-01 2016-02-29"
    ).split()
]
UNITS, DISTRICTS, ORGANIZATIONS, PARTIES, PEOPLE, COURSES = 7, 3, 4, 4, 4, 3

days = st.sampled_from(DAYS)
early = st.sampled_from(DAYS[:6])
maybe = st.none() | days
#: a day that is asked about: one of the list, the day before or the day after
asked = st.builds(lambda d, n: d + datetime.timedelta(days=n), days, st.integers(-1, 1))


def among(count: int) -> st.SearchStrategy[int]:
    """An index."""
    return st.integers(0, count - 1)


@st.composite
def spans(draw: Draw, start: st.SearchStrategy[Day] = days) -> tuple[Day, Day | None]:
    """[from, to): open, empty or of some length."""
    first, last = draw(start), draw(maybe)
    return first, None if last is None else max(first, last)


def _once(each: st.SearchStrategy[Any], most: int, key: Callable[[Any], Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(each, max_size=most, unique_by=key)


@st.composite
def lives(draw: Draw, facts: st.SearchStrategy[Any], changes: int = 2) -> list[tuple[Day, Day | None, Any]]:
    """States without a gap: the facts from the beginning, and what they became later."""
    cuts = [BEGINNING, *sorted(set(draw(st.lists(days, max_size=changes))))]
    ends: list[Day | None] = [*cuts[1:], None]
    return [(start, end, draw(facts)) for start, end in zip(cuts, ends, strict=True)]


def unit_facts(own: int) -> st.SearchStrategy[dict[str, Any]]:
    """Kind, function, level and a parent among the units before it, so that no circle closes."""
    return st.fixed_dictionaries(
        {
            "kind": st.sampled_from(
                ["CITY_LEAD", "WORKING_COMMITTEE", "DISTRICT_LEAD", "PROFESSIONAL", "REGISTRY", "SUBDISTRICT", "PLACEHOLDER"]
            ),
            "function": st.sampled_from(
                ["", "education-bureau", "education-committee", "health-bureau", "health-committee"]
            ),
            "level": st.sampled_from(["CITY", "CITY", "DISTRICT"]),
            "parent_id": st.none() | among(own) if own else st.none(),
        }
    )


organization_facts = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["ASSOCIATION", "FOUNDATION"]),
        "field": st.sampled_from(["", "PRIVATE_SCHOOL", "EDUCATION_TRAINING", "PRIVATE_HOSPITAL", "CHARITY"]),
        "registering_unit_id": st.none() | among(UNITS),
        "professional_unit_id": st.none() | among(UNITS),
        "district_id": st.none() | among(DISTRICTS),
        "subdistrict_id": st.none() | among(UNITS),
        "mode": st.sampled_from(["", "REGISTERED", "REGISTERED", "RECORDED"]),
    }
)
party_facts = st.fixed_dictionaries(
    {
        "form": st.sampled_from(["OWN", "JOINT", "REGIONAL", "HUB", "TEMPORARY", "FUNCTIONAL"]),
        "supervising_unit_id": st.none() | among(UNITS),
    }
)


@dataclass
class History:
    """What was drawn; indices stand for rows that do not exist yet."""

    districts: list[tuple[Day | None, Day | None]]
    units: list[tuple[tuple[Day | None, Day | None], list[tuple[Day, Day | None, Any]]]]
    organizations: list[tuple[tuple[Day, Day | None], list[tuple[Day, Day | None, Any]]]]
    exclusions: list[tuple[int, tuple[Day, Day | None]]]
    parties: list[tuple[tuple[Day, Day | None], list[tuple[Day, Day | None, Any]]]]
    links: list[tuple[int, int, tuple[Day, Day | None]]]
    postings: list[tuple[int, tuple[Day, Day | None]]]
    crews: list[dict[str, Any]]
    posts: list[tuple[int, int, str, tuple[Day, Day | None]]]
    courses: list[tuple[Day, str]]
    attendance: list[tuple[int, int, str]]
    terms: list[tuple[int, Day, Day, Day | None]]


#: people who came together: around three of them, since three is what the rule asks for
crews = st.fixed_dictionaries(
    {
        "size": st.integers(2, 4),
        "workplace": lives(
            st.tuples(
                st.none() | among(ORGANIZATIONS),
                st.sampled_from(["", "FULL_TIME", "PART_TIME", "FULL_TIME", "RETIRED"]),
            ),
            1,
        ),
        "held": _once(st.tuples(among(PARTIES), spans(early)), 2, lambda h: (h[0], h[1][0])),
        "link": st.none() | among(8),
        "converted_on": st.none() | early | early,
        "left_on": st.none() | days,
    }
)


@st.composite
def histories(draw: Draw) -> History:
    """A city with a past."""
    limits = st.tuples(st.none(), st.none()) | spans()
    own_life = lives(party_facts, 1)
    links = st.tuples(among(PARTIES), among(ORGANIZATIONS), spans(early))
    born = st.sampled_from(DAYS[:2])
    roles = st.sampled_from(["SECRETARY", "PARTY_WORKER", "DEPUTY"])
    terms = st.tuples(among(PARTIES), days, days, maybe).map(lambda t: (t[0], t[1], max(t[1], t[2]), t[3]))
    return History(
        districts=[draw(limits) for _ in range(DISTRICTS)],
        units=[(draw(limits), draw(lives(unit_facts(own), 1))) for own in range(UNITS)],
        organizations=[(draw(spans(born)), draw(lives(organization_facts))) for _ in range(ORGANIZATIONS)],
        exclusions=draw(_once(st.tuples(among(ORGANIZATIONS), spans()), 3, lambda x: (x[0], x[1][0]))),
        parties=[(draw(spans(early)), draw(own_life)) for _ in range(PARTIES)],
        links=draw(_once(links, 8, lambda k: (k[0], k[1], k[2][0]))),
        postings=draw(st.lists(st.tuples(among(ORGANIZATIONS), spans()), max_size=3)),
        crews=draw(st.lists(crews, min_size=1, max_size=3)),
        posts=draw(_once(st.tuples(among(PEOPLE), among(PARTIES), roles, spans()), 6, lambda p: (p[0], p[1], p[2], p[3][0]))),
        courses=[(draw(days), draw(st.sampled_from(["CONCENTRATED", "ONLINE"]))) for _ in range(COURSES)],
        attendance=draw(
            _once(
                st.tuples(among(COURSES), among(PEOPLE), st.sampled_from(["0", "0.5", "1.5", "2.99", "3"])),
                6,
                lambda a: (a[0], a[1]),
            )
        ),
        terms=draw(_once(terms, 4, lambda t: (t[0], t[1]))),
    )


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


def _states(model: Any, subject: str, owners: list[Any], all_lives: list[Any], ids: dict[str, Any], **more: Any) -> None:
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
        Exclusion(organization=organizations[o], valid_from=span[0], valid_to=span[1], reason="停业", evidence="件", approver="部")
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


def _at_its_link(crew: dict[str, Any], links: list[Any]) -> dict[str, Any]:
    """Most crews work at an organization whose party organization holds their relation; chance rarely has it so."""
    if crew["link"] is None or not links:
        return crew
    party, organization, (start, _) = links[crew["link"] % len(links)]
    (first, end, (_, employment)), *later = crew["workplace"]
    return {
        **crew,
        "workplace": [(first, end, (organization, employment)), *later],
        "held": [(party, (start, None)), *(h for h in crew["held"] if h[0] != party)],
    }


def _members(history: History, organizations: list[Any], parties: list[Any]) -> None:
    for c, crew in enumerate(_at_its_link(crew, history.links) for crew in history.crews):
        people = Person.objects.bulk_create(Person(opaque_id=f"m{c}-{i}", name="党员") for i in range(crew["size"]))
        for person in people:
            Member.objects.create(
                person=person, joined_on=Day(2009, 1, 1), converted_on=crew["converted_on"], left_on=crew["left_on"]
            )
        MemberState.objects.bulk_create(
            MemberState(
                member_id=person.pk,
                workplace=None if at is None else organizations[at],
                employment=employment,
                valid_from=start,
                valid_to=end,
            )
            for person in people
            for start, end, (at, employment) in crew["workplace"]
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
