"""Keeps the figures of a night and each subject's state in it, and answers from them.

The first snapshot of a day never changes. Subject states are spans over calendar days of which only the days
with a snapshot mean anything; keeping a day rewrites nothing that another stored day says.
"""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction

from portal.core import indicators, sql
from portal.core.indicators import CannotAnswer, Indicator, Places, Rate, Source
from portal.core.models import District, Figure, KeptPlaces, Snapshot, SubjectState
from portal.core.units import UnitOnDay, UnitTree

_STATE = ("met", "excluded", "reason", "unit_id", "district_id", "subdistrict_id", "kind", "field")
_FIGURE = (
    "indicator",
    "by",
    "group",
    "group_name",
    "eligible",
    "met",
    "excluded",
    "adjusted_eligible",
    "adjusted_met",
    "target",
)


def keep(days: Iterable[datetime.date]) -> list[datetime.date]:
    """Evaluate and keep each of `days` that has no snapshot yet, oldest first; the days that were kept."""
    return [day for day in sorted(set(days)) if _keep_day(day)]


@transaction.atomic
def _keep_day(day: datetime.date) -> bool:
    """States first, then the figures from them: a figure is the length of its list."""
    snapshot, new = Snapshot.objects.get_or_create(day=day)
    if not new:
        return False
    following = Snapshot.objects.filter(day__gt=day).order_by("day").values_list("day", flat=True).first()
    for ind in indicators.all_indicators():
        _keep_states(ind, day, following)
    places = Places(day)
    snapshot.places = _keep_places(places)
    snapshot.save(update_fields=["places"])
    figures = [
        (snapshot.pk, *(getattr(rate, name) for name in _FIGURE))
        for by in indicators.GROUPINGS
        for rate in indicators.rates(day, by, source=indicators.stored, places=places)
    ]
    sql.insert(Figure, ("snapshot_id", *_FIGURE), figures)
    return True


def _keep_places(places: Places) -> KeptPlaces:
    """The tree and districts of a day, kept once for all days that know the same."""
    units = [list(dataclasses.astuple(unit)) for unit in sorted(places.tree, key=lambda unit: unit.id)]
    districts = [district.pk for district in places.districts]
    digest = hashlib.sha256(json.dumps([units, districts]).encode()).hexdigest()
    return KeptPlaces.objects.get_or_create(digest=digest, defaults={"units": units, "districts": districts})[0]


def _keep_states(ind: Indicator, day: datetime.date, following: datetime.date | None) -> None:
    """Write only what differs between the spans that cover `day` and the subjects of `day`."""
    query = indicators.live(ind, day)
    now = {
        row[0]: _normal(row[1:])
        for row in sql.rows(
            f"SELECT {', '.join(indicators.COLUMNS)} FROM ({query.whole}) subjects",
            {**query.parameters, "day": day},
        )
    }
    covering = SubjectState.objects.filter(indicator=ind.code, from_day__lte=day).exclude(to_day__lte=day)
    before = {row[0]: row[1:] for row in covering.values_list("subject_id", "id", *_STATE)}
    differing = [pk for key, (pk, *values) in before.items() if now.get(key) != tuple(values)]
    fresh_ids = [key for key, values in now.items() if key not in before or before[key][1:] != values]
    added = _reopened(differing, following) if following else []
    for start in range(0, len(differing), 500):
        SubjectState.objects.filter(pk__in=differing[start : start + 500]).update(to_day=day)
    names = ind.describe(fresh_ids, day)
    added += [
        SubjectState(
            indicator=ind.code,
            subject_id=key,
            subject=names[key].subject,
            subject_name=names[key].name,
            from_day=day,
            to_day=following,
            **dict(zip(_STATE, now[key], strict=True)),
        )
        for key in fresh_ids
    ]
    SubjectState.objects.bulk_create(added, batch_size=2000)


def _reopened(ids: Sequence[int], following: datetime.date) -> list[SubjectState]:
    """When an earlier day is made up: the same states again from the next stored day on."""
    copies = []
    for state in SubjectState.objects.in_bulk(ids).values():
        if state.to_day is None or state.to_day > following:
            fields = [f.attname for f in SubjectState._meta.concrete_fields if f.attname != "id"]
            copies.append(SubjectState(**{**{f: getattr(state, f) for f in fields}, "from_day": following}))
    return copies


def _normal(values: Sequence[Any]) -> tuple[Any, ...]:
    met, excluded, reason, unit, district, street, kind, field = values
    return (bool(met), bool(excluded), reason, unit, district, street, kind or "", field or "")


def is_stored(day: datetime.date) -> bool:
    """Whether `day` has a snapshot."""
    return Snapshot.objects.filter(day=day).exists()


def latest(before: datetime.date | None = None) -> datetime.date | None:
    """The last stored day (before the day given)."""
    found = Snapshot.objects.order_by("-day")
    if before is not None:
        found = found.filter(day__lt=before)
    return found.values_list("day", flat=True).first()


def places_of(day: datetime.date) -> Places:
    """Units and districts as the snapshot of `day` knew them; as they are known now where there is none."""
    kept = KeptPlaces.objects.filter(snapshots__day=day).first()
    if kept is None:
        return Places(day)
    districts = [d for d in District.objects.all() if d.pk in set(kept.districts)]
    return Places(
        day, UnitTree(UnitOnDay(*row) for row in kept.units), sorted(districts, key=lambda district: district.code)
    )


def answering(day: datetime.date, *, live: bool = False) -> tuple[Source, Places]:
    """What answers for `day` by default: its snapshot where there is one, else what is known now."""
    if not live and is_stored(day):
        return indicators.stored, places_of(day)
    return indicators.live, Places(day)


def figures(day: datetime.date, by: str = "city", codes: Sequence[str] | None = None) -> list[Rate]:
    """The figures of a stored day exactly as they were kept. Raises CannotAnswer when there is no snapshot."""
    asked = {ind.code: i for i, ind in enumerate(indicators.chosen(codes, by))}
    if not is_stored(day):
        raise CannotAnswer(f"{day} 没有存档;加 --live 按现有数据计算。")
    rows = Figure.objects.filter(snapshot__day=day, by=by, indicator__in=asked).order_by("id")
    places = Places(day)
    due = {code: places.target(indicators.indicator(code))[1] for code in asked}
    found = [
        Rate(
            indicator=row.indicator,
            date=day,
            by=by,
            group=row.group,
            group_name=row.group_name,
            eligible=row.eligible,
            met=row.met,
            excluded=row.excluded,
            adjusted_eligible=row.adjusted_eligible,
            adjusted_met=row.adjusted_met,
            target=row.target,
            due_on=due[row.indicator],
        )
        for row in rows
    ]
    return sorted(found, key=lambda rate: asked[rate.indicator])


def best(day: datetime.date, by: str = "city", codes: Sequence[str] | None = None, *, live: bool = False) -> list[Rate]:
    """What `coverage` answers: the first stored snapshot of that day where there is one, else live."""
    if not live and is_stored(day):
        return figures(day, by, codes)
    return indicators.rates(day, by, codes)


def series(code: str, by: str, group: str, days: Iterable[datetime.date] | None = None) -> list[Figure]:
    """The stored figures of one group over time, oldest first."""
    found = Figure.objects.filter(indicator=code, by=by, group=group).select_related("snapshot")
    if days is not None:
        found = found.filter(snapshot__day__in=list(days))
    return list(found.order_by("snapshot__day"))
