"""党组织主页: everything about one party organization, today or on any day."""

from __future__ import annotations

import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from branches.counts import with_counts
from branches.models import PartyOrganization
from portal.core.pages import day_in, requires, scope_of_request
from portal.core.scoping import Scope
from portal.desk.changes import changes_of
from portal.desk.doing import PartyActs, acts_of_party, acts_on, with_keeping
from portal.desk.party_file import party_file
from portal.desk.serving import serving


def party_organization_to_read(scope: Scope, code: str, day: datetime.date) -> PartyOrganization:
    """The party organization with this code, with its counts of a day and what the account may do. Not yours looks
    like not there: Http404."""
    rows = PartyOrganization.objects.within(scope).filter(code=code)
    found = with_keeping(with_counts(rows, day), scope).first()
    if found is None:
        raise Http404
    return found


@require_safe
@requires("see-registers")
def party_organization(request: HttpRequest, code: str) -> HttpResponse:
    """The page of one party organization."""
    scope = scope_of_request(request)
    day = day_in(request)
    live = day == scope.day
    found = party_organization_to_read(scope, code, day)
    file = party_file(found, day, scope)
    context = {
        "file": file,
        "serving": serving(found, [one.organization.pk for one in file.covered], day, scope),
        "live": live,
        "acts": acts_of_party(found, [one.link for one in file.covered], scope) if live else PartyActs(),
        "trail": [("党组织", reverse("party-organizations"))],
        "whole_history": acts_on("party_organizations", found, may=False)[-1].href,
        "changes": changes_of("party_organizations", [found.code]),
    }
    return render(request, "party_organization/page.html", context)
