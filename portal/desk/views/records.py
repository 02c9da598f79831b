"""The form pages: add, change, end, correct and withdraw a row of any register.

GET shows the form. POST saves it; with `ask=preview` it only says what saving would do, with `ask=again` it shows the
typed content once more as a new form.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods

from portal.core.entry import drafts, records, saving
from portal.core.entry.records import Record
from portal.core.entry.saving import Outcome
from portal.core.imports.register import registers
from portal.core.models import Draft, User
from portal.core.pages import requires, scope_of_request
from portal.desk.forms import page
from portal.desk.forms.clash import clash
from portal.desk.forms.consequences import Consequences, foresee
from portal.desk.forms.declared import form_of
from portal.desk.forms.opened import Opened, opened_empty, opened_sent, opened_stored, was_shown
from portal.desk.forms.shape import Saved
from portal.desk.templatetags.undoing import tag_of

_LONGEST_PATH = Draft._meta.get_field("form").max_length or 0
_METHODS = ["GET", "HEAD", "POST"]


def _opened(request: HttpRequest, kind: str, path: str) -> Opened:
    """The form of a register, for those who keep it; without such a register Http404."""
    form, scope = form_of(kind), scope_of_request(request)
    if form is None:
        raise Http404
    register = registers()[form.kind]
    if not register.may_add(scope):
        raise PermissionDenied
    return Opened(form, register, scope, cast(User, request.user), path)


def _about(opened: Opened, key: str) -> bool:
    """Read the row that the address names into the form; whether there is one. Seen but not kept, or only to be ended
    while the form asks for more: PermissionDenied."""
    row = records.to_change(opened.register, key, opened.scope)
    if row is None:
        if records.find(opened.register, key, opened.scope) is not None:
            raise PermissionDenied
        return False
    if not opened.ending and opened.register.may_only_end(row, opened.scope):
        raise PermissionDenied
    opened.record = records.read(opened.register, row)
    return True


def _path(request: HttpRequest, *names: str) -> str:
    """The address of a form, with those parameters that make another form of it."""
    query = request.GET.copy()
    for name in [one for one in query if (one == "draft" or (names and one not in names))]:
        del query[name]
    path = f"{request.path}?{query.urlencode()}" if query else request.path
    return path if len(path) <= _LONGEST_PATH else request.path


@require_http_methods(_METHODS)
@requires("see-registers")
def record_new(request: HttpRequest, kind: str) -> HttpResponseBase:
    """A new row."""
    opened = _opened(request, kind, _path(request))
    return _answer(request, opened_empty(opened, request.GET))


@require_http_methods(_METHODS)
@requires("see-registers")
def record_change(request: HttpRequest, kind: str, key: str) -> HttpResponseBase:
    """A stored row: change, correct, or with `end` only end it."""
    opened = _opened(request, kind, _path(request, "end"))
    opened.ending = bool(opened.form.ends) and request.GET.get("end") == "1"
    if not _about(opened, key):
        return _gone(request, opened)
    return _answer(request, opened_stored(opened))


@require_http_methods(_METHODS)
@requires("see-registers")
def record_withdraw(request: HttpRequest, kind: str, key: str) -> HttpResponseBase:
    """Take a row away that should never have been entered."""
    opened = _opened(request, kind, request.path)
    if not _about(opened, key):
        return _gone(request, opened)
    opened_stored(opened)
    if request.method != "POST":
        return _withdrawal(request, opened, Outcome())
    opened.reason = opened_sent(replace(opened), request.POST).reason
    opened.version = request.POST.get("version", "")[:64]
    if request.POST.get("ask") == "preview":
        return _preview(request, opened, withdrawing=True)
    outcome = saving.withdraw(replace(opened.wish(), action=opened.form.withdraw, lines=_rows(opened)))
    if outcome.entry is None:
        assert opened.record is not None
        opened.version = opened.record.version
        return _withdrawal(request, opened, outcome)
    return _done(request, opened, outcome, opened.form.withdraw, _told(opened))


def _rows(opened: Opened) -> list[saving.Line]:
    assert opened.record is not None
    return [saving.Line({}, opened.record.row.pk)]


def _answer(request: HttpRequest, opened: Opened) -> HttpResponseBase:
    """GET: the form, or its draft. POST: what was asked."""
    if request.method != "POST":
        kept = drafts.of(opened.account, opened.path)
        if kept is not None and request.GET.get("draft"):
            opened_sent(opened, {"version": kept.version, **drafts.texts_of(kept)})
            kept = None
        return page.form(request, opened, kept=kept)
    opened_sent(opened, request.POST)
    ask = request.POST.get("ask")
    if ask == "preview":
        return _preview(request, opened)
    return page.form(request, opened) if ask == "again" else _save(request, opened)


def _save(request: HttpRequest, opened: Opened) -> HttpResponseBase:
    outcome = opened.complaint() or saving.save(opened.wish())
    if outcome.stale:
        return _clash(request, opened)
    if not outcome.is_good:
        return page.form(request, opened, outcome=outcome)
    row = _row(opened, outcome.keys)
    said = opened.form.said(row) if row is not None else ""
    return _done(request, opened, outcome, opened.action, said)


def _row(opened: Opened, keys: list[int]) -> Any:
    """The written row, where the account still sees it."""
    return records.visible(opened.register, opened.scope).filter(pk__in=keys).first() if keys else None


def _told(opened: Opened) -> str:
    return opened.form.said(opened.record.row) if opened.record else ""


def _done(request: HttpRequest, opened: Opened, outcome: Outcome, action: str, said: str) -> HttpResponseBase:
    """Say what was done, with the way back, and go to what it concerns."""
    drafts.drop(opened.account, opened.path)
    home = _home(opened, outcome)
    if outcome.entry is None:
        messages.info(request, "没有改动，什么都没有保存。")
    else:
        # once undone, the page of what was new is gone
        address = reverse(opened.form.slug) if opened.is_new and opened.form.is_page else home
        told = f"已保存：{action} {said}".rstrip()
        messages.success(request, f"{told}。", extra_tags=tag_of(outcome.entry.pk, address))
        _offer(request, opened, outcome)
        if opened.is_new and opened.form.then is not None:
            return redirect(opened.form.then(outcome.entry.subject))
    return redirect(home)


def _offer(request: HttpRequest, opened: Opened, outcome: Outcome) -> None:
    """Say what follows on a new row, where its form offers something."""
    row = _row(opened, outcome.keys) if opened.is_new and opened.form.offer is not None else None
    offer = opened.form.offer(Saved(row, opened.scope)) if row is not None and opened.form.offer is not None else None
    if offer is not None:
        messages.info(request, format_html('{} <a href="{}">{}</a>', offer.sentence, offer.href, offer.word))


def _home(opened: Opened, outcome: Outcome) -> str:
    row = _row(opened, outcome.keys)
    if row is None and opened.record is not None and opened.form.organization(opened.record.row):
        row = opened.record.row if opened.form.kind != "organizations" else None
    return opened.form.home(Saved(row, opened.scope)) if row is not None else reverse(opened.form.slug)


def _preview(request: HttpRequest, opened: Opened, *, withdrawing: bool = False) -> HttpResponse:
    """What it would do: as the fragment of the panel, or without a script as the whole page."""
    found = foresee(opened, withdrawing=withdrawing)
    if "text/html" not in request.headers.get("Accept", "") or "X-Requested-With" in request.headers:
        return render(request, "forms/consequences.html", page.panel(opened, found))
    if withdrawing:
        return _withdrawal(request, opened, Outcome(), found)
    return page.form(request, opened, found=found)


def _withdrawal(
    request: HttpRequest, opened: Opened, outcome: Outcome, found: Consequences | None = None
) -> HttpResponse:
    return page.withdrawal(request, opened, outcome=outcome, found=found)


def _clash(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Both versions; the form now stands on the current one."""
    record = cast(Record, opened.record)
    both = clash(opened, record)
    opened.was, opened.version = record.texts, record.version
    return page.clash(request, opened, both)


def _gone(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Whoever was shown the row is told that it is gone and keeps what was typed; for others it was never there."""
    if request.method != "POST" or was_shown(opened.account, opened.path, request.POST) is None:
        raise Http404
    opened_sent(opened, request.POST)
    if request.POST.get("ask") == "preview":
        return render(request, "forms/consequences.html", {"gone": True})
    return page.gone(request, opened)
