"""Writes `ResponsibleSpan`: article 1 evaluated for every day on which its answer can change.

The answer for an organization can change only where one of its states, early links, the party organizations
behind them or the tree of units changes. Between two such days it is constant, so one evaluation per piece
gives spans that hold for every day, past and future. `recompute` is called by whatever changes one of these,
in the same transaction; running it again changes nothing.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import pairwise

from django.db import transaction
from django.db.models import Q

from branches.models import CoveringLink, PartyOrganization, PartyOrganizationState
from branches.models.party_organizations import COUNTED_FORMS
from orgs.models import OrganizationState, ResponsibleSpan
from orgs.supervision import Ruling, responsible_unit
from portal.core.models import Unit, UnitState
from portal.core.policy import NOTICE_DAY
from portal.core.units import UnitOnDay, UnitTree
from portal.core.validity import BEGINNING, covers

_KEEPING = frozenset({UnitState.Kind.WORKING_COMMITTEE, UnitState.Kind.DISTRICT_LEAD})
_NEVER = datetime.date.max
Day = datetime.date


@dataclass(frozen=True)
class _Claim:
    """A stretch of days on which an early link to a counted party organization keeps its affiliation."""

    start: Day
    end: Day | None
    approved_on: Day
    code: str
    supervising_unit_id: int


class _Trees:
    """The tree of units for each stretch of days between two changes of any unit."""

    def __init__(self) -> None:
        days = set(UnitState.objects.values_list("valid_from", flat=True)) | {BEGINNING}
        for start, end in Unit.objects.exclude(valid_from=None, valid_to=None).values_list("valid_from", "valid_to"):
            days |= {day for day in (start, end) if day is not None}
        self.days = sorted(days)
        self._trees: dict[Day, UnitTree] = {}

    def on(self, day: Day) -> UnitTree:
        """The tree that holds on `day`; each distinct tree is read once."""
        start = max((d for d in self.days if d <= day), default=self.days[0])
        if start not in self._trees:
            self._trees[start] = UnitTree.on(start)
        return self._trees[start]


def _claims(organizations: Collection[int] | None) -> dict[int, list[_Claim]]:
    """Early links per organization, cut where the party organization's state changes."""
    links = CoveringLink.objects.everyone().filter(
        valid_from__lt=NOTICE_DAY, party_organization__approved_on__lt=NOTICE_DAY
    )
    if organizations is not None:
        links = links.filter(organization_id__in=organizations)
    rows = list(links.values_list("organization_id", "party_organization_id", "valid_from", "valid_to"))
    parties = PartyOrganization.objects.everyone().in_bulk({row[1] for row in rows})
    states: dict[int, list[PartyOrganizationState]] = defaultdict(list)
    for state in PartyOrganizationState.objects.filter(
        party_organization__approved_on__lt=NOTICE_DAY, form__in=COUNTED_FORMS, supervising_unit__isnull=False
    ):
        states[state.party_organization_id].append(state)
    claims: dict[int, list[_Claim]] = defaultdict(list)
    for organization_id, party_id, start, end in rows:
        party = parties[party_id]
        for state in states[party_id]:
            first = max(start, party.approved_on, state.valid_from)
            last = min(d or _NEVER for d in (end, party.dissolved_on, state.valid_to))
            if first < last:
                claims[organization_id].append(
                    _Claim(
                        first,
                        None if last == _NEVER else last,
                        party.approved_on,
                        party.code,
                        state.supervising_unit_id or 0,
                    )
                )
    return claims


def _kept(claims: Iterable[_Claim], tree: UnitTree, day: Day) -> UnitOnDay | None:
    """The supervising unit that keeps the organization on `day`: of the earliest approved, ties by lowest code."""
    good = [
        claim
        for claim in claims
        if covers(claim.start, claim.end, day)
        and any(unit.kind in _KEEPING for unit in tree.above(claim.supervising_unit_id))
    ]
    best = min(good, key=lambda claim: (claim.approved_on, claim.code), default=None)
    return tree.units[best.supervising_unit_id] if best else None


def _ruling(state: OrganizationState, claims: list[_Claim], tree: UnitTree, day: Day) -> Ruling:
    return responsible_unit(
        field=state.field,
        registering=tree.units.get(state.registering_unit_id or 0),
        professional=tree.units.get(state.professional_unit_id or 0),
        education_committee=tree.with_function(UnitState.Function.EDUCATION_COMMITTEE),
        health_committee=tree.with_function(UnitState.Function.HEALTH_COMMITTEE),
        kept=_kept(claims, tree, day) if claims else None,
    )


def _spans(states: list[OrganizationState], claims: list[_Claim], trees: _Trees) -> list[ResponsibleSpan]:
    """The answers of one organization, one span per answer."""
    days = {state.valid_from for state in states} | set(trees.days)
    for claim in claims:
        days |= {claim.start} | ({claim.end} if claim.end else set())
    spans: list[ResponsibleSpan] = []
    ordered = sorted(days)
    position = 0
    for day in ordered:
        while position + 1 < len(states) and states[position + 1].valid_from <= day:
            position += 1
        ruling = _ruling(states[position], claims, trees.on(day), day)
        answer = (ruling.unit_id, ruling.rule_unit_id, ruling.basis)
        if spans and (spans[-1].unit_id, spans[-1].rule_unit_id, spans[-1].basis) == answer:
            continue
        spans.append(
            ResponsibleSpan(
                organization_id=states[0].organization_id,
                unit_id=ruling.unit_id,
                rule_unit_id=ruling.rule_unit_id,
                basis=ruling.basis,
                valid_from=day,
            )
        )
    for earlier, later in pairwise(spans):
        earlier.valid_to = later.valid_from
    return spans


def _answer(span: ResponsibleSpan) -> tuple[object, ...]:
    return (span.valid_from, span.valid_to, span.unit_id, span.rule_unit_id, span.basis)


@transaction.atomic
def recompute(organization_ids: Collection[int] | None = None) -> int:
    """Bring the responsible spans of these organizations (None: all) up to date; the number that changed.

    A few statements at any size: organizations whose spans are already right are not written.
    """
    chosen = Q() if organization_ids is None else Q(organization_id__in=organization_ids)
    states: dict[int, list[OrganizationState]] = defaultdict(list)
    for state in (
        OrganizationState.objects.filter(chosen)
        .order_by("organization_id", "valid_from")
        .only("organization_id", "valid_from", "field", "registering_unit_id", "professional_unit_id")
    ):
        states[state.organization_id].append(state)
    stored: dict[int, list[ResponsibleSpan]] = defaultdict(list)
    for span in ResponsibleSpan.objects.filter(chosen).order_by("organization_id", "valid_from"):
        stored[span.organization_id].append(span)
    claims, trees = _claims(organization_ids), _Trees()
    changed: list[int] = []
    fresh: list[ResponsibleSpan] = []
    for organization_id, own in states.items():
        spans = _spans(own, claims.get(organization_id, []), trees)
        if [_answer(s) for s in spans] != [_answer(s) for s in stored[organization_id]]:
            changed.append(organization_id)
            fresh += spans
    if len(changed) == len(states):
        ResponsibleSpan.objects.filter(chosen).delete()
    else:
        for start in range(0, len(changed), 500):
            ResponsibleSpan.objects.filter(organization_id__in=changed[start : start + 500]).delete()
    ResponsibleSpan.objects.bulk_create(fresh, batch_size=2000)
    return len(changed)
