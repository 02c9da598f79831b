"""Tasks of Celery: they only wake; what is to be done stands in job rows, and a lost message loses nothing."""

from __future__ import annotations

import datetime

from celery import shared_task

from portal.reports import night


@shared_task(ignore_result=True)
def recompute_coverage(day: str | None = None) -> None:
    """Keep a day (YYYY-MM-DD) or the nights that are due, and recount earlier days after corrections."""
    night.recompute(_day(day))


@shared_task(ignore_result=True)
def send_letters(day: str | None = None) -> None:
    """Write and send the letters of a day (YYYY-MM-DD), or those that are due."""
    night.send_letters(_day(day))


@shared_task(ignore_result=True)
def tick() -> None:
    """Do whatever job is due, waits or was left."""
    night.tick()


def _day(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None
