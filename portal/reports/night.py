"""The night: a day's figures are kept, earlier days recounted after corrections, letters written and sent.

The command, the tasks of Celery and the thread of `up` all come here. What is to be done stands in job rows; who
does it, and how often it is asked for, makes no difference.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import NamedTuple

from django.utils import timezone

from orgs.models import SocialOrganization
from portal.core import jobs, recounts, snapshots
from portal.core.jobs import Work
from portal.core.models import Job
from portal.reports import digest, keeping, letters, schedule

RECOUNT, LETTERS = "recount", "letters"


class Night(NamedTuple):
    """What `nightly` did: whether the day was kept now, how many stored days were revised (None: nothing was
    written since the last run, or another process is at it), letters that are new and mails that went out."""

    kept: bool
    revised: int | None
    composed: int = 0
    sent: int = 0


def nightly(day: datetime.date, *, mail: bool = True) -> Night:
    """Keep `day`, recount earlier days, compose its letters and send what is due. Run again it finds all done."""
    kept = keeping.keep_one(day)
    revised = _recount_now(day)
    if not mail:
        return Night(kept, revised)
    return Night(kept, revised, _compose(day), letters.send_due())


def _compose(day: datetime.date) -> int:
    """The letters to units, and what there is to do for those who want it by mail; how many are new."""
    return letters.plan(day) + digest.plan_digests(day)


def _recount_now(day: datetime.date) -> int | None:
    if not recounts.needed():
        return None
    jobs.want(RECOUNT, [day.isoformat()])
    jobs.again(Job.objects.get(kind=RECOUNT, key=day.isoformat()))
    job = jobs.claim([RECOUNT], keys=[day.isoformat()])
    if job is None:
        return None
    before = recounts.last_run()
    jobs.perform(job)
    run = recounts.last_run()
    return run.detail["revised"] if run and run != before else None


# ── what the schedule asks for ──────────────────────────────────────────────────────────────────────────────


def established() -> bool:
    """Whether there is an organization to count."""
    return SocialOrganization.objects.everyone().exists()


def due(now: datetime.datetime | None = None) -> schedule.Due:
    """What the schedule asks for at a moment (default: now)."""
    now = now or timezone.now()
    since = schedule.latest_night(now) - datetime.timedelta(days=schedule.MOST_NIGHTS)
    return schedule.due(now, set(snapshots.days(since)), established=established())


def offer(now: datetime.datetime | None = None) -> None:
    """Put what is due into job rows: snapshots, one recount a night, the letters of the latest day.

    Any number of schedulers may do so at any time: a job is there once.
    """
    now = now or timezone.now()
    nights, latest = due(now), schedule.latest_night(now).isoformat()
    jobs.offer(keeping.KIND, [day.isoformat() for day in nights.snapshots])
    if established():
        jobs.offer(RECOUNT, [latest])
    if nights.letters:
        jobs.offer(LETTERS, [nights.letters.isoformat()])


def tick(closing: Callable[[], bool] = lambda: False) -> list[Job]:
    """Do whatever is due, waits or was left by a killed process, then send letters; the jobs that were done."""
    offer()
    done = jobs.run_waiting(closing=closing)
    if not closing():
        letters.send_due()
    return done


def recompute(day: datetime.date | None = None) -> list[Job]:
    """Keep and recount: `day`, or what is due."""
    if day is None:
        offer()
    else:
        jobs.want(keeping.KIND, [day.isoformat()])
    return jobs.run_waiting([keeping.KIND, RECOUNT])


def send_letters(day: datetime.date | None = None) -> list[Job]:
    """Write and send the letters of `day`, or those that are due."""
    if day is None:
        offer()
    else:
        jobs.want(LETTERS, [day.isoformat()])
    return jobs.run_waiting([LETTERS])


# ── the jobs ────────────────────────────────────────────────────────────────────────────────────────────────


def _recount(work: Work) -> None:
    if recounts.needed():
        recounts.run(work.progress)


def _letters(work: Work) -> None:
    day = datetime.date.fromisoformat(work.key)
    snapshots.keep([day])
    work.progress("写信")
    _compose(day)
    work.progress("发信")
    letters.send_due()


def register() -> None:
    """Make the jobs of the night known."""
    jobs.register(keeping.KIND, "每夜存档", keeping.perform)
    jobs.register(RECOUNT, "重算存档", _recount)
    jobs.register(LETTERS, "每日信件", _letters)
