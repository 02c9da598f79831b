"""谁服务谁: who serves the communities of a district (article 17)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from demonstration.todo import FIRST_MONTH
from portal.core.indicators import Indicator, Places, Rate, Table, indicator, together
from portal.core.listing import ListPage
from portal.core.models import District
from portal.core.pages import choice_in, day_in, requires, scope_of_request
from portal.core.scoping import Scope
from portal.desk.doing import act_new
from portal.desk.legal_groups import COLUMNS, lines
from portal.desk.lists.outreach import Places as ServedPlaces
from portal.desk.lists.sites import board_tab, matrix_tab
from portal.desk.matrix import COMMUNITIES, matrix

SCHOOLS = "legal-schools"
CODES = (COMMUNITIES, SCHOOLS)


@dataclass(frozen=True)
class Figure:
    """One indicator of article 17: of the city and, where a district is shown, of the district; of one that begins anew
    each year (`yearly`) also last year's result of both, None where nothing was eligible."""

    indicator: Indicator
    city: Rate
    district: Rate | None
    yearly: bool = False
    city_before: Rate | None = None
    district_before: Rate | None = None


@require_safe
@requires("see-counts")
def who_serves_whom(request: HttpRequest) -> HttpResponse:
    """The matrix of a district of the account, today unless the address says otherwise; the figures are for all."""
    scope, day = scope_of_request(request), day_in(request)
    live = day == scope.day
    places = Places(day, scope.tree if live else None)
    own = {one.code: one for one in _own_districts(scope, places)}
    code = choice_in(request, "district", {key: one.name for key, one in own.items()}, next(iter(own), ""))
    context = {
        "matrix": matrix(own[code], day, scope) if code else None,
        "figures": _figures(places, code),
        "groups": lines(own[code], day, scope) if code else [],
        "columns": [word for _, word in COLUMNS],
        "late": day.month >= FIRST_MONTH,
        "day": day,
        "live": live,
        "code": code,
        "districts": list(own.values()),
        "add": act_new("outreach", scope) if live else None,
        "tabs": [
            *board_tab(scope),
            *((name, to, False) for name, to, _ in ListPage.tabs(ServedPlaces(request))),
            *matrix_tab(scope, current=True),
        ],
    }
    return render(request, "demonstration/who_serves_whom.html", context)


def _own_districts(scope: Scope, places: Places) -> list[District]:
    """The districts of whose places the account may see by name which are served: the city's, or its territory."""
    return [one for one in places.districts if scope.city_wide or one.pk in scope.district_ids]


def _figures(places: Places, code: str) -> list[Figure]:
    """Both figures of article 17, and of last year in the districts of this one; a statement for each year."""
    city, districts = _rates(places, CODES)
    last_day = places.day.replace(year=places.day.year - 1, month=12, day=31)
    last = Places(last_day, districts=places.districts, targets=())
    city_before, districts_before = _rates(last, (SCHOOLS,))
    return [
        Figure(
            indicator(code_of),
            city[code_of, "city"],
            districts.get((code_of, code)),
            indicator(code_of).yearly,
            city_before.get((code_of, "city")),
            districts_before.get((code_of, code)),
        )
        for code_of in CODES
    ]


def _rates(places: Places, codes: Sequence[str]) -> list[dict[tuple[str, str], Rate]]:
    """Rates of the city and of the districts by indicator and group."""
    tables = together(places.day, [Table("city", codes), Table("district", codes)], places=places)
    return [{(rate.indicator, rate.group): rate for rate in table} for table in tables]
