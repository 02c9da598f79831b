"""The names behind a figure: what the engine's subjects query holds, in a useful order and page by page.

Organizations with three or more full members stand first: by name, then by what else is known of them (relation
elsewhere, reported). Within that the order is the register's. Names only within the scope; counts need none.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from branches.counts import people_on
from branches.formation import Advice, People, advise
from orgs.models import SocialOrganization
from portal.core import sql
from portal.core.indicators import Indicator, Slice, Source, names_in_scope
from portal.core.indicators.explained import described
from portal.core.policy import number
from portal.core.scoping import Scope
from portal.desk.figures import Question


@dataclass(frozen=True)
class Row:
    """One organization behind a figure. `place` is where a page goes on after it."""

    id: int
    key: str
    path_key: str
    name: str
    met: bool
    excluded: bool
    reason: str
    reason_word: str
    unit: str
    district: str
    street: str
    people: People
    advice: Advice
    place: str
    evidence: Mapping[str, Any] = field(default_factory=dict)


def organizations(
    ind: Indicator,
    part: Slice,
    *,
    question: Question,
    scope: Scope,
    source: Source | None = None,
    after: tuple[int, int] | None = None,
    limit: int | None = None,
    with_evidence: bool = False,
) -> list[Row]:
    """The organizations of a slice within the scope, in order; two statements, four more with evidence.

    `source` is the question's own unless given; `after` is the (rank, id) of the last row of the page before.
    """
    day = question.day
    found = {line[0]: line for line in _standing(ind, day, part, scope, source or question.source)}
    people = people_on(day, found)
    enough = number("formation-members", day)
    places = sorted((_rank(one, enough), key) for key, one in people.items())
    kept = [place for place in places if after is None or place > after][:limit]
    ids = [key for _, key in kept]
    evidence = described(ind, ids, day, source or question.source) if with_evidence else {}
    tree, districts = question.places.tree, {one.pk: one.name for one in question.every_district}
    rows = []
    for rank, key in kept:
        _, met, excluded, reason, unit_id, district_id, street_id, *names = found[key]
        unit, street = tree.units.get(unit_id or 0), tree.units.get(street_id or 0)
        credit_code, registration_number, opaque_id, name = names
        rows.append(
            Row(
                id=key,
                key=credit_code or registration_number or "",
                path_key=credit_code or opaque_id,
                name=name,
                met=bool(met),
                excluded=bool(excluded),
                reason=reason,
                reason_word=ind.reasons[reason],
                unit=unit.name if unit else "",
                district=districts.get(district_id or 0, ""),
                street=street.name if street else "",
                people=people[key],
                advice=advise(reason, people[key], day),
                place=f"{rank}-{key}",
                evidence=evidence[key].evidence if key in evidence else {},
            )
        )
    return rows


def _standing(ind: Indicator, day: datetime.date, part: Slice, scope: Scope, source: Source) -> list[tuple[Any, ...]]:
    """Where each organization of the slice stands, as far as its name is within the scope, and its names."""
    query = source(ind, day)
    conditions, parameters = part.conditions()
    conditions += names_in_scope(ind, scope)
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    return sql.rows(
        f"""SELECT subject_id, met, excluded, reason, unit_id, district_id, subdistrict_id,
                   o.credit_code, o.registration_number, o.opaque_id, o.name
            FROM ({query.whole}) subjects JOIN {sql.table(SocialOrganization)} o ON o.id = subject_id {where}""",
        {**query.parameters, **parameters, "day": day},
    )


def _rank(people: People, enough: int) -> int:
    """0: enough full members by name; 1: enough when those elsewhere or the reported ones are counted; 2: others."""
    if people.firm >= enough:
        return 0
    return 1 if max(people.firm + people.potential, people.reported or 0) >= enough else 2
