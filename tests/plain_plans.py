"""The plain rule of article 19: tasks of the units' plans, in loops over rows."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.plain import Plain


def plan_tasks(rules: Plain, day: datetime.date) -> list[dict[str, Any]]:
    """The tasks of the year that are done, or should be: who owns them, and whether they were done in time."""
    found = []
    for task in rules.plan_tasks:
        done = task["done_on"] if task["done_on"] is not None and task["done_on"] <= day else None
        if task["year"] != day.year or (done is None and day <= task["due_on"]):
            continue
        reason = "overdue" if done is None else "done-late" if done > task["due_on"] else "on-time"
        found.append(
            {
                "id": task["id"],
                "met": reason == "on-time",
                "excluded": False,
                "reason": reason,
                "unit_id": task["owner_id"],
            }
        )
    return found
