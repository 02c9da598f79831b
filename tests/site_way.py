"""Factories of what makes and keeps demonstration sites, and of groups of lawyers, beside those of `tests.world`."""

from __future__ import annotations

import itertools
from decimal import Decimal

from branches.models import PartyOrganization
from demonstration.models import DemonstrationSite, LegalGroup, SiteApplication, SiteGrant, SiteReview, SiteVisit
from orgs.models import SocialOrganization
from portal.core.models import District, Unit
from tests.world import day

_count = itertools.count(1)


def application(
    of: SocialOrganization,
    on: str = "2014-01-01",
    *,
    level: str = "DISTRICT",
    field: str = "",
    code: str | None = None,
    by: PartyOrganization | None = None,
) -> SiteApplication:
    """An organization applies to be named."""
    return SiteApplication.objects.create(
        code=code or f"SB{next(_count):04d}",
        organization=of,
        party_organization=by,
        level=level,
        field=field,
        applied_on=day(on),
        reasons="党建工作有特色",
    )


def review(of: SiteApplication, by: Unit, on: str = "2014-02-01", *, passed: bool = True, **points: int) -> SiteReview:
    """A review of an application."""
    verdict = "PASSED" if passed else "REFUSED"
    return SiteReview.objects.create(
        application=of, unit=by, reviewed_on=day(on), verdict=verdict, opinion="评审意见", points=points
    )


def visit(to: DemonstrationSite, by: Unit, on: str = "2014-06-01", *, follow_up: str = "") -> SiteVisit:
    """A unit visits a site."""
    return SiteVisit.objects.create(site=to, unit=by, visited_on=day(on), seen="活动正常", follow_up=follow_up)


def grant(to: DemonstrationSite, yuan: str, on: str = "2014-06-01", *, source: str = "DISTRICT") -> SiteGrant:
    """Money for a site."""
    return SiteGrant.objects.create(
        site=to, granted_on=day(on), source=source, amount=Decimal(yuan), purpose="开展活动"
    )


def legal_group(of: District | None, *, kind: str = "COMMUNITY", code: str | None = None) -> LegalGroup:
    """A group of lawyers of a district, or of the city."""
    code = code or f"FLT{next(_count):04d}"
    return LegalGroup.objects.create(
        code=code,
        name=f"{of.name if of else '全市'}法律服务团{code}",
        kind=kind,
        district=of,
        valid_from=day("2014-01-01"),
    )
