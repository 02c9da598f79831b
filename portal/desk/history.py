"""沿革: the dated events of an organization or a party organization, and the line that draws them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from branches.models import CoveringLink, Election, InstructorPosting, PartyOrganization, PartyOrganizationState, Term
from branches.models.party_organizations import COUNTED_FORMS
from demonstration.models import DemonstrationSite
from orgs.models import Exclusion, OrganizationState, ResponsibleSpan, SocialOrganization
from portal.core.policy import NOTICE_DAY, NOTICE_NAME
from portal.core.units import UnitTree
from portal.core.validity import BEGINNING, covers, today

_NEVER = datetime.date.max
#: how many days the line draws; the table beneath has them all
DRAWN = 7


@dataclass(frozen=True)
class Event:
    """Something that happened on a day. `tone`: gained, lost, plain, or now."""

    day: datetime.date
    title: str
    note: str = ""
    tone: str = "plain"


@dataclass(frozen=True)
class Point:
    """One day of the drawn line: its events, whether it is covered afterwards."""

    day: datetime.date
    title: str
    note: str
    tone: str
    covered: bool


Stretch = tuple[datetime.date, datetime.date]


def of_organization(
    organization: SocialOrganization,
    *,
    states: Sequence[OrganizationState],
    spans: Sequence[ResponsibleSpan],
    links: Sequence[CoveringLink],
    postings: Sequence[InstructorPosting],
    exclusions: Sequence[Exclusion],
    sites: Sequence[DemonstrationSite],
    tree: UnitTree,
) -> list[Event]:
    """All dated facts of an organization, oldest first."""
    found = [
        Event(organization.established_on, "成立登记", _unit(tree, states[0].registering_unit_id) if states else "")
    ]
    if organization.established_on < NOTICE_DAY:
        found.append(Event(NOTICE_DAY, "通知施行", NOTICE_NAME))
    found += [Event(state.valid_from, "登记信息变更", "") for state in states[1:]]
    for span in spans:
        if span.valid_from > max(BEGINNING, organization.established_on):
            note = f"{_unit(tree, span.unit_id) or '待明确'}（{span.get_basis_display()}）"
            found.append(Event(span.valid_from, "党建责任单位变更", note))
    for link in links:
        start, end = _life(link)
        if start < end:
            found.append(Event(start, "党组织覆盖", link.party_organization.name, "gained"))
            found += [Event(end, "党组织覆盖结束", link.party_organization.name, "lost")] if end != _NEVER else []
    for posting in postings:
        word = f"派驻{posting.get_role_display()}"
        found.append(Event(posting.valid_from, word, "", "gained"))
        found += [Event(posting.valid_to, f"{word}结束", "", "lost")] if posting.valid_to else []
    for exclusion in exclusions:
        found.append(Event(exclusion.valid_from, "列为不计入", exclusion.reason))
        found += [Event(exclusion.valid_to, "不计入结束")] if exclusion.valid_to else []
    for site in sites:
        found.append(Event(site.named_on, f"命名为{site.get_level_display()}示范点", site.name))
        found += [Event(site.withdrawn_on, "撤销示范点", site.name)] if site.withdrawn_on else []
    if organization.closed_on:
        found.append(Event(organization.closed_on, organization.get_closing_display() or "终止", "不再统计", "lost"))
    return sorted(found, key=lambda event: event.day)


def of_party(
    party: PartyOrganization,
    states: Sequence[PartyOrganizationState],
    terms: Sequence[Term],
    links: Sequence[CoveringLink],
    elections: Sequence[Election],
) -> list[Event]:
    """All dated facts of a party organization, oldest first; `states` were read with the name of their supervising
    unit, `links` are those whose names may be seen."""
    found = [Event(party.approved_on, "批准成立", party.document_number, "gained")]
    for state in states[1:]:
        note = f"{state.get_form_display()}，{supervising(state) or '主管单位不详'}"
        found.append(Event(state.valid_from, "党组织变更", note))
    found += [Event(term.started_on, "一届开始", f"至 {term.ends_on}") for term in terms]
    found += [Event(one.held_on, one.title, one.get_method_display()) for one in elections]
    for link in links:
        found.append(Event(link.valid_from, "纳入覆盖", link.organization.name, "gained"))
        found += [Event(link.valid_to, "不再覆盖", link.organization.name, "lost")] if link.valid_to else []
    if party.dissolved_on:
        found.append(Event(party.dissolved_on, "撤销", "", "lost"))
    return sorted(found, key=lambda event: event.day)


def supervising(state: Any) -> str:
    """The name of the supervising unit that a state was read with; empty where there is none."""
    return state.supervising_name or ""


def _unit(tree: UnitTree, unit_id: int | None) -> str:
    unit = tree.units.get(unit_id or 0)
    return unit.name if unit else ""


def _life(link: CoveringLink) -> Stretch:
    """From when until when a link to its party organization held."""
    party = link.party_organization
    ends = [day for day in (link.valid_to, party.dissolved_on) if day is not None]
    return max(link.valid_from, party.approved_on), min(ends, default=_NEVER)


def covered_stretches(links: Iterable[CoveringLink], states: Iterable[PartyOrganizationState]) -> list[Stretch]:
    """The stretches on which a counted party organization covered: what the line draws thick."""
    found = []
    by_party: dict[int, list[PartyOrganizationState]] = {}
    for state in states:
        if state.form in COUNTED_FORMS:
            by_party.setdefault(state.party_organization_id, []).append(state)
    for link in links:
        start, end = _life(link)
        for state in by_party.get(link.party_organization_id, []):
            first, last = max(start, state.valid_from), min(end, state.valid_to or _NEVER)
            found += [(first, last)] if first < last else []
    return found


def line(events: Sequence[Event], stretches: Sequence[Stretch], day: datetime.date) -> list[Point]:
    """The last days on which something happened up to `day`, and `day` itself, at even distances."""
    days = [(when, list(same)) for when, same in groupby(events, key=lambda event: event.day) if when <= day]
    kept = days[-DRAWN:] if len(days) <= DRAWN else [days[0], *days[-DRAWN + 1 :]]
    if not kept or kept[-1][0] < day:
        kept.append((day, [Event(day, "今天" if day == today() else "所看日期", "", "now")]))
    return [
        Point(
            day=when,
            title=_main(same).title + (f"等 {len(same)} 件" if len(same) > 1 else ""),
            note=_main(same).note,
            tone=_main(same).tone,
            covered=any(covers(first, last, when) for first, last in stretches),
        )
        for when, same in kept
    ]


def _main(events: Sequence[Event]) -> Event:
    """The event that stands for its day: what was gained or lost before what merely changed."""
    order = ("now", "lost", "gained", "plain")
    return min(events, key=lambda event: order.index(event.tone))
