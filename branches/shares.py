"""Shares that article 12 wants to rise: joint nomination, self-nomination, contested elections of secretaries (EL-12).

The notice sets no number, so these are no indicators: there is no target, and nothing passes or fails.

- 党员联名推荐, 党员自荐. Of: candidates of a year's elections, of whatever occasion, whose channel is
  recorded. Somebody who stands for two posts is counted for each.
- 差额选举书记. Of: a year's elections in which somebody stands for secretary; contested are those with more than one.

A year is that of the day of the election, up to the day asked for. An election stands at the unit that supervises its
party organization on that day, and in the district of that unit or, where it names none, of the nearest above it.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Q, QuerySet
from django.db.models.functions import ExtractYear

from branches.models import Candidate, Channel, Election
from portal.core import arithmetic
from portal.core.units import UnitTree
from portal.core.validity import active_on

JOINT, SELF, CONTESTED = "joint", "self", "contested"
#: what each share is called, and what its whole is counted in
MEASURES = {JOINT: ("党员联名推荐", "名候选人"), SELF: ("党员自荐", "名候选人"), CONTESTED: ("差额选举书记", "次选举")}
_CHANNELS = {JOINT: Channel.JOINT, SELF: Channel.SELF}
#: years that are looked back upon, the current one among them
YEARS = 8


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    part: int = 0
    whole: int = 0

    def __add__(self, other: Share) -> Share:
        return Share(self.part + other.part, self.whole + other.whole)

    @property
    def rate(self) -> str | None:
        """In per cent, rounded down; None where there is nothing to count."""
        return arithmetic.rate(self.part, self.whole)


#: shares by measure and year
ByYear = Mapping[tuple[str, int], Share]


@dataclass(frozen=True)
class Shares:
    """The shares of some years up to a day, by the unit that supervises (None: none on that day)."""

    day: datetime.date
    tree: UnitTree
    by_unit: Mapping[int | None, ByYear] = field(default_factory=dict)

    @property
    def years(self) -> list[int]:
        """The years, oldest first."""
        return list(range(self.day.year - YEARS + 1, self.day.year + 1))

    @property
    def city(self) -> ByYear:
        """All together."""
        return _sum(self.by_unit.values())

    def of_unit(self, unit: int) -> ByYear:
        """A unit with all units below it."""
        below = self.tree.below(unit)
        return _sum(one for key, one in self.by_unit.items() if key in below)

    def of_district(self, district: int | None) -> ByYear:
        """The units of a district; None: those of no district."""
        return _sum(one for key, one in self.by_unit.items() if self._district(key) == district)

    def _district(self, unit: int | None) -> int | None:
        chain = self.tree.above(unit) if unit is not None else []
        return next((one.district_id for one in chain if one.district_id is not None), None)


def _sum(ones: Iterable[ByYear]) -> ByYear:
    found: dict[tuple[str, int], Share] = defaultdict(Share)
    for one in ones:
        for key, share in one.items():
            found[key] += share
    return found


def shares(day: datetime.date, tree: UnitTree) -> Shares:
    """The shares of the last years up to `day`; two statements."""
    found: dict[int | None, dict[tuple[str, int], Share]] = defaultdict(dict)
    for unit, year, channels in _nominated(day):
        whole = sum(channels.values())
        for measure, channel in _CHANNELS.items():
            found[unit][measure, year] = Share(channels.get(channel, 0), whole)
    for unit, year, contested, whole in _secretaries(day):
        found[unit][CONTESTED, year] = Share(contested, whole)
    return Shares(day, tree, found)


def _placed(rows: QuerySet[Any], day: datetime.date, path: str = "") -> QuerySet[Any]:
    """Rows of elections held in these years, with `unit` and `year`; `path` leads to the election."""
    states = f"{path}party_organization__states"
    first = datetime.date(day.year - YEARS + 1, 1, 1)
    return (
        rows.filter(**{f"{path}held_on__gte": first, f"{path}held_on__lte": day})
        .alias(state=FilteredRelation(states, condition=active_on(day, f"{states}__")))
        .annotate(unit=F("state__supervising_unit"), year=ExtractYear(f"{path}held_on"))
        .order_by()
    )


def _nominated(day: datetime.date) -> Iterable[tuple[int | None, int, dict[str, int]]]:
    """(unit, year, candidates by channel); candidates whose channel is not known are left out."""
    known = Candidate.objects.everyone().exclude(channel="")
    counted = _placed(known, day, "election__").values_list("unit", "year", "channel").annotate(many=Count("pk"))
    found: dict[tuple[int | None, int], dict[str, int]] = defaultdict(dict)
    for unit, year, channel, many in counted:
        found[unit, year][channel] = many
    return ((unit, year, channels) for (unit, year), channels in found.items())


def _secretaries(day: datetime.date) -> Iterable[tuple[int | None, int, int, int]]:
    """(unit, year, contested elections of secretaries, all of them)."""
    stands = Candidate.objects.everyone().filter(post=Candidate.Post.SECRETARY, election=OuterRef("pk"))
    several = stands.order_by().values("election").annotate(many=Count("pk")).filter(many__gt=1)
    rows = Election.objects.everyone().filter(Exists(stands)).annotate(contested=Exists(several))
    counted = _placed(rows, day).values_list("unit", "year")
    return counted.annotate(part=Count("pk", filter=Q(contested=True)), whole=Count("pk"))
