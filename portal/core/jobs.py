"""Background work as rows with a lease: whoever claims a job has it until the lease runs out.

A claim is one UPDATE that names the state it expects, so of several processes one gets the job, on either
engine. `attempts` counts the claims and tells a holder whose lease ran out that somebody else has the job now.
Any job can be killed anywhere and is run again.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from portal.core.models import Job

LEASE = datetime.timedelta(minutes=10)
Status = Job.Status


def want(kind: str, keys: Iterable[str]) -> None:
    """Ask for work: one job per key. What is done stays done, what failed waits again."""
    keys = list(keys)
    Job.objects.bulk_create([Job(kind=kind, key=key) for key in keys], batch_size=500, ignore_conflicts=True)
    Job.objects.filter(kind=kind, key__in=keys, status=Status.FAILED).update(status=Status.WAITING)


def _free(kinds: Iterable[str]) -> QuerySet[Job]:
    """Jobs that nobody holds: waiting, or left by a holder whose lease ran out."""
    left = Q(status=Status.RUNNING, lease_until__lt=timezone.now())
    return Job.objects.filter(Q(status=Status.WAITING) | left, kind__in=list(kinds))


def claim(kinds: Iterable[str], lease: datetime.timedelta = LEASE) -> Job | None:
    """Take the oldest free job of these kinds, or None when there is none."""
    kinds = list(kinds)
    while (pk := _free(kinds).order_by("id").values_list("pk", flat=True).first()) is not None:
        taken = _free(kinds).filter(pk=pk)
        if taken.update(
            status=Status.RUNNING, lease_until=timezone.now() + lease, attempts=F("attempts") + 1, error=""
        ):
            return Job.objects.get(pk=pk)
    return None


def _held(job: Job) -> QuerySet[Job]:
    return Job.objects.filter(pk=job.pk, status=Status.RUNNING, attempts=job.attempts)


def renew(job: Job, lease: datetime.timedelta = LEASE) -> bool:
    """Hold a job for longer; False when somebody else has it."""
    return bool(_held(job).update(lease_until=timezone.now() + lease))


def finish(job: Job) -> bool:
    """The job is done; False when somebody else has it."""
    return bool(_held(job).update(status=Status.DONE, finished_at=timezone.now(), lease_until=None))


def fail(job: Job, error: str) -> bool:
    """The job could not be done, and why; False when somebody else has it."""
    return bool(_held(job).update(status=Status.FAILED, error=error, lease_until=None))
