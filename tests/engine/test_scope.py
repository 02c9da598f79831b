"""Scope: what each role reaches, to look and to change, today and after a grant, post or posting has ended."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from branches.models import CoveringLink, InstructorPosting, Membership, PartyOrganization, Post
from branches.responsibility import recompute
from members.models import Member, Person
from orgs.models import SocialOrganization
from portal.core import indicators, scoping
from portal.core.models import RoleGrant, UnitState
from portal.core.roles import CAPABILITIES, Role
from portal.core.scoping import Scope, ScopedModel, UnscopedRead, scope_of
from portal.core.validity import today
from tests import world
from tests.world import day

NANSHAN = {"nanshan-own", "nanshan-joint", "nanshan-missing"}
FUTIAN = {"futian-joint", "futian-posted", "futian-missing"}
EVERYTHING = NANSHAN | FUTIAN | {"school"}
NOTHING: set[str] = set()


def reached(city, who: str, how: str = "within", on: str | None = None) -> set[str]:
    """Names in the cast of the organizations that an account reaches."""
    scope = scope_of(city.users[who], day(on) if on else None)
    found = set(getattr(SocialOrganization.objects, how)(scope).values_list("pk", flat=True))
    return {key for key, organization in city.organizations.items() if organization.pk in found}


@pytest.mark.parametrize(
    ("who", "looks", "changes"),
    [
        ("city", EVERYTHING, EVERYTHING),
        ("nanshan", NANSHAN, NANSHAN),
        ("futian", FUTIAN | {"school"}, FUTIAN),
        ("education", {"school"}, {"school"}),
        ("street", NANSHAN, NOTHING),
        ("observer", NANSHAN, NOTHING),
        ("lin", {"nanshan-own"}, NOTHING),
        ("instructor", {"futian-posted"}, NOTHING),
        ("former", NOTHING, NOTHING),
        ("stranger", NOTHING, NOTHING),
        ("system", NOTHING, NOTHING),
        ("security", NOTHING, NOTHING),
        ("audit", NOTHING, NOTHING),
    ],
)
def test_organizations(city, who, looks, changes):
    """A territorial unit looks at its territory too and changes only what it answers for."""
    assert (reached(city, who), reached(city, who, "answered_for")) == (looks, changes)


@pytest.mark.parametrize(
    ("who", "looks", "changes"),
    [
        ("city", {"own", "joint"}, {"own", "joint"}),
        ("nanshan", {"own", "joint"}, {"own"}),
        ("futian", {"joint"}, {"joint"}),
        ("observer", {"own", "joint"}, NOTHING),
        ("lin", {"own"}, {"own"}),
        ("instructor", NOTHING, NOTHING),
        ("former", NOTHING, NOTHING),
        ("stranger", NOTHING, NOTHING),
        ("audit", NOTHING, NOTHING),
    ],
)
def test_party_organizations(city, who, looks, changes):
    """One that spans two units is seen by both and changed by its supervising unit."""
    scope = scope_of(city.users[who])
    for how, expected in (("within", looks), ("answered_for", changes)):
        found = set(getattr(PartyOrganization.objects, how)(scope).values_list("pk", flat=True))
        assert {key for key, party in city.parties.items() if party.pk in found} == expected, how


@pytest.mark.parametrize(
    ("who", "names"),
    [
        ("nanshan", {"林知远", "邵望舒"}),
        ("futian", {"池砚秋"}),
        ("lin", {"林知远", "邵望舒"}),
        ("education", NOTHING),
        ("instructor", NOTHING),
        ("former", NOTHING),
        ("stranger", NOTHING),
        ("system", NOTHING),
    ],
)
def test_members_are_named_to_whoever_supervises_their_party_organization(city, who, names):
    """A joint party organization that merely covers an organization of one's own names none of its members."""
    scope = scope_of(city.users[who])
    assert set(Member.objects.within(scope).values_list("person__name", flat=True)) == names
    assert {m.person.name for m in Membership.objects.within(scope).select_related("person")} == names


def test_grant_ends_on_its_day(city):
    RoleGrant.objects.filter(user=city.users["nanshan"]).update(valid_to=day("2026-03-01"))
    assert reached(city, "nanshan", on="2026-02-28") == NANSHAN
    assert reached(city, "nanshan", on="2026-03-01") == NOTHING
    assert reached(city, "former", on="2019-12-31") == {"nanshan-own"}


def test_disabled_and_anonymous_accounts_reach_nothing(city):
    city.users["city"].is_active = False
    assert scope_of(city.users["city"]) == Scope(day=today())
    assert scope_of(AnonymousUser()) == Scope(day=today())


def test_posting_that_ends_takes_its_organization_along(city):
    InstructorPosting.objects.everyone().update(valid_to=day("2026-01-01"))
    assert reached(city, "instructor", on="2025-12-31") == {"futian-posted"}
    assert reached(city, "instructor", on="2026-01-01") == NOTHING


def test_unit_moved_below_another_is_reached_from_there(city):
    """The whole unit goes along, with everything that it answers for."""
    bureau = city.units["nanshan-civil"]
    UnitState.objects.filter(unit=bureau).update(parent=city.units["futian"])
    assert reached(city, "futian", "answered_for") >= NANSHAN
    assert reached(city, "nanshan", "answered_for") == NOTHING
    assert reached(city, "nanshan") == NANSHAN  # still its territory


def test_organization_that_gets_another_responsible_unit_changes_hands(city):
    org = city.organizations["nanshan-missing"]
    org.states.update(professional_unit=city.units["education"])
    recompute([org.pk])
    assert reached(city, "education", "answered_for") == {"school", "nanshan-missing"}
    assert reached(city, "nanshan", "answered_for") == NANSHAN - {"nanshan-missing"}
    assert reached(city, "nanshan") == NANSHAN


def test_secretary_reaches_those_below_and_changes_only_the_own(city):
    city.parties["joint"].states.update(superior=city.parties["own"])
    assert reached(city, "lin") == {"nanshan-own", "nanshan-joint", "futian-joint"}
    scope = scope_of(city.users["lin"])
    assert set(PartyOrganization.objects.within(scope)) == {city.parties["own"], city.parties["joint"]}
    assert set(PartyOrganization.objects.answered_for(scope)) == {city.parties["own"]}


def test_two_grants_are_the_union(city):
    RoleGrant.objects.create(user=city.users["nanshan"], role=Role.OBSERVER, unit=city.units["futian"])
    assert reached(city, "nanshan") == NANSHAN | FUTIAN | {"school"}
    assert reached(city, "nanshan", "answered_for") == NANSHAN


def test_names_behind_a_figure_are_those_of_the_scope_and_counts_are_not(city):
    ind = indicators.indicator("branch-coverage")
    scope = scope_of(city.users["nanshan"])
    names = {s.name for s in indicators.explain(ind, today(), scope=scope)}
    assert names == {city.organizations[key].name for key in NANSHAN}
    assert indicators.count(ind, today(), scope=scope) == 3
    assert indicators.rates(today(), "city", ["branch-coverage"])[0].eligible == 7


@pytest.mark.parametrize("code", ["secretary-training", "term-current"])
def test_organization_reached_by_name_never_opens_a_person_of_the_same_row(city, code):
    """Row numbers of different registers coincide; an instructor's organizations are no people."""
    world.term(city.parties["joint"], "2014-05-01", "2099-01-01")
    rows = frozenset(range(1, 100_000))
    scope = Scope(day=today(), roles=frozenset({Role.INSTRUCTOR}), organization_ids=rows)
    assert indicators.explain(indicators.indicator(code), today(), scope=scope) == []


def _scoped_models() -> list[type[ScopedModel]]:
    from django.apps import apps

    return [model for model in apps.get_models() if issubclass(model, ScopedModel)]


@pytest.mark.parametrize("model", _scoped_models(), ids=lambda model: model.__name__)
def test_reading_without_a_scope_is_refused(db, model):
    for read in (model.objects.all, model.objects.count, lambda: model.objects.filter(pk=1)):
        with pytest.raises(UnscopedRead, match=model.__name__):
            read()


@pytest.mark.parametrize("model", _scoped_models(), ids=lambda model: model.__name__)
def test_every_scoped_model_has_a_reach_and_an_empty_scope_reaches_nothing(city, model):
    """Also where rows exist: links, posts, memberships, postings of the cast."""
    empty = Scope(day=today())
    assert not model.objects.within(empty).exists()
    assert not model.objects.answered_for(empty).exists()


def test_scope_reaches_what_hangs_on_an_organization(city):
    scope = scope_of(city.users["futian"])
    assert {p.person for p in InstructorPosting.objects.within(scope)} == {city.people["instructor"]}
    assert set(Post.objects.within(scope)) == set()
    assert {k.organization for k in CoveringLink.objects.answered_for(scope)} == {city.organizations["futian-joint"]}
    assert city.people["lin"] not in set(Person.objects.within(scope))


def test_administrators_have_no_capability_over_registers():
    for admin in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN):
        own = {capability for capability, roles in CAPABILITIES.items() if admin in roles}
        assert own <= {"see-accounts", "see-audit", "manage-accounts", "see-jobs"}


def test_scope_of_commands_is_the_whole_city(city):
    assert SocialOrganization.objects.within(scoping.everything()).count() == 7
