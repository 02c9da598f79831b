"""The board of article 6: sites by district and by the four fields that it names, what is still to be named, which
applications wait, and what sites were given.

Counts and sums only: they are visible to all staff. Which sites are active says `demonstration.quotas`, once for the
figures and the board; which applications are open `demonstration.applications`.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Case, CharField, Count, F, FilteredRelation, Q, QuerySet, Sum, When

from demonstration import quotas
from demonstration.applications import still_open
from demonstration.models import DemonstrationSite, SiteApplication, SiteGrant
from orgs.models import OrganizationState
from portal.core import sql
from portal.core.models import District
from portal.core.policy import number
from portal.core.validity import active_on

_Field = OrganizationState.Field
#: the fields in each of which article 6 asks for sites
FIELDS = (_Field.TRADE_ASSOCIATION, _Field.CHAMBER, _Field.CHARITY, _Field.VOLUNTEERING)
_CITY, _DISTRICT = DemonstrationSite.Level.CITY, DemonstrationSite.Level.DISTRICT
_NOTHING = Decimal(0)


class Counted(NamedTuple):
    """So many sites, or applications, of a level, a district (None: not recorded) and a field ("": not recorded)."""

    level: str
    district_id: int | None
    field: str
    sites: int


@dataclass(frozen=True)
class Quota:
    """How many are asked for and how many there are."""

    asked: int
    named: int

    @property
    def short(self) -> int:
        """How many are still to be named."""
        return max(0, self.asked - self.named)

    @property
    def slots(self) -> list[bool]:
        """Each place of the quota: whether it is taken."""
        return [place < self.named for place in range(self.asked)]

    @property
    def beyond(self) -> int:
        """How many are named beyond the quota."""
        return max(0, self.named - self.asked)


@dataclass(frozen=True)
class OfDistrict:
    """A district: its own quota, the city's sites there, which do not fill it, open applications to the district."""

    id: int
    code: str
    name: str
    quota: Quota
    of_city: int
    open: int


@dataclass(frozen=True)
class OfField:
    """A field of article 6, which asks for sites in each, how many of either level there are, and how many apply."""

    value: str
    word: str
    quota: Quota
    of_city: int
    of_districts: int
    open: int


@dataclass(frozen=True)
class Board:
    """Where article 6 stands on a day."""

    day: datetime.date
    city: Quota
    districts: Sequence[OfDistrict]
    fields: Sequence[OfField]
    #: sites of other fields, or of none
    elsewhere: int
    #: what is asked of each district, and of each field
    each: int
    least: int
    #: open applications to the city, and to all districts
    open_city: int = 0
    open_districts: int = 0

    @property
    def short_districts(self) -> list[OfDistrict]:
        """Districts whose quota is not filled."""
        return [one for one in self.districts if one.quota.short]

    @property
    def short_fields(self) -> list[OfField]:
        """Fields without enough sites."""
        return [one for one in self.fields if one.quota.short]

    @property
    def is_whole(self) -> bool:
        """Whether nothing is short."""
        return not (self.city.short or self.short_districts or self.short_fields)


def counts(day: datetime.date) -> list[Counted]:
    """All active sites counted by level, district and field; one statement."""
    text = f"""
        SELECT s.level, os.district_id, COALESCE(NULLIF(s.field, ''), os.field, '') AS of_field, COUNT(*)
        {quotas.active(_CITY, _DISTRICT)} GROUP BY 1, 2, 3"""
    return [Counted(*row) for row in sql.rows(text, {"day": day})]


def applying(day: datetime.date) -> list[Counted]:
    """All open applications counted by level, district and field; one statement."""
    rows = _placed(still_open(SiteApplication.objects.everyone(), day), "organization", day)
    own = Case(When(~Q(field=""), then=F("field")), default=F("place__field"), output_field=CharField())
    found = rows.values_list("level", "place__district", own).annotate(Count("pk")).order_by()
    return [Counted(level, district, field or "", number) for level, district, field, number in found]


def _placed(rows: QuerySet[Any], to: str, day: datetime.date) -> QuerySet[Any]:
    """Rows with the state of the organization that they lead `to` as `place`."""
    path = f"{to}__states"
    return rows.alias(place=FilteredRelation(path, condition=active_on(day, f"{path}__")))


@dataclass(frozen=True)
class Money:
    """What the sites of one district were given up to a day, in yuan: by source (its word and the sum), and of that in
    the year of the day."""

    name: str
    by_source: Sequence[tuple[str, Decimal]]
    this_year: Decimal

    @property
    def total(self) -> Decimal:
        """From all sources."""
        return sum((amount for _, amount in self.by_source), _NOTHING)


def money(day: datetime.date, districts: Iterable[District]) -> list[Money]:
    """What was given in each district where anything was, then 未填 and the sum of all; one statement."""
    rows = _placed(SiteGrant.objects.everyone().filter(granted_on__lte=day), "site__organization", day)
    year = Q(granted_on__gte=day.replace(month=1, day=1))
    sums = {"whole": Sum("amount"), "recent": Sum("amount", filter=year)}
    found = rows.values_list("place__district", "source").annotate(**sums).order_by()
    given = {(district, source): (total, recent or _NOTHING) for district, source, total, recent in found}
    lines = [_money(one.name, [one.pk], given) for one in districts]
    named = {one.pk for one in districts}
    lines.append(_money("未填", {district for district, _ in given} - named, given))
    whole = _money("全市", {district for district, _ in given}, given)
    return [*(line for line in lines if line.total), whole] if given else []


def _money(
    name: str, places: Collection[int | None], given: Mapping[tuple[int | None, str], tuple[Decimal, Decimal]]
) -> Money:
    held = {key: value for key, value in given.items() if key[0] in places}
    sources = [
        (word, sum((whole for (_, source), (whole, _) in held.items() if source == value), _NOTHING))
        for value, word in SiteGrant.Source.choices
    ]
    return Money(name, sources, sum((recent for _, recent in held.values()), _NOTHING))


def board(day: datetime.date, districts: Iterable[District]) -> Board:
    """The board of a day for its `districts`; two statements."""
    found, waiting = counts(day), applying(day)
    each, least = number("district-sites", day), number("field-sites", day)
    of_districts = [
        OfDistrict(
            one.pk,
            one.code,
            one.name,
            Quota(each, _sum(found, _DISTRICT, one.pk)),
            of_city=_sum(found, _CITY, one.pk),
            open=_sum(waiting, _DISTRICT, one.pk),
        )
        for one in districts
    ]
    of_fields = [_of_field(found, waiting, field, least) for field in FIELDS]
    named = sum(one.sites for one in found if one.field in FIELDS)
    return Board(
        day=day,
        city=Quota(quotas.city_quota(day), _sum(found, _CITY)),
        districts=of_districts,
        fields=of_fields,
        elsewhere=sum(one.sites for one in found) - named,
        each=each,
        least=least,
        open_city=_sum(waiting, _CITY),
        open_districts=_sum(waiting, _DISTRICT),
    )


def _sum(found: Iterable[Counted], level: str, district_id: int | None = None) -> int:
    return sum(one.sites for one in found if one.level == level and district_id in (None, one.district_id))


def _of_field(found: Iterable[Counted], waiting: Iterable[Counted], field: str, least: int) -> OfField:
    here = [one for one in found if one.field == field]
    of_city, of_districts = _sum(here, _CITY), _sum(here, _DISTRICT)
    applying = sum(one.sites for one in waiting if one.field == field)
    return OfField(field, _Field(field).label, Quota(least, of_city + of_districts), of_city, of_districts, applying)
