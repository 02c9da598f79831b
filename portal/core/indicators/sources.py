"""Where the subjects of a day come from: known now, or as the snapshot of that day counted them."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence

from portal.core import sql
from portal.core.indicators.declared import Indicator, Query
from portal.core.models import SubjectState


def live(ind: Indicator, day: datetime.date) -> Query:
    """The subjects as they are known now."""
    return ind.subjects(day)


def stored(ind: Indicator, day: datetime.date) -> Query:
    """The subjects as the snapshot of `day` counted them."""
    return _kept([ind])


def stored_with_names(inds: Sequence[Indicator]) -> Query:
    """The same of several indicators at once; besides: of which indicator, and the key and name that a subject had."""
    return _kept(inds, ", indicator, subject, subject_name")


def turned(since: datetime.date, until: datetime.date, units: Iterable[int]) -> Source:
    """What a stored day counted, with keys and names, but for those who stood still between two stored days: one state
    over both, in none of these units."""
    regrouped = ", ".join(map(str, sorted(units))) or "0"

    def source(ind: Indicator, day: datetime.date) -> Query:
        query = _kept([ind], ", subject, subject_name")
        moving = f"from_day > %(since)s OR to_day <= %(until)s OR unit_id IN ({regrouped})"
        return Query(f"{query.text} AND ({moving})", {**query.parameters, "since": since, "until": until})

    return source


def _kept(inds: Sequence[Indicator], more: str = "") -> Query:
    """The states of a stored day; `more` names columns besides."""
    wanted = {f"indicator_{number}": ind.code for number, ind in enumerate(inds)}
    return Query(
        f"""SELECT subject_id, CASE WHEN met THEN 1 ELSE 0 END AS met,
                   CASE WHEN excluded THEN 1 ELSE 0 END AS excluded, reason,
                   unit_id, district_id, subdistrict_id, kind, field{more}
            FROM {sql.table(SubjectState)}
            WHERE indicator IN ({", ".join(f"%({name})s" for name in wanted)})
              AND from_day <= %(day)s AND (to_day IS NULL OR to_day > %(day)s)""",
        wanted,
    )


Source = Callable[[Indicator, datetime.date], Query]
