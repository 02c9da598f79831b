"""The party page of an annual inspection (年检党建情况表, form F11), filled with what is known on a day.

What can be derived is never asked: the party organization, members by standing, employment, age, schooling and place
of their relation, the instructor, and where there is no party organization the reason. Counts only, never names; of who
heads the party organization post, age and schooling, for those who may see members. Ages are full years on the day,
read of personal numbers; of whom none is known the age is not.

Sums hold by construction: employments, ages, schooling and places of relation each add up to the members. The form has
its own definition of 应建未建: three or more full members **among full-time staff** whose relation is held here,
whatever the base of the firm count is elsewhere.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import F, FilteredRelation

from branches.models import CoveringLink, InstructorPosting, Membership, PartyOrganizationState, Post
from branches.models.party_organizations import COUNTED_FORMS
from members.models import MemberState, Person
from orgs.models import OrganizationState, SocialOrganization
from portal.core.imports.codes import born_on
from portal.core.models import UnitState
from portal.core.policy import number
from portal.core.scoping import Scope
from portal.core.units import UnitTree
from portal.core.validity import active_on, covers

#: where a relation is held, in the words of the form
HERE, PROFESSIONAL, TERRITORY, OTHER, UNKNOWN = "本单位", "业务主管单位", "属地", "其他", "不详"
_TERRITORIAL = (UnitState.Kind.DISTRICT_LEAD, UnitState.Kind.SUBDISTRICT, UnitState.Kind.COMMUNITY)
_NOT_SAID = "不详"
#: the age bands of the form: the last full year of each
AGES = ((35, "35 岁及以下"), (50, "36–50 岁"), (60, "51–60 岁"), (200, "60 岁以上"))
_Education = MemberState.Education
#: the schooling bands of the form
SCHOOLING = {
    "高中及以下": (_Education.SECONDARY,),
    "本科及专科": (_Education.COLLEGE, _Education.BACHELOR),
    "硕士及以上": (_Education.MASTER, _Education.DOCTOR),
}


@dataclass(frozen=True)
class AnnualPage:
    """What the page says of an organization on a day; numbers are of members who work there.

    `parties` are the party organizations that cover it, as (name, form, approved on, supervising unit); `heads` who
    heads them, in words without a name, as far as the account may see; `reason` is why there is none.
    """

    day: datetime.date
    parties: list[tuple[str, str, datetime.date, str]]
    heads: list[str]
    reason: str
    instructors: int
    members: int
    full: int
    joined_this_year: int
    managing: int
    employments: list[tuple[str, int]]
    ages: list[tuple[str, int]]
    schooling: list[tuple[str, int]]
    relations: list[tuple[str, int]]


def annual_page(
    organization: SocialOrganization, state: OrganizationState | None, day: datetime.date, tree: UnitTree, scope: Scope
) -> AnnualPage:
    """The page of an organization on a day for an account, its state and the units of that day being known; at most
    six statements."""
    parties = _parties(organization, day)
    workers = [one for one in _workers(organization, day) if one.member.standing_on(day) in ("FULL", "PROBATIONARY")]
    here = {link.party_organization_id for link in parties}
    professional = state.professional_unit_id if state else None
    relations = _relations(workers, here, professional, day, tree)
    instructors = InstructorPosting.objects.everyone().filter(active_on(day), organization=organization)
    posted = instructors.values("person").distinct().count()
    full = [one for one in workers if one.member.standing_on(day) == "FULL"]
    firm = [one for one in full if one.employment == "FULL_TIME" and relations[one.member_id] == HERE]
    counted = any(link.form in COUNTED_FORMS for link in parties)
    return AnnualPage(
        day=day,
        parties=[
            (link.party_organization.name, _form(link), link.party_organization.approved_on, _unit(link, tree))
            for link in parties
        ],
        heads=_heads(here, organization, day, scope),
        reason="" if counted else _reason(len(firm), len(workers), posted, day),
        instructors=posted,
        members=len(workers),
        full=len(full),
        joined_this_year=sum(1 for one in workers if one.member.joined_on.year == day.year),
        managing=sum(1 for one in workers if one.position in ("HEAD", "MANAGEMENT", "PARTNER")),
        employments=_counted((one.get_employment_display() for one in workers), MemberState.Employment.labels),
        ages=_counted((age_band(one.member.person.id_number, day) for one in workers), (word for _, word in AGES)),
        schooling=_counted((_schooling(one) for one in workers), SCHOOLING),
        relations=_counted(relations.values(), (HERE, PROFESSIONAL, TERRITORY, OTHER)),
    )


def _reason(firm: int, members: int, posted: int, day: datetime.date) -> str:
    """Why there is no party organization, in the words of the register of 2013."""
    if firm >= number("formation-members", day):
        return "应建未建"
    if posted:
        return "派驻党建指导员"
    return "不足三名党员" if members else "无党员"


def age_on(personal_number: str, day: datetime.date) -> int | None:
    """Somebody's full years on a day; None where no personal number is known."""
    return relativedelta(day, born_on(personal_number)).years if personal_number else None


def age_band(personal_number: str, day: datetime.date) -> str:
    """The band of the form that somebody's age on a day falls into; empty where it is not known."""
    age = age_on(personal_number, day)
    return "" if age is None else next(word for last, word in AGES if age <= last)


def _schooling(one: MemberState) -> str:
    return next((word for word, values in SCHOOLING.items() if one.education in values), "")


def _counted(words: Iterable[str], order: Iterable[str]) -> list[tuple[str, int]]:
    """How many there are of each word, in this order, with those of whom it is not known."""
    found = Counter(word or _NOT_SAID for word in words)
    return [(str(word), found[str(word)]) for word in (*order, _NOT_SAID)]


def _parties(organization: SocialOrganization, day: datetime.date) -> list[Any]:
    """The links by which living party organizations cover it, each with the form of the day."""
    path = "party_organization__states"
    links = CoveringLink.objects.everyone().filter(active_on(day), organization=organization)
    links = links.annotate(
        state=FilteredRelation(path, condition=active_on(day, f"{path}__")),
        form=F("state__form"),
        unit=F("state__supervising_unit_id"),
    )
    found = links.select_related("party_organization").order_by("party_organization__code")
    return [
        link for link in found if covers(link.party_organization.approved_on, link.party_organization.dissolved_on, day)
    ]


def _form(link: Any) -> str:
    return str(PartyOrganizationState.Form(link.form).label) if link.form else ""


def _unit(link: Any, tree: UnitTree) -> str:
    unit = tree.units.get(link.unit or 0)
    return unit.name if unit else ""


def _heads(parties: set[int], organization: SocialOrganization, day: datetime.date, scope: Scope) -> list[str]:
    """What the form asks of each secretary: the post in the organization, age, schooling; nothing for those who may not
    see members."""
    if not scope.can("see-members"):
        return []
    posts = Post.objects.within(scope).filter(active_on(day), party_organization__in=parties, role=Post.Role.SECRETARY)
    held = list(posts.select_related("person").defer("person__mobile").order_by("party_organization__code", "pk"))
    states = MemberState.objects.filter(active_on(day), member__in=[post.person_id for post in held])
    known = {state.member_id: state for state in states}
    return [_head(post.person, known.get(post.person_id), organization, day) for post in held]


def _head(person: Person, state: MemberState | None, organization: SocialOrganization, day: datetime.date) -> str:
    age = age_on(person.id_number, day)
    here = state is not None and state.workplace_id == organization.pk
    position = state.get_position_display() if state and here else ""
    return "，".join(
        (
            f"在本单位任{position}" if position else "在本单位工作，职务不详" if here else "不在本单位工作",
            "年龄不详" if age is None else f"{age} 岁",
            (state.get_education_display() if state else "") or "学历不详",
        )
    )


def _workers(organization: SocialOrganization, day: datetime.date) -> list[MemberState]:
    """Those who work there and are members."""
    states = MemberState.objects.filter(active_on(day), workplace=organization)
    return list(states.select_related("member__person").defer("member__person__mobile"))


def _relations(
    workers: list[MemberState], here: set[int], professional: int | None, day: datetime.date, tree: UnitTree
) -> Mapping[int, str]:
    """Where each member's relation is held; of several the one here, else that of the lowest code."""
    path = "party_organization__states"
    held = Membership.objects.everyone().filter(active_on(day), person__in=[one.member_id for one in workers])
    held = held.annotate(state=FilteredRelation(path, condition=active_on(day, f"{path}__")))
    rows = held.order_by("-party_organization__code").values_list(
        "person_id", "party_organization_id", "state__supervising_unit_id"
    )
    found = {one.member_id: UNKNOWN for one in workers}
    for person, party, unit in rows:
        if party in here:
            found[person] = HERE
        elif found[person] != HERE:
            found[person] = _place(unit, professional, tree)
    return found


def _place(unit: int | None, professional: int | None, tree: UnitTree) -> str:
    """Whose a party organization elsewhere is, by its supervising unit."""
    if unit is not None and unit == professional:
        return PROFESSIONAL
    known = tree.units.get(unit or 0)
    return TERRITORY if known and known.kind in _TERRITORIAL else OTHER
