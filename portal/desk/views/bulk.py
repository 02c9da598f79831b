"""批量变更: rows ticked in a list, one thing done to them all, previewed before anything is written.

The steps are posts of one address, so that the rows that are meant stand in the form and never in an address.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from portal.core.entry.saving import REASON, Outcome
from portal.core.imports.columns import Column
from portal.core.imports.register import registers
from portal.core.imports.texts import as_text
from portal.core.models import User
from portal.core.opaque import opaque
from portal.core.pages import WrongAddress, requires, scope_of_request
from portal.desk.bulk.selection import NothingChosen, chosen
from portal.desk.bulk.work import Faulty, Result, Work
from portal.desk.deeds import Deed, deeds_of
from portal.desk.forms.consequences import Consequences
from portal.desk.forms.declared import FORMS, form_of
from portal.desk.forms.fields import Input, Inputs
from portal.desk.forms.shape import Known
from portal.desk.lists import list_of
from portal.desk.templatetags.undoing import tag_of
from portal.desk.views.undo import back

#: letters of one value
_MOST = 1000
#: rows that a page names
_NAMED = 100


@dataclass(frozen=True)
class Why:
    """Rows that cannot be written for one reason."""

    sentence: str
    count: int
    names: list[str]
    more: int


@require_POST
@requires("see-registers")
def bulk(request: HttpRequest, kind: str) -> HttpResponse:
    """The form of what is to be done, its preview, or the writing of it."""
    page, form, scope = list_of(kind), form_of(kind), scope_of_request(request)
    if page is None or form is None:
        raise Http404
    register, deeds = registers()[form.kind], deeds_of(form.kind)
    if not scope.can(page.capability) or not register.may_add(scope):
        raise PermissionDenied
    if not deeds:
        raise Http404
    deed = next((one for one in deeds if one.name == request.POST.get("deed")), None)
    if deed is None:
        raise WrongAddress(f"请选择要办理的事项：{'、'.join(one.word for one in deeds)}。")
    if not registers()[deed.kind].may_add(scope):
        raise PermissionDenied
    try:
        rows = chosen(request, register)
    except NothingChosen as refusal:
        messages.error(request, str(refusal))
        return redirect(_back(request, kind))
    return _answer(request, Work(deed, rows, cast(User, request.user), scope))


def _answer(request: HttpRequest, work: Work) -> HttpResponse:
    """What was asked: the empty form, the preview, or the writing."""
    ask = request.POST.get("ask", "")
    if not ask:
        work.texts = _proposed(work)
        return _page(request, work, None)
    work.texts = {name: _read(request, name) for name in work.deed.columns}
    work.reason = _read(request, REASON)
    if ask != "write":
        return _page(request, work, work.preview())
    good = bool(request.POST.get("only_good"))
    result = work.write(only_good=good, version=request.POST.get("version", ""))
    if result.stale or result.faults or result.held_back:
        return _page(request, work, _refused(work, result))
    return _written(request, work, result)


def _refused(work: Work, result: Result) -> Result:
    """The preview beside what kept it from being written."""
    shown = work.preview()
    shown.faults |= result.faults
    shown.stale, shown.held_back = result.stale, result.held_back
    return shown


def _written(request: HttpRequest, work: Work, result: Result) -> HttpResponse:
    page = list_of(work.deed.of.replace("_", "-"))
    assert page is not None
    where = _back(request, page.route)
    if result.entry is None:
        messages.warning(request, "没有写入：所选的都不需要变更，或者都不能写入。")
        return redirect(where)
    left = f"，另有 {len(result.faulty):,} {page.measure}不能写入，没有改动" if result.faulty else ""
    said = f"已写入 {result.changed:,} {page.measure}：{work.deed.word}{left}。"
    messages.success(request, said, extra_tags=tag_of(result.entry.pk, where))
    return redirect(where)


def _back(request: HttpRequest, kind: str) -> str:
    """The list that the rows were ticked in."""
    return back(request, "from", reverse(kind))


def _read(request: HttpRequest, name: str) -> str:
    return as_text(request.POST.get(name, "").replace("\x00", ""))[:_MOST]


def _proposed(work: Work) -> dict[str, str]:
    """What the form starts with: what a form of the same register would propose."""
    known = FORMS[work.deed.kind].known(Known(work.scope, {})) if work.deed.each else {}
    day = work.scope.day.isoformat()
    said = {"effective": day, **known} if work.deed.each or "effective" in work.deed.columns else {}
    return {name: said.get(name, "") for name in work.deed.columns}


def _page(request: HttpRequest, work: Work, result: Result | None) -> HttpResponse:
    deed, faults = work.deed, result.faults if result else {}
    label = registers()[deed.of].model._meta.label_lower
    page = list_of(deed.of.replace("_", "-"))
    assert page is not None
    inputs = _inputs(work, faults)
    context = {
        "deed": deed,
        "kind": page.route,
        "measure": page.measure,
        "count": len(work.rows),
        "rows": " ".join(opaque(label, row.pk) for row in work.rows),
        "names": [work.name(row) for row in work.rows[:_NAMED]],
        "more": max(0, len(work.rows) - _NAMED),
        "inputs": inputs,
        "faults": _summary(inputs, faults),
        # the field of the reason is the one of the forms
        "opened": work,
        "wrong_reason": faults.get(REASON, ""),
        "result": result,
        "moves": Consequences(Outcome(effects=result.effects)).moves if result else [],
        "whys": _whys(result.faulty) if result else [],
        "writable": result.changed if result and not result.stopped else 0,
        "from": request.POST.get("from", ""),
        "back": _back(request, page.route),
        "trail": [(page.heading, _back(request, page.route))],
    }
    return render(request, "records/bulk.html", context)


def _summary(inputs: Sequence[Input], faults: dict[str, str]) -> list[tuple[str, str, str]]:
    """(id of the field, label, sentence) of what is wrong with the common values."""
    told = [(one.id, one.label, one.fault) for one in inputs if one.fault]
    return [*told, (f"id_{REASON}", "理由", faults[REASON])] if REASON in faults else told


def _inputs(work: Work, faults: dict[str, str]) -> list[Input]:
    columns: Sequence[Column] = [work.register.fields[name] for name in work.deed.columns]
    inputs = Inputs(FORMS[work.deed.kind], work.scope, columns, work.texts)
    made = [inputs.of(column, faults.get(column.name, "")) for column in columns]
    return [_asked(one, work.deed) for one in made]


def _asked(one: Input, deed: Deed) -> Input:
    """A field is required as the deed says; of a row that is changed nothing else must be filled."""
    return one if deed.each else replace(one, required=one.name in deed.required)


def _whys(faulty: Sequence[Faulty]) -> list[Why]:
    """The rows that cannot be written, by their reason."""
    by_sentence: dict[str, list[str]] = {}
    for one in faulty:
        by_sentence.setdefault(one.sentence, []).append(one.name)
    return [Why(said, len(names), names[:_NAMED], max(0, len(names) - _NAMED)) for said, names in by_sentence.items()]
