"""Jobs in the hands of their function: heartbeat, progress, stopping, doing again, failing, ending the process."""

import datetime
import threading
import time

import pytest
from django.db import connections
from django.utils import timezone

from portal.core import jobs, leases
from portal.core.models import Job

Status = Job.Status


@pytest.fixture
def work(monkeypatch):
    """Register functions for this test alone."""
    monkeypatch.setattr(jobs, "_kinds", {})

    def register(run, kind="work"):
        jobs.register(kind, "试验", run)
        jobs.want(kind, ["a"])

    return register


def job():
    return Job.objects.get(kind="work", key="a")


def elsewhere(function, *arguments):
    """Run a function in a thread with a connection of its own."""

    def run():
        try:
            function(*arguments)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def until(true):
    for _ in range(400):
        if true():
            return
        time.sleep(0.02)
    raise AssertionError("it never came true")


@pytest.mark.django_db
def test_a_job_is_done_once_and_says_when(work):
    keys = []
    work(lambda one: keys.append(one.key))
    done = jobs.run_waiting()
    assert keys == ["a"] and [one.status for one in done] == [Status.DONE]
    assert done[0].started_at <= done[0].finished_at
    assert jobs.run_one() is None
    assert jobs.title("work") == "试验" and jobs.title("nobody-knows") == "nobody-knows"


@pytest.mark.django_db
def test_only_registered_kinds_and_the_keys_asked_for_are_taken(work):
    work(lambda one: None)
    jobs.want("of-a-later-version", ["x"])
    jobs.want("work", ["b"])
    assert jobs.run_one(["work"], keys=["b"]).key == "b"
    assert [one.key for one in jobs.run_waiting()] == ["a"]
    assert Job.objects.get(key="x").status == Status.WAITING


@pytest.mark.django_db
def test_a_failure_is_kept_rests_and_is_tried_again(work, caplog):
    outcomes = iter([RuntimeError("盘满"), RuntimeError("盘满"), None])

    def run(one):
        if outcome := next(outcomes):
            raise outcome

    work(run)
    assert jobs.run_one().error == "RuntimeError: 盘满"
    jobs.offer("work", ["a"])
    assert jobs.run_one() is None, "a failed job is left alone for a while"
    rests = [jobs.rests_until(job()) - job().finished_at]
    Job.objects.update(finished_at=timezone.now() - jobs.PAUSE)
    jobs.offer("work", ["a"])
    assert jobs.run_one().status == Status.FAILED
    rests.append(jobs.rests_until(job()) - job().finished_at)
    assert rests == [jobs.PAUSE, 2 * jobs.PAUSE]
    Job.objects.update(attempts=5000)
    assert jobs.rests_until(job()) - job().finished_at == jobs.LONGEST_PAUSE
    jobs.want("work", ["a"])
    ended = jobs.run_one()
    assert (ended.status, ended.error) == (Status.DONE, "")
    assert "盘满" in caplog.text


@pytest.mark.django_db
def test_perform_raises_what_its_function_raised(work):
    def run(one):
        raise ValueError("不对")

    work(run)
    with pytest.raises(ValueError, match="不对"):
        jobs.perform(jobs.claim(["work"]))
    assert job().status == Status.FAILED


@pytest.mark.django_db
def test_a_waiting_job_is_stopped_at_once_and_the_schedule_leaves_it_so(work):
    work(lambda one: None)
    assert jobs.ask_stop(job())
    jobs.offer("work", ["a"])
    assert jobs.run_one() is None and job().status == Status.STOPPED
    assert not jobs.ask_stop(job())


@pytest.mark.django_db
def test_what_ended_can_be_done_again_and_what_runs_cannot(work):
    times = []
    work(lambda one: times.append(jobs.again(job())))
    assert not jobs.again(job()), "it waits already"
    jobs.run_one()
    assert jobs.again(job())
    jobs.run_one()
    assert jobs.ask_stop(job()) is False
    assert times == [False, False] and job().attempts == 2


@pytest.mark.django_db(transaction=True)
def test_a_running_job_stops_at_its_next_step_and_says_how_far_it_was(work):
    said = []

    def run(one):
        for done in range(10_000):
            one.progress("数到一万", done, 10_000)
            if done == 3:
                thread = elsewhere(lambda: said.append(jobs.ask_stop(job())))
                thread.join()

    work(run)
    ended = jobs.run_one()
    assert said == [True]
    assert (ended.status, ended.stage, ended.done, ended.total) == (Status.STOPPED, "数到一万", 4, 10_000)
    assert jobs.again(ended)
    assert (job().stage, job().done, job().stop_asked) == ("", 0, False)


@pytest.mark.django_db
def test_a_job_that_was_to_stop_when_its_holder_died_is_not_begun_again(work):
    begun = []
    work(begun.append)
    jobs.claim(["work"], lease=datetime.timedelta(seconds=-1))
    assert jobs.ask_stop(job())
    assert jobs.run_one().status == Status.STOPPED
    assert not begun


@pytest.mark.django_db(transaction=True)
def test_the_heartbeat_renews_the_lease_and_writes_progress_while_the_function_says_nothing(work, monkeypatch):
    monkeypatch.setattr(leases, "BEAT", datetime.timedelta(seconds=0.05))
    seen = []

    def run(one):
        one.progress("长步骤", 1, 2)
        Job.objects.update(lease_until=timezone.now() - leases.LEASE)
        until(lambda: job().lease_until > timezone.now())
        seen.append(jobs.claim(["work"]))

    work(run)
    assert jobs.run_one().status == Status.DONE
    assert seen == [None]
    assert leases.LEASE.total_seconds() <= 60, "what a killed worker left is taken up within 120 seconds"


@pytest.mark.django_db
def test_a_holder_whose_job_was_taken_over_gives_up_and_cannot_end_it(work, caplog):
    taken = []

    def run(one):
        if not taken:
            Job.objects.update(lease_until=timezone.now() - leases.LEASE)
            taken.append(jobs.claim(["work"]))
            one.beat()
            one.progress("第二步")
            raise AssertionError("it went on")

    work(run)
    jobs.run_one()
    assert (job().status, job().attempts) == (Status.RUNNING, 2)
    assert jobs.finish(taken[0])
    assert "taken over" in caplog.text


@pytest.mark.django_db
def test_a_process_that_ends_gives_its_job_back(work):
    closing, begun = [], []

    def run(one):
        begun.append(one.key)
        closing.append(True)
        one.progress("下一步")
        raise AssertionError("it went on")

    work(run)
    assert [one.status for one in jobs.run_waiting(closing=lambda: bool(closing))] == [Status.WAITING]
    assert begun == ["a"]


@pytest.mark.django_db
def test_an_interrupted_job_waits_for_the_next_process(work):
    def run(one):
        raise KeyboardInterrupt

    work(run)
    with pytest.raises(KeyboardInterrupt):
        jobs.run_one()
    assert job().status == Status.WAITING


@pytest.mark.django_db(transaction=True)
def test_two_workers_do_each_job_once(work):
    done = []

    def run(one):
        done.append(one.key)
        time.sleep(0.005)

    work(run)
    jobs.want("work", map(str, range(20)))
    threads = [elsewhere(jobs.run_waiting) for _ in range(2)]
    for thread in threads:
        thread.join()
    assert sorted(done) == sorted(["a", *map(str, range(20))])
    assert set(Job.objects.values_list("status", flat=True)) == {Status.DONE}
