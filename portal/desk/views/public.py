"""What everybody may read without an account: the demonstration sites whose names were confirmed to be public.

Names of organizations, their field, level and district, nothing about people; see docs/decisions/0011.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import F, FilteredRelation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from demonstration.models import DemonstrationSite
from demonstration.sites import published
from orgs.models import OrganizationState
from portal.core.models import ImportBatch
from portal.core.validity import active_on, today

_FIELDS = dict(OrganizationState.Field.choices)


@dataclass(frozen=True)
class OfLevel:
    """The public sites of one level, as they are shown."""

    word: str
    sites: list[dict[str, Any]]


@login_not_required
@require_safe
def sites(request: HttpRequest) -> HttpResponse:
    """The sites that are active today and public, the city's first, then by district; two statements."""
    day = today()
    state = FilteredRelation("organization__states", condition=active_on(day, "organization__states__"))
    rows = published(day).annotate(state=state)
    found = list(
        rows.order_by(F("state__district__code").asc(nulls_last=True), "named_on", "code").values(
            "level", "field", "named_on", "organization__name", "state__field", "state__district__name"
        )
    )
    for one in found:
        one["field_word"] = _FIELDS.get(one["field"] or one["state__field"] or "", "")
    levels = [
        OfLevel(word, [one for one in found if one["level"] == value])
        for value, word in DemonstrationSite.Level.choices
    ]
    demo = ImportBatch.objects.filter(kind="demo").exists()
    return render(request, "public/sites.html", {"day": day, "levels": levels, "count": len(found), "demo": demo})
