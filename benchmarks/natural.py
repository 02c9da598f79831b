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

#: eligible, met, excluded, eligible and met without the excluded
Counts = tuple[int, int, int, int, int]
COUNTED = ("OWN", "JOINT", "REGIONAL", "HUB")
ALL = (*COUNTED, "FUNCTIONAL", "TEMPORARY")


def coverage_by_unit(day: datetime.date) -> dict[tuple[str, str], Counts]:
    """Both coverage rates of every unit, keyed by indicator and unit code."""
    found: dict[tuple[str, str], Counts] = {}
    states = list(UnitState.objects.filter(active_on(day)).select_related("unit"))
    for state in states:
        if state.kind == UnitState.Kind.PLACEHOLDER or not _is_valid(state, day):
            continue
        organizations = _answered_for(_below(state.unit_id, states), day)
        for indicator, met in (("branch-coverage", _branch(day)), ("work-coverage", _work(day))):
            found[indicator, state.unit.code] = _counts(organizations, met, day)
    return found


def _counts(organizations: QuerySet[SocialOrganization], met: Q, day: datetime.date) -> Counts:
    excluded = Exists(_of_it(Exclusion, day))
    eligible, out = organizations.count(), organizations.filter(excluded).count()
    return (
        eligible,
        organizations.filter(met).count(),
        out,
        eligible - out,
        organizations.filter(met).exclude(excluded).count(),
    )


def _branch(day: datetime.date) -> Q:
    return Q(_covered(day, COUNTED))


def _work(day: datetime.date) -> Q:
    return Q(_covered(day, ALL)) | Q(Exists(_of_it(InstructorPosting, day)))


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
