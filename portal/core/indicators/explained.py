"""The subjects behind a figure, by name, with reason, article and evidence."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.core import sql
from portal.core.indicators.declared import COLUMNS, Description, Indicator
from portal.core.indicators.figures import Places
from portal.core.indicators.slices import Slice, names_in_scope
from portal.core.indicators.sources import Source, live, stored
from portal.core.models import District, SubjectState
from portal.core.scoping import Scope
from portal.core.units import UnitTree

#: so many ids stand in one statement as a list
_FEW = 1000


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
    described = _described(ind, [row[0] for row in found], day, source)
    districts = {d.pk: d for d in District.objects.all()}
    return [_subject(ind, row, described[row[0]], places.tree, districts) for row in found]


def _described(ind: Indicator, ids: list[int], day: datetime.date, source: Source) -> Mapping[int, Description]:
    described = dict(ind.describe(ids, day))
    if source is stored:
        # names as they were kept; a page asks for some, an export for all
        names = SubjectState.objects.filter(indicator=ind.code, from_day__lte=day).exclude(to_day__lte=day)
        if len(ids) <= _FEW:
            names = names.filter(subject_id__in=ids)
        for row, key, name in names.values_list("subject_id", "subject", "subject_name"):
            evidence = described[row].evidence if row in described else {}
            described[row] = Description(key, name, evidence)
    return described


def _subject(
    ind: Indicator,
    row: tuple[Any, ...],
    described: Description,
    tree: UnitTree,
    districts: Mapping[int, District],
) -> Subject:
    subject_id, met, excluded, reason, unit_id, district_id, subdistrict_id, kind, kind_field = row
    unit = tree.units.get(unit_id or 0)
    district = districts.get(district_id or 0)
    street = tree.units.get(subdistrict_id or 0)
    return Subject(
        id=subject_id,
        subject=described.subject,
        name=described.name,
        status="excluded" if excluded else "met" if met else "unmet",
        reason=reason,
        article=ind.article,
        unit=unit.code if unit else None,
        unit_name=unit.name if unit else None,
        district=district.code if district else None,
        district_name=district.name if district else None,
        evidence=described.evidence,
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
