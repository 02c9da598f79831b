"""待办: everything that waits for whoever signed in, group by group, with the first names of each."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from branches import elsewhere
from portal.core import todo as core
from portal.core.models import User
from portal.core.pages import requires, scope_of_request

#: how many names stand under each item
NAMED = 5


@require_safe
@requires("see-registers")
def todo(request: HttpRequest) -> HttpResponse:
    """The page; its names are within the scope, its counts those of the desk."""
    scope, account = scope_of_request(request), cast(User, request.user)
    groups = core.groups(scope, scope.day, account)
    names = iter(core.first([item for group in groups for item in group.items], NAMED))
    shown = [(group, [(item, next(names)) for item in group.items]) for group in groups]
    context = {
        "day": scope.day,
        "groups": shown,
        "count": sum(len(group.items) for group in groups),
        "until": elsewhere.last_day(scope.day) if not groups and elsewhere.said(scope) else None,
    }
    return render(request, "todo/page.html", context)
