"""The search of the top bar: organizations, party organizations and members within the scope of the account."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from portal.core.listing import Heading, Line, ListPage
from portal.core.pages import requires, scope_of_request, text_in
from portal.desk.lists import Members, Organizations, PartyOrganizations

SHOWN = 10


@dataclass(frozen=True)
class Found:
    """What one register has for the words: the first rows, and where all are if there are more."""

    page: ListPage
    headings: list[Heading]
    rows: list[Line]
    all_of_them: str


@require_safe
@requires("see-registers")
def search(request: HttpRequest) -> HttpResponse:
    """The first rows of each register; each group leads on to its list."""
    words = text_in(request, "q")
    scope = scope_of_request(request)
    kinds = [kind for kind in (Organizations, PartyOrganizations, Members) if scope.can(kind.capability)]
    found = [_found(kind(request), words) for kind in kinds] if words else []
    context = {"words": words, "found": [one for one in found if one.rows]}
    return render(request, "lists/search.html", context)


def _found(page: ListPage, words: str) -> Found:
    """Closed and dissolved ones too: whoever searches a name wants to know what became of it."""
    rows = list(page.rows().filter(page.matching()).order_by("pk")[: SHOWN + 1])
    everything = {one.name: "all" for one in page.filters if one.default}
    address = f"{reverse(page.route)}?{urlencode({'q': words, **everything})}"
    headings = [Heading(column, "", "") for column in page.columns]
    return Found(
        page, headings, [Line(cells) for cells in page.cells(rows[:SHOWN])], address if len(rows) > SHOWN else ""
    )
