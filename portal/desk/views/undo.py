"""撤销: take back one's own last change, while nothing later touched it."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from portal.core.entry import undoing
from portal.core.entry.undoing import CannotUndo
from portal.core.models import AuditEntry, User
from portal.core.pages import requires, scope_of_request
from portal.core.sentences import as_page


@require_POST
@requires("see-registers")
def undo(request: HttpRequest, entry: int) -> HttpResponse:
    """Undo one action of one's own and go back to where one was; what others did is not there."""
    account = cast(User, request.user)
    found = AuditEntry.objects.filter(pk=entry, actor=account, images__isnull=False).first()
    if found is None:
        raise Http404
    try:
        undoing.undo(found, account, scope_of_request(request))
        messages.success(request, f"已撤销：{found.action}。")
    except CannotUndo as refusal:
        messages.error(request, f"没有撤销。{as_page(str(refusal))}")
    return redirect(back(request))


def back(request: HttpRequest, name: str = "next", otherwise: str = "") -> str:
    """The page of this portal that a form was sent from, as its field `name` says; else `otherwise`, one's own page."""
    asked = request.POST.get(name, "")
    safe = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if safe else otherwise or reverse("account")
