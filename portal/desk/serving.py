"""What one party organization does for society, on its page: whom it serves at the grass roots (article 17), and the
demonstration sites and applications of the organizations that it covers (article 6)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import CharField, DateField, Q, QuerySet, Value
from django.urls import reverse

from branches.models import PartyOrganization
from demonstration.applications import SIGNS, STATES
from demonstration.models import DemonstrationSite, Outreach, ServedPlace, SiteApplication
from orgs.models import SocialOrganization
from portal.core.models import District
from portal.core.scoping import Scope
from portal.core.validity import active_on
from portal.desk.sites_of import applied_by, standing

#: rows of service that the page shows; the list has them all
SHOWN = 20
#: what lasts and is measured stands first
_ORDER = (Outreach.Kind.LINK, Outreach.Kind.HOSPITAL_ADVISER, Outreach.Kind.LECTURE, Outreach.Kind.COUNSELLING)
#: what a row of a union says where it has nothing to say
_NOTHING, _NO_DAY = Value("", output_field=CharField()), Value(None, output_field=DateField())
_WHOSE = tuple(f"organization__{name}" for name in ("name", "credit_code", "opaque_id"))


@dataclass(frozen=True)
class Entry:
    """One site or application: its name and page, whose it is, its day (named, applied), the sign and word of where it
    stands."""

    name: str
    href: str
    organization: SocialOrganization
    day: datetime.date
    sign: str
    word: str


@dataclass
class Serving:
    """What it does on a day and did this year, contacts first, then the newest; `more`: the list has further rows.
    `sites` are the sites and applications up to the day, newest first."""

    rows: list[Outreach] = field(default_factory=list)
    more: bool = False
    sites: list[Entry] = field(default_factory=list)


def serving(party: PartyOrganization, covered: Iterable[int], day: datetime.date, scope: Scope) -> Serving:
    """Service that is active on the day or was begun from 1 January to the day, and the sites and applications of the
    `covered` organizations, or that it applied for itself; one statement."""
    found = Serving()
    for what, *row in _rows(party, list(covered), day, scope):
        if what == "outreach":
            found.rows.append(_outreach(party, row))
        else:
            found.sites.append(_site(row, day) if what == "site" else _application(row))
    found.rows.sort(key=lambda one: (_ORDER.index(one.kind), -one.valid_from.toordinal(), one.pk))
    found.sites.sort(key=lambda one: one.day, reverse=True)
    found.rows, found.more = found.rows[:SHOWN], len(found.rows) > SHOWN
    return found


def _rows(party: PartyOrganization, covered: list[int], day: datetime.date, scope: Scope) -> QuerySet[Any, Any]:
    """Three registers as (what, row, first day, last day, closed on, six texts)."""
    this_year = Q(valid_from__gte=day.replace(month=1, day=1), valid_from__lte=day)
    service = Outreach.objects.within(scope).filter(active_on(day) | this_year, party_organization=party).order_by()
    there = Q(organization__in=covered)
    sites = DemonstrationSite.objects.within(scope).filter(there | Q(application__party_organization=party))
    applied = applied_by(day, scope).filter(there | Q(party_organization=party)).order_by()
    place = "place__name", "place__kind", "place__district__name"
    closed = "organization__closed_on"
    return service.values_list(
        Value("outreach"), "pk", "valid_from", "valid_to", _NO_DAY, "kind", *place, _NOTHING, _NOTHING
    ).union(
        sites.filter(named_on__lte=day)
        .order_by()
        .values_list(Value("site"), "pk", "named_on", "withdrawn_on", closed, "code", "level", "name", *_WHOSE),
        applied.values_list(
            Value("application"), "pk", "applied_on", _NO_DAY, closed, "code", "level", "stands", *_WHOSE
        ),
        all=True,
    )


def _outreach(party: PartyOrganization, row: Sequence[Any]) -> Outreach:
    pk, start, end, _, kind, name, place_kind, district, *_ = row
    place = ServedPlace(name=name, kind=place_kind, district=District(name=district))
    return Outreach(pk=pk, party_organization=party, place=place, kind=kind, valid_from=start, valid_to=end)


def _site(row: Sequence[Any], day: datetime.date) -> Entry:
    _, named_on, withdrawn_on, closed_on, code, _, name, *whose = row
    organization = _organization(whose, closed_on)
    stands = standing(DemonstrationSite(named_on=named_on, withdrawn_on=withdrawn_on), organization, day)
    return Entry(name, reverse("site", args=[code]), organization, named_on, *stands)


def _application(row: Sequence[Any]) -> Entry:
    _, applied_on, _, closed_on, code, level, stands, *whose = row
    name = f"申报{SiteApplication(level=level).get_level_display()}示范点"
    href = reverse("site-application", args=[code])
    return Entry(name, href, _organization(whose, closed_on), applied_on, SIGNS[stands], STATES[stands])


def _organization(whose: Sequence[str], closed_on: datetime.date | None) -> SocialOrganization:
    name, credit_code, opaque_id = whose
    return SocialOrganization(name=name, credit_code=credit_code, opaque_id=opaque_id, closed_on=closed_on)
