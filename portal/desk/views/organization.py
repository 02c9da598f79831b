"""社会组织主页: everything about one organization, today or on any day."""

from __future__ import annotations

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from orgs.models import SocialOrganization
from portal.core.pages import day_in, requires, scope_of_request
from portal.core.scoping import Scope
from portal.desk.changes import changes_of
from portal.desk.organization_file import organization_file


def organization_to_read(scope: Scope, key: str) -> SocialOrganization:
    """The organization with this credit code or opaque id. Not yours looks like not there: Http404."""
    found = SocialOrganization.objects.within(scope).filter(Q(credit_code=key) | Q(opaque_id=key)).first()
    if found is None:
        raise Http404
    return found


def _keys(one: SocialOrganization) -> list[str]:
    """The keys under which the audit may know it: by either number, or by both where a file named both."""
    numbers = [one.credit_code or "", one.registration_number or ""]
    return [*numbers, " ".join(filter(None, numbers))]


@require_safe
@requires("see-registers")
def organization(request: HttpRequest, key: str) -> HttpResponse:
    """The page of one organization."""
    scope = scope_of_request(request)
    found = organization_to_read(scope, key)
    context = {
        "file": organization_file(found, day_in(request), scope),
        "live": day_in(request) == scope.day,
        "trail": [("社会组织", reverse("organizations"))],
        "changes": changes_of("organizations", _keys(found)),
    }
    return render(request, "organization/page.html", context)
