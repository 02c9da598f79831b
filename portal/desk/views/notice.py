"""通知: every article with its figures; 指标: all of them as a table, and each by its groups."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.core import indicators
from portal.core.indicators import GROUPING_NAMES, CannotAnswer, Indicator, Table
from portal.core.models import User
from portal.core.pages import WrongAddress, address, choice_in, requires, scope_of_request
from portal.core.policy import NOTICE_DAY, NOTICE_NAME
from portal.desk import files
from portal.desk.breakdown import HEADINGS, lines, records, unresolved_link
from portal.desk.lists.plans import notice_tabs
from portal.desk.notice import notice as notice_at
from portal.desk.standing import Place, frame, place_asked

_OF_PLACES = (
    "条款", "指标代码", "指标", "日期", "范围", "应达标", "已达标", "目标", "届满日期", "还差", "达标率",
)  # fmt: skip


def _tabs(place: Place, current: str) -> list[tuple[str, str, bool]]:
    return notice_tabs(current, place.link(current).removeprefix(reverse(current)))


@require_safe
@requires("see-counts")
def notice(request: HttpRequest) -> HttpResponse:
    """The six parts and 21 articles at a place on a day."""
    place, scope = place_asked(request), scope_of_request(request)
    context = {
        **frame(request, place),
        "notice": notice_at(place, scope, cast(User, request.user)),
        "notice_name": NOTICE_NAME,
        "notice_day": NOTICE_DAY,
        "tabs": _tabs(place, "notice"),
    }
    return render(request, "notice/page.html", context)


@require_safe
@requires("see-counts")
def all_indicators(request: HttpRequest) -> HttpResponse:
    """Every indicator at a place on a day, or the same as a file."""
    place = place_asked(request)
    standings = place.standings(indicators.all_indicators())
    if request.GET.get("as"):
        rows = [
            (
                one.indicator.article, one.indicator.code, one.indicator.name, place.day.isoformat(),
                one.rate.group_name, one.rate.eligible, one.rate.met, one.rate.target, one.rate.due_on,
                one.rate.shortfall, one.rate.rate,
            )
            for one in standings if one.rate
        ]  # fmt: skip
        return files.as_file(request, f"指标一览-{place.name}", place.day, _OF_PLACES, rows, {"范围": place.name})
    context = {
        **frame(request, place),
        "standings": standings,
        "exports": files.offered(request),
        "tabs": _tabs(place, "indicators"),
    }
    return render(request, "notice/indicators.html", context)


@require_safe
@requires("see-counts")
def one_indicator(request: HttpRequest, indicator: str) -> HttpResponse:
    """One indicator by its groups, or the same as a file."""
    try:
        ind = indicators.indicator(indicator)
    except CannotAnswer as refusal:
        raise WrongAddress(str(refusal)) from None
    place = place_asked(request)
    offered = {by: GROUPING_NAMES[by] for by in ind.groupings if by != "city"}
    by = choice_in(request, "by", offered, _first(offered))
    rates = place.question.together(Table(by or "city", [ind.code]))[0]
    if request.GET.get("as"):
        name = f"{ind.name}-{offered.get(by, '全市')}"
        return files.as_file(request, name, place.day, HEADINGS, records(ind, rates), {"划分": offered.get(by, "")})
    return render(request, "notice/indicator.html", _page(request, place, ind, by, offered, rates))


def _first(offered: dict[str, str]) -> str:
    """The territory where it is offered, else the line."""
    return "district" if "district" in offered else next(iter(offered), "")


def _page(
    request: HttpRequest, place: Place, ind: Indicator, by: str, offered: dict[str, str], rates: list[indicators.Rate]
) -> dict[str, Any]:
    scope, tree = scope_of_request(request), place.question.places.tree
    home = tree.units.get(scope.home_unit_id or 0)
    [standing] = place.standings([ind])
    return {
        **frame(request, place),
        "indicator": ind,
        "standing": standing,
        "month_ends": [(rate, address(request, date=rate.date.isoformat())) for rate in _earlier(standing)],
        "by": by,
        "by_word": offered.get(by, ""),
        "groupings": [(word, address(request, by=one), one == by) for one, word in offered.items()],
        "lines": lines(place.question, ind, by, rates, home.code if home else "") if by else [],
        "unresolved_href": unresolved_link(place.question, ind, by),
        "exports": files.offered(request),
        "trail": [("通知", place.link("notice")), ("指标一览", place.link("indicators"))],
    }


def _earlier(standing: Any) -> list[indicators.Rate]:
    """The month ends of its trend, newest first."""
    return standing.spark.rates[::-1] if standing.spark else []
