"""What is due at a moment: from 01:30 the snapshot of yesterday and of missed nights, from 06:30 the letters.

A pure rule, asked as often as one likes and by as many schedulers as one likes; times are those of Asia/Shanghai.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection
from typing import NamedTuple

from portal.core.validity import SHANGHAI

SNAPSHOT_AT = datetime.time(1, 30)
LETTERS_AT = datetime.time(6, 30)
#: how many missed nights are made up; an installation that stood still for longer starts anew
MOST_NIGHTS = 400
_DAY = datetime.timedelta(days=1)


class Due(NamedTuple):
    """The days whose snapshot is due, oldest first, and the one day whose letters are."""

    snapshots: list[datetime.date]
    letters: datetime.date | None


def due(now: datetime.datetime, stored: Collection[datetime.date], *, established: bool) -> Due:
    """What is due at `now`, when `stored` are the days kept so far.

    Nothing is due until there is an organization to count (`established`). Missed nights are made up from the last
    stored day before yesterday on; only the latest day gets letters.
    """
    if not established:
        return Due([], None)
    latest = _day_before(now, SNAPSHOT_AT)
    missing = [day for day in _nights(latest, stored) if day not in stored]
    return Due(missing, latest if _day_before(now, LETTERS_AT) == latest else None)


def latest_night(now: datetime.datetime) -> datetime.date:
    """The last day whose snapshot is due at `now`."""
    return _day_before(now, SNAPSHOT_AT)


def _day_before(now: datetime.datetime, at: datetime.time) -> datetime.date:
    """The last day that ended before the last time that the clock showed `at`."""
    local = now.astimezone(SHANGHAI)
    return local.date() - (_DAY if local.time() >= at else 2 * _DAY)


def _nights(latest: datetime.date, stored: Collection[datetime.date]) -> list[datetime.date]:
    """The days after the last stored day before `latest`, up to `latest`; without one, `latest` alone."""
    earliest = latest - MOST_NIGHTS * _DAY
    last = max((day for day in stored if earliest <= day < latest), default=latest - _DAY)
    return [last + nights * _DAY for nights in range(1, (latest - last).days + 1)]
