"""`make benchmark`: both coverage rates of every unit, evaluated as a set and by the natural loop.

Builds the demo city in a database of its own (SQLite; also PostgreSQL where BENCH_DATABASE_URL names a server),
checks that both sides count the same, and prints the ratio of the medians of five alternating runs.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

GOAL = 40
RUNS = 5
COUNTS = ("eligible", "met", "excluded", "adjusted_eligible", "adjusted_met")
CODES = ("branch-coverage", "work-coverage")


def main() -> int:
    """Run on SQLite, then on PostgreSQL where one is named; 0 when both reach the goal."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--orgs", type=int, default=10_000)
    options.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.here:
        return measure(asked.orgs)
    print(f"机器:{platform.machine()},{os.cpu_count()} 核,Python {platform.python_version()},{platform.system()}")
    urls = ["", *filter(None, [os.environ.get("BENCH_DATABASE_URL")])]
    return max(_in_a_process(url, asked.orgs) for url in urls)


def _in_a_process(url: str, organizations: int) -> int:
    """Settings are read once per process, so each engine gets its own."""
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as var:
        environment = {
            **os.environ,
            "DATABASE_URL": url or f"sqlite:///{var}/portal.sqlite3",
            "TEST_DB_NAME": f"bench_portal_{os.getpid()}",
            "VAR_DIR": var,
            "DJANGO_SETTINGS_MODULE": "portal.settings",
        }
        command = [sys.executable, "-m", "benchmarks.coverage", "--here", "--orgs", str(organizations)]
        return subprocess.run(command, env=environment, check=False).returncode


def measure(organizations: int) -> int:
    """Build, compare, time; 0 when the goal is reached."""
    import django

    django.setup()
    from django.db import connection

    old = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        return _measure(organizations)
    finally:
        connection.creation.destroy_test_db(old, verbosity=0)


def _measure(organizations: int) -> int:
    from django.db import connection

    from benchmarks.natural import coverage_by_unit
    from branches.models import CoveringLink
    from portal.core import indicators
    from portal.core.validity import today
    from portal.reports.demo import city

    city.build(city.Options(organizations))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    day = today()

    def as_a_set() -> dict[tuple[str, str], tuple[int, ...]]:
        rates = indicators.rates(day, "unit", CODES)
        return {(r.indicator, r.group): tuple(getattr(r, name) for name in COUNTS) for r in rates}

    counted = as_a_set()
    if counted != coverage_by_unit(day):
        print("两边结果不相等。")
        return 1
    links = CoveringLink.objects.everyone().count()
    print(
        f"{connection.vendor}:{organizations:,} 家社会组织,{len(counted) // 2} 个单位,{links:,} 条覆盖关系;两边结果相等"
    )
    plain, sets = _alternating(lambda: coverage_by_unit(day), as_a_set)
    ratio = plain / sets
    print(f"  逐单位循环 {plain * 1000:,.0f} 毫秒,集合计算 {sets * 1000:,.1f} 毫秒,比值 {ratio:.0f}(目标 {GOAL})")
    return 0 if ratio >= GOAL else 1


def _alternating(*sides: Callable[[], Any]) -> list[float]:
    """The median seconds of each side, five runs each, taking turns."""
    times: list[list[float]] = [[] for _ in sides]
    for _ in range(RUNS):
        for side, own in zip(sides, times, strict=True):
            started = time.perf_counter()
            side()
            own.append(time.perf_counter() - started)
    return [statistics.median(own) for own in times]


if __name__ == "__main__":
    sys.exit(main())
