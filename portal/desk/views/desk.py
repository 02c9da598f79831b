"""工作台: where my unit stands, what is to do, who is missing; on a phone the secretary's own party organization."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from branches.models import InstructorPosting
from orgs.models import SocialOrganization
from portal.core import indicators
from portal.core.indicators import Rate, Slice
from portal.core.pages import scope_of_request
from portal.core.roles import ADMINISTRATORS
from portal.core.scoping import Scope
from portal.core.units import UnitOnDay
from portal.core.validity import active_on
from portal.desk import subjects, tasks
from portal.desk.brief import brief
from portal.desk.figures import BOTH, BRANCH, MeterCard, Question, meter_card, past, stored_days
from portal.desk.party_file import own_parties

#: how many missing organizations the desk names
NAMED = 10


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """The desk of whoever signed in."""
    scope = scope_of_request(request)
    if scope.is_staff:
        return render(request, "desk/staff.html", staff(scope))
    if scope.own_party_organization_ids:
        return render(request, "desk/secretary.html", {"parties": own_parties(scope), "day": scope.day})
    if scope.can("see-registers"):
        return render(request, "desk/instructor.html", instructor(scope))
    if scope.roles & ADMINISTRATORS:
        return redirect("account")
    return render(request, "errors/no_role.html", status=403)


def staff(scope: Scope) -> dict[str, Any]:
    """Meters, things to do and the first missing organizations of a unit or of the city."""
    question = Question(scope.day)
    home = None if scope.city_wide else question.places.tree.units.get(scope.home_unit_id or 0)
    own = _own_rates(question, home)
    nights = stored_days(question.day)[:1]
    cards = _cards(question, home, own, nights)
    if not any(card.eligible for card in cards) and not SocialOrganization.objects.within(scope).exists():
        return {"day": scope.day, "first_use": True, "may_import": scope.can("import")}
    part = Slice(status="strict-unmet", units=scope.unit_ids if home else None)
    missing = next((rate for rate in own if rate.indicator == BRANCH), None)
    return {
        "day": scope.day,
        "cards": cards,
        "compared": nights[0] if nights else None,
        "home": home,
        "groups": tasks.groups(question, scope, home, own),
        "rows": subjects.organizations(indicators.indicator(BRANCH), part, question=question, scope=scope, limit=NAMED),
        "missing_count": missing.eligible - missing.met if missing else 0,
        "missing_href": question.missing_link(BRANCH, "unit" if home else "", home.code if home else ""),
        "brief": brief(question, cards),
        "may_import": scope.can("import"),
    }


def _own_rates(question: Question, home: UnitOnDay | None) -> list[Rate]:
    """All figures of the unit, or of the city."""
    by = "unit" if home else "city"
    codes = [ind.code for ind in indicators.all_indicators() if indicators.offered(ind, by)]
    return [rate for rate in question.rates(by, codes) if not home or rate.group == home.code]


def _territory(question: Question, home: UnitOnDay) -> tuple[str, str] | None:
    """The grouping and group of what lies in the unit's territory, where it has one."""
    if home.kind == "SUBDISTRICT":
        return "street", home.code
    if home.kind == "DISTRICT_LEAD" and home.district_id:
        code = next((d.code for d in question.places.districts if d.pk == home.district_id), None)
        return ("district", code) if code else None
    return None


def _cards(
    question: Question, home: UnitOnDay | None, own: Sequence[Rate], nights: Sequence[datetime.date]
) -> list[MeterCard]:
    """本区负责 or 本单位负责 first, 辖区全部 second; the city staff's: 全市."""
    if home is None:
        return [meter_card(question, "全市", "全口径", own, past(BOTH, [("city", "city")], nights))]
    territory = _territory(question, home)
    before = past(BOTH, [("unit", home.code), *([territory] if territory else [])], nights)
    title = "本区负责" if home.kind == "DISTRICT_LEAD" else "本单位负责"
    cards = [meter_card(question, title, "按党建责任单位（条）", own, before)] if own else []
    if territory:
        by, group = territory
        rates = [rate for rate in question.rates(by) if rate.group == group]
        note = "按登记所在区（块）" if by == "district" else "按登记所在街道（块）"
        cards += [meter_card(question, "辖区全部", note, rates, before)] if rates else []
    return cards


def instructor(scope: Scope) -> dict[str, Any]:
    """The organizations posted to, with the end of each posting."""
    postings = InstructorPosting.objects.within(scope).filter(active_on(scope.day), person_id__in=scope.person_ids)
    return {"day": scope.day, "postings": list(postings.select_related("organization", "sending_unit"))}
