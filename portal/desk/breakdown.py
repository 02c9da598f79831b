"""One indicator by its groups: districts, units, streets, kinds or fields, those that miss most first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from portal.core.indicators import GROUPING_NAMES, NONE_GROUP, Indicator, Rate
from portal.desk.charts import Distance, distance
from portal.desk.figures import BOTH, Question
from portal.desk.groups import as_tree

HEADINGS = (
    "指标代码", "指标", "日期", "划分", "编码", "名称", "应达标", "已达标", "不计入", "剔除后应达标", "剔除后已达标",
    "目标", "还差", "达标率",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One group: its figure, how far it is from the target, where its names are, its depth in the tree of units."""

    code: str
    name: str
    rate: Rate
    distance: Distance
    missing_href: str
    met_href: str
    all_href: str
    depth: int = 0
    own: bool = False

    @property
    def counts(self) -> bool:
        """Whether anything is counted there."""
        return bool(self.rate.eligible)


def lines(question: Question, ind: Indicator, by: str, rates: Sequence[Rate], home_code: str) -> list[Line]:
    """The groups in order; units as an indented tree without those that have nothing to count."""
    strict = "strict-" if ind.code in BOTH else ""
    found = [
        Line(
            code=rate.group,
            name=rate.group_name,
            rate=rate,
            distance=distance(rate),
            missing_href=question.link(ind.code, f"{strict}unmet", by, rate.group),
            met_href=question.link(ind.code, f"{strict}met", by, rate.group),
            all_href=question.link(ind.code, "", by, rate.group),
            own=by == "unit" and rate.group == home_code,
        )
        for rate in rates
    ]
    found.sort(key=lambda line: _order(line.rate))
    return as_tree(found, question.places.tree) if by == "unit" else found


def _order(rate: Rate) -> tuple[bool, int, bool, int]:
    return (not rate.eligible, -rate.shortfall, bool(rate.meets), -rate.eligible)


def records(ind: Indicator, rates: Sequence[Rate]) -> Iterator[tuple[Any, ...]]:
    """The groups as rows of a file, in the order of the engine, also those with nothing to count."""
    for rate in rates:
        yield (
            ind.code, ind.name, rate.date.isoformat(), GROUPING_NAMES[rate.by], rate.group, rate.group_name,
            rate.eligible, rate.met, rate.excluded, rate.adjusted_eligible, rate.adjusted_met, rate.target,
            rate.shortfall, rate.rate,
        )  # fmt: skip


def unresolved_link(question: Question, ind: Indicator, by: str) -> str:
    """The names of what no unit answers for; empty where the groups leave nothing out."""
    return question.link(ind.code, "", "unit", NONE_GROUP) if by == "unit" and ind.of_organizations else ""
