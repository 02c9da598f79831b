"""党组织主页: everything about one party organization, today or on any day."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from branches.models import PartyOrganization
from portal.core.pages import day_in, requires, scope_of_request
from portal.core.scoping import Scope
from portal.desk.changes import changes_of
from portal.desk.party_file import party_file


def party_organization_to_read(scope: Scope, code: str) -> PartyOrganization:
    """The party organization with this code. Not yours looks like not there: Http404."""
    found = PartyOrganization.objects.within(scope).filter(code=code).first()
    if found is None:
        raise Http404
    return found


@require_safe
@requires("see-registers")
def party_organization(request: HttpRequest, code: str) -> HttpResponse:
    """The page of one party organization."""
    scope = scope_of_request(request)
    found = party_organization_to_read(scope, code)
    context = {
        "file": party_file(found, day_in(request), scope),
        "live": day_in(request) == scope.day,
        "trail": [("党组织", reverse("party-organizations"))],
        "changes": changes_of("party_organizations", [found.code]),
    }
    return render(request, "party_organization/page.html", context)
