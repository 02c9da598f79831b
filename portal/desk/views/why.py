"""为什么变了: a figure on two days, and everybody who moved it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.core import indicators
from portal.core.indicators import CannotAnswer
from portal.core.pages import WrongAddress, choice_in, requires
from portal.desk.figures import DEFINITIONS, KINDS, Question
from portal.desk.why import Why


@require_safe
@requires("see-counts")
def why(request: HttpRequest, indicator: str) -> HttpResponse:
    """Why one figure moved between two days, as a page or as a file."""
    try:
        question = Question(
            kind=choice_in(request, "kind", KINDS),
            district=request.GET.get("district", ""),
            adjusted=choice_in(request, "definition", DEFINITIONS) == "adjusted",
        )
        found = Why.asked(request, indicators.indicator(indicator), question)
        if request.GET.get("as"):
            return found.as_file()
        return render(request, "coverage/why.html", found.context())
    except CannotAnswer as refusal:
        raise WrongAddress(str(refusal)) from None
