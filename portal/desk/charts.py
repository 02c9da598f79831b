"""Geometry of the charts: drawn on the server as SVG, without inline style; each has a real table beneath."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from portal.core.indicators import Rate
from portal.desk.figures import BOTH, BRANCH, Past

#: up to so many points short a bar is hatched, beyond it is cross-hatched
NEAR = Decimal(10)


@dataclass(frozen=True)
class Distance:
    """How far a rate is from its target: a state (ok, warn, bad, idle), its sign and its word."""

    state: str
    sign: str
    word: str


def distance(rate: Rate) -> Distance:
    """The two depths of being short; grey where nothing is eligible or the target has ended."""
    if rate.meets is None:
        return Distance("idle", "", "—")
    if rate.meets:
        return Distance("ok", "✓", "达标")
    if rate.target_ended:
        return Distance("idle", "–", "目标已到期")
    short = (rate.target or 0) - Decimal(rate.rate or 0)
    return Distance("warn", "△", "差 10 点以内") if short <= NEAR else Distance("bad", "▲", "差 10 点以上")


# ── stacked reasons ─────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Part:
    """One reason in a bar: where it begins and how wide it is, in per cent."""

    reason: str
    word: str
    count: int
    x: str
    width: str
    middle: str
    shown: bool
    href: str


@dataclass(frozen=True)
class Stack:
    """One bar of reasons."""

    name: str
    total: int
    parts: list[Part]
    counts: list[tuple[int, str]]


#: parts narrower than this many per cent carry no figure
_ROOM = 5


def stack(name: str, rate: Rate, words: Mapping[str, str], links: Mapping[str, str]) -> Stack:
    """The reasons of one group in the order of the house, 单独 · 联合 · 枢纽 | 功能型 · 派驻 | 未覆盖."""
    parts, begun = [], Decimal(0)
    for reason, word in words.items():
        count = rate.reasons.get(reason, 0)
        if not count:
            continue
        width = Decimal(100 * count) / rate.eligible
        parts.append(
            Part(
                reason,
                word,
                count,
                f"{begun:.3f}",
                f"{width:.3f}",
                f"{begun + width / 2:.3f}",
                width >= _ROOM,
                links[reason],
            )
        )
        begun += width
    return Stack(name, rate.eligible, parts, [(rate.reasons.get(code, 0), links[code]) for code in words])


# ── trend ───────────────────────────────────────────────────────────────────────────────────────────────────

#: the address that tells what moved between two days
Why = Callable[[datetime.date, datetime.date], str]
_LEFT, _TOP, _WIDE, _HIGH = 40, 28, 480, 128


@dataclass(frozen=True)
class Series:
    """One line: its points as SVG text, its last point and figure."""

    name: str
    series: str
    points: str
    x: float
    y: float
    label_y: float
    last: str


@dataclass(frozen=True)
class TrendDay:
    """One day of a trend: the strip of the drawing that is its own, its figures, and the address that tells what
    moved since the day before it in the trend (empty for the first)."""

    day: datetime.date
    x: float
    width: float
    rates: list[str | None]
    counts: list[str]
    since: datetime.date | None
    why_href: str
    revised: list[Rate | None]
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Revision:
    """A stretch of the revised series that is not the stored one: its points as SVG text, and where its word stands:
    at the day that differs most, `dy` away from the line on the side that is not the stored one's."""

    points: str
    x: float
    y: float
    dy: int


@dataclass(frozen=True)
class Trend:
    """Both rates over stored days: lines, horizontal lines with their per cent, targets, labels of days, the days
    themselves, newest first, and where corrected facts give another line, that and why."""

    lines: list[Series]
    levels: list[tuple[int, float]]
    targets: list[tuple[str, float]]
    days: list[tuple[float, str, str]]
    rows: list[TrendDay]
    revised: list[Revision]

    @property
    def corrected(self) -> bool:
        """Whether any day has another figure now."""
        return any(one for row in self.rows for one in row.revised)

    @property
    def reasons(self) -> list[str]:
        """The reasons given at the corrections, each once, oldest first."""
        return list(dict.fromkeys(reason for row in reversed(self.rows) for reason in row.reasons))


#: the rates of each day by indicator
_Days = Mapping[datetime.date, Mapping[str, Rate]]


def trend(
    past: Sequence[Past], names: Mapping[str, str], why: Why | None = None, revised: Sequence[Past] = ()
) -> Trend | None:
    """The stored days as a chart, with their revised figures where these differ; None for fewer than two days."""
    by_day, anew = _by_day(past), _by_day(revised)
    days = sorted(by_day)
    if len(days) < 2:
        return None
    shown = [*by_day.values(), *(rates for day, rates in anew.items() if day in by_day)]
    values = [Decimal(rate.rate) for rates in shown for rate in rates.values() if rate.rate]
    floor = int(min(values, default=Decimal(0)) // 10) * 10
    lines = [line for code in BOTH if (line := _line(code, names[code], days, by_day, floor))]
    last = by_day[days[-1]]
    step = 10 if floor >= 60 else 20
    return Trend(
        lines=_apart(lines),
        levels=[(level, _y(level, floor)) for level in range(100, floor - 1, -step)],
        targets=[(f"{names[c]}目标 {r.target}%", _y(r.target, floor)) for c, r in last.items() if r.target is not None],
        days=_labels(days),
        rows=[_day(days, i, by_day[day], why, _differing(day, by_day, revised)) for i, day in enumerate(days)][::-1],
        revised=[one for code in BOTH for one in _revisions(code, days, by_day, anew, floor)],
    )


def _by_day(past: Iterable[Past]) -> dict[datetime.date, dict[str, Rate]]:
    found: dict[datetime.date, dict[str, Rate]] = {}
    for one in past:
        found.setdefault(one.day, {})[one.rate.indicator] = one.rate
    return found


def _differing(day: datetime.date, by_day: _Days, revised: Iterable[Past]) -> list[Past]:
    """The revised figures of a day that are not the stored ones."""
    return [
        one for one in revised if one.day == day and _counts(one.rate) != _counts(by_day[day].get(one.rate.indicator))
    ]


def _counts(rate: Rate | None) -> tuple[int, int] | None:
    return (rate.met, rate.eligible) if rate else None


def _revisions(code: str, days: Sequence[datetime.date], by_day: _Days, anew: _Days, floor: int) -> Iterator[Revision]:
    """The stretches of a line where the revised rate is another, each from and to the neighbouring points."""
    kept = {day: by_day[day][code] for day in days if code in by_day[day]}
    rates = [(day, rate.rate, anew.get(day, {}).get(code, rate).rate) for day, rate in kept.items()]
    known = [(day, then, now) for day, then, now in rates if now]
    other = [then != now for _, then, now in known]
    for differs, stretch in groupby(range(len(known)), key=lambda i: other[i]):
        if differs:
            first, *rest = stretch
            last = rest[-1] if rest else first
            places = [(_x(d, days), _y(Decimal(now), floor)) for d, _, now in known[max(0, first - 1) : last + 2]]
            widest = max(known[first : last + 1], key=lambda one: abs(Decimal(one[2]) - Decimal(one[1] or 0)))
            x, y = _x(widest[0], days), _y(Decimal(widest[2]), floor)
            above = Decimal(widest[2]) > Decimal(widest[1] or 0)
            yield Revision(" ".join(f"{a},{b}" for a, b in places), x, y, -7 if above else 17)


def _day(
    days: Sequence[datetime.date], number: int, rates: Mapping[str, Rate], why: Why | None, revised: Sequence[Past]
) -> TrendDay:
    """The strip of a day reaches half way to its neighbours."""
    anew = {one.rate.indicator: one.rate for one in revised}
    day, since = days[number], days[number - 1] if number else None
    here = _x(day, days)
    left = (_x(since, days) + here) / 2 if since else here
    right = (here + _x(days[number + 1], days)) / 2 if number + 1 < len(days) else here
    return TrendDay(
        day=day,
        x=round(left, 1),
        width=round(right - left, 1),
        rates=[rates[code].rate if code in rates else None for code in BOTH],
        counts=[f"{rates[c].met:,} / {rates[c].eligible:,}" if c in rates else "—" for c in BOTH],
        since=since,
        why_href=why(since, day) if why and since else "",
        revised=[anew.get(code) for code in BOTH],
        reasons=tuple(dict.fromkeys(reason for one in revised for reason in one.reasons)),
    )


def _x(day: datetime.date, days: Sequence[datetime.date]) -> float:
    return round(_LEFT + _WIDE * (day - days[0]).days / max(1, (days[-1] - days[0]).days), 1)


def _y(value: Decimal | int, floor: int) -> float:
    return round(_TOP + _HIGH * float(100 - value) / (100 - floor or 1), 1)


def _line(
    code: str,
    name: str,
    days: Sequence[datetime.date],
    by_day: Mapping[datetime.date, Mapping[str, Rate]],
    floor: int,
) -> Series | None:
    known = [(day, by_day[day][code].rate) for day in days if code in by_day[day] and by_day[day][code].rate]
    if not known:
        return None
    places = [(_x(day, days), _y(Decimal(rate or 0), floor)) for day, rate in known]
    x, y = places[-1]
    points = " ".join(f"{a},{b}" for a, b in places)
    return Series(name, "branch" if code == BRANCH else "work", points, x, y, y - 7, str(known[-1][1]))


def _apart(lines: list[Series]) -> list[Series]:
    """Labels of lines that end close together: the lower line is labelled beneath."""
    if len(lines) == 2 and abs(lines[0].y - lines[1].y) < 26:
        lower = max(range(2), key=lambda i: lines[i].y)
        one = lines[lower]
        lines[lower] = Series(one.name, one.series, one.points, one.x, one.y, one.y + 17, one.last)
    return lines


def _labels(days: Sequence[datetime.date]) -> list[tuple[float, str, str]]:
    """First, middle and last day under the axis."""
    chosen = list(dict.fromkeys([days[0], days[len(days) // 2], days[-1]]))
    anchors = ["start", *["middle"] * (len(chosen) - 2), "end"]
    return [(_x(day, days), f"{day.year}年{day.month}月", anchor) for day, anchor in zip(chosen, anchors, strict=True)]


# ── small trends ────────────────────────────────────────────────────────────────────────────────────────────

_SPARK_WIDE, _SPARK_HIGH, _SPARK_EDGE = 96, 22, 3


@dataclass(frozen=True)
class Spark:
    """A line without axes over some days: its points as SVG text, its last point, the height of the target where it
    lies within, and the figures themselves, oldest first."""

    points: str
    x: float
    y: float
    target_y: float | None
    rates: list[Rate]

    @property
    def sentence(self) -> str:
        """What the line says, for those who do not see it."""
        first, last = self.rates[0], self.rates[-1]
        return f"{first.date.isoformat()} {first.rate}% → {last.date.isoformat()} {last.rate}%"


def spark(rates: Sequence[Rate]) -> Spark | None:
    """The figures of one group over stored days, oldest first, as a line; None for fewer than two that have a rate."""
    known = [rate for rate in rates if rate.rate]
    if len(known) < 2:
        return None
    values = [Decimal(rate.rate or 0) for rate in known]
    low, high = int(min(values)) // 10 * 10, min(100, int(max(values)) // 10 * 10 + 10)
    width = max(1, (known[-1].date - known[0].date).days)
    places = [
        (
            round(_SPARK_EDGE + (_SPARK_WIDE - 2 * _SPARK_EDGE) * (rate.date - known[0].date).days / width, 1),
            _height(value, low, high),
        )
        for rate, value in zip(known, values, strict=True)
    ]
    target = known[-1].target
    return Spark(
        points=" ".join(f"{x},{y}" for x, y in places),
        x=places[-1][0],
        y=places[-1][1],
        target_y=_height(target, low, high) if target is not None and low <= target <= high else None,
        rates=known,
    )


def _height(value: Decimal | int, low: int, high: int) -> float:
    room = _SPARK_HIGH - 2 * _SPARK_EDGE
    return round(_SPARK_EDGE + room * float(high - value) / (high - low or 1), 1)
