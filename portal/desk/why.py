"""The page 为什么变了: which figure on which two days, how it moved, who moved it, and all of it as a file."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from portal.core import comparison
from portal.core.comparison import MOVEMENTS, Moved, Sums
from portal.core.indicators import Indicator
from portal.core.pages import WrongAddress, address, choice_in, day_in, scope_of_request
from portal.core.scoping import Scope
from portal.core.templatetags.ui import day as iso
from portal.core.validity import today
from portal.desk import files
from portal.desk.behind import asked_group, group_word
from portal.desk.figures import BOTH, KINDS, Question, month_ends, stored_days
from portal.desk.moved import Compared, Night, Row, population_words, words

PAGE_SIZE = 50
#: how many of each movement the page names before it leads to all of them
EACH = 10
#: how many nights a page offers to choose from, besides the month ends
NIGHTS = 60
_MEANINGS = {
    "gained": "两天都在统计内，前一天未达到，后一天达到",
    "lost": "两天都在统计内，前一天达到，后一天未达到",
    "came": "前一天不在统计内",
    "went": "后一天不在统计内",
    "moved-in": "两天都在统计内，前一天不在这一组",
    "moved-out": "两天都在统计内，后一天不在这一组",
    "changed": "原因有变化，不影响这一数字",
}
_OF_ORGANIZATIONS = {
    "came": "前一天不在统计内：新成立、新登记或补录",
    "went": "后一天不在统计内：已终止或不再登记",
    "changed": "覆盖方式或不计入有变化，不影响这一数字",
}
_HEADINGS = ("变化", "代码", "名称", "前一天", "前一天状态", "后一天", "后一天状态", "说明")
_ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Group:
    """One kind of movement on the page: its sums, the rows that it names, where all of them are."""

    moved: Moved
    word: str
    meaning: str
    rows: list[Row]
    href: str

    @property
    def unnamed(self) -> int:
        """How many lie outside the scope: counted, not named."""
        return self.moved.count - self.moved.named


@dataclass(frozen=True)
class Days:
    """The two days of an address, and why they cannot be compared (empty: they can)."""

    nights: Sequence[datetime.date]
    first: datetime.date | None
    second: datetime.date

    @property
    def second_stored(self) -> bool:
        """Whether the later day is a stored one; else it is today."""
        return self.second in self.nights

    @property
    def trouble(self) -> str:
        """A sentence for days that cannot be compared."""
        if self.first is None:
            return f"{iso(self.second)} 以前还没有存档，存下第一夜以后就能比较。"
        missing = [d for d in (self.first, self.second) if d not in self.nights and d != today()]
        if missing or self.first not in self.nights:
            return f"{iso(missing[0] if missing else self.first)} 没有存档，不能比较；请在上面另选有存档的日期。"
        if self.first > self.second or (self.first == self.second and self.second_stored):
            return "两天的先后不对：前一天要早于后一天。"
        return ""

    def offered(self, chosen: datetime.date | None) -> list[datetime.date]:
        """Stored days to choose from, newest first: the last nights, the month ends, and the one chosen."""
        ends = month_ends(self.nights, today() + _ONE_DAY)
        found = {*self.nights[:NIGHTS], *ends, *([chosen] if chosen in self.nights else [])}
        return sorted((d for d in found if d), reverse=True)


@dataclass(frozen=True)
class Why:
    """Why one figure moved between two days, for one account."""

    request: HttpRequest
    indicator: Indicator
    question: Question
    days: Days
    by: str
    group: str
    movement: str

    @classmethod
    def asked(cls, request: HttpRequest, ind: Indicator, question: Question) -> Why:
        """Read the address; `question` holds the restrictions. Raises WrongAddress and CannotAnswer."""
        nights = stored_days(today() + _ONE_DAY)
        second = day_in(request, "to")
        earlier = next((night for night in nights if night < second), None)
        first = day_in(request, "from") if request.GET.get("from") else earlier
        by, group = asked_group(request, ind, question)
        movement = choice_in(request, "movement", words(ind))
        # today is told as it is known now, unless the address names its stored night
        live = not request.GET.get("to") or second not in nights
        question = replace(question, day=second) if live else _night(question, second)
        return cls(request, ind, question, Days(nights, first, second), by, group, movement)

    @property
    def scope(self) -> Scope:
        """What the account may see by name."""
        return scope_of_request(self.request)

    @cached_property
    def compared(self) -> Compared:
        """Both days."""
        assert self.days.first is not None
        first = _night(self.question, self.days.first)
        return Compared(self.indicator, first, self.question, self.by, self.group)

    @cached_property
    def sums(self) -> Sums:
        """How many moved in which way."""
        return self.compared.sums(self.scope)

    @property
    def live(self) -> bool:
        """Whether the later side is today as it is known now."""
        return not self.question.stored

    @cached_property
    def place(self) -> str:
        """Whom the figures speak of."""
        parts = [] if self.by else ["全市"]
        if self.question.district and self.by != "district":
            parts = [group_word(self.question.places, "district", self.question.district)]
        if self.by and self.by != "city":
            parts.append(group_word(self.question.places, self.by, self.group))
        return "".join([*parts, KINDS.get(self.question.kind, "")])

    # ── the page ────────────────────────────────────────────────────────────────────────────────────────────

    def context(self) -> dict[str, Any]:
        """What the page shows."""
        trouble = self.days.trouble
        population, met = population_words(self.indicator)
        return {
            "why": self,
            "question": self.question,
            "trouble": trouble,
            "trail": [("覆盖率", reverse("coverage"))],
            "population": population,
            "met": met,
            "kinds": KINDS if "kind" in self.indicator.groupings else {},
            "districts": self.question.every_district if "district" in self.indicator.groupings else [],
            "others": self._others(),
            "first_days": self.days.offered(self.days.first),
            "second_days": self.days.offered(self.days.second),
            "exports": [],
            **({} if trouble else self._moved()),
        }

    def _moved(self) -> dict[str, Any]:
        rows, following = self._page()
        told = {movement: list(found) for movement, found in groupby(rows, key=lambda row: row.movement)}
        asked = [self.movement] if self.movement else MOVEMENTS
        return {
            "sums": self.sums,
            "lines": [self._group(movement, []) for movement in MOVEMENTS if self.sums.moved[movement].count],
            "groups": [self._group(m, told.get(m, [])) for m in asked if self.sums.moved[m].count],
            "next": following,
            "first_page": address(self.request) if self.request.GET.get("page") else "",
            "exports": files.offered(self.request) if self.sums.named else [],
        }

    def _group(self, movement: str, rows: list[Row]) -> Group:
        word = words(self.indicator)[movement]
        meaning = _OF_ORGANIZATIONS.get(movement) if self.indicator.of_organizations else None
        href = address(self.request, movement=movement)
        return Group(self.sums.moved[movement], word, meaning or _MEANINGS[movement], rows, href)

    def _page(self) -> tuple[list[Row], str]:
        """The rows to show and the address of the next page: some of each movement, or one movement page by page."""
        if not self.sums.named:
            return [], ""
        if not self.movement:
            return self.compared.rows(self.scope, each=EACH), ""
        found = self.compared.rows(self.scope, movement=self.movement, beyond=self._beyond(), limit=PAGE_SIZE + 1)
        rows = found[:PAGE_SIZE]
        following = f"{address(self.request)}&page={rows[-1].place}" if len(found) > PAGE_SIZE else ""
        return rows, following

    def _beyond(self) -> tuple[int, int] | None:
        written = self.request.GET.get("page", "")
        if not written:
            return None
        if not re.fullmatch(r"[0-6]-\d{1,18}", written, re.ASCII):
            raise WrongAddress("地址里的页码无法识别，请从第一页重新翻看。")
        kind, last = written.split("-")
        return int(kind), int(last)

    def _others(self) -> list[tuple[str, str, bool]]:
        """The two coverage rates as tabs, each with the same days and group."""
        if self.indicator.code not in BOTH:
            return []
        query = self.request.GET.copy()
        for name in ("page", "as", "movement"):
            query.pop(name, None)
        words_of = {"branch-coverage": "党组织覆盖率", "work-coverage": "党的工作覆盖率"}
        return [
            (word, f"{reverse('coverage-why', args=[code])}?{query.urlencode()}", code == self.indicator.code)
            for code, word in words_of.items()
        ]

    @property
    def lists(self) -> tuple[str, str]:
        """The addresses of the lists of both days."""
        return tuple(  # type: ignore[return-value]
            question.link(self.indicator.code, "", self.by if self.by != "city" else "", self.group)
            for question in (self.compared.before, self.compared.after)
        )

    # ── the file ────────────────────────────────────────────────────────────────────────────────────────────

    def as_file(self) -> HttpResponse:
        """Everybody named on the page, and on the pages that it leads to, as a file. Raises WrongAddress."""
        if self.days.trouble:
            raise WrongAddress(self.days.trouble)
        first = self.compared.before.day
        detail = {"指标": self.indicator.code, "前一天": str(first), "后一天": str(self.question.day), "组": self.place}
        name = f"{self.indicator.name}为什么变了-{first}至"
        return files.as_file(self.request, name, self.question.day, _HEADINGS, self._records(), detail)

    def _records(self) -> Iterator[tuple[Any, ...]]:
        for row in self.compared.rows(self.scope, movement=self.movement):
            before, after = (
                f"{stand.word}{'（不计入）' if stand.excluded else ''}" for stand in (row.before, row.after)
            )
            days = self.compared.before.day, self.question.day
            yield row.word, row.subject, row.name, days[0], before, days[1], after, row.remark


def _night(question: Question, day: datetime.date) -> Night:
    return Night(day=day, kind=question.kind, district=question.district, adjusted=question.adjusted)


@dataclass(frozen=True)
class Since:
    """The sums since one earlier day, for the card of the coverage page."""

    title: str
    sums: Sums
    href: str
    parts: list[tuple[str, str, int]]


def since(question: Question, ind: Indicator, days: Sequence[tuple[str, datetime.date]]) -> list[Since]:
    """What moved since each of some stored days (title, day), one statement; empty where nights cannot tell."""
    hrefs = [question.why_link(ind.code, day) for _, day in days]
    if not any(hrefs):
        return []
    compared = [Compared(ind, _night(question, day), question) for _, day in days]
    found = comparison.sums_since(ind, [one.sides[0] for one in compared], compared[0].sides[1])
    named = words(ind)
    return [
        Since(title, sums, href, [(m, named[m], sums.moved[m].count) for m in MOVEMENTS if sums.moved[m].count])
        for (title, _), href, sums in zip(days, hrefs, found, strict=True)
    ]
