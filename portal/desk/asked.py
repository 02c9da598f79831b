"""What an address asks about figures: a question, or the names behind one figure of it."""

from __future__ import annotations

from django.http import HttpRequest

from portal.core import indicators
from portal.core.indicators import CannotAnswer
from portal.core.pages import WrongAddress, choice_in, day_in, scope_of_request
from portal.desk.behind import Behind
from portal.desk.figures import DEFINITIONS, KINDS, Question, stored_days
from portal.desk.standing import ONE_DAY


def question_of(request: HttpRequest, *, with_nights: bool = False) -> Question:
    """The question that the address asks, the stored days read for it where a page shows them. Raises WrongAddress.

    A day in the address is answered by its snapshot where there is one; without a day, and with `live`, by what
    is known now.
    """
    day, scope = day_in(request), scope_of_request(request)
    question = Question(
        day=day,
        tree=scope.tree if day == scope.day else None,
        nights=stored_days(day + ONE_DAY) if with_nights else None,
        kind=choice_in(request, "kind", KINDS),
        district=request.GET.get("district", ""),
        adjusted=choice_in(request, "definition", DEFINITIONS) == "adjusted",
        live=bool(request.GET.get("live")) or not request.GET.get("date"),
    )
    try:
        question.part  # noqa: B018 - an unknown district is refused before anything is counted
    except CannotAnswer as refusal:
        raise WrongAddress(str(refusal)) from None
    return question


def subjects_asked(request: HttpRequest, indicator: str) -> Behind:
    """What the address of the names behind a figure asks for. Raises WrongAddress."""
    try:
        return Behind.asked(request, indicators.indicator(indicator), question_of(request))
    except CannotAnswer as refusal:
        raise WrongAddress(str(refusal)) from None
