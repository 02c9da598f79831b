"""The notice as a page: every article with its figures, what waits under it and the way to its registers.

Indicators stand under the article that they declare, registers under the one that `portal.core.articles` names, things
to do under the one of their kind: what a room adds appears by itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.urls import reverse

from branches.involvement import answered_by, counted
from orgs.todo import to_be_straightened
from portal.core import indicators, plans, todo
from portal.core.articles import PARTS, Article, Part
from portal.core.counts import counts
from portal.core.imports.register import registers
from portal.core.indicators import NONE_GROUP, Places, Slice
from portal.core.models import User
from portal.core.scoping import Scope
from portal.core.todo import Item
from portal.core.units import UnitTree, reach_of
from portal.core.validity import covers, today
from portal.desk.figures import BRANCH, Question
from portal.desk.lists import list_of
from portal.desk.standing import Place, Standing


@dataclass(frozen=True)
class Fact:
    """A number of an article that is no rate: its word, how many (None: a way only), where the names are."""

    word: str
    count: int | None
    measure: str
    href: str
    remark: str = ""


@dataclass(frozen=True)
class Stand:
    """One article at a place: its figures, other numbers, what waits, the ways to its registers (word, address).

    `built` says whether any register of the article exists.
    """

    article: Article
    standings: list[Standing]
    facts: list[Fact]
    items: list[Item]
    ways: list[tuple[str, str]]
    built: bool


@dataclass(frozen=True)
class Notice:
    """The notice at a place, part by part; `tasks_shown` says whether the account is shown what waits there."""

    parts: list[tuple[Part, list[Stand]]]
    tasks_shown: bool

    @property
    def standings(self) -> list[Standing]:
        """All figures, article by article."""
        return [one for _, stands in self.parts for stand in stands for one in stand.standings]

    @property
    def counted(self) -> int:
        """How many indicators have something to count here."""
        return sum(1 for one in self.standings if one.rate and one.rate.eligible)

    @property
    def met(self) -> int:
        """How many of them reach their target."""
        return sum(1 for one in self.standings if one.rate and one.rate.meets)


def notice(place: Place, scope: Scope, account: User) -> Notice:
    """The notice at a place as an account sees it; some eight statements besides those of the frame."""
    standings = place.standings(indicators.all_indicators())
    waiting = _tasks(place, scope, account, standings)
    facts = _facts(place, scope)

    def stand(article: Article) -> Stand:
        built = [kind for kind in article.registers if kind in registers()]
        return Stand(
            article=article,
            standings=[one for one in standings if one.indicator.article == article.number],
            facts=facts.get(article.number, []),
            items=(waiting or {}).get(article.number, []),
            ways=_ways(built, scope),
            built=bool(built),
        )

    parts = [(part, [stand(article) for article in part.articles]) for part in PARTS]
    return Notice(parts, tasks_shown=waiting is not None)


def _ways(kinds: Sequence[str], scope: Scope) -> list[tuple[str, str]]:
    """The lists of these registers that the account may open."""
    found = [list_of(kind.replace("_", "-")) for kind in kinds]
    return [(one.heading, reverse(one.route)) for one in found if one and scope.can(one.capability)]


def _tasks(place: Place, scope: Scope, account: User, standings: Sequence[Standing]) -> Mapping[int, list[Item]] | None:
    """What waits today at the place, by article; None where that is not the account's business."""
    here = place.question.day == today() and not place.question.stored
    tree = place.question.places.tree if here else scope.tree
    if place.unit is None:
        asked = scope if scope.city_wide else None
    elif scope.city_wide or place.unit.id in scope.unit_ids:
        tree = tree or UnitTree.on(scope.day)
        asked = _narrowed(place.unit.id, tree, scope)
    else:
        asked = None
    if asked is None:
        return None
    valid = [one for one in place.question.every_district if covers(one.valid_from, one.valid_to, scope.day)]
    places = place.question.places if here else Places(scope.day, tree, valid) if tree else None
    rates = [one.rate for one in standings if one.rate and one.rate.by != "district"] if here else None
    return todo.by_article(asked, scope.day, account, places=places, rates=rates)


def _narrowed(unit_id: int, tree: UnitTree, scope: Scope) -> Scope | None:
    """The scope of somebody of the unit, for what waits there; None where the unit is none any more."""
    unit = tree.units.get(unit_id)
    return replace(reach_of(unit, tree, scope.day), roles=scope.roles) if unit else None


def _facts(place: Place, scope: Scope) -> dict[int, list[Fact]]:
    """The numbers of articles that are no indicators."""
    found: dict[int, list[Fact]] = defaultdict(list)
    found[1] = _unresolved(place)
    found[4] = _fields(place.question)
    for facts in (_registered(place, scope), _planned(place, scope)):
        for article, ones in facts.items():
            found[article] += ones
    return found


def _planned(place: Place, scope: Scope) -> dict[int, list[Fact]]:
    """The tasks planned for each article this year, and under article 19 what of all of them is open and late: as they
    are known now, on any day; the list is today's."""
    unit = place.unit
    stands = plans.by_article(place.question.places.tree.below(unit.id) if unit else None, place.day)
    reached = place.day == today() and (scope.city_wide or (unit is not None and unit.id in scope.unit_ids))

    def tasks(word: str, count: int, remark: str = "", **asked: str) -> Fact:
        asked = {"year": str(place.day.year), "unit": unit.code if unit else "", **asked}
        query = urlencode({name: value for name, value in asked.items() if value})
        return Fact(word, count, "项", f"{reverse('plan-tasks')}?{query}" if reached else "", remark)

    found = {number: [tasks("计划任务", tally.total, article=str(number))] for number, tally in stands.items()}
    if stands:
        whole = plans.together(stands.values())
        late = tasks("其中逾期", whole.overdue, state="overdue")
        found[19] = [
            *found.get(19, []),
            tasks("全部计划任务", whole.total),
            tasks("未完成", whole.waiting, state="waiting"),
            late,
        ]
    return found


def _unresolved(place: Place) -> list[Fact]:
    """Nobody answers: counted in the city and in the district of its lead; such an organization is in no unit."""
    question, district = place.question, place.district
    if place.unit and not district:
        return []
    part = replace(question.group_part("district", district) if district else Slice(), unresolved=True)
    count = indicators.count(indicators.indicator(BRANCH), question.day, part, source=question.source)
    href = question.link(BRANCH, "", "unit", NONE_GROUP)
    return [Fact("责任单位待明确", count, "家", f"{href}&district={district}" if district else href, "应为 0")]


def _registered(place: Place, scope: Scope) -> dict[int, list[Fact]]:
    """待理顺, and how far party organizations are bound into the organizations: as it is known now, on any day; the
    lists are today's. One statement."""
    unit, day = place.unit, place.day
    units = place.question.places.tree.below(unit.id) if unit else None
    straightening = to_be_straightened(day, units)
    found = counts({"straightening": straightening, **counted(day, answered_by(units, day) if units else None)})
    reached = day == today() and (scope.city_wide or (unit is not None and unit.id in scope.unit_ids))

    def fact(name: str, word: str, measure: str, route: str, remark: str = "", **asked: str) -> Fact:
        query = urlencode({**asked, **({"unit": unit.code} if unit else {})})
        href = f"{reverse(route)}{f'?{query}' if query else ''}" if reached else ""
        return Fact(word, found[name], measure, href, remark)

    year = str(day.year)
    return {
        1: [fact("straightening", "待理顺", "家", "organizations", "应逐年减少", basis="straightening")],
        11: [
            fact("clauses", "在有效期内的章程党建条款", "条", "charter-clauses", counted="today"),
            fact("agreements", "在有效期内的共同责任书", "份", "agreements", counted="today"),
            fact("decisions", "当年参与重大决策", "次", "decisions", year=year, counted="today"),
            fact("scores", "当年购买服务党建评分", "次", "purchase-scores", year=year, counted="today"),
        ],
    }


def _fields(question: Question) -> list[Fact]:
    """Where coverage by field is shown."""
    day = f"&date={question.day.isoformat()}" if question.day != today() else ""
    return [Fact("按领域看覆盖率", None, "", f"{reverse('coverage')}?by=field{day}")]
