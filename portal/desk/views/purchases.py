"""政府购买服务党建评分表: one scoring, item by item, to be printed."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from orgs import purchasing
from orgs.models import PurchaseScore
from portal.core.entry import records
from portal.core.imports.register import registers
from portal.core.pages import requires, scope_of_request
from portal.desk.doing import acts_on


@require_safe
@requires("see-registers")
def purchase_sheet(request: HttpRequest, key: str) -> HttpResponse:
    """The sheet of one scoring, as its day has it."""
    scope, register = scope_of_request(request), registers()["purchase_scores"]
    found = records.find(register, key, scope)
    if found is None:
        raise Http404
    row = PurchaseScore.objects.within(scope).select_related("organization", "purchaser").get(pk=found.pk)
    sheet = purchasing.sheet(row.scored_on)
    context = {
        "row": row,
        "sheet": sheet,
        "lines": [(item.word, item.most, row.points.get(item.key)) for item in sheet.items],
        "total": sheet.total(row.points),
        "unscored": sheet.unscored(row.points),
        "acts": acts_on("purchase_scores", row, may=records.may_change(register, row, scope)),
        "trail": [("政府购买服务党建评分", reverse("purchase-scores"))],
    }
    return render(request, "events/purchase.html", context)
