"""`up` from outside: it fills an empty database once, serves, and ends cleanly; and `doctor`, which looks at it."""

import io
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.utils import timezone

from portal.core import snapshots
from portal.core.models import Job
from portal.core.validity import today
from portal.reports.management.commands import doctor, up
from portal.reports.schedule import latest_night
from tests import world
from tests.commands.test_console import ROOT


@pytest.fixture
def port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture
def start(port, tmp_path):
    """Start the portal as a process of its own; it is stopped in any case."""
    running = []

    def begin(**environment):
        running.append(
            subprocess.Popen(
                [sys.executable, "manage.py", "up"],
                cwd=ROOT,
                env={**os.environ, "VAR_DIR": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path}/portal.sqlite3"}
                | {"PORT": str(port), "HOST": "127.0.0.1", "MODE": "local", **environment},
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                # a shell lets what it runs in the background ignore it, and children inherit that
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
            )
        )
        return running[-1]

    yield begin
    for process in running:
        process.kill()
        process.communicate()


def wait_for(address, process):
    for _ in range(600):
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:
                return answer.status
        except OSError:
            assert process.poll() is None, process.communicate()
            time.sleep(0.1)
    raise AssertionError("it never answered")


@pytest.mark.parametrize("ending", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.long)])
def test_it_serves_an_empty_portal_and_ends_cleanly(start, port, ending):
    process = start(NO_DEMO="1")
    assert wait_for(f"http://127.0.0.1:{port}/sign-in/", process) == 200
    process.send_signal(ending)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert f"http://127.0.0.1:{port}" in out and "grant" in out and out.endswith("平台已停止。\n")
    assert err == ""


def test_a_port_in_use_is_a_sentence_before_anything_is_written(start, port, tmp_path):
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", port))
        taken.listen()
        process = start(NO_DEMO="1")
        _, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert f"127.0.0.1:{port}" in err and len(err.splitlines()) == 1
    assert not (tmp_path / "portal.sqlite3").exists()


@pytest.mark.parametrize(
    ("host", "port", "said"), [("0.0.0.0", "8000", "ALLOWED_HOSTS"), ("127.0.0.1", "0", "PORT"), ("::1", "x", "PORT")]
)
def test_an_address_that_must_not_be_served_is_refused(monkeypatch, settings, host, port, said):
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
    monkeypatch.setenv("HOST", host)
    monkeypatch.setenv("PORT", port)
    with pytest.raises(ImproperlyConfigured, match=said):
        up.where()


def test_named_hosts_open_it_to_the_office(monkeypatch, settings):
    settings.ALLOWED_HOSTS = ["dangjian.example.gov.cn"]
    monkeypatch.setenv("HOST", "0.0.0.0")
    monkeypatch.setenv("PORT", "8080")
    assert up.where() == ("0.0.0.0", 8080)


# ── doctor ──


def look():
    out, code = io.StringIO(), 0
    try:
        call_command("doctor", stdout=out)
    except CommandError as error:
        code = error.returncode
    lines = out.getvalue().splitlines()
    return code, {line.split()[1].split(":")[0]: line.split()[0] for line in lines}


def test_a_portal_in_order_has_one_line_per_check_and_no_fault(city):
    snapshots.keep([latest_night(timezone.now())])
    code, found = look()
    assert code == 0
    assert set(found) == set(doctor.CHECKS)
    assert found["存档"] == "正常" and found["数据库"] == "正常"


def test_a_late_snapshot_and_failed_work_are_to_be_watched_but_no_fault(city):
    snapshots.keep([today() - world.datetime.timedelta(days=9)])
    Job.objects.create(kind="snapshot", key="2020-01-01", status=Job.Status.FAILED)
    code, found = look()
    assert (code, found["存档"], found["队列"]) == (0, "注意", "注意")


def test_what_does_not_answer_is_a_fault_and_the_rest_is_still_looked_at(city, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    settings.EMAIL_URL = "smtp://127.0.0.1:1"
    code, found = look()
    assert (code, found["队列"], found["邮件"]) == (1, "异常", "异常")
    assert set(found) == set(doctor.CHECKS)


def test_a_lost_field_key_is_a_fault(city, settings):
    somebody = city.people["lin"]
    somebody.id_number = "440399199001010015"
    somebody.save()
    settings.FIELD_KEYS = [b"x" * 32]
    code, found = look()
    assert (code, found["密钥"]) == (1, "异常")
