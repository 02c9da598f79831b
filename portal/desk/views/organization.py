"""社会组织主页: everything about one organization, today or on any day."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from branches.involvement import with_involvement
from orgs.models import MemberReport, SocialOrganization
from portal.core.pages import day_in, requires, scope_of_request
from portal.core.scoping import Scope
from portal.desk.changes import changes_of
from portal.desk.doing import OrganizationActs, act_new, acts_of_organization, acts_on, with_rights
from portal.desk.organization_file import organization_file
from portal.desk.sites_of import shown_on, with_naming


def organization_to_read(scope: Scope, key: str, day: datetime.date) -> Any:
    """The organization with this credit code or opaque id, with what the account may do and its last report up to a
    day. Not yours looks like not there: Http404."""
    rows = SocialOrganization.objects.within(scope).filter(Q(credit_code=key) | Q(opaque_id=key))
    reports = MemberReport.objects.within(scope).filter(organization=OuterRef("pk"), reported_on__lte=day)
    last = Subquery(reports.order_by("-reported_on").values("pk")[:1])
    known = with_involvement(with_naming(with_rights(rows, scope), scope), day)
    found = known.annotate(last_report=last).first()
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
    day = day_in(request)
    live = day == scope.day
    found = organization_to_read(scope, key, day)
    file = organization_file(found, day, scope)
    context = {
        "file": file,
        "live": live,
        "acts": acts_of_organization(found, scope) if live else OrganizationActs(),
        "sites": shown_on(file.sites, found, scope, day),
        "name_site": act_new("sites", scope, organization=found.key) if live and found.may_name else None,
        "apply": act_new("site_applications", scope, organization=found.key) if live and found.may_apply else None,
        "report": MemberReport(pk=found.last_report) if found.last_report else None,
        "missing": file.standing is not None and not file.standing.met and not file.postings,
        "trail": [("社会组织", reverse("organizations"))],
        "whole_history": acts_on("organizations", found, may=False)[-1].href,
        "changes": changes_of("organizations", _keys(found)),
    }
    return render(request, "organization/page.html", context)
