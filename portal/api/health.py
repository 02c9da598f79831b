"""For whoever watches the process: `/healthz` and `/readyz`, without sign-in, revealing nothing else."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from portal.core import broker, snapshots
from portal.core.validity import today


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the process lives."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 where the database answers, else 503.

    It also says whether the queue answers (pages work without it, so it makes no 503; true where no Redis is used),
    and the age of the last snapshot in days (null: none yet).
    """
    queue = not broker.fault()
    try:
        latest = snapshots.latest()
    except DatabaseError:
        return JsonResponse({"database": False, "queue": queue, "snapshot_age_days": None}, status=503)
    age = (today() - latest).days if latest else None
    return JsonResponse({"database": True, "queue": queue, "snapshot_age_days": age})
