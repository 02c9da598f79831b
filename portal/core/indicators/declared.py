"""What an indicator is, which there are, and by what they may be grouped."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

#: columns of a subjects query, in this order; met and excluded are 0 or 1
COLUMNS = (
    "subject_id",
    "met",
    "excluded",
    "reason",
    "unit_id",
    "district_id",
    "subdistrict_id",
    "kind",
    "field",
)
GROUPINGS = ("city", "unit", "district", "street", "kind", "field")
GROUPING_NAMES = {
    "city": "全市",
    "unit": "党建责任单位",
    "district": "行政区",
    "street": "街道",
    "kind": "类别",
    "field": "领域",
}
NONE_GROUP = "-"
NONE_NAME = "未填"
COLUMN_OF = {
    "unit": "unit_id",
    "district": "district_id",
    "street": "subdistrict_id",
    "kind": "kind",
    "field": "field",
}


class CannotAnswer(ValueError):
    """The question has no answer; the message is a Chinese sentence for the user."""


class Query(NamedTuple):
    """A SELECT with the columns of `COLUMNS`, and its parameters besides `day`.

    `shared` names sub-queries of `text` by which several indicators begin; they take no parameter but `day`, so
    that a statement over several indicators evaluates each of them once.

    `reasoned` and `met` say of a text that it takes all rows of one shared sub-query (which has its columns, but
    for the subject and met) and that just these reasons are met: several such indicators are then counted at once.
    """

    text: str
    parameters: Mapping[str, Any] = {}
    shared: Mapping[str, str] = {}
    reasoned: str = ""
    met: tuple[str, ...] = ()

    @property
    def whole(self) -> str:
        """The SELECT with its shared sub-queries, to stand alone or in a FROM."""
        return f"{opening(self.shared)} {self.text}" if self.shared else self.text


def opening(shared: Mapping[str, str], hint: str = "") -> str:
    """The WITH clause of shared sub-queries."""
    return "WITH " + ", ".join(f"{name} AS {hint}({text})" for name, text in shared.items())


class Description(NamedTuple):
    """How a subject is named to the outside, and the rows that decided about it."""

    subject: str
    name: str
    evidence: dict[str, Any]


@dataclass(frozen=True)
class Indicator:
    """One figure of the notice.

    `subjects(day)` is its SQL definition; `describe(ids, day)` names subjects and gives their evidence, a few
    statements for any number of ids. `reasons` maps each reason code to its Chinese word. `target` in per cent
    holds for every unit and day until a dated target is set; it is due on `due_on` (None: every year anew).

    A `yearly` one counts the calendar year so far and begins anew on 1 January: pages show last year's result beside.

    An indicator with a `quota` asks for so many subjects on a day: its eligible is the quota, its met at most that,
    whatever else is listed.
    """

    code: str
    name: str
    article: int
    groupings: tuple[str, ...]
    reasons: Mapping[str, str]
    subjects: Callable[[datetime.date], Query]
    describe: Callable[[Sequence[int], datetime.date], Mapping[int, Description]]
    subject_word: str = "社会组织"
    measure: str = "家"
    target: int = 100
    due_on: datetime.date | None = None
    names_people: bool = False
    yearly: bool = False
    quota: Callable[[datetime.date], int] | None = None

    @property
    def of_organizations(self) -> bool:
        """Whether the subjects are social organizations, so that a subject's id is an organization's."""
        return "kind" in self.groupings

    @property
    def has_places(self) -> bool:
        """Whether the subjects lie in districts, so that a territorial unit knows those of its own."""
        return "district" in self.groupings or self.quota is not None

    def figure(self, listed: int, met: int, day: datetime.date) -> tuple[int, int]:
        """(eligible, met) of so many subjects listed on `day`, so many of them met."""
        if self.quota is None:
            return listed, met
        asked = self.quota(day)
        return asked, min(asked, met)


_indicators: dict[str, Indicator] = {}
_choices: dict[str, list[tuple[str, str]]] = {}


def register(indicator: Indicator) -> None:
    """Add an indicator; called by its room when the app is ready."""
    _indicators[indicator.code] = indicator


def register_choices(by: str, choices: Iterable[tuple[str, str]]) -> None:
    """Say which groups `kind` and `field` have: (stored value, Chinese word)."""
    _choices[by] = list(choices)


def choices(by: str) -> list[tuple[str, str]]:
    """The groups of `kind` or `field`: (stored value, Chinese word)."""
    return _choices[by]


def all_indicators() -> list[Indicator]:
    """All registered indicators in the order of their articles."""
    return sorted(_indicators.values(), key=lambda i: (i.article, list(_indicators).index(i.code)))


def indicator(code: str) -> Indicator:
    """The indicator of this code. Raises CannotAnswer for an unknown one."""
    try:
        return _indicators[code]
    except KeyError:
        known = "、".join(_indicators)
        raise CannotAnswer(f"没有代码为“{code}”的指标;已有指标:{known}。") from None


def offered(ind: Indicator, by: str) -> bool:
    """Whether the indicator has this grouping."""
    return by in ind.groupings


def chosen(codes: Sequence[str] | None, by: str) -> list[Indicator]:
    """The indicators asked for; without codes all that offer the grouping. Raises CannotAnswer."""
    if by not in GROUPINGS:
        raise CannotAnswer(f"不能按“{by}”分组;可用:{'、'.join(GROUPINGS)}。")
    if not codes:
        return [ind for ind in all_indicators() if offered(ind, by)]
    asked = [indicator(code) for code in codes]
    for ind in asked:
        if not offered(ind, by):
            ways = "、".join(GROUPING_NAMES[g] for g in ind.groupings)
            raise CannotAnswer(f"{ind.name}不能按{GROUPING_NAMES[by]}分组;可按:{ways}。")
    return asked
