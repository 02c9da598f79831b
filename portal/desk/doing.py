"""What an account may do by hand, as buttons: nothing is offered that would be refused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from branches.models import CoveringLink, PartyOrganization
from orgs.models import SocialOrganization
from portal.core.entry.records import key_of
from portal.core.imports.register import registers
from portal.core.scoping import Scope
from portal.desk.forms.declared import FORMS


@dataclass(frozen=True)
class Act:
    """One button: its verb and where it leads."""

    word: str
    href: str


def act_new(kind: str, scope: Scope, **known: str) -> Act | None:
    """The form that adds a row of a register, filled with what is known; None for those who do not keep it."""
    if not registers()[kind].may_add(scope):
        return None
    form = FORMS[kind]
    query = f"?{urlencode(known)}" if known else ""
    return Act(form.add, f"{reverse('record-new', args=[form.slug])}{query}")


def acts_on(kind: str, row: Any, *, may: bool) -> list[Act]:
    """What can be done with a stored row: change it, end it, for those who may; see what was done to it."""
    form = FORMS[kind]
    names = [form.slug, key_of(registers()[kind], row.pk)]
    change = reverse("record-change", args=names)
    ends = [Act(form.end, f"{change}?end=1")] if form.ends else []
    acts = [Act("变更", change), *ends] if may else []
    return [*acts, Act("记录", reverse("record-history", args=names))]


@dataclass(frozen=True)
class OrganizationActs:
    """What the account may do with an organization: whether it answers for it, change what is registered, enter what
    the registry decided, the rest."""

    answers: bool = False
    change: Act | None = None
    decide: Act | None = None
    post: Act | None = None
    link: Act | None = None
    exclude: Act | None = None
    report: Act | None = None
    commit: Sequence[Act | None] = ()


#: what binds an organization to party building and is kept by whoever answers for it
_COMMITMENTS = ("charter_clauses", "agreements", "purchase_scores")


def with_rights(organizations: QuerySet[SocialOrganization], scope: Scope) -> QuerySet[SocialOrganization]:
    """Organizations read together with whether the account may change them, and whether it answers for them."""
    changeable = registers()["organizations"].changeable(scope)
    return organizations.annotate(
        may_change=Exists(changeable.filter(pk=OuterRef("pk"))),
        may_answer=Exists(SocialOrganization.objects.answered_for(scope).filter(pk=OuterRef("pk"))),
    )


def acts_of_organization(organization: Any, scope: Scope) -> OrganizationActs:
    """What can be done with an organization that was read `with_rights`."""
    if not organization.may_change:
        return OrganizationActs()
    change = acts_on("organizations", organization, may=True)[0]
    decide = act_new("events", scope, organization=organization.key)
    if not organization.may_answer:
        return OrganizationActs(change=change, decide=decide)
    new = {
        name: act_new(kind, scope, organization=organization.key)
        for name, kind in {
            "post": "instructors",
            "link": "covering",
            "exclude": "exclusions",
            "report": "member_reports",
        }.items()
    }
    commit = [act_new(kind, scope, organization=organization.key) for kind in _COMMITMENTS]
    return OrganizationActs(answers=True, change=change, decide=decide, commit=commit, **new)


def answered_among(organizations: Iterable[int], scope: Scope) -> set[int]:
    """The organizations that the account may cover, post to and exclude; one statement, none for onlookers."""
    if not registers()["instructors"].may_add(scope):
        return set()
    own = SocialOrganization.objects.answered_for(scope).filter(pk__in=list(organizations))
    return set(own.values_list("pk", flat=True))


def of_own_units(organizations: Iterable[int], scope: Scope) -> set[int]:
    """The same of organizations that are known to be answered for by the account's units today; no statement."""
    writes = scope.city_wide or scope.unit_ids <= scope.writing_unit_ids
    return set(organizations) if writes and registers()["instructors"].may_add(scope) else set()


@dataclass(frozen=True)
class PartyActs:
    """What the account may do with a party organization: change it, keep its terms and people, link and unlink."""

    keeps: bool = False
    change: Act | None = None
    end: Act | None = None
    links: frozenset[int] = frozenset()
    term: Act | None = None
    election: Act | None = None
    post: Act | None = None
    member: Act | None = None
    cover: Act | None = None
    serve: Act | None = None
    decide: Act | None = None


def acts_of_party(party: Any, links: Iterable[Any], scope: Scope) -> PartyActs:
    """What can be done with a party organization that was read `with_keeping`, and with its `changeable_links`."""
    own = frozenset(link.pk for link in links if link.may_change)
    if not party.may_keep or not registers()["terms"].may_add(scope):
        return PartyActs(links=own)
    may = registers()["party_organizations"].may_add(scope)
    change, end, _ = acts_on("party_organizations", party, may=True)
    return PartyActs(
        keeps=True,
        change=change if may else None,
        end=end if may else None,
        links=own,
        term=act_new("terms", scope, party_organization=party.code),
        election=act_new("elections", scope, party_organization=party.code),
        post=act_new("posts", scope, party_organization=party.code),
        member=act_new("memberships", scope, party_organization=party.code),
        cover=act_new("covering", scope, party_organization=party.code),
        serve=act_new("outreach", scope, party_organization=party.code),
        decide=act_new("decisions", scope, party_organization=party.code),
    )


def with_keeping(parties: QuerySet[PartyOrganization], scope: Scope) -> QuerySet[PartyOrganization]:
    """Party organizations read together with whether the account keeps what hangs on them."""
    return parties.annotate(may_keep=Exists(PartyOrganization.objects.answered_for(scope).filter(pk=OuterRef("pk"))))


def changeable_links(links: QuerySet[CoveringLink], scope: Scope) -> QuerySet[CoveringLink]:
    """Links read together with whether the account may change them."""
    return links.annotate(may_change=Exists(registers()["covering"].changeable(scope).filter(pk=OuterRef("pk"))))
