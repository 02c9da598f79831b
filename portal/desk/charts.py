"""Geometry of the charts: drawn on the server as SVG, without inline style; each has a real table beneath."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

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
class Trend:
    """Both rates over stored days: lines, horizontal lines with their per cent, targets, labels of days, table."""

    lines: list[Series]
    levels: list[tuple[int, float]]
    targets: list[tuple[str, float]]
    days: list[tuple[float, str, str]]
    rows: list[tuple[datetime.date, list[str | None], list[str]]]


def trend(past: Sequence[Past], names: Mapping[str, str]) -> Trend | None:
    """The stored days as a chart; None where there are fewer than two days."""
    by_day: dict[datetime.date, dict[str, Rate]] = {}
    for one in past:
        by_day.setdefault(one.day, {})[one.rate.indicator] = one.rate
    days = sorted(by_day)
    if len(days) < 2:
        return None
    values = [Decimal(rate.rate) for rates in by_day.values() for rate in rates.values() if rate.rate]
    floor = int(min(values, default=Decimal(0)) // 10) * 10
    lines = [line for code in BOTH if (line := _line(code, names[code], days, by_day, floor))]
    last = by_day[days[-1]]
    step = 10 if floor >= 60 else 20
    return Trend(
        lines=_apart(lines),
        levels=[(level, _y(level, floor)) for level in range(100, floor - 1, -step)],
        targets=[(f"{names[c]}目标 {r.target}%", _y(r.target, floor)) for c, r in last.items() if r.target is not None],
        days=_labels(days),
        rows=[
            (
                day,
                [by_day[day][c].rate if c in by_day[day] else None for c in BOTH],
                [f"{by_day[day][c].met:,} / {by_day[day][c].eligible:,}" if c in by_day[day] else "—" for c in BOTH],
            )
            for day in reversed(days)
        ],
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
