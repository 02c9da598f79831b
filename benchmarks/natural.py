"""The natural alternative to the set evaluation: what a sensible Django developer writes first.

For each unit, the organizations that it or a unit below it answers for, and how many of them are covered: plain
querysets with `Exists`, as the documentation teaches them. Not made slower on purpose; the database has the same
indexes, and the tree of units is read once.
"""

from __future__ import annotations

import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from branches.models import CoveringLink, InstructorPosting
from orgs.models import Exclusion, SocialOrganization
from portal.core.models import UnitState
from portal.core.validity import active_on

Counts = tuple[int, int, int]


def coverage_by_unit(day: datetime.date) -> dict[tuple[str, str], Counts]:
    """(eligible, met, excluded) of both coverage rates, keyed by indicator and unit code."""
    found: dict[tuple[str, str], Counts] = {}
    states = list(UnitState.objects.filter(active_on(day)).select_related("unit"))
    for state in states:
        if state.kind == UnitState.Kind.PLACEHOLDER or not _is_valid(state, day):
            continue
        organizations = _answered_for(_below(state.unit_id, states), day)
        eligible = organizations.count()
        excluded = organizations.filter(Exists(_of_it(Exclusion, day))).count()
        branch = organizations.filter(_covered(day, ("OWN", "JOINT", "REGIONAL", "HUB"))).count()
        work = organizations.filter(
            Q(_covered(day, ("OWN", "JOINT", "REGIONAL", "HUB", "FUNCTIONAL", "TEMPORARY")))
            | Q(Exists(_of_it(InstructorPosting, day)))
        ).count()
        found["branch-coverage", state.unit.code] = (eligible, branch, excluded)
        found["work-coverage", state.unit.code] = (eligible, work, excluded)
    return found


def _is_valid(state: UnitState, day: datetime.date) -> bool:
    first, last = state.unit.valid_from, state.unit.valid_to
    return (first is None or first <= day) and (last is None or day < last)


def _below(unit_id: int, states: list[UnitState]) -> list[int]:
    found = [unit_id]
    for state in states:
        if state.parent_id == unit_id:
            found += _below(state.unit_id, states)
    return found


def _answered_for(units: list[int], day: datetime.date) -> QuerySet[SocialOrganization]:
    return (
        SocialOrganization.objects.everyone()
        .filter(Q(closed_on__isnull=True) | Q(closed_on__gt=day), established_on__lte=day)
        .filter(active_on(day, "responsible_spans__"), responsible_spans__unit_id__in=units)
        .filter(active_on(day, "states__"), states__mode__in=("", "REGISTERED"))
    )


def _of_it(model: type[Exclusion] | type[InstructorPosting], day: datetime.date) -> QuerySet[Exclusion]:
    return model.objects.everyone().filter(active_on(day), organization_id=OuterRef("pk"))


def _covered(day: datetime.date, forms: tuple[str, ...]) -> Exists:
    return Exists(
        CoveringLink.objects.everyone().filter(
            active_on(day),
            active_on(day, "party_organization__", start="approved_on", end="dissolved_on"),
            active_on(day, "party_organization__states__"),
            party_organization__states__form__in=forms,
            organization_id=OuterRef("pk"),
        )
    )
