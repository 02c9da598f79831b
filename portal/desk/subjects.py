"""The names behind a figure: what the engine's subjects query holds, in a useful order and page by page.

Organizations with three or more full members stand first: by name, then by what else is known of them (relation
elsewhere, reported). Within that the order is the register's. Names only within the scope; counts need none.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from branches.counts import counted
from branches.formation import Advice, People, advise
from orgs.models import SocialOrganization
from portal.core import sql
from portal.core.indicators import Indicator, Slice, Source, live, names_in_scope
from portal.core.models import District
from portal.core.policy import number
from portal.core.scoping import Scope
from portal.core.units import UnitTree

_PEOPLE = ", ".join(
    f"people.{name}"
    for name in ("firm", "potential", "probationary", "reported", "reported_probationary", "reported_on")
)
_NAMES = "o.credit_code, o.registration_number, o.opaque_id, o.name"
_RANK = """CASE WHEN people.firm >= %(enough)s THEN 0
                WHEN people.firm + people.potential >= %(enough)s OR people.reported >= %(enough)s THEN 1
                ELSE 2 END"""


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
    day: datetime.date,
    part: Slice,
    *,
    scope: Scope,
    tree: UnitTree,
    source: Source = live,
    after: tuple[int, int] | None = None,
    limit: int | None = None,
    with_evidence: bool = False,
) -> list[Row]:
    """The organizations of a slice within the scope, in order; two statements, four more with evidence.

    `after` is the (rank, id) of the last row of the page before.
    """
    query = source(ind, day)
    conditions, parameters = part.conditions()
    conditions += names_in_scope(ind, scope)
    if after is not None:
        conditions.append(f"({_RANK} > %(rank)s OR ({_RANK} = %(rank)s AND subject_id > %(after)s))")
        parameters |= {"rank": after[0], "after": after[1]}
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    found = sql.rows(
        f"""SELECT subject_id, met, excluded, reason, unit_id, district_id, subdistrict_id, {_RANK}, {_PEOPLE}, {_NAMES}
            FROM ({query.text}) subjects
            JOIN ({counted(day)}) people ON people.organization_id = subject_id
            JOIN {sql.table(SocialOrganization)} o ON o.id = subject_id
            {where} ORDER BY 8, subject_id {f"LIMIT {int(limit)}" if limit else ""}""",
        {**query.parameters, **parameters, "day": day, "enough": number("formation-members", day)},
    )
    described = ind.describe([line[0] for line in found], day) if with_evidence else {}
    districts = dict(District.objects.values_list("pk", "name"))
    return [_row(ind, line, tree, districts, described[line[0]].evidence if described else {}, day) for line in found]


def _row(
    ind: Indicator,
    line: Sequence[Any],
    tree: UnitTree,
    districts: Mapping[int, str],
    evidence: Mapping[str, Any],
    day: datetime.date,
) -> Row:
    subject_id, met, excluded, reason, unit_id, district_id, street_id, rank = line[:8]
    credit_code, registration_number, opaque_id, name = line[14:]
    unit, street = tree.units.get(unit_id or 0), tree.units.get(street_id or 0)
    people = People(*line[8:13], reported_on=sql.as_day(line[13]))
    return Row(
        id=subject_id,
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
        people=people,
        advice=advise(reason, people, day),
        place=f"{rank}-{subject_id}",
        evidence=evidence,
    )
