"""Where the subjects of a day come from: known now, or as the snapshot of that day counted them."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from portal.core import sql
from portal.core.indicators.declared import Indicator, Query
from portal.core.models import SubjectState


def live(ind: Indicator, day: datetime.date) -> Query:
    """The subjects as they are known now."""
    return ind.subjects(day)


def stored(ind: Indicator, day: datetime.date) -> Query:
    """The subjects as the snapshot of `day` counted them."""
    return Query(
        f"""SELECT subject_id, CASE WHEN met THEN 1 ELSE 0 END AS met,
                   CASE WHEN excluded THEN 1 ELSE 0 END AS excluded, reason,
                   unit_id, district_id, subdistrict_id, kind, field
            FROM {sql.table(SubjectState)}
            WHERE indicator = %(indicator)s AND from_day <= %(day)s AND (to_day IS NULL OR to_day > %(day)s)""",
        {"indicator": ind.code},
    )


Source = Callable[[Indicator, datetime.date], Query]
