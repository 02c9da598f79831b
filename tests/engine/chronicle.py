"""Writes a random history into the registers: what was drawn becomes rows, spans of responsible units included."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from branches.models import (
    CoveringLink,
    Election,
    InstructorPosting,
    Membership,
    PartyOrganization,
    PartyOrganizationState,
    Post,
    Term,
)
from branches.responsibility import recompute
from branches.terms import counts_until
from demonstration.models import DemonstrationSite, Outreach, ServedPlace
from members.models import Member, MemberState, Person
from orgs.models import Exclusion, OrganizationState, RegistryEvent, SocialOrganization
from portal.core.models import District, Target, Unit, UnitState
from tests.engine.histories import PEOPLE, Day, History
from tests.engine.planned import write_tasks
from training.models import Attendance, Course


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
    write_tasks(history.tasks, units)
    Target.objects.bulk_create(
        Target(indicator=code, unit=None if of is None else units[of], valid_from=start, percent=percent, due_on=due)
        for code, of, start, percent, due in history.targets
    )
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
    Election.objects.bulk_create(
        Election(party_organization=parties[p], held_on=held, occasion=occasion, method=method)
        for p, held, occasion, method in history.elections
    )
    _outreach_rows(history, districts, parties)
    DemonstrationSite.objects.bulk_create(
        DemonstrationSite(
            code=f"S{i}",
            name=f"示范点{i}",
            level=level,
            organization=organizations[o],
            named_on=start,
            withdrawn_on=end,
        )
        for i, (o, level, (start, end)) in enumerate(history.sites)
    )
    recompute()


def _outreach_rows(history: History, districts: list[District], parties: list[PartyOrganization]) -> None:
    places = ServedPlace.objects.bulk_create(
        ServedPlace(code=f"F{i}", name=f"对象{i}", kind=kind, district=districts[where], valid_from=start, valid_to=end)
        for i, (kind, where, (start, end)) in enumerate(history.places)
    )
    Outreach.objects.bulk_create(
        Outreach(party_organization=parties[p], place=places[at], kind=kind, valid_from=start, valid_to=end)
        for p, at, kind, (start, end) in history.outreach
    )


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
    RegistryEvent.objects.bulk_create(
        RegistryEvent(code=f"E{i}", organization=organizations[o], kind=kind, decided_on=decided, reviewed_on=reviewed)
        for i, (o, kind, decided, reviewed) in enumerate(history.events)
    )
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
