"""工作台: where my unit stands, what is to do, who is missing; on a phone the secretary's own party organization."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from branches import elsewhere
from branches.models import InstructorPosting
from orgs.models import SocialOrganization
from portal.core import indicators, todo
from portal.core.indicators import Rate, Slice, Table
from portal.core.models import User
from portal.core.pages import scope_of_request
from portal.core.roles import ADMINISTRATORS
from portal.core.scoping import Scope
from portal.core.units import UnitOnDay
from portal.core.validity import active_on
from portal.desk import subjects
from portal.desk.brief import brief
from portal.desk.doing import of_own_units
from portal.desk.figures import BOTH, BRANCH, MeterCard, Past, Question, meter_card, past, recent_nights, stored_days
from portal.desk.moved import since_last_night
from portal.desk.party_file import own_parties

#: how many missing organizations the desk names
NAMED = 10
#: how many things to do a secretary's phone shows
SHOWN = 3


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """The desk of whoever signed in."""
    scope, account = scope_of_request(request), cast(User, request.user)
    if scope.is_staff:
        return render(request, "desk/staff.html", staff(scope, account))
    if scope.own_party_organization_ids:
        return render(request, "desk/secretary.html", secretary(scope, account))
    if scope.can("see-registers"):
        return render(request, "desk/instructor.html", instructor(scope))
    if scope.roles & ADMINISTRATORS:
        return redirect("account")
    return render(request, "errors/no_role.html", status=403)


def staff(scope: Scope, account: User) -> dict[str, Any]:
    """Meters, things to do and the first missing organizations of a unit or of the city."""
    question = Question(scope.day, tree=scope.tree)
    home = None if scope.city_wide else question.places.tree.units.get(scope.home_unit_id or 0)
    own, territory = _rates(question, home)
    series = past(BOTH, _groups(question, home), recent_nights(question.day))
    nights = sorted({one.day for one in series}, reverse=True)
    before = [one for one in series if one.day == nights[0]]
    cards = _cards(question, home, own, territory, before)
    if not any(card.eligible for card in cards) and not SocialOrganization.objects.within(scope).exists():
        return {"day": scope.day, "first_use": True, "may_import": scope.can("import")}
    part = Slice(status="strict-unmet", units=scope.unit_ids if home else None)
    missing = next((rate for rate in own if rate.indicator == BRANCH), None)
    rows = subjects.organizations(indicators.indicator(BRANCH), part, question=question, scope=scope, limit=NAMED)
    return {
        "day": scope.day,
        "cards": cards,
        "compared": before[0].day if before else None,
        "home": home,
        "groups": todo.groups(scope, scope.day, account, places=question.places, rates=own),
        "rows": rows,
        "may": of_own_units([row.id for row in rows], scope),
        "missing_count": missing.eligible - missing.met if missing else 0,
        "missing_href": question.missing_link(BRANCH, "unit" if home else "", home.code if home else ""),
        "brief": brief(question, cards),
        "moved": since_last_night(question, scope, home, nights or stored_days(question.day)),
        "may_import": scope.can("import"),
    }


def _rates(question: Question, home: UnitOnDay | None) -> tuple[list[Rate], list[Rate]]:
    """Both rates of the unit or of the city with the figures that are to do, and both of the unit's territory where it
    has one."""
    by, group = ("unit", home.code) if home else ("city", "city")
    codes = [*BOTH, *todo.FIGURES]
    tables = [Table(by, codes, group=group)]
    if territory := home and _territory(question, home):
        tables.append(Table(territory[0], BOTH, group=territory[1]))
    own, *around = question.together(*tables)
    return own, around[0] if around else []


def _territory(question: Question, home: UnitOnDay) -> tuple[str, str] | None:
    """The grouping and group of what lies in the unit's territory, where it has one."""
    if home.kind == "SUBDISTRICT":
        return "street", home.code
    if home.kind == "DISTRICT_LEAD" and home.district_id:
        code = next((d.code for d in question.places.districts if d.pk == home.district_id), None)
        return ("district", code) if code else None
    return None


def _groups(question: Question, home: UnitOnDay | None) -> list[tuple[str, str]]:
    """The groups whose figures the desk shows."""
    if home is None:
        return [("city", "city")]
    territory = _territory(question, home)
    return [("unit", home.code), *([territory] if territory else [])]


def _cards(
    question: Question,
    home: UnitOnDay | None,
    own: Sequence[Rate],
    territory: Sequence[Rate],
    before: Sequence[Past],
) -> list[MeterCard]:
    """本区负责 or 本单位负责 first, 辖区全部 second; the city staff's: 全市."""
    if home is None:
        return [meter_card(question, "全市", "全口径", own, before)]
    title = "本区负责" if home.kind == "DISTRICT_LEAD" else "本单位负责"
    cards = [meter_card(question, title, "按党建责任单位（条）", own, before)] if own else []
    if territory:
        note = "按登记所在区（块）" if territory[0].by == "district" else "按登记所在街道（块）"
        cards.append(meter_card(question, "辖区全部", note, territory, before))
    return cards


def secretary(scope: Scope, account: User) -> dict[str, Any]:
    """What is to do this month, the pressing first, and the own party organizations."""
    parties = own_parties(scope)
    groups = todo.groups(scope, scope.day, account, parties=[file.party.code for file in parties])
    items = sorted((item for group in groups for item in group.items), key=lambda item: not item.pressing)
    return {
        "day": scope.day,
        "items": items,
        "shown": items[:SHOWN],
        "parties": parties,
        "said": next(iter(elsewhere.said(scope)), None),
        "until": elsewhere.last_day(scope.day),
    }


def instructor(scope: Scope) -> dict[str, Any]:
    """The organizations posted to, with the end of each posting."""
    postings = InstructorPosting.objects.within(scope).filter(active_on(scope.day), person_id__in=scope.person_ids)
    return {"day": scope.day, "postings": list(postings.select_related("organization", "sending_unit"))}
