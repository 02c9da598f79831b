"""Which demonstration sites are active on a day, and for which field: read for pages and evidence."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from demonstration.models import DemonstrationSite
from orgs.models import OrganizationState
from portal.core.validity import active_on


def active_sites(rows: QuerySet[Any, Any], day: datetime.date) -> QuerySet[Any, Any]:
    """Those of `rows` that are active on `day`."""
    life = Q(organization__closed_on__isnull=True) | Q(organization__closed_on__gt=day)
    return rows.filter(active_on(day, start="named_on", end="withdrawn_on")).filter(life)


def published(day: datetime.date) -> QuerySet[Any, Any]:
    """What everybody may read: active on `day`, and whoever named it confirmed that it is public."""
    return active_sites(DemonstrationSite.objects.everyone().filter(published=True), day)


def in_district(rows: QuerySet[Any, Any], day: datetime.date) -> QuerySet[Any, Any]:
    """The sites with `district_id`: that of their organizations on `day`."""
    states = OrganizationState.objects.filter(active_on(day), organization_id=OuterRef("organization_id"))
    return rows.annotate(district_id=Subquery(states.values("district_id")[:1]))


def of_field(field: str) -> Q:
    """Sites of a field, read with the `state` of their organizations: named for it, or for none and the organization
    is of it."""
    return Q(field=field) | Q(field="", state__field=field)
