"""Background work as rows with a lease: whoever claims a job has it until the lease runs out.

A claim is one UPDATE that names the state it expects, so of several processes one gets the job, on either
engine. `attempts` counts the claims and tells a holder whose lease ran out that somebody else has the job now.
While a job is performed a heartbeat renews its lease (`portal.core.leases`): what a killed process left is taken up
within two minutes. Any job can be killed anywhere and is run again.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from portal.core.leases import LEASE, heartbeat
from portal.core.models import Job, User

#: how long the schedule leaves a failed job alone: doubled with each attempt, up to the longest
PAUSE = datetime.timedelta(minutes=1)
LONGEST_PAUSE = datetime.timedelta(hours=1)
Status = Job.Status

_log = logging.getLogger(__name__)


class Stopped(Exception):
    """Somebody asked to stop this job."""


class Lost(Exception):
    """The lease ran out and somebody else has the job now."""


class Closing(Exception):
    """The process is about to end; the job waits for another one."""


class Kind(NamedTuple):
    """One kind of work: its Chinese name and the function that does it. Whatever the function raises is a failure."""

    title: str
    run: Callable[[Work], None]


_kinds: dict[str, Kind] = {}


def register(kind: str, title: str, run: Callable[[Work], None]) -> None:
    """Add a kind of work; called by its room when the app is ready."""
    _kinds[kind] = Kind(title, run)


def kinds() -> dict[str, Kind]:
    """All registered kinds of work."""
    return dict(_kinds)


def title(kind: str) -> str:
    """The Chinese name of a kind of work; the kind itself where nobody registered it."""
    return _kinds[kind].title if kind in _kinds else kind


# ── asking for work ─────────────────────────────────────────────────────────────────────────────────────────


def want(kind: str, keys: Iterable[str], *, asked_by: User | None = None) -> None:
    """Ask for work: one job per key. What is done stays done; what failed or was stopped waits again, at once."""
    keys = list(keys)
    _add(kind, keys, asked_by)
    _wait_again(Job.objects.filter(kind=kind, key__in=keys, status__in=(Status.FAILED, Status.STOPPED)))


def offer(kind: str, keys: Iterable[str]) -> None:
    """What the schedule asks for at every tick: what was stopped stays so, what failed waits again after a pause."""
    keys = list(keys)
    _add(kind, keys)
    failed = Job.objects.filter(kind=kind, key__in=keys, status=Status.FAILED)
    rested = [job.pk for job in failed if rests_until(job) <= timezone.now()]
    _wait_again(failed.filter(pk__in=rested))


def rests_until(job: Job) -> datetime.datetime:
    """When the schedule tries a failed job again."""
    pause = min(PAUSE * 2 ** min(max(job.attempts - 1, 0), 10), LONGEST_PAUSE)
    return (job.finished_at or job.created_at) + pause


def again(job: Job) -> bool:
    """A job that is done, failed or stopped waits anew; False while it waits or runs."""
    ended = (Status.DONE, Status.FAILED, Status.STOPPED)
    return bool(_wait_again(Job.objects.filter(pk=job.pk, status__in=ended)))


def ask_stop(job: Job) -> bool:
    """A waiting job is stopped at once, a running one at its next step; False where there is nothing to stop."""
    waiting = Job.objects.filter(pk=job.pk, status=Status.WAITING)
    if waiting.update(status=Status.STOPPED, finished_at=timezone.now()):
        return True
    return bool(Job.objects.filter(pk=job.pk, status=Status.RUNNING).update(stop_asked=True))


def _add(kind: str, keys: list[str], asked_by: User | None = None) -> None:
    known = set(Job.objects.filter(kind=kind, key__in=keys).values_list("key", flat=True))
    fresh = [Job(kind=kind, key=key, asked_by=asked_by) for key in keys if key not in known]
    Job.objects.bulk_create(fresh, batch_size=500, ignore_conflicts=True)


def _wait_again(found: QuerySet[Job]) -> int:
    return found.update(status=Status.WAITING, stop_asked=False, stage="", done=0, total=0, finished_at=None)


# ── holding a job ───────────────────────────────────────────────────────────────────────────────────────────


def _free(kinds: Iterable[str]) -> QuerySet[Job]:
    """Jobs that nobody holds: waiting, or left by a holder whose lease ran out."""
    left = Q(status=Status.RUNNING, lease_until__lt=timezone.now())
    return Job.objects.filter(Q(status=Status.WAITING) | left, kind__in=list(kinds))


def claim(
    kinds: Iterable[str], lease: datetime.timedelta = LEASE, *, keys: Collection[str] | None = None
) -> Job | None:
    """Take the oldest free job of these kinds (and keys), or None when there is none."""
    kinds = list(kinds)
    only = Q() if keys is None else Q(key__in=keys)
    while (pk := _free(kinds).filter(only).order_by("id").values_list("pk", flat=True).first()) is not None:
        now = timezone.now()
        if (
            _free(kinds)
            .filter(pk=pk)
            .update(
                status=Status.RUNNING,
                lease_until=now + lease,
                attempts=F("attempts") + 1,
                error="",
                started_at=now,
                finished_at=None,
            )
        ):
            return Job.objects.get(pk=pk)
    return None


def _held(job: Job) -> QuerySet[Job]:
    return Job.objects.filter(pk=job.pk, status=Status.RUNNING, attempts=job.attempts)


def _end(job: Job, status: Job.Status, error: str = "") -> bool:
    ended = {"status": status, "error": error, "finished_at": timezone.now(), "lease_until": None}
    return bool(_held(job).update(**ended, stop_asked=False))


def renew(job: Job, lease: datetime.timedelta = LEASE) -> bool:
    """Hold a job for longer; False when somebody else has it."""
    return bool(_held(job).update(lease_until=timezone.now() + lease))


def finish(job: Job) -> bool:
    """The job is done; False when somebody else has it."""
    return _end(job, Status.DONE)


def fail(job: Job, error: str) -> bool:
    """The job could not be done, and why; False when somebody else has it."""
    return _end(job, Status.FAILED, error)


def release(job: Job) -> bool:
    """Give a job back undone, for somebody else; False when somebody else has it already."""
    return bool(_held(job).update(status=Status.WAITING, lease_until=None))


# ── doing a job ─────────────────────────────────────────────────────────────────────────────────────────────


class Work:
    """A job in the hands of the function that does it."""

    def __init__(self, job: Job, closing: Callable[[], bool]) -> None:
        self.job = job
        self.key = job.key
        self._closing = closing
        self._said = {"stage": "", "done": 0, "total": 0}
        self._lost = False

    def progress(self, stage: str, done: int = 0, total: int = 0) -> None:
        """Say how far the work is, and go on only if it shall. Raises Stopped, Lost or Closing.

        Called between transactions it is written at once. Inside one it would hold the job's row until the end,
        so there the heartbeat writes it.
        """
        self._said = {"stage": stage[:64], "done": done, "total": total}
        if not connection.in_atomic_block:
            self.beat()
        self.look()

    def look(self) -> None:
        """Go on only if the work shall. Raises Stopped, Lost or Closing."""
        if self._lost:
            raise Lost
        if self._closing():
            raise Closing
        if Job.objects.filter(pk=self.job.pk, stop_asked=True).exists():
            raise Stopped

    def beat(self) -> None:
        """Renew the lease and write how far the work is."""
        held = _held(self.job).update(lease_until=timezone.now() + LEASE, **self._said)
        self._lost = self._lost or not held


def _never() -> bool:
    return False


def perform(job: Job, closing: Callable[[], bool] = _never) -> None:
    """Do a claimed job and write down how it ended. Raises what its function raises, after that was written.

    `closing` says whether the process is about to end: the job then waits again from its next step on.
    """
    work = Work(job, closing)
    try:
        with heartbeat(str(job), work.beat):
            work.look()
            _kinds[job.kind].run(work)
    except Stopped:
        _end(job, Status.STOPPED)
    except Closing:
        release(job)
    except Lost:
        _log.warning("%s was taken over", job)
    except Exception as error:
        fail(job, f"{type(error).__name__}: {error}"[:2000])
        raise
    except BaseException:
        release(job)
        raise
    else:
        finish(job)


def run_one(
    kinds: Iterable[str] | None = None,
    *,
    keys: Collection[str] | None = None,
    closing: Callable[[], bool] = _never,
) -> Job | None:
    """Claim and do one job of these kinds (default: all registered); how it stands afterwards. None: nothing waits.

    A failure is written into the job and the log; it is not raised.
    """
    job = claim(_kinds if kinds is None else kinds, keys=keys)
    if job is None:
        return None
    try:
        perform(job, closing)
    except Exception:
        _log.exception("%s failed", job)
    job.refresh_from_db()
    return job


def run_waiting(
    kinds: Iterable[str] | None = None,
    *,
    keys: Collection[str] | None = None,
    closing: Callable[[], bool] = _never,
) -> list[Job]:
    """Do what waits or was left, oldest first, until nothing is free; the jobs as they stand afterwards."""
    done: list[Job] = []
    kinds = None if kinds is None else list(kinds)
    while not closing() and (job := run_one(kinds, keys=keys, closing=closing)):
        done.append(job)
    return done
