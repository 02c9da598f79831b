"""变更记录 of one record of a register: every action on it, page by page."""

from __future__ import annotations

from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.core import keyset
from portal.core.entry import records
from portal.core.imports.register import registers
from portal.core.models import User
from portal.core.pages import WrongAddress, address, requires, scope_of_request
from portal.desk.forms.declared import form_of
from portal.desk.forms.shape import Form, Saved
from portal.desk.lists import list_of
from portal.desk.trail import Trail, trail_of


@require_safe
@requires("see-registers")
def history(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """What was done to one record, by whom, when and why; for whoever may look at the record."""
    form, scope = form_of(kind), scope_of_request(request)
    page = list_of(kind)
    if form is None or page is None:
        raise Http404
    if not scope.can(page.capability):
        raise PermissionDenied
    register = registers()[form.kind]
    row = records.find(register, key, scope)
    if row is None:
        raise Http404
    context = {
        "form": form,
        "said": form.said(row),
        "home": form.home(Saved(row, scope)),
        "change": reverse("record-change", args=[kind, key]) if records.may_change(register, row, scope) else "",
        "ending": register.may_only_end(row, scope),
        "trail": [(page.heading, reverse(page.route))],
        "list": reverse(page.route),
        **_page(request, form, row),
    }
    return render(request, "records/history.html", context)


def _page(request: HttpRequest, form: Form, row: Any) -> dict[str, Any]:
    scope, account = scope_of_request(request), cast(User, request.user)
    cursor = request.GET.get("page", "")
    try:
        found: Trail = trail_of(registers()[form.kind], row, account=account, scope=scope, cursor=cursor)
    except keyset.BadCursor:
        raise WrongAddress("地址里的页码无法识别，请从第一页重新翻看。") from None
    return {
        "steps": found.steps,
        "before": address(request, page=found.before) if found.before else "",
        "after": address(request, page=found.after) if found.after else "",
    }
