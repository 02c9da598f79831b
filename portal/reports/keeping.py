"""Keeps days as jobs, so that of two processes asked for the same day one does it, and what an interrupted
process left is kept by the next."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from portal.core import jobs, snapshots

KIND = "snapshot"


def keep(days: Iterable[datetime.date]) -> int:
    """Keep `days` and whatever was left waiting, oldest first; the number kept by this process."""
    jobs.want(KIND, (day.isoformat() for day in sorted(set(days))))
    kept = 0
    while job := jobs.claim([KIND]):
        try:
            kept += len(snapshots.keep([datetime.date.fromisoformat(job.key)]))
        except Exception as error:
            jobs.fail(job, f"{type(error).__name__}: {error}")
            raise
        jobs.finish(job)
    return kept


def month_ends_and_nights(start: datetime.date, end: datetime.date, nights: int = 60) -> list[datetime.date]:
    """The month ends from `start` on and the last nights, all before `end`."""
    day, found = start.replace(day=1), set()
    while day < end:
        day = (day + datetime.timedelta(days=32)).replace(day=1)
        found.add(day - datetime.timedelta(days=1))
    found |= {end - datetime.timedelta(days=back) for back in range(1, nights + 1)}
    return sorted(d for d in found if start <= d < end)
