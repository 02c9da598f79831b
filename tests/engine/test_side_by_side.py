"""Two processes keep different days at once: the spans of neither are spoiled."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connections

from portal.core import indicators, snapshots, sql
from tests import world
from tests.cast import build

DAYS = [world.day(f"2016-04-{number:02d}") for number in range(1, 13)]


def in_threads(*works: Callable[[], object]) -> None:
    """Run each at once, with a connection of its own."""
    failed: list[BaseException] = []

    def run(work: Callable[[], object]) -> None:
        try:
            work()
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed, failed


def listed(source, ind, day):
    query = source(ind, day)
    text = f"SELECT subject_id, met, reason FROM ({query.whole}) subjects ORDER BY 1, 3"
    return [(row, bool(met), reason) for row, met, reason in sql.rows(text, {**query.parameters, "day": day})]


@pytest.mark.django_db(transaction=True)
def test_every_day_is_whole_although_two_keep_them_in_turns():
    city = build()
    for number, day in enumerate(DAYS):
        name = "nanshan-missing" if number % 2 else "futian-missing"
        world.posting(city.organizations[name], day.isoformat(), DAYS[min(number + 2, 11)].isoformat())
    world.settle()
    in_threads(lambda: snapshots.keep(DAYS[::2]), lambda: snapshots.keep(DAYS[1::2]))
    for day in DAYS:
        for ind in indicators.all_indicators():
            assert listed(indicators.stored, ind, day) == listed(indicators.live, ind, day), (day, ind.code)
        kept = [rate.as_dict() for rate in snapshots.figures(day, "unit")]
        assert kept == [rate.as_dict() for rate in indicators.rates(day, "unit")]
