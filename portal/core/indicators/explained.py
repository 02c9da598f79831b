"""The subjects behind a figure, by name, with reason, article and evidence."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.core import sql
from portal.core.indicators.declared import COLUMNS, Description, Indicator
from portal.core.indicators.figures import Places
from portal.core.indicators.slices import Slice, names_in_scope
from portal.core.indicators.sources import Source, live, stored, stored_with_names
from portal.core.models import District, SubjectState
from portal.core.scoping import Scope
from portal.core.units import UnitTree


@dataclass(frozen=True)
class Subject:
    """One subject behind a figure; `as_dict` is the object of the public contract."""

    id: int
    subject: str
    name: str
    status: str
    reason: str
    article: int
    unit: str | None
    unit_name: str | None
    district: str | None
    district_name: str | None
    evidence: Mapping[str, Any]
    strictly_met: bool
    subdistrict: str | None = None
    kind: str | None = None
    field: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The JSON object of `explain` and of the API."""
        return {
            "subject": self.subject,
            "subject_name": self.name,
            "status": self.status,
            "reason": self.reason,
            "article": self.article,
            "unit": self.unit,
            "district": self.district,
            "evidence": dict(self.evidence),
        }


def explain(
    ind: Indicator,
    day: datetime.date,
    part: Slice | None = None,
    *,
    source: Source = live,
    scope: Scope | None = None,
    after: int | None = None,
    limit: int | None = None,
    places: Places | None = None,
) -> list[Subject]:
    """The subjects in a slice, by their row id; `after` and `limit` page through them by key.

    With a `scope` only names within it are returned; counts never need one. One statement for the subjects and
    a few for their names and evidence.
    """
    query = source(ind, day)
    conditions, parameters = (part or Slice()).conditions()
    conditions += names_in_scope(ind, scope)
    if after is not None:
        conditions.append("subject_id > %(after)s")
        parameters["after"] = after
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    found = sql.rows(
        f"""SELECT {", ".join(COLUMNS)} FROM ({query.whole}) subjects {where} ORDER BY subject_id
            {f"LIMIT {int(limit)}" if limit else ""}""",
        {**query.parameters, **parameters, "day": day},
    )
    places = places or Places(day)
    names = described(ind, [row[0] for row in found], day, source)
    districts = {d.pk: d for d in District.objects.all()}
    return [_subject(ind, row, names[row[0]], places.tree, districts) for row in found]


def kept(
    inds: Sequence[Indicator], day: datetime.date, part: Slice, *, places: Places, districts: Iterable[District]
) -> dict[str, list[Subject]]:
    """What `explain` lists of a stored day in a slice, but for the evidence, by indicator; one statement for all.

    `districts` are all there are.
    """
    query = stored_with_names(inds)
    conditions, parameters = part.conditions()
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    rows = sql.rows(
        f"""SELECT indicator, subject, subject_name, {", ".join(COLUMNS)} FROM ({query.whole}) subjects {where}
            ORDER BY subject_id""",
        {**query.parameters, **parameters, "day": day},
    )
    by_code, by_id = {ind.code: ind for ind in inds}, {district.pk: district for district in districts}
    found: dict[str, list[Subject]] = {code: [] for code in by_code}
    for code, subject, name, *row in rows:
        found[code].append(_subject(by_code[code], row, Description(subject, name, {}), places.tree, by_id))
    return found


def described(ind: Indicator, ids: Sequence[int], day: datetime.date, source: Source) -> Mapping[int, Description]:
    """Names and evidence of subjects: as known now, or as they were kept with a stored day."""
    if source is not stored:
        return ind.describe(ids, day)
    kept = SubjectState.objects.filter(sql.among("subject_id", ids), indicator=ind.code, from_day__lte=day)
    rows = kept.exclude(to_day__lte=day).values_list("subject_id", "subject", "subject_name", "evidence")
    return {pk: Description(*found) for pk, *found in rows}


def _subject(
    ind: Indicator,
    row: Sequence[Any],
    named: Description,
    tree: UnitTree,
    districts: Mapping[int, District],
) -> Subject:
    subject_id, met, excluded, reason, unit_id, district_id, subdistrict_id, kind, kind_field = row
    unit = tree.units.get(unit_id or 0)
    district = districts.get(district_id or 0)
    street = tree.units.get(subdistrict_id or 0)
    return Subject(
        id=subject_id,
        subject=named.subject,
        name=named.name,
        status="excluded" if excluded else "met" if met else "unmet",
        reason=reason,
        article=ind.article,
        unit=unit.code if unit else None,
        unit_name=unit.name if unit else None,
        district=district.code if district else None,
        district_name=district.name if district else None,
        evidence=named.evidence,
        strictly_met=bool(met),
        subdistrict=street.name if street else None,
        kind=kind or None,
        field=kind_field or None,
    )


def count(
    ind: Indicator,
    day: datetime.date,
    part: Slice | None = None,
    *,
    source: Source = live,
    scope: Scope | None = None,
) -> int:
    """How many subjects a slice holds, names within `scope` only when one is given."""
    query = source(ind, day)
    conditions, parameters = (part or Slice()).conditions()
    conditions += names_in_scope(ind, scope)
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    found = sql.rows(
        f"SELECT COUNT(*) FROM ({query.whole}) subjects {where}",
        {**query.parameters, **parameters, "day": day},
    )
    return int(found[0][0])
