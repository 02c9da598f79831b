"""The pages of a unit and of a district: what it is, what it answers for, both rates today.

Counts are visible to all staff; names of organizations only through the lists, which hold to the scope.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from branches.models import InstructorPosting
from orgs.models import OrganizationState
from portal.core.indicators import Places, Rate, rates
from portal.core.listing import ListPage
from portal.core.models import District, Unit, UnitState
from portal.core.pages import requires, scope_of_request
from portal.core.resources import is_placeholder
from portal.core.scoping import Scope
from portal.core.validity import active_on
from portal.desk.lists.places import Units, queue_tab

RATES = ("branch-coverage", "work-coverage")


@dataclass(frozen=True)
class Line:
    """One group below a place: its name, its page, its two rates."""

    name: str
    code: str
    href: str
    branch: Rate
    work: Rate


def _pairs(day: datetime.date, by: str, places: Places) -> dict[str, tuple[Rate, Rate]]:
    """Both rates of every group, by its code."""
    branch: dict[str, Rate] = {}
    work: dict[str, Rate] = {}
    for rate in rates(day, by, RATES, places=places):
        (branch if rate.indicator == "branch-coverage" else work)[rate.group] = rate
    return {code: (branch[code], work[code]) for code in branch}


def _lines(units: Iterable[Any], pairs: dict[str, tuple[Rate, Rate]]) -> list[Line]:
    found = [
        Line(unit.name, unit.code, reverse("unit", args=[unit.code]), *pairs[unit.code])
        for unit in units
        if unit.code in pairs
    ]
    return sorted(found, key=lambda line: (not line.branch.eligible, -line.branch.shortfall, line.code))


def _sees_names(scope: Scope, unit_ids: Iterable[int] = (), district_id: int | None = None) -> bool:
    return scope.city_wide or bool(scope.unit_ids & set(unit_ids)) or district_id in scope.district_ids


@require_safe
@requires("see-counts")
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """One unit: states, aliases, above and below, both rates of what it and the units below it answer for."""
    scope = scope_of_request(request)
    found = get_object_or_404(Unit, code=code)
    places = Places(scope.day)
    pairs = _pairs(scope.day, "unit", places)
    below = places.tree.below(found.pk)
    states = list(found.states.select_related("parent", "district"))
    context = {
        "unit": found,
        "state": next((state for state in states if state.holds_on(scope.day)), None),
        "states": states,
        "aliases": list(found.aliases.values_list("name", flat=True)),
        "pair": pairs.get(code),
        "lines": _lines((one for one in places.tree if one.parent_id == found.pk), pairs),
        "below": len(below) - 1,
        "sees_names": _sees_names(scope, below),
        "trail": [("单位", reverse("units")), *_above(places, found)],
    }
    return render(request, "places/unit.html", context)


def _above(places: Places, found: Unit) -> list[tuple[str, str]]:
    chain = places.tree.above(found.pk)[1:]
    return [(one.name, reverse("unit", args=[one.code])) for one in reversed(chain)]


@require_safe
@requires("see-counts")
def district(request: HttpRequest, code: str) -> HttpResponse:
    """One district: both rates of the organizations in it, its units and its streets."""
    scope = scope_of_request(request)
    found = get_object_or_404(District, code=code)
    places = Places(scope.day)
    here = UnitState.objects.filter(active_on(scope.day), district=found).values_list("unit_id", flat=True)
    units = [places.tree.units[pk] for pk in here]
    streets = [one for one in units if one.kind == UnitState.Kind.SUBDISTRICT]
    context = {
        "district": found,
        "pair": _pairs(scope.day, "district", places).get(code),
        "streets": _lines(streets, _pairs(scope.day, "street", places)),
        "units": _lines((one for one in units if one not in streets), _pairs(scope.day, "unit", places)),
        "sees_names": _sees_names(scope, district_id=found.pk),
        "trail": [("行政区", reverse("districts"))],
    }
    return render(request, "places/district.html", context)


#: where an organization's state may name a unit that no register knows: the written column, the unit's, its heading
_WRITTEN = (
    ("registering_unit_written", "registering_unit", "登记管理部门"),
    ("professional_unit_written", "professional_unit", "业务主管单位"),
    ("subdistrict_written", "subdistrict", "街道"),
    ("community_written", "community", "社区"),
)


def _spellings(rows: QuerySet[Any], written: str, resolved: str, heading: str) -> list[dict[str, Any]]:
    """The spellings of one column that are bound to no unit, with how many rows hold each."""
    waiting = rows.filter(**{f"{resolved}__isnull": True}).exclude(**{written: ""})
    counted = waiting.values_list(written).annotate(n=Count("pk"))
    return [{"name": name, "heading": heading, "count": count} for name, count in counted if not is_placeholder(name)]


@require_safe
@requires("manage-units")
def unresolved(request: HttpRequest) -> HttpResponse:
    """Spellings of units that nobody has bound to a unit yet; such a column counts as not recorded."""
    scope = scope_of_request(request)
    states = OrganizationState.objects.filter(active_on(scope.day))
    postings = InstructorPosting.objects.within(scope).filter(active_on(scope.day))
    spellings = [one for columns in _WRITTEN for one in _spellings(states, *columns)]
    spellings += _spellings(postings, "sending_unit_written", "sending_unit", "派出单位")
    spellings.sort(key=lambda one: (-one["count"], one["name"]))
    sisters = [(name, address, False) for name, address, _ in ListPage.tabs(Units(request))]
    tabs = [*sisters, *queue_tab(scope, current=True)]
    return render(request, "places/unresolved.html", {"spellings": spellings, "tabs": tabs})
