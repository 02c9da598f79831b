"""One organization on one page: registry facts, who answers for it and why, what covers it, its members, its past."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Subquery, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce

from branches.counts import standing_and_people
from branches.coverage import WORK_MET
from branches.formation import Advice, People, advise
from branches.models import CoveringLink, InstructorPosting, Membership, PartyOrganization, PartyOrganizationState
from branches.models.party_organizations import COUNTED_FORMS
from demonstration.models import DemonstrationSite
from members.models import Member, MemberState
from orgs import gates
from orgs.models import Exclusion, OrganizationState, RegistryEvent, ResponsibleSpan, SocialOrganization
from portal.core.indicators import indicator
from portal.core.policy import NOTICE_DAY, parameter
from portal.core.scoping import Scope
from portal.core.subjects import Standing
from portal.core.units import UnitOnDay, UnitTree
from portal.core.validity import active_on, covers
from portal.desk import history
from portal.desk.commitments import KINDS, Commitments, commitments_of, rows_of_commitments
from portal.desk.figures import BRANCH
from portal.desk.sites_of import Applied, as_application, as_site, rows_of_applications, rows_of_sites

#: how many members a page names, and how many decisions of the registry
NAMED = 60
DECISIONS = 6
_UNDER_RULE = {
    "education": "教育培训机构、民办学校，由市教育部门登记的，归市教育工委。",
    "health": "民办医院，由市卫生部门登记的，归市卫生工委。",
    "professional": "有明确的业务主管单位，由业务主管单位负责。",
    "registry": "没有明确的业务主管单位，由登记管理部门负责。",
    "unresolved": "业务主管单位、登记管理部门都不明确，暂由市、区列入待明确。",
}


@dataclass(frozen=True)
class Coverage:
    """One party organization that covers the organization on the day."""

    link: CoveringLink
    party: PartyOrganization
    state: PartyOrganizationState | None
    supervising: str
    may_open: bool

    @property
    def counts(self) -> bool:
        """Whether its form counts for party-organization coverage."""
        return self.state is not None and self.state.form in COUNTED_FORMS


@dataclass(frozen=True)
class Worker:
    """A member who works there: whether employed as those are who are counted, where the relation is held."""

    member: Member
    standing: str
    employment: str
    employed: bool
    held: str
    here: bool

    @property
    def counts(self) -> bool:
        """Whether it is one of the firm count."""
        return self.here and self.employed and self.standing == "FULL"


@dataclass(frozen=True)
class Decision:
    """One decision of the registry, and where its review stands on the day."""

    event: RegistryEvent
    sign: str
    word: str


@dataclass
class OrganizationFile:
    """Everything about one organization on a day."""

    organization: SocialOrganization
    day: datetime.date
    tree: UnitTree
    state: OrganizationState | None
    answer: ResponsibleSpan | None
    standing: Standing | None
    people: People
    commitments: Commitments
    coverage: list[Coverage] = field(default_factory=list)
    postings: list[InstructorPosting] = field(default_factory=list)
    exclusions: list[Exclusion] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    sites: list[DemonstrationSite] = field(default_factory=list)
    applied: list[Applied] = field(default_factory=list)
    workers: list[Worker] = field(default_factory=list)
    may_see_members: bool = False
    events: list[history.Event] = field(default_factory=list)
    line: list[history.Point] = field(default_factory=list)

    @property
    def begun(self) -> bool:
        """Whether it was established by the day."""
        return self.organization.established_on <= self.day

    @property
    def closed(self) -> bool:
        """Whether it was closed by the day."""
        closed_on = self.organization.closed_on
        return closed_on is not None and closed_on <= self.day

    @property
    def chip(self) -> tuple[str, str]:
        """Sign and word of where it stands in coverage."""
        if not self.begun:
            return "idle", "当日尚未成立"
        if self.closed:
            return "idle", f"已{self.organization.get_closing_display() or '终止'}"
        if self.standing is None:
            return "idle", "备案，不在统计范围"
        word = indicator(BRANCH).reasons[self.standing.reason]
        if self.standing.met:
            return "ok", f"已覆盖 · {word}"
        return ("warn", f"党的工作覆盖 · {word}") if self.standing.reason in WORK_MET else ("bad", "未覆盖")

    @property
    def advice(self) -> Advice | None:
        """What article 3 asks; None outside the coverage population."""
        return advise(self.standing.reason, self.people, self.day) if self.standing else None

    def unit(self, unit_id: int | None) -> UnitOnDay | None:
        """A unit as it was on the day."""
        return self.tree.units.get(unit_id or 0)

    @property
    def registering(self) -> str:
        """The registering unit, or what was written and names no unit."""
        return self._named("registering_unit")

    @property
    def professional(self) -> str:
        """The professional supervising unit, or what was written and names no unit."""
        return self._named("professional_unit")

    @property
    def street(self) -> str:
        """The street."""
        return self._named("subdistrict")

    @property
    def community(self) -> str:
        """The community."""
        return self._named("community")

    def _named(self, name: str) -> str:
        unit = self.unit(getattr(self.state, f"{name}_id", None))
        written = getattr(self.state, f"{name}_written", "")
        return unit.name if unit else f"{written}（未对应到单位）" if written else ""

    @property
    def responsible(self) -> UnitOnDay | None:
        """The responsible unit."""
        return self.unit(self.answer.unit_id) if self.answer else None

    @property
    def rule_unit(self) -> UnitOnDay | None:
        """What article 1 gives without "affiliation stays as it is"."""
        return self.unit(self.answer.rule_unit_id) if self.answer else None

    @property
    def because(self) -> str:
        """Why this unit answers, as a sentence."""
        if self.answer is None:
            return ""
        if self.answer.basis != ResponsibleSpan.Basis.KEPT:
            return _UNDER_RULE[self.answer.basis]
        early = [
            one
            for one in self.coverage
            if one.link.valid_from < NOTICE_DAY and one.party.approved_on < NOTICE_DAY and one.counts
        ]
        first = min(early, key=lambda one: (one.party.approved_on, one.party.code), default=None)
        if first is None:
            return f"{NOTICE_DAY} 以前已有隶属关系，原则上维持不变。"
        since = max(first.link.valid_from, first.party.approved_on)
        return f"{since} 起由{first.party.name}覆盖，早于 {NOTICE_DAY}，原则上维持原隶属关系。"

    @property
    def hidden_workers(self) -> int:
        """Members counted whose names are outside what the account may see."""
        shown = sum(1 for one in self.workers if one.employed and one.standing in ("FULL", "PROBATIONARY"))
        return max(0, self.people.named - shown)


def organization_file(organization: SocialOrganization, day: datetime.date, scope: Scope) -> OrganizationFile:
    """Gather the file; about a dozen statements."""
    key = organization.pk
    tree = scope.tree_of(day) or UnitTree.on(day)
    states = list(OrganizationState.objects.filter(organization=key).select_related("district").order_by("valid_from"))
    spans = list(ResponsibleSpan.objects.filter(organization=key).order_by("valid_from"))
    links = list(
        CoveringLink.objects.within(scope)
        .filter(organization=key)
        .annotate(openable=Exists(PartyOrganization.objects.within(scope).filter(pk=OuterRef("party_organization"))))
        .select_related("party_organization")
        .order_by("valid_from", "party_organization__code")
    )
    party_states = list(
        PartyOrganizationState.objects.filter(party_organization__in={link.party_organization_id for link in links})
    )
    postings = list(
        InstructorPosting.objects.within(scope)
        .filter(organization=key)
        .select_related("person", "sending_unit")
        .defer("person__id_number", "person__mobile")
        .order_by("valid_from", "pk")
    )
    exclusions, events, sites, applied, binding = _decided(organization, day, scope)
    state = next((one for one in states if one.holds_on(day)), None)
    standing, people = standing_and_people(day, [key])[key]
    file = OrganizationFile(
        organization=organization,
        day=day,
        tree=tree,
        state=state,
        answer=next((one for one in spans if one.holds_on(day)), None),
        standing=standing,
        people=people,
        coverage=_coverage(links, party_states, tree, day),
        postings=[one for one in postings if one.holds_on(day)],
        exclusions=[one for one in exclusions if one.holds_on(day)],
        decisions=_decisions(events, day, live=day == scope.day),
        sites=sites,
        applied=applied,
        commitments=commitments_of(organization, binding, day),
    )
    file.may_see_members = scope.can("see-members")
    if file.may_see_members:
        file.workers = _workers(file, scope)
    file.events = history.of_organization(
        organization,
        states=states,
        spans=spans,
        links=links,
        postings=postings,
        exclusions=exclusions,
        sites=sites,
        tree=tree,
    )
    file.line = history.line(file.events, history.covered_stretches(links, party_states), day)
    return file


def _decided(
    organization: SocialOrganization, day: datetime.date, scope: Scope
) -> tuple[list[Exclusion], list[RegistryEvent], list[DemonstrationSite], list[Applied], list[Sequence[Any]]]:
    """What was decided about the organization, applied for and what binds it, oldest first; eight registers in one
    statement."""
    nothing, text = Value("", output_field=CharField()), CharField()
    exclusions = Exclusion.objects.within(scope).filter(organization=organization).order_by()
    events = RegistryEvent.objects.within(scope).filter(organization=organization).order_by()
    rows = exclusions.values_list(
        Value("exclusion"), "pk", "valid_from", "valid_to", nothing, "reason", "evidence", "approver", nothing
    ).union(
        events.values_list(
            Value("event"),
            "pk",
            "decided_on",
            "reviewed_on",
            "code",
            "kind",
            Coalesce("reviewing_unit__name", "reviewing_unit_written", output_field=text),
            "opinion",
            Coalesce(KT("written__event_kind"), nothing, output_field=text),
        ),
        rows_of_sites(organization, scope),
        rows_of_applications(organization, day, scope),
        *rows_of_commitments(organization, scope),
        all=True,
    )
    kept: list[Exclusion] = []
    named: list[DemonstrationSite] = []
    applied: list[Applied] = []
    decided: list[RegistryEvent] = []
    binding: list[Sequence[Any]] = []
    for row in sorted(rows, key=lambda row: (row[2], row[1])):
        what, pk, first, second, *words = row
        if what in KINDS:
            binding.append(row)
        elif what == "exclusion":
            kept.append(_exclusion(organization, pk, (first, second), words))
        elif what == "site":
            named.append(as_site(organization, pk, (first, second), words))
        elif what == "application":
            applied.append(as_application(organization, pk, first, words))
        else:
            decided.append(_event(organization, pk, (first, second), words))
    return kept, decided, named, applied, binding


_Days = tuple[datetime.date, datetime.date | None]


def _exclusion(organization: SocialOrganization, pk: int, days: _Days, words: Sequence[str]) -> Exclusion:
    _, reason, evidence, approver, _ = words
    start, end = days
    return Exclusion(
        pk=pk,
        organization=organization,
        valid_from=start,
        valid_to=end,
        reason=reason,
        evidence=evidence,
        approver=approver,
    )


def _event(organization: SocialOrganization, pk: int, days: _Days, words: Sequence[str]) -> RegistryEvent:
    code, kind, reviewer, opinion, written = words
    return RegistryEvent(
        pk=pk,
        code=code,
        organization=organization,
        decided_on=days[0],
        reviewed_on=days[1],
        kind=kind,
        reviewing_unit_written=reviewer,
        opinion=opinion,
        written={"event_kind": written},
    )


def _decisions(events: Sequence[RegistryEvent], day: datetime.date, *, live: bool) -> list[Decision]:
    """The last decisions of the registry up to the day, newest first; seen from today also those to come."""
    found = []
    for event in [one for one in reversed(events) if live or one.decided_on <= day][:DECISIONS]:
        state = gates.state_of(event, day)
        found.append(Decision(event, gates.SIGNS[state], gates.STATES[state]))
    return found


def _coverage(
    links: Sequence[Any],
    states: Sequence[PartyOrganizationState],
    tree: UnitTree,
    day: datetime.date,
) -> list[Coverage]:
    """What covers it on the day; counted forms first. Each link says whether its party organization is `openable`."""
    active = [
        link
        for link in links
        if link.holds_on(day) and covers(link.party_organization.approved_on, link.party_organization.dissolved_on, day)
    ]
    of_day = {state.party_organization_id: state for state in states if state.holds_on(day)}
    found = []
    for link in active:
        state = of_day.get(link.party_organization_id)
        unit = tree.units.get((state and state.supervising_unit_id) or 0)
        found.append(Coverage(link, link.party_organization, state, unit.name if unit else "", link.openable))
    return sorted(found, key=lambda one: (not one.counts, one.party.approved_on, one.party.code))


def _workers(file: OrganizationFile, scope: Scope) -> list[Worker]:
    """The members who work there on the day, as far as their names are within the scope."""
    states = (
        MemberState.objects.filter(active_on(file.day), workplace=file.organization)
        .filter(member__in=Member.objects.within(scope).values("pk"))
        .exclude(member__left_on__lte=file.day)
        .select_related("member__person")
        .defer("member__person__id_number", "member__person__mobile")
        .order_by("member__person__name", "pk")
    )
    held = Membership.objects.within(scope).filter(active_on(file.day), person=OuterRef("member"))
    held = held.order_by("-valid_from", "-pk")
    found: list[Any] = list(
        states.annotate(
            held_in=Subquery(held.values("party_organization")[:1]),
            held_name=Subquery(held.values("party_organization__name")[:1]),
        )[:NAMED]
    )
    here = {one.party.pk for one in file.coverage}
    counted = parameter("firm-employment", file.day)
    assert isinstance(counted, tuple)
    workers = [
        Worker(
            member=state.member,
            standing=state.member.standing_on(file.day),
            employment=state.get_employment_display(),
            employed=state.employment in counted,
            held=state.held_name or "",
            here=state.held_in in here,
        )
        for state in found
    ]
    return sorted(workers, key=lambda one: (not one.here, one.standing != "FULL"))
