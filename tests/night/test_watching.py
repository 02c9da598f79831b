"""`up` with its thread, and those who look whether the night runs: `/readyz` and `doctor`."""

import datetime
import io
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from portal.core.models import Job
from portal.reports import keeping
from tests.commands.test_console import ROOT
from tests.commands.test_up import port, start, wait_for

__all__ = ["port", "start"]
NOWHERE = "redis://127.0.0.1:1/0"


def test_readiness_tells_of_a_queue_that_does_not_answer_and_pages_still_work(city, settings):
    settings.REDIS_URL = NOWHERE
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["queue"], answer.json()["database"]) == (200, False, True)
    assert "127.0.0.1" not in answer.content.decode()
    assert Client().get("/sign-in/").status_code == 200


def doctor():
    out = io.StringIO()
    try:
        call_command("doctor", stdout=out)
    except CommandError as error:
        out.write(str(error))
    return {line.split("  ")[1].split(":")[0]: line for line in out.getvalue().splitlines() if "  " in line}


def test_doctor_names_the_work_that_failed_and_the_nights_that_are_missing(city):
    keeping.keep([timezone.localdate() - datetime.timedelta(days=4)])
    Job.objects.create(kind="snapshot", key="2020-01-01", status="FAILED", error="盘满", finished_at=timezone.now())
    found = doctor()
    assert "每夜存档 2020-01-01，盘满" in found["队列"]
    assert "缺" in found["存档"] and "4 天前" in found["存档"] and found["存档"].startswith("注意")
    assert found["日程"].startswith("正常") and "01:30" in found["日程"] and "06:30" in found["日程"]


@pytest.mark.parametrize(("redis", "who"), [("", "manage.py up"), (NOWHERE, "celery -A portal worker")])
def test_doctor_says_who_should_take_up_what_waits(city, settings, redis, who):
    settings.REDIS_URL = redis
    Job.objects.create(kind="snapshot", key="2020-01-01", created_at=timezone.now() - datetime.timedelta(minutes=11))
    assert doctor()["日程"].startswith("注意") and who in doctor()["日程"]


def stored(path):
    with closing(sqlite3.connect(path / "portal.sqlite3")) as database:
        return database.execute("SELECT COUNT(*) FROM core_snapshot").fetchone()[0]


@pytest.mark.long
def test_up_runs_the_night_beside_the_pages_and_ends_cleanly(start, port, tmp_path):
    own = {**os.environ, "VAR_DIR": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path}/portal.sqlite3"}
    for command in (["migrate", "-v0"], ["demo", "--orgs", "50", "--no-snapshots"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=own, check=True, capture_output=True)
    process = start(TICK_SECONDS="0.2", REDIS_URL="")
    assert wait_for(f"http://127.0.0.1:{port}/readyz", process) == 200
    until = time.monotonic() + 60
    while not stored(tmp_path) and time.monotonic() < until:
        time.sleep(0.1)
    assert stored(tmp_path) == 1
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "") and "celery" not in out


@pytest.mark.long
def test_up_with_redis_leaves_the_night_to_celery_and_says_so(start, port, tmp_path):
    process = start(NO_DEMO="1", REDIS_URL=NOWHERE)
    assert wait_for(f"http://127.0.0.1:{port}/healthz", process) == 200
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert [line for line in out.splitlines() if "celery -A portal worker" in line and "celery -A portal beat" in line]
