"""Declares this room's indicators to the engine."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from demonstration import outreach, quotas, served
from demonstration.models import DemonstrationSite
from demonstration.sites import active_sites, in_district
from portal.core import sql
from portal.core.indicators import Description, Indicator, register
from portal.core.models import District
from portal.core.policy import LAWYERS_DUE


def _iso(day: datetime.date | None) -> str | None:
    return day.isoformat() if day else None


def _describe_sites(ids: Sequence[int], day: datetime.date) -> Mapping[int, Description]:
    """Codes and names of sites, with the days that decided; one statement."""
    found: dict[int, Description] = {}
    for site in DemonstrationSite.objects.everyone().filter(sql.among("pk", ids)).select_related("organization"):
        evidence = {
            "organization": site.organization.key,
            "named_on": _iso(site.named_on),
            "withdrawn_on": _iso(site.withdrawn_on),
        }
        found[site.pk] = Description(site.code, site.name, evidence)
    return found


def _describe_districts(ids: Sequence[int], day: datetime.date) -> Mapping[int, Description]:
    """Codes and names of districts, with the sites that fill their quota; two statements."""
    named: dict[int | None, list[dict[str, Any]]] = defaultdict(list)
    sites = DemonstrationSite.objects.everyone().filter(level=DemonstrationSite.Level.DISTRICT)
    for site in in_district(active_sites(sites, day), day).select_related("organization").order_by("code"):
        named[site.district_id].append(
            {"code": site.code, "organization": site.organization.key, "named_on": _iso(site.named_on)}
        )
    return {
        district.pk: Description(district.code, district.name, {"sites": named[district.pk]})
        for district in District.objects.filter(pk__in=ids)
    }


def declare() -> None:
    """Called once when the room's app is ready."""
    register(
        Indicator(
            code="city-sites",
            name="市级示范点",
            article=6,
            groupings=("city",),
            reasons=quotas.CITY_REASONS,
            subjects=quotas.city_sites,
            describe=_describe_sites,
            quota=quotas.city_quota,
            subject_word="示范点",
            measure="个",
        )
    )
    register(
        Indicator(
            code="district-sites",
            name="区级示范点达标率",
            article=6,
            groupings=("city", "district"),
            reasons=quotas.DISTRICT_REASONS,
            subjects=quotas.district_sites,
            describe=_describe_districts,
            subject_word="行政区",
            measure="个",
        )
    )
    register(
        Indicator(
            code="legal-communities",
            name="律师党组织挂点社区率",
            article=17,
            groupings=("city", "district"),
            reasons=outreach.REASONS,
            subjects=outreach.legal_communities,
            describe=served.describe_communities,
            subject_word="社区",
            measure="个",
            target=90,
            due_on=LAWYERS_DUE,
        )
    )
    register(
        Indicator(
            code="legal-schools",
            name="中小学法治宣讲率",
            article=17,
            groupings=("city", "district"),
            reasons=outreach.REASONS,
            subjects=outreach.legal_schools,
            describe=served.describe_schools,
            subject_word="中小学",
            measure="所",
            due_on=LAWYERS_DUE,
            yearly=True,
        )
    )
