"""The command, the tasks of Celery and the thread of `up` do the same night, once."""

import datetime
import threading
import time
from io import StringIO

import pytest
from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import timezone

from portal.celery import app
from portal.core import jobs, snapshots
from portal.core.models import Figure, Job, Snapshot
from portal.core.validity import today
from portal.reports import night, schedule, tasks
from portal.reports.worker import Worker, interval
from tests import world
from tests.cast import build
from tests.night.conftest import NIGHT

YESTERDAY = today() - datetime.timedelta(days=1)


def nightly(*words):
    out = StringIO()
    call_command("nightly", *words, stdout=out)
    return out.getvalue()


# ── the command ──


def test_yesterday_is_kept_once(city):
    assert f"{YESTERDAY} 已存档。" in nightly("--no-mail")
    figures = list(Figure.objects.order_by("pk").values())
    world.exclude(city.organizations["school"], "2015-01-01")
    assert f"{YESTERDAY} 先前已存档，数字不变。" in nightly("--no-mail")
    assert list(Figure.objects.order_by("pk").values()) == figures
    assert Job.objects.get(kind="snapshot").status == Job.Status.DONE


def test_a_correction_is_recounted_by_the_next_run_on_the_same_day_too(city, correct):
    nightly("--date", str(NIGHT), "--no-mail")
    correct("2016-07-01", "批复日期录错")
    assert "重算：1 天有修订" in nightly("--date", str(NIGHT), "--no-mail")
    correct("2014-03-01", "原来没有错")
    assert "重算：1 天有修订" in nightly("--date", str(NIGHT), "--no-mail")
    assert "没有新的更正" in nightly("--date", str(NIGHT), "--no-mail")
    assert snapshots.reasons(NIGHT) == ["批复日期录错", "原来没有错"]


def test_without_no_mail_it_writes_and_sends(city, monkeypatch):
    asked = []
    monkeypatch.setattr(night.letters, "plan", lambda day: asked.append(day) or 3)
    monkeypatch.setattr(night.letters, "send_due", lambda: 2)
    assert "新写 3 封，发出 2 封" in nightly("--date", str(NIGHT))
    assert asked == [NIGHT]
    assert "信件" not in nightly("--date", str(NIGHT), "--no-mail")
    assert asked == [NIGHT]


def test_a_night_that_was_made_up_says_so_and_one_kept_in_its_time_does_not(city):
    snapshots.keep([NIGHT, YESTERDAY])
    tables = [StringIO(), StringIO()]
    for day, out in zip((NIGHT, YESTERDAY), tables, strict=True):
        call_command("coverage", "--date", str(day), stdout=out)
    assert tables[0].getvalue().splitlines()[-1].startswith("补存：")
    assert "补存" not in tables[1].getvalue()


@pytest.mark.parametrize("ahead", [0, 1])
def test_a_day_that_has_not_ended_is_refused_and_answered_live(city, ahead):
    day = str(today() + datetime.timedelta(days=ahead))
    with pytest.raises(CommandError, match=f"{day} 还没有结束") as refused:
        nightly("--date", day)
    assert refused.value.returncode == 2 and not Snapshot.objects.exists() and not Job.objects.exists()
    out = StringIO()
    call_command("coverage", "--date", day, "--live", "--format", "json", stdout=out)
    assert '"branch-coverage"' in out.getvalue()


@pytest.mark.django_db
def test_an_empty_portal_keeps_no_zeros(monkeypatch):
    with pytest.raises(CommandError, match="还没有社会组织") as refused:
        nightly()
    assert refused.value.returncode == 1 and not Snapshot.objects.exists()


# ── the schedule ──


def at(text):
    return datetime.datetime.fromisoformat(text).replace(tzinfo=night.schedule.SHANGHAI)


def waiting():
    return list(Job.objects.filter(status="WAITING").order_by("id").values_list("kind", "key"))


def test_the_schedule_asks_for_each_thing_once_however_often_it_ticks(city):
    snapshots.keep([world.day("2026-01-10")])
    for text in ("2026-01-13 01:30", "2026-01-13 01:31", "2026-01-13 06:30", "2026-01-13 06:31"):
        night.offer(at(text))
    assert waiting() == [
        ("snapshot", "2026-01-11"),
        ("snapshot", "2026-01-12"),
        ("recount", "2026-01-12"),
        ("letters", "2026-01-12"),
    ]


@pytest.mark.django_db
def test_a_new_installation_is_asked_for_nothing():
    night.offer()
    assert not Job.objects.exists()


def test_missed_nights_are_made_up_and_only_the_latest_gets_letters(city, monkeypatch):
    latest = schedule.latest_night(timezone.now())
    written = []
    monkeypatch.setattr(night.letters, "plan", lambda day: written.append(day) or 0)
    monkeypatch.setattr(night.letters, "send_due", lambda: 0)
    snapshots.keep([latest - datetime.timedelta(days=4)])
    night.tick()
    assert snapshots.days() == [latest - datetime.timedelta(days=back) for back in (4, 3, 2, 1, 0)]
    assert snapshots.made_up_at(latest - datetime.timedelta(days=2))
    assert written in ([latest], [])
    night.send_letters(latest)
    assert written == [latest]


def test_a_night_that_failed_is_tried_again_and_the_rest_goes_on(city, monkeypatch):
    monkeypatch.setattr(night.letters, "send_due", lambda: 0)
    keep = snapshots.keep

    def broken(days):
        raise OperationalError("disk full")

    monkeypatch.setattr(snapshots, "keep", broken)
    night.tick()
    assert Job.objects.get(kind="snapshot").error == "OperationalError: disk full"
    assert Job.objects.get(kind="recount").status == Job.Status.DONE
    monkeypatch.setattr(snapshots, "keep", keep)
    night.tick()
    assert not Snapshot.objects.exists(), "not at once"
    Job.objects.update(finished_at=timezone.now() - jobs.LONGEST_PAUSE)
    night.tick()
    assert snapshots.latest() == schedule.latest_night(timezone.now())


# ── Celery ──


def test_the_tasks_have_their_names_and_their_hours():
    assert app.conf.timezone == "Asia/Shanghai"
    beat = {one["task"].rsplit(".", 1)[1]: one["schedule"] for one in app.conf.beat_schedule.values()}
    assert beat == {
        "recompute_coverage": crontab(hour=1, minute=30),
        "send_letters": crontab(hour=6, minute=30),
        "tick": 30.0,
    }
    assert {one["task"] for one in app.conf.beat_schedule.values()} <= set(app.tasks)
    assert not app.conf.task_acks_late and app.conf.task_ignore_result


def test_the_tasks_do_what_the_command_does(city, monkeypatch):
    written = []
    monkeypatch.setattr(night.letters, "plan", lambda day: written.append(day) or 0)
    monkeypatch.setattr(night.letters, "send_due", lambda: 0)
    tasks.recompute_coverage(str(NIGHT))
    tasks.recompute_coverage()
    assert snapshots.days() == [NIGHT, schedule.latest_night(timezone.now())] and not written
    tasks.send_letters(str(NIGHT))
    tasks.send_letters(str(NIGHT))
    assert written.count(NIGHT) == 1
    tasks.tick()
    assert not Job.objects.exclude(status="DONE").exists()


# ── the thread of `up` ──


def until(true):
    for _ in range(1500):
        if true():
            return
        time.sleep(0.02)
    raise AssertionError("it never came true")


def night_is_done():
    """Whether all that was asked for is done: a thread that ends gives the job in its hands back to others."""
    jobs = set(Job.objects.values_list("kind", "status"))
    return jobs >= {("snapshot", "DONE"), ("recount", "DONE")} and {status for _, status in jobs} == {"DONE"}


@pytest.mark.django_db(transaction=True)
def test_the_thread_runs_a_night_and_ends():
    build()
    worker = Worker(0.05)
    worker.start()
    until(night_is_done)
    assert worker.stop()
    assert snapshots.days() == [schedule.latest_night(timezone.now())]


@pytest.mark.django_db(transaction=True)
def test_two_threads_run_one_night():
    build()
    workers = [Worker(0.05) for _ in range(2)]
    for worker in workers:
        worker.start()
    until(night_is_done)
    assert all(worker.stop() for worker in workers)
    assert snapshots.days() == [schedule.latest_night(timezone.now())]
    assert set(Job.objects.values_list("attempts", flat=True)) == {1}


def test_the_thread_survives_a_database_that_does_not_answer_and_says_so(caplog):
    ticks, again = [], threading.Event()

    def tick(closing):
        ticks.append(1)
        if len(ticks) == 1:
            raise OperationalError("connection refused")
        again.set()

    worker = Worker(0.01, tick)
    worker.start()
    assert again.wait(10) and worker.stop()
    assert "connection refused" in caplog.text


@pytest.mark.parametrize("text", ["0", "-1", "x", "99999", "nan"])
def test_an_interval_that_is_none_is_a_sentence(monkeypatch, text):
    monkeypatch.setenv("TICK_SECONDS", text)
    with pytest.raises(ImproperlyConfigured, match="TICK_SECONDS"):
        interval()
