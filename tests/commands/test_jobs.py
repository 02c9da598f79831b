"""Leased jobs: each is done once, whoever asks; what a killed holder left is taken up again."""

import datetime
import threading

import pytest
from django.db import connections

from portal.core import jobs
from portal.core.models import Job, Snapshot
from portal.core.validity import today
from portal.reports import keeping

AGO = datetime.timedelta(seconds=-1)


@pytest.mark.django_db
def test_a_job_is_asked_for_once_and_claimed_once():
    jobs.want("letter", ["a", "b"])
    jobs.want("letter", ["b"])
    held = [jobs.claim(["letter"]), jobs.claim(["letter"]), jobs.claim(["letter"])]
    assert [job and job.key for job in held] == ["a", "b", None]


@pytest.mark.django_db
def test_only_the_kinds_asked_for_are_claimed():
    jobs.want("letter", ["a"])
    assert jobs.claim(["snapshot"]) is None
    assert jobs.claim(["snapshot", "letter"]).key == "a"


@pytest.mark.django_db
def test_a_lease_that_ran_out_passes_the_job_on_and_its_first_holder_can_no_longer_end_it():
    jobs.want("letter", ["a"])
    first = jobs.claim(["letter"], lease=AGO)
    second = jobs.claim(["letter"])
    assert (second.pk, second.attempts) == (first.pk, 2)
    assert not jobs.finish(first) and not jobs.renew(first) and not jobs.fail(first, "x")
    assert jobs.finish(second)
    assert jobs.claim(["letter"]) is None


@pytest.mark.django_db
def test_a_renewed_lease_keeps_the_job():
    jobs.want("letter", ["a"])
    job = jobs.claim(["letter"], lease=AGO)
    assert jobs.renew(job)
    assert jobs.claim(["letter"]) is None


@pytest.mark.django_db
def test_what_failed_waits_again_when_it_is_asked_for_again_and_what_is_done_stays_done():
    jobs.want("letter", ["a", "b"])
    jobs.fail(jobs.claim(["letter"]), "邮件服务器不应答")
    jobs.finish(jobs.claim(["letter"]))
    assert Job.objects.get(key="a").error == "邮件服务器不应答"
    assert jobs.claim(["letter"]) is None
    jobs.want("letter", ["a", "b"])
    assert jobs.claim(["letter"]).key == "a"
    assert jobs.claim(["letter"]) is None


@pytest.mark.django_db(transaction=True)
def test_four_threads_lose_no_job_and_do_none_twice():
    jobs.want("letter", map(str, range(40)))
    done, failures = [], []

    def work():
        try:
            while job := jobs.claim(["letter"]):
                done.append(job.key)
                jobs.finish(job)
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert sorted(done, key=int) == [str(i) for i in range(40)]


def test_days_are_kept_once_and_an_interrupted_keeping_is_taken_up(city, monkeypatch):
    days = [datetime.date(2015, 1, 31), datetime.date(2015, 2, 28)]
    keep, calls = keeping.snapshots.keep, []

    def interrupted(wanted):
        calls.append(wanted)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return keep(wanted)

    monkeypatch.setattr(keeping.snapshots, "keep", interrupted)
    with pytest.raises(KeyboardInterrupt):
        keeping.keep(days)
    # the holder is gone; its lease runs out
    Job.objects.filter(status=Job.Status.RUNNING).update(lease_until=datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC))
    assert keeping.keep([]) == 1
    assert list(Snapshot.objects.order_by("day").values_list("day", flat=True)) == days
    assert keeping.keep(days) == 0


def test_a_day_that_cannot_be_kept_says_why_in_its_job(city, monkeypatch):
    def broken(wanted):
        raise RuntimeError("盘满")

    monkeypatch.setattr(keeping.snapshots, "keep", broken)
    with pytest.raises(RuntimeError):
        keeping.keep([datetime.date(2015, 1, 31)])
    assert Job.objects.get().error == "RuntimeError: 盘满"


def test_the_days_of_a_city_are_its_month_ends_and_its_last_nights():
    days = keeping.month_ends_and_nights(datetime.date(2013, 10, 23), datetime.date(2014, 3, 5), nights=3)
    assert [str(day) for day in days] == [
        "2013-10-31",
        "2013-11-30",
        "2013-12-31",
        "2014-01-31",
        "2014-02-28",
        "2014-03-02",
        "2014-03-03",
        "2014-03-04",
    ]
    assert today() not in keeping.month_ends_and_nights(datetime.date(2013, 10, 23), today())
