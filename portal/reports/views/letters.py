"""信件, one letter: as it is read, its workbook, its deliveries; and a preview of what a unit would get today."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp, csp_update
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from portal.core import audit, deliveries, snapshots
from portal.core.listing import TYPES
from portal.core.models import Delivery, Letter, User
from portal.core.pages import View, choice_in, requires, scope_of_request
from portal.core.roles import Role
from portal.core.scoping import Scope
from portal.core.units import UnitOnDay, UnitTree
from portal.reports.letters import preview as composed
from portal.reports.letters import seen, sending, writing
from portal.reports.letters.content import Content
from portal.reports.views.mailbox import SIGNS

#: the body of a letter is shown in a frame of its own, where inline style is all that it may have
_BODY = {
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "base-uri": [NONE],
    "form-action": [NONE],
    "frame-ancestors": [SELF],
}

_NOTHING = '<!DOCTYPE html><html lang="zh-Hans"><title>没有信件</title><p>没有可以预览的信。</p></html>'

# django-csp types its decorators for views without parameters
_shows_body: Callable[[View], View] = cast(Any, csp(_BODY))
_frames: Callable[[View], View] = cast(Any, csp_update({"frame-src": [SELF]}))


def _trail() -> list[tuple[str, str]]:
    return [("信件", reverse("letters"))]


def _account(request: HttpRequest) -> User:
    return cast(User, request.user)


def _found(request: HttpRequest, key: str) -> Letter:
    letter = seen.find(key, scope_of_request(request), _account(request))
    if letter is None:
        raise Http404
    return letter


def _may_send(scope: Scope, letter: Letter) -> bool:
    """Sending to others is for those who change what the unit answers for; a digest is one's own."""
    if letter.unit_id is None:
        return True
    if scope.city_wide and Role.CITY_STAFF in scope.roles:
        return True
    return scope.can("send-letters") and letter.unit_id in scope.writing_unit_ids


@require_safe
@requires("see-counts")
@_frames
def letter(request: HttpRequest, key: str) -> HttpResponse:
    """One letter with its deliveries."""
    found = _found(request, key)
    scope = scope_of_request(request)
    context = {
        "letter": found,
        "key": key,
        "deliveries": [_delivery(one) for one in found.deliveries.order_by("id")],
        "may_send": _may_send(scope, found),
        "own_address": _account(request).email,
        "kilobytes": max(1, len(bytes(found.workbook)) // 1024) if found.workbook else 0,
        "trail": _trail(),
    }
    return render(request, "mailbox/letter.html", context)


def _delivery(one: Delivery) -> dict[str, Any]:
    """A delivery as the page shows it."""
    waiting = one.status == Delivery.Status.WAITING
    return {
        "key": seen.key_of_delivery(one),
        "recipient": one.recipient,
        "sign": SIGNS[Delivery.Status(one.status)],
        "word": one.get_status_display(),
        "attempts": one.attempts,
        "next_try_at": one.next_try_at if waiting else None,
        "sent_at": one.sent_at,
        "reason": deliveries.reason_of(one),
        "may_repeat": one.status in deliveries.AGAIN and not (waiting and not one.attempts),
        "verb": "现在就试" if waiting else "再发一次",
    }


@require_safe
@requires("see-counts")
@xframe_options_sameorigin
@_shows_body
def body(request: HttpRequest, key: str) -> HttpResponse:
    """The letter as a mail program shows it."""
    return HttpResponse(_found(request, key).html)


@require_safe
@requires("see-counts")
def workbook(request: HttpRequest, key: str) -> HttpResponse:
    """The workbook of a letter: names of organizations, so taking it is an export."""
    found = _found(request, key)
    if not found.workbook:
        raise Http404
    if not scope_of_request(request).can("export"):
        raise PermissionDenied
    audit.record(actor=_account(request), action="导出", subject=found.workbook_name)
    response = HttpResponse(bytes(found.workbook), content_type=TYPES["xlsx"])
    response["Content-Disposition"] = content_disposition_header(True, found.workbook_name)
    return response


@require_POST
@requires("see-counts")
def to_me(request: HttpRequest, key: str) -> HttpResponse:
    """Send the letter to one's own address."""
    found = _found(request, key)
    account = _account(request)
    if not account.email:
        messages.error(request, "您的账号没有登记邮箱，请系统管理员补上后再试。")
    elif sending.to_me(found, account):
        messages.success(request, f"已排入待发，几分钟内发到 {account.email}。")
    else:
        messages.warning(request, "这封信正在发往您的邮箱，请稍候。")
    return redirect("letter", key)


@require_POST
@requires("send-letters")
def again(request: HttpRequest, key: str) -> HttpResponse:
    """Send the letter to a recipient once more."""
    found = _found(request, key)
    if not _may_send(scope_of_request(request), found):
        raise PermissionDenied
    delivery = seen.find_delivery(found, request.POST.get("delivery", ""))
    if delivery is None:
        raise Http404
    if sending.again(delivery, _account(request)):
        messages.success(request, f"已排入待发，几分钟内再发给 {delivery.recipient}，信件标识不变。")
    else:
        messages.warning(request, "这封信正在发送，请稍候再看结果。")
    return redirect("letter", key)


# ── preview ─────────────────────────────────────────────────────────────────────────────────────────────────


def _units(scope: Scope) -> dict[str, UnitOnDay]:
    """The units whose letter the account may preview, by code, its own unit first."""
    tree: UnitTree = scope.tree or UnitTree.on(scope.day)
    listed = [one for one in tree.listed() if one.kind != "COMMUNITY"]
    seen_here = [one for one in listed if scope.city_wide or one.id in scope.unit_ids]
    return {one.code: one for one in sorted(seen_here, key=lambda one: one.id != scope.home_unit_id)}


@dataclass(frozen=True)
class _Preview:
    """What the address of a preview asks for: the unit (empty: none is on offer), the names of those on offer by code,
    the stored day that is written of, and what the letter says (None: the unit gets none)."""

    code: str
    units: dict[str, str]
    day: datetime.date | None
    content: Content | None


def _previewed(request: HttpRequest) -> _Preview:
    """The letter of a unit of the last stored day. Raises WrongAddress."""
    scope, nights = scope_of_request(request), snapshots.stored_days()
    units = _units(scope)
    names = {code: unit.name for code, unit in units.items()}
    code = choice_in(request, "unit", names, next(iter(names), ""))
    content = composed(units[code].id, nights, scope) if code and nights else None
    return _Preview(code, names, nights[0] if nights else None, content)


@require_safe
@requires("see-counts")
@_frames
def preview(request: HttpRequest) -> HttpResponse:
    """What a unit would get for the last stored day; nothing is sent."""
    found = _previewed(request)
    context = {
        "code": found.code,
        "units": found.units,
        "letter": found.content and _as_text(found.content),
        "source": f"{reverse('letter-preview-body')}?{urlencode({'unit': found.code})}",
        "day": found.day,
        "trail": _trail(),
    }
    return render(request, "mailbox/preview.html", context)


def _as_text(content: Content) -> dict[str, str]:
    """What the page shows of a letter beside the frame, which asks for the rest."""
    return {
        "subject": writing.subject(content),
        "text": writing.text_of(content),
        "workbook_name": content.workbook_name,
    }


@require_safe
@requires("see-counts")
@xframe_options_sameorigin
@_shows_body
def preview_body(request: HttpRequest) -> HttpResponse:
    """The previewed letter as a mail program shows it."""
    found = _previewed(request)
    return HttpResponse(writing.html_of(found.content) if found.content else _NOTHING)
