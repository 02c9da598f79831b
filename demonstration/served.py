"""The evidence behind article 17: which places there are, and who serves them, by codes and days."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from demonstration import outreach
from demonstration.models import ServedPlace
from portal.core import sql
from portal.core.indicators import Description


def lawyers_on(day: datetime.date) -> dict[int, set[int | None]]:
    """The party organizations of lawyers on a day with the districts of whom they cover (None: not recorded), all by
    row number; one statement."""
    found: dict[int, set[int | None]] = defaultdict(set)
    for party, district in sql.rows(outreach.lawyers(), {"day": day}):
        found[party].add(district)
    return dict(found)


def describe_communities(ids: Sequence[int], day: datetime.date) -> Mapping[int, Description]:
    """Codes and names of communities, with who is their contact on `day`; two statements."""
    return _described(ids, outreach.linked(), {"day": day})


def describe_schools(ids: Sequence[int], day: datetime.date) -> Mapping[int, Description]:
    """Codes and names of schools, with the lectures of the year up to `day`; two statements."""
    return _described(ids, outreach.lectured(), {"day": day, **outreach.january(day)})


def _described(ids: Sequence[int], serving: str, parameters: dict[str, Any]) -> dict[int, Description]:
    evidence = _evidence(ids, serving, parameters)
    places = ServedPlace.objects.everyone().filter(sql.among("pk", ids))
    return {
        pk: Description(code, name, {"served_by": evidence[pk]} if pk in evidence else {})
        for pk, code, name in places.values_list("pk", "code", "name")
    }


def _evidence(ids: Sequence[int], serving: str, parameters: dict[str, Any]) -> dict[int, list[dict[str, Any]]]:
    """For each place the party organizations that serve it, from when, and the organizations of lawyers they cover."""
    chosen = sql.listed(ids, f"SELECT id FROM {sql.table(ServedPlace)}")
    rows = sql.rows(
        f"""SELECT DISTINCT place_id, code, valid_from, credit_code, registration_number
            FROM ({serving}) w WHERE place_id IN ({chosen})""",
        parameters,
    )
    found: dict[int, dict[tuple[datetime.date, str], list[str]]] = defaultdict(lambda: defaultdict(list))
    for place, code, start, credit_code, number in rows:
        found[place][sql.as_day(start) or datetime.date.min, code].append(credit_code or number or "")
    return {
        place: [
            {"party_organization": code, "from": start.isoformat(), "organizations": sorted(keys)}
            for (start, code), keys in sorted(serving_it.items())
        ]
        for place, serving_it in found.items()
    }
