"""A part of an indicator's subjects, asked for by public codes: what commands, pages and API are given."""

from __future__ import annotations

from collections.abc import Iterable

from portal.core import indicators
from portal.core.indicators import CannotAnswer, Indicator, Places, Slice
from portal.core.models import District


def by_codes(
    ind: Indicator,
    places: Places,
    every_district: Iterable[District] | None = None,
    /,
    *,
    unit: str | None = None,
    district: str | None = None,
    status: str | None = None,
) -> Slice:
    """The slice of a unit and those below it, a district (`-`: not recorded) and a status; None: all.

    `every_district` has all districts, also those not valid on the day, where somebody has read them already.
    Raises CannotAnswer for a code or status that does not exist, or a grouping that the indicator does not offer.
    """
    if status is not None and status not in indicators.STATUSES:
        raise CannotAnswer(f"没有“{status}”这种状态;可用:{'、'.join(indicators.STATUSES)}。")
    return Slice(
        units=None if unit is None else _units(ind, places, unit),
        districts=None if district is None else _districts(ind, places, district, every_district),
        status=status,
    )


def _units(ind: Indicator, places: Places, code: str) -> frozenset[int]:
    indicators.chosen([ind.code], "unit")
    if code not in places.tree.by_code:
        raise CannotAnswer(f"没有编码为“{code}”的单位。")
    return places.tree.below(places.tree.by_code[code].id)


def _districts(
    ind: Indicator, places: Places, code: str, every_district: Iterable[District] | None
) -> frozenset[int | None]:
    indicators.chosen([ind.code], "district")
    known = {district.code: district.pk for district in every_district or District.objects.all()}
    if code == indicators.NONE_GROUP:
        return frozenset({None, *known.values()} - {district.pk for district in places.districts})
    if code not in known:
        raise CannotAnswer(f"没有编码为“{code}”的行政区。")
    return frozenset({known[code]})
