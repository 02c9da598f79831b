"""From which day on a correction can have moved a figure: what the revised series of a day says of its reasons.

In prose. A row moves no figure before its first day, and dates that were changed none before the earliest of them. So
where dates alone were changed, the correction begins at the earliest date that stood there before or stands there now;
where anything else of a row was changed, or a row was taken away, with the row's first date. What says no day may have
moved every day: it begins at `BEGINNING`. Made by hand, a correction left images of its rows; of what a file or command
wrote only the changed values are known.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db.models import QuerySet

from portal.core.models import AuditEntry, Change, RowImage
from portal.core.validity import BEGINNING


def reasons(entries: QuerySet[AuditEntry]) -> dict[str, datetime.date]:
    """The reasons of the corrections among `entries`, oldest first, each with the first day it can have changed."""
    given = entries.exclude(reason="").filter(changes__isnull=False).distinct().order_by("at", "id")
    texts = dict(given.values_list("pk", "reason"))
    begun = _begun(list(texts))
    found: dict[str, datetime.date] = {}
    for entry, text in texts.items():
        reason = text.replace("；", "，")
        found[reason] = min(found.get(reason, begun[entry]), begun[entry])
    return found


def _begun(entries: list[int]) -> dict[int, datetime.date]:
    """The first day of each entry: by its images, else by its changes."""
    images = RowImage.objects.filter(entry__in=entries).values_list("entry_id", "before", "after")
    found = _earliest((entry, _of_image(before, after)) for entry, before, after in images.iterator())
    others = [entry for entry in entries if entry not in found]
    changes = Change.objects.filter(entry__in=others).values_list("entry_id", "before", "after")
    return found | _earliest((entry, _first([before, after])) for entry, before, after in changes.iterator())


def _earliest(days: Iterable[tuple[int, datetime.date]]) -> dict[int, datetime.date]:
    found: dict[int, datetime.date] = {}
    for entry, day in days:
        found[entry] = min(found.get(entry, day), day)
    return found


def _of_image(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> datetime.date:
    """The first day on which a row as it was, or as it is now, says something else than the other."""
    if before and after:
        changed = [value for name in before if before[name] != after.get(name) for value in (before[name], after[name])]
        if all(value is None or _day(value) for value in changed):
            return min(_days(changed))
    return min(_first_of_row(row) for row in (before, after) if row)


def _first_of_row(row: Mapping[str, Any]) -> datetime.date:
    """The first date of a row; one that holds from no day on always held."""
    if "valid_from" in row and row["valid_from"] is None:
        return BEGINNING
    return min(_days(row.values()), default=BEGINNING)


def _first(values: Iterable[Any]) -> datetime.date:
    """The earlier of two dates; `BEGINNING` where one is none."""
    values = list(values)
    days = list(_days(values))
    return min(days) if len(days) == len(values) else BEGINNING


def _days(values: Iterable[Any]) -> Iterator[datetime.date]:
    return (day for value in values if (day := _day(value)))


def _day(value: Any) -> datetime.date | None:
    """A stored text as a day, None where it is none; a moment is none."""
    try:
        return datetime.datetime.strptime(value, "%Y-%m-%d").date() if isinstance(value, str) else None
    except ValueError:
        return None
