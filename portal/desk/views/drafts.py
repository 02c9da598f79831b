"""Drafts of the forms: the page sends what was typed while it is typed.

A draft is content on its way to a register and no register itself, so keeping and dropping one leaves no audit entry;
saving the form does.
"""

from __future__ import annotations

import json
from typing import cast
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import localtime
from django.views.decorators.http import require_POST

from portal.core.entry import drafts as kept
from portal.core.imports.register import Register, registers
from portal.core.models import User
from portal.core.pages import requires

#: the routes whose forms keep drafts
FORMS = frozenset({"record-new", "record-change", "record-withdraw"})
#: what a form sends that is no content
_MACHINERY = frozenset({"csrfmiddlewaretoken", "ask"})
_MOST_FIELDS = 200
#: characters, as the model has room
_LONGEST = {"form": 200, "version": 64}


class _Refused(ValueError):
    """What was sent is no draft of one of our forms; the message is a Chinese sentence."""


@require_POST
@requires("see-registers")
def drafts(request: HttpRequest) -> HttpResponseBase:
    """Keep the draft of a form of the signed-in account, or with `drop` let it go."""
    try:
        form = _text(request, "form")
        register = _register_of(form)
        if request.POST.get("drop"):
            return _drop(request, form)
        texts, version = kept.open_texts(register, _fields(request)), _text(request, "version")
        at = kept.keep(cast(User, request.user), form, texts, version)
    except (_Refused, kept.TooLong) as refused:
        return JsonResponse({"code": "bad-draft", "detail": str(refused), "fields": {}}, status=400)
    return JsonResponse({"saved_at": f"{localtime(at):%H:%M}"})


def _drop(request: HttpRequest, form: str) -> HttpResponseBase:
    """Gone; without a script one goes on to the empty form."""
    kept.drop(cast(User, request.user), form)
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"saved_at": ""})
    return redirect(form)


def _text(request: HttpRequest, name: str) -> str:
    text = request.POST.get(name, "")
    if "\x00" in text or len(text) > _LONGEST[name]:
        raise _Refused("草稿的表单地址或版本无法识别，请刷新页面。")
    return text


def _register_of(form: str) -> Register:
    """The register whose form has this address; nothing else of this host, and no other host, has drafts."""
    try:
        path = urlsplit(form).path if url_has_allowed_host_and_scheme(form, None) else ""
        found = resolve(path)
        if found.url_name in FORMS:
            return registers()[found.kwargs["kind"].replace("-", "_")]
    except (Resolver404, KeyError, ValueError):
        pass
    raise _Refused("这个地址不是填报表单，没有草稿可存。")


def _fields(request: HttpRequest) -> dict[str, str]:
    """What stands in the form: a JSON object of texts by the names of their fields."""
    try:
        fields = json.loads(request.POST.get("fields", ""))
        json.dumps(fields, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict) or len(fields) > _MOST_FIELDS:
        raise _Refused("草稿的内容无法识别，请刷新页面。")
    if not all(isinstance(text, str) and "\x00" not in text for text in fields.values()):
        raise _Refused("草稿的内容里有无法识别的字符，请检查后再填。")
    return {name: text for name, text in fields.items() if name not in _MACHINERY}
