"""Keeps the figures of a night and each subject's state in it, and answers from them.

The first snapshot of a day never changes. Subject states are spans over calendar days of which only the days
with a snapshot mean anything; keeping a day rewrites nothing that another stored day says.
"""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, cast

from django.db import transaction
from django.db.models import OuterRef, Subquery, Value
from django.utils.functional import SimpleLazyObject

from portal.core import indicators, sql
from portal.core.indicators import CannotAnswer, Description, Indicator, Places, Rate, Source
from portal.core.indicators.figures import targets_until
from portal.core.models import District, Figure, KeptPlaces, Recount, RevisedFigure, Snapshot, SubjectState, Target
from portal.core.units import UnitOnDay, UnitTree
from portal.core.validity import BEGINNING, SHANGHAI

_STATE = (
    "met",
    "excluded",
    "reason",
    "unit_id",
    "district_id",
    "subdistrict_id",
    "kind",
    "field",
    "subject",
    "subject_name",
    "evidence",
)
#: any number, the same for all who keep days
_LOCK = 20131025
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

#: what was asked of `describe` already: indicators over the same subjects ask once
_Descriptions = dict[tuple[Any, tuple[int, ...]], Mapping[int, Description]]


def keep(days: Iterable[datetime.date]) -> list[datetime.date]:
    """Evaluate and keep each of `days` that has no snapshot yet, oldest first; the days that were kept."""
    return [day for day in sorted(set(days)) if _keep_day(day)]


@transaction.atomic
def _keep_day(day: datetime.date) -> bool:
    """States first, then the figures from them: a figure is the length of its list.

    One day at a time, whoever keeps it: the spans of a day are drawn from those of the days around it.
    """
    sql.one_at_a_time(_LOCK)
    snapshot, new = Snapshot.objects.get_or_create(day=day)
    if not new:
        return False
    following = Snapshot.objects.filter(day__gt=day).order_by("day").values_list("day", flat=True).first()
    described: _Descriptions = {}
    for ind in indicators.all_indicators():
        _keep_states(ind, day, following, described)
    places = Places(day)
    snapshot.places = _keep_places(places)
    snapshot.save(update_fields=["places"])
    figures = [
        (snapshot.pk, *(getattr(rate, name) for name in _FIGURE))
        for rate in indicators.every_rate(day, source=indicators.stored, places=places)
    ]
    sql.insert(Figure, ("snapshot_id", *_FIGURE), figures)
    return True


def _keep_places(places: Places) -> KeptPlaces:
    """The tree and districts of a day, kept once for all days that know the same."""
    units = [list(dataclasses.astuple(unit)) for unit in sorted(places.tree, key=lambda unit: unit.id)]
    districts = [district.pk for district in places.districts]
    digest = hashlib.sha256(json.dumps([units, districts]).encode()).hexdigest()
    return KeptPlaces.objects.get_or_create(digest=digest, defaults={"units": units, "districts": districts})[0]


def _keep_states(ind: Indicator, day: datetime.date, following: datetime.date | None, described: _Descriptions) -> None:
    """Write only what differs between the spans that cover `day` and the subjects of `day`."""
    now = _states(ind, day, described)
    covering = SubjectState.objects.filter(indicator=ind.code, from_day__lte=day).exclude(to_day__lte=day)
    before = {row[0]: row[1:] for row in covering.values_list("subject_id", "id", *_STATE)}
    differing = [pk for key, (pk, *values) in before.items() if now.get(key) != tuple(values)]
    fresh_ids = [key for key, values in now.items() if key not in before or before[key][1:] != values]
    added = _reopened(differing, following) if following else []
    for start in range(0, len(differing), 500):
        SubjectState.objects.filter(pk__in=differing[start : start + 500]).update(to_day=day)
    added += [
        SubjectState(
            indicator=ind.code,
            subject_id=key,
            from_day=day,
            to_day=following,
            **dict(zip(_STATE, now[key], strict=True)),
        )
        for key in fresh_ids
    ]
    SubjectState.objects.bulk_create(added, batch_size=2000)


def _states(ind: Indicator, day: datetime.date, described: _Descriptions) -> dict[int, tuple[Any, ...]]:
    """The subjects of a day by their row: the columns of a state, named and with the evidence of that day."""
    query = indicators.live(ind, day)
    rows = sql.rows(
        f"SELECT {', '.join(indicators.COLUMNS)} FROM ({query.whole}) subjects", {**query.parameters, "day": day}
    )
    asked = (ind.describe, tuple(row[0] for row in rows))
    if asked not in described:
        described[asked] = ind.describe(asked[1], day)
    names = described[asked]
    return {row[0]: (*_normal(row[1:]), *names[row[0]]) for row in rows}


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


def days(since: datetime.date = BEGINNING) -> list[datetime.date]:
    """Every stored day (from a day on), oldest first."""
    return list(Snapshot.objects.filter(day__gte=since).order_by("day").values_list("day", flat=True))


def is_stored(day: datetime.date) -> bool:
    """Whether `day` has a snapshot."""
    return Snapshot.objects.filter(day=day).exists()


def made_up_at(day: datetime.date) -> datetime.datetime | None:
    """When a missed night was made up; None where the day was kept in its own night, or not at all."""
    run_at = Snapshot.objects.filter(day=day).values_list("run_at", flat=True).first()
    late = run_at is not None and run_at.astimezone(SHANGHAI).date() > day + datetime.timedelta(days=1)
    return run_at if late else None


def stored_days(before: datetime.date | None = None) -> list[datetime.date]:
    """The stored days (before the day given), newest first."""
    found = Snapshot.objects.order_by("-day")
    if before is not None:
        found = found.filter(day__lt=before)
    return list(found.values_list("day", flat=True))


def latest(before: datetime.date | None = None) -> datetime.date | None:
    """The last stored day (before the day given)."""
    found = Snapshot.objects.order_by("-day")
    if before is not None:
        found = found.filter(day__lt=before)
    return found.values_list("day", flat=True).first()


def places_of(day: datetime.date, every_district: Callable[[], Iterable[District]] | None = None) -> Places:
    """Units and districts as the snapshot of `day` knew them; as they are known now where there is none.

    `every_district` gives all districts by code where somebody has read them already.
    """
    return places_of_days([day], every_district)[day]


def places_of_days(
    days: Sequence[datetime.date], every_district: Callable[[], Iterable[District]] | None = None
) -> dict[datetime.date, Places]:
    """The same of several days; one statement."""
    found = Snapshot.objects.filter(day__in=days, places__isnull=False).select_related("places")
    kept = {one.day: _places(one.day, one.places, every_district) for one in found if one.places}
    return {day: kept.get(day) or Places(day) for day in days}


def _places(day: datetime.date, kept: KeptPlaces, every_district: Callable[[], Iterable[District]] | None) -> Places:
    ask = every_district or (lambda: District.objects.filter(pk__in=kept.districts).order_by("code"))
    districts = SimpleLazyObject(lambda: [one for one in ask() if one.pk in kept.districts])
    return Places(day, UnitTree(UnitOnDay(*row) for row in kept.units), cast(list[District], districts))


def answering(day: datetime.date, *, live: bool = False) -> tuple[Source, Places]:
    """What answers for `day` by default: its snapshot where there is one, else what is known now."""
    if not live and is_stored(day):
        return indicators.stored, places_of(day)
    return indicators.live, Places(day)


def figures(day: datetime.date, by: str = "city", codes: Sequence[str] | None = None) -> list[Rate]:
    """The figures of a stored day exactly as they were kept. Raises CannotAnswer when there is no snapshot."""
    indicators.chosen(codes, by)
    if not is_stored(day):
        raise not_stored(day)
    return figures_of([day], [by], codes)[day]


def not_stored(day: datetime.date) -> CannotAnswer:
    """What is said of a day without a snapshot."""
    return CannotAnswer(f"{day} 没有存档;加 --live 按现有数据计算。")


def figures_of(
    days: Sequence[datetime.date],
    groupings: Sequence[str],
    codes: Sequence[str] | None = None,
    places: Mapping[datetime.date, Places] | None = None,
) -> dict[datetime.date, list[Rate]]:
    """The figures of several days by several groupings, one grouping after the other; none of a day that is not stored.

    Two statements at any number of them; where some unit has a target of its own and `places` of the days are not
    given, one for each day's.
    """
    asked = {
        (by, ind.code): (n, i) for n, by in enumerate(groupings) for i, ind in enumerate(indicators.chosen(codes, by))
    }
    wanted = {code for _, code in asked}
    rows = Figure.objects.filter(snapshot__day__in=days, by__in=groupings, indicator__in=wanted)
    found: dict[datetime.date, list[Figure]] = {day: [] for day in days}
    for row in rows.order_by("id").select_related("snapshot"):
        if (row.by, row.indicator) in asked:
            found[row.snapshot.day].append(row)
    targets = targets_until(max(days))
    return {
        day: sorted(_as_rates(day, rows, targets, places), key=lambda rate: asked[rate.by, rate.indicator])
        for day, rows in found.items()
    }


def _as_rates(
    day: datetime.date,
    rows: Iterable[Figure | RevisedFigure],
    targets: Sequence[Target] | None = None,
    places: Mapping[datetime.date, Places] | None = None,
) -> list[Rate]:
    """Rates as the day kept them, each with the due day of its target: a unit's own, else that of the nearest above."""
    # the tree of the day is read only where some unit has a target of its own
    tree = cast(UnitTree, SimpleLazyObject(lambda: (places[day] if places else places_of(day)).tree))
    held = Places(day, tree, targets=targets)
    return [Rate(date=day, due_on=_due_on(row, held), **{name: getattr(row, name) for name in _FIGURE}) for row in rows]


def _due_on(row: Figure | RevisedFigure, places: Places) -> datetime.date | None:
    ind = indicators.indicator(row.indicator)
    by_units = row.by == "unit" and any(places.targets_of(ind))
    unit = places.tree.by_code.get(row.group) if by_units else None
    return places.target(ind, unit.id if unit else None)[1]


def revised(day: datetime.date, by: str = "city", codes: Sequence[str] | None = None) -> list[Rate]:
    """The revised series of a stored day: its latest recount laid over its snapshot.

    Equal to `figures` where nothing was corrected. Raises CannotAnswer when there is no snapshot.
    """
    kept = figures(day, by, codes)
    last = last_recount(day)
    if last is None:
        return kept
    order = {ind.code: i for i, ind in enumerate(indicators.chosen(codes, by))}
    rows = list(last.figures.filter(by=by, indicator__in=order))
    replaced = {(row.indicator, row.group) for row in rows}
    rates = [rate for rate in kept if (rate.indicator, rate.group) not in replaced]
    rates += _as_rates(day, (row for row in rows if row.group_name))
    return sorted(rates, key=lambda rate: (order[rate.indicator], *_place(rate)))


@dataclasses.dataclass(frozen=True)
class Point:
    """A figure of one group on one stored day: as its night kept it, as the latest recount of the day has it, and the
    reasons of the corrections between. None: the group was not, or is no longer there."""

    day: datetime.date
    kept: Rate | None
    revised: Rate | None
    reasons: tuple[str, ...] = ()


def revised_series(by: str, group: str, codes: Sequence[str], days: Iterable[datetime.date]) -> list[Point]:
    """The figures of one group on some stored days beside their revised series, oldest first; one statement."""
    days = list(days)
    kept = Figure.objects.filter(by=by, group=group, indicator__in=codes, snapshot__day__in=days)
    last = Recount.objects.filter(snapshot=OuterRef("recount__snapshot")).values("pk")[:1]
    anew = RevisedFigure.objects.filter(by=by, group=group, indicator__in=codes, recount__snapshot__day__in=days)
    rows = kept.values_list("snapshot__day", *_FIGURE, Value(0), Value(0), Value("")).union(
        anew.values_list("recount__snapshot__day", *_FIGURE, "recount_id", Subquery(last), "recount__reasons"), all=True
    )
    found: dict[tuple[datetime.date, str], list[tuple[Any, ...]]] = {}
    for day, *figure, recount, latest, texts in rows:
        found.setdefault((day, figure[0]), []).append((recount, latest, texts, tuple(figure)))
    order = {code: number for number, code in enumerate(codes)}
    return [_point(day, sorted(found[day, code])) for day, code in sorted(found, key=lambda k: (k[0], order[k[1]]))]


def _point(day: datetime.date, rows: Sequence[tuple[Any, ...]]) -> Point:
    """Rows of (recount or 0, latest recount of the day, reasons, figure), the kept one first, then as they were run."""

    def rate(figure: Sequence[Any]) -> Rate | None:
        named = dict(zip(_FIGURE, figure, strict=True))
        return Rate(date=day, **named) if named["group_name"] else None

    kept = next((rate(figure) for recount, _, _, figure in rows if not recount), None)
    now = [rate(figure) for recount, latest, _, figure in rows if recount and recount == latest]
    told = dict.fromkeys(reason for _, _, texts, _ in rows for reason in texts.split("；") if reason)
    return Point(day, kept, now[0] if now else kept, tuple(told))


def last_recount(day: datetime.date) -> Recount | None:
    """The latest recount of a stored day, None where nothing was corrected."""
    return Recount.objects.filter(snapshot__day=day).first()


def _place(rate: Rate) -> tuple[bool, int, str]:
    """Where a group stands in its grouping: by code, kinds and fields as they are declared, 未填 last."""
    words = [word for _, word in indicators.choices(rate.by)] if rate.by in ("kind", "field") else []
    at = words.index(rate.group) if rate.group in words else 0
    return (rate.group == indicators.NONE_GROUP, at, rate.group)


def reasons(day: datetime.date) -> list[str]:
    """The reasons given at the corrections of a stored day, each once, oldest first."""
    texts = Recount.objects.filter(snapshot__day=day).order_by("run_at", "id").values_list("reasons", flat=True)
    return list(dict.fromkeys(reason for text in texts for reason in text.split("；") if reason))


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
