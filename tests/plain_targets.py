"""The plain rule of targets: a unit's own, else that of the nearest unit above, else everyone's, else the notice's."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.plain import Plain

#: what the table of the figures says: per cent and due day, where it is not 100 per cent every year anew
NOTICE = {
    "branch-coverage": (85, datetime.date(2016, 10, 23)),
    "work-coverage": (100, datetime.date(2016, 10, 23)),
    "legal-communities": (90, datetime.date(2015, 12, 31)),
    "legal-schools": (100, datetime.date(2015, 12, 31)),
}


def target_of(rules: Plain, code: str, unit: str, day: datetime.date) -> tuple[int, datetime.date | None]:
    """Per cent and due day of an indicator for the unit of a code, or, of "", for any other group."""
    pk = next((pk for pk, row in rules.units.items() if row["code"] == unit), None)
    for holder in [*(state["unit_id"] for state in rules.chain(pk, day)), None]:
        own = [row for row in rules.targets if (row["indicator"], row["unit_id"]) == (code, holder)]
        begun = [row for row in own if row["valid_from"] <= day]
        if begun:
            held = max(begun, key=lambda row: row["valid_from"])
            return held["percent"], held["due_on"]
    return NOTICE.get(code, (100, None))
