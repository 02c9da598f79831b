"""覆盖率: where the city stands on any day, by line or territory, and the names behind every figure."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.core import indicators, snapshots
from portal.core.indicators import GROUPING_NAMES, CannotAnswer, Rate, Slice, Table
from portal.core.pages import WrongAddress, choice_in, requires, scope_of_request
from portal.core.templatetags.ui import cnday
from portal.desk import files
from portal.desk.asked import question_of, subjects_asked
from portal.desk.brief import brief
from portal.desk.charts import Stack, stack, trend
from portal.desk.doing import answered_among
from portal.desk.figures import (
    BOTH,
    BRANCH,
    FORMATION,
    FORMATION_RANGE,
    KINDS,
    WORK,
    Past,
    Question,
    meter_card,
    month_ends,
    night_word,
    past_tables,
)
from portal.desk.groups import Line, as_tree, lines
from portal.desk.standing import days_beside
from portal.desk.subjects import organizations
from portal.desk.tilemap import TileMap, tile_map
from portal.desk.why import since

GROUPINGS = {by: GROUPING_NAMES[by] for by in ("unit", "district", "street", "kind", "field")}
INDICATORS = {BRANCH: "党组织覆盖率", WORK: "党的工作覆盖率"}
NAMED = 10
_HEADINGS = (
    "指标代码", "指标", "日期", "划分", "编码", "名称", "应覆盖", "已覆盖", "不计入", "剔除后应覆盖", "剔除后已覆盖",
    "目标", "还差", "覆盖率",
)  # fmt: skip


@require_safe
@requires("see-counts")
def coverage(request: HttpRequest) -> HttpResponse:
    """The coverage page, or its groups as a file."""
    question = question_of(request, with_nights=True)
    by = choice_in(request, "by", GROUPINGS, "district")
    indicator = choice_in(request, "indicator", INDICATORS, BRANCH)
    if request.GET.get("as"):
        return _groups_file(request, question, by, question.rates(by))
    return render(request, "coverage/page.html", _page(request, question, by, indicator))


def _page(request: HttpRequest, question: Question, by: str, indicator: str) -> dict[str, Any]:
    scope = scope_of_request(request)
    home = question.places.tree.units.get(scope.home_unit_id or 0)
    tables = (Table(by, BOTH), Table("city", BOTH), Table("kind", [BRANCH]), *FORMATION_RANGE)
    nights = [day for day in question.nights or () if day < question.day]
    months = month_ends(nights, question.day)
    compared = months[-1] if months and question.series_group == ("city", "city") else None
    kept = past_tables(tables, [day for day in (compared, question.day if question.stored else None) if day])
    rates, total, of_kinds, [named], [reported] = question.together(*tables, kept=kept)
    series, revised = _series(question, total, [*months, *nights[:1]])
    before = [one for one in kept if one.day == compared and one.rate.by == by]
    found = lines(question, rates, before, home.code if home else "", indicator)
    card = meter_card(question, _where(question), "", total, _night(series, nights))
    missing = _missing_part(question)
    rows = organizations(indicators.indicator(indicator), missing, question=question, scope=scope, limit=NAMED)
    main = next(one.rate for one in card.meters if one.rate.indicator == indicator)
    return {
        "question": question,
        "by": by,
        "by_word": GROUPINGS[by],
        "indicator": indicator,
        "indicator_word": INDICATORS[indicator],
        **days_beside(request, question),
        "groupings": GROUPINGS,
        "kinds": KINDS,
        "districts": question.places.districts,
        "card": card,
        "main": main,
        "lines": as_tree(found, question.places.tree) if by == "unit" else found,
        "needed": sum((line.branch if indicator == BRANCH else line.work).shortfall for line in found),
        "compared": compared,
        "map": _map(question, found, indicator) if by == "district" else None,
        "stacks": _stacks(question, total, of_kinds),
        "reason_words": list(indicators.indicator(BRANCH).reasons.items()),
        "trend": trend(
            series, INDICATORS, lambda first, second: question.why_link(indicator, first, until=second), revised
        ),
        "changes": since(question, indicators.indicator(indicator), _earlier(question, nights, months)),
        "named": named,
        "formation_named": named.eligible - named.met,
        "formation_reported": reported.eligible - reported.met,
        "formation_href": question.link(FORMATION, "unmet"),
        "formation_reported_href": question.link(FORMATION, "unmet", reported=True),
        "branch_target": card.meters[0].rate.target,
        "unresolved_href": question.link(BRANCH, "", "unit", indicators.NONE_GROUP),
        "brief": brief(question, [card], _shown(question, rates, indicator, by), GROUPINGS[by]),
        "rows": rows,
        "may": answered_among([row.id for row in rows], scope),
        "missing_count": main.eligible - main.met,
        "missing_href": question.missing_link(indicator),
        "exports": files.offered(request),
    }


def _earlier(
    question: Question, nights: Sequence[datetime.date], months: Sequence[datetime.date]
) -> list[tuple[str, datetime.date]]:
    """The last stored night and the last month end before the day, each with its word."""
    found = [(night_word(question.day, nights[0]), nights[0])] if nights else []
    return found + [(f"较{cnday(day)}", day) for day in months[-1:] if day not in nights[:1]]


def _where(question: Question) -> str:
    """What the meters speak of."""
    place = next((d.name for d in question.places.districts if d.code == question.district), "全市")
    if question.district == indicators.NONE_GROUP:
        place = "未填行政区"
    return f"{place}{KINDS[question.kind]}" if question.kind else place


def _series(question: Question, total: Sequence[Rate], days: list[Any]) -> tuple[list[Past], list[Past]]:
    """The stored figures of the page's own group with the day asked at the end, and the revised ones."""
    group = question.series_group
    points = snapshots.revised_series(*group, BOTH, sorted(set(days))) if group else []
    kept = [Past(one.day, question.shown(one.kept)) for one in points if one.kept]
    revised = [Past(one.day, question.shown(one.revised), one.reasons) for one in points if one.revised]
    return [*kept, *(Past(question.day, question.shown(rate)) for rate in total)], revised


def _night(series: Sequence[Past], nights: Sequence[Any]) -> list[Past]:
    """The last stored night before the day asked, as figures of the city's own group."""
    last = nights[0] if nights else None
    found = [one for one in series if one.day == last]
    return [Past(one.day, _as_city(one.rate)) for one in found]


def _as_city(rate: Rate) -> Rate:
    return replace(rate, by="city", group="city")


def _shown(question: Question, rates: Sequence[Rate], indicator: str, by: str) -> list[Rate]:
    """The groups that a brief may name: units stand inside each other, so only leaves of the tree."""
    found = [question.shown(rate) for rate in rates if rate.indicator == indicator]
    if by != "unit":
        return found
    tree = question.places.tree
    return [rate for rate in found if len(tree.below(tree.by_code[rate.group].id)) == 1]


def _missing_part(question: Question) -> Slice:
    return replace(question.part, status="unmet" if question.adjusted else "strict-unmet")


def _map(question: Question, found: Sequence[Line], indicator: str) -> TileMap:
    rates = [line.branch if indicator == BRANCH else line.work for line in found]
    links = {line.code: line.missing_href for line in found}
    return tile_map(rates, links, question.every_district)


def _stacks(question: Question, total: Sequence[Rate], of_kinds: Sequence[Rate]) -> list[Stack]:
    """The reasons of the whole and of each kind, strict."""
    words = indicators.indicator(BRANCH).reasons
    whole = next(rate for rate in total if rate.indicator == BRANCH)
    bars = [(_where(question), "", "", whole)] if whole.eligible else []
    if not question.kind:
        bars += [(r.group_name, "kind", r.group, r) for r in of_kinds if r.eligible]
    return [
        stack(name, rate, words, {reason: question.link(BRANCH, "", by, group, reason=reason) for reason in words})
        for name, by, group, rate in bars
    ]


def _groups_file(request: HttpRequest, question: Question, by: str, rates: Sequence[Rate]) -> HttpResponse:
    rows = [
        (
            rate.indicator, INDICATORS[rate.indicator], rate.date.isoformat(), GROUPINGS[by], rate.group,
            rate.group_name, rate.eligible, rate.met, rate.excluded, rate.adjusted_eligible, rate.adjusted_met,
            rate.target, rate.shortfall, rate.rate,
        )
        for rate in rates
    ]  # fmt: skip
    return files.as_file(request, f"覆盖率-{GROUPINGS[by]}", question.day, _HEADINGS, rows, {"划分": GROUPINGS[by]})


@require_safe
@requires("see-counts")
def subjects(request: HttpRequest, indicator: str) -> HttpResponse:
    """The names behind a figure, as a page or as a file."""
    try:
        behind = subjects_asked(request, indicator)
        if request.GET.get("as"):
            return behind.as_file()
        return render(request, "coverage/subjects.html", behind.context())
    except CannotAnswer as refusal:
        raise WrongAddress(str(refusal)) from None
