"""Factories that are policy situations: each call reads like a sentence about an office's day.

All names are invented, codes are synthetic with right check digits.
"""

from __future__ import annotations

import datetime
import itertools
from decimal import Decimal
from typing import Any

from branches.models import (
    Candidate,
    CoveringLink,
    Election,
    InstructorPosting,
    Membership,
    PartyOrganization,
    PartyOrganizationState,
    Post,
    PublicOffice,
    Term,
)
from branches.responsibility import recompute
from branches.terms import counts_until
from demonstration.models import DemonstrationSite, Outreach, ServedPlace
from members.models import Member, MemberState, Person
from orgs.models import (
    Exclusion,
    MemberReport,
    OrganizationState,
    RegistryEvent,
    SocialOrganization,
)
from portal.core.models import District, PlanTask, RoleGrant, Target, Unit, UnitState, User
from portal.core.validity import BEGINNING
from portal.reports.demo.codes import credit_code
from training.models import Attendance, Course

_count = itertools.count(1)
#: how the credit codes of a kind begin: registering department and kind
PREFIXES = {"ASSOCIATION": "51", "PRIVATE_NON_ENTERPRISE": "52", "FOUNDATION": "53", "INTERMEDIARY": "31"}
PASSWORD = "chang-mi-ma-2026"


def day(text: str) -> datetime.date:
    """A day from its ISO form."""
    return datetime.date.fromisoformat(text)


def maybe(text: str | None) -> datetime.date | None:
    """A day, or None."""
    return day(text) if text else None


def district(code: str, name: str, *, new: bool = False, start: str | None = None, end: str | None = None) -> District:
    """A district, valid always or between two days."""
    return District.objects.create(
        code=code, name=name, is_new_district=new, valid_from=maybe(start), valid_to=maybe(end)
    )


def unit(
    code: str,
    name: str | None = None,
    kind: str = "PROFESSIONAL",
    *,
    parent: Unit | None = None,
    level: str = "CITY",
    function: str = "",
    district: District | None = None,
    start: str | None = None,
    end: str | None = None,
) -> Unit:
    """A unit that was always what it is."""
    name = name or f"单位{code}"
    made = Unit.objects.create(code=code, name=name, valid_from=maybe(start), valid_to=maybe(end))
    UnitState.objects.create(
        unit=made, name=name, kind=kind, parent=parent, level=level, function=function, district=district
    )
    return made


def organization(
    name: str | None = None,
    *,
    established: str = "2012-01-01",
    closed: str | None = None,
    kind: str = "PRIVATE_NON_ENTERPRISE",
    field: str = "SOCIAL_WORK",
    registering: Unit | None = None,
    professional: Unit | None = None,
    district: District | None = None,
    subdistrict: Unit | None = None,
    mode: str = "REGISTERED",
    **more: Any,
) -> SocialOrganization:
    """An organization that was always as described; call `settle()` after the last one."""
    number = next(_count)
    made = SocialOrganization.objects.create(
        credit_code=more.pop("credit_code", None) or credit_code(number, PREFIXES[kind]),
        registration_number=more.pop("registration_number", None),
        opaque_id=f"o{number:07d}",
        name=name or f"演示社会组织{number}",
        established_on=day(established),
        closed_on=maybe(closed),
        closing="CANCELLED" if closed else "",
        former_names=more.pop("former_names", ""),
        search_text=more.pop("search_text", ""),
    )
    OrganizationState.objects.create(
        organization=made,
        kind=kind,
        field=field,
        registering_unit=registering,
        professional_unit=professional,
        district=district,
        subdistrict=subdistrict,
        mode=mode,
        **more,
    )
    return made


def settle() -> None:
    """Article 1 for everybody; every factory situation ends with it."""
    recompute()


def party(
    code: str | None = None,
    form: str = "OWN",
    *,
    approved: str = "2013-11-05",
    dissolved: str | None = None,
    by: Unit | None = None,
    covers: tuple[SocialOrganization, ...] = (),
    linked: str | None = None,
    level: str = "BRANCH",
    superior: PartyOrganization | None = None,
    name: str | None = None,
) -> PartyOrganization:
    """A party organization, covering organizations from its approval (or from `linked`) on."""
    code = code or f"P{next(_count):05d}"
    name = name or f"党支部{code}"
    made = PartyOrganization.objects.create(
        code=code, name=name, approved_on=day(approved), dissolved_on=maybe(dissolved)
    )
    PartyOrganizationState.objects.create(
        party_organization=made, name=name, level=level, form=form, supervising_unit=by, superior=superior
    )
    for one in covers:
        link(made, one, linked or approved)
    return made


def link(to: PartyOrganization, of: SocialOrganization, start: str, end: str | None = None) -> CoveringLink:
    """An organization linked to a party organization."""
    return CoveringLink.objects.create(
        party_organization=to, organization=of, valid_from=day(start), valid_to=maybe(end)
    )


def event(
    of: SocialOrganization,
    decided: str,
    reviewed: str | None = None,
    *,
    kind: str = "INSPECTION",
    by: Unit | None = None,
    code: str | None = None,
    opinion: str = "",
    answers: dict[str, bool] | None = None,
    reported: dict[str, int] | None = None,
) -> RegistryEvent:
    """A decision of the registry, perhaps with the party-building review before or after it."""
    return RegistryEvent.objects.create(
        code=code or f"SX{next(_count):05d}",
        organization=of,
        kind=kind,
        decided_on=day(decided),
        reviewed_on=maybe(reviewed),
        reviewing_unit=by,
        opinion=opinion,
        answers=answers or {},
        reported=reported or {},
    )


def exclude(of: SocialOrganization, start: str, end: str | None = None) -> Exclusion:
    """An approved exclusion."""
    return Exclusion.objects.create(
        organization=of,
        valid_from=day(start),
        valid_to=maybe(end),
        reason="长期停止活动",
        evidence="核查记录1号",
        approver="市委组织部",
    )


def person(name: str = "苏叶", *, number: str | None = None) -> Person:
    """Somebody, known by a staff number."""
    n = next(_count)
    return Person.objects.create(opaque_id=f"p{n:07d}", number=number or f"R{n:05d}", name=name)


def member(
    at: SocialOrganization | None,
    held: PartyOrganization | None,
    *,
    converted: str | None = "2010-07-01",
    joined: str = "2009-07-01",
    since: str = "2010-01-01",
    until: str | None = None,
    employment: str = "FULL_TIME",
    left: str | None = None,
    name: str = "苏叶",
) -> Person:
    """A member who works at an organization and whose relation a party organization holds."""
    somebody = person(name)
    made = Member.objects.create(
        person=somebody, joined_on=day(joined), converted_on=maybe(converted), left_on=maybe(left)
    )
    MemberState.objects.create(member=made, workplace=at, employment=employment)
    if held:
        Membership.objects.create(
            person=somebody, party_organization=held, valid_from=day(since), valid_to=maybe(until)
        )
    return somebody


def post(who: Person, at: PartyOrganization, start: str, end: str | None = None, role: str = "SECRETARY") -> Post:
    """A post in a party organization."""
    return Post.objects.create(person=who, party_organization=at, role=role, valid_from=day(start), valid_to=maybe(end))


def posting(
    to: SocialOrganization,
    start: str,
    end: str | None = None,
    *,
    role: str = "INSTRUCTOR",
    who: Person | None = None,
    by: Unit | None = None,
) -> InstructorPosting:
    """An instructor posted to an organization."""
    return InstructorPosting.objects.create(
        person=who or person("指导员甲"),
        organization=to,
        role=role,
        valid_from=day(start),
        valid_to=maybe(end),
        sending_unit=by,
    )


def term(of: PartyOrganization, start: str, end: str, extended: str | None = None) -> Term:
    """A term of office, perhaps with an approved extension."""
    return Term.objects.create(
        party_organization=of,
        started_on=day(start),
        ends_on=day(end),
        extended_to=maybe(extended),
        counts_until=counts_until(day(end), maybe(extended)),
    )


def election(
    of: PartyOrganization,
    on: str,
    method: str = "PUBLIC_NOMINATION",
    occasion: str = "CHANGE_OF_TERM",
    approved: str | None = None,
    **numbers: int | None,
) -> Election:
    """An election, perhaps with the numbers of people: due, present, seats, candidates, ballots."""
    return Election.objects.create(
        party_organization=of,
        held_on=day(on),
        method=method,
        occasion=occasion,
        approved_on=maybe(approved),
        **numbers,
    )


def candidate(
    at: Election, who: Person, post: str = "SECRETARY", channel: str = "ORGANIZATION", **more: Any
) -> Candidate:
    """Somebody stands in an election, perhaps with votes and whether elected."""
    return Candidate.objects.create(election=at, person=who, post=post, channel=channel, **more)


def office(
    who: Person, start: str, end: str | None = None, *, kind: str = "DEPUTY", level: str = "DISTRICT", **more: Any
) -> PublicOffice:
    """A seat of somebody in a congress or conference."""
    return PublicOffice.objects.create(
        person=who, kind=kind, level=level, valid_from=day(start), valid_to=maybe(end), **more
    )


def attended(who: Person, days: str, on: str = "2014-05-05", mode: str = "CONCENTRATED", of: str = "3") -> Attendance:
    """Somebody attended a course."""
    n = next(_count)
    course = Course.objects.create(code=f"K{n:04d}", name=f"培训班{n}", mode=mode, starts_on=day(on), days=Decimal(of))
    return Attendance.objects.create(course=course, person=who, days=Decimal(days))


def report(of: SocialOrganization, on: str, full: int | None = None, **more: Any) -> MemberReport:
    """Numbers that an organization reported."""
    return MemberReport.objects.create(organization=of, reported_on=day(on), full=full, **more)


def site(
    at: SocialOrganization,
    named: str = "2014-01-01",
    withdrawn: str | None = None,
    *,
    level: str = "DISTRICT",
    field: str = "",
    code: str | None = None,
    name: str | None = None,
) -> DemonstrationSite:
    """An organization named as a demonstration site."""
    code = code or f"SF{next(_count):04d}"
    return DemonstrationSite.objects.create(
        code=code,
        name=name or f"{at.name}党建示范点",
        level=level,
        field=field,
        organization=at,
        named_on=day(named),
        withdrawn_on=maybe(withdrawn),
    )


def place(
    in_district: District,
    kind: str = "COMMUNITY",
    *,
    start: str | None = None,
    end: str | None = None,
    code: str | None = None,
    name: str | None = None,
) -> ServedPlace:
    """A community, school, hospital, job market or fair."""
    code = code or f"FW{next(_count):04d}"
    name = name or f"{in_district.name}对象{code}"
    return ServedPlace.objects.create(
        code=code, name=name, kind=kind, district=in_district, valid_from=maybe(start), valid_to=maybe(end)
    )


def serve(
    by: PartyOrganization, at: ServedPlace, start: str, end: str | None = None, *, kind: str = "LINK"
) -> Outreach:
    """A party organization serves a place."""
    return Outreach.objects.create(
        party_organization=by, place=at, kind=kind, valid_from=day(start), valid_to=maybe(end)
    )


def target(indicator: str, percent: int, start: str, *, unit: Unit | None = None, due: str | None = None) -> Target:
    """A target."""
    return Target.objects.create(
        indicator=indicator, percent=percent, valid_from=day(start), unit=unit, due_on=maybe(due)
    )


def task(
    of: Unit,
    due: str,
    done: str | None = None,
    *,
    by: Unit | None = None,
    year: int | None = None,
    article: int = 3,
    code: str | None = None,
    name: str = "新建党组织 10 个",
    measure: str = "",
) -> PlanTask:
    """A task of a unit's plan, of the year in which it is due unless given, perhaps done."""
    return PlanTask.objects.create(
        code=code or f"RW{next(_count):04d}",
        unit=of,
        year=year or day(due).year,
        article=article,
        task=name,
        measure=measure,
        owner=by or of,
        due_on=day(due),
        done_on=maybe(done),
        evidence="工作台账" if done else "",
    )


def account(
    username: str,
    role: str | None = None,
    *,
    unit: Unit | None = None,
    party_organization: str = "",
    instructor: str = "",
    start: datetime.date = BEGINNING,
    end: str | None = None,
    name: str = "",
) -> User:
    """An account with one role (or none)."""
    user = User.objects.create_user(username, PASSWORD, name=name or username)
    if role:
        RoleGrant.objects.create(
            user=user,
            role=role,
            unit=unit,
            party_organization=party_organization,
            instructor=instructor,
            valid_from=start,
            valid_to=maybe(end),
        )
    return user
