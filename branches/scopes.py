"""How a scope reaches party organizations, links, people and postings, and what a secretary or instructor reaches."""

from __future__ import annotations

import datetime

from django.db.models import Exists, OuterRef, Q

from branches.models import (
    Candidate,
    CoveringLink,
    Election,
    InstructorPosting,
    MajorDecision,
    Membership,
    PartyOrganization,
    PartyOrganizationState,
    Post,
    PublicOffice,
)
from members.models import Member, MemberState, Person
from orgs.models import ResponsibleSpan, SocialOrganization
from orgs.scopes import answered_organizations, visible_organizations
from portal.core import sql
from portal.core.context import register_party_names
from portal.core.models import RoleGrant
from portal.core.roles import Role
from portal.core.scoping import Reach, Scope, register_expansion, register_reach
from portal.core.validity import active_on


def visible_party_organizations(scope: Scope) -> Q:
    """Those supervised by the scope's units, covering what it may see, or of its secretary."""
    states = PartyOrganizationState.objects.filter(active_on(scope.day), supervising_unit_id__in=scope.unit_ids)
    by_covering = CoveringLink.rows.filter(
        active_on(scope.day), organization_id__in=SocialOrganization.rows.filter(visible_organizations(scope))
    )
    seen = Q(pk__in=states.values("party_organization_id")) | Q(pk__in=scope.party_organization_ids)
    if scope.is_staff:
        seen |= Q(pk__in=by_covering.values("party_organization_id"))
    return seen


def changeable_party_organizations(scope: Scope) -> Q:
    """Those supervised by the scope's units, and a secretary's own."""
    states = PartyOrganizationState.objects.filter(active_on(scope.day), supervising_unit_id__in=scope.writing_unit_ids)
    return Q(pk__in=states.values("party_organization_id")) | Q(pk__in=scope.own_party_organization_ids)


def _through(reach: Reach, model: type, path: str) -> Reach:
    def through(scope: Scope) -> Q:
        return Q(**{f"{path}_id__in": model.rows.filter(reach(scope)).values("pk")})  # type: ignore[attr-defined]

    return through


def member_party_organizations(scope: Scope) -> Q:
    """Party organizations whose members' names the scope may see: supervised or a secretary's, not merely covering."""
    states = PartyOrganizationState.objects.filter(active_on(scope.day), supervising_unit_id__in=scope.unit_ids)
    return Q(pk__in=states.values("party_organization_id")) | Q(pk__in=scope.party_organization_ids)


def unheld(day: datetime.date) -> Q:
    """People who work somewhere on `day` and whose relation has been recorded nowhere yet."""
    at_work = MemberState.objects.filter(active_on(day), workplace__isnull=False)
    return Q(pk__in=at_work.values("member_id")) & ~Q(Exists(Membership.rows.filter(person_id=OuterRef("pk"))))


def _newcomers(scope: Scope, units: frozenset[int], parties: frozenset[int]) -> Q:
    """Until it is recorded where their relation is held, people belong to whoever answers for their workplace, and to
    the party organization that covers it."""
    answered = ResponsibleSpan.objects.filter(active_on(scope.day), unit_id__in=units)
    covered = CoveringLink.rows.filter(active_on(scope.day), party_organization_id__in=parties)
    here = Q(workplace_id__in=answered.values("organization_id")) | Q(
        workplace_id__in=covered.values("organization_id")
    )
    states = MemberState.objects.filter(active_on(scope.day)).filter(here)
    return unheld(scope.day) & Q(pk__in=states.values("member_id"))


def visible_people(scope: Scope) -> Q:
    """People with a relation or post there, newcomers, those posted to visible organizations, the account's own
    person."""
    party = PartyOrganization.rows.filter(member_party_organizations(scope)).values("pk")
    seen = Q(pk__in=scope.person_ids)
    if scope.can("see-members"):
        seen |= Q(pk__in=Membership.rows.filter(party_organization_id__in=party).values("person_id"))
        seen |= Q(pk__in=Post.rows.filter(party_organization_id__in=party).values("person_id"))
        seen |= _newcomers(scope, scope.unit_ids, scope.party_organization_ids)
        postings = InstructorPosting.rows.filter(
            organization_id__in=SocialOrganization.rows.filter(visible_organizations(scope)).values("pk")
        )
        seen |= Q(pk__in=postings.values("person_id"))
    return seen


def changeable_people(scope: Scope) -> Q:
    """People whose relation is held on the scope's day in a party organization it may change, and newcomers."""
    party = PartyOrganization.rows.filter(changeable_party_organizations(scope)).values("pk")
    held = Membership.rows.filter(active_on(scope.day), party_organization_id__in=party)
    newcomers = _newcomers(scope, scope.writing_unit_ids, scope.own_party_organization_ids)
    return Q(pk__in=held.values("person_id")) | newcomers


def _secretary(grant: RoleGrant, day: datetime.date) -> Scope:
    """A secretary: the own party organization, those below it, and what they cover; one statement."""
    found = sql.rows(
        f"""WITH RECURSIVE reached (id, own) AS (
                SELECT id, 1 FROM {sql.table(PartyOrganization)} WHERE code = %(code)s
                UNION
                SELECT s.party_organization_id, 0 FROM reached
                JOIN {sql.table(PartyOrganizationState)} s ON s.superior_id = reached.id AND {sql.active("s")})
            SELECT reached.id, reached.own, c.organization_id FROM reached
            LEFT JOIN {sql.table(CoveringLink)} c ON c.party_organization_id = reached.id AND {sql.active("c")}""",
        {"code": grant.party_organization, "day": day},
    )
    return Scope(
        day=day,
        party_organization_ids=frozenset(row[0] for row in found),
        own_party_organization_ids=frozenset(row[0] for row in found if row[1]),
        organization_ids=frozenset(row[2] for row in found if row[2] is not None),
    )


def _instructor(grant: RoleGrant, day: datetime.date) -> Scope:
    """An instructor: the organizations posted to on that day."""
    postings = InstructorPosting.objects.everyone().filter(active_on(day), person__number=grant.instructor)
    return Scope(
        day=day,
        organization_ids=frozenset(postings.values_list("organization_id", flat=True)),
        person_ids=frozenset(postings.values_list("person_id", flat=True)),
    )


def _decisions_kept(scope: Scope) -> Q:
    """Occasions of party organizations that the scope may change, at organizations that it sees."""
    seen = _through(visible_organizations, SocialOrganization, "organization")(scope)
    return seen & _through(changeable_party_organizations, PartyOrganization, "party_organization")(scope)


def register() -> None:
    """Called once when the room's app is ready."""
    register_reach(PartyOrganization, within=visible_party_organizations, answered_for=changeable_party_organizations)
    register_reach(Person, within=visible_people, answered_for=changeable_people)
    for about_people in (Member, PublicOffice):
        register_reach(
            about_people,
            within=_through(visible_people, Person, "person"),
            answered_for=_through(changeable_people, Person, "person"),
        )
    register_reach(
        CoveringLink,
        # a link names its organization: who may not see the organization does not see the link
        within=_through(visible_organizations, SocialOrganization, "organization"),
        answered_for=_through(answered_organizations, SocialOrganization, "organization"),
    )
    register_reach(
        # it names its organization, as a link does, and is kept with its party organization
        MajorDecision,
        within=_through(visible_organizations, SocialOrganization, "organization"),
        answered_for=_decisions_kept,
    )
    register_reach(
        Election,
        within=_through(visible_party_organizations, PartyOrganization, "party_organization"),
        answered_for=_through(changeable_party_organizations, PartyOrganization, "party_organization"),
    )
    for in_parties, path in (
        (Membership, "party_organization"),
        (Post, "party_organization"),
        (Candidate, "election__party_organization"),
    ):
        register_reach(
            in_parties,
            within=_through(member_party_organizations, PartyOrganization, path),
            answered_for=_through(changeable_party_organizations, PartyOrganization, path),
        )
    register_reach(
        InstructorPosting,
        within=_through(visible_organizations, SocialOrganization, "organization"),
        answered_for=_through(answered_organizations, SocialOrganization, "organization"),
    )
    register_expansion(Role.SECRETARY, _secretary)
    register_expansion(Role.INSTRUCTOR, _instructor)
    register_party_names(PartyOrganization.rows.all())
