"""One party organization on one page: term and what comes next, whom it covers, posts, members, training lights."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import OuterRef, Q, Subquery

from branches.counts import PartyCounts, party_counts, standing_and_people, with_counts
from branches.formation import Advice, People, advise, party_notes
from branches.models import CoveringLink, Membership, PartyOrganization, PartyOrganizationState, Post, Term
from branches.models.posts import TRAINED_ROLES
from branches.terms import REASONS as TERM_WORDS
from orgs.models import SocialOrganization
from portal.core.indicators import indicator
from portal.core.models import UnitState
from portal.core.scoping import Scope
from portal.core.subjects import standings
from portal.core.validity import active_on
from portal.desk.doing import changeable_links
from portal.desk.elections import Held, terms_and_elections
from portal.desk.history import Event, of_party, supervising
from training.indicators import concentrated_days

#: reminders before the end of a term (BR-11: six months; three and one are ours)
REMINDERS = (6, 3, 1)
_ROLE_ORDER = {role: position for position, role in enumerate(Post.Role.values)}
_LIGHTS = {"trained": "ok", "too-few-days": "warn", "no-concentrated": "bad"}
_TERM_STATES = {"in-term": "ok", "extended": "warn", "overdue": "bad"}


@dataclass(frozen=True)
class TermState:
    """The term that counts on the day: its state, how many days are left (negative: overdue), the reminders."""

    term: Term
    day: datetime.date

    @property
    def reason(self) -> str:
        """The reason code of `term-current`, in its words on the page."""
        if self.day <= self.term.ends_on:
            return "in-term"
        return "extended" if self.day <= self.term.counts_until else "overdue"

    @property
    def word(self) -> str:
        """The state in words; near its end, how near."""
        return f"还有 {self.left} 天届满" if self._is_near else TERM_WORDS[self.reason]

    @property
    def state(self) -> str:
        """The sign of the state: due within six months is a warning too."""
        return "warn" if self._is_near else _TERM_STATES[self.reason]

    @property
    def _is_near(self) -> bool:
        return self.reason == "in-term" and self.day >= self.term.ends_on - relativedelta(months=REMINDERS[0])

    @property
    def left(self) -> int:
        """Days up to the last day that counts."""
        return (self.term.counts_until - self.day).days

    @property
    def over(self) -> int:
        """Days since the last day that counted."""
        return -self.left

    @property
    def reminders(self) -> list[tuple[str, datetime.date, bool]]:
        """What comes next: (word, day, whether it is past)."""
        days = [(f"届满前 {months} 个月提醒", self.term.ends_on - relativedelta(months=months)) for months in REMINDERS]
        days.append(("本届届满", self.term.ends_on))
        if self.term.counts_until > self.term.ends_on:
            days.append(("批准延期至", self.term.counts_until))
        return [(word, when, when < self.day) for word, when in days]


@dataclass(frozen=True)
class Light:
    """Whether somebody's training of the year meets article 9."""

    state: str
    word: str
    days: Decimal


@dataclass(frozen=True)
class Covered:
    """One organization covered: with counts and advice where its name is within the scope."""

    organization: SocialOrganization
    link: CoveringLink
    since: datetime.date
    people: People
    advice: Advice | None
    closed: bool


@dataclass
class PartyFile:
    """Everything about one party organization on a day."""

    party: PartyOrganization
    day: datetime.date
    counts: PartyCounts
    states: list[PartyOrganizationState]
    terms: list[Term]
    links: list[CoveringLink]
    state: PartyOrganizationState | None = None
    covered: list[Covered] = field(default_factory=list)
    term: TermState | None = None
    posts: list[Post] = field(default_factory=list)
    members: list[Membership] = field(default_factory=list)
    may_see_members: bool = False
    inferiors: list[PartyOrganization] = field(default_factory=list)
    superior: PartyOrganization | None = None
    lights: dict[int, Light] = field(default_factory=dict)
    elections: list[Held] = field(default_factory=list)
    history: list[Event] = field(default_factory=list)

    @property
    def active(self) -> bool:
        """Approved and not dissolved on the day."""
        return self.party.approved_on <= self.day and not self.dissolved

    @property
    def dissolved(self) -> bool:
        """Whether it was dissolved by the day."""
        return self.party.dissolved_on is not None and self.party.dissolved_on <= self.day

    @property
    def unit_name(self) -> str:
        """The supervising unit under its name of the day."""
        return supervising(self.state) if self.state else ""

    @cached_property
    def notes(self) -> list[str]:
        """Advice on the party organization itself (BR-03, BR-06)."""
        if not self.active or self.state is None:
            return []
        return party_notes(self.state.form, self.counts.covered, self.counts.full, self.day)

    @property
    def covered_elsewhere(self) -> int:
        """How many covered organizations lie outside the scope: counted, not named."""
        return max(0, self.counts.covered - sum(1 for one in self.covered if not one.closed))

    @property
    def splitting(self) -> int:
        """How many covered organizations are to have a party organization of their own."""
        return sum(1 for one in self.covered if one.advice and one.advice.code == "split")


def party_file(party: PartyOrganization, day: datetime.date, scope: Scope) -> PartyFile:
    """Gather the file; about a dozen statements."""
    file = _core(party, day, scope)
    file.posts = _posts(party, day, scope)
    file.lights = _lights(file.posts, day)
    _relate(file, scope)
    _members(file, scope)
    file.history = of_party(party, file.states, file.terms, file.links, [held.election for held in file.elections])
    return file


def own_parties(scope: Scope) -> list[PartyFile]:
    """What a secretary's desk shows of the own party organizations."""
    own = PartyOrganization.objects.within(scope).filter(pk__in=scope.own_party_organization_ids)
    return [_core(party, scope.day, scope) for party in with_counts(own, scope.day)]


def _core(party: PartyOrganization, day: datetime.date, scope: Scope) -> PartyFile:
    """Term and covered organizations."""
    terms, elections = terms_and_elections(party, scope)
    file = PartyFile(
        party=party,
        day=day,
        counts=party_counts(party),
        states=_states(party, day),
        terms=terms,
        links=_named_links(party, scope),
        elections=[held for held in elections if held.election.held_on <= day],
    )
    file.state = next((one for one in file.states if one.holds_on(day)), None)
    file.term = _term(file.terms, day) if file.active else None
    _cover(file)
    return file


def _states(party: PartyOrganization, day: datetime.date) -> list[PartyOrganizationState]:
    """What it was from when on, each with the name that its supervising unit has on the day."""
    units = UnitState.objects.filter(active_on(day), unit=OuterRef("supervising_unit"))
    states = PartyOrganizationState.objects.filter(party_organization=party).select_related("superior")
    return list(states.annotate(supervising_name=Subquery(units.values("name")[:1])))


def _term(terms: Sequence[Term], day: datetime.date) -> TermState | None:
    """The latest term begun by the day."""
    begun = [term for term in terms if term.started_on <= day]
    return TermState(max(begun, key=lambda term: term.started_on), day) if begun else None


def _named_links(party: PartyOrganization, scope: Scope) -> list[CoveringLink]:
    """The links, past ones too, to organizations whose names are within the scope."""
    links = CoveringLink.objects.within(scope).filter(party_organization=party)
    return list(changeable_links(links.select_related("organization"), scope).order_by("organization__name", "pk"))


def _cover(file: PartyFile) -> None:
    """The organizations covered on the day, with their counts and what article 3 asks of them."""
    current = [link for link in file.links if link.holds_on(file.day)] if file.active else []
    ids = [link.organization_id for link in current]
    known = standing_and_people(file.day, ids)
    for link in current:
        one, (standing, people) = link.organization, known[link.organization_id]
        advice = advise(standing.reason, people, file.day) if standing else None
        closed = one.closed_on is not None and one.closed_on <= file.day
        file.covered.append(Covered(one, link, link.valid_from, people, advice, closed))


def _relate(file: PartyFile, scope: Scope) -> None:
    """The superior and the inferiors on the day, as far as they may be opened."""
    superior_id = file.state.superior_id if file.state else None
    below = PartyOrganizationState.objects.filter(active_on(file.day), superior=file.party)
    near = PartyOrganization.objects.within(scope).filter(
        Q(pk=superior_id) | Q(pk__in=below.values("party_organization_id"))
    )
    for one in near.exclude(dissolved_on__lte=file.day).order_by("code"):
        if one.pk == superior_id:
            file.superior = one
        else:
            file.inferiors.append(one)


def _posts(party: PartyOrganization, day: datetime.date, scope: Scope) -> list[Any]:
    """Who holds a post on the day, with the days of concentrated courses of the year."""
    held = Post.objects.within(scope).filter(active_on(day), party_organization=party)
    held = held.select_related("person").defer("person__id_number", "person__mobile")
    found = list(held.annotate(attended=concentrated_days("person", day)))
    return sorted(found, key=lambda post: (_ROLE_ORDER[post.role], post.valid_from, post.pk))


def _lights(posts: Collection[Any], day: datetime.date) -> dict[int, Light]:
    """The training light of secretaries and party workers, from `secretary-training`."""
    asked = frozenset(post.person_id for post in posts if post.role in TRAINED_ROLES)
    if not asked:
        return {}
    ind = indicator("secretary-training")
    found = standings(ind, day, asked)
    attended = {post.person_id: post.attended for post in posts}
    return {
        person: Light(_LIGHTS[one.reason], ind.reasons[one.reason], attended[person] or Decimal(0))
        for person, one in found.items()
    }


def _members(file: PartyFile, scope: Scope) -> None:
    """The members by name, for those who may see them."""
    file.may_see_members = scope.can("see-members") and _supervises(file, scope)
    if not file.may_see_members:
        return
    held = Membership.objects.within(scope).filter(active_on(file.day), party_organization=file.party)
    held = held.filter(person__member__joined_on__lte=file.day).exclude(person__member__left_on__lte=file.day)
    named = held.select_related("person__member").defer("person__id_number", "person__mobile")
    file.members = list(named.order_by("person__name", "pk"))
    for one in file.members:
        one.standing = one.person.member.standing_on(file.day)  # type: ignore[attr-defined]


def _supervises(file: PartyFile, scope: Scope) -> bool:
    """Whether members' names of this party organization are within the scope: supervised, or a secretary's."""
    unit_id = file.state.supervising_unit_id if file.state else None
    return scope.city_wide or file.party.pk in scope.party_organization_ids or unit_id in scope.unit_ids
