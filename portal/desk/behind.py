"""The page of the named subjects behind a figure: which figure, which part of it, its rows, counts and file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from branches.counts import formation_due_reported
from portal.core import indicators
from portal.core.indicators import (
    GROUPING_NAMES,
    NONE_GROUP,
    NONE_NAME,
    CannotAnswer,
    Indicator,
    Places,
    Slice,
    Source,
    Subject,
)
from portal.core.pages import WrongAddress, address, choice_in, scope_of_request
from portal.core.scoping import Scope
from portal.desk import files
from portal.desk.deeds import words_of
from portal.desk.doing import answered_among
from portal.desk.figures import BRANCH, FORMATION, KINDS, STATUSES, WORK, Question
from portal.desk.subjects import Row, organizations

PAGE_SIZE = 50
#: words of met and unmet where nothing is excluded
_PLAIN = {"unmet": "未达标", "met": "已达标"}
_OF_FORMATION = {"unmet": "尚未单独组建", "met": "已单独组建"}
_HEADINGS = (
    "代码",
    "名称",
    "状态",
    "原因",
    "条款",
    "责任单位编码",
    "行政区编码",
    "依据",
    "原因说明",
    "责任单位",
    "行政区",
)


@dataclass(frozen=True)
class Behind:
    """What stands behind one figure, for one account."""

    request: HttpRequest
    indicator: Indicator
    question: Question
    by: str
    group: str
    status: str
    reasons: tuple[str, ...]
    reported: bool

    @classmethod
    def asked(cls, request: HttpRequest, ind: Indicator, question: Question) -> Behind:
        """Read the address. Raises WrongAddress and CannotAnswer."""
        by, group = asked_group(request, ind, question)
        reasons = tuple(part for part in request.GET.get("reason", "").split(",") if part)
        for reason in reasons:
            if reason not in ind.reasons:
                raise WrongAddress(f"没有“{reason}”这个原因;可选:{'、'.join(ind.reasons.values())}。")
        reported = bool(request.GET.get("reported")) and ind.code == FORMATION
        status = choice_in(request, "status", statuses(ind))
        return cls(request, ind, question, by, group, status, reasons, reported)

    @property
    def scope(self) -> Scope:
        """What the account may see by name."""
        return scope_of_request(self.request)

    @property
    def source(self) -> Source:
        """Where the subjects come from."""
        return formation_due_reported if self.reported else self.question.source

    @cached_property
    def part(self) -> Slice:
        """The subjects asked for. Raises CannotAnswer for a group that does not exist."""
        part = self.question.group_part(self.by, self.group) if self.by else self.question.part
        return replace(part, status=self.status or None, reasons=frozenset(self.reasons) or None)

    @cached_property
    def total(self) -> int:
        """How many subjects there are, whoever may see their names: the figure itself."""
        return indicators.count(self.indicator, self.question.day, self.part, source=self.source)

    @cached_property
    def named(self) -> int:
        """How many of them this account may see by name."""
        if self.scope.city_wide:
            return self.total
        return indicators.count(self.indicator, self.question.day, self.part, source=self.source, scope=self.scope)

    # ── the page ────────────────────────────────────────────────────────────────────────────────────────────

    def context(self) -> dict[str, Any]:
        """What the page shows."""
        rows, more = self._page()
        may = answered_among([row.id for row in rows], self.scope) if self.indicator.of_organizations else set()
        return {
            "behind": self,
            "question": self.question,
            "group_name": self.group_name,
            "statuses": statuses(self.indicator),
            "reasons": self.indicator.reasons,
            "kinds": KINDS if "kind" in self.indicator.groupings else {},
            "districts": self.question.places.districts if "district" in self.indicator.groupings else [],
            "rows": rows,
            "may": may,
            "deeds": words_of("organizations") if may else (),
            "count": f"{self.named:,}",
            "total": self.total,
            "named": self.named,
            "outside": self.total - self.named,
            "next": more,
            "first": address(self.request) if self.request.GET.get("page") else "",
            "exports": files.offered(self.request) if self.named else [],
            "trail": self._trail(),
        }

    def _trail(self) -> list[tuple[str, str]]:
        """Where the figure stands: on the coverage page, or on the page of its indicator."""
        ind = self.indicator
        if ind.code in (BRANCH, WORK, FORMATION):
            return [("覆盖率", reverse("coverage"))]
        return [("指标一览", reverse("indicators")), (ind.name, reverse("indicator", args=[ind.code]))]

    def _page(self) -> tuple[list[Any], str]:
        """The rows of the page asked for, and the address of the next one."""
        found = self._organizations() if self.indicator.of_organizations else self._others()
        rows = found[:PAGE_SIZE]
        if len(found) <= PAGE_SIZE:
            return rows, ""
        last = rows[-1].place if isinstance(rows[-1], Row) else f"0-{rows[-1].id}"
        return rows, f"{address(self.request)}{'&' if '?' in address(self.request) else '?'}page={last}"

    def ids(self, limit: int) -> list[int]:
        """The first organizations of the list, by row number; those whose names the account may see."""
        try:
            found = organizations(
                self.indicator, self.part, question=self.question, scope=self.scope, source=self.source, limit=limit
            )
        except CannotAnswer as refusal:
            raise WrongAddress(str(refusal)) from None
        return [row.id for row in found]

    def _organizations(self) -> list[Row]:
        return organizations(
            self.indicator,
            self.part,
            question=self.question,
            scope=self.scope,
            source=self.source,
            after=self._after(),
            limit=PAGE_SIZE + 1,
            with_evidence=True,
        )

    def _others(self) -> list[Subject]:
        after = self._after()
        return self._explained(after=after[1] if after else None, limit=PAGE_SIZE + 1)

    def _explained(self, after: int | None = None, limit: int | None = None) -> list[Subject]:
        return indicators.explain(
            self.indicator,
            self.question.day,
            self.part,
            source=self.source,
            scope=self.scope,
            after=after,
            limit=limit,
            places=self.question.places,
        )

    def _after(self) -> tuple[int, int] | None:
        written = self.request.GET.get("page", "")
        if not written:
            return None
        if not re.fullmatch(r"[012]-\d{1,18}", written, re.ASCII):
            raise WrongAddress("地址里的页码无法识别,请从第一页重新翻看。")
        rank, last = written.split("-")
        return int(rank), int(last)

    @cached_property
    def group_name(self) -> str:
        """The group in words."""
        return group_word(self.question.places, self.by, self.group)

    @property
    def status_word(self) -> str:
        """The status in words."""
        return statuses(self.indicator).get(self.status, "全部")

    @property
    def reason_words(self) -> str:
        """The reasons asked for, in words."""
        return "、".join(self.indicator.reasons[reason] for reason in self.reasons)

    # ── the file ────────────────────────────────────────────────────────────────────────────────────────────

    def as_file(self) -> HttpResponse:
        """Exactly the list of the page as a file: the columns of `explain`, and their words."""
        detail = {"指标": self.indicator.code, "日期": self.question.day.isoformat(), "组": self.group_name}
        return files.as_file(
            self.request, f"{self.indicator.name}名单", self.question.day, _HEADINGS, self._records(), detail
        )

    def _records(self) -> Iterator[tuple[Any, ...]]:
        for one in self._explained():
            yield (
                one.subject,
                one.name,
                one.status,
                one.reason,
                one.article,
                one.unit,
                one.district,
                json.dumps(dict(one.evidence), ensure_ascii=False),
                self.indicator.reasons[one.reason],
                one.unit_name,
                one.district_name,
            )


def asked_group(request: HttpRequest, ind: Indicator, question: Question) -> tuple[str, str]:
    """The grouping and group that an address names, both or neither. Raises WrongAddress, and CannotAnswer where
    the indicator does not offer what the question is restricted to."""
    by = choice_in(request, "by", {by: GROUPING_NAMES[by] for by in ind.groupings})
    group = request.GET.get("group", "")
    if bool(group) != bool(by and by != "city"):
        raise WrongAddress("名单要同时写明划分(by)和组(group)。")
    for name, offered in (("kind", question.kind), ("district", question.district)):
        if offered and name not in ind.groupings:
            raise CannotAnswer(f"{ind.name}不能按{GROUPING_NAMES[name]}查看。")
    return by, group


def group_word(places: Places, by: str, group: str) -> str:
    """A group in words; one that is not there on the day by its code."""
    if group == NONE_GROUP:
        return "待明确" if by == "unit" else NONE_NAME
    if by in ("unit", "street"):
        return places.tree.by_code[group].name if group in places.tree.by_code else group
    if by == "district":
        return next((d.name for d in places.districts if d.code == group), group)
    return group or "全市"


def statuses(ind: Indicator) -> dict[str, str]:
    """What a list of this indicator may be restricted to."""
    if ind.code in (BRANCH, WORK):
        return STATUSES
    return _OF_FORMATION if ind.code == FORMATION else _PLAIN
