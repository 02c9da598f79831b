"""已在其他系统登记: a secretary says so for the month, or takes it back."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from branches import elsewhere
from portal.core.models import User
from portal.core.pages import requires, scope_of_request
from portal.core.templatetags.ui import cnday


@require_POST
@requires("see-registers")
def said_elsewhere(request: HttpRequest) -> HttpResponse:
    """Say it, or with `said=no` take it back; nobody's business but a secretary's."""
    scope, account = scope_of_request(request), cast(User, request.user)
    if scope.is_staff or not scope.own_party_organization_ids:
        raise PermissionDenied
    if request.POST.get("said") == "no":
        elsewhere.take_back(scope, account)
        messages.success(request, "已收回，要办的事照常列出。")
    else:
        elsewhere.say(scope, account)
        until = cnday(elsewhere.last_day(scope.day))
        messages.success(request, f"已记下：本月的事已在其他系统登记，到{until}为止不再提醒。")
    return redirect("desk")
