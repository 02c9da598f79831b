"""`python -m tests.drills.consistent DAY`: how many stored days from DAY on are not whole.

A stored day is whole when its figures, of every grouping, and its lists are those of an evaluation now: nothing was
written since it was kept.
"""

from __future__ import annotations

import datetime
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portal.core.indicators import Query


def faults(start: datetime.date) -> list[str]:
    """What is not whole, in words."""
    from portal.core import indicators, snapshots

    found = []
    for day in snapshots.days(start):
        for by in indicators.GROUPINGS:
            kept = [rate.as_dict() for rate in snapshots.figures(day, by)]
            found += [f"{day} {by}：数字不全"] * (kept != [rate.as_dict() for rate in indicators.rates(day, by)])
        for ind in indicators.all_indicators():
            lists = [_list(source(ind, day), day) for source in (indicators.stored, indicators.live)]
            found += [f"{day} {ind.code}：名单不全"] * (lists[0] != lists[1])
    return found


def _list(query: Query, day: datetime.date) -> list[tuple[object, ...]]:
    from portal.core import sql

    text = f"SELECT subject_id, met, reason, unit_id FROM ({query.whole}) subjects ORDER BY 1, 3"
    rows = sql.rows(text, {**query.parameters, "day": day})
    return [(subject, bool(met), reason, unit) for subject, met, reason, unit in rows]


def main() -> int:
    """Print what is wrong; 0 when all is whole."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django

    django.setup()
    found = faults(datetime.date.fromisoformat(sys.argv[1]))
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
