"""What is stored of the organizations in an office table: a few statements at any number of rows."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from branches.models import CoveringLink, InstructorPosting, PartyOrganization, PartyOrganizationState, Post
from branches.office_tables.rows import OfficeRow, OfficeTable
from orgs.models import MemberReport, OrganizationState, ResponsibleSpan, SocialOrganization
from portal.core.imports.register import registers
from portal.core.imports.run import CHUNK, Run, chosen
from portal.core.imports.sheets import Options
from portal.core.imports.texts import as_code
from portal.core.models import District, Unit, UnitState
from portal.core.scoping import Scope
from portal.core.validity import active_on

Form = PartyOrganizationState.Form
_UNITS_OF_STATE = ("registering_unit", "professional_unit", "district", "subdistrict", "community")
_UNITS = ("登记管理部门", "业务主管单位", "街道", "社区", "审批单位", "党建领导机关", "派驻单位")


@dataclass
class Party:
    """A stored party organization, its latest state and its secretaries."""

    party: PartyOrganization
    state: PartyOrganizationState
    secretaries: list[Post] = field(default_factory=list)

    def is_over(self, day: datetime.date) -> bool:
        """Whether it was dissolved by `day`."""
        return self.party.dissolved_on is not None and self.party.dissolved_on <= day


@dataclass
class Known:
    """What is stored of one organization. `spans` say who answers for it, day by day."""

    organization: SocialOrganization
    state: OrganizationState
    links: list[tuple[CoveringLink, Party]] = field(default_factory=list)
    postings: list[InstructorPosting] = field(default_factory=list)
    reports: list[MemberReport] = field(default_factory=list)
    spans: list[ResponsibleSpan] = field(default_factory=list)


class Stored:
    """The stored side of a table as far as the scope may look at it: what it may not see is as if it were new, and
    the engine refuses the row. `home` is the code of the unit whose staff bring the table ("" for the city), `usual`
    what holds for new organizations of theirs where the table has no such column."""

    def __init__(self, table: OfficeTable, scope: Scope) -> None:
        self._scope = scope
        self._run = _looked_up(table, scope)
        names = _organizations_named({row.text("名称") for row in table.rows if not _mentioned(row)}, scope)
        self.matches = {
            row.number: sorted({pk for text in _mentioned(row) for pk in self._run.found("organizations", text)})
            or ([] if _mentioned(row) else names[as_code(row.text("名称"))])
            for row in table.rows
        }
        self._known = _load({pk for found in self.matches.values() for pk in found}, scope)
        self._by_code, self._shared = _parties_of(table.rows, scope)
        home = None if scope.city_wide else Unit.objects.filter(pk=scope.home_unit_id or 0).first()
        self.home = home.code if home else ""
        self.usual = {} if scope.city_wide else _usual(scope)

    def known(self, row: OfficeRow) -> Known | None:
        """What is stored of the row's organization; None where it is new or may be one of several."""
        found = self.matches[row.number]
        return self._known.get(found[0]) if len(found) == 1 else None

    def unit(self, text: str) -> int | None:
        """The unit that a text names, if exactly one."""
        found = self._run.found("units", text)
        return found[0] if len(found) == 1 else None

    def district(self, text: str) -> int | None:
        """The district that a text names, if exactly one."""
        found = self._run.found("districts", text)
        return found[0] if len(found) == 1 else None

    def absent(self, day: datetime.date) -> list[SocialOrganization]:
        """Organizations alive on `day` that the scope answers for and no row names; none where the scope is the
        whole city, which has no ledger of its own."""
        if self._scope.city_wide:
            return []
        alive = active_on(day, start="established_on", end="closed_on")
        own = SocialOrganization.objects.answered_for(replace(self._scope, day=day)).filter(alive)
        return [one for one in own.order_by("name") if one.pk not in self._known]

    def party_coded(self, code: str) -> Party | None:
        """The stored party organization of this code."""
        return self._by_code.get(as_code(code))

    def party_named(self, name: str) -> Party | None:
        """The stored party organization of this name that is not one organization's own, if exactly one."""
        found = self._shared[as_code(name)]
        return found[0] if len(found) == 1 else None


def _usual(scope: Scope) -> dict[str, str]:
    """The district of a territorial unit, and the one civil-affairs bureau below it."""
    districts = District.objects.filter(pk__in=scope.district_ids)
    bureaus = UnitState.objects.filter(
        active_on(scope.day), unit_id__in=scope.unit_ids, function=UnitState.Function.CIVIL_AFFAIRS
    )
    found = {
        "行政区": [district.name for district in districts],
        "登记管理部门": sorted(bureaus.values_list("unit__code", flat=True)),
    }
    return {name: words[0] for name, words in found.items() if len(words) == 1}


def _mentioned(row: OfficeRow) -> list[str]:
    return [text for name in ("统一社会信用代码", "登记证号") if (text := row.text(name))]


def _looked_up(table: OfficeTable, scope: Scope) -> Run:
    """Organizations, units and districts that the rows name, found as every import finds them."""
    run = Run(Options(scope=scope), registers())
    run.look_up("organizations", (text for row in table.rows for text in _mentioned(row)))
    run.look_up("units", (row.text(name) for row in table.rows for name in _UNITS))
    run.look_up("districts", (row.text("行政区") for row in table.rows))
    return run


def _organizations_named(names: set[str], scope: Scope) -> dict[str, list[int]]:
    """Visible organizations by name, for rows that carry no code."""
    found: dict[str, list[int]] = defaultdict(list)
    for part in pieces(names):
        for one in SocialOrganization.objects.within(scope).filter(name__in=part):
            found[as_code(one.name)].append(one.pk)
    return found


def _parties_of(rows: list[OfficeRow], scope: Scope) -> tuple[dict[str, Party], dict[str, list[Party]]]:
    """Visible party organizations that the rows name: by code, and by name those that are nobody's own."""
    visible = PartyOrganization.objects.within(scope)
    ids: set[int] = set()
    for field_name, column in (("code", "党组织编码"), ("name", "党组织名称")):
        for part in pieces({row.text(column) for row in rows}):
            ids |= set(visible.filter(**{f"{field_name}__in": part}).values_list("pk", flat=True))
    parties = _load_parties(ids, scope)
    shared: dict[str, list[Party]] = defaultdict(list)
    for party in parties.values():
        if party.state.form != Form.OWN:
            shared[as_code(party.party.name)].append(party)
    return {party.party.code: party for party in parties.values()}, shared


def pieces(values: Iterable[str]) -> Iterator[list[str]]:
    """Texts that are not empty, in pieces that fit into one statement."""
    ordered = sorted(value for value in values if value)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]


def attach(rows: list[Any], *relations: str) -> None:
    """Fill these foreign keys of the rows, in sets that both engines take."""
    for name in relations:
        ids = {getattr(row, f"{name}_id") for row in rows}
        model = rows[0]._meta.get_field(name).related_model if rows else None
        found = {one.pk: one for one in chosen(model, "pk", ids)} if model else {}
        for row in rows:
            setattr(row, name, found.get(getattr(row, f"{name}_id")))


def _load(ids: set[int], scope: Scope) -> dict[int, Known]:
    """Everything about those of these organizations that the scope may see, one statement per register."""
    visible = SocialOrganization.objects.within(scope)
    ids = ids if scope.city_wide else ids & set(visible.values_list("pk", flat=True))
    organizations = {one.pk: one for one in chosen(SocialOrganization, "pk", ids)}
    states = sorted(chosen(OrganizationState, "organization_id", ids), key=lambda state: state.valid_from)
    latest = {state.organization_id: state for state in states}
    attach(list(latest.values()), *_UNITS_OF_STATE)
    found = {pk: Known(organizations[pk], state) for pk, state in latest.items()}
    links = chosen(CoveringLink, "organization_id", ids)
    parties = _load_parties({link.party_organization_id for link in links}, scope)
    for link in sorted(links, key=lambda link: (link.valid_from, link.pk)):
        found[link.organization_id].links.append((link, parties[link.party_organization_id]))
    postings = chosen(InstructorPosting, "organization_id", ids)
    attach(postings, "person", "sending_unit")
    spans = chosen(ResponsibleSpan, "organization_id", ids)
    attach(spans, "unit")
    for kept, rows in (
        ("postings", postings),
        ("spans", spans),
        ("reports", chosen(MemberReport, "organization_id", ids)),
    ):
        for row in rows:
            getattr(found[row.organization_id], kept).append(row)
    return found


def _load_parties(ids: set[int], scope: Scope) -> dict[int, Party]:
    """Party organizations with those secretaries whose names the scope may see."""
    parties = {one.pk: one for one in chosen(PartyOrganization, "pk", ids)}
    states = sorted(chosen(PartyOrganizationState, "party_organization_id", ids), key=lambda state: state.valid_from)
    latest = {state.party_organization_id: state for state in states}
    attach(list(latest.values()), "supervising_unit")
    found = {pk: Party(parties[pk], state) for pk, state in latest.items()}
    posts = [post for post in chosen(Post, "party_organization_id", ids) if post.role == Post.Role.SECRETARY]
    if not scope.city_wide:
        seen = set(Post.objects.within(scope).values_list("pk", flat=True))
        posts = [post for post in posts if post.pk in seen]
    attach(posts, "person")
    for post in posts:
        found[post.party_organization_id].secretaries.append(post)
    return found
