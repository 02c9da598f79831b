"""What every page uses: who may open it, and how an address is read.

A page is a view behind `requires(capability)`; what lies outside the scope of the account is not there (404).
An address that makes no sense is answered with a Chinese sentence (400), never with a raw exception.
"""

from __future__ import annotations

import datetime
import functools
from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from portal.core.roles import CAPABILITIES
from portal.core.scoping import Scope
from portal.core.validity import today

View = Callable[..., HttpResponseBase]


class WrongAddress(BadRequest):
    """A parameter of the address makes no sense; the message is a Chinese sentence for the user."""


def scope_of_request(request: HttpRequest) -> Scope:
    """The scope of the signed-in account."""
    return request.scope  # type: ignore[attr-defined]


def requires(capability: str) -> Callable[[View], View]:
    """A view that needs a capability of `portal.core.roles.CAPABILITIES`; without it 403."""
    if capability not in CAPABILITIES:
        raise KeyError(capability)

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not scope_of_request(request).can(capability):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def day_in(request: HttpRequest, name: str = "date") -> datetime.date:
    """The day that the address names, default today. Raises WrongAddress."""
    written = request.GET.get(name, "")
    if not written:
        return today()
    try:
        day = datetime.date.fromisoformat(written)
    except ValueError:
        raise WrongAddress(f"“{written}”不是日期，请写成 2016-04-13 的样子。") from None
    if not 1949 <= day.year <= 2099:
        raise WrongAddress(f"“{written}”太早或太晚，请写 1949 年到 2099 年之间的日期。")
    return day


def choice_in(request: HttpRequest, name: str, choices: dict[str, str], default: str = "") -> str:
    """One of the choices (value → word) that the address may name. Raises WrongAddress."""
    written = request.GET.get(name) or default
    if written and written not in choices:
        raise WrongAddress(f"没有“{written}”这个选项；可选：{'、'.join(choices.values())}。")
    return written


def text_in(request: HttpRequest, name: str, longest: int = 64) -> str:
    """Words typed into a search box, trimmed. Raises WrongAddress where they cannot be text."""
    written = request.GET.get(name, "").strip()
    if "\x00" in written or len(written) > longest:
        raise WrongAddress(f"搜索的文字无法识别，请输入 {longest} 个字以内的名称、拼音首字母或代码。")
    return written


def address(request: HttpRequest, **changes: str | None) -> str:
    """This address with some parameters changed or (None) left out; pages always begin anew."""
    query = request.GET.copy()
    for name in ("page", "as", *changes):
        query.pop(name, None)
    for name, value in changes.items():
        if value:
            query[name] = value
    return f"{request.path}?{query.urlencode()}" if query else request.path
