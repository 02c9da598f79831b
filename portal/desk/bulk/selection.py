"""Which rows of a list are meant: those ticked, or all that the list shows under its filters."""

from __future__ import annotations

import copy
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, QueryDict
from django.urls import Resolver404, resolve

from portal.core.entry import records
from portal.core.imports.register import Register
from portal.core.opaque import row_of
from portal.core.pages import WrongAddress, scope_of_request
from portal.desk.asked import subjects_asked
from portal.desk.behind import Behind
from portal.desk.lists import list_of

#: rows of one bulk change
MOST = 2000


class NothingChosen(ValueError):
    """No row, or too many; the message is a Chinese sentence for the user."""


def chosen(request: HttpRequest, register: Register) -> list[Any]:
    """The stored rows that a sent form means, as far as the scope may look at them, oldest first.

    Rows outside the scope are not there. Raises NothingChosen, and WrongAddress where the list makes no sense.
    """
    keys = _keys(request, register)
    if len(keys) > MOST:
        raise NothingChosen(f"一次最多办理 {MOST:,} 条；请先用条件缩小范围，分几次办理。")
    rows = list(records.visible(register, scope_of_request(request)).filter(pk__in=keys).order_by("pk"))
    if not rows:
        raise NothingChosen("请先勾选要办理的行。")
    return rows


def _keys(request: HttpRequest, register: Register) -> set[int]:
    if request.POST.get("all"):
        return set(_listed(request, register))
    label = register.model._meta.label_lower
    named = [*request.POST.getlist("row"), *request.POST.get("rows", "").split()]
    return {pk for name in named if (pk := row_of(label, name)) is not None}


def _listed(request: HttpRequest, register: Register) -> list[int]:
    """Everything that the list shows which the form was sent from, one more than is allowed at most."""
    asked, route, arguments = _of_list(request)
    page = list_of(route)
    if page is not None and route == register.kind.replace("_", "-"):
        return list(page(asked).narrowed.order_by("pk").values_list("pk", flat=True)[: MOST + 1])
    if route == "coverage-subjects" and register.kind == "organizations":
        behind: Behind = subjects_asked(asked, arguments["indicator"])
        if behind.indicator.of_organizations:
            return behind.ids(MOST + 1)
    raise WrongAddress("从哪一个列表办理无法识别，请回到列表重新勾选。")


def _of_list(request: HttpRequest) -> tuple[HttpRequest, str, dict[str, Any]]:
    """The request for the list which the form was sent from, its route and arguments."""
    address = urlsplit(request.POST.get("from", "")[:2000])
    asked = copy.copy(request)
    asked.GET = QueryDict(address.query)
    try:
        match = resolve(address.path)
    except Resolver404:
        return asked, "", {}
    return asked, match.url_name or "", match.kwargs
