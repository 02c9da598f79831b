"""目标承接: who has which target on a day."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.core import indicators
from portal.core.listing import ListPage
from portal.core.pages import choice_in, day_in, requires, scope_of_request
from portal.core.validity import today
from portal.desk.figures import BRANCH, Question
from portal.desk.lists.places import Units, queue_tab, tree_tab
from portal.desk.targets import defaults, holders


@require_safe
@requires("see-counts")
def targets(request: HttpRequest) -> HttpResponse:
    """The defaults of all indicators, and the tree of units for one of them, as they are set now for the day."""
    scope, day = scope_of_request(request), day_in(request)
    question = Question(day, tree=scope.tree if day == scope.day else None)
    names = {ind.code: ind.name for ind in indicators.all_indicators()}
    chosen = indicators.indicator(choice_in(request, "indicator", names, BRANCH))
    sisters = [(name, address, False) for name, address, _ in ListPage.tabs(Units(request))]
    context = {
        "question": question,
        "today": today(),
        "indicator": chosen,
        "indicators": names,
        "defaults": defaults(question, scope),
        "holders": holders(question, chosen, scope),
        "tabs": [*sisters, tree_tab(current=True), *queue_tab(scope)],
        "trail": [("目标", reverse("targets"))],
    }
    return render(request, "places/targets.html", context)
