"""工作计划: a unit's plan of a year as a paper, taking over last year's, asking owners for late tasks."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from portal.core import plan_notices, plans
from portal.core.imports.register import registers
from portal.core.models import User
from portal.core.opaque import row_of
from portal.core.pages import requires, scope_of_request
from portal.core.policy import NOTICE_NAME
from portal.desk import files
from portal.desk.lists.plans import notice_tabs, years
from portal.desk.plan import HEADINGS, Plan, plan_asked
from portal.desk.plan_copy import ACTION, Copying
from portal.desk.templatetags.undoing import tag_of


@require_safe
@requires("see-counts")
def plan(request: HttpRequest) -> HttpResponse:
    """The paper, or the same as a file."""
    found, units = plan_asked(request)
    if request.GET.get("as"):
        name = f"{found.unit.name}{found.year}年工作计划"
        return files.as_file(request, name, found.day, HEADINGS, found.records(), {"年度": found.year})
    context = {
        "plan": found,
        "parts": found.parts(),
        "units": [(unit.code, f"{'　' * depth}{unit.name}") for depth, unit in units],
        "years": years(found.day),
        "before": len(Copying(found, cast(User, request.user)).again) if found.keeps else 0,
        "notice_name": NOTICE_NAME,
        "exports": files.offered(request) if found.tasks else [],
        "tabs": notice_tabs("plan"),
    }
    return render(request, "plan/page.html", context)


def _kept(request: HttpRequest) -> Plan:
    """The plan that the account keeps. Raises PermissionDenied for others'."""
    found, _ = plan_asked(request)
    if not found.keeps:
        raise PermissionDenied
    return found


@require_POST
@requires("keep-plans")
def copy(request: HttpRequest) -> HttpResponse:
    """Last year's plan taken over: the preview, or the writing of it."""
    copying = Copying(_kept(request), cast(User, request.user))
    if request.POST.get("ask") != "write":
        return _preview(request, copying)
    outcome = copying.write()
    if not outcome.is_good:
        return _preview(request, copying)
    address = copying.plan.link()
    if outcome.entry is None:
        messages.info(request, "上年的任务都已列入，没有写入。")
    else:
        said = f"已写入 {outcome.created:,} 项：{ACTION}。"
        messages.success(request, said, extra_tags=tag_of(outcome.entry.pk, address))
    return redirect(address)


def _preview(request: HttpRequest, copying: Copying) -> HttpResponse:
    outcome = copying.preview() if copying.again else None
    found = copying.plan
    context: dict[str, Any] = {
        "plan": found,
        "again": copying.again,
        "faults": sorted(set(outcome.faults.values())) if outcome else [],
        "trail": [("工作计划", found.link())],
    }
    return render(request, "plan/copy.html", context)


@require_POST
@requires("keep-plans")
def ask(request: HttpRequest) -> HttpResponse:
    """Ask the owner of one task, or of all late ones, for it."""
    found = _kept(request)
    rows = found.rows().filter(plans.in_state("overdue", found.day))
    if key := request.POST.get("task"):
        rows = found.rows().filter(pk=row_of(registers()["plan_tasks"].model._meta.label_lower, key))
        if not rows.exists():
            raise Http404
    asked = plan_notices.ask(rows, actor=cast(User, request.user), scope=scope_of_request(request))
    if asked:
        messages.success(request, f"已催办 {len(asked):,} 项，列入责任单位的待办和每日待办邮件。")
    else:
        messages.info(request, "没有要催办的：已经完成、还没有临期，或者今天已经催办过。")
    return redirect(found.link())
