"""A city of 10,000 organizations, asked as on any morning: 全市规模.

The figures of every unit take at most twelve statements, every figure is as long as its list, and each of the pages
that an office opens most needs at most fifteen. How long the pages take is printed: a shared machine proves nothing.
"""

from __future__ import annotations

import io
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.drills.installation import ROOT, Installation

ORGANIZATIONS = 10_000
#: the first of its stored nights: more than a year of them
SINCE = "2025-06-01"
#: most SQL statements
OF_FIGURES, OF_A_PAGE = 12, 15
#: what a page shall take on an idle machine
AIM = 200
RUNS = 5
ASKED_AS = "shi"
MISSING = "/coverage/branch-coverage/?status=strict-unmet"


def drill(folder: Path) -> int:
    """Build the city and ask it in a process of its own; how many answers were wrong."""
    city = Installation(folder)
    city.run("migrate", "--verbosity", "0")
    seconds = city.run("demo", "--orgs", str(ORGANIZATIONS), "--from", SINCE)
    print(f"  已建立 {ORGANIZATIONS:,} 家社会组织的城市并存档:{seconds:.0f} 秒", flush=True)
    asked = subprocess.run([sys.executable, "-m", __name__], cwd=ROOT, env=city.environment, check=False)
    return asked.returncode


def ask() -> int:
    """Every question to the city of this process's settings; how many answers were wrong."""
    wrong = 0
    for good, sentence in (*statements(), *lists(), *pages()):
        print(f"  {'✓' if good else '✗'} {sentence}", flush=True)
        wrong += not good
    return wrong


def statements() -> Iterator[tuple[bool, str]]:
    """The figures of every unit, live, in a few statements."""
    from django.core.management import call_command
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    started, out = time.perf_counter(), io.StringIO()
    with CaptureQueriesContext(connection) as captured:
        call_command("coverage", "--by", "unit", "--live", "--format", "csv", stdout=out)
    spent = 1000 * (time.perf_counter() - started)
    figures = len(out.getvalue().splitlines()) - 1
    yield (
        figures > 0 and len(captured) <= OF_FIGURES,
        f"coverage --by unit --live:{figures:,} 个数字,{len(captured)} 条语句(至多 {OF_FIGURES}),{spent:.0f} 毫秒",
    )


def lists() -> Iterator[tuple[bool, str]]:
    """Every figure of the city beside the list that explains it."""
    from portal.core import indicators
    from portal.core.validity import today

    for ind in indicators.all_indicators():
        [rate] = indicators.rates(today(), "city", [ind.code])
        listed = indicators.explain(ind, today())
        met = sum(subject.strictly_met for subject in listed)
        # of a quota all are listed, and the figure is at most the quota
        most = ind.quota(today()) if ind.quota else len(listed)
        yield (
            (rate.eligible, rate.met) == (most, min(most, met)),
            f"{ind.code}:{rate.met:,} / {rate.eligible:,};名单 {met:,} / {len(listed):,}",
        )


def addresses() -> dict[str, str]:
    """The pages that an office opens most."""
    from orgs.models import SocialOrganization

    last = SocialOrganization.objects.everyone().filter(closed_on=None, credit_code__isnull=False).latest("pk")
    return {
        "工作台": "/",
        "覆盖率": "/coverage/",
        "未覆盖名单": MISSING,
        "社会组织": "/organizations/",
        "一家社会组织": f"/organizations/{last.credit_code}/",
    }


def pages() -> Iterator[tuple[bool, str]]:
    """Each page once for its statements, then a few times for its time."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from portal.core.models import User

    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(username=ASKED_AS))
    for name, address in addresses().items():
        # what is read once per process (templates) is no statement of this page
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            status = client.get(address).status_code
        # counted at once: the next request begins a new log
        asked = len(captured)
        spent = _median(client, address)
        yield (
            status == 200 and 0 < asked <= OF_A_PAGE,
            f"{name}:{asked} 条语句(至多 {OF_A_PAGE}),{spent:.0f} 毫秒(空闲时目标 {AIM})",
        )


def _median(client, address: str) -> float:
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        client.get(address)
        times.append(1000 * (time.perf_counter() - started))
    return statistics.median(times)


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    sys.exit(ask())
