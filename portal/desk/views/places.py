"""The pages of a unit and of a district: what it is, what it answers for, both rates today.

Counts are visible to all staff; names of organizations only through the lists, which hold to the scope.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from branches.spellings import waiting
from portal.core.entry import records, saving
from portal.core.imports.register import registers
from portal.core.imports.texts import as_code, as_text
from portal.core.imports.widgets import parts
from portal.core.indicators import Places, Rate, rates
from portal.core.listing import ListPage
from portal.core.models import District, Unit, UnitState, User
from portal.core.pages import requires, scope_of_request
from portal.core.scoping import Scope
from portal.core.validity import active_on
from portal.desk.doing import acts_on
from portal.desk.lists.places import Units, queue_tab, tree_tab
from portal.desk.templatetags.undoing import tag_of

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
    direct = [one for one in places.tree if one.parent_id == found.pk]
    states = list(found.states.select_related("parent", "district"))
    context = {
        "unit": found,
        "state": next((state for state in states if state.holds_on(scope.day)), None),
        "states": states,
        "aliases": list(found.aliases.values_list("name", flat=True)),
        "pair": pairs.get(code),
        "lines": _lines(direct, pairs),
        "direct": len(direct),
        "below": len(below) - 1,
        "sees_names": _sees_names(scope, below),
        "acts": acts_on("units", found, may=registers()["units"].may_add(scope)),
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
        "acts": acts_on("districts", found, may=registers()["districts"].may_add(scope)),
        "trail": [("行政区", reverse("districts"))],
    }
    return render(request, "places/district.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("manage-units")
def unresolved(request: HttpRequest) -> HttpResponse:
    """Spellings of units that nobody has bound to a unit yet; such a column counts as not recorded. POST binds one."""
    scope = scope_of_request(request)
    if request.method == "POST":
        return _bind(request, request.POST.get("spelling", ""), request.POST.get("unit", ""))
    sisters = [(name, address, False) for name, address, _ in ListPage.tabs(Units(request))]
    tabs = [*sisters, tree_tab(), *queue_tab(scope, current=True)]
    return render(request, "places/unresolved.html", {"spellings": waiting(scope.day), "tabs": tabs})


def _bind(request: HttpRequest, spelling: str, written: str) -> HttpResponse:
    """Make a spelling an alias of the unit of this code; whatever was written so is bound at once."""
    account, scope, register = cast(User, request.user), scope_of_request(request), registers()["units"]
    unit = Unit.objects.filter(code=as_code(written.replace("\x00", ""))).first()
    if unit is None:
        messages.error(request, "没有这个编码的单位。请从列表里选一个，或先新增单位。")
        return redirect("unresolved-units")
    record = records.read(register, unit)
    aliases = "；".join([*parts(record.texts["aliases"]), as_text(spelling.replace("\x00", ""))])
    line = saving.Line({**record.texts, "aliases": aliases}, unit.pk)
    outcome = saving.save(saving.Wish(register, [line], "对应单位写法", account, scope, only=frozenset({"aliases"})))
    if outcome.faults:
        messages.error(request, "没有对应。" + "".join(outcome.faults.values()))
    elif outcome.entry is not None:
        undo = tag_of(outcome.entry.pk, reverse("unresolved-units"))
        messages.success(request, f"已对应：“{spelling}”是 {unit.name}。", extra_tags=undo)
    return redirect("unresolved-units")
