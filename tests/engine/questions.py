"""Short questions to the engine, so that a test reads like a row of a table."""

from __future__ import annotations

from typing import Any

from portal.core import indicators
from portal.core.indicators import Rate, Slice, Subject
from tests.world import day


def figure(code: str, on: str, by: str = "city", group: str = "city") -> Rate:
    """The figure of one group."""
    return {rate.group: rate for rate in indicators.rates(day(on), by, [code])}[group]


def counted(code: str, on: str, by: str = "city", group: str = "city") -> tuple[int, int]:
    """(met, eligible) of one group."""
    rate = figure(code, on, by, group)
    return rate.met, rate.eligible


def subjects(code: str, on: str, **part: Any) -> dict[str, Subject]:
    """The subjects behind a figure by name."""
    found = indicators.explain(indicators.indicator(code), day(on), Slice(**part))
    return {subject.name: subject for subject in found}


def reasons(code: str, on: str) -> dict[str, str]:
    """The reason of each subject by name."""
    return {name: subject.reason for name, subject in subjects(code, on).items()}
