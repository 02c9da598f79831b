"""后台任务: what the portal does by itself, how far it is, and what to do when it did not work out."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.db import transaction
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from portal.core import audit, jobs
from portal.core.listing import Column, Filter, ListPage
from portal.core.models import Job, User
from portal.core.opaque import opaque, row_of
from portal.core.pages import requires
from portal.core.templatetags.ui import moment

Status = Job.Status
SIGNS = {
    Status.WAITING: "idle",
    Status.RUNNING: "idle",
    Status.DONE: "ok",
    Status.FAILED: "bad",
    Status.STOPPED: "idle",
}
_LABEL = Job._meta.label_lower
_CAPABILITY = "see-jobs"
#: a failure is told by what it is, not by the words of a program
_FAILED = "没有做成，平台过一会儿会自行再试。"


def key_of(job: Job) -> str:
    """How a job is named in addresses."""
    return opaque(_LABEL, job.pk)


def stage(job: Job) -> str:
    """How far it is: the stage, with counts where they are known."""
    if job.status not in (Status.RUNNING, Status.STOPPED):
        return ""
    count = f" {job.done} / {job.total}" if job.total else f" {job.done}" if job.done else ""
    return f"{job.stage}{count}" if job.stage else ""


class Jobs(ListPage):
    """后台任务: newest first."""

    route = "jobs"
    heading = "后台任务"
    measure = "项"
    capability = _CAPABILITY
    order = "-created"
    empty_action = ("看工作台", "desk")
    template = "jobs/list.html"
    columns = (
        Column(
            "kind",
            "任务",
            lambda row: jobs.title(row.kind),
            sort=F("kind"),
            href=lambda row: reverse("job", args=[key_of(row)]),
        ),
        Column("key", "对象", lambda row: row.key, sort=F("key")),
        Column(
            "state",
            "状态",
            lambda row: row.get_status_display(),
            state=lambda row: SIGNS[Status(row.status)],
            note=stage,
        ),
        Column("created", "提出", lambda row: moment(row.created_at), sort=F("created_at"), minor=True),
        Column("finished", "结束", lambda row: moment(row.finished_at) if row.finished_at else "", empty="—"),
        Column("attempts", "次数", lambda row: row.attempts, figures=True, minor=True),
    )
    filters = (
        Filter("state", "状态", lambda page: Status.choices, lambda rows, value, page: rows.filter(status=value)),
        Filter(
            "kind",
            "任务",
            lambda page: [(kind, one.title) for kind, one in jobs.kinds().items()],
            lambda rows, value, page: rows.filter(kind=value),
        ),
    )

    def rows(self) -> QuerySet[Any]:
        """All background work; it names no people and no organizations."""
        return Job.objects.all()


def _found(key: str) -> Job:
    job = Job.objects.filter(pk=row_of(_LABEL, key) or 0).select_related("asked_by").first()
    if job is None:
        raise Http404
    return job


@require_safe
@requires(_CAPABILITY)
def job(request: HttpRequest, key: str) -> HttpResponse:
    """One job: where it stands, how far it is; the page looks again by itself while it runs."""
    found = _found(key)
    running, waiting = found.status == Status.RUNNING, found.status == Status.WAITING
    context = {
        "job": found,
        "key": key,
        "title": jobs.title(found.kind),
        "sign": SIGNS[Status(found.status)],
        "stage": stage(found),
        "running": running,
        "left": running and found.lease_until is not None and found.lease_until < timezone.now(),
        "may_stop": (running or waiting) and not found.stop_asked,
        "may_repeat": not (running or waiting),
        "failed": _FAILED if found.status == Status.FAILED else "",
        "again_at": jobs.rests_until(found) if found.status == Status.FAILED else None,
        "trail": [("后台任务", reverse("jobs"))],
    }
    return render(request, "jobs/job.html", context)


@require_POST
@requires(_CAPABILITY)
@transaction.atomic
def stop(request: HttpRequest, key: str) -> HttpResponse:
    """Ask a job to stop: a waiting one ends at once, a running one at its next step."""
    found = _found(key)
    if jobs.ask_stop(found):
        _note(request, found, "取消后台任务")
        messages.success(request, "已请求取消：等待中的立即取消，进行中的做完手头一步后停下；已写入的不受影响。")
    else:
        messages.warning(request, "这项任务已经结束，无需取消。")
    return redirect("job", key)


@require_POST
@requires(_CAPABILITY)
@transaction.atomic
def again(request: HttpRequest, key: str) -> HttpResponse:
    """Ask for a job once more: what it kept already it finds done."""
    found = _found(key)
    if jobs.again(found):
        _note(request, found, "再做后台任务")
        messages.success(request, "已排入等待，半分钟内开始。已存档的日子、已发出的信不会重做。")
    else:
        messages.warning(request, "这项任务还在等待或进行中。")
    return redirect("job", key)


def _note(request: HttpRequest, found: Job, action: str) -> None:
    audit.record(actor=cast(User, request.user), action=action, subject=f"{jobs.title(found.kind)} {found.key}")
