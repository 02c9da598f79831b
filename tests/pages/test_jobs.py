"""后台任务: who sees it, what it says of work under way, stopping and doing again."""

from __future__ import annotations

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.core import jobs
from portal.core.models import AuditEntry, Job
from portal.reports.views.jobs import key_of
from tests.pages.conftest import listed, text

pytestmark = pytest.mark.django_db


def job(**values):
    return Job.objects.create(**{"kind": "snapshot", "key": "2016-04-12", **values})


def address(one, route="job"):
    return reverse(route, args=[key_of(one)])


def running(**values):
    lease = timezone.now() + datetime.timedelta(seconds=50)
    return job(status="RUNNING", lease_until=lease, started_at=timezone.now(), attempts=1, **values)


def test_the_list_names_each_job_and_narrows_by_state(city, browse):
    job(status="DONE", finished_at=timezone.now())
    job(kind="letters", status="FAILED", error="OperationalError: disk full", finished_at=timezone.now())
    assert listed(browse("city"), "/jobs/") == ["每日信件", "每夜存档"]
    assert listed(browse("system"), "/jobs/?state=FAILED") == ["每日信件"]
    assert browse("nanshan").get("/jobs/").status_code == 403


def test_work_under_way_says_its_stage_and_count_and_looks_again(city, browse):
    page = browse("city").get(address(running(stage="重算", done=12, total=80)))
    said = text(page)
    assert "重算 12 / 80" in said and "可以离开此页" in said
    assert b'data-again="3"' in page.content


def test_what_a_dead_process_left_is_said_so(city, browse):
    one = running()
    Job.objects.update(lease_until=timezone.now() - datetime.timedelta(seconds=1))
    assert "由另一个接着做" in text(browse("city").get(address(one)))


def test_a_failure_shows_a_sentence_and_the_reason_to_whoever_opens_it(city, browse):
    one = job(status="FAILED", error="OperationalError: disk full", finished_at=timezone.now(), attempts=1)
    said = text(browse("city").get(address(one)))
    assert "没有做成" in said and "disk full" in said


def test_stopping_and_doing_again_leave_one_entry_each(city, browse):
    client, one = browse("system"), job()
    assert client.post(address(one, "job-stop"), follow=True).status_code == 200
    one.refresh_from_db()
    assert one.status == "STOPPED"
    client.post(address(one, "job-again"))
    one.refresh_from_db()
    assert one.status == "WAITING"
    assert [entry.action for entry in AuditEntry.objects.order_by("id")] == ["取消后台任务", "再做后台任务"]


def test_a_running_job_is_asked_to_stop_once(city, browse):
    client, one = browse("city"), running()
    client.post(address(one, "job-stop"))
    one.refresh_from_db()
    assert one.stop_asked and one.status == "RUNNING"
    assert "已请求取消" in text(client.get(address(one)))


def test_what_is_over_cannot_be_stopped_and_what_waits_not_begun_again(city, browse):
    client, done = browse("city"), job(status="DONE", finished_at=timezone.now())
    assert "已经结束" in text(client.post(address(done, "job-stop"), follow=True))
    waiting = job(key="2016-04-13")
    assert "还在等待" in text(client.post(address(waiting, "job-again"), follow=True))
    assert not AuditEntry.objects.exists()


def test_an_invented_key_is_not_there(city, browse):
    assert browse("city").get("/jobs/abcdefghijklmnopqrstuvwxyz/").status_code == 404
    assert set(jobs.kinds()) >= {"snapshot", "recount", "letters"}


@pytest.mark.parametrize(("name", "leads"), [("city", True), ("system", False)])
def test_without_a_job_the_page_says_when_there_will_be_one(browse, name, leads):
    page = text(browse(name).get("/jobs/"))
    assert "还没有后台任务。每天 01:30 存档" in page
    assert ("看工作台" in page) == leads
