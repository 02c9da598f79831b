"""What the pages show of the figures: the question of an address, the answer of the engine, links to the names.

Nothing is counted here: rates come from `portal.core.indicators`, stored ones from `portal.core.snapshots`. A page
asks one `Question`: a day, the part of the city, strict or adjusted, live or as stored.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, cast
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html
from django.utils.safestring import SafeString

from branches.counts import formation_due_reported
from orgs.models import OrganizationState
from portal.core import indicators, slices, snapshots
from portal.core.indicators import NONE_GROUP, CannotAnswer, Places, Rate, Slice, Source, Table
from portal.core.models import District, Figure, Snapshot
from portal.core.templatetags.ui import cnday, thousands
from portal.core.units import UnitTree
from portal.core.validity import covers, today

BRANCH, WORK, FORMATION = "branch-coverage", "work-coverage", "formation-due"
BOTH = (BRANCH, WORK)
KINDS = dict(OrganizationState.Kind.choices)
DEFINITIONS = {"strict": "全口径", "adjusted": "剔除后口径"}
FIELDS = dict(OrganizationState.Field.choices)
#: what a list behind a figure may be restricted to; the strict ones look at the strict figure, whatever is excluded
STATUSES = {
    "strict-unmet": "未覆盖（全口径）",
    "strict-met": "已覆盖（全口径）",
    "unmet": "未覆盖（剔除后）",
    "met": "已覆盖（剔除后）",
    "excluded": "不计入",
}


#: `formation-due` from the named members up to the reported numbers (申报数)
FORMATION_RANGE = (Table("city", [FORMATION]), Table("city", [FORMATION], formation_due_reported))


@dataclass(frozen=True)
class Question:
    """What a page was asked: a day, a kind and a district to restrict to ("" for all), which definition, and
    whether a stored day is to be answered live all the same."""

    day: datetime.date = field(default_factory=today)
    kind: str = ""
    district: str = ""
    adjusted: bool = False
    live: bool = True
    #: the units of the day, where they were read already
    tree: UnitTree | None = field(default=None, compare=False, repr=False)
    #: the stored days up to the day, newest first, where they were read already
    nights: Sequence[datetime.date] | None = field(default=None, compare=False, repr=False)

    @cached_property
    def places(self) -> Places:
        """Units, districts and targets of the day."""
        if self.stored:
            return snapshots.places_of(self.day, lambda: self.every_district)
        return Places(self.day, self.tree, cast(list[District], SimpleLazyObject(self._districts)))

    def _districts(self) -> list[District]:
        return [one for one in self.every_district if covers(one.valid_from, one.valid_to, self.day)]

    @cached_property
    def every_district(self) -> list[District]:
        """All districts, also those not valid on the day."""
        return list(District.objects.order_by("code"))

    @cached_property
    def stored(self) -> bool:
        """Whether the answer is the snapshot of the day."""
        return not self.live and self.has_night

    @cached_property
    def has_night(self) -> bool:
        """Whether the day has a snapshot, whatever answers."""
        return snapshots.is_stored(self.day) if self.nights is None else self.day in self.nights

    @property
    def source(self) -> Source:
        """Where the subjects come from."""
        return indicators.stored if self.stored else indicators.live

    @cached_property
    def part(self) -> Slice:
        """The restriction by kind and district. Raises CannotAnswer for an unknown district."""
        return self.group_part("district", self.district) if self.district else Slice(kind=self.kind or None)

    @property
    def series_group(self) -> tuple[str, str] | None:
        """The group whose stored figures are the past of this question; None where two restrictions meet."""
        if self.kind and self.district:
            return None
        if self.kind:
            return "kind", KINDS[self.kind]
        return ("district", self.district) if self.district else ("city", "city")

    def group_part(self, by: str, group: str) -> Slice:
        """The subjects of one group within this question. Raises CannotAnswer for an unknown group."""
        kind = self.kind or None
        districts = self._by_code(district=self.district).districts if self.district else None
        if by == "unit":
            if group == NONE_GROUP:
                return Slice(unresolved=True, kind=kind, districts=districts)
            return replace(self._by_code(unit=group), kind=kind, districts=districts)
        if by == "district":
            return replace(self._by_code(district=group), kind=kind)
        if by == "street":
            return Slice(streets=self._street_ids(group), kind=kind, districts=districts)
        if by == "kind":
            return Slice(kind=_value(KINDS, group), districts=districts)
        if by == "field":
            return Slice(field=_value(FIELDS, group), kind=kind, districts=districts)
        return Slice(kind=kind, districts=districts)

    def _by_code(self, **codes: str) -> Slice:
        every = self.every_district if "district" in codes else None
        return slices.by_codes(indicators.indicator(BRANCH), self.places, every, **codes)

    def _street_ids(self, code: str) -> frozenset[int | None]:
        streets = {unit.code: unit.id for unit in self.places.streets()}
        if code == NONE_GROUP:
            return frozenset({None, *self.places.tree.units} - set(streets.values()))
        if code not in streets:
            raise CannotAnswer(f"没有编码为“{code}”的街道。")
        return frozenset({streets[code]})

    def rates(self, by: str = "city", codes: Sequence[str] = BOTH) -> list[Rate]:
        """The strict figures by `by`; a stored day is held to the targets kept with it."""
        return self.together(Table(by, codes))[0]

    def together(self, *tables: Table, kept: Iterable[Past] | None = None) -> list[list[Rate]]:
        """What `rates` says for each of several tables, in one statement.

        A stored day takes one more for its targets, unless its `kept` figures were read already (`past_tables`).
        """
        found = indicators.together(self.day, tables, part=self.part, source=self.source, places=self.places)
        if not self.stored:
            return found
        kept = past_tables(tables, [self.day]) if kept is None else kept
        targets = {_place(one.rate): one.rate.target for one in kept if one.day == self.day}
        return [[replace(rate, target=targets.get(_place(rate), rate.target)) for rate in table] for table in found]

    def shown(self, rate: Rate) -> Rate:
        """A figure in the definition asked for."""
        return adjusted(rate) if self.adjusted else rate

    def link(
        self,
        indicator: str,
        status: str = "",
        by: str = "",
        group: str = "",
        *,
        reason: str = "",
        reported: bool = False,
    ) -> str:
        """The address of the named subjects behind a figure of this question."""
        asked = {
            "date": self.day.isoformat() if self.day != today() else "",
            "live": "1" if self.live and self.day != today() else "",
            "by": by,
            "group": group,
            "kind": self.kind,
            "district": self.district if by != "district" else "",
            "status": status,
            "reason": reason,
            "reported": "1" if reported else "",
        }
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"{reverse('coverage-subjects', args=[indicator])}{'?' if query else ''}{query}"

    def why_link(
        self, indicator: str, since: datetime.date, by: str = "", group: str = "", *, until: datetime.date | None = None
    ) -> str:
        """The address that tells why the figure moved since a stored day; `until` is a stored day, else that of the
        question. Empty where the question is a past day as it is known now, which two nights do not tell."""
        until = until or self.day
        if until != today() and self.live and until == self.day:
            return ""
        asked = {
            "from": since.isoformat(),
            "to": until.isoformat() if until != today() or not self.live else "",
            "by": by,
            "group": group,
            "kind": self.kind,
            "district": self.district if by != "district" else "",
            "definition": "adjusted" if self.adjusted else "",
        }
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"{reverse('coverage-why', args=[indicator])}?{query}"

    def missing_link(self, indicator: str, by: str = "", group: str = "") -> str:
        """The names of what this definition counts as missing."""
        return self.link(indicator, "unmet" if self.adjusted else "strict-unmet", by, group)

    def met_link(self, indicator: str, by: str = "", group: str = "") -> str:
        """The names of what this definition counts as covered."""
        return self.link(indicator, "met" if self.adjusted else "strict-met", by, group)


def _value(choices: dict[str, str], word: str) -> str:
    """The stored value behind a Chinese word; empty for 未填. Raises CannotAnswer."""
    if word == NONE_GROUP:
        return ""
    for value, label in choices.items():
        if label == word:
            return value
    raise CannotAnswer(f"没有“{word}”这一类;可选:{'、'.join(choices.values())}。")


def _place(rate: Rate) -> tuple[str, str, str]:
    return rate.indicator, rate.by, rate.group


def adjusted(rate: Rate) -> Rate:
    """The same figure by the adjusted definition (剔除后口径): without approved exclusions."""
    return replace(rate, eligible=rate.adjusted_eligible, met=rate.adjusted_met)


# ── movement since a stored day ─────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Past:
    """A stored figure, to compare with; of a revised one, the reasons of the corrections."""

    day: datetime.date
    rate: Rate
    reasons: tuple[str, ...] = ()


def past(
    codes: Iterable[str], groups: Iterable[tuple[str, str]], days: Sequence[datetime.date] | QuerySet[Any, Any]
) -> list[Past]:
    """The stored figures of some groups on some stored days, oldest first; one statement."""
    groups = set(groups)
    rows = Figure.objects.filter(
        indicator__in=codes,
        by__in={by for by, _ in groups},
        group__in={group for _, group in groups},
        snapshot__day__in=days,
    )
    rows = rows.select_related("snapshot").order_by("snapshot__day", "id")
    return [_past(row) for row in rows if (row.by, row.group) in groups]


def past_tables(tables: Iterable[Table], days: Sequence[datetime.date]) -> list[Past]:
    """The stored figures of all groups of some tables on some stored days; one statement."""
    asked = {(code, table.by) for table in tables for code in table.codes or ()}
    rows = Figure.objects.filter(
        indicator__in={code for code, _ in asked}, by__in={by for _, by in asked}, snapshot__day__in=days
    )
    found = rows.select_related("snapshot").order_by("id") if days else []
    return [_past(row) for row in found if (row.indicator, row.by) in asked]


def _past(row: Figure) -> Past:
    return Past(
        row.snapshot.day,
        Rate(
            indicator=row.indicator,
            date=row.snapshot.day,
            by=row.by,
            group=row.group,
            group_name=row.group_name,
            eligible=row.eligible,
            met=row.met,
            excluded=row.excluded,
            adjusted_eligible=row.adjusted_eligible,
            adjusted_met=row.adjusted_met,
            target=row.target,
        ),
    )


def stored_days(until: datetime.date) -> list[datetime.date]:
    """The stored days before `until`, newest first."""
    return list(Snapshot.objects.filter(day__lt=until).order_by("-day").values_list("day", flat=True))


#: how many nights the desk looks back
RECENT = 10
#: how many month ends a trend shows: the three years of the notice
MONTHS = 36


def recent_nights(before: datetime.date) -> QuerySet[Any, Any]:
    """The stored days of the last weeks before a day, to be asked for within another statement."""
    return Snapshot.objects.filter(day__lt=before).order_by("-day").values("day")[:RECENT]


def month_ends(days: Iterable[datetime.date], before: datetime.date) -> list[datetime.date]:
    """The last stored day of each of the last calendar months before the month of `before`, oldest first."""
    last: dict[tuple[int, int], datetime.date] = {}
    for day in sorted(days):
        if (day.year, day.month) < (before.year, before.month):
            last[day.year, day.month] = day
    return list(last.values())[-MONTHS:]


def movement(now: Rate, before: Past | None, href: str = "") -> SafeString:
    """The change since a stored night in points and in organizations, as a sentence; empty without one. `href` leads
    to why it moved."""
    if before is None or now.rate is None or before.rate.rate is None:
        return SafeString("")
    night = night_word(now.date, before.day)
    points = _hundredths(now.rate) - _hundredths(before.rate.rate)
    missing = now.shortfall - before.rate.shortfall
    moved = "还差不变" if not missing else f"还差{'多' if missing > 0 else '少'} {thousands(abs(missing))} 家"
    if not points:
        return format_html("{}{}", _linked(format_html("{} 持平", night), href), f"，{moved}" if missing else "")
    sign, tone = ("▲", "ok") if points > 0 else ("▼", "bad")
    figure = f"{abs(points) // 100}.{abs(points) % 100:02d}"
    change = format_html('{} <b class="{}">{} {}</b> 个百分点', night, tone, sign, figure)
    return format_html("{}，{}", _linked(change, href), moved)


def night_word(day: datetime.date, night: datetime.date) -> str:
    """What a day is compared with: 较昨夜, or the stored day by name."""
    return "较昨夜" if (day - night).days == 1 else f"较{cnday(night)}存档"


def _linked(change: SafeString, href: str) -> SafeString:
    return format_html('<a class="figure" href="{}">{}</a>', href, change) if href else change


def _hundredths(rate: str) -> int:
    return int(rate.replace(".", ""))


# ── meters ──────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Meter:
    """One figure as a meter: where it stands, how it moved, where the names are."""

    rate: Rate
    name: str
    series: str
    met_href: str
    missing_href: str
    change: SafeString


@dataclass(frozen=True)
class MeterCard:
    """Both rates of one group in the definition asked for; the other definition stands in the foot."""

    title: str
    note: str
    meters: list[Meter]
    others: list[Rate]
    excluded_href: str

    @property
    def eligible(self) -> int:
        """How many organizations count."""
        return self.meters[0].rate.eligible

    @property
    def excluded(self) -> int:
        """How many are excluded from the adjusted rates."""
        return self.meters[0].rate.excluded


def meter_card(question: Question, title: str, note: str, rates: Sequence[Rate], before: Sequence[Past]) -> MeterCard:
    """The meters of one group: `rates` holds its two rates, `before` the stored ones to compare with."""
    strict = [next(rate for rate in rates if rate.indicator == code) for code in BOTH]
    by, group = (strict[0].by, strict[0].group) if strict[0].by != "city" else ("", "")
    meters = [
        Meter(
            rate=question.shown(rate),
            name=indicators.indicator(rate.indicator).name,
            series="branch" if rate.indicator == BRANCH else "work",
            met_href=question.met_link(rate.indicator, by, group),
            missing_href=question.missing_link(rate.indicator, by, group),
            change=_moved(question, rate, before, by, group),
        )
        for rate in strict
    ]
    others = strict if question.adjusted else [adjusted(rate) for rate in strict]
    return MeterCard(title, note, meters, others, question.link(BRANCH, "excluded", by, group))


def _moved(question: Question, rate: Rate, before: Iterable[Past], by: str, group: str) -> SafeString:
    past = _same(question, rate, before)
    href = question.why_link(rate.indicator, past.day, by, group) if past else ""
    return movement(question.shown(rate), past, href)


def _same(question: Question, rate: Rate, before: Iterable[Past]) -> Past | None:
    for one in before:
        if _place(one.rate) == _place(rate):
            return replace(one, rate=question.shown(one.rate))
    return None
