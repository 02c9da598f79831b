"""示范引领: the board of article 6 by district and by the four fields that it names, and the page of one site."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from demonstration.board import Board, money
from demonstration.board import board as board_of
from demonstration.models import SiteGrant
from portal.core.indicators import Places, rates
from portal.core.listing import ListPage
from portal.core.pages import day_in, requires, scope_of_request
from portal.core.scoping import Scope
from portal.desk import way
from portal.desk.changes import changes_of
from portal.desk.doing import act_new, acts_on
from portal.desk.lists.sites import Sites, board_tab, matrix_tab

CODES = ("city-sites", "district-sites")


@require_safe
@requires("see-counts")
def board(request: HttpRequest) -> HttpResponse:
    """The board of a day, today unless the address says otherwise: counts for all staff, names behind the links."""
    scope, day = scope_of_request(request), day_in(request)
    places = Places(day)
    found = board_of(day, places.districts)
    city, district = rates(day, "city", CODES, places=places)
    context = {
        "board": found,
        "money": money(day, places.districts),
        "sources": SiteGrant.Source.labels,
        "live": day == scope.day,
        "city": city,
        "district": district,
        "own": _own_districts(scope, found),
        "add": act_new("sites", scope),
        "apply": act_new("site_applications", scope),
        "tabs": [
            *board_tab(scope, current=True),
            *((name, to, False) for name, to, _ in ListPage.tabs(Sites(request))),
            *matrix_tab(scope),
        ],
    }
    return render(request, "demonstration/board.html", context)


def _own_districts(scope: Scope, found: Board) -> frozenset[str]:
    """The codes of the districts that the account's unit stands in: they are marked."""
    return frozenset(one.code for one in found.districts if one.id in scope.district_ids)


@require_safe
@requires("see-registers")
def site(request: HttpRequest, code: str) -> HttpResponse:
    """The whole way of one site."""
    return _way(request, way.of_site(code, scope_of_request(request)), ("示范点", reverse("sites")))


@require_safe
@requires("see-registers")
def application(request: HttpRequest, code: str) -> HttpResponse:
    """The way of one application, with the site that was named from it."""
    found = way.of_application(code, scope_of_request(request))
    return _way(request, found, ("示范点申报", reverse("site-applications")))


def _way(request: HttpRequest, found: way.Way | None, list_of: tuple[str, str]) -> HttpResponse:
    """Not yours looks like not there: Http404."""
    if found is None:
        raise Http404
    kind, row = ("sites", found.site) if found.site else ("site_applications", found.application)
    context = {
        "way": found,
        "trail": [list_of],
        "whole_history": acts_on(kind, row, may=False)[-1].href,
        "changes": changes_of(kind, [found.subject.code]),
    }
    return render(request, "demonstration/way.html", context)
