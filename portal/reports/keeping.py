"""Keeps days as jobs, so that of two processes asked for the same day one does it, and what an interrupted
process left is kept by the next."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from portal.core import jobs, snapshots
from portal.core.jobs import Work

KIND = "snapshot"


def keep(days: Iterable[datetime.date]) -> int:
    """Keep `days` and whatever was left waiting, oldest first; the number kept by this process."""
    jobs.want(KIND, (day.isoformat() for day in sorted(set(days))))
    kept = 0
    while job := jobs.claim([KIND]):
        kept += not snapshots.is_stored(datetime.date.fromisoformat(job.key))
        jobs.perform(job)
    return kept


def keep_one(day: datetime.date) -> bool:
    """Keep one day now, whoever else is at it; False when it was kept before."""
    if snapshots.is_stored(day):
        return False
    jobs.want(KIND, [day.isoformat()])
    if job := jobs.claim([KIND], keys=[day.isoformat()]):
        jobs.perform(job)
    # somebody else's keeping is waited for; without one the day is kept here
    snapshots.keep([day])
    return True


def perform(work: Work) -> None:
    """The job: keep the day that its key names. The night itself is one transaction."""
    work.progress("存档")
    snapshots.keep([datetime.date.fromisoformat(work.key)])


def month_ends_and_nights(start: datetime.date, end: datetime.date, nights: int = 60) -> list[datetime.date]:
    """The month ends from `start` on and the last nights, all before `end`."""
    day, found = start.replace(day=1), set()
    while day < end:
        day = (day + datetime.timedelta(days=32)).replace(day=1)
        found.add(day - datetime.timedelta(days=1))
    found |= {end - datetime.timedelta(days=back) for back in range(1, nights + 1)}
    return sorted(d for d in found if start <= d < end)
