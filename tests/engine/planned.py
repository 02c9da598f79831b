"""The tasks of plans in a random history (article 19)."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from portal.core.models import PlanTask, Unit

#: unit of the plan, owner, due, done
Task = tuple[int, int, datetime.date, datetime.date | None]


def draw_tasks(dice: Any, units: int) -> list[Task]:
    """Some are done before, on and just after the due day, some at any time, some never."""
    return [_task(dice, units) for _ in range(dice.randint(2, 8))]


def _task(dice: Any, units: int) -> Task:
    due = dice.day(5)
    near = due + datetime.timedelta(days=dice.choice([-1, 0, 1, 40]))
    done = dice.choice([near, dice.day()]) if dice.chance(0.7) else None
    return dice.randrange(units), dice.randrange(units), due, done


def write_tasks(tasks: Sequence[Task], units: Sequence[Unit]) -> None:
    """Into the register."""
    PlanTask.objects.bulk_create(
        PlanTask(
            code=f"T{i}",
            unit=units[of],
            owner=units[by],
            year=due.year,
            article=1 + i,
            task=f"任务{i}",
            due_on=due,
            done_on=done,
        )
        for i, (of, by, due, done) in enumerate(tasks)
    )
